"""From category numbers to vectors: `keras.utils.encode_categorical_inputs`, on any engine."""

from __future__ import annotations

from typing import Any

OUTPUT_MODES = ("int", "one_hot", "multi_hot", "count")


def encoded_shape(shape: tuple[Any, ...], mode: str, depth: int) -> tuple[Any, ...]:
    """Return the shape that `encode` gives.

    Parameters
    ----------
    shape : tuple
        The shape of the numbers, batch included.
    mode : str
        One of `OUTPUT_MODES`.
    depth : int
        How many categories there are.

    Examples
    --------
    >>> encoded_shape((None, 1), "one_hot", 4), encoded_shape((None, 3), "count", 4)
    ((None, 4), (None, 4))
    """
    if mode == "int":
        return shape
    if mode == "one_hot":
        return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
    return (*shape[:1], *shape[2:], depth) if len(shape) > 1 else (depth,)


def encode(numbers: Any, mode: str, depth: int, ops: Any, weights: Any = None) -> Any:
    """Return category numbers as Keras encodes them; a negative number counts nowhere.

    Parameters
    ----------
    numbers : tensor
        Whole numbers.
    mode : str
        One of `OUTPUT_MODES`: the numbers themselves, a vector for each of them, or one vector for
        those of a sample, of ones or of counts.
    depth : int
        How many categories there are.
    ops : module
        The array functions.
    weights : tensor, optional
        What each number counts, with the mode `"count"`.
    """
    if mode == "int":
        return numbers
    sizes = ops.shape(numbers)
    if mode == "one_hot" and len(sizes) > 1 and sizes[-1] == 1:
        numbers = ops.squeeze(numbers, -1)
    ones = ops.one_hot(numbers, depth, dtype="float32")
    if mode == "one_hot":
        return ones
    axis = 1 if len(sizes) > 1 else 0
    if mode == "multi_hot":
        # Of no numbers at all, as of a text without words, there is no maximum.
        return ops.minimum(ops.sum(ones, axis=axis), 1.0)
    if weights is not None:
        ones = ones * ops.expand_dims(ops.cast(weights, "float32"), -1)
    return ops.sum(ones, axis=axis)
