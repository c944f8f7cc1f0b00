"""Builders of convolutions.

Tensors are channels last: seen as torch's channels-last format they need no copy, and
convolutions are faster in it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.weights import WeightMap, permuted
from rdeep.catalogue import layers


def same_padding(size: int, window: int, stride: int, dilation: int) -> tuple[int, int]:
    """Return the padding before and after a dimension that Keras's `same` means.

    Parameters
    ----------
    size, window, stride, dilation : int
        The dimension's size, the window's size, step and spread.
    """
    total = max(0, (-(-size // stride) - 1) * stride + (window - 1) * dilation + 1 - size)
    return total // 2, total - total // 2


def pad(
    x: Tensor,
    windows: tuple[int, ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...],
    padding: str,
    value: float = 0.0,
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
    value : float
        What to pad with.
    """
    if padding == "valid":
        return x
    amounts: list[int] = []
    for size, window, stride, dilation in zip(x.shape[2:], windows, strides, dilations):
        before, after = same_padding(size, window, stride, dilation)
        if padding == "causal":
            before, after = (window - 1) * dilation, 0
        # torch lists the last dimension first.
        amounts = [before, after, *amounts]
    return functional.pad(x, amounts, value=value) if any(amounts) else x


class _Conv1d(nn.Conv1d):
    keras_padding = "valid"

    def reset_parameters(self) -> None:
        """Leave the weights as they are: the network sets them right after."""

    def forward(self, input: Tensor) -> Tensor:
        x = input.transpose(1, 2)
        x = pad(x, self.kernel_size, self.stride, self.dilation, self.keras_padding)
        return super().forward(x).transpose(1, 2)


class _Conv2d(nn.Conv2d):
    keras_padding = "valid"

    def reset_parameters(self) -> None:
        """Leave the weights as they are: the network sets them right after."""

    def forward(self, input: Tensor) -> Tensor:
        x = input.permute(0, 3, 1, 2)
        x = pad(x, self.kernel_size, self.stride, self.dilation, self.keras_padding)
        return super().forward(x).permute(0, 2, 3, 1)


@builds(layers.Conv1D, layers.Conv2D)
def convolution(record: layers.Conv1D | layers.Conv2D, site: Site) -> Built:
    """Build a convolution."""
    channels = site.shapes[0][-1]
    kind = _Conv1d if record.rank == 1 else _Conv2d
    module = kind(
        channels,
        record.filters,
        record.kernel_size,
        stride=record.strides,
        dilation=record.dilation_rate,
        groups=record.groups,
        bias=record.use_bias,
    )
    module.keras_padding = record.padding
    if record.rank == 2:
        module = module.to(memory_format=torch.channels_last)
    order = (2, 1, 0) if record.rank == 1 else (3, 2, 0, 1)
    weights = {"kernel": permuted(module.weight, order)}
    if record.use_bias:
        weights["bias"] = WeightMap([module.bias])
    return Built(module, weights)
