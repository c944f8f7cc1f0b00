"""Forecasts of a fitted model: from the end of its series, or of newer values."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, DataError, RdeepWarning, listing, show
from rdeep.models import Model
from rdeep.series import panel, scales
from rdeep.series.calibration import at_levels, spread_of
from rdeep.series.grid import Grid, since_epoch, time_words
from rdeep.series.learned import SeriesLearned
from rdeep.series.network import predicted
from rdeep.series.preparing import Prepared, Raw, Traits, prepared, traits_of_all
from rdeep.series.windows import together, windows_of

Fitted = Sequence[tuple[Raw, Traits]]


@dataclass
class Forecast:
    """What was forecast, a row for each time of each series.

    Attributes
    ----------
    key : list of str
        The series; `"series"` for one alone.
    time : numpy.ndarray
        Dates, clock times or numbers.
    step : numpy.ndarray
        How many times ahead, from 1.
    point : numpy.ndarray
        The medians.
    levels : tuple of float
        The levels of the quantiles.
    quantiles : numpy.ndarray
        `(rows, levels)`.
    """

    key: list[str]
    time: np.ndarray
    step: np.ndarray
    point: np.ndarray
    levels: tuple[float, ...]
    quantiles: np.ndarray

    def interval(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and the upper end of intervals.

        Parameters
        ----------
        level : float
            The share of values that they are to hold; its quantiles must have been asked for.
        """
        ends = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
        near = [
            [place for place, each in enumerate(self.levels) if abs(each - end) < 1e-9]
            for end in ends
        ]
        if not all(near):
            raise ArgumentError(
                f"There are no quantiles {listing([round(end, 4) for end in ends], 'and')}.",
                argument="level",
                received=level,
                hint="Ask for them by 'levels' when you predict.",
            )
        return self.quantiles[:, near[0][0]], self.quantiles[:, near[1][0]]

    def data(self) -> dict[str, Any]:
        """Return the forecasts as plain columns; times as numbers."""
        return {
            "key": self.key,
            "time": since_epoch(self.time),
            "step": self.step,
            "point": self.point,
            "quantiles": self.quantiles,
        }


