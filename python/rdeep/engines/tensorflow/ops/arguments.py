"""What operations do with their arguments first: numbers and arrays become tensors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from rdeep.engines.tensorflow.ops.conversion import operand

Tensor = Any


def as_tensor(x: Any, like: Tensor | None = None) -> Tensor:
    """Return an argument as a tensor.

    Parameters
    ----------
    x : object
        A tensor, an array, numbers in lists, or a number.
    like : tensor, optional
        What it is computed with: TensorFlow finds the device by itself.
    """
    return tf.convert_to_tensor(operand(x))


def floating(x: Any) -> Tensor:
    """Return an argument as a tensor of floats; whole numbers become float32.

    Parameters
    ----------
    x : object
        As for `as_tensor`.
    """
    x = as_tensor(x)
    return x if x.dtype.is_floating or x.dtype.is_complex else tf.cast(x, tf.float32)


def on_floats(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that makes its first argument a tensor of floats.

    Parameters
    ----------
    function : callable
        The function.
    """

    @functools.wraps(function)
    def computed(x: Any, *args: Any, **kwargs: Any) -> Any:
        return function(floating(x), *args, **kwargs)

    return computed


def dtype_name(kind: Any) -> str:
    """Return the name of a type.

    Parameters
    ----------
    kind : tf.DType or str
        The type.
    """
    return tf.as_dtype(kind).name
