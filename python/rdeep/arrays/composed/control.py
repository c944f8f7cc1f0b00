"""Operations that take functions: conditionals, loops, maps, scans. They are plain Python here.

Loops run as they stand, and gradients flow through them; an engine whose loops are part of a graph
has its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from rdeep.arrays.mapping import Mapped
from rdeep.arrays.trees import flatten, mapped, pack
from rdeep.errors import ArgumentError, BackendError, ShapeError, operation_call, shapes_listed

Tensor = Any


def cond(ops: Any, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Return what one of two functions gives."""
    return true_fn() if bool(pred) else false_fn()


def switch(ops: Any, index: Any, branches: list[Callable[..., Any]], *operands: Any) -> Any:
    """Return what one of several functions gives; an index out of range takes the nearest."""
    return branches[min(max(int(index), 0), len(branches) - 1)](*operands)


def while_loop(
    ops: Any,
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Return variables that a function has changed as long as a condition held."""
    several = isinstance(loop_vars, (tuple, list))
    values = tuple(mapped(ops.as_tensor, loop_vars)) if several else (ops.as_tensor(loop_vars),)
    done = 0
    limit = math.inf if maximum_iterations is None else maximum_iterations
    while done < limit and bool(ops.as_tensor(cond(*values))):
        changed = body(*values)
        values = tuple(changed) if isinstance(changed, (tuple, list)) else (changed,)
        done += 1
    return values if several else values[0]


def fori_loop(
    ops: Any, lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any
) -> Any:
    """Return a value that a function has changed for each number of a range."""
    value = mapped(ops.as_tensor, init_val)
    for number in range(int(lower), int(upper)):
        value = body_fun(number, value)
    return value


def map(ops: Any, f: Callable[[Any], Any], xs: Any) -> Any:
    """Return what a function gives for each slice along the first axis, stacked."""
    leaves, length = _leaves(ops, xs)
    given = [f(pack(xs, [leaf[i] for leaf in leaves])) for i in range(length)]
    return _stacked(ops, given)


def scan(
    ops: Any,
    f: Callable[[Any, Any], Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: Any = 1,
) -> Any:
    """Return what a function carries along slices in the end, and what it gives at each."""
    if xs is None and length is None:
        raise ArgumentError(
            f"{operation_call('scan')}: 'xs' or 'length' must be given.", argument="xs"
        )
    leaves, count = _leaves(ops, xs) if length is None else (_tensors(ops, xs), length)
    carry = mapped(ops.as_tensor, init)
    if ops.loops_in_graph(count, unroll):
        return ops.scanned(f, carry, pack(xs, leaves), count, reverse)
    found = []
    # All slices at once: the gradient of each by itself would be as large as all of them.
    slices = list(zip(*(ops.unstack(leaf, count) for leaf in leaves))) or [()] * count
    for each in reversed(slices) if reverse else slices:
        carry, given = f(carry, pack(xs, each))
        found.append(mapped(ops.zeros_like, carry) if given is None else given)
    return carry, _stacked(ops, found[::-1] if reverse else found)


def loops_in_graph(ops: Any, count: Any, unroll: Any) -> bool:
    """Return whether a loop of so many steps becomes part of a graph that is being traced."""
    return False


def associative_scan(
    ops: Any, f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0
) -> Any:
    """Return all partial results of combining slices, in a number of steps that is logarithmic."""

    def turned(x: Tensor) -> Tensor:
        return ops.flip(x, axis=0) if reverse else x

    leaves = [ops.moveaxis(leaf, axis, 0) for leaf in _tensors(ops, elems)]
    check_lengths(leaves)

    def combine(first: list[Tensor], second: list[Tensor]) -> list[Tensor]:
        # The function sees the axis where it was given.
        sides = (
            pack(elems, [ops.moveaxis(each, 0, axis) for each in side]) for side in (first, second)
        )
        return [ops.moveaxis(each, axis, 0) for each in flatten(f(*sides))]

    found = _scanned(ops, combine, [turned(leaf) for leaf in leaves])
    return pack(elems, [ops.moveaxis(turned(leaf), 0, axis) for leaf in found])


def _scanned(ops: Any, combine: Callable[..., list[Tensor]], leaves: list[Tensor]) -> list[Tensor]:
    """Return partial results (Blelloch, 1990): of pairs first, then of what is between."""
    count = leaves[0].shape[0]
    if count < 2:
        return leaves
    pairs = combine([x[0 : count - 1 : 2] for x in leaves], [x[1::2] for x in leaves])
    odd = _scanned(ops, combine, pairs)
    even = [x[:1] for x in leaves]
    if count > 2:
        rest = combine([x[: (count - 1) // 2] for x in odd], [x[2::2] for x in leaves])
        even = [ops.concatenate([first, more], axis=0) for first, more in zip(even, rest)]
    return [_woven(ops, a, b) for a, b in zip(even, odd)]


def _woven(ops: Any, a: Tensor, b: Tensor) -> Tensor:
    size = b.shape[0]
    both = ops.reshape(ops.stack([a[:size], b], axis=1), (2 * size, *b.shape[1:]))
    return both if a.shape[0] == size else ops.concatenate([both, a[-1:]], axis=0)


def _tensors(ops: Any, tree: Any) -> list[Tensor]:
    return [ops.as_tensor(leaf) for leaf in flatten(tree)]


def _leaves(ops: Any, tree: Any) -> tuple[list[Tensor], int]:
    """Return the tensors of a tree, and their common length."""
    leaves = _tensors(ops, tree)
    check_lengths(leaves)
    return leaves, leaves[0].shape[0]


def _stacked(ops: Any, trees: list[Any]) -> Any:
    return mapped(lambda *each: ops.stack([ops.as_tensor(one) for one in each]), *trees)


def check_lengths(leaves: list[Tensor]) -> None:
    """Refuse tensors that are not all of one length along the first axis.

    Parameters
    ----------
    leaves : list of tensor
        The tensors.
    """
    shapes = [tuple(leaf.shape) for leaf in leaves]
    if () in shapes or len({shape[0] for shape in shapes}) != 1:
        raise ShapeError(
            f"What is gone along must have one length, not the shapes {shapes_listed(shapes)}.",
            received=shapes,
        )


def vectorized_map(ops: Any, function: Callable[[Any], Any], elements: Any) -> Any:
    """Return what a function gives for all slices along the first axis, computed at once."""
    leaves, _ = _leaves(ops, elements)
    return ops.vmap(lambda *each: function(pack(elements, list(each))), leaves)


def vmap(ops: Any, function: Callable[..., Any], leaves: list[Tensor]) -> Any:
    """Return what a function gives for all slices along the first axis, one after the other."""
    return ops.map(lambda slices: function(*slices), leaves)


def vectorize(
    ops: Any, pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None
) -> Callable[..., Any]:
    """Return a function of slices as one of tensors."""
    return Mapped(pyfunc, excluded, signature, ops)


def custom_gradient(ops: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function's value alone: without an engine there are no gradients."""

    def computed(*args: Any) -> Any:
        return f(*(ops.as_tensor(arg) for arg in args))[0]

    return computed


def jvp(
    ops: Any, fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False
) -> Any:
    """Refuse: without an engine there are no derivatives."""
    raise BackendError(
        f"{operation_call('jvp')} needs PyTorch or TensorFlow: NumPy does not derive."
    )


__all__ = [
    *("associative_scan", "check_lengths", "cond", "custom_gradient", "fori_loop", "jvp"),
    *("loops_in_graph", "map", "scan", "switch", "vectorize", "vectorized_map", "vmap"),
    "while_loop",
]
