"""Outputs that `compile` names no loss for, beside others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rdeep import Input, Model
from rdeep.errors import ArgumentError, StateError
from rdeep.layers import Dense

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = X.sum(1, keepdims=True)


def two_headed(backend: str, loss: Any) -> Model:
    inputs = Input((3,))
    shared = Dense(4, activation="tanh", name="shared")(inputs)
    outputs = [Dense(1, name="a")(shared), Dense(1, name="b")(shared)]
    model = Model(inputs, outputs, backend=backend, seed=1)
    model.compile("adam", loss, metrics=[["mae"], []])
    return model


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
@pytest.mark.parametrize(
    ("loss", "y"),
    [
        ([None, "mse"], [None, Y]),
        ([None, "mse"], [Y, Y]),
        ({"b": "mse"}, {"b": Y}),
        ({"a": None, "b": "mse"}, {"a": Y, "b": Y}),
    ],
)
@pytest.mark.few_on_tensorflow("loss0")
def test_they_are_predicted_and_not_trained(backend: str, loss: Any, y: Any) -> None:
    model = two_headed(backend, loss)
    kernel = model.get_weights(layer="a")[0].copy()
    logs = model.fit(X, y, epochs=2, verbose=0).history
    assert "a_loss" not in logs
    np.testing.assert_allclose(logs["loss"], logs["b_loss"])
    assert logs["loss"][1] < logs["loss"][0]
    np.testing.assert_array_equal(model.get_weights(layer="a")[0], kernel)
    assert model.evaluate(X, y)["loss"] == model.evaluate(X, y)["b_loss"]


def test_what_is_missing_is_said() -> None:
    with pytest.raises(StateError, match="Output 'a' has no loss"):
        two_headed("torch", None).fit(X, [Y, Y], verbose=0)
    with pytest.raises(ArgumentError, match="needs data for output 'b'"):
        two_headed("torch", {"b": "mse"}).fit(X, {"a": Y}, verbose=0)
