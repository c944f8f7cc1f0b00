"""Gradients of a function that computes with variables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rdeep.catalogue.dispatch import is_symbolic, not_converted
from rdeep.catalogue.layers.weight_lists import Variables
from rdeep.engines import registry as backends
from rdeep.errors import (
    ArgumentError,
    format_shape,
    listing,
    show,
    worded,
)
from rdeep.graph.holder import value_of
from rdeep.ops.dispatch import engine_of
from rdeep.ops.variable import BaseVariable


@not_converted
def gradients_of(
    loss_function: Callable[[], Any],
    variables: Any,
    return_value: bool = False,
    differentiable: bool = False,
) -> Any:
    """Return the gradients of a loss with respect to variables.

    Parameters
    ----------
    loss_function : callable
        Computes the loss, a single number, of models, layers, variables and tensors; without
        arguments. It may return more in a list or tuple behind the loss.
    variables : Variable, tensor, or list of them
        What to differentiate by: `model.trainable_weights`, for instance, or tensors.
    return_value : bool
        Whether what the function returned comes first.
    differentiable : bool
        Whether the gradients can be differentiated on torch after this call. Within another
        function whose gradients are taken they always can.

    Returns
    -------
    list of tensor, or (value, list of tensor)
        A gradient for each variable, as it is shaped, or one for a single variable; `None` where
        the loss does not depend on it.

    Raises
    ------
    ArgumentError
        If the loss depends on none of them, or is no single number.

    Examples
    --------
    >>> from rdeep import Variable, gradients_of, ops
    >>> x = Variable(3.0)
    >>> float(gradients_of(lambda: ops.square(x), x))
    6.0
    """
    if not callable(loss_function):
        raise ArgumentError(
            f"'loss_function' must be a function without arguments, not {show(loss_function)}.",
            argument="loss_function",
            received=loss_function,
        )
    recording = Recording(variables, differentiable)
    try:
        found = loss_function()
    finally:
        recording.stop()
    return recording.gradients(found, return_value)


class Recording:
    """What is computed from now on, for gradients with respect to variables.

    Parameters
    ----------
    variables : Variable, tensor, or list of them
        What to differentiate by.
    differentiable : bool
        Whether the gradients will be differentiated; those within another recording are.
    """

    open: ClassVar[int] = 0

    def __init__(self, variables: Any, differentiable: bool = False) -> None:
        self.alone = not isinstance(variables, (list, tuple, Variables))
        self.given = [variables] if self.alone else list(variables)
        self.engine, sources = _sources(self.given)
        self.handlers = backends.load(self.engine).variables
        self.recorder = self.handlers.Recorder(sources, differentiable or Recording.open > 0)
        self.recorder.start()
        Recording.open += 1
        self.is_open = True

    def stop(self) -> None:
        """Record no more."""
        if self.is_open:
            self.is_open = False
            Recording.open -= 1
            self.recorder.stop()

    def gradients(self, found: Any, return_value: bool = False) -> Any:
        """Return the gradients of what a function gave.

        Parameters
        ----------
        found : object
            A single number as a tensor, and perhaps more in a list behind it.
        return_value : bool
            Whether what it gave comes first.
        """
        found = value_of(found)
        loss = found[0] if isinstance(found, (list, tuple)) and len(found) else found
        if not self.handlers.is_loss(loss):
            raise _no_loss(loss, self.engine)
        grads = self.recorder.gradients(loss)
        if all(gradient is None for gradient in grads):
            raise ArgumentError(
                f"The loss depends on none of the variables: {names_of(self.given)}.",
                argument="loss_function",
                hint="Compute it of tensors, by models, layers and operations, within the "
                "function. What was an array in between has no gradient.",
            )
        out = grads[0] if self.alone else grads
        return (self.recorder.result(found), out) if return_value else out


def _sources(given: list[Any]) -> tuple[str, list[Any]]:
    """Return the engine of variables, and what it knows of them."""
    if not given:
        raise ArgumentError(
            "'variables' is empty: there is nothing to differentiate by.",
            argument="variables",
            hint="A model has weights once the shape of its input is known, a layer once it was "
            "applied to something.",
        )
    engines = {}
    sources = []
    for each in given:
        if isinstance(each, BaseVariable):
            engines[each.backend] = each
            sources.append(each.held())
        elif not is_symbolic(each) and (engine := engine_of([each])) is not None:
            engines[engine] = each
            sources.append(each)
        else:
            raise ArgumentError(
                f"'variables' must be variables, such as weights of a model, or tensors, not "
                f"{show(each)}.",
                argument="variables",
                received=each,
            )
    if len(engines) > 1:
        raise ArgumentError(
            f"'variables' are of several engines: {listing(list(engines), 'and')}.",
            argument="variables",
            received=list(engines),
        )
    return next(iter(engines)), sources


def _no_loss(loss: Any, engine: str) -> ArgumentError:
    if engine_of([loss]) is not None:
        came = worded(f"a tensor of shape {format_shape(tuple(loss.shape))} and type {loss.dtype}")
    else:
        came = worded(f"{show(loss)}")
    return ArgumentError(
        f"'loss_function' must return a single number as a tensor, not {came}.",
        argument="loss_function",
        received=loss if engine_of([loss]) is None else tuple(loss.shape),
        hint="Return a mean or a sum, and let no array come in between.",
    )


def names_of(given: Sequence[Any]) -> Any:
    """Return the names of some variables, for a message.

    Parameters
    ----------
    given : sequence of Variable or tensor
        The variables.
    """
    names = [each.path if isinstance(each, BaseVariable) else "a tensor" for each in given]
    return listing(names if len(names) <= 5 else [*names[:4], f"{len(names) - 4} more"], "and")
