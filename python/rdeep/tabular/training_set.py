"""The training set of a tabular model: rows checked, weighted, and encoded for a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import DataError

Part = tuple[dict[str, np.ndarray], np.ndarray, "np.ndarray | None"]
"""Inputs by name, targets, and weights if rows count differently."""


@dataclass
class TrainingSet:
    """All rows to train on, as networks take them: encoded once, for all members.

    Attributes
    ----------
    inputs : dict of str to numpy.ndarray
        What networks take, by the inputs' names.
    y : numpy.ndarray
        The outcome, `(rows, columns)`.
    target : numpy.ndarray
        The outcome on the scale that networks are trained on.
    weights : numpy.ndarray
        A weight for each row; their mean is one.
    additive : bool
        Whether the offset is added to what is expected, on the scale of the target.
    """

    inputs: dict[str, np.ndarray]
    y: np.ndarray
    target: np.ndarray
    weights: np.ndarray
    additive: bool = False

    def inputs_of(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return what networks take of some rows."""
        return {name: values[rows] for name, values in self.inputs.items()}

    def part(self, rows: np.ndarray) -> Part:
        """Return some rows with their targets and weights."""
        alike = (self.weights == self.weights[0]).all()
        inputs, target = self.inputs_of(rows), self.target[rows]
        if self.additive:
            # What is added may be far larger than what is left of the outcome.
            inputs, shift = without_offset(inputs)
            target = target - shift[:, 0, :1] if np.ndim(shift) else target
        return inputs, target, None if alike else self.weights[rows]


def as_outcome(y: object, rows: int) -> np.ndarray:
    """Return an outcome as a table, `(rows, columns)`.

    Parameters
    ----------
    y : array
        The outcome.
    rows : int
        How many rows there are.

    Raises
    ------
    DataError
        If it is missing, has another length, or values that are no numbers.
    """
    if y is None:
        raise DataError("'y' is missing: the outcome is needed.", argument="y")
    outcome = np.asarray(y, dtype=np.float64)
    outcome = outcome[:, None] if outcome.ndim == 1 else outcome
    if len(outcome) != rows:
        raise DataError(
            f"'x' has {rows} rows and 'y' has {len(outcome)}: they must have equally many.",
            argument="y",
        )
    if not np.isfinite(outcome).all():
        raise DataError("'y' has missing or infinite values.", argument="y")
    return outcome


def as_weights(given: object, rows: int) -> np.ndarray:
    """Return weights whose mean is one.

    Parameters
    ----------
    given : array or None
        A weight for each row; `None` if all count alike.
    rows : int
        How many rows there are.

    Raises
    ------
    DataError
        If they are negative, all zero, or not as many.
    """
    if given is None:
        return np.ones(rows)
    weights = np.asarray(given, dtype=np.float64).reshape(-1)
    usable = len(weights) == rows and np.isfinite(weights).all() and (weights >= 0).all()
    if not usable or not weights.sum():
        raise DataError(
            f"'weights' must have a number of at least 0 for each of the {rows} rows, and not "
            "all can be 0.",
            argument="weights",
        )
    return np.asarray(weights * (rows / weights.sum()))


def without_offset(inputs: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], Any]:
    """Return what networks take with offsets of 0, and the offsets: networks compute in float32.

    Parameters
    ----------
    inputs : dict of str to numpy.ndarray
        What networks take, by the inputs' names.
    """
    if "offset" not in inputs:
        return inputs, 0.0
    shift = inputs["offset"]
    return {**inputs, "offset": np.zeros(shift.shape, np.float32)}, shift
