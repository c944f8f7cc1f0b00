"""Functions and layers that R's users write, as the core sees them.

R's functions are called while a network is described, never while one is trained. They do not
raise: what went wrong comes back as data, and is raised here as the core's own error.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import Any

from rdeep.catalogue.registry import resolve
from rdeep.errors import RdeepError, StateError
from rdeep.graph.custom import CustomLayer
from rdeep.ops.metric import StatefulMetric
from rdeep.training.callbacks.base import LambdaCallback
from rdeep.training.phases import Phase


class UserFunctionError(RdeepError):
    """A function of the user failed; R kept the condition."""

    kind = "function"


class _Arguments:
    """A function's arguments, in one object: R would look for the truth of tensors themselves.

    An error's backtrace in R asks what stands in calls for its length, which Python takes for a
    question of truth.
    """

    def __init__(self, positional: list[Any], named: dict[str, Any]) -> None:
        self.positional, self.named = positional, named


class RFunction:
    """A function of R.

    Parameters
    ----------
    function : function
        Takes `_Arguments` and returns a list: whether it went well (`None` where it was
        interrupted), the value or a message, and perhaps what to write instead.
    name : str
        What it is called in messages.
    """

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self.function = function
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the function's value, or raise what it failed with."""
        if threading.current_thread() is not threading.main_thread():
            raise StateError(
                f"{self.__name__} is written in R and cannot be called while data is read.",
                hint="Call fit() with arrays rather than a stream.",
            )
        ok, value, *hints = self.function(_Arguments(list(args), kwargs))
        if ok is None:
            raise KeyboardInterrupt
        if not ok:
            hint = next((hint for hint in hints if hint), None)
            raise UserFunctionError(f"{self.__name__} failed: {value}", hint=hint)
        return value


class RLayer(CustomLayer):
    """A layer whose `build` and `call` are functions of R."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.__dict__.update(title=title, key=title)
        self.functions: dict[str, RFunction] = {}
        self.uses_training = self.reads_mask = False

    def _is_named(self) -> bool:
        return False  # R's functions are R's to keep

    def define(self, name: str, function: Callable[..., Any]) -> None:
        """Set `build` or `call`.

        Parameters
        ----------
        name : str
            Which of them.
        function : function
            R's function.
        """
        self.functions[name] = RFunction(function, f"{name}() of layer {self.title!r}")

    def mark_built(self) -> None:
        """Know that R has called `build` by hand."""
        self.__dict__["built"] = True

    def build(self, input_shape: Any) -> None:  # type: ignore[override]
        """Make the weights."""
        if "build" in self.functions:
            self.functions["build"](input_shape)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Return the output."""
        if len(args) == 2 and self.__dict__.get("state_size") is not None:
            args = ([args[0], *args[1]],)  # A cell: R takes the states out of one list.
        return self.functions["call"](*args, **kwargs)

    def compute_output_shape(self, input_shape: Any) -> Any:  # type: ignore[override]
        """Return the shape that R's class declares, if it does."""
        declared = self.functions.get("compute_output_shape")
        return None if declared is None else declared(input_shape)

    def has_own_mask(self) -> bool:
        """Return whether R's class has a `compute_mask`."""
        return "compute_mask" in self.functions

    def compute_mask(  # type: ignore[override]
        self, inputs: Any, previous_mask: Any = None
    ) -> Any:
        """Return the mask that the output carries."""
        if not self.has_own_mask():
            return super().compute_mask(inputs, previous_mask)
        return self.functions["compute_mask"](inputs, previous_mask)

    def takes_mask(self) -> bool:
        """Return whether `call` takes `mask`."""
        return self.reads_mask

    def depends_on_training(self) -> bool:
        """Return whether `call` takes `training`."""
        return self.uses_training


class RClass:
    """A class of R's, for files that name it.

    Parameters
    ----------
    name : str
        Its name.
    function : function
        R's function, which makes a layer again of what a file says.
    """

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.function = RFunction(function, f"making {name!r} again")
        self.own: dict[str, Any] = {}

    def from_own_class(self, own: dict[str, Any]) -> Any:
        """Return the layer.

        Parameters
        ----------
        own : dict
            What the file says.
        """
        self.own = own
        # R asks for it: what a function is given are tensors and sizes.
        return self.function(self.told)

    def told(self) -> dict[str, Any]:
        """Return what the file says of the layer that is made."""
        return self.own


class RMetric(StatefulMetric):
    """A metric whose `update_state` and `result` are functions of R."""

    def __init__(self, name: str, update: RFunction, result: RFunction) -> None:
        super().__init__(name)
        self.update_function, self.result_function = update, result
        self.uses_weights = False
        self.reset_function: RFunction | None = None

    def reset_state(self) -> None:
        """Start again, as R's class says if it does."""
        if self.reset_function is None:
            super().reset_state()
        else:
            self.reset_function()

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch to what is kept."""
        weights = () if sample_weight is None else (sample_weight,)
        self.update_function(y_true, y_pred, *weights)

    def weighs(self) -> bool:
        """Return whether `update_state` takes the samples' weights."""
        return self.uses_weights

    def result(self) -> Any:
        """Return the metric from what is kept."""
        return self.result_function()


def r_metric(name: str, update: Any, result: Any) -> RMetric:
    """Return a metric that R's functions describe; its variables are still to be made."""
    functions = (
        RFunction(update, f"update_state() of {name}"),
        RFunction(result, f"result() of {name}"),
    )
    return RMetric(name, *functions)


def r_layer(title: str, functions: dict[str, Any], uses_training: bool) -> RLayer:
    """Return a layer that R's functions describe.

    Parameters
    ----------
    title : str
        What it is called.
    functions : dict
        `build` and `call`.
    uses_training : bool
        Whether `call` takes `training`.
    """
    layer = RLayer(title)
    for name, function in functions.items():
        layer.define(name, function)
    layer.uses_training = uses_training
    return layer


def set_layer(
    layer: RLayer, name: str | None, trainable: bool, activity_regularizer: Any = None
) -> None:
    """Give a layer of R's what its initialization asked for."""
    layer.name, layer.trainable = name, trainable
    if activity_regularizer is not None:
        layer.activity_regularizer = resolve("regularizer", activity_regularizer)


def batch_callback(functions: dict[str, RFunction]) -> LambdaCallback:
    """Return a callback of R's functions for single batches of an evaluation or a prediction.

    Parameters
    ----------
    functions : dict
        `on_test_batch_begin` and the like.
    """
    return LambdaCallback(**functions)


def r_function(function: Any, name: str) -> RFunction:
    """Return a function of R as one that the core may call."""
    return RFunction(function, name)


def r_phase(
    name: Any,
    weights: Any,
    optimizer: Any,
    function: Callable[..., Any],
    arguments: int | None,
    every: Any,
    steps: Any,
) -> Phase:
    """Return a phase of training whose loss is a function of R.

    Parameters
    ----------
    name, weights, optimizer, every, steps : object
        As for `Phase`.
    function : function
        R's function.
    arguments : int or None
        How many arguments it takes; `None` for any number.
    """
    loss = RFunction(function, f"the loss of phase {name!r}")
    if arguments is not None:
        kind = inspect.Parameter.POSITIONAL_ONLY
        names = [inspect.Parameter(f"argument_{i}", kind) for i in range(arguments)]
        loss.__signature__ = inspect.Signature(names)  # type: ignore[attr-defined]
    return Phase(name, weights, optimizer, loss, every, steps)
