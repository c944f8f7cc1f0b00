"""Rows of a table as the numbers that a support vector machine reads."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rdeep.errors import DataError, RdeepWarning, listing, worded
from rdeep.tabular.encoding import Encoding, fitted_encoding
from rdeep.tabular.table import Table, check_levels

ARRAYS = ("kept", "gaps", "fill", "centre", "spread", "cardinalities")


@dataclass
class Encoded:
    """What makes numbers of a table: learned once, from all rows.

    Attributes
    ----------
    encoding : Encoding
        What stands for missing values, and the columns that vary.
    centre, spread : numpy.ndarray
        What is subtracted of each number, and what it is divided by.
    """

    encoding: Encoding
    centre: np.ndarray
    spread: np.ndarray

    @property
    def width(self) -> int:
        """How many numbers a row has."""
        return len(self.centre)

    def columns(self, table: Table) -> np.ndarray:
        """Return numbers, indicators of missing ones, and a column for each level of factors.

        Parameters
        ----------
        table : Table
            The rows.
        """
        parts = [self.encoding.numbers(table.numbers)]
        codes = self.encoding.codes(table.codes)
        for place, count in enumerate(self.encoding.cardinalities):
            parts.append((codes[:, [place]] == np.arange(count)).astype(np.float64))
        return np.hstack(parts)

    def scaled(self, columns: np.ndarray) -> np.ndarray:
        """Return columns as networks read them.

        Parameters
        ----------
        columns : numpy.ndarray
            What `columns` returned.
        """
        return np.asarray((columns - self.centre) / self.spread)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what was learned as arrays, for a file."""
        return {
            "kept": self.encoding.kept.astype(np.int64),
            "gaps": self.encoding.gaps.astype(np.int64),
            "fill": self.encoding.fill.astype(np.float64),
            "centre": self.centre,
            "spread": self.spread,
            "cardinalities": np.asarray(self.encoding.cardinalities, dtype=np.int64),
        }


def learned_columns(
    table: Table, cardinalities: Sequence[int], names: Sequence[str], impute: bool, scale: bool
) -> Encoded:
    """Learn what makes numbers of a table.

    Parameters
    ----------
    table : Table
        The rows.
    cardinalities : sequence of int
        How many levels each factor has.
    names : sequence of str
        The names of columns of numbers, for messages; may be empty.
    impute : bool
        Whether values may be missing.
    scale : bool
        Whether numbers get mean 0 and variance 1.

    Raises
    ------
    DataError
        If values are missing that may not be, or no column varies.
    """
    check_levels(table.codes, cardinalities)
    encoding = fitted_encoding(table.numbers, list(cardinalities), "none", impute)
    constant = np.setdiff1d(np.arange(table.numbers.shape[1]), encoding.kept)
    # Missing or not is something to tell rows by as well.
    constant = np.setdiff1d(constant, encoding.gaps)
    levels = sum(cardinalities)
    if not encoding.width and not any(len(np.unique(c)) > 1 for c in table.codes.T):
        raise DataError("No column of 'x' varies: there is nothing to learn.", argument="x")
    if len(constant):
        named = [names[place] if len(names) else f"column {place + 1}" for place in constant]
        one = len(constant) == 1
        said = worded(
            f"{'A column has' if one else f'{len(constant)} columns have'} one value only and "
            f"{'is' if one else 'are'} not used: {listing(named[:5], 'and')}"
            f"{'' if len(named) <= 5 else ' ...'}."
        )
        warnings.warn(RdeepWarning(said), stacklevel=4)
    numbers = encoding.numbers(table.numbers)
    scaled = len(encoding.kept) if scale else 0
    rest = encoding.width - scaled + levels
    centre = np.append(numbers[:, :scaled].mean(axis=0), np.zeros(rest))
    # The variance of a sample, by one less than the rows.
    spread = numbers[:, :scaled].std(axis=0, ddof=1) if len(numbers) > 1 else np.ones(scaled)
    return Encoded(encoding, centre, np.append(spread, np.ones(rest)))


def from_arrays(arrays: Mapping[str, np.ndarray], impute: bool) -> Encoded:
    """Return what `Encoded.arrays` described.

    Parameters
    ----------
    arrays : dict
        The arrays.
    impute : bool
        Whether values may be missing.
    """
    encoding = Encoding(
        "none",
        impute,
        [int(each) for each in arrays["cardinalities"]],
        arrays["kept"],
        arrays["fill"],
        arrays["gaps"],
    )
    return Encoded(encoding, arrays["centre"], arrays["spread"])


def fault(arrays: Mapping[str, np.ndarray]) -> str | None:
    """Return what is wrong with arrays of a file; `None` if nothing is.

    Parameters
    ----------
    arrays : dict
        The arrays.
    """
    if any(name not in arrays for name in ARRAYS):
        return "an array of the columns is missing"
    count = len(arrays["fill"])
    for name in ("kept", "gaps"):
        places = arrays[name]
        if len(places) and (places.min() < 0 or places.max() >= count):
            return f"'{name}' names columns that there are not"
    if (arrays["cardinalities"] < 0).any() or arrays["cardinalities"].sum() > 1_000_000:
        return "'cardinalities' are no numbers of levels"
    width = len(arrays["kept"]) + len(arrays["gaps"]) + int(arrays["cardinalities"].sum())
    if len(arrays["centre"]) != width or len(arrays["spread"]) != width:
        return "'centre' and 'spread' do not go with the columns"
    known = all(np.isfinite(arrays[name]).all() for name in ("fill", "centre", "spread"))
    return None if known and (arrays["spread"] > 0).all() else "a scale is no positive number"
