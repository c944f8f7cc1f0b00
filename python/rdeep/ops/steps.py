"""The steps that an optimizer takes by hand, with what it keeps between them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

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
)
from rdeep.graph.holder import value_of
from rdeep.ops.differentiation import names_of
from rdeep.ops.dispatch import as_array, engine_of
from rdeep.ops.slot_variable import RateVariable, SlotVariable, StepsVariable
from rdeep.ops.variable import BaseVariable


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

    @iterations.setter
    def iterations(self, value: int) -> None:
        self._iterations = value
        if self.applied is not None:
            self.applied.iterations = value

    def build(self, variables: Iterable[Any]) -> None:
        """Make what is kept for variables.

        Parameters
        ----------
        variables : iterable of Variable
            The variables.
        """
        if held := list(variables):
            changes = self._taken(held)
            self.applied.ready(changes)

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
            RdeepWarning(f"There is no gradient for {names_of(missing)}: they stay as they are."),
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


def slots_of(optimizer: BaseOptimizer) -> list[Any]:
    """Return how many steps an optimizer took, its rate, and what it keeps, as variables.

    Parameters
    ----------
    optimizer : BaseOptimizer
        The optimizer.
    """
    steps = steps_of(optimizer)
    count: list[Any] = [StepsVariable(steps)]
    if isinstance(optimizer.rule.chosen_rate, float):
        count.append(RateVariable(steps))
    slots = [] if steps.applied is None else steps.applied.slots()
    return [*count, *(SlotVariable(steps, name) for name, _ in slots)]


def stateless_apply(
    optimizer: BaseOptimizer,
    optimizer_variables: Sequence[Any],
    gradients: Sequence[Any],
    trainable_variables: Sequence[Any],
) -> tuple[list[Any], list[Any]]:
    """Return what a step would make of values, and of what an optimizer keeps.

    Parameters
    ----------
    optimizer : BaseOptimizer
        The optimizer, which was built.
    optimizer_variables, gradients, trainable_variables : list of tensor
        Values for `optimizer.variables`; a gradient and a value for each variable that it was built
        for.
    """
    steps = steps_of(optimizer)
    if steps.applied is None:
        raise ArgumentError(
            f"{class_name(optimizer)} knows no variables yet.",
            argument="trainable_variables",
            hint="Call its build() with the variables first.",
        )
    ops = backends.load(str(steps.engine)).ops
    own, held = slots_of(optimizer), list(steps.variables)
    for argument, known, values in (
        ("optimizer_variables", own, optimizer_variables),
        ("trainable_variables", held, trainable_variables),
    ):
        if len(known) != len(values):
            raise ArgumentError(
                f"{argument!r} must have {len(known)} values, not {len(values)}.",
                argument=argument,
                received=len(values),
                expected=str(len(known)),
            )
    before = [each.numpy() for each in (*held, *own)]
    for variable, value in zip((*held, *own), (*trainable_variables, *optimizer_variables)):
        variable.assign(value)
    try:
        steps.apply(gradients, held)
        after = [ops.convert_to_tensor(each.numpy()) for each in (*held, *own)]
    finally:
        for variable, value in zip((*held, *own), before):
            variable.assign(value)
    return after[: len(held)], after[len(held) :]
