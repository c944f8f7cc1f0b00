"""Models without hidden layers: columns turned so that training converges, and turned back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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
