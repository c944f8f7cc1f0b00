"""What shapes and types an operation gives, found without computing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from rdeep.arrays.keys import as_key

Specs = list[tuple[tuple[int, ...], str]]


def result_specs(
    compute: Callable[[list[Any]], Any],
    shapes: Sequence[tuple[int, ...]],
    dtypes: Sequence[str],
    numbers: Sequence[int | None],
) -> tuple[Specs, bool]:
    """Return the shapes and types of an operation's results, and whether they are several.

    Parameters
    ----------
    compute : function
        The operation, for a list of tensors.
    shapes, dtypes : sequence
        What the tensors are like.
    numbers : sequence of int or None
        For a tensor that is a size, that size.
    """
    # Arguments, and not zeros: TensorFlow would take zeros for the sizes that a tensor holds.
    specs_given = [
        tf.TensorSpec(shape, dtype) for shape, dtype, n in zip(shapes, dtypes, numbers) if n is None
    ]

    def traced(*tensors: Any) -> Any:
        given = iter(tensors)
        return compute([next(given) if n is None else n for n in numbers])

    found = tf.function(traced).get_concrete_function(*specs_given).structured_outputs
    several = isinstance(found, (list, tuple))
    specs = [(tuple(x.shape), x.dtype.name) for x in (found if several else [found])]
    return specs, several


def extent(x: Any, axis: int) -> Any:
    """Return a tensor's size along an axis."""
    return tf.shape(x)[axis]


def item(x: Any, key: list[Any]) -> Any:
    """Return a part of a tensor by an index as a graph keeps it."""
    return x[as_key(key)]


def constant(array: Any, like: Any = None) -> Any:
    """Return an array as a tensor, of another one's type."""
    return tf.constant(array) if like is None else tf.constant(array, dtype=like.dtype)
