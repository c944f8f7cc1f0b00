"""What is learned of each series by itself: its scale, its season, its rates of smoothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rdeep.series import scales
from rdeep.series.smoothing import Smoothed, fitted_rates, smooth

_TINY = 1e-12
_SHRINKAGE = 0.1
"""How far a series' own effects of covariates are drawn to those of all series."""


@dataclass
class Raw:
    """A series as it was given, on the grid.

    Attributes
    ----------
    key : str
        Its name.
    start : int
        The place of its first value on the grid.
    values : numpy.ndarray
        Its values, `nan` where one is missing: `(times,)`.
    known : numpy.ndarray
        Covariates that are known in advance: `(times or more, columns)`.
    past : numpy.ndarray
        Covariates that are known with the values only: `(times, columns)`.
    static : numpy.ndarray
        What does not change: `(columns,)`.
    """

    key: str
    start: int
    values: np.ndarray
    known: np.ndarray
    past: np.ndarray
    static: np.ndarray


@dataclass
class Traits:
    """What was learned of a series.

    Attributes
    ----------
    transform : str
        The scale that it is regular on.
    period : int
        How many times its season lasts; 1 for none.
    rates : numpy.ndarray
        The rates of its smoothing.
    scale : float
        How large its surprises are, there.
    effects : numpy.ndarray
        What known covariates add to it, there: `(columns,)`.
    """

    transform: str
    period: int
    rates: np.ndarray
    scale: float
    effects: np.ndarray


@dataclass
class Prepared:
    """A series on the scale that networks work on.

    Attributes
    ----------
    raw : Raw
        As it was given, covariates scaled.
    traits : Traits
        What was learned of it.
    values : numpy.ndarray
        On its scale, without what known covariates add, missing ones as expected: `(times,)`.
    present : numpy.ndarray
        Where there is a value: `(times,)`.
    smoothed : Smoothed
        Level, trend and season.
    """

    raw: Raw
    traits: Traits
    values: np.ndarray
    present: np.ndarray
    smoothed: Smoothed

    def added(self, places: np.ndarray) -> np.ndarray:
        """Return what known covariates add at some times, from 0."""
        return np.asarray(self.raw.known[places] @ self.traits.effects)


def learned_traits(
    raw: Raw, period: int, horizon: int, transform: str, effects: np.ndarray
) -> Traits:
    """Return what a series teaches by itself.

    Parameters
    ----------
    raw : Raw
        The series.
    period : int
        How many times a season would last.
    horizon : int
        How many times ahead it will be forecast.
    transform : {"auto", "none", "sqrt", "log"}
        The scale; `"auto"` has the series say it.
    effects : numpy.ndarray
        What known covariates add, as far as it is known.
    """
    if transform == "auto":
        transform = scales.chosen_transform(raw.values, period)
    values = scales.transformed(raw.values, transform)
    rest = values - raw.known[: len(values)] @ effects
    own = period if scales.has_season(rest, period) else 1
    rates = fitted_rates(rest, own, horizon)
    return Traits(transform, own, rates, _scale(rest, smooth(rest, own, rates)), effects)


def _scale(values: np.ndarray, smoothed: Smoothed) -> float:
    errors = np.abs(values - smoothed.expected)
    errors = errors[min(smoothed.period, len(errors) // 3) :]
    # Of a constant series there is no surprise: a number that does not matter keeps it finite.
    size = float(np.nanmean(errors))
    return max(size, _TINY * max(1.0, float(np.nanmax(np.abs(values)))))


def prepared(raw: Raw, traits: Traits) -> Prepared:
    """Return a series on the scale that networks work on.

    Parameters
    ----------
    raw : Raw
        The series.
    traits : Traits
        What was learned of it.
    """
    values = scales.transformed(raw.values, traits.transform)
    rest = values - raw.known[: len(values)] @ traits.effects
    smoothed = smooth(rest, traits.period, traits.rates)
    present = ~np.isnan(rest)
    return Prepared(raw, traits, np.where(present, rest, smoothed.expected), present, smoothed)


def traits_of_all(series: Sequence[Raw], period: int, horizon: int, transform: str) -> list[Traits]:
    """Return what each series teaches, and what known covariates add to it.

    Parameters
    ----------
    series : sequence of Raw
        The series.
    period, horizon, transform
        As for `learned_traits`.
    """
    none = np.zeros(series[0].known.shape[1])
    traits = [learned_traits(raw, period, horizon, transform, none) for raw in series]
    if not len(none):
        return traits
    effects = learned_effects(list(zip(series, traits, strict=True)))
    return [
        learned_traits(raw, period, horizon, each.transform, found)
        for raw, each, found in zip(series, traits, effects, strict=True)
    ]


def learned_effects(series: list[tuple[Raw, Traits]]) -> list[np.ndarray]:
    """Return what known covariates add to each series, drawn to what they add to all.

    Smoothing is linear. So the surprises of series are regressed on those of the covariates, which
    are smoothed at the same rates, as in a regression whose errors are smoothed.

    Parameters
    ----------
    series : list of tuple
        Each series with what was learned of it.
    """
    columns = series[0][0].known.shape[1]
    parts = [_surprises(raw, traits) for raw, traits in series]
    total = sum(x.T @ x for x, _ in parts) + _TINY * np.eye(columns)
    ridge = 1e-3 * np.trace(total) / columns * np.eye(columns)
    common = np.linalg.solve(total + ridge, sum(x.T @ y for x, y in parts))
    own = []
    for (x, y), (_, traits) in zip(parts, series, strict=True):
        square = x.T @ x
        penalty = _SHRINKAGE * np.trace(square) + _TINY
        left = x.T @ (y - x @ common)
        alone = np.linalg.solve(square + penalty * np.eye(columns), left)
        own.append((common + alone) * traits.scale)
    return own


def _surprises(raw: Raw, traits: Traits) -> tuple[np.ndarray, np.ndarray]:
    count = len(raw.values)
    values = scales.transformed(raw.values, traits.transform)
    skipped = min(traits.period, count // 3)
    smoothed = smooth(values, traits.period, traits.rates)
    y = (values - smoothed.expected) / traits.scale
    x = np.empty((count, raw.known.shape[1]))
    for column in range(x.shape[1]):
        known = np.where(np.isnan(values), np.nan, raw.known[:count, column])
        x[:, column] = known - smooth(known, traits.period, traits.rates).expected
    kept = ~np.isnan(y)
    kept[:skipped] = False
    return x[kept], y[kept]
