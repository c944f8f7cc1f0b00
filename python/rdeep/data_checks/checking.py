"""All checks of data, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from rdeep.data_checks import (
    comparing,
    duplicates,
    images,
    missing,
    outcome,
    outliers,
    structure,
    texts,
    values,
)
from rdeep.data_checks.columns import Column, Table
from rdeep.data_checks.context import Check, Context
from rdeep.data_checks.findings import Finding, Report
from rdeep.data_checks.limits import Limits
from rdeep.data_checks.reading import read_table
from rdeep.errors import ArgumentError, DataError, listing, show, suggestion

CHECKS: dict[str, Check] = {
    "missing values": missing.missing_values,
    "patterns of missing values": missing.missing_patterns,
    "values that stand for missing ones": missing.sentinels,
    "constant columns": values.constants,
    "identifiers": values.identifiers,
    "types": values.types,
    "impossible values": values.impossible,
    "distributions": values.distributions,
    "levels": values.levels,
    "the outcome": outcome.outcome,
    "leakage": outcome.leakage,
    "collinear columns": outcome.collinear,
    "outliers": outliers.outliers,
    "unusual rows": outliers.unusual_rows,
    "duplicate rows": duplicates.duplicate_rows,
    "near duplicate rows": duplicates.near_duplicate_rows,
    "texts": texts.text_problems,
    "duplicate texts": texts.duplicate_texts,
    "images": images.image_problems,
    "duplicate images": images.duplicate_images,
    "groups": structure.groups,
    "times": structure.times,
    "types of new data": comparing.types_changed,
    "new levels": comparing.new_levels,
    "drift": comparing.drift,
    "rows in both": comparing.in_both,
}


_OF_RIGHT_VALUES = (
    "distributions",
    "leakage",
    "collinear columns",
    "outliers",
    "unusual rows",
)


def check_data(
    data: Any,
    outcome: str | None = None,
    new_data: Any = None,
    group: str | None = None,
    time: str | None = None,
    y: Any = None,
    limits: Mapping[str, float] | None = None,
) -> Report:
    """Look for what is wrong with data before anything is trained on it.

    Parameters
    ----------
    data : data frame, mapping, array, list or str
        A data frame of pandas or polars, columns by name, an array of numbers, a list of texts,
        or images: an array, a list of arrays or of files, a folder with a folder for each class.
    outcome : str, optional
        The column that is to be predicted.
    new_data : as data, optional
        Data for which a model is to predict, such as a test set: what is in both, what has
        drifted, and levels that it alone has are found.
    group : str, optional
        The column that says which rows belong together, such as those of a person.
    time : str, optional
        The column with the times of rows.
    y : array, optional
        The outcome beside `data`, if it is no column of it.
    limits : dict, optional
        Thresholds by name, see `Limits`.

    Returns
    -------
    Report
        What was found, the worst first. `print` shows it, `table()` returns it as rows of a table.

    Raises
    ------
    DataError
        If there are no rows or no columns, a column that is named is not there, or the new data
        lacks columns.

    Examples
    --------
    >>> import numpy as np
    >>> heart = {
    ...     "age": [63, 67, 67, 37, 41, 63, 57, 63, 53, 190],
    ...     "sex": ["m", "m", "m", "m", "f", "m", "f", "m", "M", "f"],
    ...     "sick": ["no", "yes", "yes", "no", "no", "no", "no", "no", "yes", "no"],
    ... }
    >>> for finding in check_data(heart, outcome="sick"):
    ...     print(finding.severity, finding.kind, finding.columns, finding.rows)
    warning few_rows_in_class ('sick',) [0 1 2 3 4 5 6 7 8 9]
    warning impossible ('age',) [9]
    warning spelling ('sex',) [8]
    note duplicate_rows () [2 5 7]
    """
    table = read_table(data, "data", y)
    if y is not None and outcome is None:
        outcome = "y"
    if outcome is None and table.names == ["image", "class"]:
        # A folder of images says their classes.
        outcome = "class"
    new = None if new_data is None else read_table(new_data, "new_data")
    return checked(table, outcome, new, group, time, limits)


def checked(
    table: Table,
    outcome: str | None = None,
    new: Table | None = None,
    group: str | None = None,
    time: str | None = None,
    limits: Mapping[str, float] | None = None,
) -> Report:
    """Return what all checks find in a table.

    Parameters
    ----------
    table : Table
        The data.
    outcome, group, time, limits
        As for `check_data`.
    new : Table, optional
        The new data.
    """
    for argument, name in (("outcome", outcome), ("group", group), ("time", time)):
        _check_name(argument, name, table)
    given = [name for name in (outcome, group, time) if name is not None]
    if len(set(given)) < len(given):
        raise ArgumentError(
            "'outcome', 'group' and 'time' must be different columns.", argument="outcome"
        )
    for argument, name in (("group", group), ("time", time)):
        if name is not None and table[name].kind == "image":
            raise DataError(
                f"'{argument}' cannot be a column of images, as '{name}' is.", argument=argument
            )
    if new is not None:
        _check_new(new, table, outcome)
    context = Context(table, Limits.asked(dict(limits or {})), outcome, group, time, new)
    found: list[Finding] = []
    try:
        # Numbers may be of any size: what comes to no number is nothing found.
        with np.errstate(all="ignore"):
            for name, check in CHECKS.items():
                without = name in _OF_RIGHT_VALUES
                found += check(_without_wrong_values(context, found) if without else context)
    finally:
        images.forget_images()
    return Report(
        found, table.rows, None if new is None else new.rows, [_about(c) for c in table.columns]
    )


def _without_wrong_values(context: Context, found: list[Finding]) -> Context:
    """Return what is checked, without numbers that were found to be none.

    Parameters
    ----------
    context : Context
        What is checked.
    found : list of Finding
        What was found before.
    """
    wrong: dict[str, np.ndarray] = {}
    for finding in found:
        if finding.kind in ("sentinel", "impossible"):
            name = finding.columns[0]
            wrong[name] = np.union1d(wrong.get(name, finding.rows), finding.rows)
    columns = []
    for column in context.table.columns:
        if column.name in wrong and column.numbers is not None:
            numbers = column.numbers.copy()
            numbers[wrong[column.name]] = np.nan
            column = replace(column, numbers=numbers)
        columns.append(column)
    return replace(context, table=Table(columns, context.table.rows)) if wrong else context


def _check_name(argument: str, name: Any, table: Table) -> None:
    if name is None:
        return
    if not isinstance(name, str):
        raise ArgumentError(
            f"'{argument}' must be the name of a column, not {show(name)}.",
            argument=argument,
            received=name,
        )
    if name not in table.names:
        raise DataError(
            f"The data has no column {show(name)}.",
            argument=argument,
            received=name,
            expected=str(table.names),
            hint=suggestion(name, table.names),
        )


def _check_new(new: Table, table: Table, outcome: str | None) -> None:
    lacking = [name for name in table.names if name not in new.names and name != outcome]
    if lacking:
        raise DataError(
            f"'new_data' has no column {listing(lacking[:6], 'and')}"
            + (f" and {len(lacking) - 6} others" if len(lacking) > 6 else "")
            + ", which the data has.",
            argument="new_data",
            received=new.names,
            expected=str(table.names),
            hint="Of all columns only the outcome may be left out.",
        )


def _about(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "kind": "prose" if column.prose else column.kind,
        "missing": int(np.sum(column.missing)),
        "distinct": column.distinct,
        "missing_rows": np.flatnonzero(column.missing),
    }
