"""Operations on each value by itself, or on pairs of values."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rdeep.arrays.promotion import check_whole
from rdeep.engines.torch.ops.arguments import dtype_name
from rdeep.engines.torch.ops.promotion import (
    computable,
    floating,
    pair,
    strong_pair,
    tensor,
    whole,
)


def shape(x: Tensor) -> tuple[int, ...]:
    """Return the shape."""
    return tuple(x.shape)


# Arithmetic -------------------------------------------------------------------------------------


def add(x1: Any, x2: Any) -> Tensor:
    """Return the sum."""
    x1, x2 = pair(x1, x2)
    return torch.add(x1, x2)


def subtract(x1: Any, x2: Any) -> Tensor:
    """Return the difference."""
    x1, x2 = pair(x1, x2)
    return torch.sub(x1, x2)


def multiply(x1: Any, x2: Any) -> Tensor:
    """Return the product."""
    x1, x2 = pair(x1, x2)
    return torch.mul(x1, x2)


def divide(x1: Any, x2: Any) -> Tensor:
    """Return the quotient."""
    x1, x2 = pair(x1, x2, "float")
    return torch.div(x1, x2)


def divide_no_nan(x1: Any, x2: Any) -> Tensor:
    """Return the quotient, 0 where the divisor is."""
    x1, x2 = pair(x1, x2, "float")
    zero = x2 == 0
    # The divisor is replaced first, or the gradient would be NaN where it is 0.
    return torch.where(zero, torch.zeros_like(x1), x1 / torch.where(zero, torch.ones_like(x2), x2))


def floor_divide(x1: Any, x2: Any) -> Tensor:
    """Return the quotient rounded down."""
    x1, x2 = pair(x1, x2)
    return torch.floor_divide(x1, x2) if whole(x1) else torch.floor(x1 / x2)


def mod(x1: Any, x2: Any) -> Tensor:
    """Return the remainder, of the divisor's sign."""
    x1, x2 = strong_pair(x1, x2)
    if x1.dtype == torch.bool:
        x1, x2 = x1.to(torch.int32), x2.to(torch.int32)
    return torch.remainder(x1, x2)


def power(x1: Any, x2: Any) -> Tensor:
    """Return the power."""
    if isinstance(x1, Tensor) and x1.is_floating_point() and isinstance(x2, (int, float)):
        return torch.pow(x1, x2)
    x1, x2 = pair(x1, x2)
    return torch.pow(x1, x2)


def maximum(x1: Any, x2: Any) -> Tensor:
    """Return the larger of two values."""
    if isinstance(x1, Tensor) and x1.is_floating_point() and isinstance(x2, (int, float)):
        return torch.clamp(x1, min=x2)
    x1, x2 = pair(x1, x2)
    return torch.maximum(x1, x2)


def minimum(x1: Any, x2: Any) -> Tensor:
    """Return the smaller of two values."""
    if isinstance(x1, Tensor) and x1.is_floating_point() and isinstance(x2, (int, float)):
        return torch.clamp(x1, max=x2)
    x1, x2 = pair(x1, x2)
    return torch.minimum(x1, x2)


def negative(x: Any) -> Tensor:
    """Return the value with the other sign."""
    return torch.neg(tensor(x))


def abs(x: Any) -> Tensor:
    """Return the absolute value."""
    x = tensor(x)
    return x if x.dtype == torch.bool else torch.abs(x)


def sign(x: Any) -> Tensor:
    """Return -1, 0 or 1."""
    return torch.sign(tensor(x))


def reciprocal(x: Any) -> Tensor:
    """Return one by the value."""
    return torch.reciprocal(floating(x))


def square(x: Any) -> Tensor:
    """Return the square."""
    x = tensor(x)
    return torch.square(x.to(torch.int32) if x.dtype == torch.bool else x)


def sqrt(x: Any) -> Tensor:
    """Return the square root."""
    return torch.sqrt(floating(x))


def rsqrt(x: Any) -> Tensor:
    """Return one by the square root."""
    return torch.rsqrt(floating(x))


