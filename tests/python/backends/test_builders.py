"""Both backends build every layer, each in the file of its family."""

from __future__ import annotations

import importlib

import pytest

from rdeep.catalogue.layers import Formula, InputLayer
from rdeep.catalogue.registry import records

_BUILT = [
    name
    for name, record in records("layer").items()
    if name != "InputLayer" and not issubclass(record, Formula)
]


@pytest.mark.parametrize("name", _BUILT)
def test_every_layer_has_a_builder_in_its_familys_file(name, backend):
    record = records("layer")[name]
    builders = importlib.import_module(f"rdeep.engines.{backend}.builders")
    if issubclass(record, Formula):
        return  # its formula serves where there is no builder
    assert record in builders.BUILDERS
    family = record.__module__.rpartition(".")[2]
    assert builders.BUILDERS[record].__module__.rpartition(".")[2] == family


def test_inputs_need_no_builder(backend):
    builders = importlib.import_module(f"rdeep.engines.{backend}.builders")
    assert InputLayer not in builders.BUILDERS
