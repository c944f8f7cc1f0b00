"""Metrics of how often predictions are right."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.metrics.base import OF_SCORES, MeanMetric
from rdeep.catalogue.options import Count, Flag, Number, option

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
]


class Accuracy(MeanMetric):
    """The share of predictions that equal the target.

    Named by the string `"accuracy"` in `compile`, it stands for the binary, categorical or
    sparse kind, whichever fits the output and the targets that come, whatever the loss is: class
    numbers, one-hot rows, 0 and 1, or -1 and 1.
    """

    aliases = ("acc",)
    direction = "max"
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where prediction and target are equal, averaged over the last axis."""
        return ops.mean(ops.as_float(ops.as_float(y_pred) == ops.as_float(y_true)), axis=-1)


class BinaryAccuracy(MeanMetric):
    """The share of yes-or-no targets on the right side of a threshold."""

    reads = "decisions"
    direction = "max"
    threshold: float = option(
        Number(0.0, 1.0), 0.5, f"Above it a prediction counts as 1. {OF_SCORES}"
    )
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the share of right predictions in each sample."""
        said = ops.as_float(y_pred > self.threshold)
        return ops.mean(ops.as_float(said == ops.as_float(y_true)), axis=-1)


def _classes(y_true: Any, y_pred: Any, ops: Any) -> Any:
    """Return class numbers, whether they came as such or one-hot."""
    return ops.largest(y_true) if len(y_true.shape) == len(y_pred.shape) else y_true


class CategoricalAccuracy(MeanMetric):
    """The share of samples whose likeliest class is the one-hot target's."""

    direction = "max"
    across = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where the classes agree."""
        truth = ops.as_index(_classes(y_true, y_pred, ops))
        return ops.as_float(truth == ops.largest(y_pred))


class SparseCategoricalAccuracy(CategoricalAccuracy):
    """The share of samples whose likeliest class is the target, a class number from 0."""

    targets = "indices"


class AnyAccuracy(CategoricalAccuracy):
    """The share of samples whose likeliest class is the target, number or one-hot."""

    internal = True
    targets = "classes"
    key = "accuracy"


class TopKCategoricalAccuracy(MeanMetric):
    """The share of samples whose one-hot target is among the `k` likeliest classes.

    Classes that are as likely as the last of them count too.
    """

    direction = "max"
    across = True
    k: int = option(Count(), 5, "How many classes.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where the target is among them."""
        classes = ops.as_index(_classes(y_true, y_pred, ops))
        # A class that is to be ignored need not be one: its place does not exist.
        there = (classes >= 0) & (classes < y_pred.shape[-1])
        target = ops.pick(y_pred, ops.where(there, classes, ops.zeros_like(classes)), axis=-1)
        ahead = ops.sum(ops.as_float(y_pred > target[..., None]), axis=-1)
        return ops.as_float(ahead < self.k) * ops.as_float(there)


class SparseTopKCategoricalAccuracy(TopKCategoricalAccuracy):
    """The share of samples whose target, a class number from 0, is among the `k` likeliest.

    Classes that are as likely as the last of them count too.
    """

    targets = "indices"
    from_sorted_ids: bool = option(
        Flag(),
        False,
        "Whether predictions are class numbers, the likeliest first, rather than scores.",
        keyword_only=True,
    )

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where the target is among them."""
        if not self.from_sorted_ids:
            return super().values(y_true, y_pred, ops)
        found = ops.as_index(y_pred[..., : self.k]) == y_true[..., None]
        return ops.as_float(ops.sum(ops.as_float(found), axis=-1) > 0)
