"""Losses that layers add themselves, and penalties inside of models that are layers."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from rdeep import Input, Layer, Model, Sequential, load_model, ops
from rdeep.errors import ArgumentError, StateError
from rdeep.layers import Dense

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = np.zeros((8, 2), "float32")


class Activity(Layer):
    """Adds a tenth of its input's squares, for each sample."""

    def call(self, inputs):
        self.add_loss(0.1 * ops.mean(ops.square(inputs), axis=-1))
        return inputs


class KerasActivity(keras.layers.Layer):
    """The same in Keras."""

    def call(self, inputs):
        self.add_loss(0.1 * keras.ops.sum(keras.ops.mean(keras.ops.square(inputs), axis=-1)))
        return inputs


def trained(model, weights):
    model.set_weights(weights)
    before = model.evaluate(X, Y, batch_size=8)["loss"]
    model.fit(X, Y, epochs=2, batch_size=8, shuffle=False, verbose=0)
    return before, model.get_weights()


def oracle(nested):
    inner = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(2, activity_regularizer="l2"), KerasActivity()]
    )
    model = keras.Sequential([keras.Input((3,)), inner]) if nested else inner
    model.compile("sgd", "mse")
    weights = [np.array(w) for w in model.get_weights()]
    before = model.evaluate(X, Y, batch_size=8, verbose=0)
    model.fit(X, Y, epochs=2, batch_size=8, shuffle=False, verbose=0)
    return weights, before, model.get_weights()


@pytest.mark.parametrize("nested", [False, True])
def test_they_are_minimised_as_in_keras(backend, nested, tmp_path):
    start, before, after = oracle(nested)
    inner = Sequential([Dense(2, activity_regularizer="l2"), Activity()], input_shape=(3,))
    entry = Input((3,))
    # Twice within another model: penalties come up through all of them.
    model = Model(entry, inner(entry), backend=backend) if nested else inner
    if not nested:
        model = inner.to_backend(backend)
    model.compile("sgd", "mse")
    found, weights = trained(model, start)
    assert found == pytest.approx(before, rel=1e-5)
    for mine, theirs in zip(weights, after):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
    assert model.predict(X).shape == (8, 2)
    model.save(tmp_path / "model.rdeep")
    again = load_model(tmp_path / "model.rdeep")
    again.set_weights(start)
    assert again.evaluate(X, Y, batch_size=8)["loss"] == pytest.approx(before, rel=1e-5)


def test_a_layer_of_several_results_adds_a_loss(backend):
    class Pair(Layer):
        def call(self, inputs, training=False):
            self.add_loss(ops.sum(inputs) * 0 + (2.0 if training else 1.0))
            return inputs, inputs * 2

    entry = Input((3,))
    one, two = Pair()(entry)
    assert (one.shape, two.shape) == ((None, 3), (None, 3))
    model = Model(entry, [one, two], backend=backend)
    model.compile("sgd", "mse")
    y = [X, 2 * X]
    assert model.evaluate(X, y)["loss"] == pytest.approx(1.0)
    assert model.fit(X, y, epochs=1, verbose=0).history["loss"][0] == pytest.approx(2.0)


def test_only_call_adds_losses():
    with pytest.raises(StateError, match="is for call"):
        Activity().add_loss(1.0)

    class Sometimes(Layer):
        def call(self, inputs, training=False):
            if training:
                self.add_loss(ops.sum(inputs))
            return inputs

    with pytest.raises(ArgumentError, match="as many losses"):
        Sometimes()(Input((3,)))
