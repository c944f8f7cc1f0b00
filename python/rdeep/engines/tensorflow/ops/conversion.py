"""Tensors out of what people give, and arrays out of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.arrays.narrowing import narrowed


def operand(value: Any, near: Any = None) -> Any:
    """Return what an operation computes with as a tensor; Python's numbers stay as they are.

    NumPy's 64-bit types become 32-bit ones where these hold the numbers. Tensors in a list are
    stacked.

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
    return tf.convert_to_tensor(narrowed(np.asarray(value)))


def text(value: Any) -> Any:
    """Return text as a tensor.

    Parameters
    ----------
    value : str, or array or list of str
        The text.
    """
    return tf.constant(np.asarray(value, dtype=np.str_))
