"""Tensors out of what people give, and arrays out of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

_NARROW = {np.dtype("float64"): tf.float32, np.dtype("int64"): tf.int32}


def operand(value: Any, near: Any = None) -> Any:
    """Return what an operation computes with as a tensor; Python's numbers stay as they are.

    NumPy's 64-bit types become 32-bit ones, as in Keras. Tensors in a list are stacked.

    Parameters
    ----------
    value : object
        A tensor, an array, a number, or a list of them.
    near : tensor, optional
        A tensor that the value is computed with: TensorFlow finds the device by itself.
    """
    if value is None or isinstance(value, (bool, int, float, complex)) or tf.is_tensor(value):
        return value
    if isinstance(value, (list, tuple)) and any(tf.is_tensor(each) for each in value):
        return tf.stack([operand(each) for each in value])
    array = np.asarray(value)
    # R's NA is a NaN that NumPy warns of when it is made narrower.
    with np.errstate(invalid="ignore"):
        return tf.convert_to_tensor(array, _NARROW.get(array.dtype))
