"""Phases: losses with weights and optimizers of their own, that take turns in each batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.catalogue.optimizers import BaseOptimizer, LossScaleOptimizer
from rdeep.catalogue.options import Count, checked
from rdeep.catalogue.registry import resolve
from rdeep.engines.phases import PhaseObjective, PhasePlan, runs_before
from rdeep.errors import ArgumentError, StateError, Wording, named, setting, show, worded
from rdeep.graph.network import Graph


class Phase:
    """A phase of training: a loss, the weights that it changes, and their optimizer.

    A model is compiled with a list of phases where one loss and one optimizer do not do: a
    generator and its discriminator, an actor and its critic. In each batch the phases take turns.
    While one trains, the weights of the others are constants.

    Parameters
    ----------
    name : str
        What its logs begin with: `discriminator` logs `discriminator_loss`.
    weights : Model, Layer, str, Variable or list of them
        What it changes: the weights of models, of layers, or of layers by their names, or weights
        such as `model.trainable_weights`. No weight may belong to two phases.
    optimizer : str or Optimizer
        The optimizer.
    loss : function
        The loss, a function of the batch, or of `(x, y)` where `fit` is given targets. It is called
        once, with symbolic tensors in the form that `fit` is given arrays in (one, a list, a dict
        by name), and computes with `rdeep.ops`, layers and models; `rdeep.random` draws other
        numbers in each step. It returns a number, or a dict of numbers of which `loss` is minimised
        and the others are reported.
    every : int
        The phase runs at the first of so many batches: 5 for a generator whose critic is trained on
        five batches.
    steps : int
        How often it runs there, each time with other random numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep import Phase, Sequential, ops, random
    >>> from rdeep.layers import Dense
    >>> from rdeep.losses import BinaryCrossentropy
    >>> from rdeep.optimizers import Adam
    >>> generator = Sequential([Dense(8, "relu"), Dense(2)], input_shape=(3,))
    >>> discriminator = Sequential([Dense(8, "relu"), Dense(1)], input_shape=(2,))
    >>> gan = Sequential([generator, discriminator])
    >>> judged = BinaryCrossentropy(from_logits=True)
    >>> def made(batch):
    ...     return generator(random.normal((ops.shape(batch)[0], 3)))
    >>> def of_discriminator(batch):
    ...     real, fake = discriminator(batch), discriminator(made(batch))
    ...     return judged(ops.ones_like(real), real) + judged(ops.zeros_like(fake), fake)
    >>> def of_generator(batch):
    ...     fake = discriminator(made(batch))
    ...     return judged(ops.ones_like(fake), fake)
    >>> gan.compile(phases=[
    ...     Phase("discriminator", discriminator, Adam(2e-4, 0.5), of_discriminator),
    ...     Phase("generator", generator, Adam(2e-4, 0.5), of_generator),
    ... ])
    >>> sorted(gan.fit(np.ones((8, 2)), verbose=0).history)
    ['discriminator_loss', 'generator_loss']
    """

    def __init__(
        self,
        name: str,
        weights: Any,
        optimizer: str | BaseOptimizer,
        loss: Callable[..., Any],
        every: int = 1,
        steps: int = 1,
    ) -> None:
        if not isinstance(name, str) or not name or "/" in name:
            raise ArgumentError(
                f"'name' must be a name for logs, not {show(name)}.", argument="name", received=name
            )
        if not callable(loss):
            raise ArgumentError(
                f"'loss' of phase {name!r} must be a function of the batch, not {show(loss)}.",
                argument="loss",
                received=loss,
                expected="a function",
            )
        self.name, self.weights, self.loss = name, weights, loss
        self.optimizer: BaseOptimizer = _optimizer(optimizer)
        self.every = checked(Count(), every, "every")
        self.steps = checked(Count(), steps, "steps")

    @classmethod
    def known(cls, plan: PhasePlan) -> Phase:
        """Return a phase of which the network of losses is known, and not what it was made of.

        Parameters
        ----------
        plan : PhasePlan
            What is known of it.
        """
        return cls(plan.name, None, plan.optimizer, _unknown, plan.every, plan.steps)

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle keeps: what the loss computes is in the network of losses."""
        return {**self.__dict__, "weights": None, "loss": _unknown}

    def __repr__(self) -> str:
        return f"<Phase {self.name!r}>"


