"""Training and evaluation on torch, a chunk of steps at a time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.backends.contract import Sums, TrainState
from rdeep.backends.objective import Objective
from rdeep.backends.torch import ops
from rdeep.backends.torch.network import TorchNetwork
from rdeep.backends.torch.optimizer import apply, new_slots
from rdeep.catalogue.optimizers import Optimizer
from rdeep.data.arrays import ArrayFeed
from rdeep.errors import BackendError

# An epoch's order is laid out in windows of this many bytes, of which batches are views.
_WINDOW_BYTES = 1 << 28

Batch = tuple[list[Tensor], list[Tensor], list["Tensor | None"]]


class TorchBatches:
    """Data on a device as batches: views of the data laid out in the epoch's order.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    batch_size : int
        Rows in a batch.
    device : str
        The device.
    """

    def __init__(self, feed: ArrayFeed, batch_size: int, device: str) -> None:
        self.count = -(-feed.rows // batch_size)
        self._size, self._rows = batch_size, feed.rows
        self._shape = (len(feed.inputs), len(feed.targets))
        arrays = [*feed.inputs, *feed.targets, *feed.weights]
        self._data = [None if a is None else torch.from_numpy(a).to(device) for a in arrays]
        row_bytes = sum(a[:1].nbytes for a in arrays if a is not None)
        self._batches_in_window = max(1, _WINDOW_BYTES // max(1, row_bytes * batch_size))
        self.order(None)

    def order(self, permutation: np.ndarray | None) -> None:
        """Set the order of the samples for the coming epoch; `None` for the data's own."""
        self._order = None if permutation is None else torch.from_numpy(permutation)
        self._window = -1

    def batch(self, index: int) -> Batch:
        """Return a batch: inputs, targets, weights."""
        window, place = divmod(index, self._batches_in_window)
        if window != self._window:
            self._lay_out(window)
        arrays = [views if views is None else views[place] for views in self._views]
        inputs, targets = self._shape
        return (
            arrays[:inputs],
            arrays[inputs : inputs + targets],
            arrays[inputs + targets :],
        )

    def _lay_out(self, window: int) -> None:
        rows = self._batches_in_window * self._size
        start, stop = window * rows, min((window + 1) * rows, self._rows)
        self._views: list[Any] = []
        for data in self._data:
            if data is None:
                self._views.append(None)
            elif self._order is None:
                self._views.append(data[start:stop].split(self._size))
            else:
                chosen = self._order[start:stop].to(data.device)
                self._views.append(data.index_select(0, chosen).split(self._size))
        self._window = window


def _compiled(network: TorchNetwork) -> Any:
    """Return a network's body, to be compiled at its first step."""
    compilers = (os.environ.get("CXX"), "g++", "clang++", "cl")
    if network.device == "cpu" and not any(name and shutil.which(name) for name in compilers):
        raise BackendError(
            "'jit_compile' on torch needs a C++ compiler, and there is none here.",
            argument="jit_compile",
            received=True,
            expected="a C++ compiler such as g++",
            hint="Install one, or leave 'jit_compile' out.",
        )
    return torch.compile(network.body)


class _Totals:
    """A vector of sums: those that are tensors on the device, the others known here.

    Reading a tensor waits for the device, so it is left to the end.
    """

    def __init__(self, size: int, device: str) -> None:
        # Apple's GPUs have no float64.
        dtype = torch.float32 if device == "mps" else torch.float64
        self._on_device = torch.zeros(size, dtype=dtype, device=device)
        self._known = np.zeros(size)
        self._where: list[int] = []

    def add(self, values: list[Any]) -> None:
        """Add a batch's values, of which the same ones are tensors each time."""
        self._where = [i for i, value in enumerate(values) if isinstance(value, Tensor)]
        vector = torch.stack([values[i].detach() for i in self._where])
        self._on_device[: len(vector)].add_(vector)
        for i, value in enumerate(values):
            if not isinstance(value, Tensor):
                self._known[i] += value

    def numpy(self) -> np.ndarray:
        """Return the sums so far."""
        totals = self._known.copy()
        totals[self._where] = self._on_device[: len(self._where)].cpu().numpy()
        return totals


