"""`self.losses` and weights within a traced `compute_loss`: right, or refused in words."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep import Input, Layer, Model, layers, metrics, ops
from rdeep.errors import ArgumentError, StateError

X, Y = np.ones((8, 3), "float32"), np.zeros((8, 1), "float32")


def model_of(loss, backend):
    class Own(Model):
        def __init__(self, **options):
            super().__init__(**options)
            self.told = metrics.Mean(name="told")
            self.dense = layers.Dense(
                1, kernel_initializer="ones", use_bias=False, kernel_regularizer="l2"
            )

        def call(self, inputs):
            return self.dense(inputs)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            return loss(self, ops.mean(ops.square(y - y_pred)))

    model = Own(backend=backend)
    model.compile("sgd")
    return model


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (lambda model, error: error + sum(model.losses), 9.03),
        (lambda model, error: ops.add(error, ops.sum(ops.stack(model.losses))), 9.03),
        (lambda model, error: error, 9.0),
    ],
)
def test_sums_of_penalties_count_once(loss, expected, backend):
    model = model_of(loss, backend)
    found = model.fit(X, Y, batch_size=8, verbose=0).history["loss"][0]
    assert found == pytest.approx(expected, rel=1e-5)


def told(model, error):
    model.told.update_state(sum(model.losses))
    return error


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda model, error: error + 0.5 * sum(model.losses), "something else of 'losses'"),
        (lambda model, error: error + ops.mean(ops.stack(model.losses)), "something else"),
        (told, "'told' has 'losses' in it"),
    ],
)
def test_other_uses_of_penalties_are_refused(loss, message, backend):
    with pytest.raises(ArgumentError, match=message):
        model_of(loss, backend).fit(X, Y, verbose=0)


def test_weights_are_no_constants_of_what_is_trained(backend):
    model = model_of(lambda model, error: error + ops.sum(model.dense.kernel**2), backend)
    model.fit(X, Y, batch_size=8, verbose=0)
    kernel = model.dense.kernel.numpy()
    error = np.mean((model.predict(X, verbose=0) - Y) ** 2)
    wanted = error + np.sum(kernel**2)
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(wanted, rel=1e-5)


def test_weights_of_other_layers_are_not_assigned_to(backend):
    dense = layers.Dense(3, use_bias=False)

    class Assigning(Layer):
        def call(self, inputs):
            dense.kernel.assign(ops.ones((4, 3)))
            return inputs

    x = Input((4,))
    Model(x, dense(x), backend=backend).predict(np.ones((1, 4)))
    with pytest.raises(StateError, match="only weights that the layer itself makes"):
        Assigning()(dense(x))
