"""What is checked: the data, which column is what, and thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from rdeep.data_checks.columns import Column, Table
from rdeep.data_checks.findings import Finding
from rdeep.data_checks.limits import Limits


@dataclass
class Context:
    """What a check looks at.

    Parameters
    ----------
    table : Table
        The data.
    limits : Limits
        Thresholds.
    outcome, group, time : str, optional
        Which columns these are.
    new : Table, optional
        Data of the same columns, for which a model is to predict.
    """

    table: Table
    limits: Limits
    outcome: str | None = None
    group: str | None = None
    time: str | None = None
    new: Table | None = None

    @property
    def predictors(self) -> list[Column]:
        """All columns but the outcome, the group and the time."""
        return self.table.without(self.outcome, self.group, self.time)

    @property
    def numeric(self) -> list[Column]:
        """The predictors that are numbers."""
        return [column for column in self.predictors if column.is_number]

    @property
    def y(self) -> Column | None:
        """The outcome."""
        return None if self.outcome is None else self.table[self.outcome]

    @property
    def is_classes(self) -> bool:
        """Whether the outcome is a class."""
        return self.y is not None and self.y.is_discrete


Check = Callable[[Context], Iterator[Finding]]


def robust_scale(known: np.ndarray) -> tuple[float, float]:
    """Return the median and a robust standard deviation; 0 where most values are the same.

    Parameters
    ----------
    known : numpy.ndarray
        Finite values.
    """
    if not len(known):
        return 0.0, 0.0
    middle = float(np.median(known))
    spread = 1.4826 * float(np.median(np.abs(known - middle)))
    if spread == 0:
        low, high = np.quantile(known, [0.25, 0.75])
        spread = float(high - low) / 1.349
    return middle, spread


def midranks(values: np.ndarray) -> np.ndarray:
    """Return ranks from 1, the mean rank where values are the same.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers without missing ones.
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2.0)[place]


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return the correlation of two arrays; 0 where one of them is constant.

    Parameters
    ----------
    a, b : numpy.ndarray
        Numbers.
    """
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0
