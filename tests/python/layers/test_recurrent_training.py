"""Recurrent layers: dropout, states kept between batches, cells of one's own, wrong input."""

from __future__ import annotations

from unittest import mock

import keras
import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential
from rdeep.arrays.counter_random import draw_key, keep, layer_key, step_key
from rdeep.catalogue import layers as L
from rdeep.catalogue.initializers import GlorotUniform
from rdeep.catalogue.layers.base import Weight
from rdeep.catalogue.options import Count, option
from rdeep.catalogue.registry import from_config
from rdeep.errors import ArgumentError, ShapeError, StateError

K = keras.layers
SERIES = (4, 3)


def trained(layer, backend, x, y, weights=None, **options):
    """Return the weights after a step of training."""
    model = Sequential([layer], input_shape=x.shape[1:], backend=backend, seed=1)
    model.set_weights(weights or model.get_weights())
    model.compile("sgd", "mse")
    model.learning_rate = 0.1
    model.fit(x, y, batch_size=len(x), epochs=1, shuffle=False, verbose=0, **options)
    return model.get_weights()


DROPPING = {
    "SimpleRNN": lambda m, **o: m.SimpleRNN(3, dropout=0.3, recurrent_dropout=0.4, **o),
    "LSTM": lambda m, **o: m.LSTM(3, dropout=0.3, recurrent_dropout=0.4, **o),
    "LSTM input": lambda m, **o: m.LSTM(3, dropout=0.3, activation="relu", **o),
    "GRU": lambda m, **o: m.GRU(3, recurrent_dropout=0.4, reset_after=False, **o),
    "GRU after": lambda m, **o: m.GRU(3, dropout=0.3, recurrent_dropout=0.4, **o),
    "ConvLSTM1D": lambda m, **o: m.ConvLSTM1D(2, 2, dropout=0.3, recurrent_dropout=0.4, **o),
}


@pytest.mark.parametrize("name", DROPPING)
@pytest.mark.few_on_tensorflow("-LSTM input", "-SimpleRNN")
def test_dropout_is_that_of_keras_with_the_same_masks(name, backend, rng):
    shape = (4, 5, 2) if name.startswith("Conv") else SERIES
    x = rng.normal(size=(6, *shape)).astype("float32")
    theirs = keras.Sequential([keras.Input(shape), DROPPING[name](K)])
    weights = [rng.uniform(-0.6, 0.6, w.shape).astype("float32") for w in theirs.get_weights()]
    theirs.set_weights(weights)
    y = rng.normal(size=theirs(x).shape).astype("float32")
    layer = DROPPING[name](L, seed=5, name="cells")
    mine = trained(layer, backend, x, y, weights)
    # The key of the first step; Keras asks for the masks of the input, then of the state.
    key, drawn = step_key(layer_key(5, "cells"), 0), []

    def mask(ones, rate, seed=None):
        stays = keep(draw_key(key, numbers.pop(0)), tuple(ones.shape), rate)
        drawn.append(stays)
        return np.float32(stays / (1 - rate))

    record, gates = layer.cell, 1 if name == "SimpleRNN" else 3 if "GRU" in name else 4
    several = name.startswith("Conv") or layer.recurrent_dropout > 0
    numbers = list(range(gates if several else 1)) if layer.dropout else []
    numbers += list(range(gates, 2 * gates)) if layer.recurrent_dropout else []
    assert record.streams() == {"": 5}
    theirs.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    with mock.patch("keras.src.backend.random.dropout", mask):
        theirs.train_on_batch(x, y)
    assert drawn and not numbers
    for a, b in zip(mine, theirs.get_weights()):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_both_engines_drop_the_same_in_stacks_and_wrappers(rng):
    x, y = rng.normal(size=(5, *SERIES)).astype("float32"), rng.normal(size=(5, 2))
    cells = [L.LSTMCell(3, dropout=0.4), L.GRUCell(2, recurrent_dropout=0.5, seed=3)]
    for layer in (
        L.RNN(cells),
        L.Bidirectional(L.GRU(2, recurrent_dropout=0.4, seed=2), merge_mode="sum"),
        L.Bidirectional(L.SimpleRNN(2, dropout=0.4, stateful=True), merge_mode="mul"),
    ):
        found = []
        for backend in ("torch", "tensorflow"):
            rdeep.set_random_seed(4)
            found.append(trained(from_config("layer", layer.to_data()), backend, x, y))
        for a, b in zip(*found):
            np.testing.assert_allclose(a, b, atol=1e-5)


def reset(layer):
    """Do what Keras's `reset_state`, which does not know of stacked cells, would."""
    for inner in [layer.forward_layer, layer.backward_layer] if "idir" in layer.name else [layer]:
        for state in keras.tree.flatten(inner.states):
            state.assign(np.zeros(state.shape))


