"""Known networks: what Keras's compute, from the same weights."""

from __future__ import annotations

import inspect

import keras
import pytest

from comparing import check_network
from rdeep import applications

NAMES = [name for name in dir(keras.applications) if name[:1].isupper()]
QUICK = ("ResNet50-torch", "MobileNetV3Small-torch")
CASES = [
    pytest.param(name, backend, marks=() if f"{name}-{backend}" in QUICK else pytest.mark.slow)
    for name in NAMES
    for backend in ("torch", "tensorflow")
    if hasattr(applications, name)
]


@pytest.mark.parametrize(("name", "backend"), CASES)
def test_networks_compute_what_keras_computes(name, backend):
    check_network(name, backend, 75, include_top=False, pooling="avg", input_shape=(75, 75, 3))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if hasattr(applications, name)])
def test_classifiers_compute_what_keras_computes(name):
    check_network(name, "torch", 96, batch=1, input_shape=(96, 96, 3), classes=7)


@pytest.mark.parametrize("name", [name for name in NAMES if hasattr(applications, name)])
def test_arguments_are_keras_arguments(name):
    ours, theirs = (
        {n: p.default for n, p in inspect.signature(getattr(module, name)).parameters.items()}
        for module in (applications, keras.applications)
    )
    assert (ours.pop("backend"), ours.pop("device")) == (None, None)
    assert list(ours.items()) == list(theirs.items())
