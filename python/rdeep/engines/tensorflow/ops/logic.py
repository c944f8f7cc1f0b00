"""Comparisons, logic, bits, and what kind of number a value is."""

from __future__ import annotations

from typing import Any

from keras import ops

equal = ops.equal
not_equal = ops.not_equal
less = ops.less
less_equal = ops.less_equal
greater = ops.greater
greater_equal = ops.greater_equal
logical_and = ops.logical_and
logical_or = ops.logical_or
logical_xor = ops.logical_xor
logical_not = ops.logical_not
bitwise_and = ops.bitwise_and
bitwise_or = ops.bitwise_or
bitwise_xor = ops.bitwise_xor
bitwise_invert = ops.bitwise_invert
bitwise_not = ops.bitwise_not
bitwise_left_shift = ops.bitwise_left_shift
bitwise_right_shift = ops.bitwise_right_shift
left_shift = ops.left_shift
right_shift = ops.right_shift
isfinite = ops.isfinite
isinf = ops.isinf
isnan = ops.isnan
signbit = ops.signbit


def isclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Return whether two values are equal up to a tolerance; infinity is near itself."""
    near = ops.isclose(x1, x2, rtol, atol, equal_nan)
    # Infinity is near nothing but itself: Keras finds it within the tolerance of everything.
    finite = ops.logical_not(ops.logical_or(ops.isinf(x1), ops.isinf(x2)))
    return ops.logical_or(ops.logical_and(near, finite), ops.equal(x1, x2))
