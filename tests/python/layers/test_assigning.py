"""Weights that `call` of a user's layer assigns to, at each forward pass."""

from __future__ import annotations

import numpy as np
import pytest

import rdeep
from rdeep import Input, Layer, Model, Sequential, layers, ops
from rdeep.errors import ArgumentError, ShapeError, StateError

X = np.arange(12, dtype="float32").reshape(6, 2)


class Total(Layer):
    """Adds up the rows that it has seen."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.total = self.add_weight((2,), "zeros", trainable=False, name="total")
        self.count = self.add_weight((), "zeros", trainable=False, name="count")

    def call(self, inputs):
        before = self.total * 1.0
        self.total.assign_add(ops.sum(inputs, axis=0))
        self.count.assign(self.count + 1)
        return inputs + self.total - before


def state(model):
    return [weight for weight in model.get_weights() if weight.shape in ((2,), ())]


@pytest.mark.parametrize("backend", ["torch", "tensorflow", "numpy"])
def test_state_changes_at_each_prediction(backend, tmp_path):
    inputs = Input((2,))
    model = Model(inputs, Total()(inputs), backend=backend)
    found = model.predict(X, batch_size=6)
    np.testing.assert_allclose(found, X + X.sum(0))
    model.predict(X[:1], batch_size=6)
    total, count = state(model)
    np.testing.assert_allclose(total, X.sum(0) + X[0])
    assert count == 2
    model.predict(X, batch_size=2)
    assert state(model)[1] == 5
    model.save(tmp_path / "total.rdeep")
    again = rdeep.load_model(tmp_path / "total.rdeep", backend=backend)
    np.testing.assert_allclose(again.predict(X, batch_size=6), X + X.sum(0))
    assert state(again)[1] == 6


def test_state_changes_in_training_on_both_engines():
    found = {}
    for backend in ("torch", "tensorflow"):
        model = Sequential([Total(), layers.Dense(1)], input_shape=2, backend=backend, seed=1)
        model.compile("sgd", "mse")
        assert len(model.get_weights(trainable=True)) == 2
        model.fit(X, X[:, 0], batch_size=2, epochs=2, shuffle=False, verbose=0)
        assert state(model)[1] == 6
        np.testing.assert_allclose(state(model)[0], 2 * X.sum(0))
        model.evaluate(X, X[:, 0], batch_size=3)
        assert state(model)[1] == 8
        found[backend] = model.get_weights()
    for one, other in zip(*found.values()):
        np.testing.assert_allclose(one, other, rtol=1e-4)


def test_gradients_are_of_what_was_read(backend):
    class Scaled(Layer):
        def build(self, input_shape):
            self.scale = self.add_weight((2,), "ones", trainable=False)
            self.kernel = self.add_weight((2,), "ones")

        def call(self, inputs):
            y = inputs * self.kernel * self.scale
            self.scale.assign(self.scale * 100.0)
            return ops.sum(y, axis=-1, keepdims=True)

    model = Sequential([Scaled()], input_shape=2, backend=backend)
    model.compile(rdeep.optimizers.SGD(0.001), "mse")
    model.fit(X, np.zeros(6), batch_size=6, verbose=0)
    kernel = next(w for w in model.get_weights() if w[0] < 5)
    gradient = (2 * X.sum(1, keepdims=True) * X).mean(0)
    np.testing.assert_allclose(kernel, 1 - 0.001 * gradient, rtol=1e-4)


def test_state_changes_in_calls_on_data():
    class Sum(Layer):
        def __init__(self, size):
            super().__init__()
            self.total = self.add_weight((size,), "zeros", trainable=False)

        def call(self, inputs):
            self.total.assign_add(ops.sum(inputs, axis=0))
            return self.total

    layer = Sum(2)
    ones = np.ones((2, 2), "float32")
    np.testing.assert_allclose(ops.convert_to_numpy(layer(ones)), [2.0, 2.0])
    np.testing.assert_allclose(ops.convert_to_numpy(layer(ones)), [4.0, 4.0])


def test_only_in_training(backend):
    class Seen(Layer):
        def build(self, input_shape):
            self.seen = self.add_weight((), "zeros", trainable=False)

        def call(self, inputs, training=False):
            if training:
                self.seen.assign_add(1.0)
            return inputs * 1.0

    model = Sequential([Seen(), layers.Dense(1)], input_shape=2, backend=backend)
    model.compile("sgd", "mse")
    model.predict(X)
    model.fit(X, X[:, 0], batch_size=3, verbose=0)
    assert next(w for w in model.get_weights() if w.shape == ()) == 2


def test_mistakes():
    class Trained(Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight((2,), "ones")
            self.other = self.add_weight((2,), "ones", trainable=False)

        def call(self, inputs, how="trained"):
            if how == "trained":
                self.kernel.assign(self.kernel * 2.0)
            elif how == "shape":
                self.other.assign(inputs)
            else:
                (self.other * 2.0).assign(1.0)
            return inputs

    layer = Trained()
    with pytest.raises(ArgumentError, match="is trained"):
        layer(Input((2,)))
    with pytest.raises(ShapeError, match="cannot be assigned"):
        Trained()(Input((2,)), how="shape")
    with pytest.raises(ArgumentError, match="computed"):
        Trained()(Input((2,)), how="computed")
    with pytest.raises(StateError, match="is for call"):
        layer.other.assign(1.0)


def test_a_variable_by_itself_becomes_state_of_a_layer():
    from rdeep.ops.variable import Variable

    class Counting(Layer):
        def __init__(self):
            super().__init__()
            self.count = Variable(0.0, name="count")

        def call(self, inputs):
            self.count.assign_add(1.0)
            return inputs * 1.0

    layer = Counting()
    model = Sequential([layer], input_shape=(2,))
    model.predict(X, batch_size=6)
    assert layer.count.numpy() == 1
    assert not layer.count.trainable
