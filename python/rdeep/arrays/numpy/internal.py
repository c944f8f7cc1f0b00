"""What rdeep's own formulas ask for beside the operations of users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rdeep.arrays.numpy.types import Array

Specs = list[tuple[tuple[int | None, ...], str]]


def largest(x: Array) -> Array:
    """Return the position of the largest value along the last axis."""
    return np.argmax(x, axis=-1)


def as_index(x: Array) -> Array:
    """Return whole numbers as integers."""
    return np.asarray(x, np.int64)


def as_float(x: Array) -> Array:
    """Return an array as float32."""
    return np.asarray(x, np.float32)


def detach(x: Array) -> Array:
    """Return the array: nothing is differentiated here."""
    return x


def count(x: Array) -> float:
    """Return how many values there are."""
    return float(np.size(x))


def rows(x: Array) -> float:
    """Return the size of the first dimension."""
    return float(np.shape(x)[0])


def spread(weights: Array, values: Array) -> Array:
    """Return sample weights repeated to the shape of values."""
    missing = np.ndim(values) - np.ndim(weights)
    aligned = np.reshape(weights, (*np.shape(weights), *[1] * missing))
    return np.broadcast_to(aligned, np.shape(values))


def fused_loss(loss: Any, y_true: Array, y_pred: Array) -> None:
    """Return nothing: NumPy has no loss in one operation."""


def extent(x: Array, axis: int) -> int:
    """Return an array's size along an axis."""
    return np.shape(x)[axis]


def alignment_loss(labels: Array, logits: Array, counts: Array, steps: Array, blank: int) -> Array:
    """Return the CTC loss of logits `(batch, steps, classes)` for labels `(batch, length)`.

    The forward recursion of Graves et al. (2006), over the labels with blanks between.
    """
    rows, length = np.shape(labels)
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    log = shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
    states = np.full((rows, 2 * length + 1), blank)
    states[:, 1::2] = labels
    logs = np.take_along_axis(log, states[:, np.newaxis, :], axis=2)
    # A label may follow the one before it without a blank between, unless they are equal.
    skips = np.full(states.shape, -np.inf, logits.dtype)
    skips[:, 2:] = np.where(states[:, 2:] == states[:, :-2], -np.inf, 0.0)
    skips[:, ::2] = -np.inf
    ways = np.full(states.shape, -np.inf, logits.dtype)
    ways[:, :2] = logs[:, 0, :2]
    for step in range(1, logs.shape[1]):
        padded = np.pad(ways, ((0, 0), (2, 0)), constant_values=-np.inf)
        reached = np.logaddexp(ways, padded[:, 1:-1])
        reached = np.logaddexp(reached, padded[:, :-2] + skips) + logs[:, step]
        ways = np.where((step < steps)[:, np.newaxis], reached, ways)
    last = 2 * counts
    ends = np.take_along_axis(ways, np.stack([last, np.maximum(last - 1, 0)], 1), axis=1)
    ends[last == 0, 1] = -np.inf
    return -np.logaddexp(ends[:, 0], ends[:, 1])


def result_specs(
    compute: Callable[[list[Any]], Any],
    shapes: Sequence[tuple[int, ...]],
    dtypes: Sequence[str],
    numbers: Sequence[int | None],
) -> tuple[Specs, bool]:
    """Return the shapes and types of an operation's results, and whether they are several.

    The operation is computed, of zeros, of ones and of rising values: sizes that differ depend on
    the values.

    Parameters
    ----------
    compute : function
        The operation, for a list of arrays.
    shapes, dtypes : sequence
        What the arrays are like.
    numbers : sequence of int or None
        For an array that is a size, that size.
    """

    def specs_of(made: Callable[..., Array]) -> tuple[Specs, bool]:
        found = compute(
            [
                made(shape, dtype.replace("bfloat16", "float32")) if n is None else n
                for shape, dtype, n in zip(shapes, dtypes, numbers)
            ]
        )
        several = isinstance(found, (list, tuple))
        return [_spec(each) for each in (found if several else [found])], several

    with np.errstate(all="ignore"):
        found, several = specs_of(np.zeros)
        for made in (np.ones, _rising):
            try:
                others, _ = specs_of(made)
            except (ValueError, IndexError):
                continue
            found = [_common(*pair) for pair in zip(found, others)]
    return found, several


def _rising(shape: tuple[int, ...], dtype: str) -> Array:
    """Return values that are all different."""
    return np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)


def _spec(x: Any) -> tuple[tuple[int, ...], str]:
    weak = {int: "int32", float: "float32"}.get(type(x))
    return np.shape(x), weak or np.asarray(x).dtype.name


def _common(one: tuple[Any, str], other: tuple[Any, str]) -> tuple[tuple[Any, ...], str]:
    """Return a shape in which the sizes are open that depend on what values are."""
    if len(one[0]) != len(other[0]):
        return one
    return tuple(a if a == b else None for a, b in zip(one[0], other[0])), one[1]
