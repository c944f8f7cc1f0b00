"""Losses, regularizers and the like that users write as classes, as Keras has them.

Each becomes a function in the place of its kind, which is traced once and runs on either engine.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue.record import Record, snake_case
from rdeep.errors import ArgumentError, called, class_name, worded
from rdeep.ops.custom import (
    CustomConstraint,
    CustomInitializer,
    CustomLoss,
    CustomRegularizer,
    CustomSchedule,
)


class _Kind(type):
    """The records of a kind are instances of the class that users derive theirs from."""

    def __instancecheck__(cls, instance: Any) -> bool:
        if type.__instancecheck__(cls, instance):
            return True
        is_base = cls.__module__ == __name__
        return is_base and isinstance(instance, Record) and instance.kind == getattr(cls, "kind", 0)


class _Configured(metaclass=_Kind):
    kind: ClassVar[str]

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` takes: a subclass with arguments returns them."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Return an object of the same arguments."""
        return cls(**config)


class Loss(_Configured):
    """A loss of your own: write `call(self, y_true, y_pred)`, which returns a loss per sample.

    Parameters
    ----------
    name : str, optional
        A name for logs.
    reduction : str
        The reduction of the samples' losses to one number.
    dtype : str, optional
        The type to compute in; that of the predictions by default.

    Examples
    --------
    >>> from rdeep import losses, ops
    >>> class Distance(losses.Loss):
    ...     def call(self, y_true, y_pred):
    ...         return ops.mean(ops.abs(y_true - y_pred), axis=-1)
    >>> Distance()([[1.0]], [[3.0]])
    tensor(2.)
    """

    kind = "loss"

    def __init__(
        self,
        name: str | None = None,
        reduction: str = "sum_over_batch_size",
        dtype: str | None = None,
    ) -> None:
        self.name = name or snake_case(type(self).__name__)
        self.reduction, self.dtype = reduction, dtype

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return a loss for each sample."""
        raise NotImplementedError(f"{type(self).__name__} has no call().")

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Return the loss by its `reduction`.

        Parameters
        ----------
        y_true, y_pred : array or tensor
            The truth and the predictions.
        sample_weight : array or tensor, optional
            A weight for each sample.
        """
        return self.as_record()(y_true, y_pred, sample_weight)

    def as_record(self) -> CustomLoss:
        """Return the loss as the core uses it."""
        _check_made(self, "name", "reduction")
        options = {"reduction": self.reduction or "none", "name": self.name}
        return CustomLoss(_Named(self.call, self.name), **options)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` takes: a subclass with arguments adds them."""
        return {"name": self.name, "reduction": self.reduction}


class Regularizer(_Configured):
    """A penalty of your own: write `__call__(self, x)`, which returns it for a weight.

    Examples
    --------
    >>> from rdeep import ops, regularizers
    >>> class Cubic(regularizers.Regularizer):
    ...     def __call__(self, x):
    ...         return ops.sum(ops.abs(x) ** 3)
    >>> Cubic()(ops.array([2.0]))
    tensor(8.)
    """

    kind = "regularizer"

    def as_record(self) -> CustomRegularizer:
        """Return the penalty as the core uses it."""
        return CustomRegularizer(_Named(self, type(self).__name__))


class Constraint(_Configured):
    """A constraint of your own: write `__call__(self, w)`, which returns the weight as it may be.

    Examples
    --------
    >>> from rdeep import constraints, ops
    >>> class Below(constraints.Constraint):
    ...     def __call__(self, w):
    ...         return ops.minimum(w, 1.0)
    >>> Below()(ops.array([2.0]))
    tensor([1.])
    """

    kind = "constraint"

    def as_record(self) -> CustomConstraint:
        """Return the constraint as the core uses it."""
        return CustomConstraint(_Named(self, type(self).__name__))


class Initializer(_Configured):
    """An initializer of your own: write `__call__(self, shape, dtype=None)`.

    Examples
    --------
    >>> from rdeep import initializers, ops
    >>> class Twos(initializers.Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         return 2 * ops.ones(shape)
    >>> Twos()((2,))
    tensor([2., 2.])
    """

    kind = "initializer"

    def as_record(self) -> CustomInitializer:
        """Return the initializer as the core uses it."""
        return CustomInitializer(self, name=snake_case(type(self).__name__))


class LearningRateSchedule(_Configured):
    """A learning-rate schedule of your own: write `__call__(self, step)`.

    Examples
    --------
    >>> from rdeep.optimizers import Adam, schedules
    >>> class Falling(schedules.LearningRateSchedule):
    ...     def __call__(self, step):
    ...         return 0.1 / (1.0 + step)
    >>> Adam(Falling()).initial_rate
    0.10000000149011612
    """

    kind = "schedule"

    def as_record(self) -> CustomSchedule:
        """Return the schedule as the core uses it."""
        return CustomSchedule(_Named(self, type(self).__name__))


class _Named:
    """A method under the name of its class; pickled with its object."""

    def __init__(self, function: Any, name: str) -> None:
        self.function, self.__name__ = function, name

    def __call__(self, *args: Any) -> Any:
        return self.function(*args)


def _check_made(value: Any, *attributes: str) -> None:
    """Refuse an object whose own `__init__` did not call the base's."""
    if any(not hasattr(value, name) for name in attributes):
        raise ArgumentError(
            f"The constructor of {class_name(value)} does not call that of its base class.",
            hint=worded(f"Call {called('super().__init__')} first."),
        )
