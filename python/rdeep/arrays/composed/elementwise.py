"""Functions of each value by itself, or of pairs of values, that are said in terms of others."""

from __future__ import annotations

import math
from typing import Any

from rdeep.arrays.promotion import JOINED, STRONG, check_whole

Tensor = Any


def is_floating(ops: Any, x: Tensor) -> bool:
    """Return whether a tensor holds floats.

    Parameters
    ----------
    ops : module
        The namespace.
    x : tensor
        The tensor.
    """
    return "float" in ops.dtype(x)


def beside(ops: Any, *values: Any) -> list[Tensor]:
    """Return values as tensors on one device; numbers are int32 or float32.

    Parameters
    ----------
    ops : module
        The namespace.
    *values : tensor, array or number
        What is computed with.
    """
    plain = (bool, int, float, complex, list, tuple)
    near = next((each for each in values if not isinstance(each, plain)), None)
    return [ops.as_tensor(ops.as_tensor(each), near) for each in values]


def together(ops: Any, x1: Any, x2: Any, *more: str) -> tuple[Tensor, Tensor]:
    """Return two tensors of the type that they are computed in; numbers are int32 or float32.

    Parameters
    ----------
    ops : module
        The namespace.
    x1, x2 : tensor, array or number
        What is computed with.
    *more : str
        Types that the result's is at least.
    """
    x1, x2 = beside(ops, x1, x2)
    kind = JOINED[ops.dtype(x1), ops.dtype(x2)]
    for each in more:
        kind = JOINED[kind, each]
    kind = STRONG.get(kind, kind)
    return ops.cast(x1, kind), ops.cast(x2, kind)


def _wide(ops: Any, x: Any) -> Tensor:
    """Return a tensor of floats, of 64 bits of whole numbers of 64 bits."""
    x = ops.as_tensor(x)
    return ops.cast(x, "float64") if ops.dtype(x) == "int64" else ops.floating(x)


def fabs(ops: Any, x: Any) -> Tensor:
    """Return the absolute value as a float."""
    return ops.abs(ops.floating(x))


def fmax(ops: Any, x1: Any, x2: Any) -> Tensor:
    """Return the larger of two values, of which one may be NaN."""
    return _known(ops, x1, x2, ops.maximum(x1, x2))


def fmin(ops: Any, x1: Any, x2: Any) -> Tensor:
    """Return the smaller of two values, of which one may be NaN."""
    return _known(ops, x1, x2, ops.minimum(x1, x2))


def _known(ops: Any, x1: Any, x2: Any, chosen: Tensor) -> Tensor:
    """Return what was chosen of two values; where one is NaN, the other."""
    if not is_floating(ops, chosen):
        return chosen
    x1, x2 = (ops.cast(each, chosen.dtype) for each in beside(ops, x1, x2))
    return ops.where(ops.isnan(x1), x2, ops.where(ops.isnan(x2), x1, chosen))


def fmod(ops: Any, x1: Any, x2: Any) -> Tensor:
    """Return the remainder, of the sign of what is divided."""
    x1, x2 = together(ops, x1, x2)
    if ops.dtype(x1) == "bool" or "uint" in ops.dtype(x1):
        return ops.mod(x1, x2)
    rest = ops.mod(ops.abs(x1), ops.abs(x2))
    return ops.where(x1 < 0, -rest, rest)


def hypot(ops: Any, x1: Any, x2: Any) -> Tensor:
    """Return the root of the sum of squares."""
    x1, x2 = together(ops, x1, x2)
    x1, x2 = _wide(ops, x1), _wide(ops, x2)
    larger = ops.stop_gradient(ops.maximum(ops.abs(x1), ops.abs(x2)))
    # Nothing to divide by, and the root's gradient would be infinite.
    plain = ops.logical_or(larger == 0, ops.isinf(larger))
    scale = ops.where(plain, ops.ones_like(larger), larger)
    squares = ops.square(x1 / scale) + ops.square(x2 / scale)
    squares = ops.where(plain, ops.ones_like(larger), squares)
    return ops.where(plain, larger, scale * ops.sqrt(squares))


