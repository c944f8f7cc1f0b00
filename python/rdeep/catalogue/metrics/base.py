"""What every metric has in common.

A metric either adds up a few sums over the batches (`update`, then `from_sums`), or, where sums
cannot give the exact value, has the predictions collected and sees them once (`collects`,
`from_collected`). By itself it keeps a state, as Keras's do: `update_state`, `result`,
`reset_state`; training uses a state of its own.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue import dispatch
from rdeep.catalogue.losses.base import FLOATS
from rdeep.catalogue.metrics.noted import note, noted_result
from rdeep.catalogue.options import Text, option
from rdeep.catalogue.record import Record
from rdeep.catalogue.weighing import aligned, spans_batch, weighable
from rdeep.errors import ArgumentError, ShapeError, setting, show

OF_SCORES = (
    "With a loss of logits (`from_logits`, hinge) it stays the threshold of the probability: "
    "0.5 is a threshold of 0 on the logits, and so is a threshold of 0 by itself."
)
"""What thresholds mean where predictions are no probabilities, for the options' texts."""


class Metric(Record, kind="metric", abstract=True):
    """A number that describes predictions, for people to read."""

    targets: ClassVar[str] = "values"
    """What targets it reads, in the words of `Loss.targets`; `"any"` if it does not matter."""
    compares: ClassVar[bool] = True
    """Whether it looks at targets at all."""
    reads: ClassVar[str] = "values"
    """What predictions it reads.

    `"values"` are what the model predicts, whatever that is; `"decisions"` are cut at thresholds
    between yes and no; `"probabilities"` are shares, for which scores are turned into them.
    """
    direction: str | None = None
    """Which is better, the smallest (`"min"`) or the largest (`"max"`), if anybody knows."""
    by_element: ClassVar[bool] = False
    """Whether a sample's value is the mean of one for each of its numbers."""
    across: Any = False
    """Whether the last axis belongs together, such as classes do: a vector is then one sample."""

    given_name: str | None = option(
        Text(), None, "A name for logs.", keyword_only=True, given_as="name"
    )
    computes_in: str | None = option(
        FLOATS,
        None,
        "The data type to compare in; that of the predictions by default. Sums over batches "
        "are kept in float64.",
        keyword_only=True,
        given_as="dtype",
    )

    def label(self) -> str:
        """Return the name that logs show."""
        return self.given_name or self.key

    @property
    def name(self) -> str:
        """The name that logs show."""
        return self.label()

    @property
    def dtype(self) -> str:
        """The type that it counts as computing in, as Keras's metrics say it."""
        return self.computes_in or "float32"

    def wants(self) -> str:
        """Return what targets it reads, which may depend on the options."""
        return self.targets

    @property
    def by_batch(self) -> bool:
        """Whether the result depends on how samples are cut into batches."""
        return spans_batch(getattr(self, "axis", -1))

    @property
    def collects(self) -> bool:
        """Whether all predictions are seen at once."""
        return False

    def check_output(self, columns: int | None) -> None:
        """Refuse predictions that the options do not go with.

        Parameters
        ----------
        columns : int or None
            The size of the predictions' last axis.
        """

    def sums(self, columns: int | None) -> int:
        """Return how many numbers `update` returns, for predictions with so many columns."""
        return 2

    def typed(self, y_true: Any, y_pred: Any, ops: Any) -> tuple[Any, Any]:
        """Return targets and predictions in the type to compare in."""
        if self.computes_in is None:
            return y_true, y_pred
        numbers = self.wants() == "values"
        truth = ops.cast(y_true, self.dtype) if numbers else y_true
        return truth, ops.cast(y_pred, self.dtype)

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return what a batch adds to the sums: scalars and vectors, in order.

        Parameters
        ----------
        y_true, y_pred : tensor
            The batch's targets and predictions.
        weights : tensor or None
            A weight for each sample.
        ops : module
            The engine's array functions.
        """
        raise NotImplementedError

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the metric from the sums over all batches."""
        return ratio(sums[0], sums[1])

    def from_collected(
        self, y_true: np.ndarray, y_pred: np.ndarray, weights: np.ndarray | None
    ) -> float | list[float]:
        """Return the metric from all targets and predictions at once."""
        raise NotImplementedError

    @cached_property
    def _meter(self) -> Any:
        return dispatch.calls().make_meter(self)

    @dispatch.not_converted
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch to the metric's own state.

        Parameters
        ----------
        y_true, y_pred : array
            The truth and the predictions.
        sample_weight : array, optional
            A weight for each sample.
        """
        if not note(self, y_true, y_pred, sample_weight):
            self._meter.update(y_true, y_pred, sample_weight)

    @dispatch.not_converted
    def result(self) -> float | list[float]:
        """Return the metric of all batches since the state was made or reset."""
        noted = noted_result(self)
        return self._meter.result() if noted is None else noted

    @property
    def variables(self) -> list[Any]:
        """What the metric has added up so far, as variables that can be read."""
        found: list[Any] = self._meter.variables()
        return found

    @dispatch.not_converted
    def reset_state(self) -> None:
        """Forget all batches."""
        self._meter.reset()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch to the metric's own state and return what it is then, as Keras does.

        Parameters
        ----------
        *args, **kwargs
            As for `update_state`.
        """
        self.update_state(*args, **kwargs)
        return self.result()