def _unknown(*batch: object) -> None:
    raise StateError(
        "The losses of these phases come from a file or a copy, which hold what they compute and "
        "not the functions: they are for data in the form that they were made for.",
        hint="Compile the model with its phases again.",
    )


def _optimizer(value: object) -> Any:
    try:
        return resolve("optimizer", value)
    except ArgumentError as error:
        error.argument = error.argument or "optimizer"
        raise


def check_phases(phases: Any, others: Sequence[str]) -> list[Phase]:
    """Return phases as a list, or say what is wrong with them.

    Parameters
    ----------
    phases : list of Phase
        What came.
    others : sequence of str
        The arguments of `compile` that were given beside them.
    """
    if others:
        raise ArgumentError(
            f"compile() takes 'phases' or '{others[0]}', not both: each phase has its own loss, "
            "metrics and optimizer.",
            argument=others[0],
        )
    found = list(phases) if isinstance(phases, (list, tuple)) else [phases]
    for each in found:
        if not isinstance(each, Phase):
            raise ArgumentError(
                f"'phases' must be phases, not {show(each)}.",
                argument="phases",
                received=each,
                hint=f"Make one with {named('Phase', 'rdeep.')}.",
            )
    names = [phase.name for phase in found]
    if not names:
        raise ArgumentError("'phases' is empty.", argument="phases")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ArgumentError(
            f"Two phases are named {twice!r}: names must differ.", argument="name", received=twice
        )
    return found


def check_precision(phases: Sequence[Phase], policy: str) -> None:
    """Refuse loss scales: the losses of phases are not scaled.

    Parameters
    ----------
    phases : sequence of Phase
        The phases.
    policy : str
        The dtype policy.
    """
    if policy == "mixed_float16":
        raise ArgumentError(
            "Phases do not scale their losses, as 'mixed_float16' needs it: small gradients "
            "would be lost.",
            argument="dtype_policy",
            received=policy,
            hint="'mixed_bfloat16' needs no loss scale.",
        )
    for phase in phases:
        scaled = isinstance(phase.optimizer, LossScaleOptimizer)
        if scaled or phase.optimizer.rule.loss_scale_factor is not None:
            raise ArgumentError(
                f"Phase {phase.name!r} has an optimizer with a loss scale, which phases do not "
                "follow.",
                argument="optimizer",
                received=phase.optimizer,
                hint="Leave the scale out: 'float32' and 'mixed_bfloat16' need none.",
            )


def not_compiled(backend: str, jit: bool | None) -> Wording | None:
    """Say that steps of phases are not compiled, where that was asked for and is so.

    Parameters
    ----------
    backend : str
        The model's engine.
    jit : bool or None
        Whether to compile; `None` for as the engine likes.
    """
    if jit is not True or backend == "tensorflow":
        return None
    return worded(
        f"{setting('jit_compile', True)} has no effect: steps of phases are not compiled on "
        f"{backend}."
    )


@dataclass
class Phased:
    """The network of the phases' losses.

    Attributes
    ----------
    graph : Graph
        Its inputs are those that `fit` was given, its outputs the losses and metrics.
    plans : list of PhasePlan
        The phases.
    form : object
        The form of the data: see `rdeep.models.phases`.
    key : object
        The shapes and types of the data that it was made for; `None` for one out of a file.
    shared : frozenset of str or None
        The names of the layers that are the model's too; `None` where it is the model's own graph.
    """

    graph: Graph
    plans: list[PhasePlan]
    form: Any
    key: Any
    shared: frozenset[str] | None = frozenset()

    def objective(self) -> PhaseObjective:
        """Return what the phases minimise and report."""
        return PhaseObjective(self.plans)


def phase_rates(phases: Sequence[Phase], first: float, step: int, k: int) -> np.ndarray:
    """Return the learning rates of `k` batches, a column for each phase.

    Parameters
    ----------
    phases : sequence of Phase
        The phases. A schedule counts how often its phase has run.
    first : float
        The rate of the first phase, if it has no schedule. Those of others change in proportion.
    step, k : int
        The number of the first batch, and how many.
    """
    initial = phases[0].optimizer.initial_rate
    factor = first / initial if initial else 1.0
    steps = np.arange(step, step + k)
    columns = []
    for phase in phases:
        schedule = phase.optimizer.schedule
        if schedule is None:
            columns.append(np.full(k, phase.optimizer.initial_rate * factor))
        else:
            columns.append(schedule.rates(runs_before(steps, phase.every, phase.steps)))
    return np.stack(columns, axis=1)
