"""Comparisons, logic, bits, and what kind of number a value is."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.promotion import pair, strong_pair, tensor, whole


def equal(x1: Any, x2: Any) -> Tensor:
    """Return whether two values are equal."""
    return torch.eq(*strong_pair(x1, x2))


def not_equal(x1: Any, x2: Any) -> Tensor:
    """Return whether two values differ."""
    return torch.ne(*strong_pair(x1, x2))


def less(x1: Any, x2: Any) -> Tensor:
    """Return whether the first is smaller."""
    return torch.lt(*strong_pair(x1, x2))


def less_equal(x1: Any, x2: Any) -> Tensor:
    """Return whether the first is not larger."""
    return torch.le(*strong_pair(x1, x2))


def greater(x1: Any, x2: Any) -> Tensor:
    """Return whether the first is larger."""
    return torch.gt(*strong_pair(x1, x2))


def greater_equal(x1: Any, x2: Any) -> Tensor:
    """Return whether the first is not smaller."""
    return torch.ge(*strong_pair(x1, x2))


def isclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Return whether two values are equal up to a tolerance."""
    x1, x2 = torch.broadcast_tensors(*strong_pair(x1, x2))
    if whole(x1):
        return torch.eq(x1, x2)
    return torch.isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equal_nan)


def logical_and(x1: Any, x2: Any) -> Tensor:
    """Return whether both hold."""
    return torch.logical_and(_truth(x1, x2), _truth(x2, x1))


def logical_or(x1: Any, x2: Any) -> Tensor:
    """Return whether one of them holds."""
    return torch.logical_or(_truth(x1, x2), _truth(x2, x1))


def logical_xor(x1: Any, x2: Any) -> Tensor:
    """Return whether exactly one of them holds."""
    return torch.logical_xor(_truth(x1, x2), _truth(x2, x1))


def logical_not(x: Any) -> Tensor:
    """Return whether it does not hold."""
    return torch.logical_not(_truth(x))


def bitwise_and(x: Any, y: Any) -> Tensor:
    """Return the bits that both have."""
    return torch.bitwise_and(*strong_pair(x, y))


def bitwise_or(x: Any, y: Any) -> Tensor:
    """Return the bits that one of them has."""
    return torch.bitwise_or(*strong_pair(x, y))


def bitwise_xor(x: Any, y: Any) -> Tensor:
    """Return the bits that exactly one of them has."""
    return torch.bitwise_xor(*strong_pair(x, y))


def bitwise_invert(x: Any) -> Tensor:
    """Return all bits turned over."""
    return torch.bitwise_not(tensor(x))


bitwise_not = bitwise_invert


def bitwise_left_shift(x: Any, y: Any) -> Tensor:
    """Return the bits moved to the left."""
    return torch.bitwise_left_shift(*pair(tensor(x, y), y))


def bitwise_right_shift(x: Any, y: Any) -> Tensor:
    """Return the bits moved to the right."""
    return torch.bitwise_right_shift(*pair(tensor(x, y), y))


left_shift = bitwise_left_shift
right_shift = bitwise_right_shift


def isfinite(x: Any) -> Tensor:
    """Return whether a value is neither infinite nor NaN."""
    return torch.isfinite(tensor(x))


def isinf(x: Any) -> Tensor:
    """Return whether a value is infinite."""
    return torch.isinf(tensor(x))


def isnan(x: Any) -> Tensor:
    """Return whether a value is NaN."""
    return torch.isnan(tensor(x))


def signbit(x: Any) -> Tensor:
    """Return whether a value has a minus, as -0.0 has."""
    x = tensor(x)
    return torch.zeros_like(x) if x.dtype == torch.bool else torch.signbit(x)


def _truth(x: Any, near: Any = None) -> Tensor:
    return tensor(x, near).to(torch.bool)
