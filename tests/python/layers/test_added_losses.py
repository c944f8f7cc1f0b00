"""Losses that layers add themselves, and penalties inside of models that are layers."""

from __future__ import annotations

import functools

import keras
import numpy as np
import pytest

from rdeep import Input, Layer, Model, Sequential, load_model, ops
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


@functools.cache
def oracle(nested):
    inner = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(2, activity_regularizer="l2"), KerasActivity()]
    )
    model = keras.Sequential([keras.Input((3,)), inner]) if nested else inner
    model.compile("sgd", "mse", run_eagerly=True)
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


class Count(Layer):
    """Counts its uses."""

    def __init__(self):
        super().__init__()
        self.uses = self.add_weight((), "zeros", trainable=False)

    def call(self, inputs):
        self.uses.assign_add(1.0)
        return inputs


class Aside(Layer):
    """Uses layers for what they add and count alone: nothing depends on their outputs."""

    def __init__(self):
        super().__init__()
        self.activity, self.count = Activity(), Count()
        self.penalised = Dense(2, activity_regularizer="l2")

    def call(self, inputs):
        self.activity(inputs)
        self.count(inputs)
        self.penalised(inputs)
        return inputs


class AsideModel(Model):
    """The same as a model."""

    def __init__(self):
        super().__init__()
        self.aside, self.out = Aside(), Dense(2, kernel_initializer="zeros")

    def call(self, inputs):
        self.aside.activity(inputs)
        self.aside.count(inputs)
        self.aside.penalised(inputs)
        return self.out(inputs)


class AsideInModes(AsideModel):
    """The same where training has a graph of its own."""

    def call(self, inputs, training=None):
        return super().call(inputs)


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_layers_whose_output_nobody_uses_count(backend, monkeypatch):
    monkeypatch.setenv("RDEEP_BACKEND", backend)
    layer = Aside()
    assert layer.losses == []
    layer(ops.convert_to_tensor(X))
    kernel = np.asarray(layer.penalised.get_weights()[0])
    added = 0.1 * np.square(X).mean(-1).sum(), 0.01 * np.square(X @ kernel).sum() / len(X)
    np.testing.assert_allclose(
        sum(float(ops.stop_gradient(each)) for each in layer.losses), sum(added), rtol=1e-5
    )
    for made in (AsideModel, AsideInModes):
        model = made()
        model.compile("sgd", "mse")
        model(X)
        kernel = np.asarray(model.aside.penalised.get_weights()[0])
        wanted = added[0] + 0.01 * np.square(X @ kernel).sum() / len(X)
        np.testing.assert_allclose(model.evaluate(X, Y, batch_size=8), wanted, rtol=1e-5)
        model.fit(X, Y, batch_size=4, verbose=0)
        assert float(np.asarray(model.aside.count.get_weights()[0])) == 4


class Doubled(Layer):
    """Twice its input, in a layer inside."""

    def __init__(self, **options):
        super().__init__(**options)
        self.dense = Dense(2, use_bias=False, kernel_initializer="ones")

    def call(self, inputs):
        return 2 * self.dense(inputs)


def test_an_own_layer_takes_a_penalty_on_its_output(backend):
    layer = Doubled(activity_regularizer="l2")
    model = Sequential([layer], input_shape=(3,), backend=backend)
    model.compile("sgd", "mse")
    found = model.evaluate(X, Y, batch_size=8)["loss"]
    output = 2 * X.sum(axis=1)
    assert found == pytest.approx(np.mean(output**2) + 0.01 * np.mean(2 * output**2), rel=1e-5)
    assert len(layer.losses) <= 1