class Forecaster:
    """What forecasts of a fitted model need.

    Parameters
    ----------
    learned : SeriesLearned
        What was learned.
    arrays : dict of str to numpy.ndarray
        Its arrays.
    fitted : sequence of tuple
        The series that it was fitted to, with what was learned of each.
    networks : sequence of Model
        The networks.
    """

    def __init__(
        self,
        learned: SeriesLearned,
        arrays: dict[str, np.ndarray],
        fitted: Fitted,
        networks: Sequence[Model],
    ) -> None:
        self.learned, self.arrays, self.networks = learned, arrays, networks
        self.fitted = fitted

    @property
    def grid(self) -> Grid:
        """Where times lie."""
        return self.learned.grid

    def forecast(
        self,
        horizon: int | None,
        levels: Sequence[float],
        y: Any,
        index: Any,
        key: Any,
        known: Any,
        past: Any,
        static: Any,
        gaps: str,
    ) -> Forecast:
        """Return forecasts; arguments as for `SeriesModel.predict`."""
        steps = self._steps(horizon)
        quantile_levels = _levels(levels)
        series = list(self.fitted)
        if any(each is not None for each in (y, index, key, known)):
            series = self._newer(y, index, key, (known, past, static), gaps)
        ready = [prepared(raw, traits) for raw, traits in series]
        for each in ready:
            self._check_future(each, steps)
        windows = together(
            [
                windows_of(
                    each, number, np.array([len(each.values) - 1]), self.learned.context,
                    self.learned.horizon, self.learned.period,
                )
                for number, each in enumerate(ready)
            ]
        )  # fmt: skip
        middle, spread = self.middle_and_spread(windows.inputs)
        ratios = at_levels(self.arrays["calibration"], np.asarray([*quantile_levels, 0.5]))
        found = middle[..., None] + spread[..., None] * ratios
        keys, times, on_scale = [], [], []
        for number, each in enumerate(ready):
            ahead = len(each.values) + np.arange(steps)
            keys += [each.raw.key] * steps
            times.append(self.grid.times(each.raw.start + ahead))
            added = each.added(np.minimum(ahead, max(0, len(each.raw.known) - 1)))
            total = windows.base[number, :steps, None] + added[:, None]
            total = total + each.traits.scale * found[number, :steps]
            on_scale.append(scales.restored(total, each.traits.transform))
        values = np.concatenate(on_scale)
        count = len(quantile_levels)
        return Forecast(
            keys,
            np.concatenate(times),
            np.tile(np.arange(1, steps + 1), len(ready)),
            values[:, count],
            quantile_levels,
            values[:, :count],
        )

    def middle_and_spread(self, inputs: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Return the networks' medians and spreads, on average: `(rows, horizon)` each."""
        found = np.mean([predicted(model, inputs) for model in self.networks], axis=0)
        return found[..., 1], spread_of(found)

    def _steps(self, horizon: int | None) -> int:
        most = self.learned.horizon
        if horizon is None:
            return most
        if not isinstance(horizon, (int, np.integer)) or not 1 <= horizon <= most:
            raise ArgumentError(
                f"'horizon' must be a whole number from 1 to {most}, not {show(horizon)}.",
                argument="horizon",
                received=horizon,
                hint="A model forecasts as far as it was fitted to: fit it with a larger horizon.",
            )
        return int(horizon)

    def _newer(
        self, y: Any, index: Any, key: Any, covariates: tuple[Any, Any, Any], gaps: str
    ) -> list[tuple[Raw, Traits]]:
        """Return series as they go on with newer values, and what is known of times ahead."""
        learned = self.learned
        if y is None:
            given = next(each for each in (index, key, covariates[0]) if each is not None)
            y = np.full(_length(given), np.nan)
        if index is None:
            raise ArgumentError(
                "'index' is missing: newer values need their times.", argument="index"
            )
        rows = panel.read_rows(y, index, key)
        if key is None and learned.keys != (panel.ONLY,):
            raise ArgumentError(
                "'key' is missing: the model was fitted to several series.", argument="key"
            )
        seen = ~np.isnan(rows.y)
        parts = []
        place = 0
        for argument, given, names in zip(
            ("known", "past", "static"), covariates,
            (learned.known, learned.past, learned.static), strict=True,
        ):  # fmt: skip
            needed = None if argument == "known" else seen
            found = panel.read_covariates(given, argument, len(rows.y), needed)
            values = _by_name(found, names, argument, given is None and not seen.any())
            centre, spread = self.arrays["centres"][:, place : place + len(names)]
            place += len(names)
            parts.append((values - centre) / spread)
        stored = {raw.key: (raw, traits) for raw, traits in self.fitted}
        newer = []
        on_grid = panel.put_on_grid(rows, self.grid, *parts)
        asked_for = {each.key for each in on_grid if self._are_to_be_predicted(each, stored)}
        if asked_for:
            warnings.warn(
                RdeepWarning(
                    "The outcome in 'new_data' is not used: its times lie after those that the "
                    "model was fitted to, and are predicted."
                ),
                stacklevel=6,
            )
            y = rows.y.copy()
            for each, which in zip(rows.keys, rows.which, strict=True):
                if each in asked_for:
                    y[which] = np.nan
            on_grid = panel.put_on_grid(replace(rows, y=y), self.grid, *parts)
        for raw in on_grid:
            old = stored.get(raw.key)
            whole = raw if old is None else continued(old[0], raw)
            if old is None:
                panel.without_bad([whole], 1, "none", "fail")
            panel.check_gaps(whole, self.grid, gaps)
            newer.append((whole, self._traits_of(whole) if old is None else old[1]))
        return newer

    def _are_to_be_predicted(self, new: Raw, stored: dict[str, tuple[Raw, Traits]]) -> bool:
        """Return whether rows are the times ahead, although they have values.

        They are where they begin after the end, and planned covariates go no further: there would
        be nothing to forecast from their end on.
        """
        if not self.learned.known or new.key not in stored or not len(new.values):
            return False
        old = stored[new.key][0]
        return new.start >= old.start + len(old.values) and len(new.known) <= len(new.values)

    def _traits_of(self, raw: Raw) -> Traits:
        """Return what a series that the model has not seen teaches by itself."""
        return traits_of_all([raw], self.learned.period, self.learned.horizon, "auto")[0]

    def _check_future(self, each: Prepared, steps: int) -> None:
        wanted = len(each.values) + steps
        if self.learned.known and len(each.raw.known) < wanted:
            time = self.grid.times(np.array([each.raw.start + len(each.raw.known)]))[0]
            raise DataError(
                f"{listing(self.learned.known, 'and')} must be known in advance"
                f"{panel.of_series(each.raw.key)}, but {time_words(time)} has no value.",
                argument="new_data",
                hint="Give the covariates of all times ahead, or a smaller 'horizon'.",
            )


def continued(old: Raw, new: Raw) -> Raw:
    """Return a series with newer values, which replace what was known of their times.

    It ends where they end: what was known of later times is left out.

    Parameters
    ----------
    old, new : Raw
        The series as it was, and what is newer.
    """
    start = min(old.start, new.start) if len(new.values) else old.start
    last = new if len(new.values) else old
    end = last.start + len(last.values)
    values = np.full(end - start, np.nan)
    past = np.zeros((end - start, old.past.shape[1]))
    longest = max(end, new.start + len(new.known), old.start + len(old.known))
    known = np.zeros((longest - start, old.known.shape[1]))
    told = np.zeros(longest - start, bool)
    for each in (old, new):
        if len(each.values):
            shift = each.start - start
            at = np.flatnonzero(~np.isnan(each.values[: max(0, len(values) - shift)]))
            values[at + shift] = each.values[at]
            count = min(len(each.past), max(0, len(values) - shift))
            past[shift : shift + count] = each.past[:count]
        inside = np.arange(len(each.known)) + each.start - start
        kept = inside >= 0
        known[inside[kept]] = each.known[kept]
        told[inside[kept]] = True
    # Covariates count as known up to the first time without any.
    until = len(told) if told.all() else int(np.argmin(told))
    static = new.static if len(new.values) else old.static
    return Raw(old.key, start, values, known[: max(until, len(values))], past, static)


def fitted_values(forecaster: Forecaster) -> dict[str, Any]:
    """Return what is expected of each value a step ahead, from its second time on, as columns.

    Parameters
    ----------
    forecaster : Forecaster
        The model.
    """
    learned = forecaster.learned
    keys: list[str] = []
    times, actual, found = [], [], []
    for raw, traits in forecaster.fitted:
        each = prepared(raw, traits)
        origins = np.arange(len(each.values) - 1)
        windows = windows_of(each, 0, origins, learned.context, learned.horizon, learned.period)
        middle, _ = forecaster.middle_and_spread(windows.inputs)
        total = windows.base[:, 0] + traits.scale * middle[:, 0] + each.added(origins + 1)
        keys += [raw.key] * len(raw.values)
        times.append(forecaster.grid.times(raw.start + np.arange(len(raw.values))))
        actual.append(raw.values)
        found.append(np.concatenate([[np.nan], scales.restored(total, traits.transform)]))
    return {
        "key": keys,
        "time": since_epoch(np.concatenate(times)),
        "value": np.concatenate(actual),
        "fitted": np.concatenate(found),
    }


def _levels(levels: Sequence[float]) -> tuple[float, ...]:
    found = tuple(float(level) for level in levels)
    if any(not 0.0 < level < 1.0 for level in found):
        raise ArgumentError(
            f"'levels' must be numbers between 0 and 1, not {listing(levels, 'and')}.",
            argument="levels",
            received=levels,
        )
    return found


def _length(given: Any) -> int:
    if isinstance(given, dict):
        given = given["values"] if "values" in given else next(iter(given.values()))
    return len(given)


def _by_name(
    found: panel.Covariates, names: tuple[str, ...], argument: str, absent: bool
) -> np.ndarray:
    """Return the columns that the model was fitted to, in their order."""
    missing = [name for name in names if name not in found.names]
    if missing and absent and argument != "known":
        return np.zeros((len(found.values), len(names)))
    if missing:
        raise DataError(
            f"The model was fitted to the covariates {listing(names, 'and')}; the new data has no "
            f"{listing(missing)}.",
            argument=argument,
        )
    return found.values[:, [found.names.index(name) for name in names]]
