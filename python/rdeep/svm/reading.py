"""What users pass to a support vector machine, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, DataError, format_shape, listing, show
from rdeep.ready import LearnedOutcome
from rdeep.tabular.frames import Columns, is_frame, learned_columns
from rdeep.tabular.table import Table, as_table


def split(x: Any, known: Columns | None) -> tuple[Any, Any, Columns | None]:
    """Return numbers and codes of what was passed as `x`, and its columns if they have names.

    Parameters
    ----------
    x : array, data frame or mapping
        What was passed.
    known : Columns or None
        The columns that are to be there.
    """
    if is_frame(x):
        columns = known or learned_columns(x)
        try:
            numbers, codes = columns.split(x)
        except DataError:
            raise
        except (TypeError, ValueError):
            raise DataError(
                f"'x' has text in a column of numbers: {listing(_not_numbers(x, columns), 'and')}.",
                argument="x",
            ) from None
        if known is not None and codes is not None:
            _check_known(x, codes, columns)
        return numbers, codes, columns
    try:
        numbers = np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(
            "'x' has values that are no numbers.",
            argument="x",
            hint="Give text and categories as columns of a data frame, or a dict of columns.",
        ) from None
    if numbers.ndim != 2:
        raise DataError(
            f"'x' must have rows and columns; it has shape {format_shape(numbers.shape)}.",
            argument="x",
            received=numbers.shape,
        )
    return numbers, None, None


def _not_numbers(x: Any, columns: Columns) -> list[str]:
    kinds = {name: np.asarray(x[name]).dtype.kind for name in columns.numbers}
    return [name for name, kind in kinds.items() if kind not in "fiub"]


def _check_known(x: Any, codes: np.ndarray, columns: Columns) -> None:
    """Refuse levels that were not learned; missing ones are looked at elsewhere."""
    for place, (name, levels) in enumerate(columns.levels.items()):
        values = np.asarray(x[name])
        unknown = [
            str(value)
            for value in values[codes[:, place] < 0]
            if value is not None and type(value).__name__ != "NAType" and value == value
        ]
        if unknown:
            raise DataError(
                f"Column {show(name)} has {listing(dict.fromkeys(unknown[:5]), 'and')}, which the "
                "model was not fitted to.",
                argument="x",
                received=unknown[0],
                expected=f"one of {listing(levels)}",
            )


def check_width(table: Table, numbers: int, factors: int) -> None:
    """Refuse a table of other columns than those that were learned.

    Parameters
    ----------
    table : Table
        The rows.
    numbers, factors : int
        How many columns of each there are to be.
    """
    found = table.numbers.shape[1], table.codes.shape[1]
    if found != (numbers, factors):
        raise DataError(
            f"'x' has {sum(found)} columns; the model was fitted to {numbers + factors}.",
            argument="x",
            received=sum(found),
            expected=str(numbers + factors),
        )


def rows_of(numbers: Any, codes: Any) -> Table:
    """Return a table that has rows.

    Parameters
    ----------
    numbers, codes : array or None
        As for `as_table`.
    """
    table = as_table(numbers, codes, None)
    if not table.rows:
        raise DataError("'x' has no rows.", argument="x")
    return table


def check_outcome(values: Sequence[Any], rows: int) -> None:
    """Refuse an outcome of another length, or with missing values.

    Parameters
    ----------
    values : sequence
        The outcome.
    rows : int
        How many rows there are.
    """
    if len(values) != rows:
        raise DataError(f"'x' has {rows} rows, but 'y' has {len(values)} values.", argument="y")
    # Of pandas' own missing value nobody can ask whether it differs from itself.
    gaps = [
        row
        for row, each in enumerate(values)
        if each is None or type(each).__name__ in ("NAType", "NaTType") or bool(each != each)
    ]
    if gaps:
        raise DataError(
            f"'y' has {len(gaps)} missing value{'s' if len(gaps) > 1 else ''}, the first in row "
            f"{gaps[0] + 1}.",
            argument="y",
            received=len(gaps),
            hint="Leave such rows out.",
        )


def row_costs(
    weights: Any, class_weights: Any, outcome: LearnedOutcome, y: np.ndarray
) -> np.ndarray:
    """Return what the cost of each row is multiplied by.

    Parameters
    ----------
    weights : array or None
        A weight for each row.
    class_weights : "balanced", mapping or None
        A weight for each class.
    outcome : LearnedOutcome
        What is predicted.
    y : numpy.ndarray
        Class numbers.
    """
    found = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64).reshape(-1)
    if len(found) != len(y) or not np.isfinite(found).all() or (found < 0).any():
        raise DataError(
            f"'weights' must have a finite number from 0 for each of the {len(y)} rows.",
            argument="weights",
        )
    if class_weights is not None:
        found = found * _by_class(class_weights, outcome)(y)
    if not (found > 0).any():
        raise DataError("All weights are zero: nothing is left to learn from.", argument="weights")
    if outcome.is_class:
        weightless = [
            level for place, level in enumerate(outcome.levels) if not found[y == place].any()
        ]
        if weightless:
            raise DataError(
                f"All rows of {listing(weightless, 'and')} have weight zero: such a class cannot "
                "be learned.",
                argument="weights",
                received=weightless,
            )
    return np.asarray(found)


def _by_class(class_weights: Any, outcome: LearnedOutcome) -> Any:
    if not outcome.is_class:
        raise ArgumentError(
            "'class_weights' is for classes, and the outcome is a number.",
            argument="class_weights",
            received=class_weights,
        )
    count = len(outcome.levels)
    if isinstance(class_weights, str) and class_weights == "balanced":
        return lambda y: (len(y) / (count * np.bincount(y, minlength=count)))[y]
    named = (
        {str(name): value for name, value in class_weights.items()}
        if isinstance(class_weights, Mapping)
        else {}
    )
    numbers = all(isinstance(v, (int, float)) and np.isfinite(v) and v >= 0 for v in named.values())
    if set(named) != set(outcome.levels) or not numbers:
        raise ArgumentError(
            "'class_weights' must be 'balanced', or have a number from 0 for each class: "
            f"{listing(outcome.levels, 'and')}; not {show(class_weights)}.",
            argument="class_weights",
            received=class_weights,
        )
    return lambda y: np.array([float(named[level]) for level in outcome.levels])[y]
