"""Builders of layers that make one tensor of several."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import torch
from torch import Tensor, nn

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.catalogue import layers
from rdeep.catalogue.layers.base import Layer


class _ValueByValue(nn.Module):
    """Merges two tensors, then what came of it and the next, and so on."""

    def __init__(self, merge: Callable[[Tensor, Tensor], Tensor], mean: bool) -> None:
        super().__init__()
        self.merge, self.mean = merge, mean

    def forward(self, tensors: list[Tensor]) -> Tensor:
        """Return one tensor of several."""
        rank = max(tensor.dim() for tensor in tensors)
        # Keras adds dimensions after the batch, torch would add them before it.
        aligned = [x.reshape(x.shape[0], *[1] * (rank - x.dim()), *x.shape[1:]) for x in tensors]
        merged = reduce(self.merge, aligned)
        return merged / len(tensors) if self.mean else merged


_MERGES: dict[type[Layer], Callable[[Tensor, Tensor], Tensor]] = {
    layers.Add: torch.add,
    layers.Average: torch.add,
    layers.Subtract: torch.sub,
    layers.Multiply: torch.mul,
    layers.Maximum: torch.maximum,
    layers.Minimum: torch.minimum,
}


@builds(*_MERGES)
def value_by_value(record: Layer, site: Site) -> Built:
    """Build a layer that merges value by value."""
    module = _ValueByValue(_MERGES[type(record)], isinstance(record, layers.Average))
    return Built(module, takes_list=True)


class _Concatenate(nn.Module):
    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, tensors: list[Tensor]) -> Tensor:
        return torch.cat(tensors, dim=self.axis)


@builds(layers.Concatenate)
def concatenate(record: layers.Concatenate, site: Site) -> Built:
    """Build a joining layer."""
    return Built(_Concatenate(record.axis), takes_list=True)
