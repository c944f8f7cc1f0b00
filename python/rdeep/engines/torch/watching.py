"""Steps of training that come to no number: noticed before they change anything, or taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from rdeep.engines.contract import TrainState
from rdeep.engines.states import KeptStates
from rdeep.engines.torch.network import TorchNetwork
from rdeep.engines.torch.scaling import LossScale

# What torch's own scaling of gradients looks for overflow by, in one call for all of them: a
# private function, and looking at one after the other stands ready.
_look_at_all = getattr(torch, "_amp_foreach_non_finite_check_and_unscale_", None)


class Finite:
    """Says whether all values of some tensors are numbers, in one pass over them.

    Parameters
    ----------
    device : str
        Where the tensors are.
    """

    def __init__(self, device: str) -> None:
        self._found = torch.zeros(1, device=device)
        self._one = torch.ones(1, device=device)

    def __call__(self, tensors: list[Tensor]) -> bool:
        """Return whether none of the values is missing or infinite.

        Parameters
        ----------
        tensors : list of Tensor
            Tensors of floats, without gradients.
        """
        if _look_at_all is None or any(t.dtype != torch.float32 for t in tensors):
            return all(bool(torch.isfinite(t).all()) for t in tensors)
        # Multiplied by one, they stay what they are.
        _look_at_all(tensors, self._found, self._one)
        if self._found.item() == 0.0:
            return True
        self._found.zero_()
        return False


def changed_by_running(network: TorchNetwork) -> list[Tensor]:
    """Return the tensors that a forward pass of training changes, such as moving means.

    Parameters
    ----------
    network : TorchNetwork
        The network.
    """
    return [
        tensor.detach()
        for layer in network.graph.layers
        for name, weight in zip(layer.weight_names, layer.declared)
        if weight.buffer
        for tensor in network.maps[name].tensors
    ]


class Copies:
    """Copies of tensors, to put back what was there.

    Parameters
    ----------
    tensors : list of Tensor
        What may be changed in place.
    """

    def __init__(self, tensors: list[Tensor]) -> None:
        self.tensors = tensors
        self.floats = [t for t in tensors if t.is_floating_point()]
        self._copies: list[Tensor] = []

    def take(self) -> None:
        """Copy the values of this moment."""
        if self.tensors and not self._copies:
            self._copies = [torch.empty_like(t, requires_grad=False) for t in self.tensors]
        if self.tensors:
            torch._foreach_copy_(self._copies, self.tensors)

    def put_back(self) -> None:
        """Give the tensors the values that were copied."""
        if self.tensors:
            torch._foreach_copy_(self.tensors, self._copies)


class Watch:
    """All that steps change, as it was before them.

    Parameters
    ----------
    network : TorchNetwork
        What is trained.
    parameters : list of Tensor
        The weights that the optimizer changes, without gradients.
    state : TrainState
        The training's state.
    scale : LossScale or None
        What the loss is multiplied by.

    Attributes
    ----------
    size : int
        How many numbers steps change.
    """

    def __init__(
        self,
        network: TorchNetwork,
        parameters: list[Tensor],
        state: TrainState,
        scale: LossScale | None,
    ) -> None:
        self.state, self._scale = state, scale
        self._network = network
        slots = [t for kept in state.slots.values() for t in kept if t is not None]
        self._all = Copies([*parameters, *slots, *changed_by_running(network)])
        self._finite = Finite(network.device)
        self.size = sum(t.numel() for t in self._all.tensors)

    def take(self) -> None:
        """Remember what is there now."""
        state = self.state
        self._all.take()
        self._step, self._sums = state.step, state.sums.totals.mark()
        self._collected = [len(kept) for kept in state.sums.collected]
        self._factor = None if self._scale is None else self._scale.at
        self._kept = [(states, states.kept) for states in kept_states(self._network)]

    def put_back(self) -> None:
        """Make all as it was."""
        state = self.state
        self._all.put_back()
        state.step = self._step
        state.sums.totals.go_back(self._sums)
        for kept, count in zip(state.sums.collected, self._collected):
            del kept[count:]
        if self._scale is not None and self._factor is not None:
            self._scale.go_on(*self._factor)
        for states, before in self._kept:
            states.kept = before

    def all_finite(self) -> bool:
        """Return whether the losses since, and all that steps change, are numbers."""
        return bool(self.state.sums.totals.is_finite()) and self._finite(self._all.floats)


def run_in_sight(watch: Watch, count: int, run: Callable[[int, int], None]) -> bool:
    """Run steps; where one comes to no number, run those before it, and return False.

    Parameters
    ----------
    watch : Watch
        What is put back.
    count : int
        How many steps.
    run : function
        Runs steps, from one number on and so many; an interrupt may leave out the last ones.
    """
    watch.take()
    run(0, count)
    if watch.all_finite():
        return True
    # The same steps give the same numbers: this time each is looked at.
    watch.put_back()
    for done in range(count):
        watch.take()
        run(done, 1)
        if not watch.all_finite():
            watch.put_back()
            return False
    return True


def kept_states(network: TorchNetwork) -> Iterator[KeptStates]:
    """Return what the recurrent layers of a network keep between batches.

    Parameters
    ----------
    network : TorchNetwork
        The network.
    """
    waiting: list[Any] = [getattr(module, "states", None) for module in network.body.modules()]
    while waiting:
        states = waiting.pop()
        if isinstance(states, KeptStates):
            yield states
            waiting += states.parts()


def norms(names: Sequence[str], tensors: Sequence[Sequence[Tensor]]) -> dict[str, float]:
    """Return the norm of each weight's gradient, in float64, which does not overflow.

    Parameters
    ----------
    names : sequence of str
        The weights.
    tensors : sequence of sequence of Tensor
        The gradients of the tensors that hold each.
    """
    return {
        name: float(torch.stack([t.double().square().sum() for t in parts]).sum().sqrt())
        for name, parts in zip(names, tensors)
    }