def gcd(ops: Any, x1: Any, x2: Any) -> Tensor:
    """Return the greatest common divisor (Euclid's algorithm)."""
    x1, x2 = _whole_pair(ops, x1, x2, "gcd")
    none = ops.zeros_like(x1 + x2)
    x1, x2 = _unsigned(ops, x1 + none), _unsigned(ops, x2 + none)

    def step(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        done = b == 0
        rest = ops.mod(a, ops.where(done, ops.ones_like(b), b))
        return ops.where(done, a, b), ops.where(done, ops.zeros_like(b), rest)

    return ops.while_loop(lambda a, b: ops.any(b != 0), step, (x1, x2))[0]


def lcm(ops: Any, x1: Any, x2: Any) -> Tensor:
    """Return the least common multiple."""
    x1, x2 = _whole_pair(ops, x1, x2, "lcm")
    divisor = ops.gcd(x1, x2)
    known = ops.where(divisor == 0, ops.ones_like(divisor), divisor)
    return _unsigned(ops, x1) * ops.floor_divide(_unsigned(ops, x2), known)


def _whole_pair(ops: Any, x1: Any, x2: Any, where: str) -> tuple[Tensor, Tensor]:
    x1, x2 = beside(ops, x1, x2)
    check_whole(where, x1=ops.dtype(x1), x2=ops.dtype(x2))
    return together(ops, x1, x2)


def _unsigned(ops: Any, x: Tensor) -> Tensor:
    return x if "uint" in ops.dtype(x) else ops.abs(x)


def ldexp(ops: Any, x1: Any, x2: Any) -> Tensor:
    """Return a number times a power of two."""
    x1, exponent = beside(ops, x1, x2)
    check_whole("ldexp", x2=ops.dtype(exponent))
    x, exponent = together(ops, x1, exponent, "float")
    # In two steps: a power may be too large for a number whose product is not.
    half = ops.floor(ops.divide(exponent, 2.0))
    return x * ops.exp2(half) * ops.exp2(exponent - half)


def logaddexp2(ops: Any, x1: Any, x2: Any) -> Tensor:
    """Return the logarithm to base 2 of the sum of powers of two."""
    x1, x2 = together(ops, x1, x2, "float")
    log2 = math.log(2.0)
    joined = ops.logaddexp(ops.multiply(x1, log2), ops.multiply(x2, log2))
    return ops.divide(joined, log2)


def sinc(ops: Any, x: Any) -> Tensor:
    """Return `sin(pi * x) / (pi * x)`, 1 at 0."""
    angle = ops.multiply(ops.floating(x), math.pi)
    # 0 is replaced first, or the gradient would be NaN there.
    divisor = ops.where(angle == 0, ops.ones_like(angle), angle)
    return ops.where(angle == 0, ops.ones_like(angle), ops.sin(divisor) / divisor)


def rad2deg(ops: Any, x: Any) -> Tensor:
    """Return radians as degrees."""
    return ops.multiply(_wide(ops, x), 180.0 / math.pi)


def isposinf(ops: Any, x: Any) -> Tensor:
    """Return whether a value is infinite, and positive."""
    x = ops.as_tensor(x)
    return x == math.inf if is_floating(ops, x) else ops.zeros_like(x, dtype="bool")


def isneginf(ops: Any, x: Any) -> Tensor:
    """Return whether a value is infinite, and negative."""
    x = ops.as_tensor(x)
    return x == -math.inf if is_floating(ops, x) else ops.zeros_like(x, dtype="bool")


def isreal(ops: Any, x: Any) -> Tensor:
    """Return whether a number has no imaginary part."""
    x = ops.as_tensor(x)
    complex_numbers = "complex" in ops.dtype(x)
    return ops.imag(x) == 0 if complex_numbers else ops.ones_like(x, dtype="bool")


def allclose(
    ops: Any, x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Return whether all values are equal up to a tolerance."""
    return ops.all(ops.isclose(x1, x2, rtol, atol, equal_nan))


def isin(ops: Any, x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Return whether each value is among others."""
    x1, x2 = together(ops, x1, x2)
    same = ops.expand_dims(x1, -1) == ops.reshape(x2, (-1,))
    found = ops.any(same, axis=-1)
    return ops.logical_not(found) if invert else found


__all__ = [
    *("allclose", "beside", "fabs", "fmax", "fmin", "fmod", "gcd", "hypot", "is_floating", "isin"),
    *("isneginf", "isposinf", "isreal", "lcm", "ldexp", "logaddexp2", "rad2deg", "sinc"),
    "together",
]
