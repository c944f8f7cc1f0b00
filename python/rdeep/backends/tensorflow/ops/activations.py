"""Activation functions: `keras.ops.nn`, one value at a time or along an axis."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.backends.tensorflow.ops.arguments import floating, on_floats, tensor

Tensor = Any

sigmoid = on_floats(ops.sigmoid)
sparse_sigmoid = on_floats(ops.sparse_sigmoid)
softplus = on_floats(ops.softplus)
softsign = on_floats(ops.softsign)
soft_shrink = on_floats(ops.soft_shrink)
hard_shrink = on_floats(ops.hard_shrink)
tanh_shrink = on_floats(ops.tanh_shrink)
sparse_plus = on_floats(ops.sparse_plus)
silu = on_floats(ops.silu)
squareplus = on_floats(ops.squareplus)
log_sigmoid = on_floats(ops.log_sigmoid)
leaky_relu = on_floats(ops.leaky_relu)
hard_sigmoid = on_floats(ops.hard_sigmoid)
hard_silu = hard_swish = on_floats(ops.hard_silu)
hard_tanh = on_floats(ops.hard_tanh)
elu = on_floats(ops.elu)
selu = on_floats(ops.selu)
celu = on_floats(ops.celu)
gelu = on_floats(ops.gelu)
glu = on_floats(ops.glu)
softmax = on_floats(ops.softmax)
log_softmax = on_floats(ops.log_softmax)
sparsemax = on_floats(ops.sparsemax)
erf = on_floats(ops.erf)
erfinv = on_floats(ops.erfinv)


def relu(x: Any) -> Tensor:
    """Return the larger of 0 and `x`."""
    return tf.nn.relu(tensor(x))


def relu6(x: Any) -> Tensor:
    """Return `x` kept within 0 and 6."""
    return tf.nn.relu6(tensor(x))


def threshold(x: Any, threshold: float, default_value: float) -> Tensor:
    """Return `x` where it is above a threshold, else another value."""
    return ops.threshold(tensor(x), threshold, default_value)


def psnr(x1: Any, x2: Any, max_val: float) -> Tensor:
    """Return the peak signal-to-noise ratio, in decibels."""
    error = tf.reduce_mean(tf.square(floating(x1) - floating(x2)))
    return 20 * math.log10(max_val) - 10 * tf.math.log(error) / math.log(10)
