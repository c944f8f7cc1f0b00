"""Windows of series: what is known at an origin, and what comes after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rdeep.series.preparing import Prepared

_FAR = 20.0
"""How far from its level a value may count, in units of the scale: outliers are drawn in."""


@dataclass
class Windows:
    """Origins of series with what networks are given, and what they are to find.

    Attributes
    ----------
    context : numpy.ndarray
        The latest values, less level and season, then covariates: `(origins, context, columns)`.
    state : numpy.ndarray
        The trend, the phase of the season, and what does not change: `(origins, columns)`.
    future : numpy.ndarray
        Known covariates of the times ahead: `(origins, horizon, columns)`.
    base : numpy.ndarray
        What smoothing expects: `(origins, horizon)`.
    target : numpy.ndarray
        How far values are from it, in units of the scale; 0 where there is none.
    present : numpy.ndarray
        Where there is a value.
    series, origin : numpy.ndarray
        The number of the series, and the number of the time, from 0.
    """

    context: np.ndarray
    state: np.ndarray
    future: np.ndarray
    base: np.ndarray
    target: np.ndarray
    present: np.ndarray
    series: np.ndarray
    origin: np.ndarray

    def __len__(self) -> int:
        return len(self.origin)

    @property
    def inputs(self) -> dict[str, np.ndarray]:
        """What networks are given, by name."""
        given = {"context": self.context, "state": self.state}
        if self.future.shape[2]:
            given["future"] = self.future
        return {name: array.astype(np.float32) for name, array in given.items()}

    @property
    def flat(self) -> np.ndarray:
        """Context and state side by side: `(origins, numbers)`."""
        return np.concatenate([self.context.reshape(len(self), -1), self.state], axis=1)

    def rows(self, which: np.ndarray) -> Windows:
        """Return some of the windows.

        Parameters
        ----------
        which : numpy.ndarray
            Their numbers, or booleans.
        """
        return Windows(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def windows_of(
    prepared: Prepared, number: int, origins: np.ndarray, context: int, horizon: int, period: int
) -> Windows:
    """Return the windows of a series at some origins.

    Parameters
    ----------
    prepared : Prepared
        The series.
    number : int
        Its number.
    origins : numpy.ndarray
        The numbers of the last times that are known, from 0.
    context, horizon : int
        How many values are looked at, and how many are to be found.
    period : int
        How many times a season lasts on the grid.
    """
    smoothed, scale, raw = prepared.smoothed, prepared.traits.scale, prepared.raw
    count = len(prepared.values)
    seen = origins[:, None] - np.arange(context)[::-1]
    # Before the series begins, it is taken to have been at its level.
    inside, at = seen >= 0, np.maximum(seen, 0)
    season = smoothed.season_at(origins[:, None], at)
    rest = prepared.values[at] - season - smoothed.level_at(origins)[:, None]
    columns = [np.clip(rest / scale, -_FAR, _FAR)[:, :, None], raw.known[at], raw.past[at]]
    found = np.concatenate(columns, axis=2) * inside[:, :, None]
    ahead = origins[:, None] + np.arange(1, horizon + 1)
    within = np.minimum(ahead, count - 1)
    present = (ahead < count) & prepared.present[within]
    base = smoothed.ahead(origins, horizon)
    target = np.where(present, (prepared.values[within] - base) / scale, 0.0)
    if raw.known.shape[1]:
        future = raw.known[np.minimum(ahead, len(raw.known) - 1)]
    else:
        future = np.zeros((len(origins), horizon, 0))
    return Windows(
        found, _state(prepared, origins, period), future, base, target, present,
        np.full(len(origins), number), origins,
    )  # fmt: skip


def _state(prepared: Prepared, origins: np.ndarray, period: int) -> np.ndarray:
    trend = prepared.smoothed.trend_at(origins) / prepared.traits.scale
    columns = [np.clip(trend, -_FAR, _FAR)]
    if period > 1:
        angle = 2.0 * np.pi * ((origins + prepared.raw.start) % period) / period
        columns += [np.sin(angle), np.cos(angle)]
    static = np.broadcast_to(prepared.raw.static, (len(origins), len(prepared.raw.static)))
    return np.concatenate([np.column_stack(columns), static], axis=1)


def together(parts: Sequence[Windows]) -> Windows:
    """Return the windows of several series as one.

    Parameters
    ----------
    parts : sequence of Windows
        Those of each series.
    """
    names = Windows.__dataclass_fields__
    return Windows(*(np.concatenate([getattr(each, name) for each in parts]) for name in names))
