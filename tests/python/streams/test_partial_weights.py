"""Weights that only some batches or updates have: the others count as one each."""

from __future__ import annotations

import numpy as np
import pytest

import rdeep
from rdeep import layers, metrics

RNG = np.random.default_rng(4)
Y = np.array([0, 1, 1, 0, 1, 0, 0, 1])
P = RNG.random(8).astype("float32")
W = RNG.random(8)


def area(y, p, w):
    """Return the area under the curve by pairs."""
    yes, no = y == 1, y == 0
    ahead = (p[yes][:, None] > p[no]) + 0.5 * (p[yes][:, None] == p[no])
    return (w[yes][:, None] * w[no] * ahead).sum() / (w[yes].sum() * w[no].sum())


@pytest.mark.parametrize("first", [True, False])
def test_batches_without_weights_count_as_one(first, backend):
    places = np.arange(8) < 4 if first else np.arange(8) >= 4
    weights = np.where(places, W, 1.0)

    def batches():
        for start in (0, 4):
            rows = slice(start, start + 4)
            weighted = (W[rows],) if places[start] else ()
            yield (P[rows, None], Y[rows], *weighted)

    model = rdeep.Sequential([rdeep.Input((1,)), layers.Rescaling(1.0)], backend=backend)
    model.compile(loss="mse", metrics=["mae"], weighted_metrics=["mse", "auc"])
    error = (Y - P) ** 2
    wanted = {
        "loss": (error * weights).mean(),
        "mae": np.abs(Y - P).mean(),
        "mse": (error * weights).sum() / weights.sum(),
        "auc": area(Y, P, weights),
    }
    assert model.evaluate(batches()) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(
    "updates", [(W, None), (None, W), (W[:, None], W), (None, W[:, None]), (2.0, W)]
)
def test_updates_of_a_collecting_metric_join_their_weights(updates):
    metric = metrics.AUC()
    for weights in updates:
        metric.update_state(Y, P, sample_weight=weights)
    each = [np.broadcast_to(np.ravel(1.0 if w is None else w), 8) for w in updates]
    wanted = area(np.tile(Y, 2), np.tile(P, 2), np.concatenate(each))
    assert float(metric.result()) == pytest.approx(wanted, rel=1e-6)


def test_weights_of_values_and_of_samples_join():
    y, p, w = RNG.integers(0, 2, (8, 2)), RNG.random((8, 2)), RNG.random((8, 2))
    y[:2] = [[0, 1], [1, 0]]
    metric = metrics.AUC(multi_label=True)
    for weights in (w, W, None):
        metric.update_state(y, p, sample_weight=weights)
    wanted = [
        area(np.tile(y[:, k], 3), np.tile(p[:, k], 3), np.concatenate([w[:, k], W, np.ones(8)]))
        for k in range(2)
    ]
    assert float(metric.result()) == pytest.approx(np.mean(wanted), rel=1e-6)
