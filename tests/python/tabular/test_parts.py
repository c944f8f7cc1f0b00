"""What tabular models are made of: scales, folds, families, survival curves, settings."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from rdeep.errors import ArgumentError, DataError
from rdeep.tabular import survival
from rdeep.tabular.encoding import fitted_encoding
from rdeep.tabular.families import NAMES, Outcome, fitted_family
from rdeep.tabular.folds import held_out, stratified_folds
from rdeep.tabular.linear import whitening
from rdeep.tabular.settings import ARCHITECTURES, choose


@pytest.fixture
def skewed(rng):
    return np.exp(rng.normal(size=(2000, 2)))


def test_quantiles_make_columns_normal(skewed):
    encoding = fitted_encoding(skewed, [], "quantile", False)
    z = encoding.numbers(skewed)
    for level in (0.1, 0.5, 0.9):
        expected = NormalDist().inv_cdf(level)
        np.testing.assert_allclose(np.quantile(z, level, axis=0), expected, atol=0.05)
    beyond = encoding.numbers(np.array([[1e9, -1e9]]))
    np.testing.assert_allclose(beyond, [[4.0, -4.0]])


@pytest.mark.parametrize("scaling", ["quantile", "robust", "standard"])
def test_scales_keep_the_order(skewed, scaling):
    z = fitted_encoding(skewed, [], scaling, False).numbers(skewed)
    for j in range(2):
        rank = np.argsort(np.argsort(skewed[:, j]))
        assert np.all(np.diff(z[np.argsort(rank), j]) >= 0)


def test_robust_scales_are_those_of_the_formula(skewed):
    low, middle, high = np.quantile(skewed, [0.25, 0.5, 0.75], axis=0)
    z = (skewed - middle) / (high - low)
    found = fitted_encoding(skewed, [], "robust", False).numbers(skewed)
    np.testing.assert_allclose(found, z / np.sqrt(1 + (z / 3) ** 2))
    assert np.abs(found).max() < 3


def test_missing_numbers_are_filled_in_beside_an_indicator():
    x = np.array([[1.0, 5.0], [np.nan, 6.0], [3.0, 7.0], [2.0, 8.0]])
    encoding = fitted_encoding(x, [], "standard", True)
    z = encoding.numbers(x)
    assert z.shape == (4, 3)
    np.testing.assert_array_equal(z[:, 2], [0, 1, 0, 0])
    assert z[1, 0] == z[3, 0]  # the median of 1, 2 and 3
    # A column that was whole has no indicator, but is filled in as well.
    assert np.isfinite(encoding.numbers(np.array([[1.0, np.nan]]))).all()


def test_missing_numbers_are_refused_unless_asked_for():
    x = np.array([[1.0], [np.nan]])
    with pytest.raises(DataError, match=r"1 missing values, the first in row 2, column 1"):
        fitted_encoding(x, [], "standard", False)
    encoding = fitted_encoding(np.array([[1.0], [2.0]]), [2], "standard", False)
    with pytest.raises(DataError, match="row 2"):
        encoding.numbers(x)
    with pytest.raises(DataError, match="row 1"):
        encoding.codes(np.array([[-1]]))
    with pytest.raises(ArgumentError, match="'scaling' must be one of"):
        fitted_encoding(x, [], "minmax", True)


def test_constant_columns_are_left_out(rng):
    x = np.column_stack([np.ones(10), rng.normal(size=10)])
    encoding = fitted_encoding(x, [], "quantile", False)
    assert encoding.numbers(x).shape == (10, 1)


def test_unknown_levels_are_missing():
    encoding = fitted_encoding(np.zeros((3, 0)), [2, 30], "standard", True)
    codes = encoding.codes(np.array([[0, 2], [-1, 0], [1, 70]]))
    np.testing.assert_array_equal(codes, [[0, 2], [-1, 0], [1, -1]])
    np.testing.assert_array_equal(encoding.narrow, [True, False])


def test_folds_share_classes_and_numbers_alike(rng):
    classes = np.repeat([0, 1, 2], [50, 20, 10])
    folds = stratified_folds(classes, True, 5, seed=1)
    for fold in range(5):
        counts = np.bincount(classes[held_out(folds, fold)], minlength=3)
        assert np.abs(counts - [10, 4, 2]).max() <= 1
    numbers = rng.normal(size=100)
    folds = stratified_folds(numbers, False, 5, seed=1)
    for fold in range(5):
        rows = held_out(folds, fold)
        assert len(rows) == 20
        # One of each block of five neighbours.
        blocks = np.argsort(np.argsort(numbers))[rows] // 5
        np.testing.assert_array_equal(np.sort(blocks), np.arange(20))


def test_whitened_columns_are_uncorrelated_and_can_be_turned_back(rng):
    x = rng.normal(size=(50, 3)) @ rng.normal(size=(3, 3)) + 100
    x = np.column_stack([x, x[:, 0] - x[:, 2]])
    weights = rng.uniform(0.5, 2, 50)
    turned = whitening(x, weights)
    np.testing.assert_array_equal(turned.kept, [0, 1, 2])
    z = turned.apply(x).astype(float)
    np.testing.assert_allclose((z * weights[:, None]).T @ z / weights.sum(), np.eye(3), atol=1e-4)
    kernel, bias = rng.normal(size=(3, 1)), np.array([2.0])
    coefficients = turned.coefficients(kernel, bias)
    assert np.isnan(coefficients[4]).all()
    straight = coefficients[0] + x[:, :3] @ coefficients[1:4]
    np.testing.assert_allclose(straight, z @ kernel + bias, atol=1e-4)


def test_families_start_where_the_outcome_is():
    ones = np.ones(4)
    assert fitted_family("binomial", Outcome(np.array([[0], [0], [0], [1]]), ones, None)).start == (
        pytest.approx(np.log(1 / 3)),
    )
    counts = np.array([[2.0], [4.0], [6.0], [8.0]])
    offset = np.log(np.array([1.0, 2.0, 3.0, 4.0]))
    assert fitted_family("poisson", Outcome(counts, ones, offset)).start[0] == pytest.approx(
        np.log(2)
    )
    gaussian = fitted_family("gaussian", Outcome(counts, ones, None))
    assert gaussian.centre == 5
    assert fitted_family("gaussian", Outcome(counts * 1e-15, ones, None)).centre == pytest.approx(
        5e-15
    )
    np.testing.assert_allclose(gaussian.scaled(counts).std(), 1)


def test_outcomes_without_anything_to_learn_are_refused():
    ones = np.ones(3)
    with pytest.raises(DataError, match="7 in every row"):
        fitted_family("gaussian", Outcome(np.full((3, 1), 7.0), ones, None))
    with pytest.raises(DataError, match="No event"):
        fitted_family("cox", Outcome(np.array([[1.0, 0], [2, 0], [3, 0]]), ones, None))
    with pytest.raises(ArgumentError, match="There is no family 'gausian'") as caught:
        fitted_family("gausian", Outcome(np.ones((3, 1)), ones, None))
    assert "gaussian" in caught.value.hint


def test_breslow_without_covariates_is_nelson_aalen():
    y = np.array([[1.0, 1], [2, 0], [2, 1], [3, 1], [4, 0]])
    baseline = survival.breslow(y, np.zeros(5), np.ones(5))
    np.testing.assert_array_equal(baseline.times, [1, 2, 3])
    np.testing.assert_allclose(baseline.hazard, np.cumsum([1 / 5, 1 / 4, 1 / 2]))
    cox = fitted_family("cox", Outcome(y, np.ones(5), None))
    curve = survival.survival(cox, np.zeros((1, 1)), baseline, np.array([0.5, 1.0, 2.5]))
    np.testing.assert_allclose(curve, np.exp([[0, -0.2, -0.45]]))


def test_discrete_survival_multiplies_what_is_left():
    y = np.column_stack([np.arange(1.0, 21), np.ones(20)])
    family = fitted_family("discrete_time", Outcome(y, np.ones(20), None))
    cuts = np.asarray(family.loss.cuts)
    logits = np.zeros((1, len(cuts)))
    curve = survival.survival(family, logits, None, cuts)
    np.testing.assert_allclose(curve[0], 0.5 ** np.arange(1, len(cuts) + 1))
    assert survival.median_time(curve, cuts)[0] == cuts[0]
    assert survival.median_time(np.full((1, len(cuts)), 0.9), cuts)[0] == np.inf


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_settings_that_are_given_hold(architecture):
    chosen = choose({"architecture": architecture, "epochs": 3, "dropout": 0.5}, 1000)
    assert (chosen.architecture, chosen.epochs, chosen.dropout) == (architecture, 3, 0.5)
    assert choose({"hidden_units": []}, 1000).architecture == "linear"
    assert choose({}, 3).members == 3
    assert choose({"hidden_units": 7}, 1000).hidden_units == (7,)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"architecture": "tabnet"}, "'architecture' must be one of"),
        ({"dropout": 1.0}, "'dropout' must be"),
        ({"hidden_units": [16, 0]}, "'hidden_units' must be"),
        ({"epochs": 0}, "'epochs' must be"),
        ({"depth": 3}, "no setting 'depth'"),
    ],
)
def test_settings_that_cannot_be_are_refused(given, words):
    with pytest.raises(ArgumentError, match=words):
        choose(given, 1000)


def test_all_families_have_names():
    assert len(set(NAMES)) == 8