class TorchStepper:
    """Runs steps on torch.

    Parameters
    ----------
    network : TorchNetwork
        What to train.
    objective : Objective
        What to minimise and report.
    optimizer : Optimizer
        How to change the weights.
    jit : bool
        Whether to compile the network with `torch.compile`.
    """

    def __init__(
        self, network: TorchNetwork, objective: Objective, optimizer: Optimizer, jit: bool
    ) -> None:
        self.network, self.objective, self.optimizer = network, objective, optimizer
        self._body = _compiled(network) if jit else network.body
        self._parameters = network.parameters
        self._penalties = network.penalties()

    def start(self, seed: int, slots: Mapping[str, np.ndarray] | None, step: int) -> TrainState:
        """Return a state to train from: fresh, or with an earlier training's slots and step."""
        own = new_slots(self.optimizer, self._parameters)
        for name, value in (slots or {}).items():
            slot, weight = name.split("/", 1)
            if slot in own and weight in self.network.trainable:
                self.network.maps[weight].write(value, self._slot_tensors(own[slot], weight))
        return TrainState(seed, step, self.optimizer.learning_rate, own, self.new_sums())

    def export_slots(self, state: TrainState) -> dict[str, np.ndarray]:
        """Return the optimizer's slots as `slot/weight name`, in Keras's layout."""
        return {
            f"{slot}/{weight}": self.network.maps[weight].read(self._slot_tensors(tensors, weight))
            for slot, tensors in state.slots.items()
            for weight in self.network.trainable
        }

    def _slot_tensors(self, tensors: list[Tensor], weight: str) -> list[Tensor]:
        first = 0
        for name in self.network.trainable:
            count = len(self.network.maps[name].tensors)
            if name == weight:
                return tensors[first : first + count]
            first += count
        raise KeyError(weight)

    def place(self, feed: ArrayFeed, batch_size: int) -> TorchBatches:
        """Put data on the device."""
        return TorchBatches(feed, batch_size, self.network.device)

    def new_sums(self) -> Sums:
        """Return sums of nothing."""
        collecting = sum(plan.collects for plan in self.objective.plans)
        totals = _Totals(self.objective.size, self.network.device)
        return Sums(totals, [[] for _ in range(collecting)])

    def run(self, state: TrainState, batches: Any, start: int, k: int) -> None:
        """Train on `k` batches from batch `start` of the epoch on; changes state and weights."""
        self.network.body.train()
        self.network.random.seed = state.seed
        before = torch.is_grad_enabled()
        try:
            with torch.enable_grad():
                for index in range(start, start + k):
                    self._step(state, *batches.batch(index))
        finally:
            # An interrupt on the threshold of a no_grad block would leave gradients off.
            torch.set_grad_enabled(before)

    def _step(
        self,
        state: TrainState,
        inputs: list[Tensor],
        targets: list[Tensor],
        weights: list[Tensor | None],
    ) -> None:
        self.network.random.step = state.step
        loss, sums, collected = self._measure(inputs, targets, weights)
        parameters, lr = self._parameters, state.learning_rate
        if parameters:
            grads = torch.autograd.grad(loss, parameters, allow_unused=True, materialize_grads=True)
            apply(self.optimizer, parameters, list(grads), state.slots, lr, state.step + 1)
        state.step += 1
        self._add(state.sums, sums, collected)

    def score(self, sums: Sums, batches: Any, start: int, k: int) -> None:
        """Add the losses and metrics of `k` batches to the sums, without training."""
        self.network.body.eval()
        with torch.no_grad():
            for index in range(start, start + k):
                _, added, collected = self._measure(*batches.batch(index))
                self._add(sums, added, collected)

    def _measure(
        self, inputs: list[Tensor], targets: list[Tensor], weights: list[Tensor | None]
    ) -> tuple[Tensor, list[Any], list[Any]]:
        scores, masks = self.network.sort_outputs(self._body(*inputs))
        penalty = None
        for regularizer, weight in self._penalties:
            term = regularizer.penalty(weight, ops)
            penalty = term if penalty is None else penalty + term
        return self.objective.measure(scores, targets, weights, masks, penalty, ops)

    def _add(self, sums: Sums, added: list[Any], collected: list[Any]) -> None:
        sums.totals.add(added)
        for kept, (y, predicted, weight) in zip(sums.collected, collected):
            kept.append((y, predicted.detach(), weight))

    def read(self, sums: Sums) -> dict[str, float | list[float]]:
        """Return the logs that sums come to; waits for the device."""
        collected: list[Any] = [
            [tuple(None if t is None else t.cpu().numpy() for t in batch) for batch in kept]
            for kept in sums.collected
        ]
        return self.objective.results(sums.totals.numpy(), collected)
