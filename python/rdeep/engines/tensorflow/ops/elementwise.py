"""Operations on each value by itself, or on pairs of values."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

shape = ops.shape
abs = ops.abs
add = ops.add
cbrt = ops.cbrt
ceil = ops.ceil
divide = ops.divide
divide_no_nan = ops.divide_no_nan
exp = ops.exp
exp2 = ops.exp2
expm1 = ops.expm1
floor = ops.floor
floor_divide = ops.floor_divide
heaviside = ops.heaviside
log = ops.log
log10 = ops.log10
log1p = ops.log1p
log2 = ops.log2
logaddexp = ops.logaddexp
maximum = ops.maximum
minimum = ops.minimum
mod = ops.mod
multiply = ops.multiply
nan_to_num = ops.nan_to_num
negative = ops.negative
power = ops.power
sign = ops.sign
sqrt = ops.sqrt
square = ops.square
subtract = ops.subtract
trunc = ops.trunc


def clip(x: Any, x_min: Any, x_max: Any) -> Any:
    """Return a tensor kept within bounds."""
    x = ops.convert_to_tensor(x)
    whole = x.dtype.is_integer or x.dtype == tf.bool
    if whole and any(isinstance(bound, float) for bound in (x_min, x_max)):
        # Keras would cut the bounds to whole numbers.
        return ops.minimum(ops.maximum(x, x_min), x_max)
    return ops.clip(x, x_min, x_max)


def reciprocal(x: Any) -> Any:
    """Return one by the value; Keras would round it where it comes from whole numbers."""
    x = ops.convert_to_tensor(x)
    return ops.reciprocal(tf.cast(x, tf.float32) if x.dtype.is_integer else x)


def rsqrt(x: Any) -> Any:
    """Return one by the square root."""
    x = ops.convert_to_tensor(x)
    return ops.rsqrt(tf.cast(x, tf.float32) if x.dtype.is_integer else x)


def round(x: Any, decimals: int = 0) -> Any:
    """Return the rounded value; halves go to the even neighbour."""
    return ops.round(ops.convert_to_tensor(x), decimals)
