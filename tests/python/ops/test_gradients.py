"""Gradients as an operation: in networks, losses and layers, differentiated again."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import torch

import rdeep
from rdeep import Input, Layer, Model, Sequential, ops
from rdeep.errors import ArgumentError, BackendError, StateError
from rdeep.layers import Dense

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


class Slope(Layer):
    def __init__(self, critic):
        super().__init__()
        self.critic = critic

    def call(self, inputs):
        return ops.gradients(self.critic(inputs), inputs)


def critic_on(backend):
    layers = [Dense(5, "tanh"), Dense(1)]
    return Sequential(layers, input_shape=(3,), backend=backend, seed=1)


def by_hand(weights, x):
    a, b, c, _ = weights
    return ((1 - np.tanh(x @ a + b) ** 2) * c[:, 0]) @ a.T


@pytest.mark.parametrize("within", ["network", "layer"])
def test_a_networks_gradients(backend, within):
    critic, x = critic_on(backend), Input((3,))
    slope = Slope(critic)(x) if within == "layer" else ops.gradients(critic(x), x)
    model = Model(x, slope, backend=backend)
    wanted = by_hand(critic.get_weights(), X)
    np.testing.assert_allclose(model.predict(X), wanted, rtol=1e-5, atol=1e-6)
    given = torch.from_numpy(X) if backend == "torch" else tf.constant(X)
    found = model.native(given)
    np.testing.assert_allclose(ops.convert_to_numpy(found), wanted, rtol=1e-5, atol=1e-6)


def test_training_differentiates_them_again(backend, tmp_path):
    critic, x = critic_on(backend), Input((3,))
    model = Model(x, ops.gradients(critic(x), x), backend=backend)
    a, b, c, d = (torch.tensor(w, requires_grad=True) for w in critic.get_weights())
    model.compile(rdeep.optimizers.SGD(0.1), "mse")
    loss = model.fit(X, np.zeros_like(X), verbose=0).history["loss"][0]
    given = torch.from_numpy(X)
    slope = ((1 - torch.tanh(given @ a + b) ** 2) * c[:, 0]) @ a.T
    wanted = slope.square().mean()
    wanted.backward()
    np.testing.assert_allclose(loss, wanted.item(), rtol=1e-5)
    for mine, theirs in zip(critic.get_weights(), (a, b, c)):
        changed = (theirs - 0.1 * theirs.grad).detach().numpy()
        np.testing.assert_allclose(mine, changed, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(critic.get_weights()[3], d.detach().numpy())
    model.save(str(tmp_path / "slopes.rdeep"))
    again = rdeep.load_model(str(tmp_path / "slopes.rdeep"))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_in_a_loss_and_of_several(backend):
    def loss(y_true, y_pred):
        first, second = ops.gradients(ops.sum(y_pred**3 * y_true), [y_pred, y_true])
        return ops.mean(first + second)

    model = Sequential([Dense(1)], input_shape=(3,), backend=backend, seed=1)
    model.compile("sgd", loss)
    y = np.full((4, 1), 2.0, "float32")
    p = model.predict(X)
    np.testing.assert_allclose(model.evaluate(X, y)["loss"], np.mean(6 * p**2 + p**3), rtol=1e-5)
    model.fit(X, y, verbose=0)


def test_a_crossentropy_has_a_slope_at_logits_of_zero(backend):
    x = Input((1,))
    loss = rdeep.losses.BinaryCrossentropy(from_logits=True)
    slope = ops.gradients(loss(ops.ones_like(x), x) * 3, x)
    found = Model(x, slope, backend=backend).predict(np.array([[0.0], [2.0], [-2.0]]))
    wanted = 1 / (1 + np.exp([[0.0], [-2.0], [2.0]])) - 1
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_tensors_of_engines():
    x = torch.from_numpy(X).requires_grad_()
    np.testing.assert_allclose(ops.gradients(x**2, x).detach(), 2 * X)
    with pytest.raises(ArgumentError, match="does not depend"):
        ops.gradients(torch.ones(2), x)
    with pytest.raises(StateError, match="does not record"), torch.no_grad():
        ops.gradients(x**2, x)
    graph = tf.function(lambda x: ops.gradients(x**2, x))
    np.testing.assert_allclose(graph(tf.constant(X)), 2 * X)
    with pytest.raises(StateError, match="needs a graph"):
        ops.gradients(tf.constant(X), tf.constant(X))


def test_what_is_wrong_is_said():
    x, other = Input((3,)), Input((3,))
    with pytest.raises(ArgumentError, match="does not depend on 'x'"):
        ops.gradients(x**2, other)
    with pytest.raises(ArgumentError, match="tensor of floats"):
        ops.gradients(x**2, Input((3,), "int32"))
    with pytest.raises(ArgumentError, match="tensor of floats"):
        ops.gradients(x**2, X)
    with pytest.raises(BackendError, match="no gradients"):
        Model(x, ops.gradients(x**2, x), backend="numpy").predict(X)
