"""What is predicted: a class, or a number."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue import losses, metrics, options
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.metrics import Metric
from rdeep.catalogue.options import option
from rdeep.catalogue.record import Record
from rdeep.errors import DataError, RdeepWarning, listing, show, worded
from rdeep.ready.bad_rows import BadRows

CLASS, NUMBER = "class", "number"


class LearnedOutcome(Record, kind="outcome"):
    """What was learned of an outcome.

    A number is predicted on the scale `(y - centre) / spread`.

    Examples
    --------
    >>> outcome = learned_outcome(["cat", "dog", "cat"])
    >>> outcome.levels, outcome.encode(["dog"])
    (('cat', 'dog'), array([1]))
    """

    internal = True

    type: str = option(options.Choice(CLASS, NUMBER), CLASS, "What is predicted.")
    levels: tuple[str, ...] = option(options.Texts(), (), "The classes, in order.")
    centre: float = option(options.Number(), 0.0, "The mean of a number.")
    spread: float = option(options.Number(0.0, open_low=True), 1.0, "Its standard deviation.")

    @property
    def is_class(self) -> bool:
        """Whether classes are predicted."""
        return self.type == CLASS

    @property
    def units(self) -> int:
        """How many outputs a network needs: a logit for each class, or one number."""
        return len(self.levels) if self.is_class else 1

    def encode(self, y: Any) -> np.ndarray:
        """Return what a network is trained on: class numbers, or numbers on its scale.

        Parameters
        ----------
        y : sequence
            The outcome of some samples.

        Raises
        ------
        DataError
            If there is a class that was not learned, or what is no number.
        """
        if not self.is_class:
            return ((_as_numbers(y) - self.centre) / self.spread).astype(np.float32)
        places = {level: number for number, level in enumerate(self.levels)}
        names = [_class_name(each) for each in y]
        unknown = sorted({name for name in names if name not in places})
        if unknown:
            raise DataError(
                f"'y' has {listing(unknown[:5], 'and')}, which the model was not fitted to.",
                argument="y",
                expected=f"one of {listing(self.levels)}",
            )
        return np.array([places[name] for name in names], dtype=np.int64)

    def loss(self) -> Loss:
        """Return the loss of the network's outputs: cross-entropy of logits, or squared error."""
        if self.is_class:
            return losses.SparseCategoricalCrossentropy(from_logits=True)
        return losses.MeanSquaredError()

    def metrics(self) -> list[Metric]:
        """Return what is reported of training."""
        if self.is_class:
            return [metrics.SparseCategoricalAccuracy(name="accuracy")]
        return [metrics.RootMeanSquaredError(name="rmse")]

    def response(self, outputs: np.ndarray) -> np.ndarray:
        """Return probabilities of logits, `(n, classes)`, or numbers on their own scale, `(n,)`.

        Parameters
        ----------
        outputs : numpy.ndarray
            What the network gives, `(n, units)`.
        """
        outputs = np.asarray(outputs, dtype=np.float64)
        if not self.is_class:
            return outputs[:, 0] * self.spread + self.centre
        raised = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=-1, keepdims=True))

    def scores(self, y: np.ndarray, outputs: np.ndarray) -> dict[str, float]:
        """Return how good predictions are: `accuracy` and `log_loss`, or `rmse` and `r_squared`.

        Parameters
        ----------
        y : numpy.ndarray
            What `encode` returned.
        outputs : numpy.ndarray
            What the network gives for the same samples.
        """
        found = self.response(outputs)
        if self.is_class:
            probability = np.clip(found[np.arange(len(y)), y], 1e-15, 1.0)
            accuracy = float(np.mean(found.argmax(axis=1) == y))
            return {"accuracy": accuracy, "log_loss": float(-np.log(probability).mean())}
        true = np.asarray(y, np.float64) * self.spread + self.centre
        squares = float(np.mean((found - true) ** 2))
        variance = float(np.var(true))
        share = 1.0 - squares / variance if variance > 0 else float("nan")
        return {"rmse": squares**0.5, "r_squared": share}


def learned_outcome(
    y: Any, levels: Sequence[str] | None = None, type: str | None = None
) -> LearnedOutcome:
    """Return what is to be predicted.

    Parameters
    ----------
    y : sequence
        The outcome: text, whole numbers, booleans and categories are classes; other numbers are
        numbers.
    levels : sequence of str, optional
        The classes in order; by default those that occur, sorted.
    type : {"class", "number"}, optional
        What is predicted, where the values do not say it.

    Raises
    ------
    DataError
        If there is only one class, or one number; or what is neither.
    """
    categories = getattr(getattr(y, "cat", y), "categories", None)
    if levels is None and categories is not None:
        levels = [_class_name(each) for each in categories]
    values = [each for each in y if not _is_missing(each)]
    if type is None:
        plain = (str, bytes, bool, np.bool_, int, np.integer)
        of_class = levels is not None or all(isinstance(each, plain) for each in values)
        type = CLASS if of_class else NUMBER
    if type == NUMBER:
        numbers = _as_numbers(values)
        spread = float(numbers.std()) if len(numbers) else 0.0
        if not spread:
            raise DataError(
                f"'y' is {show(values[0]) if values else 'empty'} everywhere: there is nothing to "
                "predict.",
                argument="y",
            )
        return LearnedOutcome(NUMBER, (), float(numbers.mean()), spread)
    names = {_class_name(each) for each in values}
    found = _sorted_levels(names) if levels is None else [str(each) for each in levels]
    if len(names) < 2:
        only = worded(f", {show(next(iter(names)))}") if names else ""
        raise DataError(
            f"'y' has {'one class only' if names else 'no class'}{only}: there is nothing to tell "
            "apart.",
            argument="y",
        )
    absent = [level for level in found if level not in names]
    if absent:
        warnings.warn(
            RdeepWarning(f"'y' is nowhere {listing(absent[:5])}: such a class cannot be learned."),
            stacklevel=3,
        )
    return LearnedOutcome(CLASS, tuple(level for level in found if level in names))


def note_missing(y: Any, bad: BadRows) -> None:
    """Note the samples whose outcome is missing.

    Parameters
    ----------
    y : sequence
        The outcome.
    bad : BadRows
        Where they are noted.
    """
    for row, each in enumerate(y):
        if _is_missing(each):
            bad.add(row, "its outcome is missing")


def _is_missing(value: Any) -> bool:
    # Of pandas' own missing value nobody can ask whether it differs from itself.
    named = type(value).__name__ in ("NAType", "NaTType")
    return value is None or named or bool(value != value)


def _class_name(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _sorted_levels(names: set[str]) -> list[str]:
    """Return classes in order: numbers by size, others as text."""
    try:
        return sorted(names, key=float)
    except ValueError:
        return sorted(names)


def _as_numbers(y: Any) -> np.ndarray:
    try:
        return np.asarray(y, dtype=np.float64).reshape(-1)
    except (TypeError, ValueError):
        raise DataError("'y' has values that are no numbers.", argument="y") from None
