"""Samples of any form: how many there are, some of them, and columns of tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.errors import DataError, show


def is_table(x: Any) -> bool:
    """Return whether samples have columns with names.

    Parameters
    ----------
    x : object
        The samples.
    """
    return isinstance(x, Mapping) or (hasattr(x, "columns") and hasattr(x, "__getitem__"))


def column_names(x: Any) -> list[str]:
    """Return the names of a table's columns.

    Parameters
    ----------
    x : data frame or mapping
        The table.
    """
    if not is_table(x):
        raise DataError(
            f"Columns are compared by their names: give data frames, not {show(x)}.",
            argument="reference",
        )
    return [str(each) for each in (x.keys() if isinstance(x, Mapping) else x.columns)]


def column_of(x: Any, name: str) -> np.ndarray:
    """Return a column as it is.

    Parameters
    ----------
    x : data frame or mapping
        The table.
    name : str
        The column.
    """
    return np.asarray(x[name])


def is_number(values: Any) -> bool:
    """Return whether values are numbers; truth values are levels.

    Parameters
    ----------
    values : sequence
        The values.
    """
    return np.asarray(values).dtype.kind in "fiu"


def count(x: Any) -> int:
    """Return how many samples there are.

    Parameters
    ----------
    x : object
        The samples.
    """
    if isinstance(x, Mapping):
        return len(next(iter(x.values()))) if x else 0
    if isinstance(x, tuple):
        return count(x[0])
    return len(x)


def take(x: Any, rows: np.ndarray) -> Any:
    """Return some samples, in the form that they have.

    Parameters
    ----------
    x : object
        The samples.
    rows : numpy.ndarray
        Their numbers.
    """
    if isinstance(x, Mapping):
        return {name: take(column, rows) for name, column in x.items()}
    if isinstance(x, tuple):
        return tuple(take(each, rows) for each in x)
    if hasattr(x, "iloc"):
        return x.iloc[rows]
    if is_table(x):
        return x[rows.tolist()]
    if isinstance(x, np.ndarray) or hasattr(x, "__array__"):
        return np.asarray(x)[rows]
    return [x[int(row)] for row in rows]


def with_column(x: Any, name: str, values: np.ndarray) -> Any:
    """Return a table with other values in a column.

    Parameters
    ----------
    x : data frame or mapping
        The table.
    name : str
        The column.
    values : numpy.ndarray
        Its values.
    """
    if isinstance(x, Mapping):
        return {**x, name: values}
    changed = x.copy()
    changed[name] = values
    return changed
