"""Values that are missing, or stand for missing ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdeep.data_checks.columns import Column
from rdeep.data_checks.context import Context, robust_scale
from rdeep.data_checks.findings import Finding, counted, some

WORDS = frozenset(
    [
        *("", "na", "n/a", "n.a.", "#n/a", "nan", "null", "(null)", "<na>", "nil", "?", "??", "-"),
        *("--", "---", ".", "missing", "#value!", "#div/0!", "not available", "no data", "xx"),
    ]
)
_CODES = np.array([9, 99, 999, 9999, 99999, 999999, 88, 888, 8888], np.float64)
_TIMES = {0.0: "1970-01-01", -2208988800.0: "1900-01-01", -2209161600.0: "1899-12-30"}
_FEW = 10


def missing_values(context: Context) -> Iterator[Finding]:
    """Find missing values by column.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    total = context.table.rows
    for column in context.table.columns:
        rows = np.flatnonzero(column.missing)
        if not len(rows) or len(rows) == total:
            continue
        share, name = len(rows) / total, column.name
        said = f"'{name}' has {counted(len(rows), 'missing value')} ({100 * share:.2g} %)."
        if name == context.outcome:
            yield Finding("missing_outcome", "error", said, (name,), rows)
        elif column.kind != "image":
            kind = "mostly_missing" if share >= context.limits.missing else "missing"
            details = {"kind": column.kind}
            yield Finding(kind, "warning", said, (name,), rows, details=details)


def missing_patterns(context: Context) -> Iterator[Finding]:
    """Find columns that miss values in the same rows, and rows that miss nearly all.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    columns = [c for c in context.table.columns if c.missing.any() and not c.missing.all()]
    names = [column.name for column in columns]
    groups: list[list[int]] = []
    for place, column in enumerate(columns):
        for group in groups:
            first = columns[group[0]].missing
            both = int((first & column.missing).sum())
            either = int((first | column.missing).sum())
            if both >= 5 and both >= 0.9 * either:
                group.append(place)
                break
        else:
            groups.append([place])
    for group in groups:
        if len(group) > 1:
            rows = np.flatnonzero(np.all([columns[i].missing for i in group], axis=0))
            together = tuple(names[i] for i in group)
            said = f"{some(together)} are missing together in {counted(len(rows), 'row')}."
            yield Finding("missing_together", "note", said, together, rows)
    predictors = context.predictors
    if len(predictors) > 3:
        share = np.mean([column.missing for column in predictors], axis=0)
        rows = np.flatnonzero(share > 0.8)
        if len(rows):
            said = f"{counted(len(rows), 'row')} without more than a fifth of the columns."
            yield Finding("empty_rows", "warning", said, (), rows)


def sentinels(context: Context) -> Iterator[Finding]:
    """Find values that stand for missing ones: `"NA"`, `"?"`, -999, zeros among large numbers.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    for column in context.table.columns:
        if column.codes is not None:
            yield from _words(column)
        elif column.is_number:
            yield from _numbers(column)
        elif column.kind == "time":
            yield from _times(column)


def _words(column: Column) -> Iterator[Finding]:
    words = column.labels()
    found = [
        i for i, word in enumerate(words) if column.counts[i] and word.strip().lower() in WORDS
    ]
    if not found or len(found) == column.distinct:
        return
    rows = column.rows_of(found)
    values = [words[i] for i in found]
    said = f"'{column.name}' has {counted(len(rows), 'value')} for 'missing': {some(values)}."
    yield Finding(
        "sentinel", "warning", said, (column.name,), rows,
        examples=tuple(values[:5]), details={"values": values},
    )  # fmt: skip


def _numbers(column: Column) -> Iterator[Finding]:
    known = column.known
    if column.distinct <= _FEW:
        return
    assert column.numbers is not None
    for value in {float(known[0]), float(known[-1])}:
        others = known[known != value]
        times = len(known) - len(others)
        if abs(value) in _CODES and _is_apart(value, others):
            severity = "warning"
        elif 1 < times <= 0.5 * len(known) and (
            (value == -1 and others[0] >= 0) or (value == 0 and _is_zero_apart(others))
        ):
            severity = "note"
        else:
            continue
        rows = np.flatnonzero(column.numbers == value)
        said = (
            f"'{column.name}' is {value:g} in {counted(len(rows), 'row')}, far from all other "
            f"values ({others[0]:g} to {others[-1]:g}): it may stand for missing ones."
        )
        yield Finding(
            "sentinel", severity, said, (column.name,), rows,
            examples=(f"{value:g}",), details={"values": [value]},
        )  # fmt: skip


def _is_apart(value: float, others: np.ndarray) -> bool:
    """Return whether a code lies away from all other values, as no value of a measurement does."""
    low, high = float(others[0]), float(others[-1])
    gap = low - value if value < low else value - high
    if value < 0 <= low and value <= -9:
        return True
    # A repeated value that ends a scale, such as 99 of 1 to 99, is no code.
    _, spread = robust_scale(others)
    return gap > max(0.3 * (high - low), 5 * spread, 1.0)


def _is_zero_apart(others: np.ndarray) -> bool:
    """Return whether zeros lie away from positive numbers, as for a blood pressure."""
    if others[0] <= 0:
        return False
    distinct = np.unique(others)
    step = float(np.median(np.diff(distinct)))
    return bool(others[0] > 0.22 * np.median(others) and others[0] >= 5 * step)


def _times(column: Column) -> Iterator[Finding]:
    known = column.known
    if column.distinct <= 2 or known[0] not in _TIMES:
        return
    others = known[known != known[0]]
    if others[0] - known[0] > 365 * 86400:
        rows = np.flatnonzero(column.numbers == known[0])
        day = _TIMES[float(known[0])]
        said = f"'{column.name}' is {day} in {counted(len(rows), 'row')}: it stands for no time."
        yield Finding(
            "sentinel", "warning", said, (column.name,), rows,
            examples=(day,), details={"values": [day]},
        )  # fmt: skip
