"""Constraints: what they make of a weight, and that weights satisfy them after each step."""

from __future__ import annotations

import functools

import keras
import numpy as np
import pytest

from rdeep import Input, Model, Sequential, constraints
from rdeep.catalogue.layers import Add, Dense, Embedding
from rdeep.catalogue.registry import records, resolve
from rdeep.engines.registry import load
from rdeep.errors import ArgumentError, ShapeError

CASES = [
    ("MaxNorm", {}),
    ("MaxNorm", {"max_value": 0.5, "axis": 1}),
    ("MinMaxNorm", {}),
    ("MinMaxNorm", {"min_value": 0.5, "max_value": 0.8, "rate": 0.3, "axis": (0, 1)}),
    ("NonNeg", {}),
    ("UnitNorm", {}),
    ("UnitNorm", {"axis": -1}),
]


def test_every_constraint_is_tested():
    assert {name for name, _ in CASES} == set(records("constraint"))


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_weights_are_made_what_keras_makes_them(name, options, backend, rng):
    w = rng.normal(size=(5, 4)).astype("float32")
    ops = load(backend).ops
    found = getattr(constraints, name)(**options).project(ops.operand(w), ops)
    expected = getattr(keras.constraints, name)(**options)(w)
    np.testing.assert_allclose(np.asarray(found), expected, atol=1e-6)


ROWS = np.random.default_rng(3)
CODES, NUMBERS = ROWS.integers(0, 6, 24).astype("int32"), ROWS.normal(size=(24, 3))
TARGETS = ROWS.normal(size=(24, 2)).astype("float32")


def _options(module):
    return {
        "embeddings": module.MinMaxNorm(0.2, 0.4, rate=0.5, axis=1),
        "kernel": module.MaxNorm(0.3),
        "bias": module.NonNeg(),
        "out": module.UnitNorm(axis=1),
    }


@functools.cache
def _by_keras():
    rules = _options(keras.constraints)
    codes, numbers = keras.Input((), dtype="int32"), keras.Input((3,))
    vectors = keras.layers.Embedding(6, 3, embeddings_constraint=rules["embeddings"])(codes)
    dense = keras.layers.Dense(4, kernel_constraint=rules["kernel"], bias_constraint=rules["bias"])
    y = dense(keras.layers.Add()([vectors, numbers]))
    out = keras.layers.Dense(2, kernel_constraint=rules["out"])(y)
    model = keras.Model([codes, numbers], out)
    model.compile(keras.optimizers.SGD(0.2), "mse")
    before = model.get_weights()
    data = [CODES, NUMBERS.astype("float32")]
    model.fit(data, TARGETS, batch_size=8, epochs=3, shuffle=False, verbose=0)
    return before, model.get_weights()


@pytest.mark.parametrize(
    ("compiled", "backend"),
    [
        (False, "torch"),
        (False, "tensorflow"),
        (True, "tensorflow"),
        pytest.param(True, "torch", marks=pytest.mark.slow),
    ],
)
def test_training_under_constraints_agrees_with_keras(compiled, backend):
    before, after = _by_keras()
    rules = _options(constraints)
    codes, numbers = Input((), "int32"), Input((3,))
    vectors = Embedding(6, 3, embeddings_constraint=rules["embeddings"])(codes)
    y = Dense(4, kernel_constraint=rules["kernel"], bias_constraint=rules["bias"])(
        Add()([vectors, numbers])
    )
    model = Model([codes, numbers], Dense(2, kernel_constraint=rules["out"])(y), backend=backend)
    model.set_weights(before)
    model.compile("sgd", "mse", jit_compile=compiled)
    model.learning_rate = 0.2
    model.fit([CODES, NUMBERS], TARGETS, batch_size=8, epochs=3, shuffle=False, verbose=0)
    for mine, other in zip(model.get_weights(), after):
        np.testing.assert_allclose(mine, other, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("max_norm", "MaxNorm"),
        ("maxnorm", "MaxNorm"),
        ("min_max_norm", "MinMaxNorm"),
        ("nonneg", "NonNeg"),
        ("non_neg", "NonNeg"),
        ("unit_norm", "UnitNorm"),
    ],
)
def test_names_of_constraints(name, wanted):
    assert type(resolve("constraint", name)).__name__ == wanted


def test_constraints_that_cannot_be_met_are_refused():
    with pytest.raises(ArgumentError, match="'min_value' is 2"):
        constraints.MinMaxNorm(2.0, 1.0)
    with pytest.raises(ShapeError, match="layer 'd', weight 'bias'"):
        Sequential([Dense(2, bias_constraint=constraints.UnitNorm(axis=1), name="d")], 3)
    with pytest.raises(ArgumentError, match="beside 'lora_rank'"):
        Dense(2, lora_rank=1, kernel_constraint="nonneg")
    with pytest.raises(ArgumentError, match="There is no constraint named"):
        Dense(2, kernel_constraint="nonnegative_norm")
