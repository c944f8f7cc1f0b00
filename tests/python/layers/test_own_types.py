"""Layers that compute in a type of their own."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdeep import Input, Model, load_model
from rdeep import layers as L
from rdeep.errors import ArgumentError
from rdeep.models.layer_calls import call_layer
from rdeep.ops.dispatch import as_array

X = (np.random.default_rng(0).normal(size=(5, 4)) * 1e3).astype("float32")
KERNEL = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")


def network(layer: Any, backend: str, shape: tuple[int, ...] = (4,)) -> Model:
    inputs = Input(shape)
    return Model(inputs, layer(inputs), backend=backend)


@pytest.mark.parametrize("backend", ["torch", "tensorflow", "numpy"])
@pytest.mark.parametrize("dtype", ["float64", "float16", "mixed_float16"])
def test_numbers_are_those_of_keras(dtype: str, backend: str, tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    theirs = keras.layers.Dense(3, use_bias=False, dtype=dtype)
    theirs.build((None, 4))
    theirs.set_weights([KERNEL])
    given = "float64" if dtype == "float64" else "float32"
    expected = np.asarray(keras.ops.cast(theirs(X), given))
    model = network(L.Dense(3, use_bias=False, dtype=dtype), backend)
    model.set_weights([KERNEL])
    model.save(str(tmp_path / "model.rdeep"))
    again = load_model(str(tmp_path / "model.rdeep"))
    for each in (model, again, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(each.predict(X), expected, strict=True)
    plain = network(L.Dense(3, use_bias=False), backend)
    plain.set_weights([KERNEL])
    assert not np.array_equal(plain.predict(X), expected) or backend != "torch"


@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (lambda: L.LSTM(2, dtype="float64"), (3, 4)),
        (lambda: L.Conv2D(2, 3, dtype="float64"), (5, 5, 1)),
        (lambda: L.BatchNormalization(dtype="float64"), (4,)),
        (lambda: L.LayerNormalization(dtype="float64"), (4,)),
        (lambda: L.Dropout(0.5, dtype="float16"), (4,)),
        (lambda: L.Bidirectional(L.LSTM(2, dtype="float64")), (3, 4)),
    ],
)
@pytest.mark.few_on_tensorflow("shape0", "shape4")
def test_they_train_beside_others(layer: Any, shape: tuple[int, ...], backend: str) -> None:
    inputs = Input(shape)
    model = Model(inputs, L.Dense(1)(L.Flatten()(layer()(inputs))), backend=backend)
    model.compile("adam", "mse")
    x = np.random.default_rng(2).normal(size=(8, *shape)).astype("float32")
    losses = model.fit(x, np.ones((8, 1)), epochs=2, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    assert model.predict(x).dtype == np.float32


@pytest.mark.parametrize("backend", ["torch", "tensorflow", "numpy"])
def test_64_bits_are_handed_on(backend: str) -> None:
    x = np.random.default_rng(3).normal(size=(5, 4))
    unit = L.UnitNormalization(dtype="float64")
    by_itself = call_layer(unit, x, backend=backend)
    assert np.abs((as_array(by_itself) ** 2).sum(axis=1) - 1).max() < 1e-15
    # A layer of the network's type casts what comes, among other inputs too, and so do losses.
    inputs = Input((4,))
    exact = unit(inputs)
    joined = L.Concatenate()([L.Dense(2)(exact), exact])
    outputs = [L.Dense(1)(joined), L.Dense(1, "sigmoid", dtype="float64")(exact)]
    model = Model(inputs, outputs, backend=backend)
    assert [tensor.dtype for tensor in model.graph.outputs] == ["float32", "float64"]
    assert [found.dtype for found in model.predict(x)] == [np.float32, np.float64]
    if backend == "numpy":
        return
    model.compile("adam", ["mse", "binary_crossentropy"], metrics=[["mae"], ["accuracy"]])
    y = [x[:, :1], (x[:, :1] > 0).astype(float)]
    losses = model.fit(x, y, epochs=1, verbose=0).history["loss"]
    assert np.isfinite([*losses, *model.evaluate(x, y, verbose=0)]).all()


def test_what_no_layer_computes_in_is_refused() -> None:
    for wrong in ("int32", "nonsense", 3):
        with pytest.raises(ArgumentError, match="'dtype' of a layer must be"):
            L.Dense(1, dtype=wrong)
    with pytest.raises(ArgumentError, match="computes as the layers within"):
        network(L.Bidirectional(L.LSTM(2), dtype="float64"), "torch", (3, 4)).predict(
            np.ones((1, 3, 4))
        )
    for policy in ("float64", "mixed_bfloat16"):
        assert L.Dense(1, dtype=policy).get_config()["dtype"]["config"] == {"name": policy}
    assert L.Dense.from_config(L.Dense(1, dtype="float64").get_config()).compute_dtype == "float64"
