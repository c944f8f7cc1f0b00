"""Columns of numbers and categories, encoded as for models of tables."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np

from rdeep.errors import DataError, RdeepWarning, listing, show, worded
from rdeep.multimodal.columns import Column, label
from rdeep.multimodal.settings import Levels, TableColumns
from rdeep.multimodal.values import Values
from rdeep.ready import BadRows
from rdeep.tabular.encoding import Encoding, fitted_encoding

_SCALING = "robust"
ARRAYS = {
    "table_kept": ("I64", 1),
    "table_fill": ("F64", 1),
    "table_centre": ("F64", 1),
    "table_spread": ("F64", 1),
}
"""What is learned of numbers, by its names in files."""


def learn(
    columns: Mapping[str, Column], numbers: Sequence[str], categories: Sequence[str], name: str
) -> tuple[TableColumns, Encoding]:
    """Return what is learned of columns of a table, and how they are encoded.

    Parameters
    ----------
    columns : mapping of str to Column
        The columns.
    numbers, categories : sequence of str
        Which of them are numbers, and which categories.
    name : str
        What they are called together.
    """
    levels = tuple(Levels(each, levels_of(columns[each])) for each in categories)
    missing = sum(int(columns[each].missing().sum()) for each in [*numbers, *categories])
    record = TableColumns(name, tuple(numbers), levels, missing)
    ignored = BadRows("drop", "numbers")
    x = _numbers(record, columns, ignored)
    encoding = fitted_encoding(x, [len(each.levels) for each in levels], _SCALING, impute=True)
    # Each has an indicator, since any may be missing later, and some are in training.
    encoding.gaps = encoding.kept
    return record, encoding


def read(
    record: TableColumns, encoding: Encoding, columns: Mapping[str, Column], bad: BadRows
) -> Values:
    """Return the values of rows.

    Parameters
    ----------
    record : TableColumns
        What was learned.
    encoding : Encoding
        How they are encoded.
    columns : mapping of str to Column
        The columns; what is absent is missing.
    bad : BadRows
        Where rows that cannot be used are noted.
    """
    x = _numbers(record, columns, bad)
    codes = _codes(record, columns, len(x))
    present = (~np.isnan(x)).any(axis=1) | (codes >= 0).any(axis=1)
    inputs: dict[str, np.ndarray] = {}
    if len(encoding.kept):
        inputs["numbers"] = encoding.numbers(x).astype(np.float32)
    known, narrow = encoding.codes(codes), encoding.narrow
    if narrow.any():
        inputs["levels"] = np.ascontiguousarray(known[:, narrow])
    if len(narrow) and not narrow.all():
        # The first vector of each table stands for what is unknown or missing.
        inputs["codes"] = np.ascontiguousarray(known[:, ~narrow] + 1)
    return Values(inputs, present)


def absent_numbers(encoding: Encoding) -> np.ndarray:
    """Return what stands for numbers that are missing, as a network takes them.

    Parameters
    ----------
    encoding : Encoding
        How they are encoded.
    """
    if not len(encoding.kept):
        return np.zeros(0, np.float32)
    return encoding.numbers(np.full((1, len(encoding.fill)), np.nan))[0].astype(np.float32)


def as_arrays(encoding: Encoding) -> dict[str, np.ndarray]:
    """Return what was learned of numbers, as arrays of a file.

    Parameters
    ----------
    encoding : Encoding
        How they are encoded.
    """
    grid = encoding.grid or {"centre": np.zeros(0), "spread": np.zeros(0)}
    found = {"table_kept": encoding.kept.astype(np.int64), "table_fill": encoding.fill}
    return found | {f"table_{name}": values for name, values in grid.items()}


def encoding_of(record: TableColumns, arrays: Mapping[str, np.ndarray]) -> Encoding:
    """Return the encoding that a file's arrays describe.

    Parameters
    ----------
    record : TableColumns
        What was learned.
    arrays : mapping of str to numpy.ndarray
        The arrays, which go together.
    """
    kept = arrays["table_kept"]
    grid = {name: arrays[f"table_{name}"] for name in ("centre", "spread")}
    levels = [len(each.levels) for each in record.categories]
    return Encoding(_SCALING, True, levels, kept, arrays["table_fill"], kept, grid)


def go_together(record: TableColumns, arrays: Mapping[str, np.ndarray]) -> bool:
    """Return whether a file's arrays are such as were learned of the columns.

    Parameters
    ----------
    record : TableColumns
        What was learned.
    arrays : mapping of str to numpy.ndarray
        The arrays.
    """
    if any(name not in arrays for name in ARRAYS):
        return False
    kept, width = arrays["table_kept"], len(record.numbers)
    inside = not len(kept) or (kept.min() >= 0 and kept.max() < width)
    lengths = [len(arrays[f"table_{name}"]) for name in ("centre", "spread")]
    return bool(
        inside
        and (np.diff(kept) > 0).all()
        and lengths == [len(kept)] * 2
        and len(arrays["table_fill"]) == width
    )


def levels_of(column: Column) -> tuple[str, ...]:
    """Return the categories that a column has, in order.

    Parameters
    ----------
    column : Column
        The column.
    """
    found = {label(each) for each in _known(column)}
    if column.levels is not None:
        return tuple(level for level in column.levels if level in found)
    try:
        return tuple(sorted(found, key=float))
    except ValueError:
        return tuple(sorted(found))


def _known(column: Column) -> list[object]:
    missing = column.missing()
    return [each for each, absent in zip(column.values, missing) if not absent]


def _rows(columns: Mapping[str, Column]) -> int:
    return len(next(iter(columns.values())))


def _numbers(record: TableColumns, columns: Mapping[str, Column], bad: BadRows) -> np.ndarray:
    x = np.full((_rows(columns), len(record.numbers)), np.nan)
    for place, name in enumerate(record.numbers):
        if name not in columns:
            continue
        x[:, place] = _as_numbers(columns[name])
        for row in np.flatnonzero(np.isinf(x[:, place])):
            bad.add(int(row), worded(f"{show(name)} is infinite"))
            x[row, place] = np.nan
    return x


def _as_numbers(column: Column) -> np.ndarray:
    values = column.values
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return values.astype(np.float64)
    given = [float("nan") if each is None else each for each in values]
    if column.levels is None and all(isinstance(each, (int, float, np.number)) for each in given):
        return np.array(given, dtype=np.float64)
    known = [each for each in values if each is not None]
    raise DataError(
        f"Column {show(column.name)} must be numbers, not {show(known[0]) if known else 'this'}.",
        argument="x",
        received=known[:1],
    )


def _codes(record: TableColumns, columns: Mapping[str, Column], rows: int) -> np.ndarray:
    codes = np.full((rows, len(record.categories)), -1, np.int64)
    for place, each in enumerate(record.categories):
        if each.name not in columns:
            continue
        column = columns[each.name]
        if any(np.ndim(value) for value in column.values):
            raise DataError(
                f"Column {show(each.name)} must be categories, not arrays.", argument="x"
            )
        code = {level: number for number, level in enumerate(each.levels)}
        unknown: dict[str, int] = {}
        for row, (value, absent) in enumerate(zip(column.values, column.missing())):
            if absent:
                continue
            name = label(value)
            codes[row, place] = code.get(name, -1)
            if name not in code:
                unknown.setdefault(name, row)
        if unknown:
            said = worded(
                f"Column {show(each.name)} has {listing(sorted(unknown)[:5], 'and')}, which the "
                "model was not fitted to: such values are taken as missing."
            )
            warnings.warn(RdeepWarning(said), stacklevel=6)
    return codes
