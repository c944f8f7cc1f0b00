"""Layers that make one tensor of several."""

from __future__ import annotations

from rdeep.catalogue.layers.base import Dims, Layer, format_shape
from rdeep.catalogue.options import Axis, option
from rdeep.errors import ShapeError

__all__ = [
    "Add",
    "Average",
    "Concatenate",
    "Maximum",
    "Minimum",
    "Multiply",
    "Subtract",
]

_TWO_INPUTS = "a <- layer_input(4)\nb <- layer_input(4)\n"


class _Merge(Layer):
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

    def _refuse(self, shapes: tuple[Dims, ...], wanted: str) -> ShapeError:
        title = self.name or type(self).__name__
        listed = " and ".join(format_shape(shape) for shape in shapes)
        return ShapeError(
            f"Layer {title!r} cannot merge inputs of shapes {listed}: {wanted}.",
            layer=title,
            argument="inputs",
            received=shapes,
            expected=wanted,
        )


class _ValueByValue(_Merge):
    """A layer whose inputs have one shape; sizes of 1 are repeated."""

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the inputs have together."""
        rank = max(len(shape) for shape in shapes)
        padded = [(shape[0], *(1,) * (rank - len(shape)), *shape[1:]) for shape in shapes]
        merged: list[int | None] = []
        for sizes in zip(*padded):
            fixed = {size for size in sizes if size not in (None, 1)}
            if len(fixed) > 1:
                raise self._refuse(shapes, "sizes must be equal, or 1")
            merged.append(fixed.pop() if fixed else (None if None in sizes else 1))
        return tuple(merged)


class Add(_ValueByValue):
    """Adds its inputs, value by value; sizes of 1 are repeated."""

    example = _TWO_INPUTS + "layer_add(list(a, b))"


class Subtract(_ValueByValue):
    """Takes the second of two inputs from the first, value by value; sizes of 1 are repeated."""

    example = _TWO_INPUTS + "layer_subtract(list(a, b))"

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

    example = _TWO_INPUTS + "layer_multiply(list(a, b))"


class Average(_ValueByValue):
    """Averages its inputs, value by value; sizes of 1 are repeated."""

    example = _TWO_INPUTS + "layer_average(list(a, b))"


class Maximum(_ValueByValue):
    """Takes the largest of its inputs, value by value; sizes of 1 are repeated."""

    example = _TWO_INPUTS + "layer_maximum(list(a, b))"


class Minimum(_ValueByValue):
    """Takes the smallest of its inputs, value by value; sizes of 1 are repeated."""

    example = _TWO_INPUTS + "layer_minimum(list(a, b))"


class Concatenate(_Merge):
    """Joins its inputs along an axis."""

    example = _TWO_INPUTS + "layer_concatenate(list(a, b))"
    axis: int = option(Axis(), -1, "The axis along which to join; the others must agree.")

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the inputs' shape with their sizes along the axis added up."""
        rank = len(shapes[0])
        axis = self.axis + rank if self.axis < 0 else self.axis
        if not 0 < axis < rank:
            raise self._refuse(shapes, f"there is no axis {self.axis} to join along")
        others = {(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}
        if any(len(shape) != rank for shape in shapes) or len(others) > 1:
            raise self._refuse(shapes, "all axes but the one to join along must agree")
        sizes = [shape[axis] for shape in shapes]
        total = None if None in sizes else sum(size for size in sizes if size is not None)
        return (*shapes[0][:axis], total, *shapes[0][axis + 1 :])
