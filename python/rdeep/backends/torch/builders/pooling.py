"""Builders of pooling layers; tensors are channels last."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.builders.convolution import pad
from rdeep.catalogue import layers


class _Pool(nn.Module):
    """Windowed pooling over one or two dimensions."""

    def __init__(self, record: layers.MaxPooling2D) -> None:
        super().__init__()
        self.size, self.strides, self.padding = record.pool_size, record.steps(), record.padding
        self.largest = record.statistic == "max"
        self.ones = (1,) * record.rank
        pools: dict[tuple[int, bool], Callable[..., Tensor]] = {
            (1, True): functional.max_pool1d,
            (2, True): functional.max_pool2d,
            (1, False): functional.avg_pool1d,
            (2, False): functional.avg_pool2d,
        }
        self.pool = pools[record.rank, self.largest]

    def _pooled(self, x: Tensor, value: float) -> Tensor:
        padded = pad(x, self.size, self.strides, self.ones, self.padding, value)
        return self.pool(padded, self.size, self.strides)

    def forward(self, x: Tensor) -> Tensor:
        """Return the pooled tensor."""
        x = x.movedim(-1, 1)
        pooled = self._pooled(x, -math.inf if self.largest else 0.0)
        if self.padding == "same" and not self.largest:
            # A window that sticks out is divided by what it covers.
            pooled = pooled / self._pooled(torch.ones_like(x[:1, :1]), 0.0)
        return pooled.movedim(1, -1)

    def extra_repr(self) -> str:
        """Return what is shown between the brackets."""
        return f"{'max' if self.largest else 'mean'}, size={self.size}, strides={self.strides}"


@builds(layers.MaxPooling1D, layers.MaxPooling2D, layers.AveragePooling1D, layers.AveragePooling2D)
def pooling(record: layers.MaxPooling2D, site: Site) -> Built:
    """Build windowed pooling."""
    return Built(_Pool(record))


class _GlobalPool(nn.Module):
    """Pooling over all places."""

    def __init__(self, rank: int, largest: bool, keepdims: bool) -> None:
        super().__init__()
        self.axes, self.largest, self.keepdims = tuple(range(1, rank + 1)), largest, keepdims

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return a value for each channel, over the unmasked steps."""
        if self.largest:
            return x.amax(self.axes, keepdim=self.keepdims)
        if mask is None:
            return x.mean(self.axes, keepdim=self.keepdims)
        weight = mask.to(x.dtype).unsqueeze(-1)
        total = (x * weight).sum(1, keepdim=self.keepdims)
        return total / weight.sum(1, keepdim=self.keepdims)


@builds(
    layers.GlobalMaxPooling1D,
    layers.GlobalMaxPooling2D,
    layers.GlobalAveragePooling1D,
    layers.GlobalAveragePooling2D,
)
def global_pooling(record: layers.GlobalMaxPooling2D, site: Site) -> Built:
    """Build pooling over all places."""
    module = _GlobalPool(record.rank, record.statistic == "max", record.keepdims)
    return Built(module, takes_mask=record.mask == "read")
