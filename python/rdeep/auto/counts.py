"""Whether numbers are counts: asked of the data where the outcome looks like it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.auto.losses import mean_and_error

FAMILIES = ("gaussian", "poisson", "negative_binomial")

_LEAST = 1e-300
_lgamma = np.vectorize(math.lgamma, otypes=[np.float64])
_erf = np.vectorize(math.erf, otypes=[np.float64])


def look_like_counts(y: np.ndarray) -> bool:
    """Return whether numbers look like counts: whole, from 0, with zeros among them.

    Parameters
    ----------
    y : numpy.ndarray
        The outcome.
    """
    whole = bool((y >= 0).all() and (y == np.round(y)).all())
    return whole and bool((y == 0).any()) and len(np.unique(y[:10_000])) > 2


def log_probability(
    family: str, mean: np.ndarray, y: np.ndarray, theta: float | None
) -> np.ndarray:
    """Return the logarithm of the probability that a family gives each count.

    Parameters
    ----------
    family : str
        One of `FAMILIES`; a normal distribution is that of what rounds to the count.
    mean, y : numpy.ndarray
        What was expected of rows, and what came.
    theta : float or None
        The size of a negative binomial distribution.
    """
    if family == "gaussian":
        spread = max(float(np.sqrt(np.mean((y - mean) ** 2))), 1e-6) * math.sqrt(2.0)
        inside = 0.5 * (_erf((y + 0.5 - mean) / spread) - _erf((y - 0.5 - mean) / spread))
        return np.asarray(np.log(np.clip(inside, _LEAST, None)))
    mean = np.clip(mean, 1e-12, None)
    if family == "poisson":
        return np.asarray(y * np.log(mean) - mean - _lgamma(y + 1.0))
    size = 1.0 if theta is None else theta
    choose = _lgamma(y + size) - _lgamma(y + 1.0) - math.lgamma(size)
    return np.asarray(choose - size * np.log1p(mean / size) + y * np.log(mean / (mean + size)))


@dataclass
class FamilyScore:
    """How well a family suits counts.

    Attributes
    ----------
    family : str
        One of `FAMILIES`.
    log_probability, std_error : float
        The mean logarithm of held-out counts' probabilities.
    difference, difference_std_error : float
        How much that is below the best family's, row by row.
    """

    family: str
    log_probability: float
    std_error: float
    difference: float = 0.0
    difference_std_error: float = 0.0

    def to_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return dict(vars(self))


def compared(values: dict[str, np.ndarray], weights: np.ndarray) -> list[FamilyScore]:
    """Return the families, the best first.

    Parameters
    ----------
    values : dict of str to numpy.ndarray
        The logarithms of rows' probabilities, by family.
    weights : numpy.ndarray
        The weight of each row.
    """
    found = [FamilyScore(name, *mean_and_error(each, weights)) for name, each in values.items()]
    found.sort(key=lambda score: -score.log_probability)
    for score in found:
        less = values[found[0].family] - values[score.family]
        score.difference, score.difference_std_error = mean_and_error(less, weights)
    return found
