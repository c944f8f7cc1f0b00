"""Whole training steps compiled by torch: forward, backward and optimizer in one graph."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.catalogue.optimizers import ACCUMULATED, AVERAGE, Optimizer
from rdeep.engines.contract import TrainState
from rdeep.engines.torch.gradients import gradients
from rdeep.engines.torch.headers import require_headers
from rdeep.engines.torch.network import TorchNetwork
from rdeep.engines.torch.optimizer import Updates
from rdeep.errors import BackendError
from rdeep.graph.cost import compilable, recurs
from rdeep.interrupts import interrupts

Measure = Callable[[Any, Any, Any], "tuple[Tensor, list[Any], list[Any]]"]

# Steps are compiled for so many sizes of batches of a model, and so often in a process (models that
# are alike share what was compiled); beyond that they run as they are.
_SIZES = 4
_PROGRAMS = 64


def require_compiler(device: str) -> None:
    """Refuse to compile for a CPU where there is no C++ compiler.

    Parameters
    ----------
    device : str
        The device.

    Raises
    ------
    BackendError
        If there is none.
    """
    compilers = (os.environ.get("CXX"), "g++", "clang++", "cl")
    if device == "cpu" and not any(name and shutil.which(name) for name in compilers):
        raise BackendError(
            "'jit_compile' on torch needs a C++ compiler, and there is none here.",
            argument="jit_compile",
            received=True,
            expected="a C++ compiler such as g++",
            hint="Install one, or leave 'jit_compile' out.",
        )
    if device == "cpu":
        require_headers()


def compiles_whole(network: TorchNetwork, optimizer: Optimizer) -> bool:
    """Return whether whole steps of a training can be compiled, and not just the network.

    Recurrent kernels would be unrolled step by step; and what an optimizer does at some batches
    only would compile each kind of batch.

    Parameters
    ----------
    network : TorchNetwork
        The network.
    optimizer : Optimizer
        The optimizer.
    """
    traces = hasattr(torch._dynamo.config, "trace_autograd_ops")
    sometimes = {ACCUMULATED, AVERAGE} & set(optimizer.kept())
    whole = compilable(network.graph) and not recurs(network.graph) and not network.differentiates
    return traces and not sometimes and whole and network.device != "mps"


class CompiledSteps:
    """Runs compiled steps, several in one call where they are of one size.

    Parameters
    ----------
    network : TorchNetwork
        The network.
    updates : Updates
        How to change the network's weights.
    measure : function
        Returns the loss, the sums and what to collect, of a batch.
    unroll : int
        How many steps to compile into one call.
    """

    def __init__(
        self,
        network: TorchNetwork,
        updates: Updates,
        measure: Measure,
        unroll: int,
    ) -> None:
        self.network, self.updates = network, updates
        self.measure, self.unroll = measure, unroll
        self._compiled = torch.compile(self._steps, fullgraph=True, dynamic=False)
        self._sizes: set[Any] = set()

    def run(
        self, state: TrainState, batches: Any, start: int, rates: list[float], add: Callable
    ) -> None:
        """Train on a batch for each rate; `add` takes each batch's sums and what it collects.

        Parameters
        ----------
        state : TrainState
            The state.
        batches : TorchBatches
            The data.
        start : int
            The first batch.
        rates : list of float
            The learning rate of each step.
        add : function
            What to do with a batch's sums.
        """
        done, k = 0, len(rates)
        while done < k:
            # A last batch of another size would be compiled with each place it can stand at.
            full = batches.rows_of(start + done + self.unroll - 1) == batches.size
            n = self.unroll if full and k - done >= self.unroll else 1
            taken = [batches.batch(start + done + i) for i in range(n)]
            keys = [self.network.random.keys_at(state.step + i) for i in range(n)]
            numbers = np.array([[rates[done + i], state.step + i + 1] for i in range(n)])
            answers = self._call(taken, torch.tensor(keys), torch.from_numpy(numbers), state.slots)
            state.step += n
            done += n
            for sums, collected in answers:
                add(sums, collected)
            if interrupts.requested():
                break

    def _call(self, taken: Any, *more: Any) -> Any:
        size = (len(taken), *(tensor.shape for tensor in taken[0][0]))
        if size in self._sizes or len(self._sizes) < _SIZES:
            self._sizes.add(size)
            try:
                with torch._dynamo.config.patch(trace_autograd_ops=True, recompile_limit=_PROGRAMS):
                    return self._compiled(taken, *more)
            except torch._dynamo.exc.FailOnRecompileLimitHit:
                self._compiled = self._steps
        try:
            return self._steps(taken, *more)
        finally:
            self.network.random.keys = None

    def _steps(self, taken: Any, keys: Tensor, numbers: Tensor, slots: Any) -> list[Any]:
        answers = []
        for i, batch in enumerate(taken):
            self.network.random.keys = keys[i]
            loss, sums, collected = self.measure(*batch)
            grads = gradients(loss, self.updates.parameters)
            rate, update = numbers[i, 0], numbers[i, 1]
            with torch.no_grad():
                self.updates.change(grads, slots, rate, update)
                self.updates.constrain()
            # What is returned must not change when the next step goes over the same memory.
            answers.append(([_kept(value) for value in sums], collected))
        self.network.random.keys = None
        return answers


def _kept(value: Any) -> Any:
    return value.detach().clone() if isinstance(value, Tensor) else value
