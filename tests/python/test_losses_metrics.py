"""Losses and metrics against Keras's, by NumPy and in training on both backends."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from rdeep import Sequential
from rdeep.bridge import calls as bridge
from rdeep.catalogue import metrics
from rdeep.catalogue.layers import Activation, Dense
from rdeep.errors import ArgumentError


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
    assert got["weighted_auc"] == pytest.approx(naive_area(y, p[:, 0], w), rel=1e-6)


def test_average_precision():
    y, p = np.array([0, 1, 1, 0]), np.array([0.1, 0.4, 0.8, 0.35])
    # By hand: recalls 1/2 and 1 are reached with precision 1.
    metric = metrics.AUC(curve="PR")
    assert bridge.metric_value(metric, y, p) == pytest.approx(1.0)
    p = np.array([0.5, 0.4, 0.8, 0.35])
    assert bridge.metric_value(metric, y, p) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


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
    theirs.compile("sgd", "mse", metrics=[given], run_eagerly=True)
    history = theirs.fit(x, y, verbose=0).history
    assert list(model.fit(x, y, verbose=0).history) == sorted(
        history, key=lambda name: name != "loss"
    )
