"""Models without hidden layers: columns turned so that training converges, and turned back."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from rdeep.errors import RdeepWarning, phrase, worded
from rdeep.tabular.families import Family

# Families whose likelihood's slope is what was seen less what was expected.
_WITH_SLOPES = ("gaussian", "binomial", "multinomial", "poisson")
# Of columns with variance one; training to the end leaves about 1e-6.
_FLAT = 1e-4
_STEPS = 20

_NOT_YET = worded(
    "Training has not reached the maximum of the likelihood: the coefficients are not "
    f"{phrase('exact_coefficients', 'exact')}. Raise 'epochs'."
)
_NO_MAXIMUM = worded(
    "The likelihood has no maximum: the predictors tell some outcomes apart without an error. "
    "Coefficients grow as long as training lasts, and more epochs do not help."
)


@dataclass
class Whitening:
    """Columns made uncorrelated, of mean 0 and variance 1, in which gradients descend straight.

    Attributes
    ----------
    centre : numpy.ndarray
        The columns' means.
    turn : numpy.ndarray
        `(columns, kept)`: what centred columns are multiplied with.
    kept : numpy.ndarray
        The columns that are no sums of those before them; the others are aliased.
    """

    centre: np.ndarray
    turn: np.ndarray
    kept: np.ndarray

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Return columns turned, float32."""
        return ((x - self.centre)[:, self.kept] @ self.turn).astype(np.float32)

    def coefficients(self, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
        """Return coefficients of the columns as they came, `(1 + columns, outputs)`.

        Parameters
        ----------
        kernel, bias : numpy.ndarray
            `(kept, outputs)` and `(outputs,)`: the weights on turned columns.
        """
        found = np.full((1 + len(self.centre), len(bias)), np.nan)
        slopes = self.turn @ kernel
        found[1 + self.kept] = slopes
        found[0] = bias - self.centre[self.kept] @ slopes
        return found


def whitening(x: np.ndarray, weights: np.ndarray) -> Whitening:
    """Return the whitening of columns.

    Parameters
    ----------
    x : numpy.ndarray
        `(rows, columns)`.
    weights : numpy.ndarray
        A weight for each row.
    """
    centre = np.average(x, axis=0, weights=weights)
    centred = (x - centre) * np.sqrt(weights / weights.sum())[:, None]
    size = np.linalg.norm(centred, axis=0)
    scaled = centred / np.where(size > 0, size, 1.0)
    kept: list[int] = []
    basis = np.zeros((len(x), 0))
    for j in range(x.shape[1]):
        # Twice, since once leaves rounding errors of the size of what is looked for.
        rest = scaled[:, j] - basis @ (basis.T @ scaled[:, j])
        rest = rest - basis @ (basis.T @ rest)
        length = np.linalg.norm(rest)
        # The tolerance of usual QR decompositions of least squares.
        if size[j] > 1e-10 * max(abs(centre[j]), 1e-300) and length > 1e-7:
            basis = np.column_stack([basis, rest / length])
            kept.append(j)
    columns = np.array(kept, dtype=np.int64)
    triangle = basis.T @ centred[:, columns]
    turn = np.linalg.inv(triangle) if kept else np.zeros((0, 0))
    return Whitening(centre, turn, columns)


def check_converged(
    family: Family, columns: np.ndarray, y: np.ndarray, expected: np.ndarray, weights: np.ndarray
) -> None:
    """Warn where the likelihood of a linear model still has a slope.

    Parameters
    ----------
    family : Family
        The outcome's family; of some the slope is not known, and nothing is said.
    columns : numpy.ndarray
        The whitened columns of the rows that the model was trained on.
    y, expected : numpy.ndarray
        Their outcome, and what the model expects.
    weights : numpy.ndarray
        A weight for each row.
    """
    if family.name not in _WITH_SLOPES:
        return
    if family.name == "multinomial":
        y = y == np.arange(family.outputs)
    wrong = (expected - y) / family.spread * weights[:, None]
    # The intercept's slope is the first.
    with_one = np.column_stack([np.ones(len(y)), columns.astype(np.float64)])
    slope = np.abs(with_one.T @ wrong).max() / len(y)
    if slope > _FLAT * max(1.0, float(np.abs(y / family.spread).mean())):
        known = has_no_maximum(family.name, with_one, y, weights)
        warnings.warn(RdeepWarning(_NO_MAXIMUM if known else _NOT_YET), stacklevel=3)


def has_no_maximum(family: str, x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> bool:
    """Say whether predictors tell some outcomes apart without an error.

    Parameters
    ----------
    family : str
        The outcome's family. Of several classes each is looked at beside all others.
    x : numpy.ndarray
        The columns, with one of ones.
    y : numpy.ndarray
        `(rows, outputs)`: counts, shares, or 1 for the class that was seen.
    weights : numpy.ndarray
        A weight for each row.
    """
    if family == "gaussian":
        return False
    return any(_runs_away(family == "poisson", x, column, weights) for column in y.T)


def _runs_away(counts: bool, x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> bool:
    # Newton's steps come to a maximum within a few; where there is none, each adds about one.
    y, weights = y.astype(np.float64), weights.astype(np.float64)
    mean = y + 0.1 if counts else (weights * y + 0.5) / (weights + 1.0)
    eta = np.log(mean) if counts else np.log(mean / (1.0 - mean))
    moved = 0.0
    for _ in range(_STEPS):
        with np.errstate(over="ignore"):
            mean = np.exp(eta) if counts else 1.0 / (1.0 + np.exp(-eta))
        variance = np.maximum(mean if counts else mean * (1.0 - mean), 1e-15)
        if not np.all(np.isfinite(variance)):
            return False
        root = np.sqrt(weights * variance)
        aim = (eta + (y - mean) / variance) * root
        before = eta
        eta = x @ np.linalg.lstsq(x * root[:, None], aim, rcond=1e-12)[0]
        moved = float(np.abs(eta - before).max())
    return moved > 0.1
