"""Metrics, written once on the ops that both engines share.

A metric either adds up a few sums over the batches (`update`, then `result`), or, where sums
cannot give the exact value, has the predictions collected and sees them once (`collects`,
`from_collected`).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue.options import Choice, Count, Flag, Number, Numbers, Ref, Text, option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError

__all__ = [
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Metric",
    "PooledLoss",
    "Precision",
    "Recall",
    "SparseCategoricalAccuracy",
]


class Metric(Record, kind="metric"):
    """A number that describes predictions, for people to read."""

    targets: ClassVar[str] = "any"
    collects: ClassVar[bool] = False

    name: str | None = option(Text(), None, "A name for logs.", keyword_only=True)

    def label(self) -> str:
        """Return the name that logs show."""
        return self.name or self.key

    def sums(self) -> int:
        """Return how many sums `update` returns."""
        return 2

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return what a batch adds to the sums: a list of scalars.

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

    def result(self, sums: np.ndarray) -> float | list[float]:
        """Return the metric from the sums over all batches."""
        return _ratio(sums[0], sums[1])

    def from_collected(
        self, y_true: np.ndarray, y_pred: np.ndarray, weights: np.ndarray | None
    ) -> float:
        """Return the metric from all targets and predictions at once."""
        raise NotImplementedError


class _MeanMetric(Metric):
    """The weighted mean of a value per sample."""

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the value of each sample."""
        raise NotImplementedError

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return the sum of the values and their number (or the sum of the weights)."""
        values = self.values(y_true, y_pred, ops)
        if weights is None:
            # The mean times the number: the number is known without asking the device.
            return [ops.sum(values), ops.count(values)]
        weights = ops.spread(weights, values)
        return [ops.sum(values * weights), ops.sum(weights)]


class MeanSquaredError(_MeanMetric):
    """The mean of the squared differences."""

    aliases = ("mse",)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean squared difference of each sample."""
        return ops.mean(ops.square(y_pred - y_true), axis=-1)


class MeanAbsoluteError(_MeanMetric):
    """The mean of the absolute differences."""

    aliases = ("mae",)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean absolute difference of each sample."""
        return ops.mean(ops.abs(y_pred - y_true), axis=-1)


class Accuracy(_MeanMetric):
    """The share of predictions that equal the target.

    Named by the string `"accuracy"` in `compile`, it stands for the binary, categorical or
    sparse kind, whichever fits the loss and the output.
    """

    aliases = ("acc",)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where prediction and target are equal, averaged over the last axis."""
        return ops.mean(ops.as_float(ops.as_float(y_pred) == ops.as_float(y_true)), axis=-1)


