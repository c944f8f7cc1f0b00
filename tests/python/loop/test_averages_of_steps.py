"""Moving averages of weights where phases, steps of a user's or loops by hand train."""

from __future__ import annotations

import numpy as np
import pytest

import rdeep
from rdeep import Model, Phase, Sequential, ops
from rdeep.callbacks import LambdaCallback, SwapEMAWeights
from rdeep.errors import ArgumentError
from rdeep.layers import Dense
from rdeep.optimizers import SGD

X = np.random.default_rng(1).normal(size=(32, 2)).astype("float32")
Y = X.sum(axis=1, keepdims=True)
AVERAGED = {"use_ema": True, "ema_momentum": 0.8}


class Stepping(Model):
    """A step that asks for weights before it calls the model."""

    def __init__(self, **options):
        super().__init__(**options)
        self.dense = Dense(1, kernel_initializer="ones")

    def call(self, x):
        return self.dense(x)

    def train_step(self, data):
        x, y = data
        weights = self.trainable_weights
        loss, gradients = rdeep.gradients_of(
            lambda: ops.mean((self(x, training=True) - 3 * y) ** 2), weights, True
        )
        self.optimizer.apply(gradients, weights)
        return {"loss": loss}


def by_step(backend, optimizer):
    model = Stepping(backend=backend)
    model.compile(optimizer)
    return model, model


def plain(backend):
    return Sequential([Dense(1, kernel_initializer="ones")], input_shape=(2,), backend=backend)


def by_fit(backend, optimizer):
    model = plain(backend)
    model.compile(optimizer, "mse")
    return model, model


def by_phases(backend, optimizer):
    model, other = plain(backend), plain(backend)
    both = Sequential([other, Dense(2), model], backend=backend)
    both.compile(
        phases=[
            Phase("other", other, SGD(0.1), lambda x, y: ops.mean(other(x) ** 2)),
            Phase("own", model, optimizer, lambda x, y: ops.mean((model(x) - y) ** 2)),
        ]
    )
    return both, model


def kernels(made, backend, callbacks=()):
    """Return the kernel at the end of each epoch and of training."""
    trained, model = made(backend, SGD(0.1, **AVERAGED))
    found = []
    seen = LambdaCallback(on_epoch_end=lambda *_: found.append(model.get_weights()[0]))
    y = Y if made is by_step else 3 * Y
    options = {"epochs": 2, "batch_size": 16, "shuffle": False, "verbose": 0}
    trained.fit(X, y, callbacks=[*callbacks, seen], **options)
    return np.stack([*found, model.get_weights()[0]])


@pytest.mark.parametrize("made", [by_step, by_phases])
def test_the_average_is_that_of_fit(made, backend):
    for callbacks in ([], [SwapEMAWeights(swap_on_epoch=True)]):
        expected = kernels(by_fit, backend, callbacks)
        np.testing.assert_allclose(kernels(made, backend, callbacks), expected, rtol=1e-5)
    np.testing.assert_array_equal(expected[-1], expected[-2])


@pytest.mark.parametrize("made", [by_step, by_phases])
def test_an_average_that_nobody_keeps_is_missed(made, backend):
    model, _ = made(backend, SGD(0.1))
    with pytest.raises(ArgumentError, match="keeps no moving average"):
        model.fit(X, Y, callbacks=[SwapEMAWeights()], verbose=0)


def test_variables_get_the_average_of_steps_by_hand(backend):
    plain_optimizer, averaging = SGD(1.0), SGD(1.0, use_ema=True, ema_momentum=0.5)
    model, others = plain(backend), plain(backend)
    before = model.get_weights()
    gradients = [np.ones((2, 1), "float32"), np.ones(1, "float32")]
    for optimizer, expected in ((plain_optimizer, -2.0), (averaging, -1.5)):
        model.set_weights(before)
        optimizer.finalize_variable_values(model.trainable_weights)
        for _ in range(2):
            optimizer.apply(gradients, model.trainable_weights)
        # Those that no step has changed stay as they are.
        optimizer.finalize_variable_values([*model.trainable_weights, *others.trainable_weights])
        for weight, start in zip(model.get_weights(), before):
            np.testing.assert_allclose(weight, start + expected)
    np.testing.assert_array_equal(others.get_weights()[0], before[0])
