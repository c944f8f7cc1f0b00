"""What preprocessing layers compute with."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

equal = torch.eq
logical_and = torch.logical_and
left_shift = torch.bitwise_left_shift
right_shift = torch.bitwise_right_shift
reshape = torch.reshape
squeeze = torch.squeeze
expand_dims = torch.unsqueeze


def cast(x: Any, dtype: str) -> Tensor:
    """Return a tensor of another type."""
    return torch.as_tensor(x).to(getattr(torch, dtype))


def max(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the largest value along an axis, or of all."""
    return x.max() if axis is None else x.amax(dim=axis, keepdim=keepdims)


def stack(x: list[Tensor], axis: int = 0) -> Tensor:
    """Return tensors joined along a new axis."""
    return torch.stack(x, dim=axis)


def take(x: Tensor, indices: Tensor, axis: int = 0) -> Tensor:
    """Return what is at positions along an axis."""
    return torch.index_select(x, axis, indices)


def take_along_axis(x: Tensor, indices: Tensor, axis: int = -1) -> Tensor:
    """Return what is at positions of the same shape but for one axis."""
    return torch.take_along_dim(x, indices, dim=axis)


def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str = "left") -> Tensor:
    """Return where values would be put in to keep an order."""
    found = torch.searchsorted(sorted_sequence, values, side=side)
    return found.to(torch.int32)


def one_hot(x: Tensor, num_classes: int, dtype: str = "float32") -> Tensor:
    """Return a one at each number's place; a row of zeros for a number that has none."""
    shifted = torch.where((x < 0) | (x >= num_classes), num_classes, x).long()
    return functional.one_hot(shifted, num_classes + 1)[..., :-1].to(getattr(torch, dtype))
