"""Which candidates are combined, and how good that is on rows which did not choose the weights.

Predictions are `(candidates, rows, values)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.auto.losses import hits, mean_and_error, relevant, row_losses
from rdeep.ensembles.weighting import average, chosen_greedily
from rdeep.tabular.folds import stratified_folds

ROUNDS = 25
"""How many choices weights are made of: the least weight is one by that."""

_REPEATS = 5


@dataclass
class HeldOut:
    """Rows with predictions by networks that have not seen them.

    Attributes
    ----------
    family : str
        The outcome's family.
    y, weights : numpy.ndarray
        The outcome and the weight of each row.
    """

    family: str
    y: np.ndarray
    weights: np.ndarray

    def losses(self, predicted: np.ndarray) -> np.ndarray:
        """Return the loss of each row."""
        return row_losses(self.family, relevant(self.family, predicted, self.y), self.y)

    def part(self, rows: np.ndarray) -> HeldOut:
        """Return some of the rows."""
        return HeldOut(self.family, self.y[rows], self.weights[rows])


def greedy_weights(rows: HeldOut, predictions: np.ndarray) -> np.ndarray:
    """Return weights by greedy selection with replacement (Caruana et al., 2004).

    Parameters
    ----------
    rows : HeldOut
        The rows to choose on.
    predictions : numpy.ndarray
        `(candidates, rows, values)`.
    """

    def loss(values: np.ndarray) -> float:
        return float(row_losses(rows.family, values, rows.y) @ rows.weights)

    return chosen_greedily(relevant(rows.family, predictions, rows.y), loss, ROUNDS)


def performance(
    rows: HeldOut, predictions: np.ndarray, default: int | None, seed: int
) -> dict[str, Any]:
    """Return how good a combination is, honestly: no row is scored by weights chosen on it.

    Rows are cut into halves; the weights that one half chooses are scored on the other, both ways,
    and that several times over.

    Parameters
    ----------
    rows : HeldOut
        All rows that were held out.
    predictions : numpy.ndarray
        `(candidates, rows, values)`.
    default : int or None
        The candidate that is what one gets without a search.
    seed : int
        What the halves are drawn by.

    Returns
    -------
    dict
        `loss` with `std_error`, `accuracy` of classes, and beside the default its loss, and
        the `gain` in loss with its standard error.
    """
    classes = rows.family in ("binomial", "multinomial")
    losses = np.zeros(len(rows.y))
    right = np.zeros(len(rows.y)) if classes else None
    repeats = _REPEATS if len(predictions) > 1 else 1
    for repeat in range(repeats):
        half = stratified_folds(rows.y, classes, 2, (seed + repeat) % 2**31)
        for side in (0, 1):
            there, here = np.flatnonzero(half != side), np.flatnonzero(half == side)
            combined = _scored(rows, predictions, there, here)
            losses[here] += rows.part(here).losses(combined) / repeats
            found = hits(rows.family, combined, rows.y[here])
            if right is not None and found is not None:
                right[here] += found / repeats
    return _summed_up(rows, losses, right, None if default is None else predictions[default])


def _scored(
    rows: HeldOut, predictions: np.ndarray, there: np.ndarray, here: np.ndarray
) -> np.ndarray:
    if len(predictions) == 1 or not rows.weights[there].sum():
        return np.asarray(predictions[0, here])
    weights = greedy_weights(rows.part(there), predictions[:, there])
    return average(predictions[:, here], weights)


def _summed_up(
    rows: HeldOut, losses: np.ndarray, right: np.ndarray | None, default: np.ndarray | None
) -> dict[str, Any]:
    loss, error = mean_and_error(losses, rows.weights)
    found: dict[str, Any] = {"loss": loss, "std_error": error, "rows": len(losses)}
    if right is not None:
        found["accuracy"], found["accuracy_std_error"] = mean_and_error(right, rows.weights)
    if default is not None:
        before = rows.losses(default)
        found["default_loss"], found["default_std_error"] = mean_and_error(before, rows.weights)
        found["gain"], found["gain_std_error"] = mean_and_error(before - losses, rows.weights)
    return found
