"""Configurations are Keras's: it reads what rdeep writes, and rdeep reads what it writes."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest

import rdeep
from rdeep import layers, losses, metrics, models, ops, optimizers, saving, utils
from rdeep.catalogue.custom_objects import custom_object_scope, get_custom_objects
from rdeep.catalogue.registry import from_config, records
from rdeep.errors import ArgumentError
from test_records import example

MODULES = {
    "layer": keras.layers,
    "rnn_cell": keras.layers,
    "loss": keras.losses,
    "metric": keras.metrics,
    "initializer": keras.initializers,
    "regularizer": keras.regularizers,
    "constraint": keras.constraints,
    "optimizer": keras.optimizers,
    "schedule": keras.optimizers.schedules,
}
# Made of a function, which is code.
OF_FUNCTIONS = ("MeanMetricWrapper",)
# Its class in Keras does not read what it writes.
UNREAD = ("RandomShear",)
SHARED = [
    (kind, name)
    for kind, module in MODULES.items()
    for name, cls in records(kind).items()
    if cls.__module__.startswith("rdeep.") and hasattr(module, name) and name not in OF_FUNCTIONS
]
# What rdeep leaves to the data where Keras has a number, and what Keras forgets to write.
SETTLED = {
    **{"num_thresholds": None, "summation_method": None, "data_format": None, "value_dim": None},
    **{"strides": None, "max_freq": None, "sequence_length": None, "gain": None, "seed": None},
    **{"exclude_layers": None},
}


def as_text(value: Any) -> str:
    return json.dumps(value, default=float)


def comparable(options: Any) -> Any:
    """Return options without the names of parts, numbers as float32 has them."""
    if isinstance(options, dict):
        skipped = ("name", "backward_layer", "axis", *SETTLED)
        return {k: comparable(v) for k, v in options.items() if k not in skipped}
    if isinstance(options, list):
        return [comparable(each) for each in options]
    if isinstance(options, float):
        return float(np.float32(options))
    linear = {"class": "Linear", "options": {}}
    return None if options == linear else options


def without_linear(options: Any) -> Any:
    if isinstance(options, dict):
        found = {k: without_linear(v) for k, v in options.items()}
        return None if found == {"class": "Linear", "options": {}} else found
    return [without_linear(each) for each in options] if isinstance(options, list) else options


def test_nearly_all_records_are_shared():
    assert len(SHARED) > 240


@pytest.mark.parametrize("kind", MODULES)
def test_keras_reads_configurations_and_rdeep_reads_its(kind):
    for name in (name for each, name in SHARED if each == kind and name not in UNREAD):
        record = example(records(kind)[name])
        config = json.loads(json.dumps(record.get_config()))
        theirs = getattr(MODULES[kind], name).from_config(json.loads(json.dumps(config)))
        given = theirs.get_config()
        again = type(record).from_config(given)
        assert comparable(without_linear(again.to_data()["options"])) == comparable(
            without_linear(record.to_data()["options"])
        ), name
        known = {"quantization_config", "seed", "dtype", "data_format", *SETTLED}
        lacking = {key for key in given if key not in config and given[key]} - known
        # Keras's constants for what rdeep has no option for.
        assert lacking <= {"vocabulary_size", "oov_method", "renorm_momentum"}, (name, lacking)


@pytest.mark.parametrize("kind", [*MODULES, "activation"])
def test_configurations_lose_nothing(kind):
    for name, cls in records(kind).items():
        if not cls.__module__.startswith("rdeep.") or name in OF_FUNCTIONS:
            continue
        record = example(cls)
        again = cls.from_config(json.loads(as_text(record.get_config())))
        expected = from_config(kind, json.loads(as_text(record.to_data())))
        skip = ("backward_layer", "name")
        for option, declared in cls.options.items():
            if option in skip:
                continue
            one, other = (getattr(each, declared.attribute) for each in (again, expected))
            same = [
                json.loads(as_text(saving.serialize_keras_object(each))) for each in (one, other)
            ]
            assert comparable(same[0]) == comparable(same[1]), (name, option)


def test_objects_are_serialized_with_their_class():
    for value in (
        layers.Dense(3, activation="relu", kernel_regularizer="l2"),
        losses.Huber(2.0),
        metrics.AUC(),
        optimizers.SGD(optimizers.schedules.CosineDecay(0.1, 10)),
        layers.Members(2),
        [losses.Huber(), {"a": layers.ReLU()}],
    ):
        data = json.loads(json.dumps(saving.serialize_keras_object(value)))
        again = saving.deserialize_keras_object(data)
        assert json.loads(json.dumps(saving.serialize_keras_object(again))) == data
    theirs = keras.saving.deserialize_keras_object(
        saving.serialize_keras_object(layers.Dense(3, "gelu", bias_initializer="ones"))
    )
    assert (theirs.units, theirs.activation.__name__) == (3, "gelu")
    ours = saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(keras.losses.Tversky(alpha=0.3, reduction="sum"))
    )
    assert ours == losses.Tversky(alpha=0.3, reduction="sum")
    assert saving.deserialize_keras_object(
        keras.losses.serialize(keras.losses.mean_squared_error)
    ) is losses.get("mean_squared_error")


class Scaled(rdeep.Layer):
    def __init__(self, factor=1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")

    def call(self, inputs, plus=None):
        scaled = inputs * self.scale * self.factor
        return scaled if plus is None else scaled + plus

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Unsaid(rdeep.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor


def functional() -> rdeep.Model:
    x = rdeep.Input((4,), name="x")
    hidden = layers.Dense(3, "relu")(x)
    inner = rdeep.Sequential([layers.Dense(3), layers.Dropout(0.5)], input_shape=(3,))
    joined = layers.concatenate([inner(hidden), hidden * 2.0 + ops.mean(hidden, -1, True)])
    return rdeep.Model(x, [layers.Dense(1, name="a")(joined), joined[:, :2]])


def test_models_go_to_keras_and_back():
    model = functional()
    theirs = keras.models.model_from_json(model.to_json())
    assert theirs.count_params() == model.count_params()
    ours = models.model_from_json(theirs.to_json())
    assert ours.output_shapes == model.output_shapes
    weights = model.get_weights()
    ours.set_weights(weights)
    x = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    for one, other in zip(ours.predict(x), model.predict(x)):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    again = rdeep.Model.from_config(model.get_config())
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    chain = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    chain.compile("adam", "mse", metrics=["mae"])
    read = models.model_from_json(chain.to_json())
    assert read.is_compiled
    assert read.fit(x, x[:, :2], verbose=0).history.keys() == {"loss", "mae"}
    assert rdeep.Sequential.from_config(chain.get_config()).count_params() == 10


def test_layers_of_users_are_named_or_are_what_they_compute():
    x = rdeep.Input((4,))
    scaled = Scaled(2.0, name="twice")
    out = layers.Lambda(lambda z: z + 1)(Unsaid(3.0)(scaled(x, plus=x)))
    model = rdeep.Model(x, layers.Members(2)(out))
    text = model.to_json()
    with pytest.raises(ArgumentError, match="Scaled"):
        models.model_from_json(text)
    again = models.model_from_json(text, custom_objects={"Scaled": Scaled})
    assert isinstance(again.get_layer("twice").record, Scaled)
    data = np.ones((2, 4), "float32")
    np.testing.assert_allclose(again.predict(data), model.predict(data))
    np.testing.assert_allclose(again.predict(data)[0], np.full((2, 4), 3.0 * (2.0 + 1.0) + 1.0))


def test_what_is_registered_is_known():
    try:
        registered = utils.register_keras_serializable(package="mine", name="Scale")(Scaled)
        assert registered is Scaled
        assert utils.get_registered_name(Scaled) == "mine>Scale"
        assert utils.get_registered_object("mine>Scale") is Scaled
        data = saving.serialize_keras_object(Scaled(3.0))
        assert data["registered_name"] == "mine>Scale"
        assert saving.deserialize_keras_object(data).factor == 3.0
    finally:
        get_custom_objects().clear()
    assert utils.get_registered_object("mine>Scale") is None
    with custom_object_scope({"Other": Scaled}):
        assert utils.get_registered_object("Other") is Scaled
    with pytest.raises(ArgumentError, match="can be registered"):
        utils.register_keras_serializable()(3)


def test_models_are_cloned_with_other_layers():
    model = rdeep.Sequential([layers.Dense(3), layers.Dropout(0.5), layers.Dense(1)], (4,))

    def without_dropout(layer):
        if isinstance(layer, layers.Dropout):
            return layers.Dropout(0.0)
        return layer.from_config(layer.get_config())

    clone = models.clone_model(model, clone_function=without_dropout)
    assert clone.layers[1].record.rate == 0.0
    assert not np.array_equal(clone.get_weights()[0], model.get_weights()[0])
    x = rdeep.Input((4,))
    on_another = models.clone_model(functional(), input_tensors=x)
    assert on_another.inputs[0] is x
    assert models.clone_model(functional()).count_params() == functional().count_params()
    with pytest.raises(ArgumentError, match="must return a layer"):
        models.clone_model(model, clone_function=lambda layer: 3)


@pytest.mark.parametrize(
    ("do", "says"),
    [
        (lambda: layers.Dense.from_config({"units": 2, "odd": 1}), "'odd'"),
        (lambda: layers.Dense.from_config(3), "'config' must be"),
        (lambda: losses.Huber.from_config({"delta": 1.0, "odd": 1}), "'odd'"),
        (lambda: models.model_from_json("{}"), "as JSON"),
        (lambda: models.model_from_json("nothing"), "as JSON"),
        (lambda: rdeep.Model.from_config({"layers": 3}), "no layers"),
        (lambda: saving.deserialize_keras_object({"class_name": "Nobody", "config": {}}), "Nobody"),
        (lambda: saving.serialize_keras_object(object()), "no configuration"),
    ],
)
def test_what_is_no_configuration_is_said(do, says):
    with pytest.raises(ArgumentError, match=says):
        do()
