"""Builders of pooling layers; tensors are channels last, unless a layer says otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, builds
from rdeep.engines.torch.builders.convolution import AxisSwap, pad

_POOLS: dict[tuple[int, str], Callable[..., Tensor]] = {
    (1, "max"): functional.max_pool1d,
    (2, "max"): functional.max_pool2d,
    (3, "max"): functional.max_pool3d,
    (1, "mean"): functional.avg_pool1d,
    (2, "mean"): functional.avg_pool2d,
    (3, "mean"): functional.avg_pool3d,
}
_ADAPTIVE: dict[tuple[int, str], Callable[..., Tensor]] = {
    (1, "max"): functional.adaptive_max_pool1d,
    (2, "max"): functional.adaptive_max_pool2d,
    (3, "max"): functional.adaptive_max_pool3d,
    (1, "mean"): functional.adaptive_avg_pool1d,
    (2, "mean"): functional.adaptive_avg_pool2d,
    (3, "mean"): functional.adaptive_avg_pool3d,
}


class _Pool(AxisSwap):
    """Windowed pooling."""

    def __init__(self, record: Any) -> None:
        super().__init__()
        self.size, self.strides, self.padding = record.pool_size, record.steps(), record.padding
        self.largest = record.statistic == "max"
        self.ones = (1,) * record.rank
        self.pool = _POOLS[record.rank, record.statistic]
        self.turn(record)

    def _pooled(self, x: Tensor, value: float) -> Tensor:
        padded = pad(x, self.size, self.strides, self.ones, self.padding, value)
        return self.pool(padded, self.size, self.strides)

    def forward(self, x: Tensor) -> Tensor:
        """Return the pooled tensor."""
        x = self.turned(x)
        pooled = self._pooled(x, -math.inf if self.largest else 0.0)
        if self.padding == "same" and not self.largest:
            # A window that sticks out is divided by what it covers.
            pooled = pooled / self._pooled(torch.ones_like(x[:1, :1]), 0.0)
        return self.returned(pooled)

    def extra_repr(self) -> str:
        """Return what is shown between the brackets."""
        return f"{'max' if self.largest else 'mean'}, size={self.size}, strides={self.strides}"


@builds(
    layers.MaxPooling1D,
    layers.MaxPooling2D,
    layers.MaxPooling3D,
    layers.AveragePooling1D,
    layers.AveragePooling2D,
    layers.AveragePooling3D,
)
def pooling(record: Any, site: BuildContext) -> Built:
    """Build windowed pooling."""
    return Built(_Pool(record))


class _AdaptivePool(AxisSwap):
    """Pooling down to a given size."""

    def __init__(self, record: Any) -> None:
        super().__init__()
        self.size, self.pool = record.output_size, _ADAPTIVE[record.rank, record.statistic]
        self.turn(record)

    def forward(self, x: Tensor) -> Tensor:
        """Return the pooled tensor."""
        return self.returned(self.pool(self.turned(x), self.size))


@builds(
    layers.AdaptiveMaxPooling1D,
    layers.AdaptiveMaxPooling2D,
    layers.AdaptiveMaxPooling3D,
    layers.AdaptiveAveragePooling1D,
    layers.AdaptiveAveragePooling2D,
    layers.AdaptiveAveragePooling3D,
)
def adaptive_pooling(record: Any, site: BuildContext) -> Built:
    """Build pooling down to a given size."""
    return Built(_AdaptivePool(record))


class _GlobalPool(nn.Module):
    """Pooling over all places."""

    def __init__(self, record: Any) -> None:
        super().__init__()
        first = 2 if record.channels_first else 1
        self.axes = tuple(range(first, first + record.rank))
        self.largest, self.keepdims = record.statistic == "max", record.keepdims

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return a value for each channel, over the unmasked steps."""
        if self.largest:
            return x.amax(self.axes, keepdim=self.keepdims)
        if mask is None:
            return x.mean(self.axes, keepdim=self.keepdims)
        weight = mask.to(x.dtype).unsqueeze(-1 if self.axes == (1,) else 1)
        total = (x * weight).sum(self.axes, keepdim=self.keepdims)
        return total / weight.sum(self.axes, keepdim=self.keepdims)


@builds(
    layers.GlobalMaxPooling1D,
    layers.GlobalMaxPooling2D,
    layers.GlobalMaxPooling3D,
    layers.GlobalAveragePooling1D,
    layers.GlobalAveragePooling2D,
    layers.GlobalAveragePooling3D,
)
def global_pooling(record: Any, site: BuildContext) -> Built:
    """Build pooling over all places."""
    return Built(_GlobalPool(record), takes_mask=record.mask == "read")
