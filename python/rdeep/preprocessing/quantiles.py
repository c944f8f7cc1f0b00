"""Bin boundaries from quantiles that are estimated batch by batch, as Keras's `Discretization`.

A summary is an array of two rows, values and how much each counts; the method is that of mergeable
quantile summaries (Agarwal et al., 2012).
"""

from __future__ import annotations

import numpy as np


def empty() -> np.ndarray:
    """Return the summary of nothing."""
    return np.zeros((2, 0), np.float32)


def summarize(values: np.ndarray, epsilon: float) -> np.ndarray:
    """Return a summary of values: some of them at equal distances in the sorted order.

    Parameters
    ----------
    values : numpy.ndarray
        The values, in any shape.
    epsilon : float
        How exact: the share of the values that one in the summary stands for.
    """
    ordered = np.sort(values, axis=None)
    step = max(ordered.size * epsilon, 1)
    chosen = ordered[int(step - 1) :: int(step)]
    return np.stack([chosen, np.ones_like(chosen) * step])


def merge(one: np.ndarray, other: np.ndarray, epsilon: float) -> np.ndarray:
    """Return the summary of what two summaries stand for together.

    Parameters
    ----------
    one, other : numpy.ndarray
        The summaries.
    epsilon : float
        As for `summarize`.
    """
    both = np.concatenate([one, other], axis=1)
    return _compressed(both[:, np.argsort(both[0])], epsilon)


def boundaries(summary: np.ndarray, bins: int) -> list[float]:
    """Return what cuts the values into bins of about equally many.

    Parameters
    ----------
    summary : numpy.ndarray
        The summary.
    bins : int
        How many bins.
    """
    return [float(edge) for edge in _compressed(summary, 1.0 / bins)[0, :-1]]


def _compressed(summary: np.ndarray, epsilon: float) -> np.ndarray:
    if summary.shape[1] * epsilon < 1:
        return summary
    shares = epsilon + np.arange(0.0, 1.0, epsilon)
    reached = summary[1].cumsum()
    reached_shares = reached / reached[-1]
    values = np.interp(shares, reached_shares, summary[0])
    counts = np.diff(np.interp(shares, reached_shares, reached), prepend=0)
    return np.stack([values, counts]).astype(np.float32)
