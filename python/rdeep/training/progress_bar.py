"""A progress bar for loops of one's own, by Keras's name: `rdeep.utils.Progbar`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Any

import numpy as np


class Progbar:
    """A progress bar in the terminal, with averages of values.

    Parameters
    ----------
    target : int, optional
        How many steps there will be.
    width : int
        The bar's width.
    verbose : {0, 1, 2}
        Nothing, a bar that moves, or a line at the end.
    interval : float
        How many seconds pass between two looks, at the least.
    stateful_metrics, stateless_metrics : iterable of str, optional
        What is shown as it is, or what alone is averaged.
    unit_name : str
        What is counted.

    Examples
    --------
    >>> bar = Progbar(2, verbose=2)
    >>> bar.update(2, [("loss", 0.5)])
    2/2 - loss: 0.5000
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
        stateless_metrics: Iterable[str] | None = None,
    ) -> None:
        self.target, self.width, self.verbose = target, width, verbose
        self.interval, self.unit_name = interval, unit_name
        self._plain = set(stateful_metrics or ())
        self._averaged = None if stateless_metrics is None else set(stateless_metrics)
        self._values: dict[str, tuple[float, float]] = {}
        self._seen, self._shown, self._began = 0, 0.0, time.monotonic()

    def update(
        self,
        current: int,
        values: Iterable[tuple[str, Any]] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Say how far it is.

        Parameters
        ----------
        current : int
            The number of steps so far.
        values : iterable of (str, number), optional
            What is shown.
        finalize : bool, optional
            Whether this is the end; by default when the target is reached.
        """
        steps = max(current - self._seen, 1)
        for name, value in values or ():
            number = float(np.mean(np.asarray(value)))
            averaged = name not in self._plain if self._averaged is None else name in self._averaged
            total, count = self._values.get(name, (0.0, 0.0)) if averaged else (0.0, 0.0)
            self._values[name] = total + number * steps, count + steps
        self._seen = current
        ends = (
            (self.target is not None and current >= self.target) if finalize is None else finalize
        )
        now = time.monotonic()
        if not self.verbose or (not ends and (self.verbose == 2 or self._waits(now))):
            return
        self._shown = now
        start, end = ("\r", "\n" if ends else "") if self.verbose == 1 else ("", "\n")
        sys.stdout.write(f"{start}{self._line(now)}{end}")
        sys.stdout.flush()

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Say that some more steps are done.

        Parameters
        ----------
        n : int
            How many.
        values : iterable of (str, number), optional
            What is shown.
        """
        self.update(self._seen + n, values)

    def _waits(self, now: float) -> bool:
        return now - self._shown < self.interval

    def _line(self, now: float) -> str:
        parts = [f"{self._seen}/{'?' if self.target is None else self.target}"]
        if self.verbose == 1:
            done = min(self._seen / self.target, 1.0) if self.target else 0.0
            full = int(self.width * done)
            pace = f"{now - self._began:.0f}s"
            parts[0] += f" [{'=' * full}{'.' * (self.width - full)}] {pace}"
        shown = [f"{k}: {total / count:.4f}" for k, (total, count) in self._values.items()]
        return " - ".join([*parts, *shown])
