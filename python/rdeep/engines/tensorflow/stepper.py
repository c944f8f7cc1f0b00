"""Training and evaluation on TensorFlow, many steps in one compiled call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.catalogue.optimizers import AVERAGE, BaseOptimizer
from rdeep.data.arrays import ArrayFeed
from rdeep.engines.contract import NO_SOURCE, Source, Sums, TrainState, Tuning
from rdeep.engines.objective import Objective
from rdeep.engines.pace import Pace
from rdeep.engines.reasons import in_plain_words
from rdeep.engines.scaling import scaling_of
from rdeep.engines.tensorflow import watching
from rdeep.engines.tensorflow.batches import Layout, TensorFlowBatches, Window
from rdeep.engines.tensorflow.direct import Direct
from rdeep.engines.tensorflow.memory import passing
from rdeep.engines.tensorflow.network import TensorFlowNetwork
from rdeep.engines.tensorflow.optimizer import Updates
from rdeep.engines.tensorflow.programs import Plan, block_program, graph_program
from rdeep.engines.tensorflow.progress import Progress
from rdeep.engines.tensorflow.scaling import LossScale
from rdeep.engines.tensorflow.steps import Steps
from rdeep.engines.tensorflow.xla import threads, xla_pays, xla_takes
from rdeep.interrupts import interrupts

Tensor = Any

# XLA compiles for so many sizes of batches; streams may have many more.
_XLA_SIZES = 4


class TensorFlowStepper(Progress):
    """Runs steps on TensorFlow. Its optimizer's variables serve one training at a time.

    Parameters
    ----------
    network : TensorFlowNetwork
        What to train.
    objective : Objective
        What to minimise and report.
    optimizer : BaseOptimizer
        How to change the weights.
    tuning : Tuning
        Whether to compile training by XLA; evaluation, which would hardly gain, is not.
    """

    def __init__(
        self,
        network: TensorFlowNetwork,
        objective: Objective,
        optimizer: BaseOptimizer,
        tuning: Tuning,
    ) -> None:
        self.network, self.objective, self.optimizer = network, objective, optimizer.rule
        self.tuning, self.xla = tuning, tuning.jit is True
        self._expected, self._pace = 0.0, Pace()
        # The shape of a batch's learning rates.
        self._rates: tuple[int, ...] = ()
        with network.scope():
            trained = {name: network.variables[name].value for name in network.trainable}
            self._updates = Updates(self.optimizer, trained, network.graph.constrained())
            scaling = scaling_of(network.policy, optimizer)
            self._scale = LossScale(self.optimizer.loss_scale_factor, scaling)
        self._changed = watching.what_steps_change(network, self._updates, self._scale)
        self._steps = Steps(network, objective, self._updates, self._scale)
        self._programs: dict[Any, Any] = {}

    @property
    def traces(self) -> int:
        """How often steps have been traced, for tests: once for each kind of data."""
        return self._steps.traces

    @in_plain_words
    def start(self, seed: int, slots: Mapping[str, np.ndarray] | None, step: int) -> TrainState:
        """Return a state to train from: fresh, or with the slots and step of an earlier training.

        Parameters
        ----------
        seed : int
            What the random layers draw from.
        slots : mapping of str to numpy.ndarray or None
            What `export_slots` returned.
        step : int
            The number of steps taken.
        """
        self._updates.reset(slots or {})
        return TrainState(seed, step, self._updates.slots, self.new_sums())

    def expect(self, batch_size: int, steps: float, by_batch: bool) -> None:
        """Choose whether to compile by XLA, from how long training will be.

        Parameters
        ----------
        batch_size : int
            Rows in a batch.
        steps : float
            The steps from the model's first training to the end of this one.
        by_batch : bool
            Whether steps come one by one, which leaves XLA nothing to gain.
        """
        self._expected = steps
        graph, on_cpu = self.network.graph, self.network.device == "cpu"
        if not xla_takes(graph, self.tuning.jit, on_cpu):
            self.xla = False
        elif self.tuning.jit is None:
            pays = on_cpu and xla_pays(graph, batch_size, steps, threads())
            self.xla = pays and not by_batch

    @in_plain_words
    def finish(self, state: TrainState) -> None:
        """Give the weights their moving average, if the optimizer keeps one.

        Parameters
        ----------
        state : TrainState
            The state.
        """
        if state.averaged:
            self.swap_average(state)
        if self.optimizer.changes_before(state.step):
            self._updates.finish()

    @in_plain_words
    def swap_average(self, state: TrainState) -> None:
        """Exchange the weights and their moving average, if there is one.

        Parameters
        ----------
        state : TrainState
            The state.
        """
        if AVERAGE in self._updates.slots and self.optimizer.changes_before(state.step):
            with self.network.scope():
                self._updates.swap()
            state.averaged = not state.averaged

    @in_plain_words
    def restore(self, state: TrainState, slots: Mapping[str, np.ndarray]) -> None:
        """Give a state the slots of another training.

        Parameters
        ----------
        state : TrainState
            The state.
        slots : mapping of str to numpy.ndarray
            What `export_slots` returned.
        """
        self._updates.reset(slots)

    @in_plain_words
    def export_slots(self, state: TrainState) -> dict[str, np.ndarray]:
        """Return the optimizer's slots as `slot/weight name`."""
        return self._updates.export()

    def holds(self, nbytes: int) -> bool:
        """Return whether data of that size fits the device: TensorFlow does not say.

        Parameters
        ----------
        nbytes : int
            The data's size.
        """
        return True

    @in_plain_words
    def place(self, feed: ArrayFeed, batch_size: int) -> TensorFlowBatches:
        """Put data on the device.

        Parameters
        ----------
        feed : ArrayFeed
            The data.
        batch_size : int
            Rows in a batch.
        """
        with self.network.scope():
            return TensorFlowBatches(self.objective.fed(feed), batch_size, self.network.graph)

    @in_plain_words
    def run(
        self, state: TrainState, batches: Any, start: int, rates: np.ndarray, watch: bool = True
    ) -> bool:
        """Train from batch `start` of the epoch on; return False before a step that is no number.

        Parameters
        ----------
        state : TrainState
            The state, changed as the weights are.
        batches : TensorFlowBatches
            The data.
        start : int
            The first batch.
        rates : numpy.ndarray
            The learning rate of each step, of which there are as many.
        watch : bool
            Whether to end before a step that comes to no number.
        """
        self.network.random.set_seed(state.seed)
        at, end = start, start + len(rates)
        while at < end and not interrupts.requested():
            window = batches.window(at, spare=self.xla)
            count = min(end, window.first + window.batches) - at
            part = rates[at - start :][:count]
            if not self._run_window(state, batches, window, at - window.first, part, watch):
                return False
            at += count
        return True

    def _run_window(
        self,
        state: TrainState,
        batches: TensorFlowBatches,
        window: Window,
        start: int,
        rates: np.ndarray,
        watch: bool,
    ) -> bool:
        k = len(rates)
        calls = self._blocks(batches, window, start, k) if self.xla else [("graph", start, k)]
        for kind, first, count in calls:
            if self._by_block(kind) and not self._worth_compiling(kind, batches):
                kind = "graph"

            def run(at: int, some: int, kind: Any = kind, first: int = first) -> bool:
                part = rates[first - start + at :][:some]
                return self._run_some(kind, state, batches, window, first + at, part, watch)

            # The same steps give the same numbers: a second time each is looked at.
            if not run(0, count) and not all(run(i, 1) for i in range(count)):
                return False
            if interrupts.requested():
                break
        return True

    def _run_some(
        self,
        kind: Any,
        state: TrainState,
        batches: TensorFlowBatches,
        window: Window,
        first: int,
        rates: np.ndarray,
        watch: bool,
    ) -> bool:
        """Run some steps; go back to before them, and return False, if one came to no number."""
        sums = state.sums
        totals, collected = sums.totals, [len(kept) for kept in sums.collected]
        count = len(rates)
        if not self._call(kind, batches, window, first, count, sums, state.step, rates, watch):
            sums.totals = totals
            for kept, size in zip(sums.collected, collected):
                del kept[size:]
            return False
        # After each call, so that an interrupt between two finds the state right.
        state.step += count
        return True

    @in_plain_words
    def gradient_norms(self, state: TrainState, batches: Any, index: int) -> dict[str, float]:
        """Return the norm of each weight's gradient on a batch, and change nothing."""
        self.network.random.set_seed(state.seed)
        feed = batches.arrays(index)
        arrays = [*feed.inputs, *feed.targets, *(w for w in feed.weights if w is not None)]

        def loss() -> Tensor:
            if self.network.random.used:
                self.network.random.set_step(tf.constant(state.step, tf.int64))
            tensors = [tf.convert_to_tensor(array) for array in arrays]
            return self._steps.measure(batches.layout, tensors, training=True)[0]

        with self.network.scope(), watching.unchanged(self._changed):
            return watching.norms_of_gradients(loss, self._updates.variables)

    @in_plain_words
    def score(
        self, sums: Sums, batches: Any, start: int, k: int, source: Source = NO_SOURCE
    ) -> None:
        """Add the losses and metrics of `k` batches to the sums, without training.

        Parameters
        ----------
        sums : Sums
            The sums.
        batches : TensorFlowBatches
            The data.
        start, k : int
            The first batch and the number of batches.
        source : Source
            What is drawn from, if anything is.
        """
        if k > 0:
            if self.network.draws:
                self.network.random.set_seed(source.seed, source.call)
            window = batches.window(start, spare=False)
            for at, n in self._pace.pieces(start, k):
                self._call("score", batches, window, at, n, sums, sums.batches, self._no_rates(n))
                sums.batches += n

    @in_plain_words
    def read(self, sums: Sums) -> dict[str, float | list[float]]:
        """Return the logs that sums come to; waits for the device."""
        collected = [
            [(y.numpy(), p.numpy(), None if w is None else w.numpy()) for y, p, w in kept]
            for kept in sums.collected
        ]
        return self.objective.results(sums.totals.numpy(), collected)

    def _no_rates(self, count: int) -> np.ndarray:
        return np.zeros((count, *self._rates))

    def _blocks(
        self, batches: TensorFlowBatches, window: Window, start: int, k: int
    ) -> Iterator[tuple[Any, int, int]]:
        """Cut a chunk into calls: the program, the first batch and the number of batches."""
        size, room = batches.size, batches.room
        full = max(0, min(k, window.rows // size - start))
        for done in range(0, full, room):
            yield (room, size), start + done, min(room, full - done)
        if k > full:
            yield (1, window.rows % size), start + full, 1

    def _call(
        self,
        kind: Any,
        batches: TensorFlowBatches,
        window: Window,
        first: int,
        count: int,
        sums: Sums,
        step: int,
        rates: np.ndarray,
        watch: bool = False,
    ) -> bool:
        """Call a compiled function and add what it returns to the sums.

        Returns whether all came to numbers; if not, what the steps have changed is put back.
        """
        rows = min(window.rows, (first + count) * batches.size) - first * batches.size
        self.network.check_rows([batches.size] * (rows // batches.size) + [rows % batches.size])
        program = self._program(kind, batches.layout)
        if self._by_block(kind):
            rates = np.concatenate([rates, self._no_rates(kind[0] - count)])
        with self.network.scope():
            sizes = [] if self._by_block(kind) else [batches.size, window.rows]
            totals, collected, fine = program(
                window.tensors,
                passing(first * batches.size),
                tf.constant(count, tf.int64),
                passing(step),
                tf.constant(rates, tf.float64),
                sums.totals,
                tf.constant(watch),
                *(tf.constant(n, tf.int64) for n in sizes),
            )
        sums.totals = totals
        rest = iter(collected)
        for kept, index in zip(sums.collected, self._steps.collecting()):
            weighted = batches.layout.weighted[index]
            kept.append((next(rest), next(rest), next(rest) if weighted else None))
        return bool(fine)

    def _worth_compiling(self, kind: Any, batches: TensorFlowBatches) -> bool:
        """Return whether a size of batches is compiled: an epoch's last may be too rare for it."""
        if self._collects_open_sizes():
            # XLA ends the process (TensorFlow 2.21) where gradients go through a loop over steps of
            # open number and what is collected around it is open. Without gradients it compiles.
            return False
        if (kind, batches.layout) in self._programs:
            return True
        rows = kind[1]
        if self.tuning.jit is None and rows != batches.size:
            steps = self._expected / batches.count
            if not xla_pays(self.network.graph, rows, steps, threads()):
                return False
        return sum(self._by_block(known) for known, _ in self._programs) < _XLA_SIZES

    def _collects_open_sizes(self) -> bool:
        """Return whether predictions are collected whose shapes only data shows."""
        outputs = self.network.graph.outputs
        return any(None in outputs[i].shape[1:] for i in self._steps.collecting())

    @staticmethod
    def _by_block(kind: Any) -> bool:
        return isinstance(kind, tuple)

    def _program(self, kind: Any, layout: Layout) -> Any:
        """Return the compiled function for a kind of call and data; made when first needed."""
        key = (kind, layout)
        if key not in self._programs:
            step = self._steps.scoring(layout) if kind == "score" else self._steps.training(layout)
            rows = kind[1] if self._by_block(kind) else None
            changed = () if kind == "score" else self._changed
            collected = self._steps.collected(layout, rows)
            plan = Plan(step, layout, collected, self.objective.size, changed, self._rates)
            made = block_program(plan, *kind) if self._by_block(kind) else graph_program(plan)
            self._programs[key] = Direct(made)
        return self._programs[key]
