"""Layers, functions and metrics of one's own: both engines, Keras where it has the same, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import rdeep
from oracle import check_agreement
from rdeep import Input, Layer, Metric, Model, Sequential, layers, load_model, ops
from rdeep import random as draws
from rdeep.errors import ArgumentError, StateError
from rdeep.graph.function_layer import Lambda
from rdeep.models import layer_calls
from rdeep.ops.dispatch import as_array


class Scaled(Layer):
    """A weight by hand, and a layer inside."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.inside = layers.Dense(units, name="inside")

    def build(self, input_shape: Any) -> None:
        self.scale = self.add_weight((self.units,), "ones", name="scale")

    def call(self, inputs: Any) -> Any:
        return ops.tanh(self.inside(inputs)) * self.scale

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


class KerasScaled(keras.layers.Layer):
    def __init__(self, units: int) -> None:
        super().__init__()
        self.units, self.inside = units, keras.layers.Dense(units)

    def build(self, input_shape: Any) -> None:
        self.inside.build(input_shape)
        self.scale = self.add_weight(shape=(self.units,), initializer="ones")

    def call(self, inputs: Any) -> Any:
        return keras.ops.tanh(self.inside(inputs)) * self.scale


class Penalised(Layer):
    """Adds to the loss, and more of it while training."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        self.add_loss(0.5 * ops.mean(inputs))
        if training:
            self.add_loss(0.1 * ops.square(inputs))
        return inputs * 2.0


class KerasPenalised(keras.layers.Layer):
    def call(self, inputs: Any, training: bool = False) -> Any:
        self.add_loss(0.5 * keras.ops.mean(inputs))
        if training:
            self.add_loss(0.1 * keras.ops.sum(keras.ops.square(inputs)))
        return inputs * 2.0


class Noisy(Layer):
    """Draws while training."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training:
            return inputs
        shape = ops.shape(inputs)
        noise = draws.normal((shape[0], 3), stddev=0.1) + draws.uniform((shape[0], 3), -1.0, 1.0)
        noise = noise + draws.truncated_normal((shape[0], 3))
        return draws.dropout(inputs + noise, 0.5)


def test_layer_agrees_with_keras(backend: str, rng: np.random.Generator) -> None:
    theirs = keras.Sequential([keras.Input((4,)), KerasScaled(3), keras.layers.Dense(2)])
    ours = Sequential([Scaled(3), layers.Dense(2)], input_shape=(4,), backend=backend)
    check_agreement(ours, theirs, rng.normal(size=(6, 4)).astype("float32"), rng)


def test_lambda(backend: str, rng: np.random.Generator) -> None:
    x = keras.Input((4,))
    theirs = keras.Model(x, keras.layers.Dense(2)(keras.layers.Lambda(lambda a: a[:, 1:] ** 2)(x)))
    layer = Lambda(lambda a, power: a[:, 1:] ** power, arguments={"power": 2})
    ours = Sequential([layer, layers.Dense(2)], input_shape=(4,), backend=backend)
    check_agreement(ours, theirs, rng.normal(size=(5, 4)).astype("float32"), rng)


def test_added_losses_agree_with_keras(backend: str, rng: np.random.Generator) -> None:
    theirs = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3), KerasPenalised(), keras.layers.Dense(1)]
    )
    ours = Sequential(
        [layers.Dense(3), Penalised(), layers.Dense(1)], input_shape=(4,), backend=backend
    )
    x = rng.normal(size=(8, 4)).astype("float32")
    check_agreement(ours, theirs, x, rng)
    y = np.zeros((8, 1), "float32")
    assert ours.evaluate(x, y)["loss"] == pytest.approx(theirs.evaluate(x, y, verbose=0), abs=1e-5)


