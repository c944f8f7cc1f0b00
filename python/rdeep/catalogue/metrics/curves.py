"""Metrics over all thresholds: area under the curve (AUC), rates at a given other rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays import numpy as numpy_ops
from rdeep.catalogue.metrics.base import Metric, known_columns, ratio
from rdeep.catalogue.metrics.confusion import CLASS_ID, check_class, decisions, weights_of_class
from rdeep.catalogue.options import Choice, Count, Flag, Number, Numbers, option
from rdeep.catalogue.weighing import aligned
from rdeep.errors import ArgumentError, constructor

__all__ = [
    "AUC",
    "PrecisionAtRecall",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
]

_NUMBER = (
    "The number of thresholds, evenly spaced from 0 to 1, for predictions in that range; "
    "batches are then counted by threshold. By default every prediction is a threshold: "
    "the result is exact, and all predictions are kept until it is read."
)


def _even(number: int) -> tuple[float, ...]:
    return (0.5,) if number == 1 else tuple(float(t) for t in np.linspace(0.0, 1.0, number))


def _exact(
    y_true: np.ndarray, y_pred: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return true and false positives with a threshold at each prediction, from low to high.

    Equal predictions go together; at the last threshold nothing is positive any more.
    """
    order = np.argsort(y_pred, kind="stable")
    truth, score, weights = y_true[order] != 0, y_pred[order], weights[order]
    first_of_tie = np.append(True, np.diff(score) != 0)

    def above(of: np.ndarray) -> np.ndarray:
        sums = np.cumsum((weights * of)[::-1], dtype=np.float64)[::-1]
        return np.append(sums[first_of_tie], 0.0)

    return above(truth), above(~truth)


def _per_prediction(weights: np.ndarray | None, y_pred: np.ndarray) -> np.ndarray:
    if weights is None:
        return np.ones(y_pred.shape)
    return np.asarray(aligned(weights, y_pred, numpy_ops))


