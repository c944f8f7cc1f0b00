"""Predictions of tables in double precision, against least squares and Newton's method by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rdeep.tabular.tabular import Tabular

ROWS = 60


@pytest.fixture
def x(rng):
    return np.c_[rng.normal(size=ROWS), 1e8 + rng.uniform(size=ROWS) * 50]


def _design(x):
    return np.c_[np.ones(len(x)), x - x.mean(0)]


@pytest.mark.parametrize(
    ("level", "unit", "offset"), [(1e8, 1.0, 0.0), (1e8, 1.0, 1e8), (0.0, 1e-12, 0.0)]
)
@pytest.mark.few_on_tensorflow("0.0-1e-12-0.0")
def test_large_and_tiny_outcomes_come_back_exactly(level, unit, offset, x, rng, backend):
    shift = None if not offset else offset + rng.normal(size=ROWS)
    y = unit * (level + 3 * x[:, 0] + 0.2 * (x[:, 1] - 1e8) + rng.normal(size=ROWS))
    y = y if shift is None else y + shift
    model = Tabular("gaussian", hidden_units=(), backend=backend)
    model.fit(x, y=y, offset=shift, verbose=0)
    left = y if shift is None else y - shift
    wanted = _design(x) @ np.linalg.lstsq(_design(x), left - left.mean(), rcond=None)[0]
    wanted = wanted + left.mean() + (0.0 if shift is None else shift)
    spread = np.std(left)
    for found in (
        model.predict(x, offset=shift)[:, 0],
        model.predict(x, offset=shift, kind="link")[:, 0],
        model.predict_members(x, offset=shift)[:, 0, 0],
    ):
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-5 * spread)
        # No steps, such as float32 has 8 apart at 1e8.
        assert len(np.unique(found)) == ROWS


def test_counts_with_large_exposures_come_back_exactly(x, rng):
    shift = np.log(rng.uniform(1e6, 2e8, size=ROWS))
    y = rng.poisson(np.exp(shift - 8 + 0.3 * x[:, 0])).astype(float)
    model = Tabular("poisson", hidden_units=(), backend="torch")
    model.fit(x, y=y, offset=shift, verbose=0)
    a = _design(x)
    beta = np.array([-8.0, 0.0, 0.0])
    for _ in range(20):
        mu = np.exp(a @ beta + shift)
        beta = beta + np.linalg.solve(a.T @ (a * mu[:, None]), a.T @ (y - mu))
    found = model.predict(x, offset=shift)[:, 0]
    np.testing.assert_allclose(found, np.exp(a @ beta + shift), rtol=1e-5)
