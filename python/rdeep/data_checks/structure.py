"""Groups of rows that belong together, and their order in time."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from rdeep.data_checks.columns import Column
from rdeep.data_checks.context import Context
from rdeep.data_checks.findings import Finding, counted, some

_GROUP_NAME = re.compile(
    r"(^|[_. ])(id|patient|subject|person|user|customer|group|site|household)([_. ]?id)?$", re.I
)
_REGULAR = 0.8


def groups(context: Context) -> Iterator[Finding]:
    """Find groups that a split by rows would cut, and groups that are in both data frames.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    if context.group is None:
        yield from _suspected(context)
        return
    column = context.table[context.group]
    name = (column.name,)
    rows = np.flatnonzero(column.missing)
    if len(rows):
        said = f"{counted(len(rows), 'row')} without a group in '{column.name}'."
        yield Finding("missing_group", "warning", said, name, rows)
    if column.distinct < 2:
        yield Finding("one_group", "warning", f"'{column.name}' is one group only.", name)
    elif column.distinct < context.table.rows:
        said = (
            f"'{column.name}' has {column.distinct} groups of {context.table.rows} rows: they must "
            "not be split."
        )
        yield Finding("groups", "note", said, name, count=column.distinct)
    if context.new is None or column.name not in context.new.names:
        return
    new = context.new[column.name]
    shared = _values(column) & _values(new)
    if shared:
        rows = np.array([i for i, each in enumerate(_each(new)) if each in shared], np.int64)
        said = (
            f"{counted(len(shared), 'group')} of '{column.name}' in both: {some(sorted(shared))}."
        )
        yield Finding(
            "groups_in_both", "error", said, name, rows, len(shared),
            examples=tuple(sorted(shared)[:5]), data="new_data",
        )  # fmt: skip


def _each(column: Column) -> list[str | None]:
    if column.codes is not None:
        return column.texts()
    assert column.numbers is not None
    return [None if np.isnan(value) else f"{value:g}" for value in column.numbers]


def _values(column: Column) -> set[str]:
    return {value for value in _each(column) if value is not None}


def _suspected(context: Context) -> Iterator[Finding]:
    """Find columns that name whom rows are of, by their names."""
    total = context.table.rows
    for column in context.predictors:
        named = _GROUP_NAME.search(column.name) or re.search(r"[a-z]I[dD]$", column.name)
        whole = column.is_number and (column.whole or np.all(np.mod(column.known, 1) == 0))
        if not named or not (whole or (column.codes is not None and not column.prose)):
            continue
        if 10 <= column.distinct <= 0.7 * total:
            said = (
                f"'{column.name}' seems to say which rows belong together: {column.distinct} "
                f"values in {total} rows."
            )
            yield Finding("group_suspected", "note", said, (column.name,), count=column.distinct)


def times(context: Context) -> Iterator[Finding]:
    """Find times that are missing, double, out of order or have gaps; and times in both.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    if context.time is None:
        return
    column = context.table[context.time]
    name = (column.name,)
    values = _times_of(column)
    if values is None:
        said = f"'{column.name}' holds no times, dates or numbers."
        yield Finding("time_as_text", "error", said, name, count=context.table.rows)
        return
    rows = np.flatnonzero(np.isnan(values))
    if len(rows):
        said = f"{counted(len(rows), 'row')} without a time in '{column.name}'."
        yield Finding("missing_time", "warning", said, name, rows)
    group = (
        np.zeros(len(values), np.int64)
        if context.group is None
        else context.table[context.group].identity
    )
    known = np.flatnonzero(~np.isnan(values))
    later = known[1:][(np.diff(values[known]) < 0) & (np.diff(group[known]) == 0)]
    if len(later):
        said = f"'{column.name}' is not in order: {counted(len(later), 'row')} before the last."
        yield Finding("unordered_times", "note", said, name, later)
    order = known[np.lexsort((values[known], group[known]))]
    steps = np.diff(values[order])
    within = np.diff(group[order]) == 0
    double = order[1:][within & (steps == 0)]
    if len(double):
        said = f"'{column.name}' has {counted(len(double), 'time')} more than once"
        said += "." if context.group is None else f" in a group of '{context.group}'."
        yield Finding("double_times", "warning", said, name, double)
    yield from _gaps(column, values, order, steps, within)
    yield from _overlap(context, column, values)


def _times_of(column: Column) -> np.ndarray | None:
    if column.numbers is not None:
        return np.where(np.isfinite(column.numbers), column.numbers, np.nan)
    if column.kind != "text":
        return None
    found = []
    for word in column.labels():
        try:
            found.append(float(np.datetime64(word.strip(), "s").astype(np.int64)))
        except ValueError:
            return None
    return np.array([*found, np.nan])[column.codes]


def _gaps(
    column: Column, values: np.ndarray, order: np.ndarray, steps: np.ndarray, within: np.ndarray
) -> Iterator[Finding]:
    forward = within & (steps > 0)
    if forward.sum() < 10:
        return
    usual = float(np.median(steps[forward]))
    # Months and years are not all of the same length.
    regular = np.mean(np.abs(steps[forward] / usual - 1) < 0.12)
    wide = forward & (steps > 1.5 * usual)
    if regular < _REGULAR or not wide.any():
        return
    places = np.flatnonzero(wide)
    rows = order[1:][places]
    longest = int(places[np.argmax(steps[places])])
    size = steps[longest]
    said = (
        f"'{column.name}' has {counted(len(rows), 'gap')} among regular times; the longest is of "
        f"{size / usual:.3g} steps, after {_written(column, values[order[longest]])}."
    )
    yield Finding("time_gaps", "note", said, (column.name,), np.sort(rows))


def _written(column: Column, value: float) -> str:
    if column.kind == "number":
        return f"{value:g}"
    stamp = np.datetime64(int(value), "s")
    return str(stamp.astype("datetime64[D]") if value % 86400 == 0 else stamp)


def _overlap(context: Context, column: Column, values: np.ndarray) -> Iterator[Finding]:
    if context.new is None or column.name not in context.new.names:
        return
    new = _times_of(context.new[column.name])
    if new is None or np.isnan(new).all() or np.isnan(values).all():
        return
    last = float(np.nanmax(values))
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(new <= last)
    if len(rows):
        said = (
            f"{counted(len(rows), 'row')} of the new data "
            f"{'is' if len(rows) == 1 else 'are'} not after the data, which ends at "
            f"{_written(column, last)}."
        )
        yield Finding("times_overlap", "warning", said, (column.name,), rows, data="new_data")
