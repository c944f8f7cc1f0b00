"""Builders of layers that make one tensor of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

import torch
from torch import Tensor, nn

from rdeep.catalogue import layers
from rdeep.catalogue.layers.base import Layer
from rdeep.engines.torch.builders.base import BuildContext, Built, builds


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


class _MaskedMerge(_ValueByValue):
    """A merge in which masked steps have no say, as in Keras."""

    def forward(self, tensors: list[Tensor], masks: Sequence[Tensor | None] = ()) -> Tensor:
        """Return one tensor of several."""
        ranks = {tensor.dim() for tensor in tensors}
        if all(mask is None for mask in masks) or len(ranks) > 1:
            return super().forward(tensors)
        spread = [
            None if m is None else m.unsqueeze(-1).expand_as(x) for x, m in zip(tensors, masks)
        ]
        return self.merged(tensors, spread)

    def merged(self, tensors: list[Tensor], masks: list[Tensor | None]) -> Tensor:
        """Return the larger, or the smaller, of what the masks leave."""
        found, seen = tensors[0], masks[0]
        for x, mask in zip(tensors[1:], masks[1:]):
            other = x if mask is None else torch.where(mask, x, found)
            found = found if seen is None else torch.where(seen, found, other)
            seen = None if seen is None or mask is None else seen | mask
            found = self.merge(found, other)
        return found


class _MaskedProduct(_MaskedMerge):
    def merged(self, tensors: list[Tensor], masks: list[Tensor | None]) -> Tensor:
        """Return the product of what the masks leave, and 0 where they leave nothing."""
        factors = [x if m is None else torch.where(m, x, 1.0) for x, m in zip(tensors, masks)]
        found = reduce(self.merge, factors)
        given = [mask for mask in masks if mask is not None]
        return (
            found
            if len(given) < len(masks)
            else torch.where(reduce(torch.logical_or, given), found, 0.0)
        )


_MERGES: dict[type[Layer], Callable[[Tensor, Tensor], Tensor]] = {
    layers.Add: torch.add,
    layers.Average: torch.add,
    layers.Subtract: torch.sub,
    layers.Multiply: torch.mul,
    layers.Maximum: torch.maximum,
    layers.Minimum: torch.minimum,
}


@builds(*_MERGES)
def value_by_value(record: Layer, site: BuildContext) -> Built:
    """Build a layer that merges value by value."""
    merge = _MERGES[type(record)]
    if isinstance(record, (layers.Maximum, layers.Minimum, layers.Multiply)):
        kind = _MaskedProduct if isinstance(record, layers.Multiply) else _MaskedMerge
        return Built(kind(merge, False), takes_list=True, takes_masks=True)
    return Built(_ValueByValue(merge, isinstance(record, layers.Average)), takes_list=True)


class _Concatenate(nn.Module):
    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, tensors: list[Tensor]) -> Tensor:
        return torch.cat(tensors, dim=self.axis)


@builds(layers.Concatenate)
def concatenate(record: layers.Concatenate, site: BuildContext) -> Built:
    """Build a joining layer."""
    return Built(_Concatenate(record.axis), takes_list=True)
