"""Operations that take functions: choices, loops, maps, gradients by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.arrays.composed.control import check_lengths
from rdeep.arrays.trees import flatten, mapped, pack
from rdeep.engines.tensorflow.ops.arguments import as_tensor

Tensor = Any


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Return what one of two functions gives."""
    return ops.cond(tf.cast(as_tensor(pred), tf.bool), true_fn, false_fn)


def switch(index: Any, branches: list[Callable[..., Any]], *operands: Any) -> Any:
    """Return what one of several functions gives; an index out of range takes the nearest."""
    return ops.switch(as_tensor(index), branches, *operands)


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Return variables that a function has changed as long as a condition held."""
    values = mapped(as_tensor, loop_vars)
    if isinstance(values, (list, tuple)) and len(values) == 1:
        # Keras takes what the function gives for one variable in a list to be a list too.
        return [while_loop(cond, _alone(body), values[0], maximum_iterations)]
    return ops.while_loop(cond, body, values, maximum_iterations)


def _alone(body: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that gives one variable without a list around it."""

    def changed(value: Any) -> Any:
        found = body(value)
        return found[0] if isinstance(found, (list, tuple)) else found

    return changed


def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """Return a value that a function has changed for each number of a range."""
    value = mapped(as_tensor, init_val)
    if not tf.executing_eagerly():
        return ops.fori_loop(lower, upper, body_fun, value)
    # Python's numbers take any type; a tensor of them could not be added to floats.
    for number in range(int(lower), int(upper)):
        value = body_fun(number, value)
    return value


def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """Return what a function gives for each slice along the first axis, stacked."""
    tensors = mapped(as_tensor, xs)
    check_lengths(flatten(tensors))
    return ops.map(f, tensors)


def loops_in_graph(count: Any, unroll: Any) -> bool:
    """Return whether a loop of so many steps becomes part of a graph that is being traced."""
    return not tf.executing_eagerly() and not (unroll is True and count is not None)


def scanned(
    f: Callable[[Any, Any], Any], init: Any, xs: Any, count: int | None, reverse: bool
) -> Any:
    """Return what a function carries along slices, and gives at each, by a loop in the graph."""
    leaves = flatten(xs)
    # A size that is known shows in the result's shape, without which XLA cannot collect results.
    known = leaves[0].shape[0] if count is None else count
    size = tf.shape(leaves[0])[0] if known is None else known
    # What is given at a slice shows in the first, of which nothing else is used.
    _, given = f(init, pack(xs, [leaf[0] for leaf in leaves]))
    given = mapped(tf.zeros_like, init) if given is None else mapped(as_tensor, given)
    slices = [_array(leaf[0], size).unstack(leaf) for leaf in leaves]

    def body(i: Tensor, carried: list[Tensor], arrays: list[Any]) -> tuple[Any, ...]:
        at = size - 1 - i if reverse else i
        carry, found = f(pack(init, carried), pack(xs, [each.read(at) for each in slices]))
        written = arrays if found is None else flatten(found)
        if found is not None:
            written = [array.write(at, value) for array, value in zip(arrays, written)]
        return i + 1, [as_tensor(each) for each in flatten(carry)], written

    start = (tf.constant(0), flatten(init), [_array(each, size) for each in flatten(given)])
    _, carried, arrays = tf.while_loop(lambda i, *_: i < size, body, start, maximum_iterations=size)
    return pack(init, carried), pack(given, [_stacked(array, known) for array in arrays])


def _stacked(array: tf.TensorArray, size: int | None) -> Tensor:
    found = array.stack()
    return tf.ensure_shape(found, [size, *found.shape[1:]])


def _array(like: Tensor, size: Any) -> Any:
    return tf.TensorArray(like.dtype, size, element_shape=like.shape)


def associative_scan(
    f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0
) -> Any:
    """Return all partial results of combining slices, in a number of steps that is logarithmic."""
    return ops.associative_scan(f, mapped(as_tensor, elems), reverse, axis)


def vmap(function: Callable[..., Any], leaves: list[Tensor]) -> Any:
    """Return what a function gives for all slices along the first axis."""
    return tf.vectorized_map(lambda each: function(*each), tuple(leaves))


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose gradient is the one that it gives itself."""
    made = tf.custom_gradient(f)

    def computed(*args: Any) -> Any:
        return made(*(as_tensor(arg) for arg in args))

    return computed


def jvp(
    fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False
) -> tuple[Any, ...]:
    """Return a function's value, and how it changes in a direction."""
    points = [as_tensor(each) for each in primals]
    ways = [tf.cast(as_tensor(way), point.dtype) for way, point in zip(tangents, points)]
    with tf.autodiff.ForwardAccumulator(points, ways) as accumulator:
        found = fun(*points)
        value, *others = found if has_aux else (found,)
        changes = mapped(lambda each: accumulator.jvp(each, tf.UnconnectedGradients.ZERO), value)
    return (value, changes, *others)


__all__ = [
    *("associative_scan", "cond", "custom_gradient", "fori_loop", "jvp", "loops_in_graph"),
    *("map", "scanned", "switch", "vmap", "while_loop"),
]
