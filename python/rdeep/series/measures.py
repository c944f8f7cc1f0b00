"""How good forecasts are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

HORIZON_MEASURES = ("mae", "rmse", "mase", "pinball", "coverage_80", "coverage_95")
"""What is known of each step ahead."""

INTERVALS = (0.8, 0.95)
"""The shares that the intervals hold whose coverage is measured."""
TAILS = tuple(sorted(tail for share in INTERVALS for tail in ((1 - share) / 2, (1 + share) / 2)))
"""The levels of the quantiles that measures are of."""


def naive_scale(values: np.ndarray, period: int) -> float:
    """Return the mean absolute error of the seasonal naive forecast within a series.

    Parameters
    ----------
    values : numpy.ndarray
        The series, `nan` where it is missing.
    period : int
        How many times a season lasts; 1 for the last value.
    """
    lag = period if len(values) > period else 1
    steps = np.abs(values[lag:] - values[:-lag])
    known = steps[~np.isnan(steps)]
    return float(known.mean()) if len(known) else float("nan")


def seasonal_naive(values: np.ndarray, period: int, horizon: int) -> np.ndarray:
    """Return the values of the last season over again: `(horizon,)`.

    Parameters
    ----------
    values : numpy.ndarray
        The series, `nan` where it is missing.
    period : int
        How many times a season lasts; 1 for the last value.
    horizon : int
        How many times ahead.
    """
    filled = values.copy()
    lag = period if len(values) > period else 1
    for place in range(len(filled)):
        if np.isnan(filled[place]):
            filled[place] = filled[place - lag] if place >= lag else filled[max(0, place - 1)]
    return np.asarray(filled[-lag:][np.arange(horizon) % lag])


def measured(
    actual: np.ndarray,
    point: np.ndarray,
    scale: np.ndarray,
    quantiles: Mapping[float, np.ndarray] | None = None,
) -> dict[str, float]:
    """Return how good forecasts are.

    Parameters
    ----------
    actual, point : numpy.ndarray
        What came, and what was forecast: of one shape, `nan` where nothing came.
    scale : numpy.ndarray
        What errors are divided by for `mase`, of the same shape.
    quantiles : mapping of float to numpy.ndarray, optional
        Forecasts of the quantiles `TAILS`; without, what needs them is left out.
    """
    known = ~np.isnan(actual) & ~np.isnan(point)
    error = np.abs(actual - point)[known]
    if not len(error):
        return {}
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = error / scale[known]
    scaled = scaled[np.isfinite(scaled)]
    found = {
        "mae": float(error.mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "mase": float(scaled.mean()) if len(scaled) else float("nan"),
    }
    if quantiles is None:
        return found
    losses = []
    for level in TAILS:
        above = (actual - quantiles[level])[known]
        losses.append(np.maximum(level * above, (level - 1.0) * above).mean())
    found["pinball"] = float(np.mean([*losses, 0.5 * error.mean()]))
    for share in INTERVALS:
        low, high = (quantiles[tail_of(share, side)] for side in (-1, 1))
        inside = (actual >= low) & (actual <= high)
        found[f"coverage_{round(100 * share)}"] = float(inside[known].mean())
    return found


def tail_of(share: float, side: int) -> float:
    """Return the level of an interval's end, as it stands in `TAILS`.

    Parameters
    ----------
    share : float
        The share that the interval holds.
    side : {-1, 1}
        Its lower or its upper end.
    """
    wanted = (1 + side * share) / 2
    return min(TAILS, key=lambda level: abs(level - wanted))
