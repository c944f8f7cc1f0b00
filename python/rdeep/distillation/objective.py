"""The loss of a student: what came, and what the teacher says, at a temperature.

A target holds, one after the other, the class that came as a one-hot row (zeros where it is not
known), the teacher's probabilities at the temperature, and how much what came counts.
"""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import Loss
from rdeep.catalogue.metrics.base import MeanMetric
from rdeep.catalogue.options import Flag, Number, option

LEAST = 1e-30
"""The least probability whose logarithm is taken: float32 has smaller ones, of few digits."""


class SoftLabels(Loss):
    """Loss of a student: `alpha * CE(y, p) + (1 - alpha) * T^2 * KL(q_T, p_T)`.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.arrays import numpy as ops
    >>> target = np.array([[0.0, 1.0, 0.5, 0.5, 0.25]])
    >>> SoftLabels(1.0).values(target, np.array([[0.5, 0.5]]), ops).round(4)
    array([0.1733])
    """

    internal = True
    targets = "free"
    across = True
    folds = "Softmax"
    temperature: float = option(Number(0.0, open_low=True), doc="The temperature `T`.")
    from_logits: bool = option(Flag(), False, "Whether predictions are logits.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        scores = self.scores(y_pred, ops)
        classes = scores.shape[-1]
        came, soft = y_true[:, :classes], y_true[:, classes : 2 * classes]
        alpha = y_true[:, 2 * classes]
        hard = -ops.sum(came * ops.log_softmax(scores, axis=-1), axis=-1)
        cooled = ops.log_softmax(scores / self.temperature, axis=-1)
        known = ops.log(ops.clip(soft, LEAST, 1.0))
        apart = ops.sum(soft * (known - cooled), axis=-1)
        return alpha * hard + (1.0 - alpha) * (self.temperature**2 * apart)

    def scores(self, y_pred: Any, ops: Any) -> Any:
        """Return logits, one for each class."""
        if self.from_logits:
            return y_pred
        return ops.log(ops.clip(y_pred, LEAST, 1.0))


class SoftAnswers(SoftLabels):
    """The same loss of a student with one unit: the logit, or the probability, of the second class.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.arrays import numpy as ops
    >>> target = np.array([[0.0, 1.0, 0.5, 0.5, 0.25]])
    >>> SoftAnswers(1.0).values(target, np.array([[0.5]]), ops).round(4)
    array([0.1733])
    """

    internal = True
    folds = "Sigmoid"

    def scores(self, y_pred: Any, ops: Any) -> Any:
        """Return logits of both classes."""
        if self.from_logits:
            return ops.concatenate([ops.zeros_like(y_pred), y_pred], axis=-1)
        both = ops.concatenate([1.0 - y_pred, y_pred], axis=-1)
        return ops.log(ops.clip(both, LEAST, 1.0))


class SoftAccuracy(MeanMetric):
    """How often the student is right; of rows whose class is not known, agrees with the teacher."""

    internal = True
    key = "soft_accuracy"
    targets = "any"
    direction = "max"
    across = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return 1 where a sample is right, else 0."""
        classes = (y_true.shape[-1] - 1) // 2
        if y_pred.shape[-1] == 1:
            y_pred = ops.concatenate([1.0 - y_pred, y_pred], axis=-1)
        said = 2.0 * y_true[:, :classes] + y_true[:, classes : 2 * classes]
        right = ops.equal(ops.argmax(said, axis=-1), ops.argmax(y_pred, axis=-1))
        return ops.as_float(right)
