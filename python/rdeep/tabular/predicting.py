"""What a fitted tabular model is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays import numpy as ops
from rdeep.errors import StateError
from rdeep.models import Model
from rdeep.seeds import stream
from rdeep.tabular import survival
from rdeep.tabular.architectures import HEAD
from rdeep.tabular.families import Family
from rdeep.tabular.frames import Columns, is_frame, listed
from rdeep.tabular.settings import Settings
from rdeep.tabular.table import Preparation, Table, as_table
from rdeep.tabular.training_set import without_offset


class Predicting:
    """The part of a tabular model that predicts: `Tabular` says how it is fitted."""

    family: Family
    settings: Settings
    preparation: Preparation
    models: list[Model]
    baseline: survival.Baseline | None
    columns: Columns | None

    def predict(
        self,
        numbers: object = None,
        codes: object = None,
        offset: object = None,
        kind: str = "response",
    ) -> np.ndarray:
        """Return predictions, `(rows, values)`.

        Parameters
        ----------
        numbers, codes, offset : array, optional
            As in `prepare`; `numbers` may be a data frame with all columns, if the model knows
            their names.
        kind : {"response", "link"}
            What is expected (for survival the median time), or the same on the link's scale: the
            logit, the logarithms of probabilities, the log mean, the log risk.
        """
        table = self._table(numbers, codes, offset)
        pooled = self._pooled(self.inputs(table), self._fitted())
        if not self.family.is_survival:
            return self.family.link(pooled) if kind == "link" else self.family.response(pooled)
        if kind == "link":
            return self._outcome_scale(pooled)
        times = self._times()
        curve = survival.survival(self.family, pooled, self.baseline, times)
        return survival.median_time(curve, times)[:, None]

    def predict_members(
        self,
        numbers: object = None,
        codes: object = None,
        offset: object = None,
        member: int | None = None,
    ) -> np.ndarray:
        """Return each member's predictions, `(rows, values, members)`.

        Parameters
        ----------
        numbers, codes, offset : array, optional
            As in `prepare`.
        member : int, optional
            The number of the only one to ask.
        """
        inputs = self.inputs(self._table(numbers, codes, offset))
        asked = self._fitted() if member is None else [self._fitted()[member]]
        each = [self._outcome_scale(self._pooled(inputs, [m])) for m in asked]
        return np.stack(each, axis=-1)

    def predict_dropout(
        self, numbers: object = None, codes: object = None, offset: object = None, draws: int = 100
    ) -> np.ndarray:
        """Return predictions under dropout, `(rows, values, draws)` (Gal and Ghahramani, 2016).

        Parameters
        ----------
        numbers, codes, offset : array, optional
            As in `prepare`.
        draws : int
            How many; they go round the members.
        """
        table = self._table(numbers, codes, offset)
        if not self.settings.dropout:
            raise StateError("The networks have no dropout.", hint="Fit with `dropout` above 0.")
        models, seed = self._fitted(), stream.next()
        given, shift = without_offset(self.inputs(table))
        each = []
        for draw in range(draws):
            output = models[draw % len(models)].sample(given, seed + draw) + shift
            each.append(self._outcome_scale(self.family.loss.pool(output, ops)))
        return np.stack(each, axis=-1)

    def survival(
        self,
        numbers: object = None,
        codes: object = None,
        offset: object = None,
        times: object = (),
    ) -> np.ndarray:
        """Return the probability of living beyond each time, `(rows, times)`.

        Parameters
        ----------
        numbers, codes, offset : array, optional
            As in `prepare`.
        times : sequence of float
            The times.
        """
        inputs = self.inputs(self._table(numbers, codes, offset))
        pooled = self._pooled(inputs, self._fitted())
        at = np.asarray(listed(times), dtype=np.float64)
        return survival.survival(self.family, pooled, self.baseline, at)

    @property
    def event_times(self) -> list[float]:
        """The times at which survival curves step or bend."""
        return [float(t) for t in self._times()]

    def _times(self) -> np.ndarray:
        if self.baseline is not None:
            return self.baseline.times
        return np.asarray(self.family.loss.cuts)  # type: ignore[attr-defined]

    def coefficients(self) -> np.ndarray:
        """Return the coefficients of a linear model, `(1 + columns, outputs)`.

        The intercept is the first (proportional hazards have none: there it is what makes the mean
        row's risk 1); NaN for columns that are sums of others.
        """
        turned = self.preparation.whitening
        if turned is None:
            raise StateError("A network with hidden layers has no coefficients.")
        encoding, family = self.preparation.encoding, self.family
        weights = [model.get_named_weights() for model in self._fitted()]
        kernel = np.mean([w[f"{HEAD}/kernel"] for w in weights], axis=0).astype(np.float64)
        none = np.zeros(kernel.shape[1])
        bias = np.mean([w.get(f"{HEAD}/bias", none) for w in weights], axis=0).astype(np.float64)
        scale = family.spread
        found = turned.coefficients(kernel * scale, bias * scale + family.centre)
        whole = np.full((1 + len(encoding.fill), found.shape[1]), np.nan)
        whole[0] = found[0]
        whole[1 + encoding.kept] = found[1 : 1 + len(encoding.kept)]
        return whole

    @property
    def theta(self) -> float | None:
        """The size of a negative binomial distribution; `None` for other families."""
        if self.family.name != "negative_binomial":
            return None
        names = [n for n in self._fitted()[0].get_named_weights() if n.startswith("append")]
        logs = [float(m.get_named_weights()[names[0]].mean()) for m in self.models]
        return float(np.exp(np.clip(np.mean(logs), -12.0, 12.0)))

    @property
    def network_summary(self) -> list[dict[str, Any]]:
        """The layers of a member, as plain data."""
        return list(self._fitted()[0].summary_rows())

    @property
    def histories(self) -> list[dict[str, Any]]:
        """The members' histories, as plain data."""
        return [m.history.data() for m in self._fitted() if m.history is not None]

    @property
    def epochs_trained(self) -> list[int]:
        """How many epochs each member was trained for."""
        return [0 if m.history is None else len(m.history.epoch) for m in self._fitted()]

    def _table(self, numbers: object, codes: object, offset: object) -> Table:
        """Return columns as a table; `numbers` may be a data frame with all of them."""
        self._fitted()  # says so before anything is looked at
        if not is_frame(numbers):
            return as_table(numbers, codes, offset)
        if self.columns is None:
            raise StateError("The model was fitted to columns without names: give matrices.")
        return as_table(*self.columns.split(numbers), offset)

    def _fitted(self) -> list[Model]:
        if not self.models:
            raise StateError("The model is not fitted yet.", hint="Call fit() first.")
        return self.models

    def inputs(self, table: Table) -> dict[str, np.ndarray]:
        """Return what networks take of rows, by the inputs' names."""
        lift = self.settings.architecture == "ft_transformer"
        return self.preparation.inputs(table, self.family, self.settings.ensemble, lift)

    def _pooled(self, inputs: dict[str, np.ndarray], models: list[Model]) -> np.ndarray:
        """Return the average of networks' predictions, on the scale that they are trained on."""
        given, shift = without_offset(inputs)
        outputs = [np.asarray(model.predict(given, 1024), np.float64) + shift for model in models]
        return np.asarray(self.family.loss.pool(np.concatenate(outputs, axis=1), ops))

    def _outcome_scale(self, pooled: np.ndarray) -> np.ndarray:
        """Return what is expected of the outcome; for survival the log risk."""
        if self.family.name == "cox":
            return pooled[:, :1]
        if self.family.name == "discrete_time":
            # The log of the cumulative hazard at the last cut orders rows as a log risk does.
            total = np.logaddexp(0.0, pooled).sum(axis=1, keepdims=True)
            return np.log(total)
        return self.family.response(pooled)

    def _response_width(self) -> int:
        return 1 if self.family.is_survival else self.family.outputs - self.family.constants
