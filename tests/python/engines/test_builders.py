"""Every layer has a formula; native forms stand in the file of their family."""

from __future__ import annotations

import importlib

import pytest

from rdeep.catalogue.layers import InputLayer
from rdeep.catalogue.registry import records


@pytest.fixture
def native(backend):
    """The native forms of an engine, by the layers' records."""
    return importlib.import_module(f"rdeep.engines.{backend}.builders").NATIVE


def test_native_forms_stand_in_a_file_of_the_engine(native, backend):
    for record, form in native.items():
        assert form.__module__.startswith(f"rdeep.engines.{backend}."), record


def test_few_layers_have_a_native_form_on_both_engines():
    tables = [
        importlib.import_module(f"rdeep.engines.{engine}.builders").NATIVE
        for engine in ("torch", "tensorflow")
    ]
    both = [name for name, cls in records("layer").items() if all(cls in each for each in tables)]
    assert len(both) <= 30, f"write formulas rather than two native forms each: {both}"


def test_inputs_need_no_native_form(native):
    assert InputLayer not in native
