"""The linear part of networks of series, in closed form: what is left of smoothing, by ridge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_GAIN = 0.95
"""What share of the error must be left, at the most, for a linear part to be worth it."""


@dataclass
class Linear:
    """A linear function of windows.

    Attributes
    ----------
    kernel : numpy.ndarray
        `(numbers, horizon)`.
    quantiles : numpy.ndarray
        How far values lie from it, at each level: `(horizon, levels)`.
    """

    kernel: np.ndarray
    quantiles: np.ndarray


def chosen_penalty(
    x: np.ndarray, y: np.ndarray, masks: list[tuple[np.ndarray, np.ndarray]]
) -> float:
    """Return the penalty that does best on what is held out; infinite for no linear part at all.

    Parameters
    ----------
    x, y : numpy.ndarray
        Numbers, `(windows, numbers)`, and targets, `(windows, horizon)`.
    masks : list of tuple of numpy.ndarray
        Which targets are seen, and which are held out, for each fold.
    """
    errors = np.zeros(len(_PENALTIES))
    without = 0.0
    for seen, held in masks:
        without += float(np.abs(y[held]).sum())
        for step, squares in _by_step(x, y, seen):
            rows = held[:, step]
            for number, penalty in enumerate(_PENALTIES):
                found = x[rows] @ _solved(*squares, penalty)
                errors[number] += np.abs(y[rows, step] - found).sum()
    best = int(np.argmin(errors))
    return _PENALTIES[best] if errors[best] < _GAIN * without else np.inf


def fitted_linear(
    x: np.ndarray, y: np.ndarray, seen: np.ndarray, penalty: float, levels: tuple[float, ...]
) -> Linear:
    """Return the linear part that targets which are seen ask for.

    Parameters
    ----------
    x, y : numpy.ndarray
        Numbers, `(windows, numbers)`, and targets, `(windows, horizon)`.
    seen : numpy.ndarray
        Which targets count.
    penalty : float
        What `chosen_penalty` returned.
    levels : tuple of float
        The levels of the quantiles.
    """
    kernel = np.zeros((x.shape[1], y.shape[1]))
    if np.isfinite(penalty):
        for step, squares in _by_step(x, y, seen):
            kernel[:, step] = _solved(*squares, penalty)
    rest = y - x @ kernel
    middle = levels.index(0.5)
    quantiles = np.zeros((y.shape[1], len(levels)))
    for step in range(y.shape[1]):
        left = rest[seen[:, step], step]
        # Of a step that is never seen, the one before it is the best guess.
        quantiles[step] = np.quantile(left, levels) if len(left) else quantiles[step - 1]
    # The middle stays where smoothing and the linear part have it.
    quantiles -= quantiles[:, middle : middle + 1]
    return Linear(kernel, quantiles)


def _by_step(
    x: np.ndarray, y: np.ndarray, seen: np.ndarray
) -> Iterator[tuple[int, tuple[np.ndarray, np.ndarray]]]:
    """Yield what the normal equations of each step ahead are made of."""
    for step in range(y.shape[1]):
        rows = seen[:, step]
        if rows.any():
            used = x[rows]
            yield step, (used.T @ used, used.T @ y[rows, step])


def _solved(square: np.ndarray, right: np.ndarray, penalty: float) -> np.ndarray:
    size = len(square)
    ridge = penalty * max(float(np.trace(square)) / size, 1e-12)
    return np.asarray(np.linalg.solve(square + ridge * np.eye(size), right))
