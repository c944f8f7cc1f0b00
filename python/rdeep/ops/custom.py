"""Functions of users in the place of a record: a loss, a metric, an activation of their own.

They compute with `rdeep.ops`, and so on both engines.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.losses.base import Loss
from rdeep.catalogue.metrics import Metric, declared_direction
from rdeep.catalogue.options import (
    Choice,
    Drawing,
    Flag,
    PlainData,
    Text,
    Traceable,
    option,
)
from rdeep.catalogue.picklable import is_picklable
from rdeep.catalogue.registry import register_for_functions, register_internal
from rdeep.catalogue.regularizers import Regularizer
from rdeep.catalogue.schedules import Schedule
from rdeep.catalogue.weighing import aligned
from rdeep.errors import ArgumentError, StateError, show
from rdeep.graph.holder import value_of
from rdeep.ops.dispatch import as_array
from rdeep.ops.traced import Traced


def _traced(value: object) -> Any:
    """Return a function as one that is traced, a saved one too, and `None` for anything else."""
    if isinstance(value, Traced):
        return value
    if isinstance(value, Mapping):
        return Traced.from_data(value)
    return Traced(value, getattr(value, "__name__", "the function")) if callable(value) else None


class _Called:
    """A function without arguments that returns the learning rate, called for each step.

    Parameters
    ----------
    function : function
        The function.
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function

    def rate(self) -> float:
        """Return the rate of the next step."""
        found = np.asarray(as_array(value_of(self.function())), np.float64)
        if found.size != 1 or not 0 <= found.item() < 3.4e38:
            raise ArgumentError(
                f"'learning_rate' is a function that must return a number of at least 0, not "
                f"{show(self.function())}.",
                argument="learning_rate",
            )
        return float(found.item())

    def to_data(self) -> Any:
        """Refuse to be written down."""
        raise StateError(
            "The learning rate is a function without arguments, which no file can hold.",
            hint="Compile with a number or a schedule before the model is saved.",
        )

    def __repr__(self) -> str:
        return "a function"


def _traced_or_called(value: object) -> Any:
    """Return a function of steps as one that is traced, and one of nothing to be called."""
    if isinstance(value, _Called):
        return value
    if callable(value) and not isinstance(value, (Traced, Mapping)) and not _takes_arguments(value):
        return _Called(value)
    return _traced(value)


