"""Losses and metrics against Keras's, by NumPy and in training on both backends."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from rdeep import Sequential, bridge
from rdeep.catalogue import losses, metrics
from rdeep.catalogue.layers import Activation, Dense
from rdeep.catalogue.losses.likelihoods import Likelihood
from rdeep.catalogue.registry import records
from rdeep.errors import ArgumentError

LOSSES = [
    ("MeanSquaredError", {}, "values"),
    ("MeanAbsoluteError", {}, "values"),
    ("BinaryCrossentropy", {}, "yesno"),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, "yesno"),
    ("BinaryCrossentropy", {"from_logits": True}, "yesno"),
    ("CategoricalCrossentropy", {}, "onehot"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "onehot"),
    ("CategoricalCrossentropy", {"from_logits": True}, "onehot"),
    ("SparseCategoricalCrossentropy", {}, "indices"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "indices"),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, "indices"),
    ("MeanSquaredError", {"reduction": "sum"}, "values"),
    ("Poisson", {}, "yesno"),
]


def test_every_loss_is_tested():
    keras_has = {n for n, cls in records("loss").items() if not issubclass(cls, Likelihood)}
    assert {name for name, _, _ in LOSSES} == keras_has


@pytest.fixture
def data(rng):
    p = rng.uniform(0.05, 0.95, size=(12, 3))
    p = (p / p.sum(1, keepdims=True)).astype("float32")
    k = rng.integers(0, 3, 12)
    return {
        "p": p,
        "values": rng.normal(size=(12, 3)).astype("float32"),
        "yesno": rng.integers(0, 2, (12, 3)).astype("float32"),
        "onehot": np.eye(3, dtype="float32")[k],
        "indices": k,
        "weights": rng.uniform(0.1, 2, 12).astype("float32"),
    }


@pytest.mark.parametrize(("name", "options", "kind"), LOSSES, ids=str)
def test_loss_agrees_with_keras(name, options, kind, data, backend):
    ours, theirs = getattr(losses, name)(**options), getattr(keras.losses, name)(**options)
    y, p = data[kind], data["p"]
    expected = float(theirs(y, p))
    assert bridge.loss_value(ours, y, p) == pytest.approx(expected, rel=1e-5)
    model = Sequential([Activation("linear")], input_shape=3, backend=backend)
    model.compile("sgd", ours)
    assert model.evaluate(p, y)["loss"] == pytest.approx(expected, rel=1e-5)
    weighted = float(theirs(y, p, sample_weight=data["weights"]))
    got = model.evaluate(p, y, sample_weight=data["weights"])["loss"]
    assert got == pytest.approx(weighted, rel=1e-5)


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "binary_crossentropy"])
def test_a_saturated_output_keeps_its_loss(loss, backend):
    # After softmax or sigmoid in float32 the probability is 0 or 1: only the scores still know.
    activation = "softmax" if loss.startswith("cat") else "sigmoid"
    model = Sequential([Activation(activation)], input_shape=2, backend=backend)
    model.compile("sgd", loss)
    value = model.evaluate(np.array([[30.0, -30.0]]), np.array([[0.0, 1.0]]))["loss"]
    assert value == pytest.approx(60.0 if loss.startswith("cat") else 30.0, rel=1e-5)


METRICS = [
    ("MeanSquaredError", {}, "values"),
    ("MeanAbsoluteError", {}, "values"),
    ("Accuracy", {}, "indices_as_values"),
    ("BinaryAccuracy", {}, "yesno"),
    ("BinaryAccuracy", {"threshold": 0.3}, "yesno"),
    ("CategoricalAccuracy", {}, "onehot"),
    ("SparseCategoricalAccuracy", {}, "indices"),
    ("Precision", {}, "yesno"),
    ("Precision", {"thresholds": [0.2, 0.4]}, "yesno"),
    ("Precision", {"class_id": 1}, "yesno"),
    ("Recall", {}, "yesno"),
    ("Recall", {"thresholds": [0.2, 0.4]}, "yesno"),
]


def test_every_metric_is_tested():
    assert {name for name, _, _ in METRICS} | {"AUC", "PooledLoss"} == set(records("metric"))


@pytest.mark.parametrize(("name", "options", "kind"), METRICS, ids=str)
def test_metric_agrees_with_keras(name, options, kind, data, backend):
    ours = getattr(metrics, name)(**options)
    y, p = data.get(kind), data["p"]
    if kind == "indices_as_values":
        y, p = np.round(data["yesno"]), np.round(data["p"])
    theirs = getattr(keras.metrics, name)(**options)
    theirs.update_state(y, p)
    expected = np.asarray(theirs.result())
    np.testing.assert_allclose(bridge.metric_value(ours, y, p), expected, rtol=1e-5)
    model = Sequential([Activation("linear")], input_shape=3, backend=backend)
    loss = "sparse_categorical_crossentropy" if kind == "indices" else "mse"
    model.compile("sgd", loss, metrics=[ours], weighted_metrics=[ours])
    w = data["weights"]
    got = model.evaluate(p, y, batch_size=5, sample_weight=w)
    np.testing.assert_allclose(got[ours.label()], expected, rtol=1e-5)
    weighted = getattr(keras.metrics, name)(**options)
    # Keras multiplies these two out differently for a mask of one class.
    if name in ("Precision", "Recall"):
        w = np.repeat(w[:, None], 3, axis=1) if "class_id" not in options else w
    weighted.update_state(y, p, sample_weight=w)
    np.testing.assert_allclose(got[f"{ours.label()}_1"], np.asarray(weighted.result()), rtol=1e-5)


def naive_area(y, p, w):
    """The share of pairs in which the positive scores higher, ties counting half."""
    total = won = 0.0
    for i in np.flatnonzero(y == 1):
        for j in np.flatnonzero(y == 0):
            pair = w[i] * w[j]
            total += pair
            won += pair * (1.0 if p[i] > p[j] else 0.5 if p[i] == p[j] else 0.0)
    return won / total


def test_area_under_the_curve_is_exact(backend, rng):
    # Clustered scores: 200 thresholds would miss most of the order.
    p = (0.5 + 1e-3 * rng.normal(size=(60, 1)).round(1)).astype("float32")
    y = (rng.uniform(size=60) < 0.5).astype(int)
    w = rng.uniform(0.5, 2, 60)
    model = Sequential([Activation("linear")], input_shape=1, backend=backend)
    model.compile("sgd", "binary_crossentropy", metrics=["auc"], weighted_metrics=["auc"])
    got = model.evaluate(p, y, batch_size=7, sample_weight=w)
    assert got["auc"] == pytest.approx(naive_area(y, p[:, 0], np.ones(60)))
    assert got["auc_1"] == pytest.approx(naive_area(y, p[:, 0], w), rel=1e-6)


def test_average_precision():
    y, p = np.array([0, 1, 1, 0]), np.array([0.1, 0.4, 0.8, 0.35])
    # By hand: recalls 1/2 and 1 are reached with precision 1.
    assert bridge.metric_value(metrics.AUC("PR"), y, p) == pytest.approx(1.0)
    p = np.array([0.5, 0.4, 0.8, 0.35])
    assert bridge.metric_value(metrics.AUC("PR"), y, p) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_area_of_several_labels_is_their_mean(rng):
    y, p = rng.integers(0, 2, (40, 2)), rng.uniform(size=(40, 2))
    each = [naive_area(y[:, i], p[:, i], np.ones(40)) for i in range(2)]
    assert bridge.metric_value(metrics.AUC(multi_label=True), y, p) == pytest.approx(np.mean(each))


@pytest.mark.parametrize(
    ("layers", "loss", "label"),
    [
        ([Dense(1, "sigmoid")], "binary_crossentropy", "BinaryAccuracy"),
        ([Dense(3, "softmax")], "sparse_categorical_crossentropy", "SparseCategoricalAccuracy"),
        ([Dense(3, "softmax")], "categorical_crossentropy", "CategoricalAccuracy"),
    ],
)
def test_accuracy_means_the_kind_that_fits(layers, loss, label):
    from rdeep.training import plans

    model = Sequential(layers, input_shape=2)
    model.compile("sgd", loss, metrics="accuracy")
    (plan,) = plans.objective(model.trainer.compiled, model.graph).plans
    assert type(plan.metrics[0]).__name__ == label
    assert plan.metrics[0].label() == "accuracy"


def test_a_metric_of_the_other_kind_is_refused():
    model = Sequential([Dense(3, "softmax")], input_shape=2)
    with pytest.raises(ArgumentError, match="'categorical_accuracy' cannot be used"):
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["categorical_accuracy"])


@pytest.mark.parametrize("given", ["mae", "mean_absolute_error", "mse"])
def test_logs_bear_the_name_that_was_given(given):
    model = Sequential([Dense(1)], input_shape=2)
    model.compile("sgd", "mse", metrics=[given])
    x, y = np.zeros((4, 2)), np.zeros(4)
    theirs = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    theirs.compile("sgd", "mse", metrics=[given])
    history = theirs.fit(x, y, verbose=0).history
    assert list(model.fit(x, y, verbose=0).history) == sorted(
        history, key=lambda name: name != "loss"
    )
