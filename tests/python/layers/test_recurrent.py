"""Recurrent layers, cells and wrappers against Keras's: outputs and gradients, on both engines."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from families import check_compared
from oracle import take_two_steps
from rdeep import Input, Layer, Model, Sequential, load_model
from rdeep.catalogue import layers as L
from rdeep.catalogue.registry import records

K = keras.layers
SERIES = (5, 3)

LAYER_FAMILIES = ("recurrent", "conv_recurrent", "wrappers")
# Each layer is made of a module that has Keras's names: ours, or Keras's own.
CASES = {
    "SimpleRNN": [
        (SERIES, lambda m: m.SimpleRNN(3, unroll=True, activation=None)),
        (SERIES, lambda m: m.SimpleRNN(3, return_sequences=True, go_backwards=True)),
    ],
    "LSTM": [
        (SERIES, lambda m: m.LSTM(3, unit_forget_bias=False, use_cudnn=False)),
        (SERIES, lambda m: m.LSTM(3, return_sequences=True, activation="relu", unroll=True)),
    ],
    "GRU": [
        (SERIES, lambda m: m.GRU(3, reset_after=False, use_bias=False, go_backwards=True)),
        (SERIES, lambda m: m.GRU(3, use_cudnn=False, return_sequences=True)),
    ],
    "RNN": [
        (SERIES, lambda m: m.RNN(m.SimpleRNNCell(3), return_sequences=True)),
        (SERIES, lambda m: m.RNN(m.LSTMCell(3, recurrent_activation="tanh"))),
        (SERIES, lambda m: m.RNN(m.GRUCell(3, reset_after=False), go_backwards=True)),
        (SERIES, lambda m: m.RNN([m.LSTMCell(3), m.GRUCell(2), m.SimpleRNNCell(4)])),
        (SERIES, lambda m: m.RNN(m.StackedRNNCells([m.GRUCell(3)]), return_sequences=True)),
    ],
    "ConvLSTM1D": [
        ((4, 7, 2), lambda m: m.ConvLSTM1D(3, 3)),
        ((4, 8, 2), lambda m: m.ConvLSTM1D(2, 2, strides=2, padding="same", return_sequences=True)),
        ((3, 8, 2), lambda m: m.ConvLSTM1D(2, 3, dilation_rate=2, use_bias=False)),
    ],
    "ConvLSTM2D": [
        ((3, 5, 6, 2), lambda m: m.ConvLSTM2D(2, (3, 2), return_sequences=True)),
        (
            (3, 5, 6, 2),
            lambda m: m.ConvLSTM2D(
                2, 3, padding="same", strides=(2, 1), go_backwards=True, activation="relu"
            ),
        ),
    ],
    "ConvLSTM3D": [((2, 4, 4, 3, 1), lambda m: m.ConvLSTM3D(2, 2, padding="same", unroll=True))],
    "Bidirectional": [
        (SERIES, lambda m: m.Bidirectional(m.RNN([m.LSTMCell(3), m.GRUCell(2)]))),
        (
            SERIES,
            lambda m: m.Bidirectional(
                m.LSTM(3, return_sequences=True),
                backward_layer=m.LSTM(
                    3, activation="relu", return_sequences=True, go_backwards=True
                ),
                merge_mode="mul",
            ),
        ),
        ((3, 6, 2), lambda m: m.Bidirectional(m.ConvLSTM1D(2, 3, return_sequences=True))),
    ],
    "TimeDistributed": [
        (SERIES, lambda m: m.TimeDistributed(m.Dense(4, activation="tanh"))),
        ((3, 6, 5, 2), lambda m: m.TimeDistributed(m.Conv2D(3, 2, strides=2))),
        ((3, 4, 2), lambda m: m.TimeDistributed(m.LSTM(3))),
        (SERIES, lambda m: m.TimeDistributed(m.BatchNormalization())),
    ],
}


def test_every_recurrent_layer_and_cell_is_tested():
    check_compared(set(CASES), LAYER_FAMILIES)
    # Other tests define cells of their own.
    cells = {name for name, cls in records("rnn_cell").items() if cls.__module__[:6] == "rdeep."}
    assert cells == {"SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells"}


def after_dense(build):
    """Put a dense layer first: its gradients show those of the input."""
    return lambda m, x: build(m, m.Dense(x.shape[-1])(x))


def agree(build, x, rng):
    """Assert equal shapes, predictions, and weights after gradient descent, on both engines.

    As `oracle.check_agreement`, with Keras run once and eagerly, which is faster for small models.
    """
    dtype = x.dtype.name
    k = keras.Input(x.shape[1:], dtype=dtype)
    theirs = keras.Model(k, build(K, k))
    weights = [rng.uniform(0.1, 0.6, w.shape).astype("float32") for w in theirs.get_weights()]
    theirs.set_weights(weights)
    expected = theirs(x).numpy()
    y = rng.normal(size=expected.shape).astype("float32")
    theirs.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    for _ in range(2):
        theirs.train_on_batch(x, y)
    for backend in ("torch", "tensorflow"):
        inputs = Input(x.shape[1:], dtype)
        ours = Model(inputs, build(L, inputs), backend=backend)
        assert ours.output_shapes[0] == theirs.output_shape
        assert [w.shape for w in ours.get_weights()] == [w.shape for w in weights]
        ours.set_weights(weights)
        np.testing.assert_allclose(ours.predict(x), expected, atol=1e-5, rtol=1e-5)
        take_two_steps(ours, x, y)
        for mine, other in zip(ours.get_weights(), theirs.get_weights()):
            np.testing.assert_allclose(mine, other, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("shape", "build"),
    [case for cases in CASES.values() for case in cases],
    ids=[f"{name}{i}" for name, cases in CASES.items() for i in range(len(cases))],
)
def test_layer_agrees_with_keras(shape, build, rng):
    x = rng.normal(size=(4, *shape)).astype("float32")
    agree(after_dense(lambda m, y: build(m)(y)), x, rng)


def codes(rng, rows=6, steps=5):
    """Return codes with steps to mask after, before and between others, and all of a row."""
    x = rng.integers(1, 5, size=(rows, steps)).astype("int32")
    x[0, 2:] = 0
    x[1, :2] = 0
    x[2, 1::2] = 0
    x[3] = 0
    return x


MASKED = {
    "stack": lambda m, x: m.RNN([m.LSTMCell(2), m.GRUCell(3)], return_sequences=True)(x),
    "zeros": lambda m, x: m.RNN(
        m.GRUCell(3), return_sequences=True, zero_output_for_mask=True, go_backwards=True
    )(x),
    "last zeros": lambda m, x: m.RNN(m.LSTMCell(3, activation="relu"), zero_output_for_mask=True)(
        x
    ),
    "unrolled": lambda m, x: m.LSTM(2, unroll=True, go_backwards=True)(x),
    "bidirectional": lambda m, x: m.Bidirectional(
        m.GRU(2, return_sequences=True, reset_after=False), merge_mode="sum"
    )(x),
    "bidirectional states": lambda m, x: m.Concatenate()(
        m.Bidirectional(m.LSTM(2, return_state=True))(x)
    ),
    "conv": lambda m, x: m.Flatten()(
        m.ConvLSTM1D(2, 2, return_sequences=True)(m.TimeDistributed(m.Reshape((4, 1)))(x))
    ),
    "distributed": lambda m, x: m.GRU(2)(m.TimeDistributed(m.Dense(3))(x)),
    "passed": lambda m, x: m.LSTM(2)(
        m.Bidirectional(m.GRU(2, return_sequences=True), merge_mode=None)(x)[1]
    ),
}


@pytest.mark.parametrize("build", MASKED.values(), ids=MASKED)
def test_masked_steps_agree_with_keras(build, rng):
    agree(lambda m, x: build(m, m.Embedding(5, 4, mask_zero=True)(x)), codes(rng), rng)


INSIDE = {
    "LSTM": lambda m: m.LSTM(3),
    "pooling": lambda m: m.GlobalAveragePooling1D(),
    "both ways": lambda m: m.Bidirectional(m.GRU(2)),
}


@pytest.mark.parametrize("name", INSIDE)
def test_a_layer_at_each_step_sees_its_part_of_a_mask_of_words(name, rng):
    def build(m, x):
        vectors = m.Embedding(5, 4, mask_zero=True)(x)
        return m.Flatten()(m.TimeDistributed(INSIDE[name](m))(vectors))

    # Sentences of words, of which each has one that counts at the least.
    words = rng.integers(0, 5, (4, 3, 6)).astype("int32")
    words[..., 1] = 2
    agree(build, words, rng)


def test_normalization_at_each_step_leaves_out_masked_steps(rng):
    def build(m, x):
        return m.Flatten()(m.TimeDistributed(m.BatchNormalization())(m.Masking()(x)))

    x = rng.normal(size=(6, *SERIES)).astype("float32")
    x[0, 1], x[2, 3:], x[3, 0] = 0.0, 0.0, 0.0
    agree(build, x, rng)


def compared(ours, theirs, inputs, rng):
    """Assert equal outputs with the same weights."""
    weights = [rng.uniform(-0.6, 0.6, w.shape).astype("float32") for w in theirs.get_weights()]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    mine, other = ours.predict(inputs), theirs(inputs)
    mine, other = keras.tree.flatten(mine), keras.tree.flatten(other)
    assert len(mine) == len(other)
    for a, b in zip(mine, other):
        np.testing.assert_allclose(a, b, atol=1e-5)


STATES = {
    "LSTM": (lambda m: m.LSTM(3, return_state=True), [(3,), (3,)]),
    "GRU": (lambda m: m.GRU(3, return_sequences=True, return_state=True), [(3,)]),
    "SimpleRNN": (lambda m: m.SimpleRNN(3, activation="relu", return_state=True), [(3,)]),
    "ConvLSTM1D": (lambda m: m.ConvLSTM1D(2, 3, return_state=True), [(3, 2), (3, 2)]),
    "Bidirectional": (
        lambda m: m.Bidirectional(m.LSTM(3, return_state=True, return_sequences=True)),
        [(3,)] * 4,
    ),
    "none": (lambda m: m.Bidirectional(m.GRU(3, return_state=True), merge_mode=None), [(3,)] * 2),
}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.few_on_tensorflow("LSTM")
def test_initial_and_returned_states_agree_with_keras(name, backend, rng):
    build, shapes = STATES[name]
    sequence = (4, 5, 3) if name.startswith("Conv") else (4, 3)

    def model(m, make, whole, **options):
        x, states = make(sequence), [make(shape) for shape in shapes]
        return whole([x, *states], build(m)(x, initial_state=states), **options)

    ours = model(L, Input, Model, backend=backend)
    inputs = [rng.normal(size=(3, *shape)).astype("float32") for shape in (sequence, *shapes)]
    compared(ours, model(K, keras.Input, keras.Model), inputs, rng)
    again = Model.from_data(ours.description(), ours.get_named_weights(), {}, backend, None)
    np.testing.assert_array_equal(again.predict(inputs)[0], ours.predict(inputs)[0])


def test_initial_states_of_masked_sequences_agree_with_keras(backend, rng):
    x, h, c = Input((5,), dtype="int32"), Input((3,)), Input((3,))
    e = L.Embedding(5, 2, mask_zero=True)(x)
    ours = Model([x, h, c], L.LSTM(3, return_state=True)(e, initial_state=[h, c]), backend=backend)
    states, data = [rng.normal(size=(6, 3)).astype("float32") for _ in range(2)], codes(rng)
    vectors, *weights = ours.get_weights()
    # Keras's functional models forget the mask where initial states are given: not its layer.
    layer = K.LSTM(3, return_state=True)
    layer.build((6, 5, 2))
    layer.set_weights(weights)
    expected = layer(vectors[data], initial_state=states, mask=data != 0)
    for mine, other in zip(ours.predict([data, *states]), expected):
        np.testing.assert_allclose(mine, other, atol=1e-5)


def test_an_encoder_and_a_decoder_train_as_in_keras(rng):
    def build(m, x):
        _, h, c = m.LSTM(3, return_state=True)(x)
        decoded = m.LSTM(3, return_sequences=True)(x, initial_state=[h, c])
        return m.TimeDistributed(m.Dense(2))(decoded)

    agree(after_dense(build), rng.normal(size=(4, *SERIES)).astype("float32"), rng)


def test_given_weights_start_a_bidirectional_layer(backend, rng):
    drawn = [rng.normal(size=s) for s in [(3, 2), (2, 2), (2,)] * 2]
    x = Input(SERIES)
    model = Model(x, L.Bidirectional(L.SimpleRNN(2), weights=drawn)(x), backend=backend)
    for held, given in zip(model.get_weights(), drawn):
        np.testing.assert_allclose(held, given, rtol=1e-6)
    again = Model.from_data(model.description(), {}, {}, backend, None)
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


def test_a_layer_of_ones_own_and_a_model_see_each_step(backend, tmp_path):
    class Doubled(Layer):
        def __init__(self, **options):
            super().__init__(**options)
            self.dense = L.Dense(2)

        def call(self, inputs):
            return self.dense(inputs) * 2.0

    x = np.random.default_rng(2).normal(size=(3, 5, 5)).astype("float32")
    for steps in (5, None):
        for inside in (Doubled(), Sequential([L.Dense(2)], input_shape=(5,), backend=backend)):
            model = Sequential([L.TimeDistributed(inside)], input_shape=(steps, 5), backend=backend)
            kernel, bias = model.get_weights()
            wanted = (x @ kernel + bias) * (2 if isinstance(inside, Doubled) else 1)
            np.testing.assert_allclose(model.predict(x, verbose=0), wanted, rtol=1e-5, atol=1e-6)
    model.save(tmp_path / "model.rdeep")
    again = load_model(tmp_path / "model.rdeep", backend=backend)
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5)


def test_a_stateful_layer_alone_tells_and_forgets_its_states():
    layer, x = L.LSTM(2, stateful=True), np.ones((3, 4, 5), "float32")
    assert layer.states == []
    first = np.asarray(layer(x).detach())
    assert [tuple(state.shape) for state in layer.states] == [(3, 2), (3, 2)]
    np.testing.assert_allclose(layer.states[0].detach(), first, rtol=1e-6)
    assert abs(np.asarray(layer(x).detach()) - first).max() > 1e-4
    layer.reset_states()
    np.testing.assert_allclose(layer(x).detach(), first, rtol=1e-6)
    with pytest.raises(AttributeError):
        _ = L.Dense(2).states
