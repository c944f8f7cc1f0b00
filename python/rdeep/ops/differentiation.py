"""Gradients of a function that computes with variables, and the steps of an optimizer by hand."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue.dispatch import is_symbolic, not_converted
from rdeep.catalogue.layers.weight_lists import Variables
from rdeep.catalogue.optimizers import BaseOptimizer, ParameterInfo
from rdeep.engines import registry as backends
from rdeep.engines.variables import Change
from rdeep.errors import (
    ArgumentError,
    RdeepWarning,
    ShapeError,
    class_name,
    format_shape,
    listing,
    setting,
    show,
    worded,
)
from rdeep.graph.holder import value_of
from rdeep.ops.dispatch import as_array, engine_of
from rdeep.ops.slot_variable import SlotVariable
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
                f"The loss depends on none of the variables: {_names(self.given)}.",
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


def _names(given: Sequence[Any]) -> Any:
    names = [each.path if isinstance(each, BaseVariable) else "a tensor" for each in given]
    return listing(names if len(names) <= 5 else [*names[:4], f"{len(names) - 4} more"], "and")


class Steps:
    """The steps that an optimizer takes by hand.

    Parameters
    ----------
    optimizer : BaseOptimizer
        The optimizer.
    """

    def __init__(self, optimizer: BaseOptimizer) -> None:
        self.optimizer = optimizer
        self.engine: str | None = None
        self.variables: list[BaseVariable] = []
        self.applied: Any = None
        self._changes: dict[tuple[Any, ...], list[Change]] = {}
        self._names: dict[Any, str] = {}
        self._iterations, self._waiting = 0, dict[str, np.ndarray]()

    def kept(self) -> tuple[int, dict[str, np.ndarray]]:
        """Return how many steps were taken and what is kept for variables, as copies hold them."""
        slots = {} if self.applied is None else dict(self.applied.slots())
        return int(self.iterations), {**self._waiting, **slots}

    def go_on(self, iterations: int, slots: dict[str, np.ndarray]) -> None:
        """Go on from the steps of another, for variables of the same names.

        Parameters
        ----------
        iterations, slots
            What `kept` returned.
        """
        self._iterations, self._waiting = iterations, dict(slots)

    @property
    def iterations(self) -> Any:
        """How many steps were taken."""
        return self._iterations if self.applied is None else self.applied.iterations

    def build(self, variables: Iterable[Any]) -> None:
        """Make what is kept for variables.

        Parameters
        ----------
        variables : iterable of Variable
            The variables.
        """
        self._taken(list(variables))

    def apply(self, gradients: Sequence[Any], variables: Sequence[Any] | None) -> None:
        """Take a step.

        Parameters
        ----------
        gradients : sequence of tensor
            A gradient for each variable; `None` for one that stays as it is.
        variables : sequence of Variable, optional
            The variables; by default those of the step before.
        """
        gradients = list(gradients)
        held = self.variables if variables is None else list(variables)
        if not held:
            raise ArgumentError(
                "The optimizer knows no variables yet.",
                argument="trainable_variables",
                hint="Give them together with their gradients.",
            )
        if len(gradients) != len(held):
            raise ArgumentError(
                f"There are {len(gradients)} gradients for {len(held)} variables.",
                argument="gradients",
                received=len(gradients),
                expected=str(len(held)),
            )
        pairs = [(g, v) for g, v in zip(gradients, held) if g is not None]
        if len(pairs) < len(held):
            self._warn_of_missing(gradients, held)
        if not pairs:
            return
        kept = [v for _, v in pairs]
        changes = self._taken(kept)
        if self._waiting:
            self._take_up(changes)
        rule = self.optimizer.rule
        grads = [self._gradient(g, v) for g, v in pairs]
        scale = self.optimizer.loss_scale
        if scale is not None:
            grads = [gradient / scale for gradient in grads]
            if self.optimizer.scales_dynamically and not self._goes_on(grads):
                return
        chosen = rule.chosen_rate
        rate: Any = rule.learning_rate
        rates = float(rate) if isinstance(chosen, float) else chosen
        self.applied.apply(grads, changes, rates)

    def finish(self, variables: Sequence[Any] | None = None) -> None:
        """Give variables their moving averages.

        Parameters
        ----------
        variables : sequence of Variable, optional
            The variables: those that no step has changed are left out. By default all.
        """
        if changes := self._averaged(self.variables if variables is None else variables):
            self.applied.finish(changes)

    def swap(self, variables: Sequence[Any]) -> bool:
        """Exchange variables and their moving averages; return whether there are any.

        Parameters
        ----------
        variables : sequence of Variable
            The variables: those that no step has changed are left out.
        """
        if changes := self._averaged(variables):
            self.applied.swap(changes)
        return bool(changes)

    def _averaged(self, variables: Sequence[Any]) -> list[Change]:
        """Return those of some variables that have moving averages."""
        if not self.optimizer.rule.use_ema or self.applied is None or not int(self.iterations):
            return []
        known = {each.held().key for each in self.variables}
        given = variables if isinstance(variables, Iterable) else [variables]
        wanted = [v for v in given if isinstance(v, BaseVariable) and v.held().key in known]
        return self._taken(wanted) if wanted else []

    def _goes_on(self, gradients: Sequence[Any]) -> bool:
        """Return whether gradients are finite, and have the optimizer choose its next scale."""
        if any(hasattr(each, "graph") for each in gradients):
            raise ArgumentError(
                f"{class_name(self.optimizer)} looks at the gradients of each step, which have no "
                "values within a function that is compiled.",
                argument="gradients",
                hint=f"Compile the model with {setting('run_eagerly', True)}, or use the optimizer "
                "within, whose `loss_scale_factor` is a scale that stays.",
            )
        finite = all(np.isfinite(as_array(each)).all() for each in gradients)
        self.optimizer.adapt_scale(finite)
        return finite

    def _take_up(self, changes: list[Change]) -> None:
        """Give variables what was kept for those of their names, before a copy's first step."""
        self.applied.ready(changes)
        names = {change.info.name for change in changes}
        for path in [p for p in self._waiting if p.split("/", 1)[1] in names]:
            self.applied.load(path, self._waiting.pop(path))

    def follow(self, rate: float) -> None:
        """Go on with another learning rate, in functions that were traced as well.

        Parameters
        ----------
        rate : float
            The rate.
        """
        if hasattr(self.applied, "set_rate"):
            self.applied.set_rate(float(rate))

    def _warn_of_missing(self, gradients: Sequence[Any], held: Sequence[Any]) -> None:
        missing = [v for g, v in zip(gradients, held) if g is None]
        if len(missing) == len(held):
            raise ArgumentError(
                "There is no gradient for any of the variables: they stay as they are.",
                argument="gradients",
            )
        warnings.warn(
            RdeepWarning(f"There is no gradient for {_names(missing)}: they stay as they are."),
            stacklevel=5,
        )

    def _gradient(self, gradient: Any, variable: BaseVariable) -> Any:
        given = value_of(gradient)
        engine = engine_of([given])
        if engine is not None and engine != self.engine:
            given = as_array(given)
            engine = None
        if engine is None:
            given = np.asarray(given, np.float32)
        ops = backends.load(str(self.engine)).ops
        if type(given).__name__ == "IndexedSlices":
            given = ops.convert_to_tensor(given)
        shape = tuple(given.shape)
        if None not in shape and shape != variable.shape:
            raise ShapeError(
                f"The gradient for {variable.path!r} has the shape {format_shape(shape)}; the "
                f"variable has {format_shape(variable.shape)}.",
                argument="gradients",
                received=shape,
                expected=format_shape(variable.shape),
            )
        given = ops.operand(given, variable.value) if engine is None else given
        return given if ops.dtype(given) == variable.dtype else ops.cast(given, variable.dtype)

    def _taken(self, variables: list[Any]) -> list[Change]:
        """Return what is changed, and how."""
        key = tuple(map(id, variables))
        if key in self._changes:
            found = self._changes[key]
            if all(c.variable is v.held() for c, v in zip(found, variables)):
                return found
        for each in variables:
            if not isinstance(each, BaseVariable):
                raise ArgumentError(
                    "An optimizer changes variables, such as weights of a model, not "
                    f"{show(each)}.",
                    argument="trainable_variables",
                    received=each,
                )
        engines = {each.backend for each in variables}
        if len(engines | ({self.engine} if self.engine else set())) > 1:
            raise ArgumentError(
                f"{class_name(self.optimizer)} takes steps on one engine: the variables are of "
                f"{listing(sorted(engines | ({self.engine} if self.engine else set())), 'and')}.",
                argument="trainable_variables",
                hint="Use an optimizer of its own for each engine.",
            )
        if self.applied is None:
            self.engine = engines.pop()
            self.applied = backends.load(self.engine).variables.Applied(self.optimizer.rule)
            if self._iterations:
                self.applied.iterations = self._iterations
        changes = [
            Change(v.held(), self._about(v), getattr(v, "constraint", None)) for v in variables
        ]
        known = {c.variable.key for c in map(self._change_of, self.variables)}
        self.variables += [v for v, c in zip(variables, changes) if c.variable.key not in known]
        self._changes = {key: changes, **dict(list(self._changes.items())[:3])}
        self._kept = list(variables)
        return changes

    def _about(self, variable: BaseVariable) -> ParameterInfo:
        excluded = self.optimizer.excluded
        alone = () if excluded is None else excluded.alone
        left_out = any(each is variable for each in alone)
        if variable.stands_alone and excluded is not None:
            # Its own name counts, whatever others of that name made of it.
            left_out = left_out or excluded.holds(variable.path)
        return ParameterInfo(self._name(variable), variable.shape, left_out)

    def _change_of(self, variable: BaseVariable) -> Change:
        return Change(variable.held(), ParameterInfo(variable.path, variable.shape), None)

    def _name(self, variable: BaseVariable) -> str:
        """Return a name that no other variable has."""
        key = variable.held().key
        if key not in self._names:
            name, number = variable.path, 1
            while name in self._names.values():
                name, number = f"{variable.path}_{number}", number + 1
            self._names[key] = name
        return self._names[key]


def steps_of(optimizer: BaseOptimizer) -> Steps:
    """Return the steps that an optimizer takes by hand.

    Parameters
    ----------
    optimizer : BaseOptimizer
        The optimizer.
    """
    store: dict[str, Any] = optimizer.__dict__
    if "_steps" not in store:
        store["_steps"] = Steps(optimizer)
        if (kept := store.pop("_steps_kept", None)) is not None:
            store["_steps"].go_on(*kept)
    found: Steps = store["_steps"]
    return found


def slots_of(optimizer: BaseOptimizer) -> list[SlotVariable]:
    """Return what an optimizer keeps for weights, as variables.

    Parameters
    ----------
    optimizer : BaseOptimizer
        The optimizer.
    """
    steps = steps_of(optimizer)
    return [SlotVariable(steps, name) for name, _ in steps.applied.slots()] if steps.applied else []
