"""Metrics that are losses, averaged over all samples."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue import losses
from rdeep.catalogue.losses import Loss
from rdeep.catalogue.metrics.base import MeanMetric
from rdeep.catalogue.weighing import aligned

__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "Crossentropy",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "LogCoshError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
]


class _LossMetric(MeanMetric, abstract=True):
    """The mean of a loss, which is named in the class's arguments and lends its options."""

    direction = "min"
    of: ClassVar[type[Loss]]
    loss: Loss

    def __init_subclass__(cls, of: type[Loss] | None = None, **kwargs: Any) -> None:
        if of is None:
            # A subclass of the user's, of the same loss.
            super().__init_subclass__(**kwargs)
            return
        cls.of, cls.targets, cls.aliases = of, of.targets, of.aliases
        cls.by_element, cls.across = of.by_element, of.across
        for name, declared in of.options.items():
            if name not in Loss.options:
                setattr(cls, name, declared)
        super().__init_subclass__(**kwargs)

    def validate(self) -> None:
        """Make the loss with this metric's options."""
        shared = [name for name in self.of.options if name not in Loss.options]
        self.__dict__["loss"] = self.of(**{name: getattr(self, name) for name in shared})

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        return self.loss.values(y_true, y_pred, ops)

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return the sum of the losses and their number, without those that do not count."""
        counted = self.loss.counted(y_true, None, ops)
        if counted is not None:
            counted = ops.as_float(counted)
            weights = counted if weights is None else aligned(weights, counted, ops) * counted
        return super().update(y_true, y_pred, weights, ops)


class MeanSquaredError(_LossMetric, of=losses.MeanSquaredError):
    """Mean squared error metric.

    Examples
    --------
    >>> MeanSquaredError()([1.0, 2.0], [1.0, 4.0])
    2.0
    """


class MeanAbsoluteError(_LossMetric, of=losses.MeanAbsoluteError):
    """Mean absolute error metric.

    Examples
    --------
    >>> MeanAbsoluteError()([1.0, 2.0], [1.0, 4.0])
    1.0
    """


class MeanAbsolutePercentageError(_LossMetric, of=losses.MeanAbsolutePercentageError):
    """Mean absolute percentage error metric: the mean absolute error in percent of the target.

    Examples
    --------
    >>> MeanAbsolutePercentageError()([1.0, 2.0], [1.0, 4.0])
    50.0
    """


class MeanSquaredLogarithmicError(_LossMetric, of=losses.MeanSquaredLogarithmicError):
    """Mean squared logarithmic error metric: the mean squared difference of `log(y + 1)`.

    Examples
    --------
    >>> round(MeanSquaredLogarithmicError()([1.0, 2.0], [1.0, 4.0]), 4)
    0.1305
    """


class Huber(_LossMetric, of=losses.Huber):
    """Mean Huber loss metric: half the squared error near zero, the absolute error beyond `delta`.

    Examples
    --------
    >>> Huber()([1.0, 2.0], [1.0, 4.0])
    0.75
    """


class LogCosh(_LossMetric, of=losses.LogCosh):
    """Mean log-cosh metric: the mean logarithm of the hyperbolic cosine of the error.

    Examples
    --------
    >>> round(LogCosh()([1.0, 2.0], [1.0, 4.0]), 4)
    0.6625
    """


class LogCoshError(_LossMetric, of=losses.LogCosh):
    """Mean log-cosh error metric: the mean logarithm of the hyperbolic cosine of the error.

    Logs call it `logcosh`.

    Examples
    --------
    >>> round(LogCoshError()([1.0, 2.0], [1.0, 4.0]), 4)
    0.6625
    """

    aliases = ("logcosh_error",)

    def label(self) -> str:
        """Return the name that logs show."""
        return self.given_name or "logcosh"


class Poisson(_LossMetric, of=losses.Poisson):
    """Mean Poisson loss metric: the mean of `m - y * log(m)` for counts `y` and means `m`.

    Examples
    --------
    >>> round(Poisson()([1.0, 2.0], [1.0, 4.0]), 4)
    1.1137
    """

    reads = "probabilities"


class KLDivergence(_LossMetric, of=losses.KLDivergence):
    """Mean Kullback-Leibler divergence metric.

    Examples
    --------
    >>> round(KLDivergence()([[0.5, 0.5]], [[0.2, 0.8]]), 4)
    0.2231
    """

    reads = "probabilities"


class BinaryCrossentropy(_LossMetric, of=losses.BinaryCrossentropy):
    """Mean binary cross-entropy metric.

    Examples
    --------
    >>> round(BinaryCrossentropy()([0, 1], [0.1, 0.8]), 4)
    0.1643
    """

    reads = "probabilities"


class BinaryFocalCrossentropy(_LossMetric, of=losses.BinaryFocalCrossentropy):
    """Mean binary focal cross-entropy metric.

    Examples
    --------
    >>> round(BinaryFocalCrossentropy()([0, 1], [0.1, 0.8]), 4)
    0.005
    """

    reads = "probabilities"


class CategoricalCrossentropy(_LossMetric, of=losses.CategoricalCrossentropy):
    """Mean categorical cross-entropy metric of one-hot targets.

    Examples
    --------
    >>> round(CategoricalCrossentropy()([[0, 1]], [[0.2, 0.8]]), 4)
    0.2231
    """

    reads = "probabilities"


class CategoricalFocalCrossentropy(_LossMetric, of=losses.CategoricalFocalCrossentropy):
    """Mean categorical focal cross-entropy metric of one-hot targets.

    Examples
    --------
    >>> round(CategoricalFocalCrossentropy()([[0, 1]], [[0.2, 0.8]]), 4)
    0.0022
    """

    reads = "probabilities"


class SparseCategoricalCrossentropy(_LossMetric, of=losses.SparseCategoricalCrossentropy):
    """Mean categorical cross-entropy metric of class indices from 0.

    Examples
    --------
    >>> round(SparseCategoricalCrossentropy()([1], [[0.2, 0.8]]), 4)
    0.2231
    """

    reads = "probabilities"


class Crossentropy(_LossMetric, of=losses.Crossentropy):
    """Mean cross-entropy metric of class indices from 0 or of one-hot targets.

    Examples
    --------
    >>> round(Crossentropy()([1], [[0.2, 0.8]]), 4)
    0.2231
    """

    reads = "probabilities"


class Hinge(_LossMetric, of=losses.Hinge):
    """Mean hinge loss metric: the mean of `max(1 - y_true * y_pred, 0)`.

    Examples
    --------
    >>> Hinge()([-1, 1], [-0.5, 2.0])
    0.25
    """


class SquaredHinge(_LossMetric, of=losses.SquaredHinge):
    """Mean squared hinge loss metric: the mean of `max(1 - y_true * y_pred, 0)^2`.

    Examples
    --------
    >>> SquaredHinge()([-1, 1], [-0.5, 2.0])
    0.125
    """


class CategoricalHinge(_LossMetric, of=losses.CategoricalHinge):
    """Mean categorical hinge loss metric of one-hot targets.

    Examples
    --------
    >>> CategoricalHinge()([[0, 1]], [[0.5, 1.0]])
    0.5
    """
