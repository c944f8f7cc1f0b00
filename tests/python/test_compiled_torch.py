"""Steps that torch compiles as a whole: they train as the same steps do one after the other."""

from __future__ import annotations

import gc
import shutil
import weakref
from typing import Any

import numpy as np
import pytest

import rdeep
from rdeep import Sequential
from rdeep.catalogue import optimizers as O
from rdeep.catalogue.layers import (
    LSTM,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
)
from rdeep.engines.torch import compiled

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler"),
]


def dense() -> tuple[list[Any], tuple[int, ...]]:
    """Return layers with random numbers, statistics and a penalty, and their data's shape."""
    layers = [
        Dense(8, "relu", kernel_regularizer="l2"),
        Dropout(0.3),
        BatchNormalization(),
        Dense(1, "sigmoid"),
    ]
    return layers, (5,)


def conv() -> tuple[list[Any], tuple[int, ...]]:
    """Return convolutional layers and their data's shape."""
    return [Conv2D(3, 3, activation="tanh"), Flatten(), Dense(1, "sigmoid")], (6, 6, 1)


def small() -> tuple[list[Any], tuple[int, ...]]:
    """Return as few layers as there can be with random numbers, and their data's shape."""
    return [Dropout(0.3), Dense(1, "sigmoid")], (5,)


def train(make: Any, optimizer: O.Optimizer, rows: int, epochs: int, **options: Any) -> Any:
    """Return a model trained on batches of 8, and its history."""
    rng = np.random.default_rng(5)
    layers, shape = make()
    x = rng.normal(size=(rows, *shape)).astype("float32")
    y = x.reshape(rows, -1).sum(1) > 0
    rdeep.set_random_seed(2)
    model = Sequential(layers, shape, backend="torch", seed=1)
    metrics: list[Any] = [] if make is small else ["accuracy", "auc"]
    model.compile(optimizer, "binary_crossentropy", metrics=metrics, **options)
    history = model.fit(x, y, batch_size=8, epochs=epochs, validation_data=(x, y), verbose=0)
    return model, history.history


def check(make: Any, optimizer: O.Optimizer, rows: int, epochs: int, **options: Any) -> Any:
    """Assert that compiled steps train as plain ones, and return the compiled model."""
    plain, expected = train(make, optimizer, rows, epochs, jit_compile=False)
    model, got = train(make, optimizer, rows, epochs, jit_compile=True, **options)
    for name, values in expected.items():
        np.testing.assert_allclose(got[name], values, atol=1e-5, err_msg=name)
    for a, b in zip(model.get_weights(), plain.get_weights()):
        np.testing.assert_allclose(a, b, atol=1e-5)
    return model


def steps_of(model: Any) -> Any:
    """Return the compiled steps of a model; `None` if only its body is compiled."""
    return model.prepare_training()[0]._compiled


# Each of these takes some seconds to compile, the first of all in a process the longest.
@pytest.mark.parametrize(
    ("make", "optimizer"),
    [
        (dense, O.Adam(0.01, weight_decay=0.1, global_clipnorm=0.5)),
        (conv, O.SGD(0.05, 0.9, clipvalue=0.05)),
    ],
    ids=["dense", "conv"],
)
def test_twenty_steps_agree(make: Any, optimizer: O.Optimizer) -> None:
    model = check(make, optimizer, rows=40, epochs=4)
    assert len(steps_of(model)._sizes) == 1


# The slowest: four steps in one call, a step alone, and the smaller last batch.
def test_unrolled_steps_agree() -> None:
    # Seven batches, the last one smaller: 4 + 1 + 1 + 1.
    model = check(small, O.SGD(0.05, 0.9, nesterov=True), 53, 3, steps_per_execution=4)
    sizes = {(size[0], size[1][0]) for size in steps_of(model)._sizes}
    assert sizes == {(4, 8), (1, 8), (1, 5)}


def test_recurrent_networks_are_compiled_without_their_steps() -> None:
    model = check(lambda: ([LSTM(4), Dense(1, "sigmoid")], (6, 3)), O.Adam(0.01), 20, 2)
    assert steps_of(model) is None


@pytest.mark.parametrize("options", [{"use_ema": True}, {"gradient_accumulation_steps": 2}])
def test_what_happens_at_some_steps_only_is_not_compiled(options: dict[str, Any]) -> None:
    layers, shape = dense()
    network = Sequential(layers, shape, backend="torch").network
    assert compiled.compiles_whole(network, O.Adam())
    assert not compiled.compiles_whole(network, O.Adam(**options))


@pytest.mark.parametrize("limit", ["_SIZES", "_PROGRAMS"])
def test_what_is_too_much_to_compile_runs_as_it_is(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, limit, 1)
    # The batch of 5 is one too many.
    model = check(small, O.SGD(0.1), rows=13, epochs=4)
    steps = steps_of(model)
    assert len(steps._sizes) == (1 if limit == "_SIZES" else 2)
    assert (steps._compiled == steps._steps) == (limit == "_PROGRAMS")
    reference = weakref.ref(model)
    del model, steps
    gc.collect()
    assert reference() is None