def _takes_arguments(function: Callable[..., Any]) -> bool:
    try:
        return bool(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return True


def _function(doc: str) -> Any:
    return option(Traceable(_traced, Traced.restored), doc=doc)


_DIRECTION = option(
    Choice("min", "max"),
    None,
    "Which is better, the smallest or the largest; callbacks that watch the metric go by it.",
    keyword_only=True,
)


@register_for_functions
class CustomActivation(Activation):
    """A function of a tensor."""

    internal = True
    function: Any = _function("The function.")

    def compute(self, x: Any, ops: Any) -> Any:
        """Return the function's result."""
        return self.function(x)


@register_for_functions
class CustomLoss(Loss):
    """A function of targets and predictions: a loss for each sample, or one for all."""

    internal = True
    targets = "free"
    function: Any = _function("The function of `(y_true, y_pred)`.")

    @property
    def by_sample(self) -> bool:
        """Whether the function looks at each sample alone: nobody knows."""
        return False

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the function's result."""
        return self.function(y_true, y_pred)


@register_for_functions
class CustomMetric(Metric):
    """A function of targets and predictions, averaged over the samples."""

    internal = True
    targets = "any"
    function: Any = _function("The function of `(y_true, y_pred)`.")
    direction: str | None = _DIRECTION

    def validate(self) -> None:
        """Take the direction that the function declares, if no other was given."""
        if self.direction is None:
            self.__dict__["direction"] = declared_direction(self.function.function)

    @property
    def by_batch(self) -> bool:
        """Whether the function may look at several samples: nobody knows."""
        return True

    def label(self) -> str:
        """Return the name that logs show."""
        return self.given_name or self.function.name

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return the sum of the function's values and their number."""
        values = self.function(y_true, y_pred)
        if weights is None:
            return [ops.sum(values), ops.count(values)]
        weights = aligned(weights, values, ops, self.label())
        return [ops.sum(values * weights), ops.sum(weights)]


@register_internal
class TracedMetric(Metric):
    """A metric class of the user's: what a batch adds to what is kept, and what that comes to."""

    internal = True
    targets = "any"
    update_function: Any = _function("The function of `(y_true, y_pred, kept...)`: what is added.")
    result_function: Any = _function("The function of `(kept...)`.")
    starts: list[Any] = option(PlainData(), doc="What is kept, as it starts.")
    weighs: bool = option(Flag(), False, "Whether the function takes the samples' weights third.")
    direction: str | None = _DIRECTION

    @property
    def by_batch(self) -> bool:
        """Whether what is added may depend on several samples: nobody knows."""
        return True

    def typed(self, y_true: Any, y_pred: Any, ops: Any) -> tuple[Any, Any]:
        """Return targets and predictions as they are: the class says itself what it computes in."""
        return y_true, y_pred

    def _arrays(self) -> list[np.ndarray]:
        return [np.asarray(start, dtype=np.float32) for start in self.starts]

    def sums(self, columns: int | None = None) -> int:
        """Return how many numbers are kept."""
        return sum(start.size for start in self._arrays())

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return what the batch adds to each number."""
        kept = [ops.constant(start, y_pred) for start in self._arrays()]
        given = [weights] if self.weighs and weights is not None else []
        added = self.update_function(y_true, y_pred, *given, *kept)
        return [added[place] for place in range(self.sums())]

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the metric from the sums over all batches."""
        kept, place = [], 0
        for start in self._arrays():
            added = np.asarray(sums[place : place + start.size], dtype=np.float32)
            kept.append(start + added.reshape(start.shape))
            place += start.size
        found = np.asarray(self.result_function(*kept), dtype=float)
        return float(found) if found.ndim == 0 else found.tolist()


@register_for_functions
class CustomConstraint(Constraint):
    """A function of a weight that returns the weight as it may be."""

    internal = True
    function: Any = _function("The function.")

    def project(self, w: Any, ops: Any) -> Any:
        """Return the function's result."""
        return self.function(w)


@register_for_functions
class CustomRegularizer(Regularizer):
    """A function of a weight that returns a penalty."""

    internal = True
    function: Any = _function("The function.")

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return the function's result."""
        return self.function(w)


@register_for_functions
class CustomSchedule(Schedule):
    """A function of the numbers of steps that returns learning rates."""

    internal = True
    function: Any = option(Traceable(_traced_or_called, Traced.restored), doc="The function.")

    def formula(self, t: np.ndarray) -> np.ndarray:
        """Return the function's result."""
        if isinstance(self.function, _Called):
            return np.array([self.function.rate() for _ in range(np.size(t))]).reshape(np.shape(t))
        steps = np.atleast_1d(t).astype(np.float32)
        return np.broadcast_to(self.function(steps), steps.shape).reshape(np.shape(t))


@register_for_functions
class CustomInitializer(Initializer):
    """A function of a shape that returns starting values."""

    internal = True
    function: Any = option(Drawing(), doc="The function.")
    name: str = option(Text(), "custom", "What it is called.")

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """Return the function's values."""
        return np.asarray(self.function(shape), dtype=np.float32).reshape(shape)

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle keeps: the function, or else its name, as a file does."""
        if is_picklable(self.function):
            return self.__dict__
        return {**self.__dict__, "function": self.name}

    def to_data(self) -> dict[str, Any]:
        """Return its name: the values that it made are in the file."""
        options = {"function": self.name, "name": self.name}
        return {"class": type(self).__name__, "options": options}
