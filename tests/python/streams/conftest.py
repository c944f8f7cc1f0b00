"""Data for streams, and a watch over the threads that read them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from streaming import Arrays


@pytest.fixture
def data(rng: np.random.Generator) -> Arrays:
    """Inputs and targets; the last of their batches is smaller."""
    x = rng.normal(size=(27, 3)).astype("float32")
    return x, x.sum(1, keepdims=True).astype("float32")


@pytest.fixture(autouse=True)
def _no_reader_survives() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [t.name for t in set(threading.enumerate()) - before if "_read" in t.name]
    assert left == []
