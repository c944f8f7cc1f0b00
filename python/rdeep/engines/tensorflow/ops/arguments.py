"""What operations do with their arguments first: numbers and arrays become tensors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from rdeep.engines.tensorflow.ops.conversion import operand

Tensor = Any


def as_tensor(x: Any) -> Tensor:
    """Return an argument as a tensor.

    Parameters
    ----------
    x : object
        A tensor, an array, numbers in lists, or a number.
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


def sizes(value: Any, rank: int) -> tuple[int, ...]:
    """Return one number for each dimension; a single one stands for all.

    Parameters
    ----------
    value : int or sequence of int
        The number or numbers.
    rank : int
        How many dimensions there are.
    """
    if isinstance(value, int):
        return (value,) * rank
    numbers = tuple(int(each) for each in value)
    return numbers * rank if len(numbers) == 1 else numbers
