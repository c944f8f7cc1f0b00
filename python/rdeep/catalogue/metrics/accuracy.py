"""Accuracy metrics."""

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
    """Accuracy metric: the fraction of predictions that equal the target.

    As the string `"accuracy"` in `compile`, it is the binary, categorical or sparse accuracy,
    whichever fits the output and the coding of the targets: class indices, one-hot rows, 0 and 1,
    or -1 and 1.

    Examples
    --------
    >>> Accuracy()([1, 2, 3], [1, 2, 0])
    0.6666666666666666
    """

    aliases = ("acc",)
    direction = "max"
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where prediction and target are equal, averaged over the last axis."""
        return ops.mean(ops.as_float(ops.as_float(y_pred) == ops.as_float(y_true)), axis=-1)


class BinaryAccuracy(MeanMetric):
    """Binary accuracy metric: the fraction of predictions on the right side of a threshold.

    Examples
    --------
    >>> BinaryAccuracy()([0, 1], [0.2, 0.4])
    0.5
    """

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
    """Categorical accuracy metric of one-hot targets: the fraction of right predictions.

    Examples
    --------
    >>> CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]])
    0.5
    """

    direction = "max"
    across = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where the classes agree."""
        truth = ops.as_index(_classes(y_true, y_pred, ops))
        return ops.as_float(truth == ops.largest(y_pred))


class SparseCategoricalAccuracy(CategoricalAccuracy):
    """Categorical accuracy metric of class indices: the fraction of right predictions.

    Classes are numbered from 0.

    Examples
    --------
    >>> SparseCategoricalAccuracy()([1, 0], [[0.2, 0.8], [0.4, 0.6]])
    0.5
    """

    targets = "indices"


class AnyAccuracy(CategoricalAccuracy):
    """The share of samples whose likeliest class is the target, number or one-hot."""

    internal = True
    targets = "classes"
    key = "accuracy"


class TopKCategoricalAccuracy(MeanMetric):
    """Top-k accuracy metric of one-hot targets.

    The fraction of targets that are among the `k` most likely classes. Classes that tie with the
    last of them count too.

    Examples
    --------
    >>> TopKCategoricalAccuracy(k=2)([[0, 0, 1]], [[0.5, 0.2, 0.3]])
    1.0
    """

    direction = "max"
    across = True
    k: int = option(Count(), 5, "The number of classes.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where the target is among them."""
        classes = ops.as_index(_classes(y_true, y_pred, ops))
        # A class that is to be ignored need not be one: its place does not exist.
        there = (classes >= 0) & (classes < y_pred.shape[-1])
        target = ops.pick(y_pred, ops.where(there, classes, ops.zeros_like(classes)), axis=-1)
        ahead = ops.sum(ops.as_float(y_pred > target[..., None]), axis=-1)
        return ops.as_float(ahead < self.k) * ops.as_float(there)


class SparseTopKCategoricalAccuracy(TopKCategoricalAccuracy):
    """Top-k accuracy metric of class indices.

    The fraction of targets that are among the `k` most likely classes. Classes are numbered from 0.
    Classes that tie with the last of them count too.

    Examples
    --------
    >>> SparseTopKCategoricalAccuracy(k=2)([2], [[0.5, 0.2, 0.3]])
    1.0
    """

    targets = "indices"
    from_sorted_ids: bool = option(
        Flag(),
        False,
        "Whether predictions are class indices, the most likely first, rather than probabilities.",
        keyword_only=True,
    )

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where the target is among them."""
        if not self.from_sorted_ids:
            return super().values(y_true, y_pred, ops)
        found = ops.as_index(y_pred[..., : self.k]) == y_true[..., None]
        return ops.as_float(ops.sum(ops.as_float(found), axis=-1) > 0)
