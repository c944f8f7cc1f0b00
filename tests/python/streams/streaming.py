"""What the tests of streams share: small models, and batches that say who they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import rdeep
from rdeep import Model, Sequential
from rdeep.catalogue.layers import Dense

SIZE = 8
Arrays = tuple[np.ndarray, np.ndarray]


def network(backend: str, shape: Any = 3) -> Model:
    """Return a small model, the same each time."""
    model = Sequential([Dense(4, "tanh"), Dense(1)], shape, backend=backend, seed=1)
    model.compile("sgd", "mse", metrics=["mae"], jit_compile=False)
    return model


def counter(backend: str) -> Model:
    """Return a model that predicts 0 and never learns: its loss tells which targets it saw."""
    model = Sequential([Dense(1, kernel_initializer="zeros")], 1, backend=backend)
    model.compile(rdeep.optimizers.SGD(0.0), "mse", jit_compile=False)
    return model


def numbered(count: int | None = None, size: int = 2) -> Iterator[Arrays]:
    """Give batches whose targets are the batch's number, without end if there is no count."""
    number = 0
    while count is None or number < count:
        yield np.ones((size, 1), np.float32), np.full(size, number, np.float32)
        number += 1


def squares(*epochs: list[int]) -> list[float]:
    """Return the losses of `counter` on batches of these numbers."""
    return [float(np.mean(np.square(numbers))) for numbers in epochs]


def cut(*arrays: Any, size: int = SIZE) -> Iterator[Any]:
    """Give arrays, or one array, in batches."""
    for start in range(0, len(arrays[0]), size):
        parts = tuple(a[start : start + size] for a in arrays)
        yield parts if len(parts) > 1 else parts[0]


def same(one: dict[str, list[float]], other: dict[str, list[float]]) -> None:
    """Assert that two histories, or two evaluations, agree."""
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-6, atol=1e-6)
