"""How a model is compiled, and the state of its training."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.losses import Loss
from rdeep.catalogue.options import Count, checked
from rdeep.catalogue.record import Record
from rdeep.catalogue.registry import resolve
from rdeep.catalogue.schedules import Schedule
from rdeep.data.arrays import ArrayFeed
from rdeep.engines.contract import Backend, Network, Stepper, TrainState, Tuning
from rdeep.engines.memory import check_training
from rdeep.engines.objective import Objective
from rdeep.engines.phases import PhaseObjective
from rdeep.errors import (
    ArgumentError,
    RdeepWarning,
    StateError,
    Wording,
    listing,
    show,
)
from rdeep.graph.flags import Flags
from rdeep.graph.network import Graph
from rdeep.precision import check_policy
from rdeep.training import plans
from rdeep.training.doubts import doubts
from rdeep.training.last import LastTraining
from rdeep.training.phases import Phase, Phased, phase_rates


class Trainer:
    """What `compile` makes of a model: what to minimise, how, and how far training has come.

    The optimizer's slots wait as NumPy arrays until an engine is needed, and are read back from it
    when the model is saved or moved.

    Parameters
    ----------
    optimizer, loss, metrics, loss_weights, weighted_metrics, steps_per_execution, jit_compile,
    dtype_policy
        As in `Model.compile`.
    """

    def __init__(
        self,
        optimizer: object,
        loss: object,
        metrics: object,
        loss_weights: object,
        weighted_metrics: object,
        steps_per_execution: int,
        jit_compile: bool | str | None,
        dtype_policy: str | None = None,
        phases: Sequence[Phase] | None = None,
    ) -> None:
        self.phases = None if phases is None else list(phases)
        if self.phases is not None:
            # What asks for the optimizer of the model is told of the first phase's.
            optimizer = self.phases[0].optimizer
        if jit_compile not in (True, False, "auto", None):
            raise ArgumentError(
                f"'jit_compile' must be {listing((True, False, 'auto'))}, not {show(jit_compile)}.",
                argument="jit_compile",
                received=jit_compile,
            )
        self.compiled = plans.Compiled(
            _optimizer(optimizer),
            _functions("loss", loss),
            _functions("metric", metrics),
            _functions("metric", weighted_metrics),
            loss_weights,
            checked(Count(), steps_per_execution, "steps_per_execution"),
            jit_compile if isinstance(jit_compile, bool) else None,
            check_policy(dtype_policy),
        )
        plans.check_names(self.compiled)
        self._learning_rate: float = self.compiled.optimizer.initial_rate
        self._rate_was_set = False
        self._schedule = self.compiled.optimizer.schedule
        self._schedule_began = 0
        self._rates_taken = self.compiled.optimizer.times_set
        self._stepper: Stepper | None = None
        self._state: TrainState | None = None
        self._user_state: TrainState | None = None
        self._user_steps = 0
        self._waiting_slots: Mapping[str, np.ndarray] = {}
        self._steps_taken = 0
        self._waiting_scale: tuple[float, int] | None = None
        self.last: LastTraining | None = None
        self._observed: list[plans.ObservedTargets | None] | None = None
        self._said: set[str] = set()
        self.targets_said: set[str] = set()
        self._warns = True
        self.step_seconds = 0.0
        self.flags: Flags = ()
        self.flags_warned = False
        self.computing: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what pickle and copies keep: the engine's objects as arrays."""
        return {
            **self.__dict__,
            "_stepper": None,
            "_state": None,
            "_user_state": None,
            "_waiting_slots": self.slots(),
            "_steps_taken": self._fitted_steps(),
            "_waiting_scale": self.loss_scale,
        }

    def check(self, graph: Graph) -> None:
        """Refuse a loss or metrics that do not go with a graph's outputs."""
        plans.lay_flat(self.compiled, graph)
        if self.phases is None and self.compiled.loss is not None:
            plans.objective(self.compiled, graph)
            self._warn(doubts(plans.losses(self.compiled, graph), graph))

    def _warn(self, messages: list[Wording]) -> None:
        """Say what is doubtful, once."""
        for message in messages:
            if self._warns and str(message) not in self._said:
                self._said.add(str(message))
                warnings.warn(RdeepWarning(message), stacklevel=4)

    def learn(self, graph: Graph, feeds: Sequence[ArrayFeed]) -> None:
        """See how targets are coded, where metrics depend on it.

        What was seen before counts, as long as it goes with what is seen now.

        Parameters
        ----------
        graph : Graph
            The model's graph.
        feeds : sequence of ArrayFeed
            Data that is trained or evaluated on together.

        Raises
        ------
        DataError
            If targets are coded one way here and another way there.
        """
        wanted = self._waiting(graph)
        if not any(wanted):
            return
        found = plans.observed_targets(feeds[0], graph, wanted)
        for feed in feeds[1:]:
            found = plans.merge_observed(found, plans.observed_targets(feed, graph, wanted))
        if self._observed is not None:
            found = plans.merge_observed(self._observed, found, strict=False)
        if self._observed is None or found != self._observed:
            # What is made of the data changes with what it shows.
            if self._stepper is not None and self._codings(found) != self._codings(self._observed):
                self.move()
            self._observed = found
        self._warn(plans.doubts_of_targets(self.compiled, graph, found))

    def compute_by(self, computing: plans.Computing | Phased) -> None:
        """Train by a network that computes its losses itself.

        Parameters
        ----------
        computing : Computing or Phased
            The network.
        """
        self.move()
        self.computing = computing

    def waits(self, graph: Graph) -> bool:
        """Return whether what is reported depends on targets, which only data shows."""
        return self.compiled.computes or any(self._waiting(graph))

    def _waiting(self, graph: Graph) -> list[bool]:
        return [] if self.phases is not None else plans.waiting(self.compiled, graph)

    def check_targets(self, graph: Graph, feed: ArrayFeed) -> None:
        """Refuse a batch whose targets are coded in another way than the first one's."""
        wanted = self._waiting(graph)
        if any(wanted) and self._observed is not None:
            self._observed = plans.merge_observed(
                self._observed, plans.observed_targets(feed, graph, wanted), keep_first=True
            )

    @staticmethod
    def _codings(seen: list[plans.ObservedTargets | None] | None) -> list[str | None]:
        return [None if each is None else each.codings[0] for each in seen or ()]

    def loss_weights(self, graph: Graph) -> list[float]:
        """Return what each output's loss is multiplied by."""
        return plans.loss_weights(self.compiled, graph)

    def losses(self, graph: Graph) -> list[Loss]:
        """Return the loss of each output."""
        return [] if self.phases is not None else plans.losses(self.compiled, graph)

    def directions(self, graph: Graph) -> dict[str, str | None]:
        """Return which is better of each log, the smallest (`"min"`) or the largest (`"max"`)."""
        if self._stepper is not None:
            return self._stepper.objective.directions()
        return self._objective(graph).directions()

    def _objective(self, graph: Graph) -> Objective | PhaseObjective:
        if self.phases is not None:
            if self.computing is None:
                raise StateError(
                    "What the phases compute is not known before they have seen data.",
                    hint="Call fit() or evaluate() first.",
                )
            phased: PhaseObjective = self.computing.objective()
            return phased
        return plans.objective(self.compiled, graph, self._observed, self.computing)

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next step; with phases, that of the first."""
        return float(self.rates(self.steps_taken, 1).flat[0])

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not 0 <= value < 3.4e38
        ):
            raise ArgumentError(
                f"'learning_rate' must be a number of at least 0, not {show(value)}.",
                argument="learning_rate",
                received=value,
            )
        schedules = [self._schedule, *(phase.optimizer.schedule for phase in self.phases or ())]
        followed = next((each for each in schedules if each is not None), None)
        if followed is not None:
            raise ArgumentError(
                f"The learning rate follows {show(followed)} and cannot be set.",
                argument="learning_rate",
                received=value,
                hint="Compile with a number as the learning rate to change it by hand.",
            )
        self._learning_rate = float(value)
        self._rate_was_set = True
        if self.phases is None:
            self.compiled.optimizer.show_rate(self._learning_rate)

    def _take_rate(self) -> None:
        """Go by the learning rate that a user gave the optimizer since it was last looked at."""
        optimizer = self.compiled.optimizer
        if optimizer.times_set == self._rates_taken:
            return
        self._rates_taken = optimizer.times_set
        self._schedule, self._schedule_began = optimizer.schedule, 0
        self._learning_rate, self._rate_was_set = optimizer.initial_rate, True

    @property
    def rate_changes(self) -> bool:
        """Whether the rate is something for the logs."""
        return self._rate_was_set or self._schedule is not None

    def rates(self, step: int, k: int) -> np.ndarray:
        """Return the learning rates of `k` batches.

        Parameters
        ----------
        step, k : int
            The number of the first batch, and how many.
        """
        self._take_rate()
        if self.phases is not None:
            return phase_rates(self.phases, self._learning_rate, step, k)
        if self._schedule is None:
            return np.full(k, self._learning_rate)
        # Keras's schedules count batches too where gradients are gathered over several.
        return self._schedule.rates(np.arange(step, step + k) - self._schedule_began)

    def follow(self, schedule: Schedule | None) -> None:
        """Have the learning rate follow a schedule from here on.

        Parameters
        ----------
        schedule : Schedule or None
            The schedule; `None` for what the model was compiled with.
        """
        if self.phases is not None and schedule is not None:
            raise ArgumentError(
                "A model with phases does not follow a schedule of all of them.",
                hint="Give the phases' optimizers schedules of their own.",
            )
        own = self.compiled.optimizer.schedule
        self._schedule = own if schedule is None else schedule
        self._schedule_began = 0 if schedule is None else self.steps_taken

    @property
    def steps_taken(self) -> int:
        """How many batches the model was trained on."""
        if self._user_state is not None:
            return self._user_state.step
        return self._fitted_steps() + self._user_steps

    def _fitted_steps(self) -> int:
        """Return how many batches rdeep itself trained on, which the slots are of."""
        return self._steps_taken if self._state is None else self._state.step

    def count_by(self, state: TrainState | None) -> None:
        """Count steps that the user wrote by their state, or keep how many there were.

        Parameters
        ----------
        state : TrainState or None
            The state of the training that begins; `None` at its end.
        """
        self._user_steps, self._user_state = self.steps_taken - self._fitted_steps(), state

    def stepper(self, backend: Backend, network: Network, graph: Graph) -> Stepper:
        """Return what runs steps on a network, made at the first call.

        Parameters
        ----------
        backend : Backend
            The model's backend.
        network : Network
            The model's network.
        graph : Graph
            The model's graph.
        """
        if self._stepper is None:
            objective = self._objective(graph)
            tuning = Tuning(self.compiled.jit, self.compiled.steps_per_execution)
            if isinstance(objective, PhaseObjective):
                self._stepper = backend.phase_stepper(network, objective, tuning)
                return self._stepper
            self._warn(doubts(plans.losses(self.compiled, graph), graph))
            optimizer = self.compiled.optimizer
            self._stepper = backend.stepper(network, objective, optimizer, tuning)
            if self._waiting_scale is not None:
                self._stepper.loss_scale = self._waiting_scale
        return self._stepper

    def check_memory(self, graph: Graph) -> None:
        """Refuse a training that takes more memory than there is, before weights are drawn.

        Parameters
        ----------
        graph : Graph
            The model's graph.
        """
        if self._state is None:
            check_training(self.compiled.optimizer.rule, graph)

    def begin(
        self, backend: Backend, network: Network, graph: Graph, seed: int
    ) -> tuple[Stepper, TrainState]:
        """Return what runs steps, and a state that goes on from an earlier training.

        Parameters
        ----------
        backend : Backend
            The model's backend.
        network : Network
            The model's network.
        graph : Graph
            The model's graph.
        seed : int
            What this training's random layers and order draw from.
        """
        stepper = self.stepper(backend, network, graph)
        if self._state is None:
            self._state = stepper.start(seed, self._waiting_slots, self._steps_taken)
        self._state.seed = seed
        return stepper, self._state

    def forget_seed(self) -> None:
        """Have the next training draw from a new seed, as a first one does."""
        self.last = None

    @property
    def loss_scale(self) -> tuple[float, int] | None:
        """The scale that follows the gradients, where there is one."""
        return self._waiting_scale if self._stepper is None else self._stepper.loss_scale

    def rates_to_data(self) -> dict[str, Any]:
        """Return what a schedule, a callback or a user has made of the learning rate."""
        return {
            "learning_rate": self._learning_rate,
            "was_set": self._rate_was_set,
            "schedule_began": self._schedule_began,
        }

    def take_rates(self, data: Mapping[str, Any]) -> None:
        """Go on with the learning rate of another training.

        Parameters
        ----------
        data : mapping
            What `rates_to_data` returned of it.
        """
        self._learning_rate, self._rate_was_set = data["learning_rate"], data["was_set"]
        self._schedule_began = data["schedule_began"]

    @property
    def keeps_average(self) -> bool:
        """Whether an optimizer keeps a moving average of weights."""
        optimizers = [phase.optimizer for phase in self.phases or ()] or [self.compiled.optimizer]
        return any(optimizer.rule.use_ema for optimizer in optimizers)

    def swap_average(self) -> None:
        """Exchange the weights and their moving average, if the optimizer keeps one."""
        if self._state is not None and self._stepper is not None:
            self._stepper.swap_average(self._state)

    def forget(self) -> None:
        """Begin training afresh: the network it was for is gone."""
        self._stepper = self._state = None
        self._waiting_slots, self._steps_taken, self._waiting_scale = {}, 0, None

    def move(self) -> None:
        """Keep how far training has come, for another network of the same weights."""
        slots, steps, scale = self.slots(), self._fitted_steps(), self.loss_scale
        self.forget()
        self._waiting_slots, self._steps_taken, self._waiting_scale = slots, steps, scale

    def go_on_from(self, slots: Mapping[str, np.ndarray], steps: int) -> None:
        """Go on from another state of the optimizer.

        Parameters
        ----------
        slots : mapping of str to numpy.ndarray
            What `slots` returned.
        steps : int
            How many batches were trained on by then.
        """
        self._state = None
        self._waiting_slots, self._steps_taken = dict(slots), steps

    def slots(self) -> dict[str, np.ndarray]:
        """Return what the optimizer keeps, as `slot/weight name`, in Keras's layout."""
        if self._state is not None and self._stepper is not None:
            return self._stepper.export_slots(self._state)
        return dict(self._waiting_slots)


def _optimizer(value: object) -> Any:
    try:
        return resolve("optimizer", value)
    except ArgumentError as error:
        # A misspelt option inside the value keeps its own name.
        error.argument = error.argument or "optimizer"
        raise


def _functions(kind: str, value: object) -> Any:
    """Return losses or metrics with records in the place of functions."""
    if isinstance(value, Mapping):
        return {name: _functions(kind, each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_functions(kind, each) for each in value]
    made = hasattr(value, "as_record") or callable(value)
    plain = made and not isinstance(value, (Record, type))
    return resolve(kind, value) if plain else value
