"""Activation functions: `keras.ops.nn`, one value at a time or along an axis."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.engines.tensorflow.ops.arguments import as_tensor, on_floats

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
erf = on_floats(ops.erf)
erfinv = on_floats(ops.erfinv)


def relu(x: Any) -> Tensor:
    """Return the larger of 0 and `x`."""
    return tf.nn.relu(as_tensor(x))


def relu6(x: Any) -> Tensor:
    """Return `x` kept within 0 and 6."""
    return tf.nn.relu6(as_tensor(x))


erfc = on_floats(tf.math.erfc)