def test_penalties_of_nested_models_count(backend: str, rng: np.random.Generator) -> None:
    """A model in a model, and a layer of one's own in a layer of one's own."""

    class Outer(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.inside = Penalised()

        def call(self, inputs: Any) -> Any:
            return self.inside(inputs)

    base = Sequential(
        [layers.Dense(3, activity_regularizer="l2"), Outer(), layers.Dense(1)],
        input_shape=(4,),
        backend=backend,
    )
    x = Input((4,))
    whole = Model(x, base(x), backend=backend)
    data = rng.normal(size=(8, 4)), np.zeros((8, 1))
    losses = []
    for model in (base, whole):
        model.compile("sgd", "mse")
        losses.append(model.evaluate(*data)["loss"])
    plain = float(np.mean(base.predict(data[0]) ** 2))
    assert losses[0] == pytest.approx(losses[1])
    assert abs(losses[0] - plain) > 1e-4


def test_random_numbers_are_alike_on_both_engines(rng: np.random.Generator) -> None:
    x = rng.normal(size=(20, 4)).astype("float32")
    found = []
    for backend in ("torch", "tensorflow"):
        rdeep.set_random_seed(3)
        stack = [layers.Dense(3), Noisy(), layers.Dense(1)]
        model = Sequential(stack, input_shape=(4,), backend=backend)
        model.compile("sgd", "mse")
        model.fit(x, x[:, :1], epochs=2, batch_size=10, verbose=0)
        found.append(model.get_weights())
    for one, other in zip(*found):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_random_operations_that_a_network_cannot_draw() -> None:
    x = Input((4,))
    with pytest.raises(ArgumentError, match="cannot be a number in a network"):
        draws.normal((ops.shape(x)[0], 2), seed=1)
    with pytest.raises(ArgumentError, match="cannot be used in a network"):
        draws.gamma((ops.shape(x)[0], 2), 1.0)


def test_files_hold_what_is_computed(
    backend: str, tmp_path: Path, rng: np.random.Generator
) -> None:
    x, y = rng.normal(size=(12, 4)).astype("float32"), rng.normal(size=(12, 1))
    stack = [Scaled(3), Penalised(), Noisy(), layers.Dense(1, kernel_regularizer=half_of_squares)]
    model = Sequential(stack, input_shape=(4,), backend=backend)
    model.compile("sgd", loss=huge_if_above, metrics=[Share()])
    model.fit(x, y, epochs=1, verbose=0)
    model.save(str(tmp_path / "model.rdeep"))
    loaded = load_model(str(tmp_path / "model.rdeep"))
    np.testing.assert_allclose(loaded.predict(x), model.predict(x), atol=1e-6)
    assert loaded.evaluate(x, y) == pytest.approx(model.evaluate(x, y), abs=1e-6)
    rdeep.set_random_seed(1)
    loaded.fit(x, y, epochs=1, verbose=0)
    rdeep.set_random_seed(1)
    model.fit(x, y, epochs=1, verbose=0)
    for one, other in zip(loaded.get_weights(), model.get_weights()):
        np.testing.assert_allclose(one, other, atol=1e-6)


def half_of_squares(w: Any) -> Any:
    return 0.5 * ops.sum(ops.square(w))


def huge_if_above(y_true: Any, y_pred: Any) -> Any:
    error = ops.abs(y_true - y_pred)
    return ops.mean(ops.where(y_pred > y_true, 2.0 * error, error), axis=-1)


class Share(Metric):
    """What is kept is the result itself."""

    def __init__(self) -> None:
        super().__init__("share")
        self.above = self.add_variable(())

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        self.above.assign(self.above.value + ops.sum(ops.cast(y_pred > y_true, "float32")))

    def result(self) -> Any:
        return self.above


def test_metric_on_codes(backend: str, rng: np.random.Generator) -> None:
    """The targets are classes, the predictions probabilities."""

    class Hits(Metric):
        def __init__(self) -> None:
            super().__init__("hits")
            self.total = self.add_variable(())

        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
            found = ops.argmax(y_pred, axis=-1)
            same = ops.equal(ops.reshape(ops.cast(y_true, "int32"), (-1,)), found)
            self.total.assign_add(ops.sum(ops.cast(same, "float32")))

        def result(self) -> Any:
            return self.total

    x, y = rng.normal(size=(40, 4)), rng.integers(0, 3, 40)
    model = Sequential([layers.Dense(3, "softmax")], input_shape=(4,), backend=backend)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=[Hits()])
    model.fit(x, y, epochs=1, batch_size=16, verbose=0)
    expected = (model.predict(x).argmax(axis=1) == y).sum()
    assert model.evaluate(x, y)["hits"] == expected


def test_layers_on_data(backend: str, rng: np.random.Generator) -> None:
    layer, x = layers.Dense(3), rng.normal(size=(5, 4)).astype("float32")
    with pytest.raises(StateError, match="has no weights yet"):
        layer_calls.layer_model(layer)
    first = as_array(layer_calls.call_layer(layer, x, backend=backend))
    model = Sequential([layer, layers.Dense(1)], input_shape=(4,), backend=backend)
    np.testing.assert_allclose(
        layer_calls.layer_model(layer).get_weights()[0], model.get_weights()[0]
    )
    model.compile("sgd", "mse")
    model.fit(x, x[:, :1], epochs=1, verbose=0)
    after = as_array(layer_calls.call_layer(layer, x, backend=backend))
    kernel, bias, *_ = model.get_weights()
    np.testing.assert_allclose(after, x @ kernel + bias, atol=1e-5)
    assert np.abs(after - first).max() > 1e-6
    assert as_array(layers.Add()([x, x])).shape == x.shape
    codes = layer_calls.call_layer(layers.Embedding(5, 2), np.array([[1, 2]]), backend=backend)
    assert tuple(codes.shape) == (1, 2, 2)