class AUC(Metric):
    """Area under the curve (AUC) metric.

    The curve is the ROC, the precision-recall or the precision-recall-gain curve. The area is exact
    by default: every prediction is a threshold. The area under the ROC curve is that of its
    straight lines, which is the fraction of pairs of a positive and a negative that are in order;
    that under the precision-recall curve is the average precision,
    `sum((recall[i] - recall[i - 1]) * precision[i])`. With `num_thresholds` or `thresholds` it is
    Keras's approximation.

    Examples
    --------
    >>> AUC()([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9])
    0.75
    """

    key = "auc"
    reads = "decisions"
    direction = "max"
    num_thresholds: int | None = option(Count(2), None, _NUMBER)
    curve: str = option(Choice("ROC", "PR", "PRGAIN"), "ROC", "The curve.")
    summation_method: str | None = option(
        Choice("interpolation", "minoring", "majoring"),
        None,
        "The interpolation between points: linear (for precision and recall, of the counts; "
        "Davis and Goadrich, 2006), below or above it. See above for the default.",
    )
    thresholds: tuple[float, ...] | None = option(
        Numbers(0.0, 1.0),
        None,
        "The thresholds besides 0 and 1, instead of `num_thresholds`.",
    )
    multi_label: bool = option(
        Flag(),
        False,
        "Whether to average the areas of the columns of the last axis rather than pool them.",
    )
    num_labels: int | None = option(
        Count(), None, "The number of columns, with `multi_label`; it need not be given."
    )
    label_weights: tuple[float, ...] | None = option(
        Numbers(0.0), None, "A weight for each column, by default 1."
    )
    from_logits: bool = option(
        Flag(),
        False,
        "Whether predictions are logits, before sigmoid; without thresholds the area is the same.",
    )

    def validate(self) -> None:
        """Refuse options that contradict each other."""
        if self.num_labels is not None and not self.multi_label:
            raise ArgumentError(
                f"{constructor(self)}: 'num_labels' goes with 'multi_label'.",
                argument="num_labels",
                received=self.num_labels,
            )
        if self.thresholds is not None and self.num_thresholds is not None:
            raise ArgumentError(
                f"{constructor(self)}: give 'thresholds' or 'num_thresholds', not both.",
                argument="thresholds",
            )

    def check_output(self, columns: int | None) -> None:
        """Refuse predictions with another number of columns than was said."""
        weights = self.label_weights
        for name, number in (
            ("num_labels", self.num_labels),
            ("label_weights", None if weights is None else len(weights)),
        ):
            if number is not None and columns is not None and number != columns:
                raise ArgumentError(
                    f"{constructor(self)}: {name!r} is for {number} columns, but predictions have "
                    f"{columns}.",
                    argument=name,
                    received=number,
                    expected=str(columns),
                )

    @property
    def collects(self) -> bool:
        """Whether every prediction is a threshold."""
        return self.num_thresholds is None and self.thresholds is None

    def _limits(self) -> tuple[float, ...]:
        if self.thresholds is not None:
            inner = tuple(sorted(self.thresholds))
        elif self.num_thresholds is not None:
            inner = _even(self.num_thresholds)[1:-1]
        else:
            return ()
        # Below 0 and above 1, so that all and no predictions are positive there.
        return (-1e-7, *inner, 1.0 + 1e-7)

    def sums(self, columns: int | None) -> int:
        """Return two for each threshold, and two, for each column that is counted apart."""
        if self.collects:
            return 0
        parts = known_columns(columns, self) if self.multi_label else 1
        return (2 * len(self._limits()) + 2) * parts

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return true and false positives at each threshold, all positives and all negatives."""
        if self.from_logits:
            y_pred = ops.sigmoid(y_pred)
        if self.label_weights is not None and not self.multi_label:
            each = ops.as_float(ops.ones_like(y_pred))
            each = each * ops.constant(self.label_weights, each)
            weights = each if weights is None else each * aligned(weights, each, ops, "AUC")
        counted = decisions(y_true, y_pred, weights, self._limits(), ops, self.multi_label)
        return [ops.reshape(part, (-1,)) for part in counted]

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the area from what was counted at the thresholds."""
        limits = len(self._limits())
        table = sums.reshape(2 * limits + 2, -1)
        true, false = table[:limits], table[limits : 2 * limits]
        method = self.summation_method or "interpolation"
        return self._averaged(_area(true, false, table[-2], table[-1], self.curve, method))

    def from_collected(
        self, y_true: np.ndarray, y_pred: np.ndarray, weights: np.ndarray | None
    ) -> float | list[float]:
        """Return the exact area."""
        each = _per_prediction(weights, y_pred)
        if self.label_weights is not None and not self.multi_label:
            each = each * np.asarray(self.label_weights)
        columns = y_pred.shape[-1] if self.multi_label else 1
        parts = [part.reshape(-1, columns) for part in (y_true, y_pred, each)]
        areas = [self._exact_area(*(part[:, i] for part in parts)) for i in range(columns)]
        return self._averaged(np.array(areas))

    def _exact_area(self, y_true: np.ndarray, y_pred: np.ndarray, weights: np.ndarray) -> float:
        true, false = _exact(y_true, y_pred, weights)
        if self.curve == "PR" and self.summation_method is None:
            steps = np.diff(true[::-1]) * ratio(true, true + false)[:-1][::-1]
            return float(ratio(steps.sum(), true[0]))
        method = self.summation_method or "interpolation"
        area = _area(true[:, None], false[:, None], true[:1], false[:1], self.curve, method)
        return float(area[0])

    def _averaged(self, areas: np.ndarray) -> float:
        weights = self.label_weights if self.multi_label else None
        return float(areas.mean() if weights is None else np.average(areas, weights=weights))


def _area(
    true: np.ndarray, false: np.ndarray, yes: np.ndarray, no: np.ndarray, curve: str, method: str
) -> np.ndarray:
    """Return Keras's area under a curve, from counts by threshold (low to high) and column."""
    recall = ratio(true, yes)
    if curve == "PR" and method == "interpolation":
        return _interpolated(true, true + false, yes)
    if curve == "ROC":
        x, y = ratio(false, no), recall
    elif curve == "PR":
        x, y = recall, ratio(true, true + false)
    else:
        # Flach and Kull, 2015: gains over always saying yes.
        scale = ratio(yes, no)
        x = np.where(true == 0, 0.0, 1.0 - scale * ratio(yes - true, true)).clip(0.0)
        y = np.where(true == 0, 1.0, 1.0 - scale * ratio(false, true))
    if method == "interpolation":
        heights = (y[:-1] + y[1:]) / 2
    else:
        heights = (np.minimum if method == "minoring" else np.maximum)(y[:-1], y[1:])
    return np.asarray(((x[:-1] - x[1:]) * heights).sum(0))


def _interpolated(true: np.ndarray, said: np.ndarray, yes: np.ndarray) -> np.ndarray:
    """Return the area where true positives grow in line with predicted ones, point to point."""
    gained, taken = true[:-1] - true[1:], said[:-1] - said[1:]
    slope = ratio(gained, np.maximum(taken, 0.0))
    start = true[1:] - slope * said[1:]
    both = (said[:-1] > 0) & (said[1:] > 0)
    growth = np.where(both, ratio(said[:-1], np.maximum(said[1:], 0.0)), 1.0)
    return np.asarray(ratio(slope * (gained + start * np.log(growth)), yes).sum(0))


