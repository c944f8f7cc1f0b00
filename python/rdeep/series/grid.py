"""The times of series: whole numbers on a regular grid, found in dates, clock times or numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue import options
from rdeep.catalogue.options import option
from rdeep.catalogue.record import Record
from rdeep.errors import DataError, show, show_rows, worded

_UNITS = ("number", "day", "month", "month_end", "second")
_OFF = 0.3
"""How far a number may be from its place on the grid, in steps: decimal years are rounded."""
_PERIODS = {
    "day": {1: 7, 7: 52},
    "month": {1: 12, 2: 6, 3: 4, 4: 3, 6: 2},
    "second": {1: 60, 60: 60, 300: 288, 600: 144, 900: 96, 1800: 48, 3600: 24, 86400: 7},
}
_ONE_IN = (12, 4, 52, 2, 24)
_EPOCH = np.datetime64("1970-01-01")


class Grid(Record, kind="learned"):
    """Where the times of series may lie.

    Parameters
    ----------
    unit : {"number", "day", "month", "month_end", "second"}
        What is counted.
    origin, step : float
        The time that has the number 0, and how far apart times are.
    day : int
        The day of the month that all dates have.
    """

    internal = True

    unit: str = option(options.Choice(*_UNITS), "number", "What is counted.")
    origin: float = option(options.Number(), 0.0, "The time that has the number 0.")
    step: float = option(options.Number(0.0, open_low=True), 1.0, "How far apart times are.")
    day: int = option(options.Count(), 1, "The day of the month that all dates have.")

    def numbers(self, times: np.ndarray) -> np.ndarray:
        """Return the numbers of times: whole where they lie on the grid.

        Parameters
        ----------
        times : numpy.ndarray
            Dates, or numbers.
        """
        return np.asarray((_counted(times, self.unit) - self.origin) / self.step)

    def places(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the whole numbers of times, and which times lie on the grid.

        Parameters
        ----------
        times : numpy.ndarray
            Dates, or numbers.
        """
        numbers = self.numbers(times)
        near = np.round(numbers)
        fine = np.abs(numbers - near) < (_OFF if self.unit == "number" else 1e-6)
        if self.unit in ("month", "month_end"):
            days = _days(times)
            fine &= _is_month_end(days) if self.unit == "month_end" else _day(days) == self.day
        return near.astype(np.int64), fine

    def times(self, places: np.ndarray) -> np.ndarray:
        """Return the times of whole numbers: dates or numbers.

        Parameters
        ----------
        places : numpy.ndarray
            Whole numbers.
        """
        counted = self.origin + self.step * np.asarray(places, np.float64)
        if self.unit == "number":
            return counted
        whole = np.round(counted).astype(np.int64)
        if self.unit == "day":
            return _EPOCH + whole
        if self.unit == "second":
            # A step may be a part of a second.
            return _EPOCH + np.round(counted * 1e3).astype("timedelta64[ms]")
        if self.unit == "month":
            first = np.datetime64("1970-01") + whole
            return np.asarray(first.astype("datetime64[D]") + (self.day - 1))
        following = (np.datetime64("1970-01") + whole + 1).astype("datetime64[D]")
        return np.asarray(following - np.timedelta64(1, "D"))

    @property
    def usual_period(self) -> int:
        """How many times a season usually lasts on such a grid; 1 for none."""
        if self.unit == "number":
            for count in _ONE_IN:
                if abs(self.step * count - 1.0) < 0.02:
                    return count
            return 1
        unit = "month" if self.unit == "month_end" else self.unit
        return _PERIODS[unit].get(round(self.step), 1)