STATEFUL = {
    "LSTM": lambda m: m.LSTM(3, stateful=True),
    "stack": lambda m: m.RNN([m.GRUCell(3), m.SimpleRNNCell(3)], stateful=True),
    "both ways": lambda m: m.Bidirectional(m.GRU(3, stateful=True, return_sequences=True)),
}


@pytest.mark.parametrize("name", STATEFUL)
@pytest.mark.few_on_tensorflow("stack")
def test_states_are_kept_between_batches_as_in_keras(name, backend, rng):
    x = rng.normal(size=(4, *SERIES)).astype("float32")
    theirs = keras.Sequential([keras.Input(batch_shape=(2, *SERIES)), STATEFUL[name](K)])
    ours = Sequential([STATEFUL[name](L)], input_shape=SERIES, backend=backend)
    shapes = [w.shape for w in ours.get_weights()]
    weights = [rng.uniform(-0.6, 0.6, shape).astype("float32") for shape in shapes]
    ours.set_weights(weights)
    trainable = [v for layer in theirs.layers for v in layer.trainable_variables]
    for variable, value in zip(trainable, weights):
        variable.assign(value)
    y = rng.normal(size=(4, *theirs.output_shape[1:])).astype("float32")
    # A few steps: compiling them takes longer.
    theirs.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    ours.compile("sgd", "mse")
    ours.learning_rate = 0.1
    theirs.fit(x, y, batch_size=2, epochs=2, shuffle=False, verbose=0)
    ours.fit(x, y, batch_size=2, epochs=2, shuffle=False, verbose=0)
    for a, b in zip(ours.get_weights(), trainable):
        np.testing.assert_allclose(a, b.numpy(), atol=1e-5)
    kept, other = ours.predict(x, batch_size=2), theirs.predict(x, batch_size=2, verbose=0)
    np.testing.assert_allclose(kept, other, atol=1e-5)
    assert ours.evaluate(x, y, batch_size=2)["loss"] == pytest.approx(
        theirs.evaluate(x, y, batch_size=2, verbose=0), rel=1e-4
    )
    reset(theirs.layers[0])
    ours.reset_states()
    fresh = ours.predict(x, batch_size=2)
    np.testing.assert_allclose(fresh, theirs.predict(x, batch_size=2, verbose=0), atol=1e-5)
    assert np.abs(fresh - kept).max() > 1e-3


def test_stateful_batches_are_of_one_size(backend, rng):
    x = rng.normal(size=(5, *SERIES)).astype("float32")
    model = Sequential(
        [L.LSTM(2, stateful=True, name="memory")], input_shape=SERIES, backend=backend
    )
    model.compile("sgd", "mse")
    with pytest.raises(StateError, match=r"'memory' is stateful and keeps the states of 2 rows"):
        model.predict(x, batch_size=2)
    model.reset_states()
    model.predict(x[:4], batch_size=2)
    with pytest.raises(StateError, match="there is a batch of 4"):
        model.fit(x[:4], np.zeros((4, 2)), batch_size=4, verbose=0)


class Leaky(L.RNNCell):
    """A cell of one's own: an exponential average of a projection."""

    units: int = option(Count(), doc="The size.")

    @property
    def state_size(self):
        return self.units

    def weights(self, step):
        return [Weight("kernel", (step[-1], self.units), GlorotUniform())]

    def step(self, inputs, states, run):
        h = 0.9 * states[0] + 0.1 * run.ops.tanh(run.ops.matmul(inputs, run.weights["kernel"]))
        return h, [h]


def test_a_cell_of_ones_own_runs_on_both_engines(backend, rng):
    x = rng.normal(size=(5, *SERIES)).astype("float32")
    model = Sequential([L.RNN(Leaky(2))], input_shape=SERIES, backend=backend)
    (kernel,) = model.get_weights()
    h = np.zeros((5, 2))
    for t in range(SERIES[0]):
        h = 0.9 * h + 0.1 * np.tanh(x[:, t] @ kernel)
    np.testing.assert_allclose(model.predict(x), h, atol=1e-6)
    assert model.copy().graph.layers[1].record.cell == Leaky(2)


SEQUENCE = Input((5, 3))

