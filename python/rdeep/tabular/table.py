"""Rows of a table on their way to networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, DataError, ShapeError
from rdeep.tabular.encoding import Encoding
from rdeep.tabular.families import Family
from rdeep.tabular.linear import Whitening


@dataclass
class Table:
    """Columns as they came: numbers, factors' codes, and what is added on the link's scale.

    Attributes
    ----------
    numbers : numpy.ndarray
        `(rows, columns)`, float64; NaN where missing.
    codes : numpy.ndarray
        `(rows, factors)`, whole numbers from 0; -1 where missing or unknown.
    offset : numpy.ndarray or None
        `(rows,)`.
    """

    numbers: np.ndarray
    codes: np.ndarray
    offset: np.ndarray | None

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.numbers)


def as_table(numbers: Any, codes: Any, offset: Any) -> Table:
    """Return columns as a table.

    Parameters
    ----------
    numbers, codes : array or None
        A matrix each, if there are such columns.
    offset : array or None
        A number for each row.

    Raises
    ------
    DataError
        If there is no column, a value is infinite, or lengths differ.
    """
    if numbers is None and codes is None:
        raise DataError("'x' has no columns.", argument="x")
    rows = len(numbers if numbers is not None else codes)
    x = np.zeros((rows, 0)) if numbers is None else np.asarray(numbers, dtype=np.float64)
    c = np.zeros((rows, 0), np.int64) if codes is None else _whole(np.asarray(codes))
    if x.ndim != 2 or c.ndim != 2 or len(c) != rows:
        raise ShapeError("'x' must be a table: matrices of equally many rows.", argument="x")
    if np.isinf(x).any():
        row, column = np.argwhere(np.isinf(x))[0]
        raise DataError(
            f"'x' has infinite values, the first in row {row + 1}, column {column + 1}.",
            argument="x",
        )
    shift = None if offset is None else np.asarray(offset, dtype=np.float64).reshape(-1)
    if shift is not None and (len(shift) != rows or not np.isfinite(shift).all()):
        raise DataError(
            f"'offset' must have a finite number for each of the {rows} rows.", argument="offset"
        )
    return Table(x, c, shift)


@dataclass
class Preparation:
    """What makes the networks' inputs of a table: learned once, from all rows.

    Attributes
    ----------
    encoding : Encoding
        The scales of numbers.
    whitening : Whitening or None
        For models without hidden layers.
    """

    encoding: Encoding
    whitening: Whitening | None

    @property
    def width(self) -> int:
        """How many numbers a network takes."""
        return self.encoding.width if self.whitening is None else len(self.whitening.kept)

    def inputs(
        self, table: Table, family: Family, ensemble: int, lift: bool = False
    ) -> dict[str, np.ndarray]:
        """Return what networks take, by the inputs' names.

        Parameters
        ----------
        table : Table
            The rows.
        family : Family
            The outcome's family.
        ensemble : int
            How many networks share one set of weights.
        lift : bool
            Whether what is unknown of factors with few levels needs a code from 0.
        """
        found: dict[str, np.ndarray] = {}
        if self.width:
            numbers = self.encoding.numbers(table.numbers)
            turned = numbers if self.whitening is None else self.whitening.apply(numbers)
            found["numbers"] = np.ascontiguousarray(turned, dtype=np.float32)
        if self.encoding.cardinalities:
            codes, narrow = self.encoding.codes(table.codes), self.encoding.narrow
            if narrow.any():
                found["levels"] = np.ascontiguousarray(codes[:, narrow] + int(lift))
            if not narrow.all():
                # The first vector of each table stands for what is unknown or missing.
                found["codes"] = np.ascontiguousarray(codes[:, ~narrow] + 1)
        if table.offset is not None:
            shift = (table.offset / family.spread)[:, None, None]
            means = np.arange(family.outputs) < family.outputs - family.constants
            found["offset"] = np.broadcast_to(shift * means, (table.rows, ensemble, family.outputs))
        return found


def _whole(codes: np.ndarray) -> np.ndarray:
    """Return codes as integers."""
    whole = codes.astype(np.int64) if codes.dtype.kind in "iub" else None
    if whole is None and codes.dtype.kind == "f" and np.isfinite(codes).all():
        whole = codes.astype(np.int64)
    if whole is None or (whole != codes).any():
        raise DataError(
            "'codes' must hold whole numbers: levels' numbers from 0, -1 where missing.",
            argument="codes",
        )
    return whole


def check_levels(codes: np.ndarray, cardinalities: Sequence[int]) -> None:
    """Refuse codes of factors without as many levels, before anything is learned of them.

    Parameters
    ----------
    codes : numpy.ndarray
        `(rows, factors)`.
    cardinalities : sequence of int
        How many levels each factor has.
    """
    if codes.shape[1] != len(cardinalities):
        raise ArgumentError(
            f"'cardinalities' must have a number of levels for each of the {codes.shape[1]} "
            f"columns of 'codes', not {len(cardinalities)} numbers.",
            argument="cardinalities",
            received=len(cardinalities),
            expected=str(codes.shape[1]),
        )
    for column, count in enumerate(cardinalities):
        if (highest := codes[:, column].max(initial=-1)) >= count:
            raise DataError(
                f"'codes' holds {highest} in column {column + 1}, whose levels are 0 to "
                f"{count - 1}: 'cardinalities' says that there are {count}.",
                argument="codes",
                received=int(highest),
            )
