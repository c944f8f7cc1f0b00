"""Intersection-over-union (IoU) metrics."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.catalogue.losses.base import EPSILON
from rdeep.catalogue.metrics.base import OF_SCORES, Metric
from rdeep.catalogue.options import Axis, Count, Counts, Flag, Number, Whole, option
from rdeep.catalogue.weighing import aligned
from rdeep.errors import ArgumentError, constructor

__all__ = ["BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"]

_IDS = "The indices of the classes to average over, from 0."
_SPARSE_TRUE = option(Flag(), True, "Whether targets are class indices rather than one-hot.")
_SPARSE_PRED = option(
    Flag(), True, "Whether predictions are class indices rather than probabilities."
)
_SCORES = option(Flag(), False, "Whether predictions are class indices rather than probabilities.")
_AXIS = option(Axis(), -1, "The axis of the classes of one-hot targets and probabilities.")


class _Overlap(Metric, abstract=True):
    """How often which class is taken for which, and what follows for their overlaps."""

    direction = "max"
    num_classes: int = option(Count(), doc="The number of classes.")
    ignore_class: int | None = option(
        Whole(), None, "A class whose samples are ignored; it need not be one of the classes."
    )

    sparse_y_true: bool = True
    sparse_y_pred: bool = True
    axis: int = -1

    def classes(self) -> tuple[int, ...]:
        """Return the classes that are averaged over."""
        return tuple(range(self.num_classes))

    def validate(self) -> None:
        """Refuse classes that there are not."""
        if max(self.classes()) >= self.num_classes:
            raise ArgumentError(
                f"{constructor(self)}: 'target_class_ids' are from 0 to "
                f"{self.num_classes - 1}, not {max(self.classes())}.",
                argument="target_class_ids",
                received=max(self.classes()),
                expected=f"0 to {self.num_classes - 1}",
            )

    def wants(self) -> str:
        """Return the kind of targets that goes with the kinds of both."""
        if self.sparse_y_true == self.sparse_y_pred:
            return "values"
        return "indices" if self.sparse_y_true else "onehot"

    def check_output(self, columns: int | None) -> None:
        """Refuse scores of another number of classes."""
        last = self.axis == -1 and not self.sparse_y_pred
        if last and columns not in (None, self.num_classes):
            raise ArgumentError(
                f"{constructor(self)}: 'num_classes' is {self.num_classes}, but predictions "
                f"are scores of {columns} classes.",
                argument="num_classes",
                received=self.num_classes,
                expected=str(columns),
            )

    def sums(self, columns: int | None) -> int:
        """Return one for each pair of classes."""
        return self.num_classes**2

    def predicted(self, y_pred: Any, ops: Any) -> Any:
        """Return the predicted classes."""
        return y_pred if self.sparse_y_pred else ops.argmax(y_pred, axis=self.axis)

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return how often each class (in rows) is taken for each, by weight."""
        true = y_true if self.sparse_y_true else ops.argmax(y_true, axis=self.axis)
        true, said = ops.as_index(true), ops.as_index(self.predicted(y_pred, ops))
        each = ops.as_float(ops.ones_like(true))
        if weights is not None:
            each = each * aligned(weights, each, ops, type(self).__name__)
        inside = (true >= 0) & (true < self.num_classes) & (said >= 0) & (said < self.num_classes)
        if self.ignore_class is not None:
            inside = inside & (true != self.ignore_class)
        pair = ops.where(inside, true * self.num_classes + said, ops.zeros_like(true))
        flat = [ops.reshape(part, (-1,)) for part in (each * ops.as_float(inside), pair)]
        return [ops.segment_sum(flat[0], flat[1], self.sums(None))]

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the mean over those of the classes that occur."""
        table = sums.reshape(self.num_classes, self.num_classes)
        both = table.diagonal()
        either = table.sum(0) + table.sum(1) - both
        chosen = np.array(self.classes())
        both, either = both[chosen], either[chosen]
        there = either > 1e-9
        overlaps = np.where(there, both / (either + EPSILON), 0.0)
        return float(overlaps.sum() / (there.sum() + EPSILON))


class _Chosen(_Overlap, abstract=True):
    """Overlaps of some of the classes."""

    target_class_ids: tuple[int, ...] = option(Counts(0), doc=_IDS, after="num_classes")

    def classes(self) -> tuple[int, ...]:
        """Return the classes that are averaged over."""
        return self.target_class_ids


class IoU(_Chosen):
    """Intersection over union (IoU, Jaccard index) metric of some classes.

    The mean over the classes of `tp / (tp + fp + fn)`, over all pixels or samples.

    Examples
    --------
    >>> round(IoU(2, [0])([0, 0, 1, 1], [0, 1, 0, 1]), 4)
    0.3333
    """

    key = "iou"
    sparse_y_true: bool = _SPARSE_TRUE
    sparse_y_pred: bool = _SPARSE_PRED
    axis: int = _AXIS


class MeanIoU(_Overlap):
    """Mean intersection over union (IoU, Jaccard index) metric of all classes.

    The mean over the classes of `tp / (tp + fp + fn)`, over all pixels or samples.

    Examples
    --------
    >>> round(MeanIoU(2)([0, 0, 1, 1], [0, 1, 0, 1]), 4)
    0.3333
    """

    key = "mean_iou"
    sparse_y_true: bool = _SPARSE_TRUE
    sparse_y_pred: bool = _SPARSE_PRED
    axis: int = _AXIS


class OneHotIoU(_Chosen):
    """Intersection over union (IoU) metric of some classes, of one-hot targets.

    The mean over the classes of `tp / (tp + fp + fn)`, over all pixels or samples.

    Examples
    --------
    >>> OneHotIoU(2, [0])([[1, 0], [0, 1]], [[0.8, 0.2], [0.6, 0.4]])
    0.4999999250000088
    """

    key = "one_hot_iou"
    sparse_y_true = False
    sparse_y_pred: bool = _SCORES
    axis: int = _AXIS


class OneHotMeanIoU(_Overlap):
    """Mean intersection over union (IoU) metric of all classes, of one-hot targets.

    The mean over the classes of `tp / (tp + fp + fn)`, over all pixels or samples.

    Examples
    --------
    >>> OneHotMeanIoU(2)([[1, 0], [0, 1]], [[0.8, 0.2], [0.6, 0.4]])
    0.24999997500000193
    """

    key = "one_hot_mean_iou"
    sparse_y_true = False
    sparse_y_pred: bool = _SCORES
    axis: int = _AXIS


class BinaryIoU(Metric):
    """Intersection over union (IoU) metric of binary targets.

    The mean of `tp / (tp + fp + fn)` of class 0, of class 1, or of both, over all pixels or
    samples.

    Examples
    --------
    >>> round(BinaryIoU()([0, 1, 1], [0.6, 0.7, 0.2]), 4)
    0.1667
    """

    key = "binary_iou"
    reads = "decisions"
    direction = "max"
    target_class_ids: tuple[int, ...] = option(
        Counts(0), (0, 1), "The classes to average over: 0, 1 or both."
    )
    threshold: float = option(
        Number(0.0, 1.0), 0.5, f"Predictions from it on count as 1. {OF_SCORES}"
    )

    def validate(self) -> None:
        """Refuse classes other than no and yes."""
        self._of_two()

    def _of_two(self) -> IoU:
        return IoU(2, self.target_class_ids)

    def sums(self, columns: int | None) -> int:
        """Return one for each pair of yes and no."""
        return 4

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return how often each is taken for each."""
        said = ops.as_float(y_pred >= self.threshold)
        return self._of_two().update(y_true, said, weights, ops)

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the mean over those of the two that occur."""
        return self._of_two().from_sums(sums)
