"""A network computed with other weights than its own, which gradients flow to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from rdeep.engines.torch.weights import WeightMap


@contextmanager
def substituted(
    modules: list[nn.Module], maps: Mapping[str, WeightMap], values: Mapping[str, Tensor]
) -> Iterator[None]:
    """Have modules compute with other tensors, and change those where they change buffers.

    Parameters
    ----------
    modules : list of torch.nn.Module
        All modules of a network.
    maps : mapping of str to WeightMap
        Its weights.
    values : mapping of str to Tensor
        What stands for them, in Keras's layout.
    """
    places: dict[int, Tensor] = {}
    for name, value in values.items():
        for tensor, part in zip(maps[name].tensors, maps[name].unpack(value)):
            # A copy of what modules change in place.
            places[id(tensor)] = part if tensor.requires_grad else part.clone()
    undo: list[Any] = []
    for module in {each for one in modules for each in one.modules()}:
        for held in (module._parameters, module._buffers):
            for name, tensor in list(held.items()):
                if id(tensor) in places:
                    undo.append((held, name, tensor))
                    held[name] = places[id(tensor)]
        if isinstance(module, nn.RNNBase):
            undo.append((module.__dict__, "_flat_weights", module._flat_weights))
            module.__dict__["_flat_weights"] = [
                places.get(id(each), each) for each in module._flat_weights
            ]
        known = getattr(module, "maps", None) or {}
        read = getattr(module, "held", None)
        kept = [read] if isinstance(read, WeightMap) else []
        for weight_map in [*known.values(), *maps.values(), *kept]:
            if any(id(each) in places for each in weight_map.tensors):
                undo.append((weight_map.__dict__, "tensors", weight_map.tensors))
                weight_map.tensors = [places.get(id(each), each) for each in weight_map.tensors]
    try:
        yield
    finally:
        for place, name, before in reversed(undo):
            place[name] = before


def call_with(
    network: Any, values: Mapping[str, Any], inputs: list[Any], training: bool, seed: int
) -> tuple[list[Tensor], list[Tensor], dict[str, Tensor]]:
    """Return outputs, what layers add to the loss, and the weights as they are then.

    Parameters
    ----------
    network : TorchNetwork
        The network.
    values : mapping of str to Tensor or array
        The weights to compute with.
    inputs, training, seed
        As for the network's `call`.
    """
    about: Any = {"dtype": torch.float32, "device": network.device}
    given = {name: torch.as_tensor(each, **about) for name, each in values.items()}
    with substituted([network.native, network.body], network.maps, given):
        outputs = network.call(inputs, training, seed)
        terms = network.penalty_terms()
        after = {name: network.maps[name].pack(network.maps[name].tensors) for name in given}
    return outputs, terms, after
