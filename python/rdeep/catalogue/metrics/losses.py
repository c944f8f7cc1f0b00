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

    def __init_subclass__(cls, of: type[Loss], **kwargs: Any) -> None:
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
    """The mean of the squared differences."""


class MeanAbsoluteError(_LossMetric, of=losses.MeanAbsoluteError):
    """The mean of the absolute differences."""


class MeanAbsolutePercentageError(_LossMetric, of=losses.MeanAbsolutePercentageError):
    """The mean of the absolute differences in percent of the truth."""


class MeanSquaredLogarithmicError(_LossMetric, of=losses.MeanSquaredLogarithmicError):
    """The mean squared difference of the logarithms of one more: `log(y + 1)`."""


class Huber(_LossMetric, of=losses.Huber):
    """The mean Huber loss: half the squared error near zero, the absolute error from `delta` on."""


class LogCosh(_LossMetric, of=losses.LogCosh):
    """The mean logarithm of the error's hyperbolic cosine."""


class LogCoshError(_LossMetric, of=losses.LogCosh):
    """The mean logarithm of the error's hyperbolic cosine; logs call it `logcosh`."""

    aliases = ("logcosh_error",)

    def label(self) -> str:
        """Return the name that logs show."""
        return self.name or "logcosh"


class Poisson(_LossMetric, of=losses.Poisson):
    """The mean of `m - y * log(m)`, for counts `y` and predicted means `m`."""

    reads = "probabilities"


class KLDivergence(_LossMetric, of=losses.KLDivergence):
    """The mean divergence of predicted from true distributions."""

    reads = "probabilities"


class BinaryCrossentropy(_LossMetric, of=losses.BinaryCrossentropy):
    """The mean cross-entropy of yes-or-no targets."""

    reads = "probabilities"


class BinaryFocalCrossentropy(_LossMetric, of=losses.BinaryFocalCrossentropy):
    """The mean focal cross-entropy of yes-or-no targets."""

    reads = "probabilities"


class CategoricalCrossentropy(_LossMetric, of=losses.CategoricalCrossentropy):
    """The mean cross-entropy of one-hot targets."""

    reads = "probabilities"


class CategoricalFocalCrossentropy(_LossMetric, of=losses.CategoricalFocalCrossentropy):
    """The mean focal cross-entropy of one-hot targets."""

    reads = "probabilities"


class SparseCategoricalCrossentropy(_LossMetric, of=losses.SparseCategoricalCrossentropy):
    """The mean cross-entropy of targets given as class numbers from 0."""

    reads = "probabilities"


class Crossentropy(_LossMetric, of=losses.Crossentropy):
    """The mean cross-entropy of classes, given as numbers from 0 or one-hot."""

    reads = "probabilities"


class Hinge(_LossMetric, of=losses.Hinge):
    """The mean shortfall from a margin: `max(1 - y_true * y_pred, 0)`."""


class SquaredHinge(_LossMetric, of=losses.SquaredHinge):
    """The mean squared shortfall from a margin: `max(1 - y_true * y_pred, 0)^2`."""


class CategoricalHinge(_LossMetric, of=losses.CategoricalHinge):
    """The mean shortfall of the right class's lead over all others from 1."""
