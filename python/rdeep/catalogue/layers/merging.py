"""Merging layers: addition, concatenation, dot product and others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Axes, Axis, Flag, option
from rdeep.errors import (
    ArgumentError,
    ShapeError,
    Wording,
    constructor,
    layer_title,
    shapes_listed,
    show_axis,
    worded,
)

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


def cannot_merge(layer: Layer, shapes: tuple[Dims, ...], wanted: str | Wording) -> ShapeError:
    """Return the error that says why inputs cannot be merged.

    Parameters
    ----------
    layer : Layer
        The layer.
    shapes : tuple of tuple
        The inputs' shapes.
    wanted : str or Wording
        What must hold, or does not.
    """
    title = layer.name or type(layer).__name__
    return ShapeError(
        f"{layer_title(layer)} cannot merge inputs of shapes {shapes_listed(shapes)}: {wanted}.",
        layer=title,
        argument="inputs",
        received=shapes,
        expected=wanted,
    )


class _Merge(Layer, abstract=True):
    """A layer of several inputs."""

    merges = True

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use on two sequences."""
        return [case({}, (3, 4), (3, 4))]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse a single input."""
        if len(shapes) < 2:
            title = self.name or type(self).__name__
            raise ShapeError(
                f"{layer_title(self)} takes a list of at least two inputs, not {len(shapes)}.",
                layer=title,
                argument="inputs",
                received=len(shapes),
            )


class _ValueByValue(_Merge, abstract=True):
    """A layer whose inputs have one shape; sizes of 1 are repeated.

    Input shape
    -----------
    A list of tensors whose shapes can be broadcast together.

    Output shape
    ------------
    The common shape.
    """

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on two sequences, and on one of them and a vector."""
        return [*super().cases(), case({}, (3, 4), (4,))]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return two inputs merged, then what came of it and the next, and so on."""
        return reduce(lambda a, b: self.merge(a, b, run.ops), _aligned(inputs, run.ops))

    def merge(self, a: Any, b: Any, ops: Any) -> Any:
        """Return one tensor of two."""
        raise NotImplementedError

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
    """Addition layer: element-wise sum of several inputs.

    Examples
    --------
    >>> Add()([np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])])
    tensor([[11., 22.]])
    """

    def merge(self, a: Any, b: Any, ops: Any) -> Any:
        """Return the sum."""
        return ops.add(a, b)


class Subtract(_ValueByValue):
    """Subtraction layer: element-wise difference of two inputs.

    Input shape
    -----------
    A list of two tensors whose shapes can be broadcast together.

    Examples
    --------
    >>> Subtract()([np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])])
    tensor([[ -9., -18.]])
    """

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse other numbers of inputs than two."""
        super().check_inputs(*shapes)
        if len(shapes) != 2:
            title = self.name or type(self).__name__
            raise ShapeError(
                f"{layer_title(self)} takes a list of two inputs, not {len(shapes)}.",
                layer=title,
                argument="inputs",
                received=len(shapes),
            )

    def merge(self, a: Any, b: Any, ops: Any) -> Any:
        """Return the difference."""
        return ops.subtract(a, b)


class _Masked(_ValueByValue, abstract=True):
    """A merge in which masked steps have no say, as in Keras."""

    def takes_masks(self) -> bool:
        """Return that masked steps are left out."""
        return True

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return one tensor of those values that are not masked."""
        masks = run.masks
        alike = len({len(x.shape) for x in inputs}) == 1
        if all(mask is None for mask in masks) or not alike:
            return super().compute(inputs, run)
        # each (batch, steps, 1)
        spread = [None if mask is None else run.ops.expand_dims(mask, -1) for mask in masks]
        return self.merge_seen(inputs, spread, run.ops)

    def merge_seen(self, inputs: Sequence[Any], masks: Sequence[Any], ops: Any) -> Any:
        """Return one tensor of what the masks leave; a step that no mask leaves is the first's."""
        found, seen = inputs[0], masks[0]
        for x, mask in zip(inputs[1:], masks[1:]):
            other = x if mask is None else ops.where(mask, x, found)
            found = found if seen is None else ops.where(seen, found, other)
            seen = None if seen is None or mask is None else ops.logical_or(seen, mask)
            found = self.merge(found, other, ops)
        return found


class Multiply(_Masked):
    """Multiplication layer: element-wise product of several inputs.

    Examples
    --------
    >>> Multiply()([np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])])
    tensor([[10., 40.]])
    """

    def merge(self, a: Any, b: Any, ops: Any) -> Any:
        """Return the product."""
        return ops.multiply(a, b)

    def merge_seen(self, inputs: Sequence[Any], masks: Sequence[Any], ops: Any) -> Any:
        """Return the product of what the masks leave, and 0 where they leave nothing."""
        factors = [
            x if mask is None else ops.where(mask, x, ops.ones_like(x))
            for x, mask in zip(inputs, masks)
        ]
        found = reduce(ops.multiply, factors)
        if any(mask is None for mask in masks):
            return found
        return ops.where(reduce(ops.logical_or, masks), found, ops.zeros_like(found))


