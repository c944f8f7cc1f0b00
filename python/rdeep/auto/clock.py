"""The time that a search may take."""

from __future__ import annotations

import math
import numbers
import time

from rdeep.errors import ArgumentError, show

_FINISHING = 0.015
"""The share of the time that is kept for what follows the last training."""


class Clock:
    """A budget of wall clock time, which runs from when it is made.

    Parameters
    ----------
    seconds : float
        The budget.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.reserve = _FINISHING * seconds
        self._start = time.perf_counter()

    @property
    def elapsed(self) -> float:
        """How many seconds have passed."""
        return time.perf_counter() - self._start

    @property
    def left(self) -> float:
        """How many seconds are left for training; below 0 once they are used."""
        return self.seconds - self.reserve - self.elapsed

    def keep(self, seconds: float) -> None:
        """Keep time for what follows the last training, beside a share of the budget.

        Parameters
        ----------
        seconds : float
            How long that is expected to take.
        """
        self.reserve = _FINISHING * self.seconds + seconds


def checked_time(value: object) -> float:
    """Return a budget in seconds.

    Parameters
    ----------
    value : object
        What came.

    Raises
    ------
    ArgumentError
        If it is no number above 0.
    """
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not real or not math.isfinite(float(value)) or float(value) <= 0:  # type: ignore[arg-type]
        raise ArgumentError(
            f"'time' must be a number of seconds above 0, not {show(value)}.",
            argument="time",
            received=value,
            hint="Five minutes are `time = 300`; a search of a given length has `candidates`.",
        )
    return float(value)  # type: ignore[arg-type]
