"""Sorting, and finding positions."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.promotion import pair, strong_pair, tensor


def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the position of the first largest value."""
    return _extreme(torch.argmax, x, axis, keepdims)


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the position of the first smallest value."""
    return _extreme(torch.argmin, x, axis, keepdims)


def _extreme(function: Any, x: Any, axis: int | None, keepdims: bool) -> Tensor:
    x = _ordered(tensor(x))
    if axis is not None:
        return function(x, axis, keepdims).to(torch.int32)
    position: Tensor = function(x.reshape(-1), 0).to(torch.int32)
    return position.reshape([1] * x.dim()) if keepdims else position


def sort(x: Any, axis: int | None = -1) -> Tensor:
    """Return the values from small to large."""
    x, axis = _along(tensor(x), axis)
    return torch.sort(x, dim=axis, stable=True).values


def argsort(x: Any, axis: int | None = -1) -> Tensor:
    """Return the positions that put values in order; equal ones keep theirs."""
    x, axis = _along(torch.atleast_1d(tensor(x)), axis)
    return torch.argsort(x, dim=axis, stable=True).to(torch.int32)


def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Tensor:
    """Return where values would go in a sorted sequence."""
    sequence, values = strong_pair(sorted_sequence, values)
    if sequence.dim() != 1:
        raise ValueError("the sorted sequence must have one axis.")
    values = values.contiguous()
    return torch.searchsorted(sequence.contiguous(), values, out_int32=True, right=side == "right")


def nonzero(x: Any) -> tuple[Tensor, ...]:
    """Return the positions of values other than 0, for each axis."""
    return tuple(each.to(torch.int32) for each in torch.nonzero(tensor(x), as_tuple=True))


def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """Return `x1` where the condition holds, else `x2`; without them, where it holds."""
    if x1 is None and x2 is None:
        return nonzero(condition)
    if x1 is None or x2 is None:
        raise ValueError("'x1' and 'x2' are given both or not at all.")
    if _goes_straight(condition, x1, x2) or _goes_straight(condition, x2, x1):
        return torch.where(condition, x1, x2)
    near = next((each for each in (condition, x1, x2) if isinstance(each, Tensor)), None)
    condition = tensor(condition, near).to(torch.bool)
    if not isinstance(x1, Tensor) and not isinstance(x2, Tensor):
        # Two numbers, which go where the condition is.
        x1, x2 = (each.to(condition.device) for each in pair(x1, x2))
    return torch.where(condition, *pair(x1, x2))


def _goes_straight(condition: Any, x: Any, other: Any) -> bool:
    """Return whether torch chooses between floats, and a number or floats, as Keras does."""
    if not isinstance(condition, Tensor) or condition.dtype != torch.bool:
        return False
    if not isinstance(x, Tensor) or not x.is_floating_point():
        return False
    return type(other) in (int, float) or (isinstance(other, Tensor) and other.dtype == x.dtype)


def _ordered(x: Tensor) -> Tensor:
    return x.to(torch.uint8) if x.dtype == torch.bool else x


def _along(x: Tensor, axis: int | None) -> tuple[Tensor, int]:
    return (x.reshape(-1), 0) if axis is None else (x, axis)


def distinct(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return where distinct slices are first met, the place of each slice, and their counts.

    The distinct slices are in rising order.
    """
    values = x.detach()
    # By dimension torch would not put NaN last.
    options: dict[str, Any] = {"return_inverse": True, "return_counts": True}
    if x.dim() == 1:
        found, inverse, counts = torch.unique(values, **options)
    else:
        found, inverse, counts = torch.unique(values.reshape(x.shape[0], -1), dim=0, **options)
    rows = torch.arange(x.shape[0], device=x.device)
    places = torch.full((found.shape[0],), x.shape[0], device=x.device)
    places = places.scatter_reduce(0, inverse, rows, "amin")
    return tuple(each.to(torch.int32) for each in (places, inverse, counts))
