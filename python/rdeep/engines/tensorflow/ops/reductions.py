"""Operations that go over axes and leave fewer, or add up along one."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

sum = ops.sum
mean = ops.mean
var = ops.var
std = ops.std
max = ops.max
min = ops.min
all = ops.all
any = ops.any
count_nonzero = ops.count_nonzero
quantile = ops.quantile
median = ops.median
cumsum = ops.cumsum
cumprod = ops.cumprod
diff = ops.diff


def prod(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Return the product; Keras does not see the type that is asked for."""
    if dtype is not None:
        x = ops.cast(x, dtype)
        return tf.reduce_prod(x, axis=axis, keepdims=keepdims)
    return ops.prod(x, axis=axis, keepdims=keepdims)


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the logarithm of the sum of exponentials, without overflow."""
    x = ops.convert_to_tensor(x)
    x = tf.cast(x, tf.float32) if x.dtype.is_integer or x.dtype == tf.bool else x
    return tf.reduce_logsumexp(x, axis=axis, keepdims=keepdims)


def average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    """Return the weighted mean."""
    x = ops.convert_to_tensor(x)
    if weights is not None and axis is not None:
        weights = ops.convert_to_tensor(weights)
        if len(weights.shape) != len(x.shape):
            weights = tf.reshape(
                weights, [-1 if d == axis % len(x.shape) else 1 for d in range(len(x.shape))]
            )
    return ops.average(x, axis=axis, weights=weights)
