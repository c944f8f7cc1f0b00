"""Layers that make one tensor of several."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.formula import Formula, Run
from rdeep.catalogue.options import Axes, Axis, Flag, option
from rdeep.errors import ArgumentError, ShapeError, constructor, shapes_listed, show_axis

__all__ = [
    "Add",
    "Average",
    "Concatenate",
    "Dot",
    "Maximum",
    "Minimum",
    "Multiply",
    "Subtract",
]


def cannot_merge(layer: Layer, shapes: tuple[Dims, ...], wanted: str) -> ShapeError:
    """Return the error that says why inputs cannot be merged.

    Parameters
    ----------
    layer : Layer
        The layer.
    shapes : tuple of tuple
        The inputs' shapes.
    wanted : str
        What must hold, or does not.
    """
    title = layer.name or type(layer).__name__
    return ShapeError(
        f"Layer {title!r} cannot merge inputs of shapes {shapes_listed(shapes)}: {wanted}.",
        layer=title,
        argument="inputs",
        received=shapes,
        expected=wanted,
    )


class _Merge(Layer, abstract=True):
    """A layer of several inputs."""

    merges = True

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse a single input."""
        if len(shapes) < 2:
            title = self.name or type(self).__name__
            raise ShapeError(
                f"Layer {title!r} takes a list of at least two inputs, not {len(shapes)}.",
                layer=title,
                argument="inputs",
                received=len(shapes),
            )


class _ValueByValue(_Merge, abstract=True):
    """A layer whose inputs have one shape; sizes of 1 are repeated."""

    def carries_mask(
        self, masked: Sequence[bool], shapes: Sequence[Dims], count: int
    ) -> list[bool]:
        """Return that the output carries a mask if all inputs do."""
        return [all(masked)]

    def join_masks(self, inputs: Sequence[Any], masks: Sequence[Any], ops: Any) -> Any:
        """Return the mask by which a step counts if it does in one input."""
        return reduce(ops.logical_or, masks)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the inputs have together."""
        rank = max(len(shape) for shape in shapes)
        padded = [(shape[0], *(1,) * (rank - len(shape)), *shape[1:]) for shape in shapes]
        merged: list[int | None] = []
        for sizes in zip(*padded):
            fixed = {size for size in sizes if size not in (None, 1)}
            if len(fixed) > 1:
                raise cannot_merge(self, shapes, "sizes must be equal, or 1")
            merged.append(fixed.pop() if fixed else (None if None in sizes else 1))
        return tuple(merged)


class Add(_ValueByValue):
    """Adds its inputs, value by value; sizes of 1 are repeated."""


class Subtract(_ValueByValue):
    """Takes the second of two inputs from the first, value by value; sizes of 1 are repeated."""

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse other numbers of inputs than two."""
        super().check_inputs(*shapes)
        if len(shapes) != 2:
            title = self.name or type(self).__name__
            raise ShapeError(
                f"Layer {title!r} takes a list of two inputs, not {len(shapes)}.",
                layer=title,
                argument="inputs",
                received=len(shapes),
            )


class Multiply(_ValueByValue):
    """Multiplies its inputs, value by value; sizes of 1 are repeated."""


class Average(_ValueByValue):
    """Averages its inputs, value by value; sizes of 1 are repeated."""


class Maximum(_ValueByValue):
    """Takes the largest of its inputs, value by value; sizes of 1 are repeated."""


class Minimum(_ValueByValue):
    """Takes the smallest of its inputs, value by value; sizes of 1 are repeated."""


