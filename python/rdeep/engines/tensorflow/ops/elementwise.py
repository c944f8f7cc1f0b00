"""Operations on each value by itself, or on pairs of values."""

from __future__ import annotations

from typing import Any

import keras
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


def nextafter(x1: Any, x2: Any) -> Any:
    """Return the next number in the direction of another; Keras rounds it away again."""
    x1, x2 = ops.convert_to_tensor(x1), ops.convert_to_tensor(x2)
    kind = keras.backend.result_type(x1.dtype, x2.dtype, float)
    one, other = (tf.stop_gradient(tf.cast(each, kind)) for each in (x1, x2))
    return tf.math.nextafter(one, other)


def i0(x: Any) -> Any:
    """Return the modified Bessel function of order 0."""
    x = ops.convert_to_tensor(x)
    whole = x.dtype.is_integer or x.dtype == tf.bool
    wide = tf.float64 if x.dtype == tf.int64 else tf.float32
    return tf.math.bessel_i0(tf.cast(x, wide) if whole else x)
