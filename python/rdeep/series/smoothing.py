"""Exponential smoothing: level, trend and season of a series at each of its times.

The recursions that networks of series stand on, as in Smyl's ES-RNN: what a network learns is what
they leave. A value that is missing leaves level and season as they were expected to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

_LEVEL = (0.01, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.99)
_TREND = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
_SEASON = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.6)
_DAMPING = (0.8, 0.9, 0.98, 1.0)
_MOST_STEPS = 24
"""How far ahead errors are looked at when the rates are chosen."""
_RECENT = 3000
"""How many values, of the latest, the rates are chosen by."""
_SHARPNESS = 30.0
_TINY = 1e-300

SETS = 8
"""How many sets of rates are averaged."""

Rates = tuple[float, float, float, float]


@dataclass
class Smoothed:
    """A series smoothed with some sets of rates, whose forecasts are averaged.

    Attributes
    ----------
    level, trend : numpy.ndarray
        Of each time, once its value is known: `(times, sets)`.
    season : numpy.ndarray
        The season of each time, the first period before it: `(period + times, sets)`.
    expected : numpy.ndarray
        What was expected of each value from those before it: `(times,)`.
    rates : numpy.ndarray
        What `fitted_rates` returned.
    """

    level: np.ndarray
    trend: np.ndarray
    season: np.ndarray
    expected: np.ndarray
    rates: np.ndarray

    @property
    def period(self) -> int:
        """How many times a season lasts."""
        return len(self.season) - len(self.level)

    def level_at(self, origins: np.ndarray) -> np.ndarray:
        """Return the level at some origins."""
        return np.asarray(self.level[origins] @ self.rates[:, _WEIGHT])

    def trend_at(self, origins: np.ndarray) -> np.ndarray:
        """Return the trend at some origins, as it is expected to go on."""
        return np.asarray(self.trend[origins] @ (self.rates[:, _WEIGHT] * self.rates[:, _DAMP]))

    def season_at(self, origins: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return the season of some times, as it was known at some origins.

        Parameters
        ----------
        origins, times : numpy.ndarray
            Numbers of times from 0, which broadcast.
        """
        behind = (origins - times) % self.period
        return np.asarray(self._averaged_season[origins - behind + self.period])

    @cached_property
    def _averaged_season(self) -> np.ndarray:
        return np.asarray(self.season @ self.rates[:, _WEIGHT])

    def ahead(self, origins: np.ndarray, horizon: int) -> np.ndarray:
        """Return what is expected after some origins: `(origins, horizon)`.

        Parameters
        ----------
        origins : numpy.ndarray
            Numbers of times from 0.
        horizon : int
            How many times ahead.
        """
        steps = np.arange(1, horizon + 1)
        origins = np.asarray(origins)
        drift = np.cumsum(self.rates[:, _DAMP] ** steps[:, None], axis=0)
        trend = self.trend[origins] @ (drift * self.rates[:, _WEIGHT]).T
        season = self.season_at(origins[:, None], origins[:, None] + steps)
        return np.asarray(self.level_at(origins)[:, None] + trend + season)


_DAMP, _WEIGHT = 3, 4
"""Columns of rates, after those of level, trend and season."""


def smooth(values: np.ndarray, period: int, rates: np.ndarray) -> Smoothed:
    """Return a series smoothed.

    Parameters
    ----------
    values : numpy.ndarray
        The series, `nan` where it is missing.
    period : int
        How many times a season lasts; 1 for none.
    rates : numpy.ndarray
        What `fitted_rates` returned.
    """
    level, trend, season, expected = _run(values, period, rates[:, :_WEIGHT])
    return Smoothed(level, trend, season, expected @ rates[:, _WEIGHT], rates)


def fitted_rates(values: np.ndarray, period: int, horizon: int) -> np.ndarray:
    """Return the rates whose forecasts of a series have been best, with their weights.

    Parameters
    ----------
    values : numpy.ndarray
        The series, `nan` where it is missing.
    period : int
        How many times a season lasts; 1 for none.
    horizon : int
        How many times ahead it will be forecast.

    Returns
    -------
    numpy.ndarray
        Rates of the level, the trend and the season, the damping of the trend, and the weight:
        `(SETS, 5)`. They are weighted as models are by their likelihoods: by how good they were.
    """
    values = values[-max(_RECENT, 6 * period) :]
    seasons = _SEASON if period > 1 else (0.0,)
    coarse = _distinct(product(_LEVEL[1::2], _TREND[::2], seasons[::2], _DAMPING[1::2]))
    best = coarse[int(np.argmin(_errors(values, period, coarse, horizon)))]
    grids = (_LEVEL, _TREND, seasons, _DAMPING)
    near = [_near(grid, value) for grid, value in zip(grids, best, strict=True)]
    grid = _distinct([*coarse, *product(near[0], near[1], near[2], near[3])])
    errors = _errors(values, period, grid, horizon)
    order = np.argsort(errors, kind="stable")[:SETS]
    weights = np.exp(-_SHARPNESS * (errors[order] - errors[order[0]]))
    return np.column_stack([np.array(grid)[order], weights / weights.sum()])


