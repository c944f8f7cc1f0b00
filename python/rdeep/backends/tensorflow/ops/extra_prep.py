"""What preprocessing layers compute with."""

from __future__ import annotations

import tensorflow as tf
from keras import ops

cast = tf.cast
equal = ops.equal
logical_and = ops.logical_and
left_shift = ops.left_shift
right_shift = ops.right_shift
reshape = ops.reshape
squeeze = ops.squeeze
expand_dims = ops.expand_dims
max = ops.max
stack = ops.stack
take = ops.take
take_along_axis = ops.take_along_axis
searchsorted = ops.searchsorted
one_hot = ops.one_hot
