"""Checks of data that R hands over column by column, and what they find as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rdeep.data_checks.checking import checked
from rdeep.data_checks.columns import Table, column_of_parts, table_of
from rdeep.data_checks.finding import duplicates_in, outliers_in
from rdeep.data_checks.findings import Finding
from rdeep.data_checks.images import forget_images
from rdeep.errors import worded

Parts = Sequence[Mapping[str, Any]]


def _table(parts: Parts, argument: str) -> Table:
    return table_of([column_of_parts(part) for part in parts], argument)


def check_columns(
    data: Parts,
    outcome: str | None = None,
    new_data: Parts | None = None,
    group: str | None = None,
    time: str | None = None,
    limits: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Return what `check_data` finds, rows from 0.

    Parameters
    ----------
    data, new_data : sequence of dict
        Columns, as `column_of_parts` takes them.
    outcome, group, time, limits
        As for `check_data`.
    """
    new = None if new_data is None else _table(new_data, "new_data")
    report = checked(_table(data, "data"), outcome, new, group, time, limits)
    return {
        "findings": tuple(_plain(finding) for finding in report),
        "rows": report.rows,
        "new_rows": report.new_rows,
        "columns": tuple(report.columns),
    }


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "finding": finding.kind,
        "columns": tuple(finding.columns),
        "data": finding.data,
        "n": finding.count,
        "rows": finding.rows,
        "message": tuple(worded(finding.message).data()),
        "examples": tuple(tuple(worded(each).data()) for each in finding.examples),
        "details": finding.details,
    }


def duplicates_in_columns(columns: Parts, near: bool | float = False) -> dict[str, Any]:
    """Return what `find_duplicates` finds, by column.

    Parameters
    ----------
    columns : sequence of dict
        Columns, as `column_of_parts` takes them.
    near : bool or float
        Whether nearly equal ones count.
    """
    return _by_column(
        duplicates_in(_table(columns, "x"), near), "group", "row", "how", "similarity"
    )


def outliers_in_columns(columns: Parts, threshold: float = 6.0) -> dict[str, Any]:
    """Return what `find_outliers` finds, by column.

    Parameters
    ----------
    columns : sequence of dict
        Columns, as `column_of_parts` takes them.
    threshold : float
        How many robust standard deviations away a value must be.
    """
    found = outliers_in(_table(columns, "x"), threshold)
    return _by_column(found, "row", "column", "value", "score", "how")


def _by_column(found: Sequence[Mapping[str, Any]], *names: str) -> dict[str, Any]:
    forget_images()
    return {name: tuple(each[name] for each in found) for name in names}
