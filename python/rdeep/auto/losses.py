"""The loss of each held-out row: what candidates are compared by."""

from __future__ import annotations

import numpy as np

FAMILIES = ("gaussian", "binomial", "multinomial", "poisson", "negative_binomial")
COUNTS = ("poisson", "negative_binomial")

_LEAST = 1e-15


def loss_name(family: str) -> str:
    """Return what the loss of a family is called.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    """
    if family == "gaussian":
        return "squared error"
    return "deviance" if family in COUNTS else "log loss"


def relevant(family: str, predicted: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return of predictions the one number of each row that its loss depends on.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    predicted : numpy.ndarray
        `(..., rows, values)`: probabilities or means.
    y : numpy.ndarray
        `(rows,)`: numbers, shares, or class numbers.
    """
    if family != "multinomial":
        return np.asarray(predicted[..., 0])
    return np.asarray(predicted[..., np.arange(len(y)), y.astype(np.int64)])


def row_losses(family: str, relevant_part: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the loss of each row: squared error, log loss, or for counts Poisson's deviance.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    relevant_part : numpy.ndarray
        What `relevant` returned, `(..., rows)`.
    y : numpy.ndarray
        `(rows,)`.
    """
    p = relevant_part
    if family == "gaussian":
        return np.asarray((y - p) ** 2)
    if family == "multinomial":
        return np.asarray(-np.log(np.clip(p, _LEAST, None)))
    if family == "binomial":
        p = np.clip(p, _LEAST, 1 - _LEAST)
        return np.asarray(-(y * np.log(p) + (1 - y) * np.log1p(-p)))
    p = np.clip(p, 1e-12, None)
    surprise = y * np.log(np.where(y > 0, y, 1.0) / p)
    return np.asarray(2 * (surprise - (y - p)))


def hits(family: str, predicted: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    """Return for each row whether the most probable class was right; `None` without classes.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    predicted : numpy.ndarray
        `(rows, values)`.
    y : numpy.ndarray
        `(rows,)`: class numbers, or shares of the second of two.
    """
    if family == "multinomial":
        return np.asarray(predicted.argmax(axis=1) == y, np.float64)
    if family == "binomial":
        return np.where(predicted[:, 0] > 0.5, y, 1.0 - y)
    return None


def mean_and_error(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return the mean of rows' values, and its standard error.

    Parameters
    ----------
    values, weights : numpy.ndarray
        `(rows,)`.
    """
    total = float(weights.sum())
    mean = float((weights * values).sum() / total)
    if len(values) < 2:
        return mean, float("nan")
    square = float((weights**2 * (values - mean) ** 2).sum()) / total**2
    return mean, float(np.sqrt(square * len(values) / (len(values) - 1)))
