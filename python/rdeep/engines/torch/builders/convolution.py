"""Native forms of convolutions.

Tensors are channels last, unless a layer says otherwise: seen as torch's channels-last format they
need no copy, and convolutions are faster in it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.arrays.windows import same_margins
from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.ops.convolution import CONVOLVE, points
from rdeep.engines.torch.weights import WeightMap, permuted

MEMORY = {2: torch.channels_last, 3: torch.channels_last_3d}
"""The memory formats in which channels come last, by the number of spatial dimensions."""


def pad(
    x: Tensor,
    windows: tuple[int, ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...],
    padding: str,
) -> Tensor:
    """Return a channels-first tensor padded as Keras's `same` or `causal` would.

    Parameters
    ----------
    x : Tensor
        Of shape `(batch, channels, *sizes)`.
    windows, strides, dilations : tuple of int
        For each dimension.
    padding : str
        `"valid"`, `"same"` or `"causal"`.
    """
    if padding == "valid":
        return x
    amounts: list[int] = []
    for size, window, stride, dilation in zip(x.shape[2:], windows, strides, dilations):
        before, after = same_margins(size, window, stride, dilation)
        if padding == "causal":
            before, after = (window - 1) * dilation, 0
        # torch lists the last dimension first.
        amounts = [before, after, *amounts]
    return functional.pad(x, amounts) if any(amounts) else x


class AxisSwap(nn.Module):
    """What torch's modules that want channels first share: data comes with channels last.

    `to_first` and `to_last` are the orders of axes that turn data; without them it stays.
    """

    to_first: tuple[int, ...] | None = None
    to_last: tuple[int, ...] | None = None

    def turn(self, record: Any) -> None:
        """Turn the data as a layer's record says."""
        if not record.channels_first:
            inner = range(1, record.rank + 1)
            self.to_first = (0, record.rank + 1, *inner)
            self.to_last = (0, *(axis + 1 for axis in inner), 1)

    def turned(self, x: Tensor) -> Tensor:
        """Return a tensor with channels first."""
        return x if self.to_first is None else x.permute(self.to_first)

    def returned(self, x: Tensor) -> Tensor:
        """Return a tensor with channels where they were."""
        return x if self.to_last is None else x.permute(self.to_last)


class _Conv(AxisSwap):
    """What the modules share that pad as Keras does and know their weights' starts."""

    keras_padding = "valid"
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    weight: Tensor
    bias: Tensor | None
    groups: int

    def reset_parameters(self) -> None:
        """Leave the weights as they are: the network sets them right after."""

    def forward(self, input: Tensor) -> Tensor:
        x = self.turned(input)
        x = pad(x, self.kernel_size, self.stride, self.dilation, self.keras_padding)
        if max(self.stride) > 1 and set(self.kernel_size) == {1}:
            x, steps = points(x, self.kernel_size, self.stride)
            function = CONVOLVE[len(steps)]
            return self.returned(function(x, self.weight, self.bias, steps, groups=self.groups))
        return self.returned(super().forward(x))


class Conv1d(_Conv, nn.Conv1d):
    """A convolution along one dimension.

    torch knows no format for series with channels last, but one for images: a convolution over
    images of one row takes half the time, and a matrix product still less where the kernel sees
    one step.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution of series."""
        if self.to_first is None:
            return super().forward(input)
        if self.kernel_size == self.stride == (1,) and self.groups == 1:
            return functional.linear(input, self.weight.squeeze(2), self.bias)
        rows = self.turned(input).unsqueeze(2)  # (batch, channels, 1, steps)
        window, stride, dilation = (1, *self.kernel_size), (1, *self.stride), (1, *self.dilation)
        rows = pad(rows, window, stride, dilation, self.keras_padding)
        weight = self.weight.unsqueeze(2)
        rows, stride = points(rows, window, stride)
        out = functional.conv2d(rows, weight, self.bias, stride, 0, dilation, self.groups)
        return self.returned(out.squeeze(2))


class Conv2d(_Conv, nn.Conv2d):
    """A convolution over two dimensions."""


class Conv3d(_Conv, nn.Conv3d):
    """A convolution over three dimensions."""


CONVOLUTIONS: dict[int, Any] = {1: Conv1d, 2: Conv2d, 3: Conv3d}


def prepared(module: Any, record: Any) -> Any:
    """Return a module that turns its data as its layer says, its kernel laid out to suit.

    Parameters
    ----------
    module : AxisSwap
        The module, with a weight.
    record : Layer
        The layer's record.
    """
    module.turn(record)
    if record.channels_first:
        return module
    if record.rank in MEMORY:
        return module.to(memory_format=MEMORY[record.rank])
    # What the format of images would be, had the kernel its one row already.
    weight = module.weight.data
    module.weight.data = weight.transpose(1, 2).contiguous().transpose(1, 2)
    return module


def kernel_map(tensor: Tensor) -> WeightMap:
    """Return the map of a kernel whose last two axes torch has first, in reverse."""
    last = tensor.dim() - 1
    return permuted(tensor, (last, last - 1, *range(last - 1)))


def mapped(record: Any, module: Any, **kernels: WeightMap) -> Built:
    """Return a module with its kernels and its bias, if it has one.

    Parameters
    ----------
    record : Layer
        The layer's record.
    module : nn.Module
        The module.
    **kernels : WeightMap
        Where the kernels are.
    """
    if record.use_bias:
        return Built(module, {**kernels, "bias": WeightMap([module.bias])})
    return Built(module, dict(kernels))


@native_form(layers.Conv1D, layers.Conv2D, layers.Conv3D)
def convolution(record: Any, context: BuildContext) -> Built:
    """Build a convolution."""
    module = CONVOLUTIONS[record.rank](
        record.channels(context.shapes[0]),
        record.filters,
        record.kernel_size,
        stride=record.strides,
        dilation=record.dilation_rate,
        groups=record.groups,
        bias=record.use_bias,
    )
    module.keras_padding = record.padding
    module = prepared(module, record)
    return mapped(record, module, kernel=kernel_map(module.weight))