class Average(_ValueByValue):
    """Averaging layer: element-wise mean of several inputs.

    Examples
    --------
    >>> Average()([np.array([[1.0, 2.0]]), np.array([[3.0, 6.0]])])
    tensor([[2., 4.]])
    """

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the sum, divided by the number of inputs."""
        return super().compute(inputs, run) / len(inputs)

    def merge(self, a: Any, b: Any, ops: Any) -> Any:
        """Return the sum."""
        return ops.add(a, b)


class Maximum(_Masked):
    """Maximum layer: element-wise maximum of several inputs.

    Examples
    --------
    >>> Maximum()([np.array([[1.0, 5.0]]), np.array([[3.0, 2.0]])])
    tensor([[3., 5.]])
    """

    def merge(self, a: Any, b: Any, ops: Any) -> Any:
        """Return the larger values."""
        return ops.maximum(a, b)


class Minimum(_Masked):
    """Minimum layer: element-wise minimum of several inputs.

    Examples
    --------
    >>> Minimum()([np.array([[1.0, 5.0]]), np.array([[3.0, 2.0]])])
    tensor([[1., 2.]])
    """

    def merge(self, a: Any, b: Any, ops: Any) -> Any:
        """Return the smaller values."""
        return ops.minimum(a, b)


class Concatenate(_Merge):
    """Concatenation layer: joins several inputs along an axis.

    Input shape
    -----------
    A list of tensors whose shapes agree but along the axis.

    Output shape
    ------------
    The shape of the inputs, with the sum of their sizes along the axis.

    Examples
    --------
    >>> Concatenate().output_shape((None, 4), (None, 3))
    (None, 7)
    """

    axis: int = option(
        Axis(), -1, "The axis to concatenate along; sizes along the others must agree."
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on two sequences, along features and along steps."""
        return [*super().cases(), case({"axis": 1}, (3, 4), (2, 4))]

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
        return ops.any(ops.concatenate(whole, self.axis), axis=-1)  # (batch, steps)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the inputs' shape with their sizes along the axis added up."""
        rank = len(shapes[0])
        axis = self.axis + rank if self.axis < 0 else self.axis
        if not 0 <= axis < rank:
            wanted = worded(f"there is no axis {show_axis(self.axis)} to join along")
            raise cannot_merge(self, shapes, wanted)
        others = {(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}
        if any(len(shape) != rank for shape in shapes) or len(others) > 1:
            raise cannot_merge(self, shapes, "all axes but the one to join along must agree")
        sizes = [shape[axis] for shape in shapes]
        total = None if None in sizes else sum(size for size in sizes if size is not None)
        return (*shapes[0][:axis], total, *shapes[0][axis + 1 :])

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the inputs joined."""
        return run.ops.concatenate(inputs, axis=self.axis)


class Dot(Layer):
    """Dot-product layer of two inputs, sample by sample.

    The product is summed along an axis of each input. With `normalize` the result is the cosine
    similarity.

    Input shape
    -----------
    A list of two tensors whose sizes agree along `axes`.

    Output shape
    ------------
    The axes of the first without the one that is summed over, then those of the second;
    `(batch, 1)` if none is left.

    Examples
    --------
    >>> Dot(axes=1)([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])])
    tensor([[11.]])
    """

    merges = True
    mask = "stop"
    axes: int | tuple[int, ...] = option(
        Axes(), doc="The axis to sum over: one for both inputs, or one for each."
    )
    normalize: bool = option(Flag(), False, "Whether to scale vectors to L2 norm 1 first.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on vectors, and on sequences whose cosines are wanted."""
        return [
            case({"axes": 1}, (4,), (4,)),
            case({"axes": 2, "normalize": True}, (3, 4), (5, 4)),
        ]

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
                f"{layer_title(self)} takes a list of two inputs, not {len(shapes)}.",
                layer=title,
                argument="inputs",
                received=len(shapes),
            )
        given = (self.axes,) * 2 if isinstance(self.axes, int) else self.axes
        there = all(-len(s) < axis < len(s) for axis, s in zip(given, shapes))
        if not there or 0 in self._places(shapes):
            wanted = worded(f"there are no axes {show_axis(self.axes)} to add up along")
            raise cannot_merge(self, shapes, wanted)
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
        # (batch, ..., size), (batch, size, ...)
        a, b = ops.moveaxis(a, first, -1), ops.moveaxis(b, second, 1)
        ahead, behind = ops.shape(a)[1:-1], ops.shape(b)[2:]
        batch = ops.shape(a)[0]
        size = a.shape[-1]
        found = ops.matmul(
            ops.reshape(a, [batch, math.prod(ahead) if ahead else 1, size]),  # (batch, rows, size)
            # (batch, size, columns)
            ops.reshape(b, [batch, size, math.prod(behind) if behind else 1]),
        )
        rest = [*ahead, *behind]
        return ops.reshape(found, [batch, *(rest or [1])])


def _aligned(inputs: Sequence[Any], ops: Any) -> list[Any]:
    """Return tensors of one rank: dimensions are added after the batch, as in Keras."""
    rank = max(len(x.shape) for x in inputs)
    return [
        x if len(x.shape) == rank else ops.expand_dims(x, tuple(range(1, 1 + rank - len(x.shape))))
        for x in inputs
    ]


def _unit(x: Any, axis: int, ops: Any) -> Any:
    squares = ops.sum(ops.square(x), axis, keepdims=True)
    # As in Keras, the least length is 1e-7.
    return x * ops.rsqrt(ops.maximum(squares, 1e-14))