def test_dropout_on_data_differs_each_time(backend: str) -> None:
    layer, x = layers.Dropout(0.5, seed=1), np.ones((1, 64), "float32")
    once, twice = (as_array(layer_calls.call_layer(layer, x, True, backend)) for _ in range(2))
    assert (once != twice).any()
    np.testing.assert_array_equal(as_array(layer_calls.call_layer(layer, x, False, backend)), x)


def test_call_must_return_what_it_computed() -> None:
    class Wrong(Layer):
        def call(self, inputs: Any) -> Any:
            return 3

    class WrongLoss(Layer):
        def call(self, inputs: Any) -> Any:
            self.add_loss("one")
            return inputs

    class TooEarly(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.add_loss(1.0)

        def call(self, inputs: Any) -> Any:
            return inputs

    with pytest.raises(ArgumentError, match=r"call\(\) of Wrong must return"):
        Wrong()(Input((2,)))
    with pytest.raises(ArgumentError, match=r"add_loss\(\) of WrongLoss takes"):
        WrongLoss()(Input((2,)))
    with pytest.raises(ArgumentError, match=r"add_loss\(\) of TooEarly .* outside of call"):
        TooEarly()

    class InBuild(Layer):
        def build(self, input_shape: Any) -> None:
            self.kernel = self.add_weight((2,), "ones", name="kernel")
            self.add_loss(3.0 * ops.sum(self.kernel))

        def call(self, inputs: Any) -> Any:
            return inputs * self.kernel

    x = Input((2,))
    model = Model(x, InBuild()(x))
    model.compile("sgd", "mse")
    assert model.evaluate(np.zeros((4, 2)), np.zeros((4, 2)), verbose=0) == pytest.approx(6.0)


@pytest.mark.parametrize(
    "name", ["key", "query", "value", "mask", "inner", "title", "kind", "several"]
)
def test_a_layer_may_keep_what_it_likes_under_common_names(name):
    class Own(Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            setattr(self, name, layers.Dense(2))

        def call(self, inputs):
            return getattr(self, name)(inputs)

    model = Sequential([Own()], input_shape=(3,))
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    assert len(model.copy().get_weights()) == 2


def _loss_of_two(y_true: Any, y_pred: Any) -> Any:
    return ops.mean(ops.square(y_true - y_pred) * 2.0, axis=-1)


def _mean_prediction(y_true: Any, y_pred: Any) -> Any:
    return ops.mean(y_pred)


@pytest.mark.parametrize("ending", [".keras", ".rdeep"])
def test_functions_that_were_never_used_are_in_files(tmp_path: Path, ending: str) -> None:
    model = Sequential([layers.Dense(2)], input_shape=(3,), backend="torch")
    model.compile("sgd", _loss_of_two, metrics=[_mean_prediction])
    model.save(tmp_path / f"m{ending}")
    again = load_model(tmp_path / f"m{ending}", backend="torch")
    x, y = np.ones((4, 3), "float32"), np.zeros((4, 2), "float32")
    assert again.evaluate(x, y) == model.evaluate(x, y)
    if ending == ".keras":
        # Keras needs the functions, as it does for a file of its own.
        own = {
            "_loss_of_two": lambda y, p: keras.ops.mean(keras.ops.square(y - p) * 2.0, axis=-1),
            "_mean_prediction": lambda y, p: keras.ops.mean(p),
        }
        theirs = keras.saving.load_model(tmp_path / f"m{ending}", custom_objects=own)
        np.testing.assert_allclose(theirs.evaluate(x, y, verbose=0), model.evaluate(x, y), 1e-5)


class _Constant(Layer):
    """Adds numbers to the loss."""

    def call(self, inputs: Any) -> Any:
        self.add_loss([5, 0.5])
        return inputs


def test_a_number_may_be_a_loss_and_the_class_is_listed_by_its_name(backend: str) -> None:
    model = Sequential([_Constant(), layers.Dense(1)], input_shape=(2,), backend=backend)
    model.compile("sgd", "mse")
    x = np.zeros((4, 2), "float32")
    assert model.evaluate(x, x[:, :1], return_dict=True)["loss"] == 5.5
    saved = model.get_config()["layers"][1]
    assert saved["class_name"] == "_Constant"
    again = Sequential.from_config(model.get_config(), custom_objects={"_Constant": _Constant})
    assert again.predict(x).shape == (4, 1)
