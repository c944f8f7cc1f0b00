"""What people get wrong in Python: each is an error of rdeep's own that says what to do."""

from __future__ import annotations

import numpy as np
import pytest

import rdeep
from rdeep import Input, Model, Sequential, callbacks, layers, losses, metrics, ops, optimizers
from rdeep.datasets import image_dataset_from_directory, table_dataset_from_files
from rdeep.errors import RdeepError

X = np.random.default_rng(1).standard_normal((12, 3)).astype("float32")
Y = X[:, 0]


def net(units=1, activation=None, loss="mse", **options):
    model = Sequential([layers.Dense(units, activation=activation)], input_shape=(3,))
    model.compile("adam", loss, **options)
    return model


def raw():
    return Sequential([layers.Dense(1, name="last")], input_shape=(3,))


def compiled(*arguments, **options):
    return lambda: raw().compile(*arguments, **options)


def fitted(*arguments, **options):
    return lambda: net().fit(*arguments, **{"verbose": 0, **options})


def classes(y, loss="sparse_categorical_crossentropy"):
    return lambda: net(3, "softmax", loss).fit(X, y, verbose=0)


MISTAKES = {
    "x and y swapped": (fitted(Y, X), "x", "wrong way round"),
    "no targets": (fitted(X), "y", "targets are needed"),
    "no data": (fitted(None, Y), "x", "."),
    "text as data": (fitted(np.full((12, 3), "a"), Y), "x", "must hold numbers, not text"),
    "text as targets": (fitted(X, np.full(12, "1")), "y", "must hold numbers, not text"),
    "objects": (fitted(X, np.array([object()] * 12)), "y", "must hold numbers"),
    "dates": (fitted(X, np.arange(12).astype("datetime64[D]")), "y", "dates"),
    "complex numbers": (fitted(X.astype("complex64"), Y), "x", "complex"),
    "fewer targets": (fitted(X, Y[1:]), "y", "12 samples and 'y' has 11"),
    "transposed": (fitted(X.T, Y[:3]), "x", "transpose the array"),
    "fewer columns": (fitted(X[:, :2], Y), "x", r"shape \(2,\).*wants \(3,\)"),
    "one row": (lambda: net().predict(X[0]), "x", "array with one row"),
    "missing values": (fitted(np.where(X > 1, np.nan, X), Y), "x", "missing value"),
    "infinite values": (fitted(X, np.where(Y > 0, np.inf, Y)), "y", "infinite value"),
    "nothing": (fitted(X[:0], Y[:0]), "x", "empty"),
    "two columns": (fitted(X, X[:, :2]), "y", "column for each unit"),
    "not compiled": (lambda: raw().fit(X, Y), None, "compile"),
    "classes from 1": (classes(np.arange(12) % 3 + 1), "y", "subtract 1"),
    "negative classes": (classes(-np.arange(12)), "y", "no place for"),
    "numbers as classes": (classes(Y), "y", "losses such as 'mse'"),
    "one-hot codes": (classes(np.eye(3)[np.arange(12) % 3]), "y", "categorical_crossentropy"),
    "codes for one-hot": (
        classes(np.arange(12) % 3, "categorical_crossentropy"),
        "y",
        "sparse_categorical_crossentropy",
    ),
    "no epochs": (fitted(X, Y, epochs=-1), "epochs", "zero or more"),
    "half an epoch": (fitted(X, Y, epochs=1.5), "epochs", "whole number"),
    "epochs as text": (fitted(X, Y, epochs="3"), "epochs", "whole number"),
    "empty batches": (fitted(X, Y, batch_size=0), "batch_size", "positive"),
    "per cent": (fitted(X, Y, validation_split=20), "validation_split", "below 1"),
    "validation alone": (fitted(X, Y, validation_data=X), "validation_data", "."),
    "weights too few": (fitted(X, Y, sample_weight=np.ones(3)), "sample_weight", "12 samples"),
    "a callback's class": (fitted(X, Y, callbacks=callbacks.EarlyStopping), "callbacks", "."),
    "a callback's name": (fitted(X, Y, callbacks=["early_stopping"]), "callbacks", "."),
    "a log that is not there": (
        fitted(X, Y, callbacks=[callbacks.EarlyStopping("accuracy")]),
        "monitor",
        "no log named 'accuracy'",
    ),
    "optimizer misspelt": (compiled("adan", "mse"), "optimizer", "Did you mean 'adam'"),
    "loss misspelt": (compiled("adam", "mean_sqared_error"), "loss", "Did you mean"),
    "metric misspelt": (compiled("adam", "mse", metrics=["acuracy"]), "metrics", "'accuracy'"),
    "optimizer and loss swapped": (compiled("mse", "adam"), "optimizer", "'mse' is the name of a"),
    "a rate as optimizer": (compiled(0.01, "mse"), "optimizer", "such as 'adam'"),
    "a number as loss": (compiled("adam", 3), "loss", "such as 'mse'"),
    "a metric as loss": (compiled("adam", metrics.MeanAbsoluteError()), "loss", "is a metric"),
    "two losses": (compiled("adam", ["mse", "mae"]), "loss", "the one output"),
    "another output": (compiled("adam", {"out": "mse"}), "loss", "outputs are 'last'"),
    "a negative rate": (lambda: optimizers.Adam(-1), "learning_rate", "at least 0"),
    "a rate as text": (lambda: optimizers.Adam("fast"), "learning_rate", "number"),
    "units as text": (lambda: layers.Dense("ten"), "units", "positive whole number"),
    "no units": (lambda: layers.Dense(), "units", "needs 'units'"),
    "a misspelt option": (lambda: layers.Dense(2, activatoin="relu"), None, "'activation'"),
    "a misspelt activation": (lambda: layers.Dense(2, "rleu"), "activation", "'relu'"),
    "a rate in per cent": (lambda: layers.Dropout(50), "rate", "below 1"),
    "a layer of a number": (lambda: layers.Dense(2)(3), None, "."),
    "padding misspelt": (lambda: layers.Conv2D(2, 3, padding="Same"), "padding", "'same'"),
    "shapes that do not go": (
        lambda: layers.Add()([Input((3,)), Input((2,))]),
        None,
        "cannot merge",
    ),
    "the wrong dimensions": (lambda: layers.LSTM(2)(Input((3,))), None, "2 dimensions"),
    "inputs and outputs swapped": (
        lambda: Model(layers.Dense(1)(a := Input((3,))), a),
        None,
        "not among the model's inputs",
    ),
    "another input": (lambda: Model(Input((3,)), layers.Dense(1)(Input((3,)))), None, "List every"),
    "arrays for tensors": (lambda: Model(X, Y), "inputs", "symbolic"),
    "a layer's name": (lambda: raw().get_layer("lsat"), "name", "'last'"),
    "a layer's number as name": (lambda: raw().get_layer(0), "name", "string"),
    "weights of another shape": (
        lambda: raw().set_weights([np.zeros((3, 2)), np.zeros(1)]),
        None,
        "has shape",
    ),
    "too few weights": (lambda: raw().set_weights([np.zeros((3, 1))]), None, "2 weights"),
    "a folder that is not there": (lambda: raw().save("/no/such/m.rdeep"), "filepath", "folder"),
    "a file that is not there": (lambda: rdeep.load_model("nothing.rdeep"), "filepath", "no file"),
    "a backend of another kind": (
        lambda: Sequential([layers.Dense(1)], backend="theano"),
        None,
        "no backend named 'theano'",
    ),
    "a table that is not there": (
        lambda: table_dataset_from_files("nothing.csv", x="a"),
        "files",
        "no file",
    ),
    "images that are not there": (
        lambda: image_dataset_from_directory("nowhere"),
        "directory",
        "no folder",
    ),
    "a shape of nothing": (lambda: ops.zeros(None), "shape", "must be a shape"),
    "an axis that is a tensor": (lambda: ops.mean(Input((3,)), axis=Input((3,))), "axis", "axis"),
    "half of a loss": (lambda: losses.MeanSquaredError()(Y, Y[:3]), None, "does not go"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_said(name):
    code, argument, pattern = MISTAKES[name]
    with pytest.raises(RdeepError, match=f"(?s){pattern}") as caught:
        code()
    assert "rdeep." not in type(caught.value).__name__
    if argument is not None:
        assert caught.value.argument == argument


def test_a_single_value_among_names_has_no_letters_to_compare():
    from rdeep.errors import suggestion

    assert suggestion("a", ["", "b__c"]) == "Choose one of '' or 'b__c'."