def _distinct(rates: Iterable[Rates]) -> list[Rates]:
    """Return sets of rates, each once: without a trend there is nothing to damp."""
    return list(dict.fromkeys((a, b, g, d if b else 1.0) for a, b, g, d in rates))


def _near(grid: Sequence[float], value: float) -> Sequence[float]:
    place = list(grid).index(value)
    return grid[max(0, place - 1) : place + 2]


def _errors(values: np.ndarray, period: int, grid: list[Rates], horizon: int) -> np.ndarray:
    """Return how large errors are, as logarithms: one step ahead, and over all steps, in halves."""
    rates = np.array(grid)
    level, trend, season, _ = _run(values, period, rates)
    horizon = min(horizon, _MOST_STEPS, max(1, len(values) // 4))
    drift, total = np.zeros(len(grid)), np.zeros(len(grid))
    first = max(0, min(max(period, 3), len(values) - 2))
    for step in range(1, horizon + 1):
        drift = drift + rates[:, _DAMP] ** step
        origins = np.arange(first, len(values) - step)
        if np.isnan(values[origins + step]).all():
            continue
        behind = (-step) % period
        found = level[origins] + drift * trend[origins] + season[origins - behind + period]
        squares = np.nanmean((found - values[origins + step, None]) ** 2, axis=0)
        share = 0.5 / horizon + (0.5 if step == 1 else 0.0)
        total += share * 0.5 * np.log(squares + _TINY)
    return total


def _run(values: np.ndarray, period: int, rates: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return level, trend, season and what was expected, for many sets of rates at once."""
    count, sets = len(values), len(rates)
    alpha, damping = rates[:, 0], rates[:, 3]
    beta, gamma = alpha * rates[:, 1], (1.0 - alpha) * rates[:, 2]
    level, trend = np.empty((count, sets)), np.empty((count, sets))
    expected = np.empty((count, sets))
    season = np.empty((count + period, sets))
    start_level, start_trend, start_season = _start(values, period)
    season[:period] = start_season[:, None]
    now, slope = np.full(sets, start_level), np.full(sets, start_trend) * (rates[:, 1] > 0)
    for time in range(count):
        ahead = now + damping * slope
        expected[time] = ahead + season[time]
        error = values[time] - expected[time]
        if np.isnan(values[time]):
            error = np.zeros(sets)
        now = ahead + alpha * error
        slope = damping * slope + beta * error
        season[time + period] = season[time] + gamma * error
        level[time], trend[time] = now, slope
    return level, trend, season, expected


def _start(values: np.ndarray, period: int) -> tuple[float, float, np.ndarray]:
    """Return level and trend before the first time, and the season of the first period."""
    head = values[: max(2 * period, 6)] if period > 1 else values[:6]
    times = np.arange(len(head))
    known = ~np.isnan(head)
    season = np.zeros(period)
    if period > 1:
        season = initial_season(values[: 4 * period], period)
        head = head - season[times % period]
    if known.sum() < 2:
        return float(np.nanmean(values)), 0.0, season
    slope, level = np.polyfit(times[known], head[known], 1)
    return float(level - slope), float(slope), season


def initial_season(values: np.ndarray, period: int) -> np.ndarray:
    """Return the season of a series by classical decomposition: `(period,)`, of mean 0.

    Parameters
    ----------
    values : numpy.ndarray
        The series, of two periods at least.
    period : int
        How many times a season lasts.
    """
    rest = values - centred(values, period)
    phase = np.arange(len(values)) % period
    season = np.zeros(period)
    for each in range(period):
        of_phase = rest[phase == each]
        of_phase = of_phase[~np.isnan(of_phase)]
        season[each] = of_phase.mean() if len(of_phase) else 0.0
    return season - season.mean()


def centred(values: np.ndarray, period: int) -> np.ndarray:
    """Return the moving average over a period, carried on by its trend at both ends.

    Parameters
    ----------
    values : numpy.ndarray
        The series, `nan` where it is missing.
    period : int
        How many times a season lasts.
    """
    known = ~np.isnan(values)
    weights = np.ones(period + 1 - period % 2)
    if period % 2 == 0:
        weights[[0, -1]] = 0.5
    half = len(weights) // 2
    times = np.arange(len(values))
    filled = np.interp(times, times[known], values[known])
    if len(values) <= 2 * half:
        return np.full(len(values), filled.mean())
    found = np.convolve(filled, weights / weights.sum(), "valid")
    ends = max(2, min(period, len(found)))
    first = np.polyfit(np.arange(ends), found[:ends], 1) if len(found) > 1 else (0.0, found[0])
    last = np.polyfit(np.arange(ends), found[-ends:], 1) if len(found) > 1 else (0.0, found[-1])
    before = np.polyval(first, np.arange(-half, 0))
    after = np.polyval(last, np.arange(ends, ends + half))
    return np.concatenate([before, found, after])
