"""On which scale a series is regular: its logarithm or square root, and whether it has a season."""

from __future__ import annotations

import numpy as np

from rdeep.series.smoothing import centred, initial_season

TRANSFORMS = ("none", "sqrt", "log")
_GAIN = 0.9
"""How much steadier a scale must be than the one before it in `TRANSFORMS`."""
_POWERS = {"none": 1.0, "sqrt": 0.5, "log": 0.0}
_SEASONAL = 4.0
"""From which F statistic on there is a season. X-11 asks for 7, but errors are correlated there."""


def transformed(values: np.ndarray, name: str) -> np.ndarray:
    """Return values on another scale.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers in the scale's domain.
    name : str
        One of `TRANSFORMS`.
    """
    if name == "log":
        return np.log(values)
    return np.sqrt(values) if name == "sqrt" else values


def restored(values: np.ndarray, name: str) -> np.ndarray:
    """Return values on their own scale.

    Parameters
    ----------
    values : numpy.ndarray
        What `transformed` returned.
    name : str
        One of `TRANSFORMS`.
    """
    if name == "log":
        # Up to what float64 can hold.
        return np.exp(np.minimum(values, 700.0))
    return np.maximum(values, 0.0) ** 2 if name == "sqrt" else values


def chosen_transform(values: np.ndarray, period: int) -> str:
    """Return the scale on which a series varies as much where it is high as where it is low.

    Parameters
    ----------
    values : numpy.ndarray
        The series, `nan` where it is missing.
    period : int
        How many times a season lasts; 1 for none.

    References
    ----------
    Guerrero, V. M. (1993). Time-series analysis supported by power transformations. Journal of
    Forecasting 12, 37-48.
    """
    size = max(period, 4) if period > 1 else 10
    blocks = len(values) // size
    if blocks < 3 or np.nanmin(values) < 0:
        return "none"
    cut = values[len(values) - blocks * size :].reshape(blocks, size)
    cut = cut[(~np.isnan(cut)).sum(axis=1) > size // 2]
    if len(cut) < 3:
        return "none"
    mean, spread = np.nanmean(cut, axis=1), np.nanstd(cut, axis=1, ddof=1)
    if mean.min() <= 0 or not spread.any():
        return "none"
    best, least = "none", np.inf
    for name in TRANSFORMS:
        if name == "log" and np.nanmin(values) <= 0:
            continue
        ratio = spread / mean ** (1.0 - _POWERS[name])
        variation = ratio.std() / ratio.mean()
        if variation < _GAIN * least:
            best, least = name, variation
    return best


def has_season(values: np.ndarray, period: int) -> bool:
    """Return whether a series has a season that is worth to be learned.

    Parameters
    ----------
    values : numpy.ndarray
        The series, `nan` where it is missing.
    period : int
        How many times a season lasts.
    """
    count = int((~np.isnan(values)).sum())
    if period < 2 or len(values) < 2 * period or count < 1.5 * period + 2:
        return False
    rest = values - centred(values, period)
    season = initial_season(values, period)[np.arange(len(values)) % period]
    rest = rest - season
    rest = rest - np.nanmean(rest)
    known = ~np.isnan(rest)
    within = float(np.sum(rest[known] ** 2)) / max(1, count - period)
    between = float(np.sum(season[known] ** 2)) / (period - 1)
    return between > _SEASONAL * within and between > 1e-20 * float(np.nanvar(values) + 1e-300)
