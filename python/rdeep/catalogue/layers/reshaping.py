"""Layers that change the shape and leave the values."""

from __future__ import annotations

import math

from rdeep.catalogue.layers.base import Dims, Layer, format_shape
from rdeep.catalogue.options import Choice, Shape, option
from rdeep.errors import ShapeError

__all__ = ["Flatten", "Reshape"]


class Flatten(Layer):
    """Turns each sample into a vector, the last dimension varying fastest."""

    mask = "stop"
    example = "keras_model_sequential(input_shape = c(28, 28, 1)) |> layer_flatten()"
    data_format: str | None = option(
        Choice("channels_last"), None, "Where the channels are; only last is known."
    )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return `(batch, values)`."""
        inner = shapes[0][1:]
        if any(size is None for size in inner):
            return (shapes[0][0], None)
        return (shapes[0][0], math.prod(size for size in inner if size is not None))

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype


class Reshape(Layer):
    """Gives each sample another shape with as many values."""

    mask = "stop"
    example = "keras_model_sequential(input_shape = 784) |> layer_reshape(c(28, 28, 1))"
    target_shape: Dims = option(
        Shape(free=-1), doc="The new shape without the batch; one size may be -1: what is left."
    )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch and the target shape, with -1 worked out."""
        inner, target = shapes[0][1:], self.target_shape
        fixed = math.prod(size for size in target if size is not None and size != -1)
        if any(size is None for size in inner):
            return (shapes[0][0], *(None if size == -1 else size for size in target))
        values = math.prod(size for size in inner if size is not None)
        free = target.count(-1)
        if free > 1 or None in target or (values % fixed if free else values != fixed):
            title = self.name or "Reshape"
            raise ShapeError(
                f"Layer {title!r} cannot turn samples of shape {format_shape(inner)}, "
                f"{values} values, into {format_shape(target)}.",
                layer=title,
                argument="target_shape",
                received=target,
                expected=f"a shape of {values} values",
            )
        return (shapes[0][0], *(values // fixed if size == -1 else size for size in target))

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype
