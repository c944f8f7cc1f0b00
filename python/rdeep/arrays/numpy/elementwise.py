"""Operations on each value by itself, or on pairs of values."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays.numpy.types import (
    Array,
    as_tensor,
    floating,
    on_floats,
    on_pairs,
    pair,
    strong_pair,
    whole,
    wide,
)

add = on_pairs(np.add, "add")
subtract = on_pairs(np.subtract, "subtract")
multiply = on_pairs(np.multiply, "multiply")
divide = on_pairs(np.true_divide, "divide", "float")
power = on_pairs(np.power, "power")
maximum = on_pairs(np.maximum, "maximum")
minimum = on_pairs(np.minimum, "minimum")
logaddexp = on_pairs(np.logaddexp, "logaddexp", "float", strong=True)
arctan2 = on_pairs(np.arctan2, "arctan2", "float", strong=True)

sqrt = on_floats(np.sqrt, "sqrt")
exp = on_floats(np.exp, "exp")
exp2 = on_floats(np.exp2, "exp2")
expm1 = on_floats(np.expm1, "expm1")
log = on_floats(np.log, "log")
log10 = on_floats(np.log10, "log10")
log1p = on_floats(np.log1p, "log1p")
log2 = on_floats(np.log2, "log2")
ceil = on_floats(np.ceil, "ceil")
floor = on_floats(np.floor, "floor")
sin = on_floats(np.sin, "sin")
cos = on_floats(np.cos, "cos")
tan = on_floats(np.tan, "tan")
arcsin = on_floats(np.arcsin, "arcsin")
arccos = on_floats(np.arccos, "arccos")
arctan = on_floats(np.arctan, "arctan")
sinh = on_floats(np.sinh, "sinh")
cosh = on_floats(np.cosh, "cosh")
tanh = on_floats(np.tanh, "tanh")
arcsinh = on_floats(np.arcsinh, "arcsinh")
arccosh = on_floats(np.arccosh, "arccosh")
arctanh = on_floats(np.arctanh, "arctanh")


def shape(x: Array) -> tuple[int, ...]:
    """Return the shape."""
    return np.shape(x)


def divide_no_nan(x1: Any, x2: Any) -> Array:
    """Return the quotient, 0 where the divisor is."""
    x1, x2 = pair(x1, x2, "float")
    zero = x2 == 0
    return np.where(zero, x1.dtype.type(0), x1 / np.where(zero, x2.dtype.type(1), x2))


def floor_divide(x1: Any, x2: Any) -> Array:
    """Return the quotient rounded down."""
    x1, x2 = pair(x1, x2)
    return x1 // x2 if whole(x1) else np.floor(x1 / x2)


def mod(x1: Any, x2: Any) -> Array:
    """Return the remainder, of the divisor's sign."""
    x1, x2 = strong_pair(x1, x2)
    if x1.dtype == bool:
        x1, x2 = x1.astype(np.int32), x2.astype(np.int32)
    return np.mod(x1, x2)


def negative(x: Any) -> Array:
    """Return the value with the other sign."""
    return np.negative(as_tensor(x))


def abs(x: Any) -> Array:
    """Return the absolute value."""
    return np.abs(as_tensor(x))


def sign(x: Any) -> Array:
    """Return -1, 0 or 1."""
    return np.sign(as_tensor(x))


def reciprocal(x: Any) -> Array:
    """Return one by the value."""
    x = floating(x)
    return np.reciprocal(x)


def square(x: Any) -> Array:
    """Return the square."""
    x = as_tensor(x)
    return np.square(x.astype(np.int32) if x.dtype == bool else x)


def rsqrt(x: Any) -> Array:
    """Return one by the square root."""
    return np.reciprocal(np.sqrt(floating(x)))


def cbrt(x: Any) -> Array:
    """Return the cube root."""
    return np.cbrt(wide(x))


def clip(x: Any, x_min: Any, x_max: Any) -> Array:
    """Return an array kept within bounds."""
    x = as_tensor(x)
    return minimum(maximum(x.astype(np.int32) if x.dtype == bool else x, x_min), x_max)


def heaviside(x1: Any, x2: Any) -> Array:
    """Return 0 below zero, 1 above it, and `x2` at zero."""
    x1, x2 = strong_pair(x1, x2)
    return np.heaviside(wide(x1), wide(x2))


def nan_to_num(
    x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Array:
    """Return an array without NaN and infinity."""
    x = as_tensor(x)
    return x if whole(x) else np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def trunc(x: Any) -> Array:
    """Return the whole number towards zero."""
    x = as_tensor(x)
    return x if whole(x) else np.trunc(x)


def round(x: Any, decimals: int = 0) -> Array:
    """Return the rounded value; halves go to the even neighbour."""
    x = as_tensor(x)
    return x if whole(x) and decimals >= 0 else np.round(x, decimals)


def deg2rad(x: Any) -> Array:
    """Return degrees as radians."""
    return np.deg2rad(wide(x))


def nextafter(x1: Any, x2: Any) -> Array:
    """Return the next number in the direction of another."""
    return np.nextafter(*strong_pair(x1, x2, "float"))


# Complex numbers --------------------------------------------------------------------------------


def real(x: Any) -> Array:
    """Return the real part."""
    return np.real(as_tensor(x))


def imag(x: Any) -> Array:
    """Return the imaginary part, 0 of real numbers."""
    return np.imag(as_tensor(x))


def conj(x: Any) -> Array:
    """Return the complex conjugate."""
    return np.conj(as_tensor(x))


def angle(x: Any) -> Array:
    """Return the angle of complex numbers."""
    x = floating(x)
    return np.arctan2(x.imag, x.real)


def complex_of(real: Array, imaginary: Array) -> Array:
    """Return complex numbers of their parts."""
    kind = np.complex128 if real.dtype == np.float64 else np.complex64
    return (real + 1j * imaginary).astype(kind)


# Comparisons, logic, bits -----------------------------------------------------------------------

equal = on_pairs(np.equal, "equal", strong=True)
not_equal = on_pairs(np.not_equal, "not_equal", strong=True)
less = on_pairs(np.less, "less", strong=True)
less_equal = on_pairs(np.less_equal, "less_equal", strong=True)
greater = on_pairs(np.greater, "greater", strong=True)
greater_equal = on_pairs(np.greater_equal, "greater_equal", strong=True)
_bits_and = on_pairs(np.bitwise_and, "bitwise_and", strong=True)
_bits_or = on_pairs(np.bitwise_or, "bitwise_or", strong=True)
_bits_xor = on_pairs(np.bitwise_xor, "bitwise_xor", strong=True)


def isclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Array:
    """Return whether two values are equal up to a tolerance; infinity is near itself."""
    return np.isclose(*strong_pair(x1, x2), rtol=rtol, atol=atol, equal_nan=equal_nan)


def logical_and(x1: Any, x2: Any) -> Array:
    """Return whether both hold."""
    return np.logical_and(as_tensor(x1), as_tensor(x2))


def logical_or(x1: Any, x2: Any) -> Array:
    """Return whether one of them holds."""
    return np.logical_or(as_tensor(x1), as_tensor(x2))


def logical_xor(x1: Any, x2: Any) -> Array:
    """Return whether exactly one of them holds."""
    return np.logical_xor(as_tensor(x1), as_tensor(x2))


def logical_not(x: Any) -> Array:
    """Return whether it does not hold."""
    return np.logical_not(as_tensor(x))


def bitwise_and(x: Any, y: Any) -> Array:
    """Return the bits that both have."""
    return _bits_and(x, y)


def bitwise_or(x: Any, y: Any) -> Array:
    """Return the bits that one of them has."""
    return _bits_or(x, y)


def bitwise_xor(x: Any, y: Any) -> Array:
    """Return the bits that exactly one of them has."""
    return _bits_xor(x, y)


def bitwise_invert(x: Any) -> Array:
    """Return all bits turned over."""
    return np.invert(as_tensor(x))


bitwise_not = bitwise_invert


def bitwise_left_shift(x: Any, y: Any) -> Array:
    """Return the bits moved to the left."""
    return np.left_shift(*pair(as_tensor(x), y))


def bitwise_right_shift(x: Any, y: Any) -> Array:
    """Return the bits moved to the right."""
    return np.right_shift(*pair(as_tensor(x), y))


left_shift = bitwise_left_shift
right_shift = bitwise_right_shift


def isfinite(x: Any) -> Array:
    """Return whether a value is neither infinite nor NaN."""
    return np.isfinite(as_tensor(x))


def isinf(x: Any) -> Array:
    """Return whether a value is infinite."""
    return np.isinf(as_tensor(x))


def isnan(x: Any) -> Array:
    """Return whether a value is NaN."""
    return np.isnan(as_tensor(x))


def signbit(x: Any) -> Array:
    """Return whether a value has a minus, as -0.0 has."""
    x = as_tensor(x)
    return x < 0 if whole(x) else np.signbit(x)


# Activations that the others are made of --------------------------------------------------------


def relu(x: Any) -> Array:
    """Return the larger of 0 and `x`."""
    x = as_tensor(x)
    return np.maximum(x, x.dtype.type(0))


def sigmoid(x: Any) -> Array:
    """Return `1 / (1 + exp(-x))`."""
    x = floating(x)
    one, small = x.dtype.type(1), np.exp(-np.abs(x))
    return np.where(x >= 0, one, small) / (one + small)


def softplus(x: Any) -> Array:
    """Return `log(1 + exp(x))`, exact for large `x` too."""
    x = floating(x)
    return np.logaddexp(x, x.dtype.type(0))
