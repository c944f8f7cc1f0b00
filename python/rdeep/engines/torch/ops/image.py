"""Images between their pixels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.engines.torch.ops.arguments import floating


def bilinear(x: Tensor, target: tuple[int, ...]) -> Tensor:
    """Return images of another size, channels last."""
    first = floating(x).permute(0, 3, 1, 2)  # (batch, channels, height, width)
    return functional.interpolate(first, target, mode="bilinear").permute(0, 2, 3, 1)


def gathered(x: Tensor, positions: list[Tensor], batch: bool) -> Tensor:
    """Return the values at a position along each axis, in a batch each sample's own."""
    index = [each.long() for each in positions]
    if batch:
        index.insert(0, torch.arange(x.shape[0], device=x.device)[:, None, None])
    return x[tuple(index)]
