"""Likelihoods by hand-written formulas, and both engines' gradients by differences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rdeep import Input, Model, Sequential
from rdeep.arrays import numpy as numpy_ops
from rdeep.catalogue import losses
from rdeep.catalogue.layers import Activation, Dense, MemberDense, Members
from rdeep.catalogue.losses.likelihoods import Likelihood
from rdeep.catalogue.metrics import CategoricalAccuracy, PooledLoss
from rdeep.catalogue.registry import records
from rdeep.errors import ArgumentError, DataError, ShapeError

CUTS = (0.5, 1.0, 2.0)


def poisson(y, x):
    return math.exp(x[0]) - y[0] * x[0]


def negative_binomial(y, x):
    mean, size = math.exp(x[0]), math.exp(x[1])
    known = math.lgamma(y[0] + size) - math.lgamma(size)
    return -(known + size * math.log(size / (size + mean)) + y[0] * math.log(mean / (size + mean)))


def pinball(y, x):
    each = [q * (y[0] - v) if y[0] > v else (1 - q) * (v - y[0]) for q, v in zip((0.1, 0.8), x)]
    return float(np.mean(each))


def discrete(y, x):
    hazard = [1 / (1 + math.exp(-v)) for v in x]
    interval = int(np.searchsorted(CUTS, y[0]))
    loss = -sum(math.log(1 - h) for h in hazard[:interval])
    return loss - (math.log(hazard[interval]) if y[1] and interval < len(CUTS) else 0.0)


CASES = {
    "GaussianLikelihood": ({}, 1, lambda y, x: (y[0] - x[0]) ** 2),
    "BinomialLikelihood": ({}, 1, lambda y, x: math.log(1 + math.exp(x[0])) - y[0] * x[0]),
    "MultinomialLikelihood": ({}, 3, lambda y, x: math.log(np.exp(x).sum()) - x[int(y[0])]),
    "PoissonLikelihood": ({}, 1, poisson),
    "NegativeBinomialLikelihood": ({}, 2, negative_binomial),
    "QuantileLoss": ({"levels": (0.1, 0.8)}, 2, pinball),
    "DiscreteTimeLikelihood": ({"cuts": CUTS}, 3, discrete),
}


def test_every_likelihood_is_tested():
    found = {name for name, cls in records("loss").items() if issubclass(cls, Likelihood)}
    assert found == {*CASES, "CoxLikelihood"}


def drawn(name, outputs, rng, rows=20):
    x = rng.normal(size=(rows, outputs))
    if name == "GaussianLikelihood" or name == "QuantileLoss":
        return x, rng.normal(size=(rows, 1))
    if name == "BinomialLikelihood":
        return x, rng.uniform(size=(rows, 1))
    if name == "MultinomialLikelihood":
        return x, rng.integers(0, outputs, (rows, 1)).astype(float)
    if name in ("DiscreteTimeLikelihood", "CoxLikelihood"):
        return x, np.column_stack([rng.exponential(size=rows), rng.integers(0, 2, rows)])
    return x, rng.poisson(2.0, (rows, 1)).astype(float)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.few_on_tensorflow("Binomial", "Quantile")
def test_a_likelihood_is_its_formula(name, rng, backend):
    options, outputs, formula = CASES[name]
    loss = getattr(losses, name)(**options)
    x, y = drawn(name, outputs, rng)
    expected = np.mean([formula(t, p) for t, p in zip(y, x)])
    model = Sequential([Activation("linear")], input_shape=outputs, backend=backend)
    model.compile("sgd", loss)
    assert model.evaluate(x, y)["loss"] == pytest.approx(expected, rel=1e-5, abs=1e-6)
    weights = rng.uniform(0.5, 2.0, len(x))
    weighted = np.mean([w * formula(t, p) for w, t, p in zip(weights, y, x)])
    got = model.evaluate(x, y, sample_weight=weights)["loss"]
    assert got == pytest.approx(weighted, rel=1e-5, abs=1e-6)


def cox_by_hand(y, x):
    total = 0.0
    for i in range(len(y)):
        if y[i, 1]:
            total += math.log(np.exp(x[y[:, 0] >= y[i, 0]]).sum()) - x[i]
    return total / len(y)


def test_the_cox_likelihood_is_its_formula_with_ties(rng, backend):
    x, y = drawn("CoxLikelihood", 1, rng)
    y[:, 0] = np.round(y[:, 0], 1)
    model = Sequential([Activation("linear")], input_shape=1, backend=backend)
    model.compile("sgd", losses.CoxLikelihood())
    assert model.evaluate(x, y)["loss"] == pytest.approx(cox_by_hand(y, x[:, 0]), rel=1e-5)


@pytest.mark.parametrize("name", [*CASES, "CoxLikelihood"])
@pytest.mark.few_on_tensorflow("Cox", "Binomial")
def test_a_step_goes_down_the_gradient(name, rng, backend):
    """After one step of SGD the bias has moved by the derivative of the loss."""
    options, outputs, _ = CASES.get(name, ({}, 1, None))
    loss = getattr(losses, name)(**options)
    x, y = drawn(name, outputs, rng)
    model = Sequential([Dense(outputs, name="d")], input_shape=outputs, backend=backend, seed=1)
    model.compile("sgd", loss)
    before = model.get_named_weights()["d/bias"]
    slopes = []
    for j in range(outputs):
        sides = []
        for move in (1e-2, -1e-2):
            bias = before.copy()
            bias[j] += move
            model.set_weights({"d/bias": bias})
            sides.append(model.evaluate(x, y)["loss"])
        slopes.append((sides[0] - sides[1]) / 2e-2)
    model.set_weights({"d/bias": before})
    model.compile("sgd", loss)
    model.learning_rate = 1e-3
    model.fit(x, y, batch_size=len(x), shuffle=False, verbose=0)
    moved = (before - model.get_named_weights()["d/bias"]) / 1e-3
    # Of the pinball loss, which has kinks, the difference is an average.
    tolerance = 0.2 if name == "QuantileLoss" else 5e-3
    np.testing.assert_allclose(moved, slopes, atol=tolerance)


@pytest.mark.parametrize("name", [*CASES, "CoxLikelihood"])
@pytest.mark.few_on_tensorflow("Cox", "Gaussian")
def test_members_share_the_target(name, rng, backend):
    options, outputs, _ = CASES.get(name, ({}, 1, None))
    loss = getattr(losses, name)(**options)
    x, y = drawn(name, outputs, rng)
    single = Sequential([Activation("linear")], input_shape=outputs, backend=backend)
    single.compile("sgd", loss)
    several = Sequential([Members(3)], input_shape=outputs, backend=backend)
    several.compile("sgd", loss, weighted_metrics=[PooledLoss(loss, name="pooled")])
    found = several.evaluate(x, y)
    assert found["loss"] == pytest.approx(single.evaluate(x, y)["loss"], rel=1e-5)
    # Members that agree are their own average.
    assert found["pooled"] == pytest.approx(found["loss"], rel=1e-4)


def test_members_are_averaged_as_distributions(rng):
    x = rng.normal(size=(5, 4, 3))
    pooled = losses.MultinomialLikelihood().pool(x, numpy_ops)
    np.testing.assert_allclose(np.exp(pooled), numpy_ops.softmax(x).mean(1), rtol=1e-6)
    p = losses.BinomialLikelihood().pool(x[..., :1], numpy_ops)
    np.testing.assert_allclose(
        numpy_ops.sigmoid(p), numpy_ops.sigmoid(x[..., :1]).mean(1), rtol=1e-6
    )
    m = losses.PoissonLikelihood().pool(x[..., :1], numpy_ops)
    np.testing.assert_allclose(np.exp(m), np.exp(x[..., :1]).mean(1), rtol=1e-6)


def test_label_smoothing_is_a_share_for_all_classes(rng):
    x, y = drawn("MultinomialLikelihood", 3, rng)
    logs = numpy_ops.log_softmax(x)
    target = 0.9 * np.eye(3)[y[:, 0].astype(int)] + 0.1 / 3
    found = losses.MultinomialLikelihood(label_smoothing=0.1).values(y, x, numpy_ops)
    np.testing.assert_allclose(found, -(target * logs).sum(1), rtol=1e-6)


@pytest.mark.parametrize(
    ("loss", "y", "words"),
    [
        (losses.BinomialLikelihood(), [[1.5], [0.0]], "from 0 to 1"),
        (losses.PoissonLikelihood(), [[-1.0], [0.0]], "of at least 0"),
        (losses.CoxLikelihood(), [[1.0, 2.0], [1.0, 0.0]], "second column"),
        (losses.CoxLikelihood(), [[-1.0, 1.0], [1.0, 0.0]], "Times"),
    ],
)
def test_targets_that_cannot_be_are_refused(loss, y, words):
    model = Sequential([Activation("linear")], input_shape=1)
    model.compile("sgd", loss)
    with pytest.raises(DataError, match=words):
        model.evaluate(np.ones((2, 1)), np.array(y))


def test_shapes_that_do_not_fit_are_refused():
    model = Sequential([Activation("linear")], input_shape=3)
    model.compile("sgd", losses.PoissonLikelihood())
    with pytest.raises(ShapeError, match="1 value on the output's last axis"):
        model.evaluate(np.ones((2, 3)), np.ones(2))
    model.compile("sgd", losses.MultinomialLikelihood())
    with pytest.raises(DataError, match="class 3"):
        model.evaluate(np.ones((2, 3)), np.array([0, 3]))
    with pytest.raises(ShapeError, match="1 column"):
        model.evaluate(np.ones((2, 3)), np.ones((2, 2)))
    with pytest.raises(ArgumentError, match="likelihood"):
        model.compile("sgd", losses.PoissonLikelihood(), metrics=[CategoricalAccuracy()])
    with pytest.raises(ArgumentError, match="must be a likelihood"):
        PooledLoss("mse")
    with pytest.raises(ArgumentError, match="ascend"):
        losses.DiscreteTimeLikelihood((2.0, 1.0))


def test_an_ensemble_learns_counts(rng, backend):
    x = rng.normal(size=(300, 2))
    y = rng.poisson(np.exp(0.5 * x[:, 0] - 0.3 * x[:, 1] + 1.0))
    inputs = Input((2,))
    model = Model(inputs, MemberDense(1, name="h")(Members(2)(inputs)), backend=backend, seed=1)
    model.compile("adam", losses.PoissonLikelihood())
    model.learning_rate = 0.05
    model.fit(x, y, epochs=40, verbose=0)
    kernels = model.get_named_weights()["h/kernel"]
    np.testing.assert_allclose(kernels[:, :, 0], [[0.5, -0.3]] * 2, atol=0.1)
