"""Metrics within a `tf.function` of the user's own add up from call to call."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep import metrics

tf = pytest.importorskip("tensorflow")


def test_state_is_kept_between_calls_and_starts_again():
    accuracy, mean = metrics.SparseCategoricalAccuracy(), metrics.Mean()

    @tf.function
    def step(y, p):
        accuracy.update_state(y, p)
        mean.update_state(tf.reduce_mean(p))
        return accuracy.result()

    rng = np.random.default_rng(1)
    for _ in range(2):
        ys, ps = rng.integers(0, 3, (4, 8)), rng.random((4, 8, 3)).astype("float32")
        for y, p in zip(ys, ps):
            last = step(tf.constant(y), tf.constant(p))
        wanted = (ps.argmax(-1) == ys).mean()
        assert float(last) == pytest.approx(wanted)
        assert float(accuracy.result()) == pytest.approx(wanted)
        assert float(mean.result()) == pytest.approx(ps.mean(), rel=1e-6)
        accuracy.reset_state()
        mean.reset_state()
        assert float(accuracy.result()) == 0.0


def test_a_metric_of_all_predictions_is_refused_there():
    auc = metrics.AUC()

    @tf.function
    def step(y, p):
        auc.update_state(y, p)

    with pytest.raises(Exception, match="needs all predictions at once"):
        step(tf.constant([0.0, 1.0]), tf.constant([0.2, 0.7]))