class Concatenate(_Merge):
    """Joins its inputs along an axis."""

    axis: int = option(Axis(), -1, "The axis along which to join; the others must agree.")

    def carries_mask(
        self, masked: Sequence[bool], shapes: Sequence[Dims], count: int
    ) -> list[bool]:
        """Return that the output carries a mask if one of the inputs does."""
        return [any(masked)]

    def join_masks(self, inputs: Sequence[Any], masks: Sequence[Any], ops: Any) -> Any:
        """Return the masks joined as the inputs are; all of an input without one counts."""
        whole = []
        for x, mask in zip(inputs, masks):
            everything = ops.ones_like(x, dtype="bool")
            if mask is None:
                whole.append(everything)
            elif len(mask.shape) < len(x.shape):
                whole.append(ops.logical_and(ops.expand_dims(mask, -1), everything))
            else:
                whole.append(mask)
        return ops.any(ops.concatenate(whole, self.axis), axis=-1)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the inputs' shape with their sizes along the axis added up."""
        rank = len(shapes[0])
        axis = self.axis + rank if self.axis < 0 else self.axis
        if not 0 < axis < rank:
            raise cannot_merge(self, shapes, f"there is no axis {self.axis} to join along")
        others = {(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}
        if any(len(shape) != rank for shape in shapes) or len(others) > 1:
            raise cannot_merge(self, shapes, "all axes but the one to join along must agree")
        sizes = [shape[axis] for shape in shapes]
        total = None if None in sizes else sum(size for size in sizes if size is not None)
        return (*shapes[0][:axis], total, *shapes[0][axis + 1 :])


class Dot(Formula):
    """Multiplies two inputs sample by sample, and adds up along an axis of each.

    The output has the axes of the first without the one that is added up, then those of the
    second. With `normalize` it is the cosine of the angle between the two.
    """

    merges = True
    mask = "stop"
    axes: int | tuple[int, ...] = option(
        Axes(), doc="The axis to add up along: one for both inputs, or one for each."
    )
    normalize: bool = option(
        Flag(), False, "Whether vectors are divided by their lengths along the axis first."
    )

    def validate(self) -> None:
        """Refuse other numbers of axes than one or two."""
        if not isinstance(self.axes, int) and len(self.axes) != 2:
            raise ArgumentError(
                f"{constructor(self)}: 'axes' must be the number of an axis, or two, not "
                f"{show_axis(self.axes)}.",
                argument="axes",
                received=self.axes,
                expected="the number of an axis, or two",
                layer="Dot",
            )

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse other numbers of inputs than two, and sizes that differ."""
        if len(shapes) != 2:
            title = self.name or "Dot"
            raise ShapeError(
                f"Layer {title!r} takes a list of two inputs, not {len(shapes)}.",
                layer=title,
                argument="inputs",
                received=len(shapes),
            )
        given = (self.axes,) * 2 if isinstance(self.axes, int) else self.axes
        there = all(-len(s) < axis < len(s) for axis, s in zip(given, shapes))
        if not there or 0 in self._places(shapes):
            raise cannot_merge(self, shapes, f"there are no axes {self.axes} to add up along")
        first, second = (shape[place] for shape, place in zip(shapes, self._places(shapes)))
        if None not in (first, second) and first != second:
            raise cannot_merge(self, shapes, f"along 'axes' they have {first} and {second} values")

    def _places(self, shapes: Sequence[Sequence[Any]]) -> tuple[int, int]:
        first, second = (self.axes,) * 2 if isinstance(self.axes, int) else self.axes
        return first % len(shapes[0]), second % len(shapes[1])

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the axes that are left; a single number for each sample has an axis of 1."""
        first, second = self._places(shapes)
        a, b = shapes
        rest = (*a[1:first], *a[first + 1 :], *b[1:second], *b[second + 1 :])
        return (a[0], *(rest or (1,)))

    def flops(self, *shapes: Dims) -> int | None:
        """Return the operations of the products."""
        sizes = [size or 1 for size in self.output_shape(*shapes)[1:]]
        return 2 * math.prod(sizes) * (shapes[0][self._places(shapes)[0]] or 1)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the products' sums."""
        ops = run.ops
        a, b = inputs
        first, second = self._places([a.shape, b.shape])
        if self.normalize:
            a, b = _unit(a, first, ops), _unit(b, second, ops)
        a, b = ops.moveaxis(a, first, -1), ops.moveaxis(b, second, 1)
        ahead, behind = ops.shape(a)[1:-1], ops.shape(b)[2:]
        batch = ops.shape(a)[0]
        size = a.shape[-1]
        found = ops.matmul(
            ops.reshape(a, [batch, math.prod(ahead) if ahead else 1, size]),
            ops.reshape(b, [batch, size, math.prod(behind) if behind else 1]),
        )
        rest = [*ahead, *behind]
        return ops.reshape(found, [batch, *(rest or [1])])


def _unit(x: Any, axis: int, ops: Any) -> Any:
    squares = ops.sum(ops.square(x), axis, keepdims=True)
    # As in Keras, the least length is 1e-7.
    return x * ops.rsqrt(ops.maximum(squares, 1e-14))
