"""Reshaping layers: flatten, reshape, permute, repeat."""

from __future__ import annotations

import math
from typing import Any

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.spatial import DATA_FORMAT, Spatial
from rdeep.catalogue.options import Count, Counts, Shape, option
from rdeep.errors import ArgumentError, ShapeError, constructor, format_shape, layer_title, show

__all__ = ["Flatten", "Permute", "RepeatVector", "Reshape"]


class Flatten(Spatial):
    """Flatten layer: turns each sample into a vector.

    The last dimension varies fastest. With `channels_first` it is the channels that vary fastest,
    so that the vector is the same as that of the same data with channels last.

    Input shape
    -----------
    `(batch, ...)`.

    Output shape
    ------------
    `(batch, values)`.

    Examples
    --------
    >>> Flatten().output_shape((None, 28, 28, 1))
    (None, 784)
    """

    data_format: str | None = DATA_FORMAT

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on images and on vectors."""
        return [case({}, (3, 4, 2)), case({}, (3,))]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return `(batch, values)`."""
        inner = shapes[0][1:]
        if any(size is None for size in inner):
            return (shapes[0][0], None)
        return (shapes[0][0], math.prod(size for size in inner if size is not None))

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return each sample as a vector."""
        ops = run.ops
        x = ops.moveaxis(inputs, 1, -1) if self.channels_first else inputs  # (batch, ..., channels)
        batch, *sizes = ops.shape(x)
        return ops.reshape(x, (batch, math.prod(sizes)))  # (batch, values)


class Reshape(Layer):
    """Reshape layer: gives each sample another shape of as many values.

    Input shape
    -----------
    `(batch, ...)`.

    Output shape
    ------------
    `(batch, *target_shape)`.

    Examples
    --------
    >>> Reshape((7, -1)).output_shape((None, 28))
    (None, 7, 4)
    """

    mask = "stop"
    target_shape: Dims = option(
        Shape(free=-1),
        doc="The new shape without the batch; one size may be -1: it is inferred from the others.",
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses with and without a size that is left open."""
        return [case({"target_shape": target}, (2, 6)) for target in ((4, 3), (3, -1))]

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
                f"{layer_title(self)} cannot turn samples of shape {format_shape(inner)}, "
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

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the samples in their new shape."""
        target = [-1 if size is None else size for size in self.target_shape]
        # (batch, *target_shape)
        return run.ops.reshape(inputs, (run.ops.shape(inputs)[0], *target))


class Permute(Layer):
    """Permutation layer: reorders the dimensions of each sample.

    Input shape
    -----------
    `(batch, ...)`.

    Output shape
    ------------
    The input's sizes in the order of `dims`.

    Examples
    --------
    >>> Permute((2, 1)).output_shape((None, 10, 3))
    (None, 3, 10)
    """

    mask = "stop"
    dims: tuple[int, ...] = option(
        Counts(), doc="The new order of the dimensions, which are counted from 1, after the batch."
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use on images."""
        return [case({"dims": (3, 1, 2)}, (3, 4, 2))]

    def validate(self) -> None:
        """Refuse what is no order of the dimensions."""
        wanted = tuple(range(1, len(self.dims) + 1))
        if tuple(sorted(self.dims)) != wanted:
            raise ArgumentError(
                f"{constructor(self)}: 'dims' must be the numbers {', '.join(map(str, wanted))} in "
                f"some order, not {show(self.dims)}.",
                argument="dims",
                received=self.dims,
                expected=f"the numbers {show(wanted)} in some order",
            )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch and the sizes in their new order."""
        if len(shapes[0]) != len(self.dims) + 1:
            title = self.name or "Permute"
            raise ShapeError(
                f"{layer_title(self)} puts {len(self.dims)} dimensions in order, but its input has "
                f"shape {format_shape(shapes[0])}.",
                layer=title,
                argument="dims",
                received=self.dims,
                expected=f"{len(shapes[0]) - 1} numbers",
            )
        return (shapes[0][0], *(shapes[0][axis] for axis in self.dims))

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input with its axes in order."""
        return run.ops.transpose(inputs, (0, *self.dims))


class RepeatVector(Layer):
    """Repeat vector layer: repeats each sample as the steps of a sequence.

    Input shape
    -----------
    `(batch, features)`.

    Output shape
    ------------
    `(batch, n, features)`.

    Examples
    --------
    >>> RepeatVector(2)(np.array([[1.0, 2.0]])).tolist()
    [[[1.0, 2.0], [1.0, 2.0]]]
    """

    mask = "stop"
    ndim = 2
    n: int = option(Count(), doc="The number of repetitions.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use on vectors."""
        return [case({"n": 3}, (4,))]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return `(batch, n, values)`."""
        return (shapes[0][0], self.n, shapes[0][1])

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the vector, `n` times."""
        return run.ops.repeat(inputs[:, None], self.n, axis=1)  # (batch, n, values)
