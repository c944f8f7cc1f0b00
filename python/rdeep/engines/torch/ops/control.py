"""Operations that take functions: choices, loops, maps, gradients by hand.

On torch they are plain Python: loops run as they stand, and gradients flow through them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from rdeep.arrays.mapping import Mapped
from rdeep.arrays.trees import flatten, mapped, pack
from rdeep.engines.torch.ops.arguments import as_tensor
from rdeep.errors import ArgumentError, ShapeError, operation_call, shapes_listed


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Return what one of two functions gives."""
    return true_fn() if bool(pred) else false_fn()


def switch(index: Any, branches: list[Callable[..., Any]], *operands: Any) -> Any:
    """Return what one of several functions gives; an index out of range takes the nearest."""
    return branches[min(max(int(index), 0), len(branches) - 1)](*operands)


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Return variables that a function has changed as long as a condition held."""
    several = isinstance(loop_vars, (tuple, list))
    values = tuple(mapped(as_tensor, loop_vars)) if several else (as_tensor(loop_vars),)
    done = 0
    limit = math.inf if maximum_iterations is None else maximum_iterations
    while done < limit and bool(as_tensor(cond(*values))):
        changed = body(*values)
        values = tuple(changed) if isinstance(changed, (tuple, list)) else (changed,)
        done += 1
    return values if several else values[0]


def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """Return a value that a function has changed for each number of a range."""
    value = mapped(as_tensor, init_val)
    for number in range(int(lower), int(upper)):
        value = body_fun(number, value)
    return value


def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """Return what a function gives for each slice along the first axis, stacked."""
    leaves = [as_tensor(leaf) for leaf in flatten(xs)]
    given = [f(pack(xs, [leaf[i] for leaf in leaves])) for i in range(_length(leaves))]
    return mapped(lambda *each: torch.stack([as_tensor(one) for one in each]), *given)


def scan(
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
    leaves = [as_tensor(leaf) for leaf in flatten(xs)]
    count = _length(leaves) if length is None else length
    carry, found = mapped(as_tensor, init), []
    # All slices at once: the gradient of each by itself would be as large as all of them.
    slices = list(zip(*(leaf.unbind(0) for leaf in leaves))) or [()] * count
    for number in reversed(range(count)) if reverse else range(count):
        carry, given = f(carry, pack(xs, slices[number]))
        found.append(
            mapped(lambda x: torch.zeros_like(as_tensor(x)), carry) if given is None else given
        )
    if reverse:
        found.reverse()
    return carry, mapped(lambda *each: torch.stack([as_tensor(one) for one in each]), *found)


def associative_scan(
    f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0
) -> Any:
    """Return all partial results of combining slices, in a number of steps that is logarithmic."""
    leaves = [as_tensor(leaf).movedim(axis, 0) for leaf in flatten(elems)]
    _length(leaves)
    if reverse:
        leaves = [leaf.flip(0) for leaf in leaves]

    def combine(first: list[Tensor], second: list[Tensor]) -> list[Tensor]:
        # The function sees the axis where it was given.
        sides = (pack(elems, [each.movedim(0, axis) for each in side]) for side in (first, second))
        return [each.movedim(axis, 0) for each in flatten(f(*sides))]

    leaves = _scanned(combine, leaves)
    if reverse:
        leaves = [leaf.flip(0) for leaf in leaves]
    return pack(elems, [leaf.movedim(0, axis) for leaf in leaves])


def _scanned(combine: Callable[..., list[Tensor]], leaves: list[Tensor]) -> list[Tensor]:
    """Return partial results (Blelloch, 1990): of pairs first, then of what is between."""
    count = leaves[0].shape[0]
    if count < 2:
        return leaves
    pairs = combine([x[0 : count - 1 : 2] for x in leaves], [x[1::2] for x in leaves])
    odd = _scanned(combine, pairs)
    even = [x[:1] for x in leaves]
    if count > 2:
        rest = combine([x[: (count - 1) // 2] for x in odd], [x[2::2] for x in leaves])
        even = [torch.cat([first, more]) for first, more in zip(even, rest)]
    return [_woven(a, b) for a, b in zip(even, odd)]


def _woven(a: Tensor, b: Tensor) -> Tensor:
    both = torch.stack([a[: b.shape[0]], b], dim=1).flatten(0, 1)
    return both if a.shape[0] == b.shape[0] else torch.cat([both, a[-1:]])


def _length(leaves: list[Tensor]) -> int:
    lengths = {leaf.shape[0] if leaf.dim() else None for leaf in leaves}
    if len(lengths) != 1 or None in lengths:
        raise ShapeError(
            "What is gone along must have one length, not the shapes "
            f"{shapes_listed(leaf.shape for leaf in leaves)}.",
            received=[tuple(leaf.shape) for leaf in leaves],
        )
    return int(lengths.pop())  # type: ignore[arg-type]


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """Return what a function gives for all slices along the first axis, computed at once."""
    leaves = [as_tensor(leaf) for leaf in flatten(elements)]
    _length(leaves)

    def of_leaves(*each: Tensor) -> Any:
        return function(pack(elements, list(each)))

    return torch.vmap(of_leaves)(*leaves)


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None
) -> Callable[..., Any]:
    """Return a function of slices as one of tensors."""
    return Mapped(pyfunc, excluded, signature, _Engine)


class _Engine:
    """What `rdeep.arrays.mapping` needs of an engine."""

    as_tensor = staticmethod(as_tensor)
    reshape = staticmethod(torch.reshape)
    broadcast_to = staticmethod(torch.broadcast_to)

    @staticmethod
    def vmap(function: Callable[..., Any], arguments: list[Tensor]) -> Any:
        """Return what a function gives for all slices along the first axis."""
        return torch.vmap(function)(*arguments)


class _ByHand(torch.autograd.Function):
    """A function that says itself how gradients flow back through it."""

    @staticmethod
    def forward(ctx: Any, function: Callable[..., Any], *args: Any) -> Any:
        """Return the function's value and keep its gradient."""
        with torch.enable_grad():
            out, ctx.gradient = function(*args)
        ctx.inputs = len(args)
        return mapped(torch.detach, out)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        """Return the gradients of the arguments."""
        gradients = ctx.gradient(*upstream)
        if not isinstance(gradients, (tuple, list)):
            gradients = (gradients,)
        return (None, *gradients)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose gradient is the one that it gives itself."""

    def computed(*args: Any) -> Any:
        return _ByHand.apply(f, *(as_tensor(arg) for arg in args))

    return computed


__all__ = [
    *("associative_scan", "cond", "custom_gradient", "fori_loop", "map", "scan", "switch"),
    *("vectorize", "vectorized_map", "while_loop"),
]
