"""Training in phases on TensorFlow: the losses of a batch in turn, many batches in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.catalogue.optimizers import AVERAGE
from rdeep.engines.contract import TrainState, Tuning
from rdeep.engines.pace import Pace
from rdeep.engines.phases import PhaseObjective, PhasePlan
from rdeep.engines.reasons import in_plain_words
from rdeep.engines.tensorflow import ops, watching
from rdeep.engines.tensorflow.batches import Layout
from rdeep.engines.tensorflow.network import TensorFlowNetwork
from rdeep.engines.tensorflow.optimizer import Updates
from rdeep.engines.tensorflow.scaling import LossScale
from rdeep.engines.tensorflow.stepper import TensorFlowStepper

Tensor = Any


class _Phase:
    """A phase on TensorFlow: its part of the network, and what changes its weights."""

    def __init__(self, plan: PhasePlan, first: int, network: TensorFlowNetwork) -> None:
        self.plan, self.first, self.network = plan, first, network
        self.forward = network.part([network.graph.outputs[i] for i in plan.outputs])
        trained = {name: network.variables[name].value for name in plan.weights}
        rules = network.graph.constrained()
        kept = {name: rules[name] for name in plan.weights if name in rules}
        self.updates = Updates(plan.optimizer.rule, trained, kept)
        self._penalised = set(plan.weights)
        self._size = len(plan.outputs)

    def measure(self, batch: list[Tensor], training: bool) -> list[Tensor]:
        """Return the loss of a batch and the metrics."""
        found = self.forward(batch, training)
        values = [tf.cast(value, tf.float32) for value in found[: self._size]]
        terms = [*found[self._size :], *self.network.penalties(self._penalised)]
        values[0] = tf.add_n([values[0], *terms]) if terms else values[0]
        return values

    def train(self, batch: list[Tensor], step: Tensor, draws: int, rate: Tensor) -> Tensor:
        """Change the weights; return the sums of the batch: runs, loss, metrics."""
        watched = list(self.updates.variables.values())
        found: list[Tensor] = []
        for run in range(self.plan.steps):
            self._draw(step * draws + self.first + run)
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(watched)
                values = self.measure(batch, training=True)
            grads = tape.gradient(values[0], watched, unconnected_gradients="zero")
            # Embeddings have gradients by rows; the formulas take whole arrays.
            grads = [tf.convert_to_tensor(g) for g in grads]
            grads = tf.identity_n(grads) if len(grads) > 1 else grads
            self.updates.apply(grads, rate, self.plan.runs_before(step) + run)
            found = values if not run else [a + b for a, b in zip(found, values)]
        return tf.stack([tf.constant(float(self.plan.steps)), *found])

    def score(self, batch: list[Tensor], step: Tensor, draws: int) -> Tensor:
        """Return the sums of the batch, without training."""
        if self.network.draws:
            self.network.random.set_step(step * draws + self.first)
        return tf.stack([tf.constant(1.0), *self.measure(batch, training=False)])

    def _draw(self, step: Tensor) -> None:
        if self.network.random.used:
            self.network.random.set_step(step)


class _Updates:
    """The optimizers of all phases, as one: no weight is of two phases."""

    def __init__(self, parts: Sequence[Updates]) -> None:
        self.parts = list(parts)
        self.variables = {n: v for part in parts for n, v in part.variables.items()}
        self.slots = {
            f"{i}/{slot}": kept for i, part in enumerate(parts) for slot, kept in part.slots.items()
        }

    def reset(self, values: Mapping[str, np.ndarray]) -> None:
        """Set what is kept to its start, or to given values."""
        for part in self.parts:
            part.reset(values)

    def export(self) -> dict[str, np.ndarray]:
        """Return copies of what is kept, by `slot/weight name`."""
        return {name: value for part in self.parts for name, value in part.export().items()}


class _Steps:
    """Makes the functions of a batch's phases: `rdeep.engines.tensorflow.steps.Steps`."""

    def __init__(self, phases: Sequence[_Phase], objective: PhaseObjective) -> None:
        self._phases, self._objective = list(phases), objective
        self.traces = 0

    def training(self, layout: Layout) -> Callable[..., Any]:
        """Return a function that trains on a batch."""
        draws = self._objective.draws

        def train(batch: list[Tensor], step: Tensor, rate: Tensor) -> tuple[Tensor, list[Tensor]]:
            self.traces += 1
            found = []
            for i, phase in enumerate(self._phases):

                def run(phase: _Phase = phase, i: int = i) -> Tensor:
                    return phase.train(batch, step, draws, rate[i])

                def none(phase: _Phase = phase) -> Tensor:
                    return tf.zeros(phase.plan.size())

                every = phase.plan.every
                found.append(run() if every == 1 else tf.cond(step % every == 0, run, none))
            return self._sums(batch, found), []

        return train

    def scoring(self, layout: Layout) -> Callable[..., Any]:
        """Return a function that measures a batch."""
        draws = self._objective.draws

        def score(batch: list[Tensor], step: Tensor, rate: Tensor) -> tuple[Tensor, list[Tensor]]:
            self.traces += 1
            return self._sums(batch, [p.score(batch, step, draws) for p in self._phases]), []

        return score

    @staticmethod
    def _sums(batch: list[Tensor], found: list[Tensor]) -> Tensor:
        rows = tf.cast(ops.rows(batch[0]), tf.float32)
        values = tf.concat(found, 0) * rows
        total = tf.add_n([each[1] for each in found]) * rows
        return tf.concat([tf.stack([total, rows]), values], 0)

    def collected(self, layout: Layout, rows: int | None) -> tuple[Any, ...]:
        """Return nothing: no metric takes all predictions at once."""
        return ()

    def collecting(self) -> list[int]:
        """Return nothing."""
        return []


