"""Classification losses: cross-entropies and the Kullback-Leibler divergence."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import EPSILON, Loss
from rdeep.catalogue.losses.domains import ONE_HOT, PROBABILITIES
from rdeep.catalogue.options import Axis, Flag, Number, Whole, option

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "Crossentropy",
    "KLDivergence",
    "SparseCategoricalCrossentropy",
]

AXIS = "The axis of the classes."
LOGITS = (
    "Whether predictions are logits, before softmax or sigmoid. A model whose output "
    "activation is one of these needs no `from_logits`: it is trained on the logits "
    "anyway."
)


class BinaryCrossentropy(Loss):
    """Binary cross-entropy loss, averaged over the last axis.

    `-(y * log(p) + (1 - y) * log(1 - p))`, with `p` limited to `[1e-7, 1 - 1e-7]`.

    Examples
    --------
    >>> round(float(BinaryCrossentropy()([0, 1], [0.1, 0.8])), 4)
    0.1643
    """

    domain = PROBABILITIES
    aliases = ("bce",)
    by_element = True
    folds = "Sigmoid"
    from_logits: bool = option(Flag(), False, LOGITS)
    label_smoothing: float = option(
        Number(0.0, 1.0), 0.0, "The label smoothing `s`, towards one half: `y * (1 - s) + s / 2`."
    )
    axis: int = option(Axis(), -1, "The axis over which to average.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the cross-entropy of each sample."""
        if self.label_smoothing:
            y_true = y_true * (1.0 - self.label_smoothing) + 0.5 * self.label_smoothing
        return ops.mean(self.each(y_true, y_pred, ops), axis=self.axis)

    def each(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the cross-entropy of each answer, without smoothing."""
        if self.from_logits:
            # max(x, 0) - x * y + log(1 + exp(-|x|)) cannot overflow. Chosen by one condition, the
            # parts have a slope at 0 too, where those of max and of |x| would be 0.
            above = y_pred >= 0.0
            part = ops.where(above, y_pred, ops.zeros_like(y_pred))
            return part - y_pred * y_true + ops.softplus(ops.where(above, -y_pred, y_pred))
        p = ops.clip(y_pred, EPSILON, 1.0 - EPSILON)
        return -(y_true * ops.log(p) + (1.0 - y_true) * ops.log(1.0 - p))


class _Crossentropy(Loss, abstract=True):
    """What the categorical cross-entropies share."""

    across = True
    folds = "Softmax"

    from_logits: bool
    axis: int

    def log_probabilities(self, y_pred: Any, ops: Any) -> Any:
        """Return the logarithms of the classes' probabilities."""
        if self.from_logits:
            return ops.log_softmax(y_pred, axis=self.axis)
        total = ops.sum(y_pred, axis=self.axis, keepdims=True)
        return ops.log(ops.clip(y_pred / total, EPSILON, 1.0 - EPSILON))


class CategoricalCrossentropy(_Crossentropy):
    """Categorical cross-entropy loss of one-hot targets: `-sum(y_true * log(p))` over the classes.

    Probabilities are scaled to sum to 1 and limited to `[1e-7, 1 - 1e-7]`.

    Examples
    --------
    >>> round(float(CategoricalCrossentropy()([[0, 1]], [[0.2, 0.8]])), 4)
    0.2231
    """

    domain = ONE_HOT
    from_logits: bool = option(Flag(), False, LOGITS)
    label_smoothing: float = option(
        Number(0.0, 1.0),
        0.0,
        "The label smoothing `s`, towards equal probabilities: `y * (1 - s) + s / classes`.",
    )
    axis: int = option(Axis(), -1, AXIS)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the cross-entropy of each sample."""
        logs = self.log_probabilities(y_pred, ops)
        return -ops.sum(self.smoothed(y_true) * logs, axis=self.axis)

    def smoothed(self, y_true: Any) -> Any:
        """Return the targets, moved towards equal shares."""
        if not self.label_smoothing:
            return y_true
        return y_true * (1.0 - self.label_smoothing) + self.label_smoothing / y_true.shape[-1]


class SparseCategoricalCrossentropy(_Crossentropy):
    """Categorical cross-entropy loss of class indices from 0: `-log(p[class])`.

    Examples
    --------
    >>> round(float(SparseCategoricalCrossentropy()([1], [[0.2, 0.8]])), 4)
    0.2231
    """

    targets = "indices"
    from_logits: bool = option(Flag(), False, LOGITS)
    ignore_class: int | None = option(
        Whole(),
        None,
        "A class index whose samples are ignored; it need not be one of the classes, such as "
        "-1 or 255.",
    )
    axis: int = option(Axis(), -1, AXIS)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the cross-entropy of each sample; 0 for those that do not count."""
        logs = self.log_probabilities(y_pred, ops)
        counted = self.counted(y_true, None, ops)
        if counted is not None:
            # An ignored number need not be a class.
            y_true = ops.where(counted, y_true, ops.zeros_like(y_true))
        each = -ops.pick(logs, y_true, axis=self.axis)
        return each if counted is None else ops.where(counted, each, ops.zeros_like(each))

    def counted(self, y_true: Any, values: Any, ops: Any) -> Any:
        """Return a mask of the samples that are not to be ignored."""
        return None if self.ignore_class is None else y_true != self.ignore_class


class Crossentropy(_Crossentropy):
    """Cross-entropy loss of class indices from 0 or of one-hot targets.

    As a string in `compile`, it is the binary cross-entropy where the output is a single number.

    Examples
    --------
    >>> round(float(Crossentropy()([1], [[0.2, 0.8]])), 4)
    0.2231
    """

    domain = ONE_HOT
    aliases = ("ce",)
    targets = "classes"
    from_logits: bool = option(Flag(), False, LOGITS)
    axis = -1

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the cross-entropy of each sample."""
        sparse = len(y_true.shape) < len(y_pred.shape)
        kind: type[Loss] = SparseCategoricalCrossentropy if sparse else CategoricalCrossentropy
        return kind(from_logits=self.from_logits).values(y_true, y_pred, ops)


class CategoricalGeneralizedCrossEntropy(Loss):
    """Generalized cross-entropy loss of class indices, robust to wrong labels.

    `(1 - p[class]^q) / q`: with `q` near 0 it is the cross-entropy, near 1 the absolute error.

    References
    ----------
    Zhang, Z. and Sabuncu, M. R. (2018). Generalized cross entropy loss for training deep neural
    networks with noisy labels. arXiv:1805.07836.

    Examples
    --------
    >>> round(float(CategoricalGeneralizedCrossEntropy()([1], [[0.2, 0.8]])), 4)
    0.2111
    """

    targets = "indices"
    q: float = option(
        Number(0.0, 1.0, open_low=True, open_high=True),
        0.5,
        "The robustness to wrong labels, from 0 (cross-entropy) to 1 (absolute error).",
    )

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        return (1.0 - ops.power(ops.pick(y_pred, y_true, axis=-1), self.q)) / self.q


class KLDivergence(Loss):
    """Kullback-Leibler divergence loss: `sum(y_true * log(y_true / y_pred))`.

    Both are limited to `[1e-7, 1]`.

    Examples
    --------
    >>> round(float(KLDivergence()([[0.5, 0.5]], [[0.2, 0.8]])), 4)
    0.2231
    """

    domain = PROBABILITIES
    aliases = ("kld", "kullback_leibler_divergence")
    across = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the divergence of each sample."""
        y_true, y_pred = ops.clip(y_true, EPSILON, 1.0), ops.clip(y_pred, EPSILON, 1.0)
        return ops.sum(y_true * ops.log(y_true / y_pred), axis=-1)
