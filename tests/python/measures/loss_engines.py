"""Losses computed by Keras by hand: the value, and its gradient."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rdeep.engines.single_layer import directions


def by_keras(
    loss: Any, y: np.ndarray, p: np.ndarray, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return a Keras loss and its gradient, as `rdeep.testing.measures.loss_values` does."""
    x = keras.ops.convert_to_tensor(p)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = loss(y, x, sample_weight=weights)
        total = tf.reduce_sum(value * directions([value.shape])[0])
    return value.numpy(), tape.gradient(total, x).numpy()
