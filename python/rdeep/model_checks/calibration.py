"""Whether predictions mean what they say: probabilities that come true, numbers without bias."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rdeep.model_checks.scoring import Table, hits
from rdeep.model_checks.statistics import NORMAL, chi_squared_tail, wilson

_BINS, _LEAST, _DRAWS = 10, 20, 300
_FEW = 100


def calibration(type: str, y: np.ndarray, predictions: np.ndarray) -> dict[str, Any]:
    """Return a reliability table, and whether it is that of a calibrated model.

    Of two classes the probability of the second is looked at, of more that of the class that is
    predicted. Rows are cut into at most ten bins of as many rows. The expected calibration error is
    compared with what the same model would have if its probabilities were true. Of numbers the
    mean error in each bin of predictions is given, and tested whether errors depend on them.

    Parameters
    ----------
    type, y, predictions
        As for `scores`.

    Returns
    -------
    dict
        `table` (`predicted`, `observed`, `conf.low`, `conf.high`, `n`), `error`, `expected` (the
        error that chance alone makes, its 95 % point; `nan` for numbers), `p`, `verdict`, `said`.
    """
    return _of_classes(y, predictions) if type == "class" else _of_numbers(y, predictions)


def _bins(predicted: np.ndarray) -> list[np.ndarray]:
    count = max(1, min(_BINS, len(predicted) // _LEAST))
    order = np.argsort(predicted, kind="stable")
    return [part for part in np.array_split(order, count) if len(part)]


def _of_classes(y: np.ndarray, prob: np.ndarray) -> dict[str, Any]:
    two = prob.shape[1] == 2
    predicted = prob[:, 1] if two else prob.max(axis=1)
    true = (y == 1) if two else hits(y, prob)
    bins = _bins(predicted)
    error = _error(predicted, true, bins)
    rng = np.random.default_rng(1)
    drawn = [_error(predicted, rng.uniform(size=len(y)) < predicted, bins) for _ in range(_DRAWS)]
    expected = float(np.quantile(drawn, 0.95))
    p = float((1 + sum(each >= error for each in drawn)) / (1 + _DRAWS))
    observed = [float(true[rows].mean()) for rows in bins]
    ends = [wilson(share, len(rows)) for share, rows in zip(observed, bins, strict=True)]
    table: Table = {
        "predicted": [float(predicted[rows].mean()) for rows in bins],
        "observed": observed,
        "conf.low": [each[0] for each in ends],
        "conf.high": [each[1] for each in ends],
        "n": [len(rows) for rows in bins],
    }
    wrong = error > expected
    verdict = "problem" if wrong else "unsure" if len(y) < _FEW else "fine"
    said = (
        f"Probabilities are off by {error:.3f} on average; chance alone makes up to {expected:.3f}"
    )
    said += f" of {len(y)} rows."
    if verdict == "unsure":
        said += " More rows would be needed to see a smaller error."
    return {
        "table": table,
        "error": error,
        "expected": expected,
        "p": p,
        "verdict": verdict,
        "said": said,
    }


def _error(predicted: np.ndarray, true: np.ndarray, bins: list[np.ndarray]) -> float:
    off = [abs(float(true[rows].mean() - predicted[rows].mean())) * len(rows) for rows in bins]
    return sum(off) / len(predicted)


def _of_numbers(y: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    errors, bins = y - predicted, _bins(predicted)
    means = [float(y[rows].mean()) for rows in bins]
    reach = [
        NORMAL * float(errors[rows].std(ddof=1)) / math.sqrt(len(rows))
        if len(rows) > 1
        else math.nan
        for rows in bins
    ]
    table: Table = {
        "predicted": [float(predicted[rows].mean()) for rows in bins],
        "observed": means,
        "conf.low": [mean - by for mean, by in zip(means, reach, strict=True)],
        "conf.high": [mean + by for mean, by in zip(means, reach, strict=True)],
        "n": [len(rows) for rows in bins],
    }
    spread = float(predicted.std())
    z = np.column_stack([np.ones(len(y)), (predicted - predicted.mean()) / (spread or 1.0)])
    z = z if spread > 0 else z[:, :1]
    inverse = np.linalg.inv(z.T @ z)
    beta = inverse @ (z.T @ errors)
    left = (errors - z @ beta)[:, None] * z
    covariance = inverse @ (left.T @ left) @ inverse
    known = np.isfinite(covariance).all() and np.linalg.cond(covariance) < 1e12
    wald = float(beta @ np.linalg.solve(covariance, beta)) if known else 0.0
    p = chi_squared_tail(wald, len(beta))
    slope = 1.0 + (float(beta[1]) / spread if len(beta) > 1 else 0.0)
    verdict = "problem" if p < 0.05 else "unsure" if len(y) < _FEW else "fine"
    error = float(np.abs([m - t for m, t in zip(means, table["predicted"], strict=True)]).mean())
    said = (
        f"The mean error is {float(errors.mean()):.3g}, and where predictions rise by 1 the "
        f"outcome rises by {slope:.3g} (p = {p:.2g} that both are chance)."
    )
    if verdict == "unsure":
        said += f" {len(y)} rows show large errors only."
    return {
        "table": table,
        "error": error,
        "expected": math.nan,
        "p": p,
        "verdict": verdict,
        "said": said,
    }
