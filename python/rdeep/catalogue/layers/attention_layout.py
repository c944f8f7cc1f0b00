"""How attention along any axes becomes attention along one."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any


class AttentionLayout:
    """How steps along several axes become one axis, and axes that are not attended along rows.

    Parameters
    ----------
    sizes : sequence of int or tensor
        The queries' sizes, `(batch, ..., features)`.
    axes : tuple of int
        The axes of the steps.
    ops : module
        The engine's array functions.
    """

    def __init__(self, sizes: Sequence[Any], axes: tuple[int, ...], ops: Any) -> None:
        self.ops, self.axes = ops, axes
        self.batch, self.steps = sizes[0], [sizes[axis] for axis in axes]
        others = [axis for axis in range(1, len(sizes) - 1) if axis not in axes]
        self.others = [sizes[axis] for axis in others]
        # The batch, other axes, then the steps.
        self.order = (0, *others, *axes, len(sizes) - 1)
        self.plain = self.order == tuple(range(len(sizes)))

    def by_head(self, x: Any, heads: int) -> Any:
        """Return a projection as `(rows, steps, heads, size)`.

        Parameters
        ----------
        x : tensor
            Of shape `(batch, ..., heads * size)`.
        heads : int
            How many heads there are.
        """
        ops = self.ops
        # (batch, others..., steps..., features)
        x = x if self.plain else ops.transpose(x, self.order)
        sizes = ops.shape(x)
        steps = _product(sizes[1 + len(self.others) : -1])
        # (rows, steps, heads, size)
        return ops.reshape(x, (-1, steps, heads, x.shape[-1] // heads))

    def by_step(self, seen: Any) -> Any:
        """Return what the heads saw as `(batch, ..., heads * size)`, axes as the query has them.

        Parameters
        ----------
        seen : tensor
            Of shape `(rows, steps, heads, size)`.
        """
        ops = self.ops
        width = seen.shape[-2] * seen.shape[-1]
        # (batch, others..., steps..., heads * size)
        x = ops.reshape(seen, (self.batch, *self.others, *self.steps, width))
        if self.plain:
            return x
        return ops.transpose(x, tuple(self.order.index(axis) for axis in range(len(self.order))))

    def mask(self, mask: Any, heads: int) -> Any:
        """Return a mask that was given as `(rows, heads or 1, queries, values)`.

        Parameters
        ----------
        mask : tensor
            Of shape `(batch, ..., queries..., values...)`; what is between may be missing.
        heads : int
            How many heads there are.
        """
        ops, count = self.ops, len(self.axes)
        sizes = ops.shape(mask)
        leading = sizes[: -2 * count]
        queries, values = _product(sizes[-2 * count : -count]), _product(sizes[-count:])
        missing = 2 + len(self.others) - len(leading)
        # (batch, others or 1..., heads or 1, queries, values)
        wide = ops.reshape(mask, (*leading, *[1] * missing, queries, values))
        if not self.others:
            return wide
        between = ops.shape(wide)[1 + len(self.others)]
        full = (self.batch, *self.others, between, queries, values)
        # (rows, heads or 1, queries, values)
        return ops.reshape(ops.broadcast_to(wide, full), (-1, between, queries, values))

    def scores(self, scores: Any, keys: Sequence[Any]) -> Any:
        """Return scores as `(batch, others..., heads, queries..., keys...)`.

        Parameters
        ----------
        scores : tensor
            Of shape `(rows, heads, queries, keys)`.
        keys : sequence of int or tensor
            The sizes of the keys.
        """
        heads = scores.shape[1]
        steps = [*self.steps, *(keys[axis] for axis in self.axes)]
        # (batch, others..., heads, queries..., keys...)
        return self.ops.reshape(scores, (self.batch, *self.others, heads, *steps))


def _product(sizes: Sequence[Any]) -> Any:
    """Return a product of sizes, of which some may be tensors."""
    return reduce(operator.mul, sizes)
