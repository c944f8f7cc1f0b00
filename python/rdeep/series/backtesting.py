"""Back-testing: forecasts from earlier times, by models that were fitted up to there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, StateError
from rdeep.series.grid import since_epoch
from rdeep.series.measures import TAILS, measured, naive_scale, seasonal_naive
from rdeep.series.panel import needed_values
from rdeep.series.preparing import Raw

MODEL, NAIVE = "model", "seasonal naive"


@dataclass
class Backtest:
    """Forecasts from earlier times beside what came, a row for each forecast.

    Attributes
    ----------
    key : list of str
        The series.
    origin, time : numpy.ndarray
        The last time that was known, and the time that was forecast.
    step : numpy.ndarray
        How many times ahead, from 1.
    actual, point, naive : numpy.ndarray
        What came, the forecast, and the seasonal naive forecast.
    scale : numpy.ndarray
        The seasonal naive forecast's mean absolute error up to the origin.
    tails : numpy.ndarray
        The quantiles at `TAILS`: `(rows, 4)`.
    """

    key: list[str]
    origin: np.ndarray
    time: np.ndarray
    step: np.ndarray
    actual: np.ndarray
    point: np.ndarray
    naive: np.ndarray
    scale: np.ndarray
    tails: np.ndarray

    def measures(self) -> dict[str, dict[str, float]]:
        """Return how good the forecasts are, of the model and the seasonal naive one."""
        quantiles = {level: self.tails[:, place] for place, level in enumerate(TAILS)}
        return {
            MODEL: measured(self.actual, self.point, self.scale, quantiles),
            NAIVE: measured(self.actual, self.naive, self.scale),
        }

    def data(self) -> dict[str, Any]:
        """Return the rows as plain columns; times as numbers."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {**found, "origin": since_epoch(self.origin), "time": since_epoch(self.time)}


def cuts(series: Sequence[Raw], horizon: int, origins: int, step: int) -> list[int]:
    """Return the places up to which models are fitted, the earliest first.

    Parameters
    ----------
    series : sequence of Raw
        The series.
    horizon : int
        How many times ahead is forecast.
    origins, step : int
        How many places, and how far apart.

    Raises
    ------
    ArgumentError
        If the series do not go back as far.
    """
    end = max(raw.start + len(raw.values) for raw in series)
    found = [end - horizon - step * number for number in range(origins)]
    able = [cut for cut in found if any(_is_enough(raw, cut, horizon) for raw in series)]
    if len(able) < origins:
        raise ArgumentError(
            f"The series are too short for {origins} origins that are {step} apart: there is "
            f"enough before {len(able)} of them.",
            argument="origins",
            received=origins,
            hint="Take fewer of them, or ones that are closer ('step').",
        )
    return found[::-1]


def up_to(series: Sequence[Raw], cut: int, horizon: int) -> list[Raw]:
    """Return the series up to a place, without those that are then too short.

    Parameters
    ----------
    series : sequence of Raw
        The series.
    cut : int
        The first place that is not known.
    horizon : int
        How many times ahead is forecast.
    """
    found = []
    for raw in series:
        if _is_enough(raw, cut, horizon):
            count = cut - raw.start
            values = raw.values[:count]
            last = len(values) - int(np.argmax(~np.isnan(values[::-1])))
            found.append(
                Raw(raw.key, raw.start, values[:last], raw.known, raw.past[:last], raw.static)
            )
    return found


def _is_enough(raw: Raw, cut: int, horizon: int) -> bool:
    seen = raw.values[: max(0, cut - raw.start)]
    return int((~np.isnan(seen)).sum()) >= needed_values(horizon) and cut < raw.start + len(
        raw.values
    )


def compared(model: Any, series: Sequence[Raw], cut: int) -> Backtest:
    """Return a model's forecasts beside what came.

    Parameters
    ----------
    model : SeriesModel
        A model that was fitted to the series up to a place.
    series : sequence of Raw
        The whole series.
    cut : int
        The place.
    """
    forecast = model.predict(levels=TAILS)
    whole = {raw.key: raw for raw in series}
    learned = model.learned
    names, origin, actual, naive, scale = [], [], [], [], []
    horizon = learned.horizon
    for key, start, length in zip(learned.keys, learned.starts, learned.lengths, strict=True):
        raw = whole[key]
        ahead = length + np.arange(horizon)
        inside = ahead < len(raw.values)
        came = raw.values[np.minimum(ahead, len(raw.values) - 1)]
        seen = raw.values[:length]
        names += [key] * horizon
        origin.append(np.full(horizon, start + length - 1))
        actual.append(np.where(inside, came, np.nan))
        naive.append(seasonal_naive(seen, learned.period, horizon))
        scale.append(np.full(horizon, naive_scale(seen, learned.period)))
    return Backtest(
        names,
        learned.grid.times(np.concatenate(origin)),
        forecast.time,
        forecast.step,
        np.concatenate(actual),
        forecast.point,
        np.concatenate(naive),
        np.concatenate(scale),
        forecast.quantiles,
    )


def joined(parts: Sequence[Backtest]) -> Backtest:
    """Return the forecasts from several times as one.

    Parameters
    ----------
    parts : sequence of Backtest
        Those from each.
    """
    if not parts:
        raise StateError("There is nothing to join.")
    columns: dict[str, Any] = {}
    for name in Backtest.__dataclass_fields__:
        each = [getattr(part, name) for part in parts]
        listed = name == "key"
        columns[name] = [key for one in each for key in one] if listed else np.concatenate(each)
    return Backtest(**columns)
