"""The rows that all candidates are trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.tabular.encoding import missing_values

_MOST_LEVELS = 50


@dataclass
class Rows:
    """A table with its outcome, and which rows are held out by which network.

    Attributes
    ----------
    numbers, codes : numpy.ndarray or None
        The columns.
    cardinalities : list of int
        How many levels each factor has.
    y : numpy.ndarray
        The outcome, `(rows,)`.
    offset, weights : numpy.ndarray or None
        What is added, and what counts.
    folds : numpy.ndarray
        The number of the network that holds out each row; -1 for none.
    """

    numbers: Any
    codes: Any
    cardinalities: list[int]
    y: np.ndarray
    offset: Any
    weights: Any
    folds: np.ndarray

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.cardinalities) + (0 if self.numbers is None else self.numbers.shape[1])

    def table(self, linear: bool, impute: bool) -> dict[str, Any]:
        """Return the columns as a candidate takes them, as arguments of `Tabular.prepare`."""
        if linear:
            found = indicators(self.numbers, self.codes, self.cardinalities, impute)
            return {"numbers": found, "codes": None, "cardinalities": ()}
        return {
            "numbers": self.numbers,
            "codes": self.codes,
            "cardinalities": self.cardinalities,
        }


def has_linear_columns(numbers: Any, cardinalities: list[int]) -> bool:
    """Return whether there is a column that a linear candidate takes."""
    return numbers is not None or any(count <= _MOST_LEVELS for count in cardinalities)


def indicators(numbers: Any, codes: Any, cardinalities: list[int], impute: bool) -> np.ndarray:
    """Return columns as a linear candidate takes them: a column of 0 and 1 for each level.

    Factors with more than fifty levels are left out.

    Parameters
    ----------
    numbers, codes : numpy.ndarray or None
        The columns; a code of -1 is a level that is missing or unknown.
    cardinalities : list of int
        How many levels each factor has.
    impute : bool
        Whether values may be missing.
    """
    rows = len(numbers if numbers is not None else codes)
    parts = [] if numbers is None else [np.asarray(numbers, np.float64)]
    if codes is not None:
        whole = np.asarray(codes)
        if (whole < 0).any() and not impute:
            raise missing_values(whole < 0)
        for column, count in enumerate(cardinalities):
            if count <= _MOST_LEVELS:
                parts.append((whole[:, column, None] == np.arange(count)).astype(np.float64))
    return np.hstack(parts) if parts else np.zeros((rows, 0))
