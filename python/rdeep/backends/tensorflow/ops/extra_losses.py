"""What losses, metrics and activations compute with, on TensorFlow."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

Tensor = Any

relu6 = ops.relu6
leaky_relu = ops.leaky_relu
elu = ops.elu
selu = ops.selu
celu = ops.celu
glu = ops.glu
gelu = ops.gelu
silu = ops.silu
softsign = ops.softsign
soft_shrink = ops.soft_shrink
hard_shrink = ops.hard_shrink
hard_sigmoid = ops.hard_sigmoid
hard_silu = ops.hard_silu
hard_tanh = ops.hard_tanh
tanh_shrink = ops.tanh_shrink
threshold = ops.threshold
log_sigmoid = ops.log_sigmoid
sparse_plus = ops.sparse_plus
sparse_sigmoid = ops.sparse_sigmoid
sort = ops.sort
squareplus = ops.squareplus
all = ops.all
max = ops.max
cast = ops.cast
power = ops.power
one_hot = ops.one_hot
matmul = ops.matmul
transpose = ops.transpose
reshape = ops.reshape
argsort = ops.argsort
cumsum = ops.cumsum
segment_sum = ops.segment_sum
ctc_loss = ops.ctc_loss


def constant(values: Any, like: Tensor) -> Tensor:
    """Return numbers as a tensor of another one's type."""
    return tf.constant(values, like.dtype)
