"""Training in phases on torch: in each batch one loss after the other, each with its optimizer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from torch import Tensor, nn

from rdeep.catalogue.optimizers import AVERAGE, ParameterInfo
from rdeep.engines.contract import NO_SOURCE, Source, Sums, TrainState, Tuning
from rdeep.engines.phases import PhaseObjective, PhasePlan
from rdeep.engines.reasons import in_plain_words
from rdeep.engines.torch import ops, threads
from rdeep.engines.torch.gradients import gradients
from rdeep.engines.torch.network import TorchNetwork
from rdeep.engines.torch.optimizer import Slots, Updates, detached
from rdeep.engines.torch.stepper import TorchStepper
from rdeep.engines.torch.watching import Copies, Finite, Watch, changed_by_running
from rdeep.engines.torch.watching import norms as gradient_sizes
from rdeep.interrupts import interrupts


class PhaseSlots(dict[str, list[Any]]):
    """What the optimizers of all phases keep, and the same phase by phase.

    Parameters
    ----------
    parts : list of dict
        What each optimizer keeps.
    """

    def __init__(self, parts: list[Slots]) -> None:
        super().__init__(
            {f"{i}/{name}": kept for i, part in enumerate(parts) for name, kept in part.items()}
        )
        self.parts = parts


class _Phase:
    """A phase on torch: its part of the network, and what changes its weights."""

    def __init__(self, plan: PhasePlan, first: int, network: TorchNetwork) -> None:
        self.plan, self.first, self.network = plan, first, network
        self.body: nn.Module = network.part([network.graph.outputs[i] for i in plan.outputs])
        self.parameters = [t for name in plan.weights for t in network.maps[name].tensors]
        weights = network.graph.weights()
        infos = [ParameterInfo(name, weights[name].shape) for name in plan.weights]
        rules = network.graph.constrained()
        self.updates = Updates(
            plan.optimizer.rule,
            # Aliases without gradients: changing them in place is no business of autograd's.
            detached({name: network.maps[name] for name in plan.weights}),
            infos,
            {name: rules[name] for name in plan.weights if name in rules},
        )
        self.penalties = network.penalties(set(plan.weights))
        self._size = len(plan.outputs)

    def measure(self, inputs: list[Tensor]) -> list[Tensor]:
        """Return the loss of a batch and the metrics."""
        with self.network.precision():
            found = self.body(*inputs)
        given = list(found) if isinstance(found, tuple) else [found]
        values, terms = given[: self._size], given[self._size :]
        if self.network.policy != "float32":
            values = [value.float() for value in values]
        for term in terms:
            values[0] = values[0] + term
        for rule, weight_map in self.penalties:
            values[0] = values[0] + rule.penalty(weight_map.pack(weight_map.tensors), ops)
        return values


class TorchPhaseStepper(TorchStepper):
    """Runs the phases of training on torch.

    Parameters
    ----------
    network : TorchNetwork
        What to train: a network of losses.
    objective : PhaseObjective
        The phases.
    tuning : Tuning
        How to run; steps of phases are not compiled.
    """

    objective: PhaseObjective  # type: ignore[assignment]

    def __init__(self, network: TorchNetwork, objective: PhaseObjective, tuning: Tuning) -> None:
        self.network, self.objective = network, objective
        self._phases = [
            _Phase(plan, first, network)
            for plan, first in zip(objective.phases, objective.firsts())
        ]
        self._all = [t for name in network.graph.weights() for t in network.maps[name].tensors]
        self._all = [tensor for tensor in self._all if tensor.requires_grad]
        self._parameters = [t for phase in self._phases for t in phase.parameters]
        self._draws = objective.draws
        self._skipped = [[0.0] * plan.size() for plan in objective.phases]
        self._scale = self._compiled = None
        self._finite = Finite(network.device)
        self._moving = Copies(changed_by_running(network))
        self._size = sum(p.numel() for p in self._parameters)
        self._stateful = network.graph.is_stateful()
        self._watch: Watch | None = None

    # What the optimizers keep ---------------------------------------------------------------------

    @in_plain_words
    def start(self, seed: int, slots: Mapping[str, np.ndarray] | None, step: int) -> TrainState:
        """Return a state to train from: fresh, or with an earlier training's slots and step."""
        own = PhaseSlots([phase.updates.new_slots() for phase in self._phases])
        state = TrainState(seed, step, own, self.new_sums())
        self.restore(state, slots or {})
        return state

    @in_plain_words
    def restore(self, state: TrainState, slots: Mapping[str, np.ndarray]) -> None:
        """Give a state the slots of another training."""
        for phase, own in zip(self._phases, state.slots.parts):
            phase.updates.load(own, slots)

    @in_plain_words
    def export_slots(self, state: TrainState) -> dict[str, np.ndarray]:
        """Return the optimizers' slots as `slot/weight name`: no weight is of two phases."""
        found: dict[str, np.ndarray] = {}
        for phase, own in zip(self._phases, state.slots.parts):
            found.update(phase.updates.export(own))
        return found

    @in_plain_words
    def finish(self, state: TrainState) -> None:
        """Give the weights their moving averages, where optimizers keep them."""
        self._watch = None
        if state.averaged:
            self.swap_average(state)
        for phase, own in zip(self._phases, state.slots.parts):
            phase.updates.finish(own, self._changes(phase, state))

    @in_plain_words
    def swap_average(self, state: TrainState) -> None:
        """Exchange weights and their moving averages, where there are any."""
        kept = [
            (phase, own)
            for phase, own in zip(self._phases, state.slots.parts)
            if AVERAGE in own and self._changes(phase, state)
        ]
        for phase, own in kept:
            phase.updates.swap(own)
        state.averaged = state.averaged != bool(kept)

    @staticmethod
    def _changes(phase: _Phase, state: TrainState) -> int:
        """Return how often a phase has changed its weights."""
        runs = phase.plan.runs_before(state.step)
        return int(phase.plan.optimizer.rule.changes_before(runs))

    # Steps ----------------------------------------------------------------------------------------

    def _goes_back(self, state: TrainState, count: int) -> bool:
        """Return True: a chunk is run first, and looked at then."""
        return True

    def _watched(self, state: TrainState) -> Watch:
        if self._watch is None or self._watch.state is not state:
            changed = [t for phase in self._phases for t in phase.updates.parameters]
            self._watch = Watch(self.network, changed, state, None)
        return self._watch

    @contextmanager
    def _training(self, state: TrainState, rows: int) -> Iterator[None]:
        """Have the network act as in training."""
        for phase in self._phases:
            phase.body.train()
        try:
            with super()._training(state, rows):
                yield
        finally:
            for tensor in self._all:
                tensor.requires_grad_(True)

    def _turn_to(self, phase: _Phase) -> None:
        """Make the weights of other phases constants: nothing is recorded for their gradients."""
        if len(self._phases) > 1 or len(self._all) > len(phase.parameters):
            for tensor in self._all:
                tensor.requires_grad_(False)
            for tensor in phase.parameters:
                tensor.requires_grad_(True)

    def _run_all(self, state: TrainState, batches: Any, start: int, rates: np.ndarray) -> None:
        for index, each in enumerate(rates.tolist(), start):
            self._step(state, batches.batch(index), each)
            if not index % 8 and interrupts.requested():
                break

    def _step(self, state: TrainState, batch: Any, rate: Any) -> None:
        inputs, step = batch[0], state.step
        losses: list[Tensor] = []
        values: list[Any] = []
        for phase, slots, own, none in zip(self._phases, state.slots.parts, rate, self._skipped):
            plan = phase.plan
            if step % plan.every:
                values += none
                continue
            self._turn_to(phase)
            runs = plan.runs_before(step)
            found: list[Any] = []
            for run in range(plan.steps):
                self.network.random.step = step * self._draws + phase.first + run
                measured = phase.measure(inputs)
                grads = gradients(measured[0], phase.parameters)
                phase.updates.apply(grads, slots, own, runs + run)
                seen = [value.detach() for value in measured]
                found = seen if not run else [a + b for a, b in zip(found, seen)]
            losses.append(found[0])
            values += [float(plan.steps), *found]
        state.step += 1
        total: Any = sum(losses[1:], start=losses[0]) if losses else 0.0
        state.sums.totals.add([total, float(len(inputs[0])), *values])

    @in_plain_words
    def gradient_norms(self, state: TrainState, batches: Any, index: int) -> dict[str, float]:
        """Return the norm of each weight's gradient on a batch, and change nothing."""
        watch = self._watched(state)
        watch.take()
        found: dict[str, float] = {}
        with self._training(state, batches.size):
            for phase in self._phases:
                self._turn_to(phase)
                self.network.random.step = state.step * self._draws + phase.first
                loss = phase.measure(batches.batch(index)[0])[0]
                grads = iter(gradients(loss, phase.parameters))
                names = phase.plan.weights
                held = [[next(grads) for _ in self.network.maps[name].tensors] for name in names]
                found.update(gradient_sizes(names, held))
        watch.put_back()
        return found

    @in_plain_words
    def score(
        self, sums: Sums, batches: Any, start: int, k: int, source: Source = NO_SOURCE
    ) -> None:
        """Add the phases' losses and metrics of `k` batches to the sums, without training."""
        self.network.body.eval()
        for phase in self._phases:
            phase.body.eval()
        with (
            self.network.random.drawing(source.seed, call=source.call),
            threads.suited(self.network.row_flops * batches.size),
            self.network.without_gradients(inference=False),
        ):
            for index in range(start, start + k):
                inputs, values = batches.batch(index)[0], list[Any]()
                losses = []
                for phase in self._phases:
                    self.network.random.step = sums.batches * self._draws + phase.first
                    found = [value.detach() for value in phase.measure(inputs)]
                    losses.append(found[0])
                    values += [1.0, *found]
                sums.batches += 1
                total: Any = sum(losses[1:], start=losses[0])
                sums.totals.add([total, float(len(inputs[0])), *values])
                interrupts.check()
