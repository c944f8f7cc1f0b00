"""Models without hidden layers: columns turned so that training converges, and turned back."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from rdeep.tabular.families import Family

# Families whose likelihood's slope is what was seen less what was expected.
_WITH_SLOPES = ("gaussian", "binomial", "multinomial", "poisson")
# Of columns with variance one; training to the end leaves about 1e-6.
_FLAT = 1e-4


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
        The columns that are no sums of those before them; the others are aliased, as in R's `lm`.
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
        # R's `lm` draws the line at 1e-7 too.
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
        warnings.warn(
            "Training has not come to the maximum of the likelihood: coefficients are not "
            "those of lm() or glm(). Raise 'epochs'.",
            stacklevel=3,
        )
