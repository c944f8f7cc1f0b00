"""Products, convolutions and shapes that recurrent cells need."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

matmul = torch.matmul


def reshape(x: Tensor, newshape: Any) -> Tensor:
    """Return the values in another shape; -1 stands for the size that follows."""
    return x.reshape(tuple(newshape))


def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: int | tuple[int, ...] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | tuple[int, ...] = 1,
) -> Tensor:
    """Return a convolution over one, two or three dimensions."""
    from rdeep.backends.torch.builders.convolution import pad

    rank = inputs.dim() - 2
    steps = (strides,) * rank if isinstance(strides, int) else tuple(strides)
    spread = (dilation_rate,) * rank if isinstance(dilation_rate, int) else tuple(dilation_rate)
    first = data_format == "channels_first"
    x = inputs if first else inputs.movedim(-1, 1)
    x = pad(x, tuple(kernel.shape[:rank]), steps, spread, padding)
    weight = kernel.movedim((-1, -2), (0, 1))
    convolve = (functional.conv1d, functional.conv2d, functional.conv3d)[rank - 1]
    y = convolve(x, weight, stride=steps, dilation=spread)
    return y if first else y.movedim(1, -1)
