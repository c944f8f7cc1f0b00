"""The shared array functions, on TensorFlow. The names and meanings are those of `keras.ops`."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.catalogue import losses

Tensor = Any

lgamma = tf.math.lgamma
detach = tf.stop_gradient


def graph_variable(start: Any) -> Any:
    """Return a variable for what changes from call to call of a `tf.function`.

    `None` where no function is traced: tensors are values there.

    Parameters
    ----------
    start : object
        What it is at first.
    """
    if tf.executing_eagerly():
        return None
    with tf.init_scope():
        # TensorFlow would take a number of Python's for one of 32 bits.
        value = np.float64(start) if isinstance(start, float) else start
        return tf.Variable(value, trainable=False)


def pick(x: Tensor, indices: Tensor, axis: int = -1) -> Tensor:
    """Return the value at an index along an axis, which goes."""
    # The gradient of a gather takes a dozen small operations; this one's is a product.
    chosen = tf.one_hot(indices, tf.shape(x)[axis], axis=axis, dtype=x.dtype)
    return tf.reduce_sum(x * chosen, axis=axis)


def multiply_add(x: Tensor, y: Tensor, z: Tensor) -> Tensor:
    """Return `x * y + z`."""
    return x * y + z


def grouped_matmul(x: Tensor, kernel: Tensor) -> Tensor:
    """Return `x[:, j] @ kernel[j]` for each place `j` of axis 1."""
    return tf.einsum("bpf,pfu->bpu", x, kernel)


def largest(x: Tensor) -> Tensor:
    """Return the position of the largest value along the last axis, int64: `argmax` casts."""
    return tf.argmax(x, axis=-1, output_type=tf.int64)


def as_index(x: Tensor) -> Tensor:
    """Return whole numbers as integers."""
    return tf.cast(x, tf.int64)


def as_float(x: Tensor) -> Tensor:
    """Return a tensor as float32."""
    return tf.cast(x, tf.float32)


def count(x: Tensor) -> Tensor:
    """Return how many values there are."""
    return tf.cast(tf.size(x), tf.float32)


def rows(x: Tensor) -> Tensor:
    """Return the size of the first dimension."""
    return tf.cast(tf.shape(x)[0], tf.float32)


def spread(weights: Tensor, values: Tensor) -> Tensor:
    """Return sample weights repeated to the shape of values."""
    missing = len(values.shape) - len(weights.shape)
    shape = tf.concat([tf.shape(weights), tf.ones(missing, tf.int32)], 0) if missing else None
    aligned = tf.reshape(weights, shape) if missing else weights
    return tf.broadcast_to(aligned, tf.shape(values))


def fused_loss(loss: losses.Loss, y_true: Tensor, y_pred: Tensor) -> Tensor | None:
    """Return the mean of a loss by a fused kernel; `None` where TensorFlow has none."""
    last = len(y_pred.shape) - 1
    if not isinstance(loss, losses.SparseCategoricalCrossentropy) or loss.axis not in (-1, last):
        return None
    if not loss.from_logits or loss.ignore_class is not None:
        return None
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y_true, logits=y_pred)
    return tf.reduce_mean(each)
