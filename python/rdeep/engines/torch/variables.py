"""Variables on torch: weights of networks and others, their gradients, and optimizers at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.catalogue.optimizers import Optimizer
from rdeep.engines.torch.network import TorchNetwork
from rdeep.engines.torch.optimizer import Updates, detached
from rdeep.engines.torch.sampling import outside_inference_mode
from rdeep.engines.torch.weights import WeightMap
from rdeep.engines.variables import Change


class Packed(torch.Tensor):
    """A weight in Keras's layout that torch holds otherwise; its gradient is the parameter's."""

    held: WeightMap

    @classmethod
    def __torch_function__(
        cls, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Compute a plain tensor of it; gradients by it are those of the parameter."""
        kwargs = kwargs or {}
        if function is torch.autograd.grad:
            return _gradients(*args, **kwargs)
        with torch._C.DisableTorchFunctionSubclass():
            return function(*args, **kwargs)

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward()` left, in Keras's layout."""
        found = [tensor.grad for tensor in self.held.tensors]
        if any(each is None for each in found):
            return None
        return self.held.pack([each for each in found if each is not None])

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        parts = [None] * len(self.held.tensors) if value is None else self.held.unpack(value)
        for tensor, part in zip(self.held.tensors, parts):
            tensor.grad = None if part is None else part.contiguous()


def _gradients(outputs: Any, inputs: Any, *args: Any, **kwargs: Any) -> tuple[Tensor | None, ...]:
    """Return gradients as `torch.autograd.grad` does, by parameters where weights are of these.

    What networks compute with are the parameters, and a weight is made of them as it is read.
    """
    given = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    parts = [each.held.tensors if isinstance(each, Packed) else [each] for each in given]
    flat = [tensor for part in parts for tensor in part]
    with torch._C.DisableTorchFunctionSubclass():
        found = iter(torch.autograd.grad(outputs, flat, *args, **kwargs))
    taken = [[next(found) for _ in part] for part in parts]
    return tuple(
        _whole(TorchVariable(each.held), part) if isinstance(each, Packed) else part[0]
        for each, part in zip(given, taken)
    )


class TorchVariable:
    """A variable on torch.

    Parameters
    ----------
    held : WeightMap
        The tensors that hold it.
    """

    def __init__(self, held: WeightMap) -> None:
        self.held = held

    @property
    def key(self) -> tuple[int, ...]:
        """What it is known by: its tensors."""
        return tuple(map(id, self.held.tensors))

    def read(self) -> Tensor:
        """Return the value in Keras's layout: the parameter itself, or what is made of it."""
        if self.held.is_plain:
            return self.held.tensors[0]
        packed: Any = self.held.pack(self.held.tensors).as_subclass(Packed)
        packed.held = self.held
        return packed

    def numpy(self) -> np.ndarray:
        """Return a copy of the value."""
        parts = [tensor.detach() for tensor in self.held.tensors]
        return self.held.pack(parts).cpu().contiguous().numpy().copy()

    def assign(self, value: Any) -> None:
        """Give it a value.

        Parameters
        ----------
        value : Tensor
            The value, of its shape.
        """
        given = value.detach()
        with torch.no_grad():
            for tensor, part in zip(self.held.tensors, self.held.unpack(given)):
                tensor.copy_(part)


def of_network(network: TorchNetwork, name: str) -> TorchVariable:
    """Return a weight of a network as a variable.

    Parameters
    ----------
    network : TorchNetwork
        The network.
    name : str
        The weight's name in the model.
    """
    return TorchVariable(network.maps[name])


def created(value: np.ndarray, trainable: bool, name: str, device: str) -> TorchVariable:
    """Return a new variable.

    Parameters
    ----------
    value : numpy.ndarray
        Its value.
    trainable : bool
        Whether gradients are wanted for it.
    name : str
        Its name, which torch has no place for.
    device : str
        Where it is.
    """
    with outside_inference_mode():
        tensor = torch.from_numpy(value.copy()).to(device)
    return TorchVariable(WeightMap([tensor.requires_grad_(trainable)]))


class Recorder:
    """Records what is computed, for gradients with respect to some sources.

    Parameters
    ----------
    sources : sequence of TorchVariable or Tensor
        What to differentiate by.
    again : bool
        Whether the gradients will be differentiated.
    """

    def __init__(self, sources: Sequence[Any], again: bool) -> None:
        self.sources, self.again = list(sources), again
        self._parts = [x.held.tensors if isinstance(x, TorchVariable) else [x] for x in sources]
        self._flat = [tensor for part in self._parts for tensor in part]
        self._wanting = [tensor for tensor in self._flat if not tensor.requires_grad]
        self._before = torch.is_grad_enabled()

    def start(self) -> None:
        """Begin to record."""
        for tensor in self._wanting:
            tensor.requires_grad_(True)
        self._before = torch.is_grad_enabled()
        torch.set_grad_enabled(True)

    def stop(self) -> None:
        """Record no more."""
        torch.set_grad_enabled(self._before)

    def gradients(self, loss: Any) -> list[Tensor | None]:
        """Return the gradients of a number, of the shapes that Keras has.

        Parameters
        ----------
        loss : object
            The number as a tensor; anything else depends on nothing.
        """
        grads: Sequence[Tensor | None] = [None] * len(self._flat)
        if isinstance(loss, Tensor) and loss.requires_grad:
            with torch.enable_grad():
                total = loss.sum()
            grads = torch.autograd.grad(
                total, self._flat, create_graph=self.again, allow_unused=True
            )
        if not self.again:
            for tensor in self._wanting:
                tensor.requires_grad_(False)
        rest = iter(grads)
        taken = [[next(rest) for _ in part] for part in self._parts]
        return [_whole(each, part) for each, part in zip(self.sources, taken)]

    def result(self, found: Any) -> Any:
        """Return what a function gave, without the graph that is used up by now.

        Parameters
        ----------
        found : object
            What it gave: a tensor, perhaps among others.
        """
        if self.again:
            return found
        if isinstance(found, (list, tuple)):
            return [_detached(each) for each in found]
        return _detached(found)


def _detached(value: Any) -> Any:
    return value.detach() if isinstance(value, Tensor) else value


def _whole(source: Any, parts: list[Tensor | None]) -> Tensor | None:
    """Return a gradient in Keras's layout."""
    given = [part for part in parts if part is not None]
    if not given:
        return None
    if not isinstance(source, TorchVariable) or source.held.is_plain:
        return given[0]
    zeros = [torch.zeros_like(t) if g is None else g for t, g in zip(source.held.tensors, parts)]
    return source.held.pack(zeros)


def is_loss(value: Any) -> bool:
    """Return whether something is a single number as a tensor.

    Parameters
    ----------
    value : object
        What a function gave.
    """
    return isinstance(value, Tensor) and value.numel() == 1 and value.is_floating_point()


class Applied:
    """An optimizer at work on variables, with what it keeps for them.

    Parameters
    ----------
    rule : Optimizer
        The optimizer.
    """

    def __init__(self, rule: Optimizer) -> None:
        self.rule, self.step = rule, 0
        self._updates: dict[Any, tuple[Updates, dict[str, list[Any]]]] = {}
        self._kept: dict[Any, Any] = {}
        self._rate: tuple[int, float] | None = None

    @property
    def iterations(self) -> int:
        """How many steps were taken."""
        return self.step

    @iterations.setter
    def iterations(self, value: int) -> None:
        self.step = int(value)

    def apply(self, gradients: Sequence[Tensor], changes: Sequence[Change], rates: Any) -> None:
        """Take a step.

        Parameters
        ----------
        gradients : sequence of Tensor
            A gradient for each variable, in Keras's layout.
        changes : sequence of Change
            The variables.
        rates : float or Schedule
            The learning rate.
        """
        updates, slots = self.ready(changes)
        flat: list[Tensor] = []
        with torch.no_grad():
            for gradient, change in zip(gradients, changes):
                held = change.variable.held
                for part, tensor in zip(held.unpack(gradient.detach()), held.tensors):
                    same = part.is_contiguous() and tensor.is_contiguous()
                    flat.append(part if same else torch.empty_like(tensor).copy_(part))
            rate = rates if isinstance(rates, float) else float(rates.rates(self.step))
            updates.apply(flat, slots, rate, self.step)
        self.step += 1

    def finish(self, changes: Sequence[Change]) -> None:
        """Give variables their moving averages.

        Parameters
        ----------
        changes : sequence of Change
            The variables.
        """
        updates, slots = self.ready(changes)
        with torch.no_grad():
            updates.finish(slots, self.step)

    def swap(self, changes: Sequence[Change]) -> None:
        """Exchange variables and their moving averages.

        Parameters
        ----------
        changes : sequence of Change
            The variables.
        """
        updates, slots = self.ready(changes)
        with torch.no_grad():
            updates.swap(slots)

    def ready(self, changes: Sequence[Change]) -> tuple[Updates, dict[str, list[Any]]]:
        """Return what changes variables, with what is kept for them.

        Parameters
        ----------
        changes : sequence of Change
            The variables.
        """
        key = tuple(each.variable.key for each in changes)
        if key not in self._updates:
            maps: Mapping[str, WeightMap] = {c.info.name: c.variable.held for c in changes}
            rules = {c.info.name: c.constraint for c in changes if c.constraint is not None}
            with outside_inference_mode():
                updates = Updates(self.rule, detached(maps), [c.info for c in changes], rules)
                slots = updates.new_slots()
            # What was kept for a variable stays, whichever others come along with it.
            parts = [id(t) for change in changes for t in change.variable.held.tensors]
            for name, tensors in slots.items():
                owners = parts if len(tensors) == len(parts) else [c.variable.key for c in changes]
                slots[name] = [
                    self._kept.setdefault((name, owner), tensor)
                    for owner, tensor in zip(owners, tensors)
                ]
            self._updates[key] = updates, slots
        return self._updates[key]

    def slots(self) -> list[tuple[str, np.ndarray]]:
        """Return what is kept, as `slot/weight name` with a value in Keras's layout."""
        found: dict[str, np.ndarray] = {}
        for updates, slots in self._updates.values():
            found.update(updates.export(slots))
        return list(found.items())

    def load(self, name: str, value: np.ndarray) -> None:
        """Give something that is kept a value.

        Parameters
        ----------
        name : str
            As `slot/weight name`.
        value : numpy.ndarray
            The value in Keras's layout.
        """
        for updates, slots in self._updates.values():
            updates.load(slots, {name: value})