class BinaryAccuracy(_MeanMetric):
    """The share of yes-or-no targets on the right side of a threshold."""

    threshold: float = option(Number(0.0, 1.0), 0.5, "Above it a prediction counts as 1.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the share of right predictions in each sample."""
        return ops.mean(ops.as_float(ops.as_float(y_pred > self.threshold) == y_true), axis=-1)


class CategoricalAccuracy(_MeanMetric):
    """The share of samples whose likeliest class is the one-hot target's."""

    targets = "values"

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where the classes agree."""
        return ops.as_float(ops.argmax(y_true, axis=-1) == ops.argmax(y_pred, axis=-1))


class SparseCategoricalAccuracy(_MeanMetric):
    """The share of samples whose likeliest class is the target, a class number from 0."""

    targets = "indices"

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where the classes agree."""
        return ops.as_float(y_true == ops.as_index(ops.argmax(y_pred, axis=-1)))


class PooledLoss(_MeanMetric):
    """The loss of an ensemble's average prediction: a likelihood's, whose members are averaged.

    Predictions have the shape `(batch, members, parameters)`.
    """

    targets = "columns"
    example = "metric_pooled_loss(loss_gaussian_likelihood())"
    loss: Any = option(Ref("loss"), doc="The likelihood.")

    def validate(self) -> None:
        """Refuse losses that have no ensembles."""
        if self.loss.targets != "columns":
            raise ArgumentError(
                f"PooledLoss(): 'loss' must be a likelihood, not {type(self.loss).__name__}.",
                argument="loss",
                received=self.loss,
            )

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        return self.loss.values(y_true, self.loss.pool(y_pred, ops), ops)


class _Confusion(Metric):
    """Ratios of the counts of right and wrong decisions at one or several thresholds."""

    targets = "values"
    thresholds: tuple[float, ...] | None = option(
        Numbers(0.0, 1.0),
        None,
        "Predictions above it count as 1; by default 0.5. Several give several results.",
    )
    class_id: int | None = option(Count(0), None, "Count this class alone, numbered from 0.")

    def sums(self) -> int:
        """Return two sums for each threshold."""
        return 2 * len(self._thresholds())

    def _thresholds(self) -> tuple[float, ...]:
        return self.thresholds or (0.5,)

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return the true positives and what they are a share of, at each threshold."""
        if self.class_id is not None:
            y_true, y_pred = y_true[..., self.class_id], y_pred[..., self.class_id]
        weights = ops.ones_like(y_pred) if weights is None else ops.spread(weights, y_pred)
        sums = []
        for threshold in self._thresholds():
            said = ops.as_float(y_pred > threshold)
            whole = self._whole(y_true, said)
            sums += [ops.sum(said * y_true * weights), ops.sum(whole * weights)]
        return sums

    def _whole(self, y_true: Any, said: Any) -> Any:
        raise NotImplementedError

    def result(self, sums: np.ndarray) -> float | list[float]:
        """Return the ratio at each threshold; 0 where nothing was counted."""
        ratios = [_ratio(a, b) for a, b in zip(sums[0::2], sums[1::2])]
        return ratios if self.thresholds and len(self.thresholds) > 1 else ratios[0]


class Precision(_Confusion):
    """The share of predicted positives that are positive: `tp / (tp + fp)`."""

    def _whole(self, y_true: Any, said: Any) -> Any:
        return said


class Recall(_Confusion):
    """The share of positives that were predicted: `tp / (tp + fn)`."""

    def _whole(self, y_true: Any, said: Any) -> Any:
        return y_true


class AUC(Metric):
    """The area under the ROC or the precision-recall curve, exact (not from thresholds).

    The area under the precision-recall curve is the average precision,
    `sum((recall[i] - recall[i - 1]) * precision[i])`.
    """

    key = "auc"
    collects = True
    targets = "values"
    curve: str = option(Choice("ROC", "PR"), "ROC", "Which curve.")
    multi_label: bool = option(
        Flag(),
        False,
        "Whether to average the areas of the last axis's columns rather than pool them.",
    )
    from_logits: bool = option(
        Flag(), False, "Whether predictions are scores; the area is the same, so it has no effect."
    )

    def sums(self) -> int:
        """Return 0: no sum gives the exact area."""
        return 0

    def from_collected(
        self, y_true: np.ndarray, y_pred: np.ndarray, weights: np.ndarray | None
    ) -> float:
        """Return the area."""
        columns = y_pred.shape[-1] if self.multi_label else 1
        truth, score = y_true.reshape(-1, columns), y_pred.reshape(-1, columns)
        if weights is None:
            weights = np.ones(len(truth))
        elif len(weights) != len(truth):
            weights = np.repeat(weights.reshape(-1), len(truth) // weights.size)
        area = _roc_area if self.curve == "ROC" else _average_precision
        return float(np.mean([area(truth[:, i], score[:, i], weights) for i in range(columns)]))


def named_accuracy(
    output_shape: tuple[int | None, ...], targets: str, name: str = "accuracy"
) -> Metric:
    """Return the kind of accuracy that the string `"accuracy"` means for an output.

    Parameters
    ----------
    output_shape : tuple
        The output's shape with the batch.
    targets : str
        `"indices"` if targets are class numbers, else `"values"`.
    name : str
        What the logs are to call it.

    Examples
    --------
    >>> named_accuracy((None, 10), "indices").label()
    'accuracy'
    """
    if output_shape[-1] == 1:
        return BinaryAccuracy(name=name)
    if targets == "indices":
        return SparseCategoricalAccuracy(name=name)
    return CategoricalAccuracy(name=name)


def check_targets(metric: Metric, targets: str) -> None:
    """Refuse a metric that cannot read the targets that the loss wants.

    Parameters
    ----------
    metric : Metric
        The metric.
    targets : str
        `"indices"`, `"values"` or `"columns"`.

    Raises
    ------
    ArgumentError
        If the metric wants the other kind.
    """
    if metric.targets in ("any", targets):
        return
    have = {
        "indices": "class numbers",
        "values": "values shaped as the predictions",
        "columns": "a likelihood's",
    }[targets]
    raise ArgumentError(
        f"Metric {metric.label()!r} cannot be used with this loss, whose targets are {have}.",
        argument="metrics",
        received=metric.label(),
        hint="Use metrics='accuracy', or a loss and metric of the same kind.",
    )


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _steps(
    truth: np.ndarray, score: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of true and false positives as the threshold falls, ties together."""
    order = np.argsort(-score, kind="stable")
    truth, score, weights = truth[order] > 0.5, score[order], weights[order]
    last_of_tie = np.append(np.diff(score) != 0, True)
    true = np.cumsum(weights * truth, dtype=np.float64)[last_of_tie]
    false = np.cumsum(weights * ~truth, dtype=np.float64)[last_of_tie]
    return true, false


def _roc_area(truth: np.ndarray, score: np.ndarray, weights: np.ndarray) -> float:
    true, false = _steps(truth, score, weights)
    if not true[-1] or not false[-1]:
        return 0.0
    true, false = np.append(0.0, true), np.append(0.0, false)
    widths, heights = np.diff(false), (true[1:] + true[:-1]) / 2
    return float(np.sum(widths * heights) / (true[-1] * false[-1]))


def _average_precision(truth: np.ndarray, score: np.ndarray, weights: np.ndarray) -> float:
    true, false = _steps(truth, score, weights)
    if not true[-1]:
        return 0.0
    recall = np.append(0.0, true) / true[-1]
    return float(np.sum(np.diff(recall) * true / np.maximum(true + false, 1e-300)))
