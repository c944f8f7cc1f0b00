"""What layers and models add to the loss counts, whether their outputs are used or not."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep import Input, Layer, Model, ops
from rdeep.errors import StateError
from rdeep.layers import Dense, Lambda

X = np.random.default_rng(3).normal(size=(8, 3)).astype("float32")


class Mean(Layer):
    def call(self, inputs):
        self.add_loss(ops.mean(inputs))
        return inputs


class Unused(Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = [Mean(), Dense(2, activity_regularizer="l1")]

    def call(self, inputs, training=False):
        for layer in self.inner:
            layer(inputs)
        return 2.0 * inputs


class Whole(Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = Mean()

    def call(self, inputs):
        self.inner(inputs)
        self.add_loss(ops.sum(ops.square(inputs), axis=1))
        return inputs


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_layers_whose_output_is_unused_add_to_the_loss(backend):
    layer, x = Unused(), Input((3,))
    model = Model(x, Lambda(lambda t: t + 1.0)(layer(x)), backend=backend)
    model.compile("sgd")
    dense = layer.inner[1]
    wanted = X.mean() + 0.01 * np.abs(X @ dense.get_weights()[0]).sum() / len(X)
    assert model.evaluate(X, verbose=0) == pytest.approx(wanted, rel=1e-5)
    model(X)
    assert sum(map(float, model.losses)) == pytest.approx(wanted, rel=1e-5)
    before = dense.get_weights()[0]
    model.fit(X, verbose=0)
    assert not np.array_equal(before, dense.get_weights()[0])


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_a_model_adds_to_the_loss_in_its_call(backend):
    model = Whole(backend=backend)
    model.compile("sgd")
    model.fit(X, verbose=0)
    wanted = X.mean() + np.square(X).sum()
    assert model.history.history["loss"] == [pytest.approx(wanted, rel=1e-5)]
    again = model.copy()
    assert again.evaluate(X, verbose=0) == pytest.approx(wanted, rel=1e-5)


def test_add_loss_belongs_into_call():
    with pytest.raises(StateError, match="is called by its call"):
        Whole().add_loss(1.0)
