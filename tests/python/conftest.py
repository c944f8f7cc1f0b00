"""Fixtures: every test that takes `backend` runs on both."""

from __future__ import annotations

import gc
import os
import signal
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
