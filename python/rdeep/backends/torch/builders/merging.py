"""Builders of layers that make one tensor of several."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.catalogue import layers


class _Add(nn.Module):
    def forward(self, tensors: list[Tensor]) -> Tensor:
        rank = max(tensor.dim() for tensor in tensors)
        # Keras adds dimensions after the batch, torch would add them before it.
        total = None
        for x in tensors:
            x = x.reshape(x.shape[0], *([1] * (rank - x.dim())), *x.shape[1:])
            total = x if total is None else total + x
        assert total is not None
        return total


@builds(layers.Add)
def add(record: layers.Add, site: Site) -> Built:
    """Build an adding layer."""
    return Built(_Add(), takes_list=True)


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
