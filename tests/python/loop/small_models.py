"""What the tests of the loop share: a small model, here and in Keras, and data for it."""

from __future__ import annotations

import io
from typing import Any

import keras
import numpy as np

import rdeep
from rdeep import Model, Sequential
from rdeep.catalogue.layers import Dense
from rdeep.training.callbacks import Callback

Arrays = tuple[np.ndarray, np.ndarray]


def network(backend: str, optimizer: Any, **options: Any) -> Model:
    """Return a small model, the same each time."""
    model = Sequential([Dense(5, "tanh"), Dense(1)], 4, backend=backend, seed=1)
    model.compile(optimizer, "mse", **{"jit_compile": False, **options})
    return model


def keras_network(ours: Model, optimizer: Any) -> keras.Model:
    """Return the same model in Keras, with the same weights."""
    layers = [keras.Input((4,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(1)]
    theirs = keras.Sequential(layers)
    theirs.set_weights(ours.get_weights())
    theirs.compile(optimizer, "mse")
    return theirs


def same_weights(one: Any, other: Any, atol: float = 1e-6) -> None:
    """Assert that two models have the same weights."""
    for a, b in zip(one.get_weights(), other.get_weights()):
        np.testing.assert_allclose(a, b, atol=atol)


def loaded_again(model: Model) -> Model:
    """Return what a model comes to that is saved and loaded."""
    return rdeep.load_model(io.BytesIO(model.to_bytes()))


def plain(**options: Any) -> dict[str, Any]:
    """Return arguments of `fit` for small batches in their own order."""
    return {"batch_size": 4, "shuffle": False, "verbose": 0, **options}


class Rates(Callback):
    """Remembers the rate of each batch."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def on_train_batch_begin(self, batch: int, logs: Any) -> None:
        self.seen.append(self.model.learning_rate)
