"""`SeriesModel`: forecasts of one series or of many, with quantiles that cover."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rdeep import ops
from rdeep.catalogue import layers, optimizers, options
from rdeep.catalogue.options import checked
from rdeep.errors import DataError, RdeepWarning
from rdeep.models import Model
from rdeep.ready import ReadyModel, Stage, all_or_nothing
from rdeep.series import learned as keeping
from rdeep.series import panel
from rdeep.series.backtesting import Backtest, compared, cuts, joined, up_to
from rdeep.series.calibration import LEVELS
from rdeep.series.forecasting import Forecast, Forecaster, fitted_values
from rdeep.series.grid import Grid, found_grid
from rdeep.series.learned import SeriesLearned, SeriesSettings, kept_series, series_of
from rdeep.series.measures import HORIZON_MEASURES
from rdeep.series.network import Shape, network, set_linear
from rdeep.series.preparing import Prepared, Raw, Traits, prepared, traits_of_all
from rdeep.series.ridge import Linear, chosen_penalty, fitted_linear
from rdeep.series.scoring import held_out_results
from rdeep.series.windows import Windows, together, windows_of

_EPOCHS, _PATIENCE = 60, 8
_LEARNING_RATE, _WEIGHT_DECAY = 1e-3, 1e-3
_MOST_WINDOWS = 20_000
_LONGEST_CONTEXT = 128


@dataclass
class _Training:
    """What trainings need, until they are through."""

    windows: Windows
    masks: list[tuple[np.ndarray, np.ndarray]]
    linears: list[Linear]
    series: list[Prepared]


class SeriesModel(ReadyModel):
    """Forecasts of one series or of many, several times ahead, with quantiles.

    Each series is smoothed exponentially, on the scale on which it is regular; networks of all
    series together learn what that leaves: a linear part, by ridge regression, and a residual
    perceptron, of which as much is used as makes forecasts of held-out times better. Each network
    holds out another part of the times, and errors there say how wide intervals are.

    Parameters
    ----------
    network : Model, layer, list of layers, or function of a tensor, optional
        One's own layers in the place of the perceptron; they are given the latest values, less
        level and season, `(batch, context, 1 + covariates)`.
    backend, device : str, optional
        Where networks run, as for `Model`.
    horizon : int
        How many times ahead is forecast.
    context : int, optional
        How many of the latest values are looked at; by default two seasons.
    frequency : int, optional
        How many times a season lasts; by default what is usual for such times.
    transform : {"auto", "none", "sqrt", "log"}
        The scale that series are regular on; `"auto"` has each series say it.
    gaps : {"fail", "fill"}
        What to do about times without a value.
    on_bad : {"fail", "drop"}
        What to do about series that are of no use.
    members : int
        How many networks, each with its own held-out part.
    hidden_units, dropout, epochs, batch_size, learning_rate, weight_decay, patience, validation
        How the networks are made and trained.

    Examples
    --------
    >>> values = 10 + np.sin(np.arange(60) * np.pi / 6)
    >>> model = SeriesModel(horizon=6, frequency=12, epochs=1).fit(values, verbose=0)
    >>> model.predict().point.shape
    (6,)

    References
    ----------
    Smyl, S. (2020). A hybrid method of exponential smoothing and recurrent neural networks for time
    series forecasting. International Journal of Forecasting 36, 75-85.

    Das, A. et al. (2023). Long-term forecasting with TiDE: time-series dense encoder. Transactions
    on Machine Learning Research.

    Angelopoulos, A. N. and Bates, S. (2023). Conformal prediction: a gentle introduction.
    Foundations and Trends in Machine Learning 16, 494-591.
    """

    kind = "series"
    settings_class = SeriesSettings
    learned_class = SeriesLearned
    array_types: ClassVar = keeping.ARRAY_TYPES

    _training: _Training | None = None

    def fit(
        self,
        y: Any,
        index: Any = None,
        key: Any = None,
        known: Any = None,
        past: Any = None,
        static: Any = None,
        verbose: object = "auto",
    ) -> SeriesModel:
        """Fit the model, and return it.

        Parameters
        ----------
        y : sequence of float
            The values of all series.
        index : sequence, optional
            Their times: dates, clock times or numbers; by default 1, 2, ...
        key : sequence, optional
            The series that each belongs to.
        known : data frame, dict or array, optional
            Covariates that are known in advance, a row for each value.
        past : data frame, dict or array, optional
            Covariates that are known with the values only.
        static : data frame, dict or array, optional
            What does not change within a series, a row for each value as well.
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.
        """
        self.prepare(y, index, key, known, past, static)
        self.train(verbose)
        return self

    @all_or_nothing
    def prepare(
        self,
        y: Any,
        index: Any = None,
        key: Any = None,
        known: Any = None,
        past: Any = None,
        static: Any = None,
    ) -> None:
        """Read the data, and make what is trained on it; arguments as for `fit`."""
        self.check_trains()
        rows = panel.read_rows(y, index, key)
        seen = ~np.isnan(rows.y)
        columns = [
            panel.read_covariates(known, "known", len(rows.y)),
            panel.read_covariates(past, "past", len(rows.y), seen),
            panel.read_covariates(static, "static", len(rows.y), seen),
        ]
        values = np.concatenate([each.values for each in columns], axis=1)
        centres = _centres(values[seen])
        parts = np.split(
            (values - centres[0]) / centres[1],
            np.cumsum([len(each.names) for each in columns])[:2],
            axis=1,
        )
        grid = Grid("number", 1.0, 1.0) if rows.numbered else found_grid(rows.times)
        series = panel.put_on_grid(rows, grid, *parts)
        settings = self.settings
        series = panel.without_bad(series, settings.horizon, settings.transform, settings.on_bad)
        for raw in series:
            panel.check_gaps(raw, grid, settings.gaps)
        self._learn(series, grid, settings.frequency or grid.usual_period)
        self.learned = self.learned.replace(
            known=columns[0].names, past=columns[1].names, static=columns[2].names
        )
        self.arrays["centres"] = centres

    def _learn(self, series: list[Raw], grid: Grid, period: int) -> None:
        """Learn of each series by itself, and make windows and networks of all."""
        horizon = self.settings.horizon
        longest = max(len(raw.values) for raw in series)
        if self.settings.frequency is not None and longest < 2 * period:
            text = f"No series has two seasons of {period} times: none is learned."
            warnings.warn(RdeepWarning(text), stacklevel=4)
        traits = traits_of_all(series, period, horizon, self.settings.transform)
        usual = int(np.median([len(raw.values) for raw in series]))
        context = self.settings.context or max(
            2, min(max(2 * period, 24), _LONGEST_CONTEXT, usual // 3)
        )
        self.learned = SeriesLearned(
            grid, period, horizon, context,
            tuple(raw.key for raw in series), tuple(raw.start for raw in series),
            tuple(len(raw.values) for raw in series),
            tuple(each.transform for each in traits), tuple(each.period for each in traits),
        )  # fmt: skip
        self.arrays = kept_series(series, traits)
        self._make(series, traits)

    def _make(self, series: list[Raw], traits: list[Traits]) -> None:
        learned = self.learned
        ready = [prepared(raw, each) for raw, each in zip(series, traits, strict=True)]
        origins = [
            np.arange(min(max(learned.period, 4), len(each.values) // 4), len(each.values) - 1)
            for each in ready
        ]
        stride = -(-sum(len(each) for each in origins) // _MOST_WINDOWS)
        windows = together(
            [
                windows_of(
                    each, number, from_end[::-stride][::-1], learned.context, learned.horizon,
                    learned.period,
                )
                for number, (each, from_end) in enumerate(zip(ready, origins, strict=True))
            ]
        )  # fmt: skip
        masks = _masks(windows, ready, self.settings.members, self.settings.validation)
        flat = windows.flat
        penalty = chosen_penalty(flat, windows.target, masks)
        linears = [fitted_linear(flat, windows.target, seen, penalty, LEVELS) for seen, _ in masks]
        self._training = _Training(windows, masks, linears, ready)
        shape = Shape(
            learned.context, windows.context.shape[2], windows.state.shape[1],
            windows.future.shape[2], learned.horizon, len(LEVELS),
        )  # fmt: skip
        settings = self.settings
        inputs, output = network(shape, settings.hidden_units, settings.dropout, self.own_network)
        self.networks = [Model(inputs, output, "series", self.backend, self.device)]

    @property
    def stages(self) -> int:
        """How many networks there are."""
        return int(self.settings.members)

    def stage(self, number: int) -> Stage:
        """Return what the training of a network needs; see `ReadyModel.stage`."""
        training = self._training
        assert training is not None
        self.networks = self.networks[: max(1, number)]
        if number:
            # Layers of a user's would else have the same weights in all networks.
            self.networks.append(self.networks[0].clone())
        member = self.networks[number]
        set_linear(member, training.linears[number])
        seen, held = training.masks[number]
        settings, count = self.settings, int(seen.any(axis=1).sum())
        batch = settings.batch_size or (64 if count < 1000 else 256 if count < 5000 else 1024)
        x, y, weights = _samples(training.windows, seen)
        decay = settings.weight_decay
        return Stage(
            member,
            x,
            y,
            optimizers.AdamW(
                settings.learning_rate or _LEARNING_RATE,
                weight_decay=_WEIGHT_DECAY if decay is None else decay,
            ),
            pinball,
            min(batch, count),
            settings.epochs or _EPOCHS,
            weights=weights,
            validation=_samples(training.windows, held),
            patience=settings.patience or _PATIENCE,
        )

    @property
    def series_keys(self) -> list[str]:
        """The series that are learned from."""
        return list(self.learned.keys)

    def errors_data(self) -> dict[str, np.ndarray]:
        """Return how good forecasts of held-out times were, for each step ahead, by measure."""
        _ = self.network
        errors = self.arrays["errors"]
        return {name: errors[:, place] for place, name in enumerate(HORIZON_MEASURES)}

    def facts(self) -> dict[str, Any]:
        """Return what was learned, in short."""
        learned = self.learned
        return {
            "count": len(learned.keys),
            "horizon": learned.horizon,
            "context": learned.context,
            "period": learned.period,
            "periods": list(learned.periods),
            "transforms": list(learned.transforms),
            "share": learned.share,
        }

    def finished(self) -> None:
        """Weigh the networks against the linear part, and calibrate their quantiles."""
        training, self._training = self._training, None
        assert training is not None
        self.networks = self.networks[: len(self.histories)]
        found = held_out_results(
            self.networks, training.linears, training.windows, training.masks, training.series,
            self.learned.period,
        )  # fmt: skip
        self.learned = self.learned.replace(share=found.share)
        self.arrays |= {"calibration": found.calibration, "errors": found.errors}
        self.scores = found.scores

    def check_loaded(self) -> None:
        """Refuse arrays and networks that do not go with what was learned."""
        super().check_loaded()
        keeping.check_arrays(self.learned, self.arrays)

    def as_network(self) -> Model:
        """Return one network of all that predict: their quantiles, on average.

        Its layers are the model's own: who trains it changes the model.
        """
        first = self.network
        if len(self.networks) == 1:
            return first
        inputs = first.inputs
        parts = [first.outputs[0], *(model(inputs) for model in self.networks[1:])]
        output = layers.Average(name="average")(parts)
        return Model(inputs, output, first.name, self.backend, self.device)

    # Forecasts ------------------------------------------------------------------------------------

    def predict(
        self,
        horizon: int | None = None,
        levels: Sequence[float] = (),
        y: Any = None,
        index: Any = None,
        key: Any = None,
        known: Any = None,
        past: Any = None,
        static: Any = None,
    ) -> Forecast:
        """Return forecasts of what comes after the series.

        New values replace those that the model was fitted to, and go on from there; the model is
        not fitted again. Rows whose value is missing say what is known in advance.

        Parameters
        ----------
        horizon : int, optional
            How many times ahead, up to the model's own.
        levels : sequence of float
            Which quantiles to forecast beside the median.
        y, index, key, known, past, static
            Newer values, and covariates of the times ahead; as for `fit`. Of these, only the
            series that occur are forecast.
        """
        _ = self.network
        return self._forecaster().forecast(
            horizon, levels, y, index, key, known, past, static, self.settings.gaps
        )

    def predict_data(self, **asked: Any) -> dict[str, Any]:
        """Return what `predict` does as plain columns, times as numbers."""
        return self.predict(**asked).data()

    def _forecaster(self) -> Forecaster:
        return Forecaster(
            self.learned, self.arrays, series_of(self.learned, self.arrays), self.networks
        )

    def fitted(self) -> dict[str, Any]:
        """Return what is expected of each value that the model was fitted to, a step ahead.

        The networks have seen these values.
        """
        _ = self.network
        return fitted_values(self._forecaster())

    # Back-testing ---------------------------------------------------------------------------------

    def backtest(self, origins: int = 5, step: int | None = None, verbose: object = 0) -> Backtest:
        """Return forecasts from earlier times, each by a model that is fitted up to there.

        Parameters
        ----------
        origins : int
            From how many times to forecast, the last of which is a horizon before the end.
        step : int, optional
            How far apart they are; by default a horizon.
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.
        """
        found = [self.backtest_at(cut, verbose) for cut in self.backtest_cuts(origins, step)]
        return joined(found)

    def backtest_cuts(self, origins: int, step: int | None = None) -> list[int]:
        """Return the places of the times from which `backtest` forecasts, earliest first."""
        _ = self.network
        series = [raw for raw, _ in series_of(self.learned, self.arrays)]
        horizon = self.learned.horizon
        checked(options.Count(), origins, "origins")
        checked(options.OrNone(options.Count()), step, "step")
        return cuts(series, horizon, origins, step or horizon)

    def backtest_at(self, cut: int, verbose: object = 0) -> Backtest:
        """Return the forecasts of a model that is fitted to the series up to a place."""
        series = [raw for raw, _ in series_of(self.learned, self.arrays)]
        other = type(self)(self.own_network, self.backend, self.device)
        other.settings = self.settings
        other._learn(
            up_to(series, cut, self.learned.horizon), self.learned.grid, self.learned.period
        )
        other.learned = other.learned.replace(
            known=self.learned.known, past=self.learned.past, static=self.learned.static
        )
        other.arrays["centres"] = self.arrays["centres"]
        other.train(verbose)
        return compared(other, series, cut)

    def backtest_data(self, cut: int) -> dict[str, Any]:
        """Return what `backtest_at` does as plain columns, times as numbers."""
        return self.backtest_at(cut).data()


def pinball(y_true: Any, y_pred: Any) -> Any:
    """Return the quantile loss of each time ahead: `(batch, horizon)`.

    Parameters
    ----------
    y_true, y_pred : tensor
        What came, over again for each level, and quantiles: `(batch, horizon, levels)`.
    """
    above = y_true - y_pred
    total: Any = 0.0
    for number, level in enumerate(LEVELS):
        each = above[:, :, number]
        total = total + ops.maximum(level * each, (level - 1.0) * each)
    return total / len(LEVELS)


def _samples(windows: Windows, counted: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
    """Return the windows that have targets which count, as networks are trained on them."""
    rows = counted.any(axis=1)
    kept = windows.rows(rows)
    target = np.repeat(kept.target[:, :, None], len(LEVELS), axis=2).astype(np.float32)
    return kept.inputs, target, counted[rows].astype(np.float32)


def _masks(
    windows: Windows, series: list[Prepared], members: int, share: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return which targets each member sees, and which it holds out: a part of the times.

    The parts follow each other from the first time to the last; one alone is the last.
    """
    counts = np.array([len(each.values) for each in series])[windows.series][:, None]
    steps = np.arange(1, windows.target.shape[1] + 1)
    first = np.array(
        [windows.origin[windows.series == number].min() for number in range(len(series))]
    )[windows.series][:, None]
    # From 0 at the first time that is a target to 1 after the last.
    time = (windows.origin[:, None] + steps - first - 1) / (counts - first - 1)
    starts = np.linspace(0.0, 1.0 - share, members) if members > 1 else np.array([1.0 - share])
    masks = []
    for start in starts:
        inside = (time >= start - 1e-9) & (time < start + share - 1e-9)
        masks.append((windows.present & ~inside, windows.present & inside))
    if any(not seen.any() or not held.any() for seen, held in masks):
        raise DataError(
            f"The series are too short for {members} networks that hold out a share of {share:g} "
            "each.",
            argument="members",
            hint="Take fewer networks, or hold out more.",
        )
    return masks


def _centres(values: np.ndarray) -> np.ndarray:
    """Return the centre and the spread of columns: `(2, columns)`."""
    if not values.shape[1]:
        return np.zeros((2, 0))
    spread = values.std(axis=0)
    return np.stack([values.mean(axis=0), np.where(spread > 0, spread, 1.0)])
