"""Every layer by the public checks: shapes, one formula on all engines, native forms, models.

Whoever adds a layer outside of this repository runs the same checks (`rdeep.testing`).
"""

from __future__ import annotations

from typing import Any

import pytest

from rdeep.catalogue.layers import Dense
from rdeep.catalogue.layers.preprocessing_base import Preprocessing
from rdeep.catalogue.registry import records
from rdeep.engines import registry
from rdeep.engines.native_forms import forms_of
from rdeep.testing import layer_checks

# An input is no step, and text reaches no engine.
WITHOUT_CASES = {"InputLayer"}


def _on_host(cls: Any) -> bool:
    return issubclass(cls, Preprocessing) and cls.transform is not Preprocessing.transform


def _slow(cls: Any, check: str) -> bool:
    # On TensorFlow a model is traced, which takes a second for each layer: `test_layer_walk.py` has
    # models of many layers side by side. Keras has grouped convolutions compiled by XLA each time:
    # Conv2D's stand for those of other ranks.
    others = cls.__name__ in ("Conv1D", "Conv3D")
    return check == "model on tensorflow" or (others and check == "native form on tensorflow")


LAYERS = [
    cls
    for cls in records("layer").values()
    if cls.__module__.startswith("rdeep.") and cls.__name__ not in WITHOUT_CASES
    if not cls.internal and not _on_host(cls)
]
CHECKS = [
    pytest.param(check, id=f"{cls.__name__}: {name}", marks=[pytest.mark.slow] * _slow(cls, name))
    for cls in LAYERS
    for name, check in layer_checks(cls)
    if name != "documentation"  # of all records, in `test_records.py`
]


@pytest.mark.parametrize("check", CHECKS)
def test_layer(check):
    check()


def test_every_native_form_is_compared():
    for engine in registry.installed():
        for cls in forms_of(engine):
            assert cls in LAYERS or cls.internal or not cls.__module__.startswith("rdeep."), (
                f"{cls.__name__} has a native form on {engine} that nothing compares with its "
                "formula: make it a record of the catalogue, with cases()."
            )


def test_layers_without_cases_are_few():
    assert {cls.__name__ for cls in LAYERS if not cls.cases()} == set()
    assert Dense in LAYERS and len(LAYERS) > 130
