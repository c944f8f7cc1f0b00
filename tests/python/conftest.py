"""Fixtures: every test that takes `backend` runs on both."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator

# Graphs are a great many small objects that live long: looking through them for garbage less often
# saves a twentieth of the time.
gc.set_threshold(100_000, 20, 50)
# Engines read these once, at their start; two threads of a test machine are shared.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["RDEEP_BACKEND"] = "torch"

import numpy as np
import pytest

import rdeep


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow the cases that `few_on_tensorflow` leaves out: none of its words is in them.

    A network on TensorFlow is traced, a second for each. That TensorFlow computes what a layer's
    formula says is tested for every layer, and torch's half of a comparison stays.
    """
    for item in items:
        marker = item.get_closest_marker("few_on_tensorflow")
        case = item.name.partition("[")[2]
        if marker and "tensorflow" in case and not any(word in case for word in marker.args):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Leave TensorFlow's graphs as they are traced: few run often enough to be worth optimizing.

    That saves a tenth of the time. The R package's tests run what TensorFlow has optimized.
    """
    if "tensorflow" in sys.modules:
        options = {"disable_meta_optimizer": True}
        sys.modules["tensorflow"].config.optimizer.set_experimental_options(options)


@pytest.fixture(params=["torch", "tensorflow"])
def backend(request: pytest.FixtureRequest) -> str:
    """The name of a backend."""
    return request.param


@pytest.fixture(params=[pytest.param("torch", marks=pytest.mark.slow), "tensorflow"])
def compiling_backend(request: pytest.FixtureRequest) -> str:
    """The name of a backend, for steps that are compiled: on torch that takes a C++ compiler."""
    return request.param


@pytest.fixture(params=["torch", pytest.param("tensorflow", marks=pytest.mark.slow)])
def walking_backend(request: pytest.FixtureRequest) -> str:
    """The name of a backend, for walks over all layers: on TensorFlow they take minutes."""
    return request.param


@pytest.fixture(autouse=True)
def _seeded() -> None:
    rdeep.set_random_seed(7)


@pytest.fixture(autouse=True)
def _python_handles_interrupts() -> Iterator[None]:
    # A shell has SIGINT ignored by what it runs in the background.
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers that are the same in every run."""
    return np.random.default_rng(11)
