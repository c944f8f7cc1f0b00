"""Quantiles that cover: errors on held-out times, in units of the spread that was predicted.

Split conformal prediction with local weights: at each step ahead an error is divided by how far
apart the predicted quantiles are, and quantiles of these ratios are kept.
"""

from __future__ import annotations

import numpy as np

LEVELS = (0.1, 0.5, 0.9)
"""The levels of the quantiles that networks give."""

GRID_LEVELS = (
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5,
    0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99, 0.995,
)  # fmt: skip
"""The levels at which ratios are kept; between them they are interpolated."""

_SPREAD = 2.563103
"""How far apart the outer quantiles of `LEVELS` are, for a normal distribution of spread 1."""
_NEIGHBOURS = 1
"""How many steps ahead, on each side, count as alike."""
_OPTIMISM = 1.04
"""What the rates of smoothing, which have seen all times, make errors too small by."""
_LEAST = 1e-6


def spread_of(quantiles: np.ndarray) -> np.ndarray:
    """Return how wide predictions are, above 0.

    Parameters
    ----------
    quantiles : numpy.ndarray
        In order, the last axis at `LEVELS`.
    """
    return np.asarray(np.maximum((quantiles[..., -1] - quantiles[..., 0]) / _SPREAD, _LEAST))


def calibrated(
    quantiles: np.ndarray, target: np.ndarray, known: np.ndarray, series: int
) -> np.ndarray:
    """Return the ratios of errors to spread at `GRID_LEVELS`: `(horizon, levels)`.

    Parameters
    ----------
    quantiles : numpy.ndarray
        Predictions of windows by networks that have not seen their targets:
        `(windows, horizon, levels)`.
    target : numpy.ndarray
        What came: `(windows, horizon)`.
    known : numpy.ndarray
        Where both are known.
    series : int
        How many series the windows are of.
    """
    ratio = (target - quantiles[..., 1]) / spread_of(quantiles)
    horizon = target.shape[1]
    found = np.zeros((horizon, len(GRID_LEVELS)))
    for step in range(horizon):
        near = slice(max(0, step - _NEIGHBOURS), step + _NEIGHBOURS + 1)
        values = ratio[:, near][known[:, near]]
        if not len(values):
            found[step] = found[step - 1] if step else _normal()
            continue
        # Errors of windows that overlap are much the same error.
        alone = max(1.0, known[:, step].sum() / (step + 1), float(series))
        found[step] = _tails(values) * np.sqrt(1.0 + 1.0 / alone) * _OPTIMISM
    return np.asarray(np.sort(found, axis=1))


def _tails(values: np.ndarray) -> np.ndarray:
    """Return quantiles of ratios, the middle of which stays where it was predicted."""
    found = np.quantile(values, GRID_LEVELS)
    middle = GRID_LEVELS.index(0.5)
    lower, upper = found[:middle], found[middle + 1 :]
    return np.concatenate([np.minimum(lower, 0.0), [0.0], np.maximum(upper, 0.0)])


def _normal() -> np.ndarray:
    # Of a logistic distribution with about the spread of a normal one.
    levels = np.asarray(GRID_LEVELS)
    return np.asarray(np.log(levels / (1.0 - levels)) / 1.7)


def at_levels(calibration: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return ratios at other levels: `(horizon, levels)`.

    Parameters
    ----------
    calibration : numpy.ndarray
        What `calibrated` returned.
    levels : numpy.ndarray
        Between 0 and 1.
    """
    # On this scale the tails of most distributions are nearly straight.
    scale = np.log(np.asarray(GRID_LEVELS) / (1.0 - np.asarray(GRID_LEVELS)))
    wanted = np.log(levels / (1.0 - levels))
    found = np.stack([np.interp(wanted, scale, row) for row in calibration])
    for side, inner in ((0, 1), (-1, -2)):
        slope = (calibration[:, side] - calibration[:, inner]) / (scale[side] - scale[inner])
        beyond = wanted < scale[0] if side == 0 else wanted > scale[-1]
        outer = calibration[:, [side]] + slope[:, None] * (wanted[beyond] - scale[side])
        found[:, beyond] = outer
    return found
