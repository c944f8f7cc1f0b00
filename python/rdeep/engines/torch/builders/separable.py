"""Native forms of depthwise and separable convolutions: a group of its own for each channel."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torch import Tensor, nn

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.builders.convolution import (
    CONVOLUTIONS,
    kernel_map,
    mapped,
    prepared,
)
from rdeep.engines.torch.weights import WeightMap


def _depthwise(record: Any, context: BuildContext, bias: bool) -> Any:
    channels = record.channels(context.shapes[0])
    module = CONVOLUTIONS[record.rank](
        channels,
        channels * record.depth_multiplier,
        record.kernel_size,
        stride=record.strides,
        dilation=record.dilation_rate,
        groups=channels,
        bias=bias,
    )
    module.keras_padding = record.padding
    return module


def _depthwise_map(tensor: Tensor, multiplier: int) -> WeightMap:
    """Return the map of a kernel `(*sizes, channels, multiplier)`: torch joins the last two."""
    rank = tensor.dim() - 2
    sizes = tuple(tensor.shape[2:])
    forth = (rank, rank + 1, *range(rank))
    back = (*range(2, rank + 2), 0, 1)
    return WeightMap(
        [tensor],
        lambda x: [x.permute(forth).reshape(tensor.shape)],
        lambda xs: xs[0].reshape(-1, multiplier, *sizes).permute(back),
    )


@native_form(layers.DepthwiseConv1D, layers.DepthwiseConv2D)
def depthwise_convolution(record: Any, context: BuildContext) -> Built:
    """Build a depthwise convolution."""
    module = prepared(_depthwise(record, context, record.use_bias), record)
    return mapped(record, module, kernel=_depthwise_map(module.weight, record.depth_multiplier))


@native_form(layers.SeparableConv1D, layers.SeparableConv2D)
def separable_convolution(record: Any, context: BuildContext) -> Built:
    """Build a separable convolution."""
    depthwise = prepared(_depthwise(record, context, bias=False), record)
    pointwise = CONVOLUTIONS[record.rank](
        depthwise.out_channels, record.filters, 1, bias=record.use_bias
    )
    pointwise = prepared(pointwise, record)
    module = nn.Sequential(OrderedDict(depthwise=depthwise, pointwise=pointwise))
    weights = {
        "depthwise_kernel": _depthwise_map(depthwise.weight, record.depth_multiplier),
        "pointwise_kernel": kernel_map(pointwise.weight),
    }
    if record.use_bias:
        weights["bias"] = WeightMap([pointwise.bias])
    return Built(module, weights)
