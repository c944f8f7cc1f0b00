"""Attention against Keras's: outputs, gradients, masks; dropout alike on both engines."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import rdeep
from oracle import check_agreement, keras_model, rdeep_model
from rdeep import Input, Model, Sequential
from rdeep import layers as L
from rdeep.errors import ShapeError

K = keras.layers
SERIES = (7, 4)


@pytest.mark.parametrize("options", [{}, {"use_bias": False}, {"value_dim": 5}], ids=str)
@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.few_on_tensorflow("True-{}")
def test_self_attention_agrees_with_keras(options, alone, backend, rng):
    x = Input(SERIES)
    h = L.Dense(4)(x)
    ours = Model(x, L.MultiHeadAttention(2, 3, **options)(h if alone else [h, h]), backend=backend)

    def build(t):
        h = K.Dense(4)(t)
        return K.MultiHeadAttention(2, 3, **options)(h, h)

    theirs = keras_model(build, SERIES)
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in theirs.get_weights()]
    check_agreement(ours, theirs, rng.normal(size=(6, *SERIES)).astype("float32"), rng)


@pytest.mark.parametrize("count", [2, 3])
def test_attention_to_another_sequence_agrees_with_keras(count, backend, rng):
    def build(layers, x):
        codes = layers.Reshape((4, 7))(x)
        parts = [layers.Dense(3)(x), layers.Dense(5)(codes), layers.Dense(6)(codes)][:count]
        attention = layers.MultiHeadAttention(2, 3)
        return attention(*parts) if layers is K else attention(parts)

    x = Input(SERIES)
    ours = Model(x, build(L, x), backend=backend)
    theirs = keras_model(lambda t: build(K, t), SERIES)
    assert ours.output_shapes[0] == theirs.output_shape
    check_agreement(ours, theirs, rng.normal(size=(6, *SERIES)).astype("float32"), rng)


@pytest.mark.parametrize("masked", ["both", "query", "value"])
def test_masked_steps_are_neither_seen_nor_counted(masked, backend, rng):
    codes = rng.integers(0, 4, size=(8, 6)).astype("int32")
    codes[0] = 0
    codes[1] = 1

    def build(layers, x):
        query = layers.Embedding(4, 4, mask_zero=masked != "value")(x)
        value = layers.Embedding(4, 4, mask_zero=masked != "query")(x)
        attention = layers.MultiHeadAttention(2, 3)
        seen = attention(query, value) if layers is K else attention([query, value])
        # Zeros in the mask would show here: the mean is over the steps that count.
        return layers.GlobalAveragePooling1D()(layers.Dense(2, activation="tanh")(seen))

    codes[0, 0] = 1
    x = Input((6,), "int32")
    ours = Model(x, build(L, x), backend=backend)
    check_agreement(ours, keras_model(lambda t: build(K, t), (6,), "int32"), codes, rng)


def test_a_masked_sequence_attends_to_itself(backend, rng):
    codes = rng.integers(0, 3, size=(8, 6)).astype("int32")
    codes[0] = 0
    ours = rdeep_model(
        [L.Embedding(3, 4, mask_zero=True), L.MultiHeadAttention(2, 3), L.LSTM(2)],
        (6,),
        backend,
        "int32",
    )

    def build(t):
        h = K.Embedding(3, 4, mask_zero=True)(t)
        return K.LSTM(2)(K.MultiHeadAttention(2, 3)(h, h))

    check_agreement(ours, keras_model(build, (6,), "int32"), codes, rng)


def test_dropout_drops_the_same_on_both_engines(rng):
    x, y = rng.normal(size=(20, *SERIES)), rng.normal(size=(20, *SERIES))
    trained = []
    for rate, backend in ((0.4, "torch"), (0.4, "tensorflow"), (0.0, "torch")):
        rdeep.set_random_seed(5)
        layers = [L.LayerNormalization(), L.MultiHeadAttention(2, 3, dropout=rate, name="a")]
        model = Sequential(layers, SERIES, backend=backend, seed=2)
        before = model.predict(x)
        model.compile("sgd", "mse")
        model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
        trained.append([before, *model.get_weights()])
    for one, two in zip(*trained[:2]):
        np.testing.assert_allclose(one, two, atol=1e-5)
    # Nothing is dropped when predicting, but something was in training.
    np.testing.assert_allclose(trained[0][0], trained[2][0], atol=1e-6)
    assert not np.allclose(trained[0][-2], trained[2][-2], atol=1e-5)


def test_attention_computes_in_sixteen_bits(backend, rng):
    x = rng.normal(size=(20, *SERIES))
    model = rdeep_model([L.MultiHeadAttention(2, 3), L.RMSNormalization()], SERIES, backend)
    exact = model.predict(x)
    model.compile("sgd", "mse", dtype_policy="mixed_bfloat16")
    model.fit(x, x, epochs=1, verbose=0)
    model.set_weights(model.get_weights())
    assert np.isfinite(model.predict(x)).all()
    assert exact.shape == model.predict(x).shape


@pytest.mark.parametrize(
    ("shapes", "match"),
    [
        ([(4,)], r"wants samples of shape \(steps, features\), not \(4,\)"),
        ([SERIES, SERIES, (6, 4)], "a key for each value, but there are 6 and 7"),
        ([SERIES] * 4, "one to three inputs, not 4"),
    ],
    ids=str,
)
def test_what_attention_cannot_take(shapes, match):
    with pytest.raises(ShapeError, match=match):
        L.MultiHeadAttention(2, 3)([Input(shape) for shape in shapes])


def test_an_axis_that_is_not_there_is_refused():
    with pytest.raises(ShapeError, match="cannot normalize along 'axis'"):
        L.LayerNormalization(axis=3)(Input(SERIES))
    with pytest.raises(ShapeError, match="two inputs, not 3"):
        L.Subtract()([Input(SERIES)] * 3)
