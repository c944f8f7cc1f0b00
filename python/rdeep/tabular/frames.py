"""Tables with named columns: a data frame of pandas or polars, or a dict of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from rdeep.errors import DataError, listing, suggestion


@dataclass
class Columns:
    """The names of columns, and the levels of factors in the order of their codes.

    Attributes
    ----------
    numbers : list of str
        The names of columns of numbers.
    levels : dict of str to list of str
        The levels of each factor.
    """

    numbers: list[str] = field(default_factory=list)
    levels: dict[str, list[str]] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """Return the columns as plain data."""
        return asdict(self)

    def split(self, frame: Any) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Return a table's numbers and codes; -1 for a level that is missing or unknown.

        Parameters
        ----------
        frame : data frame or mapping
            The table, whose columns may have any order.

        Raises
        ------
        DataError
            If a column is not there.
        """
        have = list(frame.keys()) if isinstance(frame, Mapping) else list(frame.columns)
        for name in [*self.numbers, *self.levels]:
            if name not in have:
                raise DataError(
                    f"The table has no column {name!r}; it has {listing(have, 'and')}.",
                    argument="x",
                    received=name,
                    hint=suggestion(name, have),
                )
        numbers = [np.asarray(frame[name], dtype=np.float64) for name in self.numbers]
        codes = [_codes(frame[name], levels) for name, levels in self.levels.items()]
        return (
            np.column_stack(numbers) if numbers else None,
            np.column_stack(codes) if codes else None,
        )


def is_frame(x: object) -> bool:
    """Return whether a value is a table with named columns.

    Parameters
    ----------
    x : object
        What came.
    """
    return isinstance(x, Mapping) or (hasattr(x, "columns") and hasattr(x, "__getitem__"))


def learned_columns(frame: Any) -> Columns:
    """Return the columns of a table: text and categories are factors, all else numbers.

    Parameters
    ----------
    frame : data frame or mapping
        The table.
    """
    names = list(frame.keys()) if isinstance(frame, Mapping) else list(frame.columns)
    found = Columns()
    for name in names:
        column = frame[name]
        levels = _levels(column)
        if levels is None:
            found.numbers.append(str(name))
        else:
            found.levels[str(name)] = levels
    return found


def named_columns(names: Any, levels: Any) -> Columns | None:
    """Return columns whose names somebody gave; `None` if nobody did.

    Parameters
    ----------
    names : sequence of str or None
        The names of columns of numbers.
    levels : dict of str to sequence of str or None
        The levels of each factor.
    """
    if names is None and levels is None:
        return None
    return Columns(
        [str(name) for name in listed(names)],
        {str(name): [str(v) for v in listed(each)] for name, each in (levels or {}).items()},
    )


def listed(values: object) -> list[Any]:
    """Return a list of what may be one value or several.

    Parameters
    ----------
    values : object
        What came.
    """
    if values is None:
        return []
    return list(values) if isinstance(values, (list, tuple, np.ndarray)) else [values]


def _levels(column: object) -> list[str] | None:
    categories = getattr(getattr(column, "cat", None), "categories", None)
    if categories is not None:
        return [_label(level) for level in categories]
    values = np.asarray(column)
    if values.dtype.kind in "fiub":
        return None
    return sorted({_label(value) for value in values if not _is_missing(value)})


def _codes(column: object, levels: list[str]) -> np.ndarray:
    place = {level: code for code, level in enumerate(levels)}
    return np.array(
        [-1 if _is_missing(value) else place.get(_label(value), -1) for value in np.asarray(column)]
    )


def _label(value: object) -> str:
    # As data sets write truth: in capitals.
    return str(value).upper() if isinstance(value, bool | np.bool_) else str(value)


def _is_missing(value: object) -> bool:
    # A value that is not equal to itself is not a number; pandas has `NA`, which is neither.
    return value is None or type(value).__name__ == "NAType" or bool(value != value)
