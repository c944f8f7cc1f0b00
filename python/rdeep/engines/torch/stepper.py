"""Training and evaluation on torch, a chunk of steps at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.catalogue.optimizers import AVERAGE, BaseOptimizer, ParameterInfo
from rdeep.data.arrays import ArrayFeed
from rdeep.engines.contract import NO_SOURCE, Source, Sums, TrainState, Tuning
from rdeep.engines.objective import Objective
from rdeep.engines.progress import read_again, written_down
from rdeep.engines.reasons import in_plain_words
from rdeep.engines.scaling import scaling_of
from rdeep.engines.torch import ops, threads
from rdeep.engines.torch.batches import TorchBatches
from rdeep.engines.torch.gradients import gradients
from rdeep.engines.torch.network import TorchNetwork
from rdeep.engines.torch.optimizer import Updates, detached
from rdeep.engines.torch.scaling import LossScale
from rdeep.engines.torch.sums import Totals
from rdeep.engines.torch.watching import (
    Copies,
    Finite,
    Watch,
    changed_by_running,
    kept_states,
    run_in_sight,
)
from rdeep.engines.torch.watching import norms as gradient_sizes
from rdeep.engines.torch.weights import WeightMap
from rdeep.interrupts import interrupts

# Every how many steps of a chunk it is looked whether an interrupt waits.
_LOOK_EVERY = 8

# What data may take of a GPU's free memory; larger data is read along.
_SHARE_FOR_DATA = 0.6
# Up to these a step of numbers gives weights that are numbers: gradients are then far from what a
# learning rate or a square takes beyond float32. Above, the weights are looked at after the step.
_TAME_RATE = 1.0
_TAME_LOSS = 1e12
# A look at the gradients of a step takes so many numbers' time, however few there are.
_LOOK = 10_000


class TorchStepper:
    """Runs steps on torch.

    Parameters
    ----------
    network : TorchNetwork
        What to train.
    objective : Objective
        What to minimise and report.
    optimizer : BaseOptimizer
        How to change the weights.
    tuning : Tuning
        Whether to compile, with `torch.compile`, and how many steps into one call.
    """

    def __init__(
        self, network: TorchNetwork, objective: Objective, optimizer: BaseOptimizer, tuning: Tuning
    ) -> None:
        self.network, self.objective, self.optimizer = network, objective, optimizer.rule
        self._body = network.body
        self._parameters = network.parameters
        # Aliases without gradients: changing them in place is no business of autograd's.
        self._updates = self._made_updates(detached(network.maps))
        self._penalties = network.penalties()
        self._scale: LossScale | None = None
        if (scaling := scaling_of(network.policy, optimizer)) is not None:
            self._scale = LossScale(scaling)
        self._compiled = self._compile(tuning) if tuning.jit is True else None
        self._finite = Finite(network.device)
        self._moving = Copies(changed_by_running(network))
        self._size = sum(p.numel() for p in self._parameters)
        self._stateful = network.graph.is_stateful()
        self._watch: Watch | None = None

    def _made_updates(self, maps: Mapping[str, WeightMap]) -> Updates:
        graph = self.network.graph
        weights = graph.weights()
        infos = [ParameterInfo(name, weights[name].shape) for name in self.network.trainable]
        return Updates(self.optimizer, maps, infos, graph.constrained())

    def _compile(self, tuning: Tuning) -> Any:
        from rdeep.engines.torch import compiled

        compiled.require_compiler(self.network.device)
        whole = self._scale is None and compiled.compiles_whole(self.network, self.optimizer)
        if self._parameters and whole:
            return compiled.CompiledSteps(
                self.network,
                self._made_updates(self.network.maps),
                self._measure,
                tuning.unroll,
            )
        for module in self.network.body.modules():
            if hasattr(module, "leave_out_of_compilation"):
                module.leave_out_of_compilation()
        self._body = torch.compile(self.network.body)
        return None

    @in_plain_words
    def start(self, seed: int, slots: Mapping[str, np.ndarray] | None, step: int) -> TrainState:
        """Return a state to train from: fresh, or with an earlier training's slots and step."""
        own = self._updates.new_slots()
        self._updates.load(own, slots or {})
        return TrainState(seed, step, own, self.new_sums())

    @in_plain_words
    def restore(self, state: TrainState, slots: Mapping[str, np.ndarray]) -> None:
        """Give a state the slots of another training."""
        self._updates.load(state.slots, slots)

    @in_plain_words
    def export_slots(self, state: TrainState) -> dict[str, np.ndarray]:
        """Return the optimizer's slots as `slot/weight name`, in Keras's layout."""
        return self._updates.export(state.slots)

    @in_plain_words
    def finish(self, state: TrainState) -> None:
        """Give the weights their moving average, if the optimizer keeps one."""
        # The copies' memory goes with the training.
        self._watch = None
        if state.averaged:
            self.swap_average(state)
        self._updates.finish(state.slots, self.optimizer.changes_before(state.step))

    @in_plain_words
    def swap_average(self, state: TrainState) -> None:
        """Exchange the weights and their moving average, if there is one."""
        if AVERAGE in state.slots and self.optimizer.changes_before(state.step):
            self._updates.swap(state.slots)
            state.averaged = not state.averaged

    def holds(self, nbytes: int) -> bool:
        """Return whether data of that size fits the device, with room to work."""
        return fits_device(nbytes, self.network.device)

    @in_plain_words
    def place(self, feed: ArrayFeed, batch_size: int) -> TorchBatches:
        """Put data on the device."""
        return TorchBatches(self.objective.fed(feed), batch_size, self.network.device)

    def expect(self, batch_size: int, steps: float, by_batch: bool) -> None:
        """Do nothing: torch compiles when it is told to, however long training will be."""

    def new_sums(self) -> Sums:
        """Return sums of nothing."""
        collecting = sum(plan.collects for plan in self.objective.plans)
        totals = Totals(self.objective.size, self.objective.means)
        return Sums(totals, [[] for _ in range(collecting)])

    def export_sums(self, sums: Sums) -> dict[str, np.ndarray]:
        """Return the sums as arrays by name."""
        return written_down(sums, sums.totals.numpy(), lambda t: t.cpu().numpy())

    def load_sums(self, arrays: Mapping[str, np.ndarray]) -> Sums:
        """Return the sums that were written down."""
        sums = self.new_sums()
        totals, sums.collected = read_again(arrays, self.objective, self._to_device)
        sums.totals.start_from(totals)
        return sums

    @property
    def loss_scale(self) -> tuple[float, int] | None:
        """The scale that follows the gradients, and the steps since it changed."""
        return None if self._scale is None else self._scale.at

    @loss_scale.setter
    def loss_scale(self, value: tuple[float, int] | None) -> None:
        if value is not None and self._scale is not None:
            self._scale.go_on(*value)

    def _to_device(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array.copy()).to(self.network.device)

    @in_plain_words
    def run(
        self, state: TrainState, batches: Any, start: int, rates: np.ndarray, watch: bool = True
    ) -> bool:
        """Train from batch `start` of the epoch on, a batch for each learning rate.

        Returns False where a step comes to no number: it and those after it are not taken.
        """
        with self._training(state, batches.size):
            if not watch:
                self._run_all(state, batches, start, rates)
                return True
            if self._goes_back(state, len(rates)):

                def run_some(first: int, some: int) -> None:
                    part = rates[first : first + some]
                    self._run_all(state, batches, start + first, part)

                return run_in_sight(self._watched(state), len(rates), run_some)
            for index, rate in enumerate(rates.tolist(), start):
                if not self._watched_step(state, batches.batch(index), rate):
                    return False
                if not index % _LOOK_EVERY and interrupts.requested():
                    break
            return True

    def _goes_back(self, state: TrainState, count: int) -> bool:
        """Return whether a chunk is run first and looked at then, not step by step."""
        if self._compiled is not None or self.network.device != "cpu":
            # Looking at each loss would wait for a GPU at each step.
            return True
        # Copies and a look at them go over all that steps change about three times, a look at the
        # gradients of each step over these once, and takes as long as that of some more.
        return 3 * self._watched(state).size < count * (self._size + _LOOK)

    @contextmanager
    def _training(self, state: TrainState, rows: int) -> Iterator[None]:
        """Have the network act as in training."""
        self.network.body.train()
        before = torch.is_grad_enabled()
        try:
            with (
                self.network.random.drawing(state.seed),
                threads.suited(3 * self.network.row_flops * rows),
                torch.enable_grad(),
            ):
                yield
        finally:
            # An interrupt on the threshold of a no_grad block would leave gradients off.
            torch.set_grad_enabled(before)

    def _run_all(self, state: TrainState, batches: Any, start: int, rates: np.ndarray) -> None:
        if self._compiled is not None:
            self._compiled.run(state, batches, start, rates.tolist(), self._adder(state))
            return
        for index, rate in enumerate(rates.tolist(), start):
            self._step(state, batches.batch(index), rate)
            if not index % _LOOK_EVERY and interrupts.requested():
                break

    def _adder(self, state: TrainState) -> Any:
        return lambda sums, collected: self._add(state.sums, sums, collected)

    def _step(self, state: TrainState, batch: Any, rate: float) -> None:
        self.network.random.step = state.step
        loss, sums, collected = self._measure(*batch)
        grads = self._gradients(loss) if self._parameters else None
        if grads is not None:
            self._updates.apply(grads, state.slots, rate, state.step)
        state.step += 1
        self._add(state.sums, sums, collected)

    def _watched_step(self, state: TrainState, batch: Any, rate: float) -> bool:
        """Take a step unless it comes to no number; return whether it was taken."""
        self.network.random.step = state.step
        self._moving.take()
        kept = [(s, s.kept) for s in kept_states(self.network)] if self._stateful else ()
        scaled = None if self._scale is None else self._scale.at
        loss, sums, collected = self._measure(*batch)
        if self._apply(loss, state, rate, scaled):
            state.step += 1
            self._add(state.sums, sums, collected)
            return True
        self._moving.put_back()
        for states, before in kept:
            states.kept = before
        if self._scale is not None and scaled is not None:
            self._scale.go_on(*scaled)
        return False

    def _apply(self, loss: Tensor, state: TrainState, rate: float, scaled: Any) -> bool:
        """Change the weights unless that comes to no number; return whether it does not."""
        value = loss.item()
        if not math.isfinite(value):
            return False
        grads = self._gradients(loss) if self._parameters else None
        if grads is None:
            # A scale that cannot fall any further does not mend gradients that overflow.
            return scaled is None or scaled[0] > 1.0
        if not self._finite([*grads, *self._moving.floats]):
            return False
        if rate <= _TAME_RATE and abs(value) <= _TAME_LOSS:
            self._updates.apply(grads, state.slots, rate, state.step)
            return True
        watch = self._watched(state)
        watch.take()
        self._updates.apply(grads, state.slots, rate, state.step)
        if watch.all_finite():
            return True
        watch.put_back()
        return False

    def _watched(self, state: TrainState) -> Watch:
        if self._watch is None or self._watch.state is not state:
            self._watch = Watch(self.network, self._updates.parameters, state, self._scale)
        return self._watch

    @in_plain_words
    def gradient_norms(self, state: TrainState, batches: Any, index: int) -> dict[str, float]:
        """Return the norm of each weight's gradient on a batch, and change nothing."""
        watch = self._watched(state)
        watch.take()
        with self._training(state, batches.size):
            self.network.random.step = state.step
            loss, _, _ = self._measure(*batches.batch(index))
            found = iter(gradients(loss, self._parameters) if self._parameters else [])
        watch.put_back()
        names = self.network.trainable
        held = [[next(found) for _ in self.network.maps[name].tensors] for name in names]
        return gradient_sizes(names, held)

    def _gradients(self, loss: Tensor) -> list[Tensor] | None:
        """Return the gradients; `None` if they overflowed, and the step is left out."""
        if self._scale is not None:
            return self._scale.unscaled(gradients(loss * self._scale.factor, self._parameters))
        factor = self.optimizer.loss_scale_factor
        if factor is None:
            return gradients(loss, self._parameters)
        return [g / factor for g in gradients(loss * factor, self._parameters)]

    @in_plain_words
    def score(
        self, sums: Sums, batches: Any, start: int, k: int, source: Source = NO_SOURCE
    ) -> None:
        """Add the losses and metrics of `k` batches to the sums, without training."""
        self.network.body.eval()
        with (
            self.network.random.drawing(source.seed, call=source.call),
            threads.suited(self.network.row_flops * batches.size),
            self.network.without_gradients(inference=False),
        ):
            for index in range(start, start + k):
                self.network.random.step = sums.batches
                sums.batches += 1
                _, added, collected = self._measure(*batches.batch(index))
                self._add(sums, added, collected)
                interrupts.check()

    def _measure(
        self, inputs: list[Tensor], targets: list[Tensor], weights: list[Tensor | None]
    ) -> tuple[Tensor, list[Any], list[Any]]:
        with self.network.precision():
            scores, masks, terms = self.network.sort_outputs(self._body(*inputs))
        for rule, weight_map in self._penalties:
            terms.append(rule.penalty(weight_map.pack(weight_map.tensors), ops))
        penalty = sum(terms[1:], start=terms[0]) if terms else None
        return self.objective.measure(scores, targets, weights, masks, penalty, ops)

    def _add(self, sums: Sums, added: list[Any], collected: list[Any]) -> None:
        sums.totals.add(added)
        for kept, (y, predicted, weight) in zip(sums.collected, collected):
            kept.append((y, predicted.detach(), weight))

    @in_plain_words
    def read(self, sums: Sums) -> dict[str, float | list[float]]:
        """Return the logs that sums come to; waits for the device."""
        collected: list[Any] = [
            [tuple(None if t is None else t.cpu().numpy() for t in batch) for batch in kept]
            for kept in sums.collected
        ]
        return self.objective.results(sums.totals.numpy(), collected)


def fits_device(nbytes: int, device: str) -> bool:
    """Return whether data of a size fits a device, with room to work.

    Parameters
    ----------
    nbytes : int
        The size.
    device : str
        The device's name.
    """
    if not device.startswith("cuda"):
        return True
    free, _ = torch.cuda.mem_get_info(device)
    return nbytes < _SHARE_FOR_DATA * free
