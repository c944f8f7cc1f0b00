"""Other shapes and orders of the same values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import tensorflow as tf
from keras import ops

size = ops.size
ndim = ops.ndim
ravel = ops.ravel
broadcast_to = ops.broadcast_to
expand_dims = ops.expand_dims
transpose = ops.transpose
swapaxes = ops.swapaxes
moveaxis = ops.moveaxis
flip = ops.flip
concatenate = ops.concatenate
append = ops.append
stack = ops.stack
diag = ops.diag
diagflat = ops.diagflat
diagonal = ops.diagonal
trace = ops.trace
meshgrid = ops.meshgrid


def squeeze(x: Any, axis: Any = None) -> Any:
    """Return a tensor without axes of one place: of a batch of unknown size, it stays an axis."""
    x = ops.convert_to_tensor(x)
    if axis is None and x.shape.rank is not None:
        axis = [at for at, size in enumerate(x.shape) if size == 1]
        return tf.squeeze(x, axis) if axis else x
    return ops.squeeze(x, axis)


def tile(x: Any, repeats: Any) -> Any:
    """Return the whole tensor several times."""
    x = ops.convert_to_tensor(x)
    given = [repeats] if isinstance(repeats, int) else list(repeats)
    rank = max(len(given), len(x.shape))
    counts = [1] * (rank - len(given)) + [
        each if isinstance(each, int) else ops.cast(each, "int32") for each in given
    ]
    x = tf.reshape(x, [*[1] * (rank - len(x.shape)), *tf.unstack(tf.shape(x))])
    return tf.tile(x, tf.stack(counts))


def reshape(x: Any, newshape: Any) -> Any:
    """Return the values, row by row, in another shape."""
    return tf.reshape(ops.convert_to_tensor(x), newshape)


def rot90(array: Any, k: int = 1, axes: Sequence[int] = (0, 1)) -> Any:
    """Return a tensor turned by quarters; Keras on TensorFlow turns otherwise from two on."""
    array = ops.convert_to_tensor(array)
    first, second = axes
    if k % 4 == 0:
        return array
    if k % 4 == 2:
        return ops.flip(array, axis=(first, second))
    if k % 4 == 1:
        return ops.swapaxes(ops.flip(array, axis=second), first, second)
    return ops.flip(ops.swapaxes(array, first, second), axis=second)


def tril(x: Any, k: int = 0) -> Any:
    """Return a matrix with zeros above a diagonal; it may lie outside."""
    x = ops.convert_to_tensor(x)
    columns = x.shape[-1]
    return x if columns is not None and k >= columns else ops.tril(x, k)


def triu(x: Any, k: int = 0) -> Any:
    """Return a matrix with zeros below a diagonal; it may lie outside."""
    x = ops.convert_to_tensor(x)
    rows = x.shape[-2]
    return x if rows is not None and -k >= rows else ops.triu(x, k)


def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """Return the values moved on; what leaves at the end comes in at the start."""
    several = axis is not None and not isinstance(axis, int)
    return ops.roll(x, [shift] * len(axis) if several and isinstance(shift, int) else shift, axis)


def hstack(xs: Sequence[Any]) -> Any:
    """Return tensors joined side by side; Keras has no numbers among them."""
    parts = [ops.convert_to_tensor(x) for x in xs]
    return ops.hstack([tf.reshape(x, [1]) if len(x.shape) == 0 else x for x in parts])


def vstack(xs: Sequence[Any]) -> Any:
    """Return tensors joined one below the other; Keras on TensorFlow joins vectors in a row."""
    parts = [ops.convert_to_tensor(x) for x in xs]
    return ops.vstack([tf.reshape(x, [1, -1]) if len(x.shape) < 2 else x for x in parts])


def split(x: Any, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Any]:
    """Return the parts of a tensor along an axis."""
    x = ops.convert_to_tensor(x)
    if isinstance(indices_or_sections, int):
        return tf.split(x, indices_or_sections, axis=axis)
    # Whole numbers, or a compiled function would not know how many parts there are.
    cuts = [0, *map(int, indices_or_sections)]
    sizes = [after - before for before, after in pairwise(cuts)]
    total = x.shape[axis]
    return tf.split(x, [*sizes, -1 if total is None else total - cuts[-1]], axis=axis)


def repeat(x: Any, repeats: int | Sequence[int], axis: int | None = None) -> Any:
    """Return each value several times."""
    return ops.repeat(x, repeats if isinstance(repeats, int) else list(repeats), axis=axis)


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """Return a tensor with more around it."""
    if constant_values is not None and mode != "constant":
        raise ValueError(f"'constant_values' mean nothing where the mode is {mode!r}.")
    x = ops.convert_to_tensor(x)
    if constant_values is not None:
        constant_values = tf.cast(constant_values, x.dtype)
    # Keras takes no number and no pair for all axes.
    widths = [pad_width] * 2 if isinstance(pad_width, int) else list(pad_width)
    if all(isinstance(width, int) for width in widths):
        widths = [widths]
    widths = widths * len(x.shape) if len(widths) == 1 else widths
    return ops.pad(x, widths, mode=mode, constant_values=constant_values)


def view(x: Any, dtype: Any = None) -> Any:
    """Return the bytes of a tensor, read as another type."""
    x = ops.convert_to_tensor(x)
    kind = x.dtype if dtype is None else tf.as_dtype(dtype)
    old, new = x.dtype.size, kind.size
    if old >= new:
        # A new last axis holds the parts of each value.
        found = tf.bitcast(x, kind)
        if old == new:
            return found
        sizes = ops.shape(x)
        return tf.reshape(found, [*sizes[:-1], sizes[-1] * (old // new)])
    sizes = ops.shape(x)
    together = new // old
    if not sizes or sizes[-1] % together:
        raise ValueError(f"{together} values of {x.dtype.name} make one of {kind.name}.")
    return tf.bitcast(tf.reshape(x, [*sizes[:-1], sizes[-1] // together, together]), kind)
