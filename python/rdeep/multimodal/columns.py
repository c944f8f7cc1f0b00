"""Columns that users pass, whatever holds them, as lists and arrays with their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import DataError, show

_MISSING = ("NAType", "NaTType")


@dataclass
class Column:
    """A column.

    Attributes
    ----------
    name : str
        What it is called.
    values : numpy.ndarray or list
        An array whose first dimension are the samples, or a value for each; `None` if missing.
    levels : tuple of str or None
        The categories in order, where the column says them itself.
    """

    name: str
    values: Any
    levels: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def missing(self) -> np.ndarray:
        """Return where nothing is, `(n,)`: of arrays where all numbers are missing."""
        if isinstance(self.values, np.ndarray):
            if self.values.dtype.kind != "f":
                return np.zeros(len(self.values), bool)
            return np.asarray(np.isnan(self.values.reshape(len(self.values), -1)).all(axis=1))
        return np.array([each is None for each in self.values], dtype=bool)


def as_columns(x: Any) -> dict[str, Column]:
    """Return the columns of a table.

    Parameters
    ----------
    x : mapping of str to sequences, or data frame
        The table. A column may be an array of several dimensions, or a list with an array for each
        sample. A column that is a mapping of `values` and `levels` holds categories.

    Raises
    ------
    DataError
        If it is no table, or its columns are not equally long.
    """
    if isinstance(x, Mapping):
        names = list(x.keys())
    elif hasattr(x, "columns") and hasattr(x, "__getitem__"):
        names = list(x.columns)
    else:
        raise DataError(
            f"'x' must be a data frame or a mapping of columns, not {show(x)}.",
            argument="x",
            received=x,
        )
    columns = {str(name): _column(str(name), x[name]) for name in names}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        name, length = next(iter(lengths.items()))
        other = next(each for each in lengths if lengths[each] != length)
        raise DataError(
            f"'x' must have columns of one length: {show(name)} has {length} values, and "
            f"{show(other)} has {lengths[other]}.",
            argument="x",
        )
    return columns


def _column(name: str, given: Any) -> Column:
    if isinstance(given, Mapping):
        if set(given) != {"values", "levels"}:
            raise DataError(
                f"Column {show(name)} must be values, an array, or a mapping of 'values' and "
                "'levels'.",
                argument="x",
            )
        levels = tuple(str(each) for each in given["levels"])
        return Column(name, [_plain(each) for each in given["values"]], levels)
    categories = getattr(getattr(given, "cat", given), "categories", None)
    if categories is not None and not callable(categories):
        levels = tuple(_label(each) for each in categories)
        return Column(name, [_plain(each) for each in given], levels)
    if isinstance(given, (str, bytes)) or not hasattr(given, "__len__"):
        raise DataError(
            f"Column {show(name)} must hold a value for each sample, not {show(given)}.",
            argument="x",
            received=given,
        )
    if hasattr(given, "__array__"):
        array = np.asarray(given)
        if array.dtype.kind in "biuf":
            return Column(name, array)
    return Column(name, [_plain(each) for each in given])


def _plain(value: Any) -> Any:
    """Return a value, `None` for what is missing."""
    if value is None or type(value).__name__ in _MISSING:
        return None
    if isinstance(value, bytearray):
        return bytes(value)
    return None if isinstance(value, (float, np.floating)) and value != value else value


def label(value: Any) -> str:
    """Return a category as text; truth as data sets write it, in capitals.

    Parameters
    ----------
    value : object
        The category.
    """
    return _label(value)


def _label(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).upper()
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
