"""Layers of one's own as cells of `RNN`: a state size, and a call of a step and its states."""

from __future__ import annotations

import numpy as np
import pytest

import rdeep
from rdeep import Layer, Sequential, layers, ops
from rdeep.errors import ArgumentError

X = np.random.default_rng(0).normal(size=(5, 3, 4)).astype("float32")


class Cell(Layer):
    """As Keras's guide has it, with a layer and dropout inside."""

    def __init__(self, units, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.state_size = units
        self.after = layers.Dense(units, "tanh")
        self.dropout = layers.Dropout(rate)

    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[-1], self.state_size), name="kernel")

    def call(self, inputs, states, training=False):
        h = self.after(ops.matmul(inputs, self.kernel) + states[0])
        return self.dropout(h, training=training), [h]


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_a_layer_is_a_cell(backend, tmp_path):
    rdeep.utils.set_random_seed(1)
    model = Sequential([layers.RNN(Cell(3))], input_shape=(None, 4), backend=backend)
    kernel, after, bias = model.get_weights()
    h = np.zeros((5, 3), "float32")
    for step in range(3):
        h = np.tanh((X[:, step] @ kernel + h) @ after + bias)
    np.testing.assert_allclose(model.predict(X), h, atol=1e-5)
    model.save(tmp_path / "cell.rdeep")
    for name in ("numpy", backend):
        again = rdeep.load_model(tmp_path / "cell.rdeep", backend=name)
        np.testing.assert_allclose(again.predict(X), h, atol=1e-5)
    assert again.clone().count_params() == model.count_params()


def test_stacked_cells_are_trained_alike_on_both_engines():
    found = {}
    for backend in ("torch", "tensorflow"):
        rdeep.utils.set_random_seed(1)
        rnn = layers.RNN([Cell(3, 0.5), layers.GRUCell(2)])
        model = Sequential([rnn], input_shape=(None, 4), backend=backend)
        model.compile("sgd", "mse")
        found[backend] = model.fit(X, np.ones((5, 2)), epochs=2, verbose=0).history["loss"]
    np.testing.assert_allclose(found["torch"], found["tensorflow"], rtol=1e-5)


def test_what_is_no_cell_is_refused():
    with pytest.raises(ArgumentError, match="state_size"):
        layers.RNN(layers.Dense(3))

    class Alone(Cell):
        def call(self, inputs, states):
            return inputs

    with pytest.raises(ArgumentError, match="a list of its states"):
        layers.RNN(Alone(3))(rdeep.Input((None, 4)))


class TiedCell(Layer):
    """Reads the kernel of the layer that it applies."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.state_size = units
        self.dense = layers.Dense(units, use_bias=False)

    def call(self, inputs, states):
        kernel = ops.transpose(self.dense.kernel)
        h = ops.tanh(inputs + ops.matmul(self.dense(states[0]), kernel))
        return h, [h]


def _steps(x, kernel):
    h, found = np.zeros_like(x[:, 0]), []
    for step in range(x.shape[1]):
        h = np.tanh(x[:, step] + h @ kernel @ kernel.T)
        found.append(h)
    return np.stack(found, 1)


def test_the_weights_of_a_cell_are_those_of_its_layers(backend, tmp_path):
    cell = TiedCell(4)
    rnn = layers.RNN(cell, return_sequences=True)
    x = rdeep.Input((3, 4))
    # The cell stands here twice, and its layer by itself.
    model = rdeep.Model(x, rnn(layers.RNN(cell, return_sequences=True)(cell.dense(x))))
    assert model.count_params() == 16
    model.compile("sgd", "mse")
    model.fit(X, X, verbose=0)
    kernel = cell.dense.kernel.numpy()
    wanted = _steps(_steps(X @ kernel, kernel), kernel)
    np.testing.assert_allclose(model.predict(X), wanted, atol=1e-5)
    model.save(tmp_path / "cell.rdeep")
    again = rdeep.load_model(tmp_path / "cell.rdeep", backend=backend)
    assert again.count_params() == 16
    np.testing.assert_allclose(again.predict(X), wanted, atol=1e-5)
    cell.dense.kernel.assign(0.5 * np.eye(4))
    wanted = _steps(_steps(X @ (0.5 * np.eye(4)), 0.5 * np.eye(4)), 0.5 * np.eye(4))
    np.testing.assert_allclose(model.predict(X), wanted, atol=1e-5)


def test_layers_share_the_weights_of_one_cell(tmp_path):
    cell, x = layers.LSTMCell(3), rdeep.Input((3, 4))
    ways = [layers.RNN(cell)(x), layers.RNN(cell, go_backwards=True)(x)]
    model = rdeep.Model(x, layers.Add()(ways))
    model.compile("sgd", "mse")
    model.fit(X, np.ones((5, 3)), verbose=0)
    model.save(tmp_path / "model.rdeep")
    again = rdeep.load_model(tmp_path / "model.rdeep")
    assert len(again.weights) == len(model.weights) == 3
    again.layers[1].set_weights(again.layers[1].get_weights())
    np.testing.assert_allclose(again.predict(X), model.predict(X), atol=1e-5)
