"""Functions of arrays within a function that TensorFlow traces, as those of its data sets are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf


def is_text(x: Any) -> bool:
    """Return whether a tensor holds texts, with which TensorFlow alone cannot do as layers do.

    Parameters
    ----------
    x : Tensor
        The tensor.
    """
    return x.dtype == tf.string


def outside_trace(function: Callable[[Any], Any], x: Any) -> Any:
    """Return what a function gives of values that are there, whatever is traced now.

    Parameters
    ----------
    function : function
        The function, which may ask TensorFlow.
    x : array
        What it is called with.
    """
    with tf.init_scope():
        return function(x)


def on_host(function: Callable[[Any], Any], x: Any, shape: Any, dtype: str) -> Any:
    """Return what a function of an array gives, called whenever the values are there.

    Parameters
    ----------
    function : function
        Takes an array and returns one.
    x : Tensor
        What it is called with.
    shape : tuple
        The shape of what it returns.
    dtype : str
        The type.
    """
    found = tf.numpy_function(lambda value: np.asarray(function(value), dtype), [x], dtype)
    found.set_shape(shape)
    return found


def columns_on_host(
    function: Callable[[list[np.ndarray]], list[np.ndarray]],
    columns: list[Any],
    like: list[tuple[Any, str]],
) -> list[Any]:
    """Return what a function of several arrays gives, called whenever the values are there.

    Parameters
    ----------
    function : function
        Takes arrays and returns arrays.
    columns : list of Tensor
        What it is called with.
    like : list of tuple
        The shape and the type of each array that it returns.
    """
    found = tf.numpy_function(
        lambda *values: function(list(values)), columns, [dtype for _, dtype in like]
    )
    for tensor, (shape, _) in zip(found, like):
        tensor.set_shape(shape)
    return list(found)