def cbrt(x: Any) -> Tensor:
    """Return the cube root."""
    x = _wide(x)
    return torch.sign(x) * torch.pow(torch.abs(x), 1.0 / 3.0)


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    """Return a tensor kept within bounds."""
    x = tensor(x)
    if x.dtype == torch.bool:
        x = x.to(torch.int32)
    if isinstance(x_min, (int, float)) and isinstance(x_max, (int, float)):
        within: Tensor = torch.clamp(x, x_min, x_max)
        return within
    bounds = (x_min, x_max)
    if all(isinstance(bound, Tensor) and bound.dtype == x.dtype for bound in bounds):
        between: Tensor = torch.clamp(x, x_min, x_max)
        return between
    return minimum(maximum(x, x_min), x_max)


def heaviside(x1: Any, x2: Any) -> Tensor:
    """Return 0 below zero, 1 above it, and `x2` at zero."""
    x1, x2 = strong_pair(x1, x2)
    x1, x2 = _wide(x1), _wide(x2)
    at_or_above = torch.where(x1 > 0, torch.ones_like(x1), x2)
    return torch.where(x1 < 0, torch.zeros_like(x1), at_or_above)


def nan_to_num(
    x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Return a tensor without NaN and infinity."""
    x = tensor(x)
    return x if whole(x) else torch.nan_to_num(x, nan, posinf, neginf)


def gcd(x1: Any, x2: Any) -> Tensor:
    """Return the greatest common divisor."""
    x1, x2 = tensor(x1), tensor(x2)
    check_whole("gcd", x1=dtype_name(x1.dtype), x2=dtype_name(x2.dtype))
    x1, x2 = pair(x1, x2)
    kind = computable(x1.dtype)
    return torch.gcd(x1.to(kind), x2.to(kind)).to(x1.dtype)


def nextafter(x1: Any, x2: Any) -> Tensor:
    """Return the next number in the direction of another."""
    x1, x2 = strong_pair(x1, x2, "float")
    return torch.nextafter(x1.detach(), x2.detach())


# Exponentials and logarithms --------------------------------------------------------------------


def exp(x: Any) -> Tensor:
    """Return the exponential."""
    return torch.exp(floating(x))


def exp2(x: Any) -> Tensor:
    """Return 2 to the power."""
    return torch.exp2(floating(x))


def expm1(x: Any) -> Tensor:
    """Return the exponential less 1."""
    return torch.expm1(floating(x))


def log(x: Any) -> Tensor:
    """Return the natural logarithm."""
    return torch.log(floating(x))


def log10(x: Any) -> Tensor:
    """Return the logarithm to base 10."""
    return torch.log10(floating(x))


def log1p(x: Any) -> Tensor:
    """Return the logarithm of 1 and the value."""
    return torch.log1p(floating(x))


def log2(x: Any) -> Tensor:
    """Return the logarithm to base 2."""
    return torch.log2(floating(x))


def logaddexp(x1: Any, x2: Any) -> Tensor:
    """Return the logarithm of the sum of exponentials."""
    return torch.logaddexp(*strong_pair(x1, x2, "float"))


# Rounding ---------------------------------------------------------------------------------------


def ceil(x: Any) -> Tensor:
    """Return the next whole number above."""
    return torch.ceil(floating(x))


def floor(x: Any) -> Tensor:
    """Return the next whole number below."""
    return torch.floor(floating(x))


def trunc(x: Any) -> Tensor:
    """Return the whole number towards zero."""
    x = tensor(x)
    return x if whole(x) else torch.trunc(x)


def round(x: Any, decimals: int = 0) -> Tensor:
    """Return the rounded value; halves go to the even neighbour."""
    x = tensor(x)
    if whole(x) and decimals >= 0:
        return x
    if decimals == 0:
        return torch.round(x)
    factor = 10.0**decimals
    return (torch.round(floating(x) * factor) / factor).to(x.dtype)


def _wide(x: Any) -> Tensor:
    # Keras keeps 64 bits in a few functions.
    x = tensor(x)
    return x.to(torch.float64) if x.dtype == torch.int64 else floating(x)
