"""How uncertain an ensemble is, split into what data leaves open and what members disagree on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rdeep.ensembles.weighting import LEAST, average


class Uncertainty(NamedTuple):
    """The uncertainty of each row: `total = aleatoric + epistemic`.

    Attributes
    ----------
    total : numpy.ndarray
        All of it: an entropy in nats, or a variance.
    aleatoric : numpy.ndarray
        What the members see in the data: it stays, however many rows are learned from.
    epistemic : numpy.ndarray
        What the members disagree on: it falls with more rows.
    """

    total: np.ndarray
    aleatoric: np.ndarray
    epistemic: np.ndarray


def uncertainty_of_classes(
    predictions: np.ndarray, weights: np.ndarray | None = None
) -> Uncertainty:
    """Return the entropy of the mean, its members' mean entropy, and the rest.

    The rest is the mutual information of the class and the member.

    Parameters
    ----------
    predictions : numpy.ndarray
        Probabilities, `(members, rows, classes)`.
    weights : numpy.ndarray, optional
        A weight for each member.

    Examples
    --------
    >>> members = np.array([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]])
    >>> found = uncertainty_of_classes(members)
    >>> np.round(found.aleatoric, 3), np.round(found.epistemic, 3)
    (array([0.   , 0.693]), array([0.693, 0.   ]))
    """
    total = _entropy(average(predictions, weights))
    aleatoric = average(_entropy(predictions), weights)
    return Uncertainty(np.maximum(total, aleatoric), aleatoric, np.maximum(total - aleatoric, 0.0))


def uncertainty_of_numbers(
    predictions: np.ndarray,
    weights: np.ndarray | None = None,
    variances: np.ndarray | float = np.nan,
) -> Uncertainty:
    """Return the variance of the members' mixture, its mean variance, and the rest.

    The rest is the variance of the members' means.

    Parameters
    ----------
    predictions : numpy.ndarray
        Means, `(members, rows)` or `(members, rows, outputs)`.
    weights : numpy.ndarray, optional
        A weight for each member.
    variances : numpy.ndarray or float
        The variance about its mean that each member gives, of the shape of `predictions`; or
        that of held-out rows about the ensemble's mean. Unknown, it is NaN, and so is the total.

    Examples
    --------
    >>> found = uncertainty_of_numbers(np.array([[1.0], [3.0]]), variances=0.5)
    >>> found.total, found.aleatoric, found.epistemic
    (array([1.5]), array([0.5]), array([1.]))
    """
    mean = average(predictions, weights)
    epistemic = average((predictions - mean) ** 2, weights)
    if np.ndim(variances) == np.ndim(predictions):
        aleatoric = average(np.asarray(variances, np.float64), weights)
    else:
        aleatoric = np.broadcast_to(np.asarray(variances, np.float64), epistemic.shape).copy()
    return Uncertainty(aleatoric + epistemic, aleatoric, epistemic)


def _entropy(probabilities: np.ndarray) -> np.ndarray:
    clipped = np.clip(probabilities, LEAST, 1.0)
    return np.asarray(-(probabilities * np.log(clipped)).sum(axis=-1))
