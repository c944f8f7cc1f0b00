"""A layer that stands in a network in several ways has one set of weights there."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from rdeep import Input, Layer, Model, Sequential, layers, load_model, ops
from rdeep.errors import ArgumentError

X = np.random.default_rng(0).normal(size=(8, 2, 3)).astype("float32")


class Around(Layer):
    def __init__(self, layer: Any, **options: Any) -> None:
        super().__init__(**options)
        self.layer = layer

    def call(self, inputs):
        return self.layer(inputs)


class Transposed(Layer):
    """The layer's kernel, read and not applied."""

    def __init__(self, layer: Any, **options: Any) -> None:
        super().__init__(**options)
        self.layer = layer

    def call(self, inputs):
        return ops.matmul(inputs, ops.transpose(self.layer.kernel))


class Coder(Layer):
    """Applies its layer, and reads its kernel."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.layer = layers.Dense(units, use_bias=False)

    def call(self, inputs):
        return ops.matmul(self.layer(inputs), ops.transpose(self.layer.kernel))


def _dense(units: int = 3) -> Any:
    return layers.Dense(units, use_bias=False)


def _wrapped():
    layer, x = _dense(), Input((2, 3))
    return layer, x, layers.TimeDistributed(layer)(layer(x)), lambda x, k: x @ k @ k


def _wrapped_before():
    layer, x = _dense(), Input((2, 3))
    return layer, x, layer(layers.TimeDistributed(layer)(x)), lambda x, k: x @ k @ k


def _within_own():
    layer, x = _dense(), Input((2, 3))
    return layer, x, Around(layer)(layer(x)), lambda x, k: x @ k @ k


def _within_a_model():
    layer, x, inner = _dense(), Input((2, 3)), Input((2, 3))
    part = Model(inner, layer(inner))
    return layer, x, layer(part(x)), lambda x, k: x @ k @ k


def _within_two_models():
    layer, x = _dense(), Input((2, 3))
    parts = [Sequential([Input((2, 3)), layer]), Sequential([Input((2, 3)), Around(layer)])]
    return layer, x, parts[1](parts[0](x)), lambda x, k: x @ k @ k


def _read():
    layer, x = _dense(4), Input((2, 3))
    return layer, x, Transposed(layer)(layer(x)), lambda x, k: x @ k @ k.T


def _applied_and_read():
    x = Input((2, 3))
    coder = Coder(4)
    y = coder(x)
    return coder.layer, x, y, lambda x, k: x @ k @ k.T


def _read_alone():
    layer, x = _dense(4), Input((2, 3))
    layer.build((None, 2, 3))
    return layer, x, x @ layer.kernel * 2.0, lambda x, k: 2 * x @ k


WAYS = [
    *(_wrapped, _wrapped_before, _within_own, _within_a_model, _within_two_models),
    *(_read, _applied_and_read, _read_alone),
]
ON_TENSORFLOW = (_wrapped_before, _within_two_models, _read, _read_alone)
CASES = [("torch", way) for way in WAYS] + [("tensorflow", way) for way in ON_TENSORFLOW]


def _close(model: Model, other: Any) -> None:
    wanted = other if isinstance(other, np.ndarray) else other.predict(X)
    np.testing.assert_allclose(model.predict(X), wanted, atol=1e-5)


@pytest.mark.parametrize(("engine", "way"), CASES)
def test_a_layer_has_its_weights_once(engine: str, way: Any, tmp_path: Path) -> None:
    layer, x, y, formula = way()
    model = Model(x, y, backend=engine)
    (name,) = (each.path for each in model.weights)
    assert model.count_params() == layer.kernel.numpy().size
    _close(model, formula(X, layer.kernel.numpy()))

    target = np.ones((8, *y.shape[1:]))
    model.compile("adam", "mse")
    before = layer.kernel.numpy()
    model.fit(X, target, batch_size=4, verbose=0)
    assert np.abs(layer.kernel.numpy() - before).max() > 1e-4
    _close(model, formula(X, layer.kernel.numpy()))

    layer.kernel.assign(np.full(layer.kernel.shape, 0.5))
    _close(model, formula(X, layer.kernel.numpy()))
    for each in model.layers:
        each.set_weights(each.get_weights())
        assert each.count_params() in (0, layer.kernel.numpy().size)

    model.save(tmp_path / "model.rdeep")
    other = "torch" if engine == "tensorflow" else "numpy"
    for again in (load_model(tmp_path / "model.rdeep", backend=other), copy.deepcopy(model)):
        assert [each.path for each in again.weights] == [name]
        _close(again, model)
    again.fit(X, target, batch_size=4, verbose=0)
    model.fit(X, target, batch_size=4, verbose=0)
    _close(again, model)
    # Whoever trains the engine's own network takes one step for the weight.
    native: Any = model.native
    held = native.parameters() if engine == "torch" else native.trainable_weights
    assert len(list(held)) == 1


def test_gradients_are_those_of_both_uses(backend: str) -> None:
    found = []
    for way in (_read, _applied_and_read):
        layer, x, y, _ = way()
        model = Model(x, y, backend=backend)
        layer.kernel.assign(np.linspace(-1, 1, 12).reshape(3, 4))
        model.compile("sgd", "mse")
        model.fit(X, X, batch_size=8, verbose=0)
        found.append(layer.kernel.numpy())
    np.testing.assert_allclose(found[0], found[1], atol=1e-6)
    # By hand: the mean square of (x K K' - x), one step of 0.01.
    start = np.linspace(-1, 1, 12).reshape(3, 4)
    rows = X.reshape(-1, 3).astype("float64")
    slope = 2 * (rows @ start @ start.T - rows) / rows.size  # (16, 3)
    gradient = rows.T @ slope @ start + slope.T @ rows @ start
    np.testing.assert_allclose(found[0], start - 0.01 * gradient, atol=1e-5)


def test_moving_means_are_one_too() -> None:
    layer, x = layers.BatchNormalization(), Input((3,))
    model = Model(x, Around(layer)(layer(x)))
    assert len(model.weights) == 4
    model.compile("sgd", "mse")
    model.fit(X[:, 0], X[:, 0], verbose=0)
    gamma, beta, mean, variance = (each.numpy() for each in layer.weights)
    wanted = X[:, 0]
    for _ in range(2):
        wanted = gamma * (wanted - mean) / np.sqrt(variance + 1e-3) + beta
    np.testing.assert_allclose(model.predict(X[:, 0]), wanted, atol=1e-5)


class Penalised(Model):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.layer = _dense()

    def call(self, inputs):
        return self.layer(inputs)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        shrunk = ops.sum(ops.square(self.layer.kernel))
        total = sum(ops.sum(ops.abs(each)) for each in self.trainable_weights)
        return ops.mean(ops.square(y - y_pred)) + 0.1 * shrunk + 0.01 * total


def test_a_loss_of_ones_own_reads_weights(backend: str, tmp_path: Path) -> None:
    model = Penalised(backend=backend)
    model.compile("sgd")
    model.fit(X, X, batch_size=8, verbose=0)
    model.save(tmp_path / "model.rdeep")
    again = load_model(tmp_path / "model.rdeep")
    for each in (model, again):
        each.fit(X, X, batch_size=8, verbose=0)
        kernel = each.get_weights()[0]
        wanted = (
            np.mean((X - X @ kernel) ** 2) + 0.1 * np.sum(kernel**2) + 0.01 * np.abs(kernel).sum()
        )
        assert each.evaluate(X, X, verbose=0) == pytest.approx(wanted, rel=1e-5)
    _close(model, again)


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    from rdeep.errors.damage import Damage
    from rdeep.graph.plain import to_data
    from rdeep.graph.restoring import restored_graph

    _, x, y, _ = _read()
    data = to_data(Model(x, y).graph)
    assert data["ties"] == {"transposed/dense_kernel": "dense/kernel"}
    assert restored_graph(data, "graph").twins
    for ties in ({"transposed/dense_kernel": "no/kernel"}, {"dense/kernel": "dense/kernel"}, 3):
        with pytest.raises(Damage):
            restored_graph({**data, "ties": ties}, "graph")


@pytest.mark.parametrize("way", [_wrapped, _wrapped_before, _within_a_model])
def test_files_of_keras_hold_them_once(way: Any, tmp_path: Path) -> None:
    _, x, y, _ = way()
    model = Model(x, y)
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    assert len(again.weights) == 1
    _close(again, model)


def test_a_file_that_keras_wrote_is_read(tmp_path: Path) -> None:
    layer, x = keras.layers.Dense(3, use_bias=False), keras.Input((2, 3))
    model = keras.Model(x, keras.layers.TimeDistributed(layer)(layer(x)))
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    assert len(again.weights) == 1
    _close(again, model.predict(X, verbose=0))


def test_what_is_frozen_stays_wherever_it_is_read(backend: str) -> None:
    for frozen in ("layer", "reader"):
        layer, x = _dense(4), Input((2, 3))
        reader = Transposed(layer)
        model = Model(x, _dense()(reader(layer(x))), backend=backend)
        {"layer": layer, "reader": reader}[frozen].trainable = False
        model.compile("sgd", "mse")
        before = layer.kernel.numpy().copy()
        model.fit(X, X, verbose=0)
        np.testing.assert_array_equal(layer.kernel.numpy(), before)
        assert [each.path for each in model.trainable_weights] == ["dense_1/kernel"]


def test_a_stateless_call_takes_the_weight_that_is_given(backend: str) -> None:
    for way in (_read, _applied_and_read, _read_alone):
        layer, x, y, formula = way()
        model = Model(x, y, backend=backend)
        given = np.linspace(-1, 1, 12).reshape(3, 4).astype("float32")
        before = layer.kernel.numpy().copy()
        found, _ = model.stateless_call([given], [], X)
        np.testing.assert_allclose(ops.convert_to_numpy(found), formula(X, given), atol=1e-5)
        np.testing.assert_array_equal(layer.kernel.numpy(), before)


def test_models_within_models_have_it_once_in_files(tmp_path: Path) -> None:
    layer = _dense()
    ends = [Input((2, 3)) for _ in range(3)]
    inner = Model(ends[0], layer(ends[0]))
    middle = Model(ends[1], inner(layer(ends[1])))
    model = Model(ends[2], middle(inner(layer(ends[2]))))
    kernel = layer.kernel.numpy()
    _close(model, X @ kernel @ kernel @ kernel @ kernel)
    model.save(tmp_path / "model.rdeep")
    again = load_model(tmp_path / "model.rdeep")
    assert len(again.weights) == 1
    _close(again, model)


OF_THE_KERNEL = [
    (lambda k: ops.matmul(k, ops.transpose(k)), lambda k: k @ k.T),
    (lambda k: ops.add(2.0 * k, k), lambda k: 3 * k),
    (lambda k: ops.abs(k[:, :2]), lambda k: np.abs(k[:, :2])),
]


@pytest.mark.parametrize(("compute", "wanted"), OF_THE_KERNEL)
def test_what_is_computed_of_a_weight_follows_it(
    backend: str, compute: Any, wanted: Any, tmp_path: Path
) -> None:
    layer = _dense(3)
    x = Input((2, 3))
    known = Model(x, layer(x), backend=backend)
    model = Model(x, ops.matmul(known(x), compute(layer.kernel)), backend=backend)
    kernel = np.linspace(-1, 1, 9).reshape(3, 3)
    layer.kernel.assign(kernel)
    assert len(model.weights) == 1
    _close(model, X @ kernel @ wanted(kernel))
    model.save(tmp_path / "model.rdeep")
    _close(load_model(tmp_path / "model.rdeep"), model)
    # What is turned into an array is the value of then.
    constant = ops.convert_to_numpy(layer.kernel).copy()
    other = Model(x, ops.matmul(x, constant), backend=backend)
    layer.kernel.assign(0 * kernel)
    _close(other, X @ kernel)


def test_what_torch_alone_computes_of_a_weight_is_refused() -> None:
    layer, x = _dense(3), Input((2, 3))
    Model(x, layer(x), backend="torch")
    with pytest.raises(ArgumentError, match="would stay as it is"):
        x @ (-ops.abs(layer.kernel))
