"""Builders of layers that change the shape."""

from __future__ import annotations

from torch import Tensor, nn

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, builds


@builds(layers.Flatten)
def flatten(record: layers.Flatten, site: BuildContext) -> Built:
    """Build a flattening layer."""
    return Built(_FlattenFirst() if record.channels_first else nn.Flatten())


class _FlattenFirst(nn.Module):
    """Flattens with the channels, which come first, varying fastest."""

    def forward(self, x: Tensor) -> Tensor:
        return x.movedim(1, -1).flatten(1)


@builds(layers.Reshape)
def reshape(record: layers.Reshape, site: BuildContext) -> Built:
    """Build a reshaping layer."""
    return Built(_Reshape(tuple(-1 if size is None else size for size in record.target_shape)))


class _Reshape(nn.Module):
    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], *self.shape)
