"""Circular and hyperbolic functions."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.promotion import floating, strong_pair, tensor


def sin(x: Any) -> Tensor:
    """Return the sine."""
    return torch.sin(floating(x))


def cos(x: Any) -> Tensor:
    """Return the cosine."""
    return torch.cos(floating(x))


def tan(x: Any) -> Tensor:
    """Return the tangent."""
    return torch.tan(floating(x))


def arcsin(x: Any) -> Tensor:
    """Return the angle of a sine."""
    return torch.asin(floating(x))


def arccos(x: Any) -> Tensor:
    """Return the angle of a cosine."""
    return torch.acos(floating(x))


def arctan(x: Any) -> Tensor:
    """Return the angle of a tangent."""
    return torch.atan(floating(x))


def arctan2(x1: Any, x2: Any) -> Tensor:
    """Return the angle of the point `(x2, x1)`."""
    return torch.atan2(*strong_pair(x1, x2, "float"))


def sinh(x: Any) -> Tensor:
    """Return the hyperbolic sine."""
    return torch.sinh(floating(x))


def cosh(x: Any) -> Tensor:
    """Return the hyperbolic cosine."""
    return torch.cosh(floating(x))


def tanh(x: Any) -> Tensor:
    """Return the hyperbolic tangent."""
    return torch.tanh(floating(x))


def arcsinh(x: Any) -> Tensor:
    """Return the inverse of the hyperbolic sine."""
    return torch.asinh(floating(x))


def arccosh(x: Any) -> Tensor:
    """Return the inverse of the hyperbolic cosine."""
    return torch.acosh(floating(x))


def arctanh(x: Any) -> Tensor:
    """Return the inverse of the hyperbolic tangent."""
    return torch.atanh(floating(x))


def deg2rad(x: Any) -> Tensor:
    """Return degrees as radians."""
    x = tensor(x)
    x = x.to(torch.float64) if x.dtype == torch.int64 else floating(x)
    return x * (math.pi / 180.0)


def i0(x: Any) -> Tensor:
    """Return the modified Bessel function of order 0."""
    x = tensor(x)
    return torch.special.i0(x.to(torch.float64) if x.dtype == torch.int64 else floating(x))