_THRESHOLDS = option(Count(), None, _NUMBER)


class _BestRate(Metric, abstract=True):
    """The best of one rate at the thresholds where another is good enough."""

    reads = "decisions"
    direction = "max"
    num_thresholds: int | None
    class_id: int | None

    @property
    def across(self) -> bool:
        """Whether the predictions of a sample are looked at together."""
        return self.class_id is not None

    def check_output(self, columns: int | None) -> None:
        """Refuse the number of a class that there is not."""
        check_class(self, columns)

    @property
    def collects(self) -> bool:
        """Whether every prediction is a threshold."""
        return self.num_thresholds is None

    def sums(self, columns: int | None) -> int:
        """Return two for each threshold, and two."""
        return 0 if self.num_thresholds is None else 2 * self.num_thresholds + 2

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return true and false positives at each threshold, all positives and all negatives."""
        if self.class_id is not None:
            weights = weights_of_class(weights, self.class_id, y_pred)
            y_true, y_pred = y_true[..., self.class_id], y_pred[..., self.class_id]
        return decisions(y_true, y_pred, weights, _even(self.num_thresholds or 1), ops)

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the best rate at the thresholds."""
        true, false = sums[:-2].reshape(2, -1)
        return self._best(true, false, sums[-2], sums[-1])

    def from_collected(
        self, y_true: np.ndarray, y_pred: np.ndarray, weights: np.ndarray | None
    ) -> float | list[float]:
        """Return the best rate with a threshold at each prediction."""
        if self.class_id is not None:
            weights = weights_of_class(weights, self.class_id, y_pred)
            y_true, y_pred = y_true[..., self.class_id], y_pred[..., self.class_id]
        each = _per_prediction(weights, y_pred)
        true, false = _exact(*(part.reshape(-1) for part in (y_true, y_pred, each)))
        return self._best(true, false, true[0], false[0])

    def _best(self, true: np.ndarray, false: np.ndarray, yes: float, no: float) -> float:
        sensitivity, specificity = ratio(true, yes), ratio(no - false, no)
        rate, other, least = self._rates(sensitivity, specificity, ratio(true, true + false))
        return float(np.max(np.where(other >= least, rate, 0.0), initial=0.0))

    def _rates(
        self, sensitivity: np.ndarray, specificity: np.ndarray, precision: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Return the rate, that which must be good enough, and what is good enough."""
        raise NotImplementedError


class SensitivityAtSpecificity(_BestRate):
    """Sensitivity at specificity metric: the best one at a given specificity.

    Examples
    --------
    >>> SensitivityAtSpecificity(0.5)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9])
    1.0
    """

    specificity: float = option(Number(0.0, 1.0), doc="The lowest specificity.")
    num_thresholds: int | None = _THRESHOLDS
    class_id: int | None = CLASS_ID

    def _rates(
        self, sensitivity: np.ndarray, specificity: np.ndarray, precision: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        return sensitivity, specificity, self.specificity


class SpecificityAtSensitivity(_BestRate):
    """Specificity at sensitivity metric: the best one at a given sensitivity.

    Examples
    --------
    >>> SpecificityAtSensitivity(0.5)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9])
    1.0
    """

    sensitivity: float = option(Number(0.0, 1.0), doc="The lowest sensitivity (recall).")
    num_thresholds: int | None = _THRESHOLDS
    class_id: int | None = CLASS_ID

    def _rates(
        self, sensitivity: np.ndarray, specificity: np.ndarray, precision: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        return specificity, sensitivity, self.sensitivity


class PrecisionAtRecall(_BestRate):
    """Precision at recall metric: the best one at a given recall.

    Examples
    --------
    >>> PrecisionAtRecall(0.5)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9])
    1.0
    """

    recall: float = option(Number(0.0, 1.0), doc="The lowest sensitivity (recall).")
    num_thresholds: int | None = _THRESHOLDS
    class_id: int | None = CLASS_ID

    def _rates(
        self, sensitivity: np.ndarray, specificity: np.ndarray, precision: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        return precision, sensitivity, self.recall


class RecallAtPrecision(_BestRate):
    """Recall at precision metric: the best one at a given precision.

    Examples
    --------
    >>> RecallAtPrecision(0.6)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9])
    1.0
    """

    precision: float = option(Number(0.0, 1.0), doc="The lowest precision.")
    num_thresholds: int | None = _THRESHOLDS
    class_id: int | None = CLASS_ID

    def _rates(
        self, sensitivity: np.ndarray, specificity: np.ndarray, precision: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        return sensitivity, precision, self.precision
