"""Patterns such as `b (h s) c -> b h (s c)`: the shapes and the order of axes that they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rdeep.errors import ArgumentError, ShapeError, format_shape, operation_call

_AXIS = re.compile(r"\(([\w\s]*)\)|(\w+)")


def plan(
    pattern: str, shape: Sequence[Any], lengths: Mapping[str, int]
) -> tuple[list[Any], list[int], list[Any]]:
    """Return the shape to split a tensor into, the order of its axes, and the shape to join.

    Parameters
    ----------
    pattern : str
        The axes before and after an arrow; those in brackets are one axis of the tensor.
    shape : sequence of int
        The tensor's shape.
    lengths : dict
        The sizes of axes that are not known from the shape.

    Examples
    --------
    >>> plan("b (h s) -> h b s", (2, 6), {"s": 3})
    ([2, 2, 3], [1, 0, 2], [2, 2, 3])
    """
    before, after = _sides(pattern)
    if len(before) != len(shape):
        raise ShapeError(
            f"{operation_call('rearrange')}: {pattern!r} describes {len(before)} axes, and the "
            f"tensor has the shape {format_shape(shape)}.",
            argument="pattern",
            received=tuple(shape),
        )
    found: dict[str, Any] = {}
    for group, size in zip(before, shape):
        found.update(_sized(group, size, lengths, pattern))
    names = [name for group in before for name in group]
    wanted = [name for group in after for name in group]
    if sorted(names) != sorted(wanted) or len(set(names)) != len(names):
        raise ArgumentError(
            f"{operation_call('rearrange')}: the axes before and after the arrow must be the same: "
            f"{pattern!r}.",
            argument="pattern",
            received=pattern,
        )
    joined = [_product(found[name] for name in group) for group in after]
    return [found[name] for name in names], [names.index(name) for name in wanted], joined


def _sides(pattern: str) -> list[list[list[str]]]:
    sides = pattern.split("->")
    left_over = [_AXIS.sub("", side).strip() for side in sides]
    if len(sides) != 2 or any(left_over):
        raise ArgumentError(
            f"{operation_call('rearrange')}: 'pattern' must be such as 'b h w c -> b (h w) c', not "
            f"{pattern!r}.",
            argument="pattern",
            received=pattern,
        )
    return [
        [group.split() if not alone else [alone] for group, alone in _AXIS.findall(side)]
        for side in sides
    ]


def _sized(group: list[str], size: Any, lengths: Mapping[str, int], pattern: str) -> dict[str, Any]:
    """Return the sizes of the axes that an axis is split into."""
    known = {name: lengths[name] for name in group if name in lengths}
    open_ = [name for name in group if name not in lengths]
    if len(open_) > 1:
        raise ArgumentError(
            f"{operation_call('rearrange')}: the size of {open_[0]!r} or of {open_[1]!r} must be "
            f"given, for {pattern!r}.",
            argument=open_[0],
        )
    share = _product(known.values())
    if isinstance(size, int) and (size % share if open_ else size != share):
        raise ShapeError(
            f"{operation_call('rearrange')}: an axis of size {size} cannot be split as in "
            f"{pattern!r}, with "
            f"{', '.join(f'{name} = {length}' for name, length in known.items())}.",
            argument="pattern",
            received=size,
        )
    if open_:
        known[open_[0]] = size // share
    return known


def _product(numbers: Any) -> Any:
    out = 1
    for number in numbers:
        out = out * number
    return out