class TensorFlowPhaseStepper(TensorFlowStepper):
    """Runs the phases of training on TensorFlow.

    Parameters
    ----------
    network : TensorFlowNetwork
        What to train: a network of losses.
    objective : PhaseObjective
        The phases.
    tuning : Tuning
        Whether to compile training by XLA.
    """

    objective: PhaseObjective  # type: ignore[assignment]

    def __init__(
        self, network: TensorFlowNetwork, objective: PhaseObjective, tuning: Tuning
    ) -> None:
        self.network, self.objective = network, objective
        self.tuning, self.xla = tuning, tuning.jit is True
        self._expected, self._pace = 0.0, Pace()
        self._rates = (len(objective.phases),)
        with network.scope():
            self._phases = [
                _Phase(plan, first, network)
                for plan, first in zip(objective.phases, objective.firsts())
            ]
            updates: Any = _Updates([phase.updates for phase in self._phases])
            self._updates = updates
            self._scale = LossScale(None, None)
        self._changed = watching.what_steps_change(network, updates, self._scale)
        steps: Any = _Steps(self._phases, objective)
        self._steps = steps
        self._programs = {}

    @in_plain_words
    def finish(self, state: TrainState) -> None:
        """Give the weights their moving averages, where optimizers keep them."""
        if state.averaged:
            self.swap_average(state)
        for phase in self._phases:
            if self._changes(phase, state):
                phase.updates.finish()

    @in_plain_words
    def swap_average(self, state: TrainState) -> None:
        """Exchange weights and their moving averages, where there are any."""
        kept = [p for p in self._phases if AVERAGE in p.updates.slots and self._changes(p, state)]
        with self.network.scope():
            for phase in kept:
                phase.updates.swap()
        state.averaged = state.averaged != bool(kept)

    @staticmethod
    def _changes(phase: _Phase, state: TrainState) -> int:
        """Return how often a phase has changed its weights."""
        return int(phase.plan.optimizer.rule.changes_before(phase.plan.runs_before(state.step)))

    @in_plain_words
    def gradient_norms(self, state: TrainState, batches: Any, index: int) -> dict[str, float]:
        """Return the norm of each weight's gradient on a batch, and change nothing."""
        self.network.random.set_seed(state.seed)
        arrays = batches.arrays(index).inputs
        found: dict[str, float] = {}
        with self.network.scope(), watching.unchanged(self._changed):
            for phase in self._phases:
                at = state.step * self.objective.draws + phase.first

                def loss(phase: _Phase = phase, at: int = at) -> Tensor:
                    if self.network.random.used:
                        self.network.random.set_step(tf.constant(at, tf.int64))
                    return phase.measure([tf.convert_to_tensor(a) for a in arrays], training=True)[
                        0
                    ]

                found.update(watching.norms_of_gradients(loss, phase.updates.variables))
        return found
