"""Series as users give them: read, put on a grid, and checked."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rdeep.errors import (
    ArgumentError,
    DataError,
    RdeepWarning,
    Wording,
    setting,
    show,
    show_rows,
    worded,
)
from rdeep.series.grid import Grid, as_times, time_words
from rdeep.series.preparing import Raw

_NAMED = 5
ONLY = "series"
"""The key of a series that is the only one."""


@dataclass
class Covariates:
    """Columns of numbers beside the series.

    Attributes
    ----------
    names : tuple of str
        What they are called.
    values : numpy.ndarray
        `(rows, columns)`.
    """

    names: tuple[str, ...]
    values: np.ndarray


@dataclass
class Rows:
    """The rows of a user's data, sorted by series and time.

    Attributes
    ----------
    y : numpy.ndarray
        The values.
    times : list of numpy.ndarray
        The times of each series.
    keys : list of str
        The series, in the order in which they first occur.
    which : list of numpy.ndarray
        The rows of each series, by time.
    numbered : bool
        Whether there was no index, so that rows are numbered.
    """

    y: np.ndarray
    times: list[np.ndarray]
    keys: list[str]
    which: list[np.ndarray] = field(default_factory=list)
    numbered: bool = False


def read_rows(y: Any, index: Any, key: Any) -> Rows:
    """Return a user's rows by series, in the order of time.

    Parameters
    ----------
    y : sequence of float
        The values of all series, one after the other or mixed.
    index : sequence, optional
        Their times; by default 1, 2, ... within each series.
    key : sequence, optional
        The series that each belongs to.

    Raises
    ------
    DataError
        If lengths differ, a time is missing or occurs twice, or a value is no number.
    """
    values = as_numbers(y, "y")
    count = len(values)
    names, number = _keys(key, count)
    which = [np.flatnonzero(number == each) for each in range(len(names))]
    if index is None:
        times = [np.arange(1, len(rows) + 1, dtype=np.float64) for rows in which]
        return Rows(values, times, names, which, numbered=True)
    given = as_times(index)
    if len(given) != count:
        raise _lengths("index", len(given), count)
    ordered, sorted_times = [], []
    for name, rows in zip(names, which, strict=True):
        order = rows[np.argsort(given[rows], kind="stable")]
        times = given[order]
        twice = np.flatnonzero(times[1:] == times[:-1])
        if len(twice):
            raise DataError(
                f"The time {time_words(times[twice[0]])} occurs twice{of_series(name)}.",
                argument="index",
                hint="Each time has one value. Several series need 'key', which tells them apart.",
            )
        ordered.append(order)
        sorted_times.append(times)
    return Rows(values, sorted_times, names, ordered)


def as_numbers(values: Any, argument: str) -> np.ndarray:
    """Return numbers, `nan` where one is missing: `(count,)`.

    Parameters
    ----------
    values : sequence
        The numbers.
    argument : str
        The argument that they come from.
    """
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"'{argument}' must hold numbers, not {show(values)}.", argument=argument
        ) from None
    if numbers.ndim == 2 and 1 in numbers.shape:
        numbers = numbers.reshape(-1)
    if numbers.ndim != 1:
        raise DataError(
            f"'{argument}' must be one column of numbers, not {show(values)}.",
            argument=argument,
            hint="Several series stand below each other, and 'key' says which is which.",
        )
    if np.isinf(numbers).any():
        row = int(np.argmax(np.isinf(numbers)))
        raise DataError(f"'{argument}' is infinite in {show_rows([row])}.", argument=argument)
    return numbers


def read_covariates(
    given: Any, argument: str, rows: int, needed: np.ndarray | None = None
) -> Covariates:
    """Return covariates as columns of numbers.

    Parameters
    ----------
    given : data frame, dict of columns, array or None
        Columns of numbers.
    argument : str
        The argument that they come from.
    rows : int
        How many rows there must be.
    needed : numpy.ndarray, optional
        In which rows they must be known; by default in all.
    """
    if given is None:
        return Covariates((), np.zeros((rows, 0)))
    if hasattr(given, "columns") or isinstance(given, Mapping):
        names = tuple(
            str(name) for name in (given if isinstance(given, Mapping) else given.columns)
        )
        columns = [as_numbers(given[name], argument) for name in given]
        for name, column in zip(names, columns, strict=True):
            if len(column) != rows:
                raise _lengths(f"{argument}['{name}']", len(column), rows)
        values = np.stack(columns, axis=1) if columns else np.zeros((rows, 0))
    else:
        values = np.asarray(given, dtype=np.float64)
        values = values[:, None] if values.ndim == 1 else values
        if values.ndim != 2 or len(values) != rows:
            raise _lengths(argument, len(values), rows)
        names = tuple(f"{argument}{number + 1}" for number in range(values.shape[1]))
    bad = ~np.isfinite(values)
    if needed is not None:
        bad &= needed[:, None]
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise DataError(
            f"The covariate '{names[column]}' is missing in {show_rows([int(row)])}.",
            argument=argument,
            hint="Covariates must be known at all times; fill in what is missing.",
        )
    return Covariates(names, values)


def put_on_grid(
    rows: Rows, grid: Grid, known: np.ndarray, past: np.ndarray, static: np.ndarray
) -> list[Raw]:
    """Return series on a grid, with `nan` where one has no value.

    Known covariates may go on beyond the last value. In gaps the latest covariates stay.

    Parameters
    ----------
    rows : Rows
        The rows.
    grid : Grid
        Where times may lie.
    known, past, static : numpy.ndarray
        Covariates of the rows.

    Raises
    ------
    DataError
        If a time is not on the grid.
    """
    series = []
    for name, which, times in zip(rows.keys, rows.which, rows.times, strict=True):
        places, fine = grid.places(times)
        if not fine.all():
            raise _irregular(name, times[int(np.argmin(fine))], grid)
        same = np.flatnonzero(np.diff(places) == 0)
        if len(same):
            raise _irregular(name, times[same[0] + 1], grid)
        values = rows.y[which]
        present = np.flatnonzero(~np.isnan(values))
        first = present[0] if len(present) else 0
        last = present[-1] if len(present) else -1
        # What stands before the first value is not of the series.
        at = places - places[first]
        length = int(at[last]) + 1 if len(present) else 0
        full = np.full(length, np.nan)
        full[at[present]] = values[present]
        ahead = _spread(known[which], at, int(at[-1]) + 1)
        behind = _spread(past[which], at, length)
        series.append(Raw(name, int(places[first]), full, ahead, behind, static[which[first]]))
    return series


def _spread(columns: np.ndarray, at: np.ndarray, count: int) -> np.ndarray:
    """Return covariates on the grid; in gaps the latest that are known stay."""
    latest = np.searchsorted(at, np.arange(count), side="right") - 1
    return np.asarray(columns[latest])


def check_gaps(raw: Raw, grid: Grid, gaps: str) -> None:
    """Refuse a series with times that have no value.

    Parameters
    ----------
    raw : Raw
        The series.
    grid : Grid
        Where times lie.
    gaps : {"fail", "fill"}
        Whether some such times are an error; that they are the most always is.

    Raises
    ------
    DataError
        If there are such times.
    """
    name, full = raw.key, raw.values
    absent = np.flatnonzero(np.isnan(full)) + raw.start
    if not len(absent):
        return
    times = grid.times(absent[:_NAMED])
    names = [str(time_words(each)) for each in times]
    if len(absent) > len(times):
        names.append(f"{len(absent) - len(times)} more")
    said = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    if len(absent) > len(full) / 2:
        raise DataError(
            f"Most times have no value{of_series(name)}: {len(absent)} of {len(full)}, if they "
            f"are {step_words(grid)} apart.",
            argument="index",
            hint="Are the times regular? Several series need 'key', which tells them apart.",
        )
    if gaps == "fail":
        raise DataError(
            f"{'A time has' if len(absent) == 1 else f'{len(absent)} times have'} no value"
            f"{of_series(name)}: {said}.",
            argument="gaps",
            hint=f"{setting('gaps', 'fill')} takes the values that are expected there.",
        )


def without_bad(series: Sequence[Raw], horizon: int, transform: str, on_bad: str) -> list[Raw]:
    """Return the series that can be learned from, and refuse or count the others.

    Parameters
    ----------
    series : sequence of Raw
        The series.
    horizon : int
        How many times ahead is forecast.
    transform : str
        The scale, or `"auto"`.
    on_bad : {"fail", "drop"}
        Whether others are an error.
    """
    reasons = {}
    for number, raw in enumerate(series):
        reason = _wrong_with(raw, horizon, transform)
        if reason is not None:
            reasons[number] = reason
    if not reasons:
        return list(series)
    total, bad = len(series), len(reasons)
    parts = [
        worded(f"{series[number].key}: {reason}") if series[number].key != ONLY else reason
        for number, reason in list(reasons.items())[:_NAMED]
    ]
    said = parts[0]
    for part in parts[1:]:
        said = worded(f"{said}; {part}")
    said = worded(f"{said}; and {bad - len(parts)} more") if bad > len(parts) else said
    if on_bad == "fail" or bad == total:
        counted = "The series cannot" if total == 1 else f"{bad} of {total} series cannot"
        raise DataError(
            worded(f"{counted} be learned from: {said}."),
            argument="y",
            hint=f"{setting('on_bad', 'drop')} leaves such series out." if bad < total else None,
        )
    text = worded(f"{bad} of {total} series {'was' if bad == 1 else 'were'} left out: {said}.")
    warnings.warn(RdeepWarning(text), stacklevel=4)
    return [raw for number, raw in enumerate(series) if number not in reasons]


def needed_values(horizon: int) -> int:
    """Return how many values a series must have.

    Parameters
    ----------
    horizon : int
        How many times ahead is forecast.
    """
    return horizon + max(6, min(horizon, 12))


def _wrong_with(raw: Raw, horizon: int, transform: str) -> str | Wording | None:
    present = raw.values[~np.isnan(raw.values)]
    if not len(present):
        return "all values are missing"
    if len(present) < needed_values(horizon):
        return (
            f"{len(present)} values are too few for a horizon of {horizon}, which needs "
            f"{needed_values(horizon)}"
        )
    least = float(present.min())
    if (transform == "log" and least <= 0) or (transform == "sqrt" and least < 0):
        return worded(f"it has the value {show(least)}, which has no {_ROOTS[transform]}")
    return None


_ROOTS = {"log": "logarithm", "sqrt": "square root"}


def of_series(name: str) -> str:
    """Return words that name a series, where there are several."""
    return f" in the series '{name}'" if name != ONLY else ""


def step_words(grid: Grid) -> str:
    """Return how far apart times are, in words.

    Parameters
    ----------
    grid : Grid
        Where times lie.
    """
    unit = "month" if grid.unit == "month_end" else grid.unit
    count = f"{grid.step:g}"
    if unit == "number":
        return count
    return f"{count} {unit}{'' if count == '1' else 's'}"


def _irregular(name: str, time: Any, grid: Grid) -> DataError:
    return DataError(
        f"The times are not regular{of_series(name)}: {time_words(time)} is none of those that "
        f"are {step_words(grid)} apart.",
        argument="index",
        hint="Bring the values to regular times first, such as sums or means by month.",
    )


def _keys(key: Any, count: int) -> tuple[list[str], np.ndarray]:
    if key is None:
        return [ONLY], np.zeros(count, np.int64)
    labels = np.asarray([str(each) for each in key])
    if len(labels) != count:
        raise _lengths("key", len(labels), count)
    names, first, number = np.unique(labels, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return [str(names[each]) for each in order], rank[number.reshape(-1)]


def _lengths(argument: str, given: int, wanted: int) -> ArgumentError:
    return ArgumentError(
        f"'{argument}' has {given} values, but 'y' has {wanted}.",
        argument=argument,
        received=given,
        expected=f"{wanted} values",
    )
