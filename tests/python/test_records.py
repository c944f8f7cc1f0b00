"""The catalogue: options, their checks and messages, configurations, names."""

from __future__ import annotations

import inspect

import pytest

from rdeep.catalogue import layers, losses, registry
from rdeep.catalogue.initializers import Constant
from rdeep.catalogue.options import REQUIRED
from rdeep.catalogue.record import snake_case
from rdeep.errors import ArgumentError, RdeepError

ALL = [
    pytest.param(kind, cls, id=f"{kind}-{name}")
    for kind in registry.kinds()
    for name, cls in registry.records(kind).items()
]
EXAMPLES = {
    "units": 3,
    "count": 3,
    "num_heads": 2,
    "key_dim": 3,
    "cardinalities": (2, 3),
    "edges": ((0.0, 1.0, 2.0), (-1.0, 1.0)),
    "initializer": "random_sign",
    "inner_optimizer": "adam",
    "backup_dir": "backup",
    "sizes": (2, 3),
    "filters": 3,
    "kernel_size": 2,
    "shape": (4,),
    "activation": "relu",
    "input_dim": 5,
    "output_dim": 2,
    "target_shape": (2, -1),
    "dims": (2, 1),
    "n": 3,
    "output_size": 2,
    "rate": 0.5,
    "layer": layers.LSTM(2),
    "filepath": "model.rdeep",
    "filename": "logs.csv",
    "schedule": lambda epoch, rate: rate,
    "initial_learning_rate": 0.1,
    "decay_steps": 10,
    "first_decay_steps": 10,
    "decay_rate": 0.5,
    "boundaries": (10, 20),
    "values": (0.1, 0.05, 0.01),
    "max_learning_rate": 0.1,
    "total_steps": 10,
    "low": 0.001,
    "high": 0.1,
    "cuts": (1.0, 2.0),
    "loss": losses.PoissonLikelihood(),
    "scale": 0.5,
    "num_bins": 4,
    "feature_names": ("a", "b"),
    "crossing_dim": 3,
    "dtype": "string",
    "factor": 1,
    "height": 4,
    "width": 4,
    "height_factor": 0.5,
    "width_factor": 0.5,
    "max_number": 3,
    "preprocessor": layers.Hashing(3),
    "output_mode": "int",
    "threshold": 0.5,
    "default_value": 0.0,
    "specificity": 0.5,
    "sensitivity": 0.5,
    "recall": 0.5,
    "precision": 0.5,
    "num_classes": 3,
    "target_class_ids": (0, 2),
    "fn": abs,
    "cell": layers.LSTMCell(2),
    "cells": [layers.LSTMCell(2)],
}
# Of which one must be given, though each alone may be left out.
CHOSEN = {
    "Discretization": {"num_bins": 4},
    "CategoryEncoding": {"num_tokens": 4},
    "FeatureSpace": {"features": {"a": "float", "b": "string_hashed"}, "crosses": ()},
}


def example(cls):
    required = {name: EXAMPLES[name] for name, o in cls.options.items() if o.default is REQUIRED}
    return cls(**required, **CHOSEN.get(cls.__name__, {}))


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_record_is_documented(kind, cls):
    assert cls.__doc__ and cls.__doc__.split("\n")[0].endswith((".", "`."))
    for name, option in cls.options.items():
        assert option.doc, f"{cls.__name__}: {name} has no description"
        assert f"{name} : " in cls.__doc__


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_record_survives_its_configuration(kind, cls):
    record = example(cls)
    again = registry.from_config(kind, record.get_config())
    assert type(again) is cls
    assert again.get_config() == record.get_config()
    assert record.replace().get_config() == record.get_config()


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_record_is_fixed(kind, cls):
    record = example(cls)
    # Whether a layer is trained may be decided later, at each compile.
    for name in set(cls.options) - {"trainable"}:
        with pytest.raises(AttributeError, match="fixed"):
            setattr(record, name, None)


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_record_refuses_what_it_does_not_know(kind, cls):
    with pytest.raises(ArgumentError, match="has no option 'colour'"):
        cls(colour="red")


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_every_option_refuses_nonsense(kind, cls):
    required = {name: EXAMPLES[name] for name, o in cls.options.items() if o.default is REQUIRED}
    for name in cls.options:
        with pytest.raises(RdeepError) as caught:
            cls(**{**required, name: object()})
        assert caught.value.argument == name


def test_names():
    assert snake_case("GlobalMaxPooling2D") == "global_max_pooling_2d"
    assert snake_case("Conv1D") == "conv_1d"
    assert registry.find("layer", "lstm") is layers.LSTM
    assert registry.find("optimizer", "AdamW").key == "adam_w"
    assert registry.find("loss", "mse").__name__ == "MeanSquaredError"
    assert registry.find("metric", "acc").__name__ == "Accuracy"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Dense(0), r"'units' must be a positive whole number, not 0\."),
        (lambda: layers.Dense(2.5), r"'units' must be a positive whole number, not 2\.5\."),
        (lambda: layers.Dense(True), r"'units' must be a positive whole number, not True\."),
        (lambda: layers.Dense(), r"Dense\(\) needs 'units'"),
        (
            lambda: layers.Dense(3, activaton="relu"),
            r"no option 'activaton'.\nDid you mean 'activation'",
        ),
        (lambda: layers.Dense(3, "rellu"), r"no activation named 'rellu'.\nDid you mean 'relu'"),
        (lambda: layers.Dense(3, Constant()), "not an activation|is not an activation"),
        (lambda: layers.Dropout(1), "at least 0 and below 1, not 1"),
        (lambda: layers.Conv2D(3, (1, 2, 3)), "one or 2 positive whole numbers"),
        (lambda: layers.Conv2D(3, 2, padding="smae"), "Did you mean 'same'"),
        (lambda: layers.Conv2D(3, 2, strides=2, dilation_rate=2), "cannot both be above 1"),
        (lambda: layers.Conv2D(3, 2, groups=2), r"'filters' \(3\) must be a multiple"),
        (lambda: layers.Bidirectional(layers.Dense(3)), "a recurrent layer"),
        (lambda: layers.Dense(*range(1, 14)), "at most 12 unnamed arguments"),
    ],
)
def test_messages(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_signatures_are_those_that_are_documented():
    parameters = list(inspect.signature(layers.Dense).parameters)
    assert parameters[:3] == ["units", "activation", "use_bias"]
    assert parameters[-2:] == ["name", "trainable"]