def as_times(index: Any) -> np.ndarray:
    """Return an index as an array of dates or of numbers.

    Parameters
    ----------
    index : sequence
        Dates, clock times or numbers; or, of another language, a mapping of a `unit` (`"day"`,
        `"second"` or `"number"`) and `values`, of which there are so many since 1970.

    Raises
    ------
    DataError
        If it is neither, or has times that are missing.
    """
    unit = None
    if isinstance(index, Mapping):
        unit, index = str(index["unit"]), np.asarray(index["values"], np.float64)
    times = np.asarray(index)
    if times.dtype == object and len(times) and hasattr(times.flat[0], "year"):
        times = np.array([np.datetime64(each) for each in times])
    if times.dtype.kind not in "Miuf" or times.ndim != 1:
        raise DataError(
            f"'index' must be dates, clock times or numbers, not {show(index)}.",
            argument="index",
            hint="Make dates of text first.",
        )
    missing = np.isnat(times) if times.dtype.kind == "M" else ~np.isfinite(times)
    if missing.any():
        raise DataError(
            f"'index' is missing in {show_rows([int(np.argmax(missing))])}: each value needs its "
            "time.",
            argument="index",
        )
    return times if unit is None else _from_epoch(times, unit)


def _from_epoch(values: np.ndarray, unit: str) -> np.ndarray:
    if unit == "number":
        return values
    if unit == "day":
        return np.asarray(_EPOCH + np.floor(values).astype(np.int64))
    return np.asarray(_EPOCH + np.round(values * 1e3).astype("timedelta64[ms]"))


def since_epoch(times: np.ndarray) -> np.ndarray:
    """Return times as numbers: dates as days since 1970, clock times as seconds.

    Parameters
    ----------
    times : numpy.ndarray
        What `Grid.times` returned.
    """
    if times.dtype.kind != "M":
        return times
    if times.dtype == np.dtype("datetime64[D]"):
        return times.astype(np.float64)
    return np.asarray((times - _EPOCH) / np.timedelta64(1, "s"), np.float64)


def found_grid(series: Sequence[np.ndarray]) -> Grid:
    """Return the grid that the times of some series lie on.

    Parameters
    ----------
    series : sequence of numpy.ndarray
        The times of each series, in order and each once.
    """
    times = np.concatenate(list(series))
    unit, day = _unit(times)
    counted = [_counted(each, unit) for each in series]
    origin = float(min(each[0] for each in counted))
    steps = np.concatenate([np.diff(each) for each in counted])
    if not len(steps):
        return Grid(unit, origin, 1.0, day)
    if unit != "number" or bool((np.mod(times, 1) == 0).all()):
        thousandths = np.round(steps * 1000).astype(np.int64)
        return Grid(unit, origin, float(np.gcd.reduce(thousandths)) / 1000, day)
    # Decimal years and the like: the usual step, made exact over the whole span.
    usual = float(np.median(steps))
    longest = max(counted, key=lambda each: each[-1] - each[0])
    span = float(longest[-1] - longest[0])
    return Grid(unit, origin, span / max(1, round(span / usual)), day)


def _unit(times: np.ndarray) -> tuple[str, int]:
    if times.dtype.kind != "M":
        return "number", 1
    days = _days(times)
    if (times != days).any():
        return "second", 1
    if (_day(days) == _day(days)[0]).all() and len(np.unique(days)) > 1:
        return "month", int(_day(days)[0])
    if _is_month_end(days).all():
        return "month_end", 1
    return "day", 1


def _counted(times: np.ndarray, unit: str) -> np.ndarray:
    if unit == "number":
        return np.asarray(times, np.float64)
    if unit == "second":
        return np.asarray((times - _EPOCH) / np.timedelta64(1, "s"), np.float64)
    months = unit in ("month", "month_end")
    return times.astype("datetime64[M]" if months else "datetime64[D]").astype(np.float64)


def _days(times: np.ndarray) -> np.ndarray:
    return times.astype("datetime64[D]")


def _day(days: np.ndarray) -> np.ndarray:
    first = days.astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray((days - first).astype(np.int64) + 1)


def _is_month_end(days: np.ndarray) -> np.ndarray:
    return np.asarray(_day(days + np.timedelta64(1, "D")) == 1)


def time_words(time: Any) -> Any:
    """Return a time as a message says it.

    Parameters
    ----------
    time : numpy.datetime64 or number
        The time.
    """
    if isinstance(time, np.datetime64):
        text = str(time)
        return worded(text.replace("T", " ").removesuffix(" 00:00:00").removesuffix(".000"))
    return show(int(time) if float(time).is_integer() else round(float(time), 4))
