"""Types of tensors, and the way from arrays to tensors and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from rdeep.engines.tensorflow.ops import arguments
from rdeep.engines.tensorflow.ops.arguments import as_tensor

Tensor = Any


def cast(x: Any, dtype: Any) -> Tensor:
    """Return a tensor of another type."""
    return ops.cast(as_tensor(x), dtype)


def convert_to_tensor(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Tensor:
    """Return a tensor of what is given; tensors here are neither sparse nor ragged."""
    if dtype is not None and not tf.is_tensor(x):
        return ops.convert_to_tensor(x, dtype)
    x = as_tensor(x)
    return x if dtype is None else tf.cast(x, dtype)


def convert_to_numpy(x: Any) -> np.ndarray:
    """Return an array of a tensor's values."""
    x = as_tensor(x)
    # NumPy has no bfloat16.
    return np.array(tf.cast(x, tf.float32) if x.dtype == tf.bfloat16 else x)


convert_to_array = convert_to_numpy


def as_array(x: Any) -> Any:
    """Return a tensor as an array; other things stay."""
    return x.numpy() if tf.is_tensor(x) else x


def is_tensor(x: Any) -> bool:
    """Return whether something is a tensor of this engine."""
    return bool(tf.is_tensor(x))


def dtype(x: Any) -> str:
    """Return the name of the values' type."""
    return arguments.as_tensor(x).dtype.name
