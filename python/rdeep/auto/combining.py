"""What a combination of tabular models is asked for, under the names that `Tabular` has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rdeep.auto.losses import COUNTS
from rdeep.auto.rows import indicators
from rdeep.errors import StateError
from rdeep.predictors import CLASS, NUMBER, Predictor
from rdeep.tabular import Tabular
from rdeep.tabular.frames import Columns, is_frame
from rdeep.tabular.table import as_table

_LEAST = 1e-15


class Combining:
    """The part of a model that predicts: the weighted mean of some tabular models.

    All of them were trained with the same rows held out, so that the networks which have not seen
    a row make a combination that has not seen it.
    """

    family_name: str | None
    impute: bool
    cardinalities: list[int]
    columns: Columns | None
    levels: list[str] | None
    parts: list[tuple[float, Tabular]]

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
            As in `fit`; `numbers` may be a data frame with all columns.
        kind : {"response", "link"}
            What is expected (for classes their probabilities; of two, the second's), or the same
            on the link's scale: the logit, the logarithms of probabilities, the log mean.
        """
        found = self._combined(numbers, codes, offset, lambda m, table: m.predict(**table))
        return self._link(found) if kind == "link" else found

    def predict_members(
        self,
        numbers: object = None,
        codes: object = None,
        offset: object = None,
        member: int | None = None,
    ) -> np.ndarray:
        """Return predictions of the networks that hold out each part, `(rows, values, members)`.

        Parameters
        ----------
        numbers, codes, offset : array, optional
            As in `predict`.
        member : int, optional
            The number of the only part to ask for.
        """

        def ask(model: Tabular, table: dict[str, Any]) -> np.ndarray:
            return model.predict_members(**table, member=member)

        return self._combined(numbers, codes, offset, ask)

    def predict_dropout(self, **arguments: object) -> np.ndarray:
        """Refuse predictions under dropout, which networks of different kinds do not share."""
        raise StateError(
            "The model is made of networks with and without dropout, so that there are no "
            "predictions under dropout.",
            hint="Intervals from held-out rows need none: they are the default.",
        )

    def held_out(self) -> np.ndarray:
        """Return, for each row trained on, what networks predict that have not seen it."""
        values: Any = sum(weight * model.held_out() for weight, model in self._fitted())
        return np.asarray(values)

    def held_out_members(self) -> np.ndarray:
        """Return the number of the networks that have not seen each row; -1 where all have."""
        return self._fitted()[0][1].held_out_members()

    def outcome(self) -> np.ndarray:
        """Return the outcome of each row trained on."""
        return self._fitted()[0][1].outcome()

    def weights(self) -> np.ndarray:
        """Return the weight of each row trained on; their mean is one."""
        return self._fitted()[0][1].weights()

    def predictor(self) -> Predictor:
        """Return the model as what it predicts, as `as_predictor` asks for it."""
        self._fitted()
        binomial = self.family_name == "binomial"

        def predict(x: Any) -> np.ndarray:
            values = self.predict(*(x if isinstance(x, tuple) else (x,)))
            if binomial:
                return np.hstack([1.0 - values, values])
            return values if self.family_name == "multinomial" else values[:, 0]

        is_class = binomial or self.family_name == "multinomial"
        levels = None if self.levels is None else tuple(self.levels)
        return Predictor(self, CLASS if is_class else NUMBER, predict, levels)

    @property
    def theta(self) -> float | None:
        """The size of a negative binomial distribution; `None` for other families."""
        if self.family_name != "negative_binomial":
            return None
        logs = [weight * np.log(model.theta or 1.0) for weight, model in self._fitted()]
        return float(np.exp(sum(logs)))

    @property
    def members(self) -> int:
        """How many networks each of the models has."""
        return max(len(model.models) for _, model in self._fitted())

    @property
    def histories(self) -> list[dict[str, Any]]:
        """The histories of the networks of the model that has the largest weight."""
        return max(self._fitted(), key=lambda part: part[0])[1].histories

    def _combined(
        self,
        numbers: object,
        codes: object,
        offset: object,
        ask: Callable[[Tabular, dict[str, Any]], np.ndarray],
    ) -> np.ndarray:
        parts = self._fitted()
        if is_frame(numbers):
            if self.columns is None:
                raise StateError("The model was fitted to columns without names: give matrices.")
            numbers, codes = self.columns.split(numbers)
        table = as_table(numbers, codes, offset)
        whole = {
            "numbers": table.numbers if numbers is not None else None,
            "codes": table.codes if codes is not None else None,
            "offset": table.offset,
        }
        linear = dict(whole)
        if any(is_linear(model) for _, model in parts):
            linear["numbers"] = indicators(
                whole["numbers"], whole["codes"], self.cardinalities, self.impute
            )
            linear["codes"] = None
        found: Any = sum(
            weight * ask(model, linear if is_linear(model) else whole) for weight, model in parts
        )
        return np.asarray(found)

    def _link(self, response: np.ndarray) -> np.ndarray:
        if self.family_name == "binomial":
            inside = np.clip(response, _LEAST, 1 - _LEAST)
            return np.asarray(np.log(inside) - np.log1p(-inside))
        if self.family_name == "multinomial" or self.family_name in COUNTS:
            return np.asarray(np.log(np.clip(response, _LEAST, None)))
        return response

    def _fitted(self) -> list[tuple[float, Tabular]]:
        if not self.parts:
            raise StateError("The model is not fitted yet.", hint="Call fit() first.")
        return self.parts


def is_linear(model: Tabular) -> bool:
    """Return whether a model has no hidden layers, and takes factors as columns of 0 and 1.

    Parameters
    ----------
    model : Tabular
        The model.
    """
    return model.settings.architecture == "linear"
