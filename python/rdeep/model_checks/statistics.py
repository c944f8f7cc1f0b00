"""Intervals, tests and their tails, on NumPy alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

_DRAWS = 400
_MANY = 20_000
NORMAL = 1.959963984540054


def wilson(share: float, count: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share.

    Parameters
    ----------
    share : float
        The share.
    count : float
        Of how many.
    """
    if count <= 0:
        return 0.0, 1.0
    square = NORMAL**2 / count
    middle = (share + square / 2) / (1 + square)
    reach = NORMAL / (1 + square) * math.sqrt(share * (1 - share) / count + square / 4 / count)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def bootstrap(
    values: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray], seed: int = 1
) -> tuple[float, float]:
    """Return the 95 % interval of a statistic of rows, by percentiles of rows drawn anew.

    Parameters
    ----------
    values : numpy.ndarray
        `(rows,)` or `(rows, columns)`.
    statistic : function
        Of values `(draws, rows, ...)`: the statistic of each draw.
    seed : int
        What chance draws from.
    """
    rng, rows = np.random.default_rng(seed), len(values)
    draws = _DRAWS if rows <= _MANY else _DRAWS // 4
    found = [statistic(values[rng.integers(0, rows, (1, rows))])[0] for _ in range(draws)]
    if np.isnan(found).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)


def normal_tail(z: float) -> float:
    """Return how probable a normal number is that is farther from 0.

    Parameters
    ----------
    z : float
        The number.
    """
    return math.erfc(abs(z) / math.sqrt(2.0))


def chi_squared_tail(value: float, degrees: int) -> float:
    """Return how probable a larger chi-squared number is.

    Parameters
    ----------
    value : float
        The number.
    degrees : int
        The degrees of freedom.
    """
    if value <= 0 or degrees < 1:
        return 1.0
    half = value / 2.0
    odd = degrees % 2
    total = math.erfc(math.sqrt(half)) if odd else 0.0
    for step in range((degrees - odd) // 2):
        power = step + 0.5 * odd
        total += math.exp(power * math.log(half) - half - math.lgamma(power + 1.0))
    return min(1.0, total)


def kolmogorov_smirnov(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Return the largest distance of two distributions, and how probable a larger one is.

    Parameters
    ----------
    first, second : numpy.ndarray
        Numbers of each.
    """
    points = np.sort(np.concatenate([first, second]))
    below = [np.searchsorted(np.sort(each), points, side="right") for each in (first, second)]
    distance = float(np.abs(below[0] / len(first) - below[1] / len(second)).max())
    size = math.sqrt(len(first) * len(second) / (len(first) + len(second)))
    reach = (size + 0.12 + 0.11 / size) * distance
    if reach < 0.3:
        return distance, 1.0
    terms = [(-1) ** (k - 1) * math.exp(-2.0 * (k * reach) ** 2) for k in range(1, 101)]
    return distance, float(min(1.0, max(0.0, 2.0 * sum(terms))))


def holm(p: np.ndarray) -> np.ndarray:
    """Return p-values adjusted for their number (Holm, 1979).

    Parameters
    ----------
    p : numpy.ndarray
        The p-values; missing ones stay.
    """
    p = np.asarray(p, np.float64)
    out, known = p.copy(), np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    raised = p[order] * (len(order) - np.arange(len(order)))
    out[order] = np.minimum(np.maximum.accumulate(raised), 1.0) if len(order) else raised
    return np.asarray(out)
