"""Functions of torch and TensorFlow in losses, metrics, activations and layers of users."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rdeep import Input, Model, Sequential
from rdeep.errors import ArgumentError
from rdeep.graph.function_layer import Lambda
from rdeep.layers import Dense
from rdeep.optimizers import SGD

tf = pytest.importorskip("tensorflow")
torch = pytest.importorskip("torch")

X = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
Y = X.sum(1, keepdims=True)

LOSSES: dict[str, dict[str, Callable[..., Any]]] = {
    "torch": {
        "functions": lambda y, p: torch.mean(torch.square(y - p)),
        "functional": lambda y, p: torch.nn.functional.mse_loss(p, y),
        "module": lambda y, p: torch.nn.MSELoss()(p, y),
        "methods": lambda y, p: ((y - p) ** 2).mean(),
    },
    "tensorflow": {
        "functions": lambda y, p: tf.reduce_mean(tf.square(y - p)),
        "by_sample": lambda y, p: tf.reduce_mean(tf.math.squared_difference(y, p), axis=-1),
        "with_constants": lambda y, p: tf.reduce_mean(
            tf.constant(1.0) * tf.square(tf.stack([y, p])[0] - p)
        ),
    },
}


def trained(backend: str, loss: Any, **options: Any) -> dict[str, list[float]]:
    activation = options.pop("activation", None)
    model = Sequential(
        [Dense(8, activation=activation), Dense(1)], input_shape=(4,), backend=backend, seed=3
    )
    model.compile(SGD(0.05), loss, **options)
    return model.fit(X, Y, epochs=2, shuffle=False, verbose=0).history


@pytest.mark.parametrize(("backend", "name"), [(b, n) for b in LOSSES for n in LOSSES[b]])
def test_a_loss_of_an_engines_functions_runs_there(backend: str, name: str) -> None:
    expected = trained(backend, "mse")["loss"]
    np.testing.assert_allclose(trained(backend, LOSSES[backend][name])["loss"], expected, rtol=1e-5)
    other = "torch" if backend == "tensorflow" else "tensorflow"
    with pytest.raises(ArgumentError, match=f"is a function of {backend}, and the model runs on"):
        trained(other, LOSSES[backend][name])


@pytest.mark.parametrize("backend", LOSSES)
def test_activations_and_metrics_too(backend: str) -> None:
    relu = {"torch": torch.relu, "tensorflow": tf.nn.relu}[backend]
    off = {
        "torch": lambda y, p: torch.abs(y - p).mean(dim=-1),
        "tensorflow": lambda y, p: tf.reduce_mean(tf.abs(y - p), axis=-1),
    }[backend]
    expected = trained(backend, "mse", activation="relu", metrics=["mae"])
    for activation in (relu, lambda x: relu(x)):
        found = trained(backend, "mse", activation=activation, metrics=[off])
        np.testing.assert_allclose(found["loss"], expected["loss"], rtol=1e-5)
        np.testing.assert_allclose(found["<lambda>"], expected["mae"], rtol=1e-5)


@pytest.mark.parametrize("backend", LOSSES)
def test_layers_of_them_are_copied_and_pickled(backend: str) -> None:
    def joined(x: Any) -> Any:
        if backend == "torch":
            return torch.stack([x[:, 0], torch.softmax(x, dim=-1)[:, 1]], dim=1)
        return tf.stack([x[:, 0], tf.nn.softmax(x)[:, 1]], axis=1)

    inputs = Input((4,))
    model = Model(inputs, Lambda(joined)(inputs), backend=backend)
    assert model.outputs[0].shape == (None, 2)
    shares = np.exp(X) / np.exp(X).sum(1, keepdims=True)
    expected = np.stack([X[:, 0], shares[:, 1]], 1)
    for each in (model, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_allclose(each.predict(X), expected, rtol=1e-5)


def test_what_takes_arguments_in_another_order_is_refused() -> None:
    for loss in (torch.nn.functional.mse_loss, torch.nn.MSELoss()):
        with pytest.raises(ArgumentError, match="but of torch"):
            trained("torch", loss)
    with pytest.raises(ArgumentError, match=r"tf\.matmul\(\) cannot be applied"):
        trained("tensorflow", lambda y, p: tf.matmul(y, tf.zeros((5, 5))) + p)
