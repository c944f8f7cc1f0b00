"""Penalties on weights and on outputs, and additions of low rank, against Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from oracle import check_agreement, keras_model, rdeep_model
from rdeep import Input, Model, regularizers
from rdeep.catalogue.layers import ActivityRegularization, Dense, Embedding
from rdeep.catalogue.registry import records
from rdeep.errors import ShapeError

PENALTIES = [
    ("L1", {"l1": 0.2}),
    ("L2", {"l2": 0.3}),
    ("L1L2", {"l1": 0.1, "l2": 0.2}),
    ("OrthogonalRegularizer", {"factor": 0.5}),
    ("OrthogonalRegularizer", {"factor": 2.0, "mode": "columns"}),
]
K = keras.layers
CASES = {
    "inside": (
        lambda r: [Dense(4, "tanh", activity_regularizer=r.L1L2(0.1, 0.2)), Dense(3)],
        lambda r: [K.Dense(4, "tanh", activity_regularizer=r.L1L2(0.1, 0.2)), K.Dense(3)],
    ),
    "after a softmax": (
        lambda r: [Dense(4, "softmax", activity_regularizer="l2")],
        lambda r: [K.Dense(4, "softmax", activity_regularizer="l2")],
    ),
    "a layer of its own": (
        lambda r: [Dense(4), ActivityRegularization(0.1, 0.3)],
        lambda r: [K.Dense(4), K.ActivityRegularization(0.1, 0.3)],
    ),
    "orthogonal": (
        lambda r: [
            Dense(
                4,
                kernel_regularizer=r.OrthogonalRegularizer(0.5),
                activity_regularizer=r.OrthogonalRegularizer(0.3, "columns"),
            )
        ],
        lambda r: [
            K.Dense(
                4,
                kernel_regularizer=r.OrthogonalRegularizer(0.5),
                activity_regularizer=r.OrthogonalRegularizer(0.3, "columns"),
            )
        ],
    ),
    "low rank": (
        lambda r: [Dense(4, "relu", lora_rank=2, kernel_regularizer="l2"), Dense(2)],
        lambda r: [K.Dense(4, "relu", lora_rank=2, kernel_regularizer="l2"), K.Dense(2)],
    ),
}


def test_every_regularizer_is_tested():
    assert {name for name, _ in PENALTIES} == set(records("regularizer"))


@pytest.mark.parametrize(("name", "options"), PENALTIES, ids=str)
def test_penalties_are_those_of_keras(name, options, backend, rng):
    from rdeep.engines.registry import load

    ops, w = load(backend).ops, rng.normal(size=(5, 4)).astype("float32")
    found = getattr(regularizers, name)(**options).penalty(ops.operand(w), ops)
    expected = getattr(keras.regularizers, name)(**options)(keras.ops.convert_to_tensor(w))
    np.testing.assert_allclose(float(found), float(expected), rtol=1e-5)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.few_on_tensorflow("inside")
def test_training_and_evaluation_agree_with_keras(case, backend, rng):
    modules = (regularizers, keras.regularizers)
    ours, theirs = (make(module) for make, module in zip(CASES[case], modules))
    x = rng.normal(size=(6, 5)).astype("float32")

    def build(tensor):
        for layer in theirs:
            tensor = layer(tensor)
        return tensor

    model, oracle = rdeep_model(ours, (5,), backend), keras_model(build, (5,))
    check_agreement(model, oracle, x, rng)
    y = rng.normal(size=(6, oracle.output_shape[1])).astype("float32")
    found = model.evaluate(x, y, batch_size=4)["loss"]
    assert found == pytest.approx(oracle.evaluate(x, y, batch_size=4, verbose=0), rel=1e-5)


def test_an_embedding_of_low_rank_agrees_with_keras(backend, rng):
    options = {"embeddings_regularizer": "l1", "lora_rank": 2}
    theirs = keras_model(K.Embedding(7, 4, **options), (3,), "int32")
    ours = rdeep_model([Embedding(7, 4, **options)], (3,), backend, "int32")
    check_agreement(ours, theirs, rng.integers(0, 7, (6, 3)).astype("int32"), rng)


@pytest.mark.parametrize("layer", [Dense(4, lora_rank=2, lora_alpha=6), Dense(4, lora_rank=2)])
def test_alpha_scales_the_addition(layer, backend, rng):
    model = rdeep_model([layer], (3,), backend)
    weights = [rng.normal(size=w.shape).astype("float32") for w in model.get_weights()]
    model.set_weights(weights)
    kernel, bias, a, b = weights
    x = rng.normal(size=(5, 3)).astype("float32")
    scale = (layer.lora_alpha or 2) / 2
    np.testing.assert_allclose(model.predict(x), x @ (kernel + scale * a @ b) + bias, atol=1e-5)
    model.compile("sgd", "mse")
    model.fit(x, np.zeros((5, 4)), verbose=0)
    moved = [not np.array_equal(w, v) for w, v in zip(model.get_weights(), weights)]
    assert moved == [False, True, True, True]


def test_each_use_of_a_shared_layer_is_penalised(backend, rng):
    x, first, second = rng.normal(size=(4, 3)).astype("float32"), Input((3,)), Input((3,))
    layer = Dense(2, activity_regularizer="l2")
    model = Model([first, second], [layer(first), layer(second)], backend=backend)
    model.compile("sgd", "mse")
    outputs = model.predict([x, 2 * x])
    # The truth is what is predicted, so that the loss is the penalty alone.
    loss = model.evaluate([x, 2 * x], list(outputs))["loss"]
    assert loss == pytest.approx(sum(0.01 * (y**2).sum() / 4 for y in outputs), rel=1e-5)


def test_penalties_on_outputs_in_compiled_steps(compiling_backend, rng):
    x, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))

    def train(compiled):
        layers = [Dense(4, "relu", activity_regularizer="l1"), Dense(1)]
        model = rdeep_model(layers, (3,), compiling_backend)
        weights = [np.full(w.shape, 0.1 + i, "float32") for i, w in enumerate(model.get_weights())]
        model.set_weights(weights)
        model.compile("sgd", "mse", jit_compile=compiled)
        model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
        return model.get_weights()

    for plain, compiled in zip(train(False), train(True)):
        np.testing.assert_allclose(compiled, plain, atol=1e-5)


def test_penalties_of_matrices_refuse_other_shapes(backend):
    with pytest.raises(ShapeError, match="layer 'd', weight 'bias'"):
        rdeep_model([Dense(2, bias_regularizer="orthogonal", name="d")], (3,), backend)
    with pytest.raises(ShapeError, match="compares columns, of which there is one"):
        one = regularizers.OrthogonalRegularizer(mode="columns")
        rdeep_model([Dense(1, kernel_regularizer=one)], (3,), backend)
    with pytest.raises(ShapeError, match="is for matrices"):
        rdeep_model([Dense(2, activity_regularizer="orthogonal")], (4, 3), backend)
