"""The weights of candidates, and how good their combination is said to be."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep.auto.counts import compared, log_probability, look_like_counts
from rdeep.auto.losses import mean_and_error, row_losses
from rdeep.auto.selection import HeldOut, greedy_weights, performance
from rdeep.ensembles.weighting import average


def rows_of(y, family="gaussian"):
    return HeldOut(family, y, np.ones(len(y)))


def test_greedy_weights_are_those_by_hand():
    y = np.array([0.0, 1.0, 2.0])
    predictions = np.stack([y + 1, y - 3, y + 9])[:, :, None]
    weights = greedy_weights(rows_of(y), predictions)
    # Errors of 1 and -3 leave nothing at three to one.
    np.testing.assert_allclose(weights, [0.75, 0.25, 0.0])
    np.testing.assert_allclose(average(predictions, weights)[:, 0], y)


def test_what_is_expected_is_not_fooled_by_many_candidates():
    rng = np.random.default_rng(1)
    y = rng.normal(size=200)
    noise = rng.normal(size=(150, 200, 1)) * 0.5
    rows = rows_of(y)
    apparent = rows.losses(average(noise, greedy_weights(rows, noise))).mean()
    found = performance(rows, noise, 0, 1)
    # Noise predicts nothing: a constant 0 has about the loss 1, and nothing honest is below it.
    assert apparent < np.mean(y**2) < found["loss"] + 2 * found["std_error"]
    assert found["loss"] > apparent + 0.05


def test_the_gain_is_row_by_row():
    rng = np.random.default_rng(2)
    y = rng.normal(size=100)
    good = y + 0.1 * rng.normal(size=100)
    predictions = np.stack([good + 1.0, good])[:, :, None]
    found = performance(rows_of(y), predictions, 0, 1)
    assert found["gain"] == pytest.approx(found["default_loss"] - found["loss"])
    assert found["gain"] > 5 * found["gain_std_error"]


@pytest.mark.parametrize(
    ("family", "p", "y", "loss"),
    [
        ("gaussian", 3.0, 1.0, 4.0),
        ("binomial", 0.25, 1.0, -np.log(0.25)),
        ("binomial", 0.25, 0.5, -0.5 * np.log(0.25) - 0.5 * np.log(0.75)),
        ("multinomial", 0.5, 2.0, np.log(2)),
        ("poisson", 2.0, 0.0, 4.0),
        ("poisson", 2.0, 2.0, 0.0),
    ],
)
def test_losses_by_hand(family, p, y, loss):
    assert row_losses(family, np.array([p]), np.array([y]))[0] == pytest.approx(loss)


def test_standard_errors_with_weights():
    values = np.array([1.0, 2.0, 4.0, 9.0])
    assert mean_and_error(values, np.ones(4)) == pytest.approx((4.0, values.std(ddof=1) / 2))
    assert mean_and_error(values, np.array([1.0, 1, 1, 0]))[0] == pytest.approx(7 / 3)


def test_which_family_suits_counts():
    rng = np.random.default_rng(3)
    mean = np.exp(rng.normal(size=2000))
    wide = rng.poisson(mean * rng.gamma(1.0, 1.0, 2000)).astype(float)
    theta = {"negative_binomial": 1.0}
    values = {
        name: log_probability(name, mean, wide, theta.get(name))
        for name in ("gaussian", "poisson", "negative_binomial")
    }
    best = compared(values, np.ones(2000))
    assert best[0].family == "negative_binomial" and best[1].difference > 0
    total = sum(
        np.exp(log_probability(n, np.full(60, 2.0), np.arange(60.0), 1.5)).sum()
        for n in ("poisson", "negative_binomial")
    )
    assert total == pytest.approx(2.0, abs=1e-6)
    assert look_like_counts(wide)
    assert not look_like_counts(wide + 1) and not look_like_counts(np.array([0.0, 1.0] * 9))
