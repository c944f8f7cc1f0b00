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
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark as slow the cases that `few_on_tensorflow` leaves out: none of its words is in them.

    A network on TensorFlow is traced, a second for each. That TensorFlow computes what a layer's
    formula says is tested for every layer, and torch's half of a comparison stays.
    """
    unmatched: dict[str, set[str]] = {}
    for item in items:
        marker = item.get_closest_marker("few_on_tensorflow")
        test, _, case = item.nodeid.partition("[")
        if marker and "tensorflow" in case:
            words = unmatched.setdefault(test, set(marker.args))
            found = {word for word in marker.args if word in case}
            words -= found
            if not found:
                item.add_marker(pytest.mark.slow)
    wrong = {test: words for test, words in unmatched.items() if words}
    if wrong and not any("::" in argument for argument in config.args):
        raise pytest.UsageError(f"few_on_tensorflow has words that no case has: {wrong}")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave TensorFlow's graphs as they are traced: few run often enough to be worth optimizing.

    That saves a tenth of the time. The slow tests, and the R package's, run what TensorFlow has
    optimized.
    """
    if "tensorflow" in sys.modules and session.config.option.markexpr == "not slow":
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