class MeanMetric(Metric, abstract=True):
    """The weighted mean of a value per sample."""

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the value of each sample."""
        raise NotImplementedError

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return the sum of the values and their number (or the sum of the weights)."""
        values = weighable(self, y_true, y_pred, weights, ops)
        if self.computes_in is not None:
            values = ops.as_float(values)
        if weights is None:
            # The mean times the number: the number is known without asking the device.
            return [ops.sum(_by_sample(values, ops)), ops.count(_first(values))]
        weights = aligned(weights, values, ops, type(self).__name__)
        return [ops.sum(_by_sample(part, ops)) for part in (values * weights, weights)]


def _by_sample(values: Any, ops: Any) -> Any:
    """Return the mean of each sample's values: samples count alike, however many they have."""
    inner = tuple(range(1, len(values.shape)))
    return ops.mean(values, axis=inner) if inner else values


def _first(values: Any) -> Any:
    """Return one value of each sample, or the only one."""
    further = len(values.shape) - 1
    return values[(slice(None), *[0] * further)] if further > 0 else values


_TARGETS = {
    "indices": "class numbers",
    "classes": "classes",
    "values": "values shaped as the predictions",
    "columns": "a likelihood's",
    "labels": "one whole number for each sample",
    "sequences": "sequences of whole numbers",
    "free": "those of a loss of your own",
}


def check_targets(metric: Metric, targets: str) -> None:
    """Refuse a metric that cannot read the targets that the loss wants.

    Parameters
    ----------
    metric : Metric
        The metric.
    targets : str
        What the loss's targets are: `Loss.targets`.

    Raises
    ------
    ArgumentError
        If the metric wants another kind.
    """
    wanted = metric.wants()
    # What a loss of the user's own takes, a metric may take as well: the user knows.
    if (
        targets == "free"
        or wanted in ("any", targets)
        or (wanted == "classes" and targets in ("indices", "values"))
    ):
        return
    raise ArgumentError(
        f"Metric {metric.label()!r} cannot be used with this loss, whose targets are "
        f"{_TARGETS[targets]}.",
        argument="metrics",
        received=metric.label(),
        hint=f"Use {setting('metrics', 'accuracy')}, or a loss and metric of the same kind.",
    )


_DIRECTIONS = {"min": "min", "max": "max", "down": "min", "up": "max"}


def declared_direction(value: Any) -> str | None:
    """Return the direction that a metric of the user's own declares: `"min"`, `"max"`, or none.

    Parameters
    ----------
    value : object
        A metric, or a function, with an attribute `direction`; Keras's word for it is
        `_direction`, which is `"up"` or `"down"`.

    Raises
    ------
    ArgumentError
        If it is something else.
    """
    said = getattr(value, "direction", None) or getattr(value, "_direction", None)
    if said is not None and said not in _DIRECTIONS:
        raise ArgumentError(
            f"A metric's 'direction' must be 'min' or 'max', not {show(said)}.",
            argument="direction",
            received=said,
            expected="'min' or 'max'",
        )
    return None if said is None else _DIRECTIONS[said]


def known_columns(columns: int | None, metric: Metric) -> int:
    """Return the size of the predictions' last axis, or say that it has to be known.

    Parameters
    ----------
    columns : int or None
        The size.
    metric : Metric
        The metric that needs it.
    """
    if columns is None:
        raise ShapeError(
            f"Metric {metric.label()!r} needs to know the size of the output's last dimension.",
            hint="Give the model's full input shape.",
        )
    return columns


def ratio(part: Any, whole: Any) -> Any:
    """Return a quotient, 0 where nothing is divided by nothing: a number, or an array."""
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    divided = np.divide(
        part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole != 0
    )
    return divided if divided.ndim else float(divided)