WRONG = {
    "rank": (lambda: L.LSTM(2)(Input((3,))), ShapeError, "2 dimensions for each sample"),
    "cell's rank": (lambda: L.RNN(L.GRUCell(2))(Input((5, 4, 3))), ShapeError, "GRUCell wants"),
    "no steps": (lambda: L.RNN(L.GRUCell(2))(Input((5,))), ShapeError, "wants steps and features"),
    "states": (
        lambda: L.LSTM(2)(SEQUENCE, initial_state=Input((2,))),
        ShapeError,
        "has 2 states, but 'initial_state' holds 1",
    ),
    "state's shape": (
        lambda: L.GRU(2)(SEQUENCE, initial_state=Input((3,))),
        ShapeError,
        r"state 1 in 'initial_state' must have shape \(None, 2\), not \(None, 3\)",
    ),
    "both ways": (
        lambda: L.Bidirectional(L.GRU(2))(SEQUENCE, initial_state=[Input((2,))]),
        ShapeError,
        "has 2 states, but 'initial_state' holds 1",
    ),
    "merge": (lambda: L.Bidirectional(L.GRU(2), "concatenate"), ArgumentError, "'merge_mode'"),
    "sizes": (
        lambda: L.Bidirectional(L.GRU(2), "sum", backward_layer=L.GRU(3, go_backwards=True))(
            SEQUENCE
        ),
        ShapeError,
        "cannot merge outputs",
    ),
    "weights": (
        lambda: L.Bidirectional(L.SimpleRNN(2), weights=[[1.0]])(SEQUENCE),
        ShapeError,
        "the arrays in 'weights' have shapes",
    ),
    "wrapped": (lambda: L.Bidirectional(L.Dense(2)), ArgumentError, "a recurrent layer"),
    "inside": (lambda: L.TimeDistributed(L.Add()), ArgumentError, "a layer such as"),
    "flat": (lambda: L.TimeDistributed(L.Dense(2))(Input((3,))), ShapeError, "wants steps"),
    "averages": (
        lambda: L.TimeDistributed(L.BatchNormalization())(Input((None, 3))),
        ShapeError,
        "needs to know the size of the steps",
    ),
    "unroll": (lambda: L.LSTM(2, unroll=True)(Input((None, 3))), ShapeError, "fixed number"),
    "kernel": (
        lambda: L.LSTM(2, use_cudnn=True, recurrent_dropout=0.1),
        ArgumentError,
        "no fused kernel has recurrent_dropout=0.1",
    ),
    "cudnn": (lambda: L.GRU(2, use_cudnn="yes"), ArgumentError, "'auto', True or False"),
    "cell": (lambda: L.RNN(L.LSTM(2)), ArgumentError, "a cell such as"),
    "cells": (lambda: L.StackedRNNCells([]), ArgumentError, "a list of cells"),
    "dilation": (
        lambda: L.ConvLSTM1D(2, 2, strides=2, dilation_rate=2),
        ArgumentError,
        "cannot both be above 1",
    ),
    "window": (lambda: L.ConvLSTM1D(2, 9)(Input((4, 5, 1))), ShapeError, "a window of 9"),
    "open": (lambda: L.ConvLSTM1D(2, 2)(Input((4, None, 1))), ShapeError, "each step"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_layers_are_refused_when_they_are_made(name):
    make, error, message = WRONG[name]
    with pytest.raises(error, match=message):
        make()


def test_channels_may_come_first(rng):
    x = rng.normal(size=(3, 4, 6, 5, 2)).astype("float32")
    last = Sequential([L.ConvLSTM2D(3, 2, strides=2)], input_shape=x.shape[1:])
    options = {"data_format": "channels_first", "return_state": True}
    inputs = Input((4, 2, 6, 5))
    first = Model(inputs, L.ConvLSTM2D(3, 2, strides=2, **options)(inputs))
    first.set_weights(last.get_weights())
    found = first.predict(np.moveaxis(x, -1, 2))
    np.testing.assert_allclose(np.moveaxis(found[0], 1, -1), last.predict(x), atol=1e-6)
    assert found[2].shape == found[0].shape
    moved = first.to_backend("tensorflow").predict(np.moveaxis(x, -1, 2))
    np.testing.assert_allclose(moved[0], found[0], atol=1e-5)


@pytest.mark.parametrize("name", STATEFUL)
def test_numpy_goes_on_from_the_states_of_the_batch_before(name, rng):
    x = rng.normal(size=(4, *SERIES)).astype("float32")
    ours = Sequential([STATEFUL[name](L)], input_shape=SERIES, backend="torch")
    other = ours.to_backend("numpy")
    fresh = other.predict(x, batch_size=2)
    np.testing.assert_allclose(fresh, ours.predict(x, batch_size=2), atol=1e-5)
    kept = other.predict(x, batch_size=2)
    np.testing.assert_allclose(kept, ours.predict(x, batch_size=2), atol=1e-5)
    assert np.abs(kept - fresh).max() > 1e-3
    other.reset_states()
    np.testing.assert_array_equal(other.predict(x, batch_size=2), fresh)
