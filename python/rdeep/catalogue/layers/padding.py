"""Zero padding and cropping of the spatial dimensions."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.spatial import DATA_FORMAT, Spatial
from rdeep.catalogue.options import Pairs, option
from rdeep.errors import ShapeError, layer_title

__all__ = [
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
]

_ZEROS = "The number of zeros before and after, in each dimension; one number for both sides."
_CUT = (
    "The number of values to remove before and after, in each dimension; one number for both sides."
)


class _Edges(Spatial, Layer, abstract=True):
    """A layer that lengthens or shortens each spatial dimension at both ends."""

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({}, (*(5, 4, 6)[: (cls.ndim or 3) - 2], 3))]

    def amounts(self) -> tuple[tuple[int, int], ...]:
        """Return how much each spatial dimension changes before and after."""
        raise NotImplementedError

    def every_axis(self) -> list[tuple[int, int]]:
        """Return how much each axis changes before and after, the batch and the channels too."""
        none = (0, 0)
        inner = self.amounts()
        return [none, none, *inner] if self.channels_first else [none, *inner, none]

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype


def _by_dimension(value: Any, rank: int) -> tuple[tuple[int, int], ...]:
    return (value,) if rank == 1 else value


class _ZeroPadding(_Edges, abstract=True):
    padding: Any

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use that adds a value at each edge."""
        return [case({"padding": 1}, (*(4, 3, 3)[: cls.rank], 2))]

    def amounts(self) -> tuple[tuple[int, int], ...]:
        """Return how many zeros go before and after."""
        return _by_dimension(self.padding, self.rank)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape with the zeros."""
        axes = zip(shapes[0], self.every_axis())
        return tuple(None if size is None else size + sum(pair) for size, pair in axes)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input with the zeros."""
        return run.ops.pad(inputs, self.every_axis())


class ZeroPadding1D(_ZeroPadding):
    """1D zero padding layer, for sequences: adds zeros at the beginning and the end.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Output shape
    ------------
    `(batch, padded_steps, channels)`.

    Examples
    --------
    >>> ZeroPadding1D(2).output_shape((None, 10, 3))
    (None, 14, 3)
    """

    ndim, rank = 3, 1
    padding: tuple[int, int] = option(
        Pairs(1), 1, "The number of zeros before and after; one number for both sides."
    )
    data_format: str | None = DATA_FORMAT


class ZeroPadding2D(_ZeroPadding):
    """2D zero padding layer, for images: adds zeros at the edges.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Output shape
    ------------
    `(batch, padded_height, padded_width, channels)`.

    Examples
    --------
    >>> ZeroPadding2D((1, 2)).output_shape((None, 28, 28, 1))
    (None, 30, 32, 1)
    """

    ndim, rank = 4, 2
    padding: tuple[tuple[int, int], ...] = option(Pairs(2), (1, 1), _ZEROS)
    data_format: str | None = DATA_FORMAT


class ZeroPadding3D(_ZeroPadding):
    """3D zero padding layer, for volumes: adds zeros at both ends of each dimension.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Output shape
    ------------
    `(batch, padded_depth, padded_height, padded_width, channels)`.

    Examples
    --------
    >>> ZeroPadding3D(1).output_shape((None, 8, 8, 8, 1))
    (None, 10, 10, 10, 1)
    """

    ndim, rank = 5, 3
    padding: tuple[tuple[int, int], ...] = option(Pairs(3), ((1, 1), (1, 1), (1, 1)), _ZEROS)
    data_format: str | None = DATA_FORMAT


class _Cropping(_Edges, abstract=True):
    cropping: Any

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use that takes a value off each edge."""
        return [case({"cropping": 1}, (*(5, 4, 3)[: cls.rank], 2))]

    def amounts(self) -> tuple[tuple[int, int], ...]:
        """Return how many values are cut off before and after."""
        return _by_dimension(self.cropping, self.rank)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape without what is cut off."""
        left: list[int | None] = []
        for size, pair in zip(shapes[0], self.every_axis()):
            if size is not None and 0 < pair[0] + pair[1] >= size:
                title = self.name or type(self).__name__
                raise ShapeError(
                    f"{layer_title(self)} cannot cut {pair[0]} and {pair[1]} values off a "
                    f"dimension of {size}: nothing would be left.",
                    layer=title,
                    argument="cropping",
                    received=self.cropping,
                    expected=f"less than {size} together",
                )
            left.append(None if size is None else size - sum(pair))
        return tuple(left)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input without what is cut off."""
        # Not up to `-0`, which would leave nothing.
        return inputs[tuple(slice(before, -after or None) for before, after in self.every_axis())]


class Cropping1D(_Cropping):
    """1D cropping layer, for sequences: removes steps at the beginning and the end.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Output shape
    ------------
    `(batch, cropped_steps, channels)`.

    Examples
    --------
    >>> Cropping1D((1, 2)).output_shape((None, 10, 3))
    (None, 7, 3)
    """

    ndim, rank = 3, 1
    cropping: tuple[int, int] = option(
        Pairs(1),
        (1, 1),
        "The number of values to remove before and after; one number for both sides.",
    )


class Cropping2D(_Cropping):
    """2D cropping layer, for images: removes rows and columns at the edges.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Output shape
    ------------
    `(batch, cropped_height, cropped_width, channels)`.

    Examples
    --------
    >>> Cropping2D(2).output_shape((None, 28, 28, 1))
    (None, 24, 24, 1)
    """

    ndim, rank = 4, 2
    cropping: tuple[tuple[int, int], ...] = option(Pairs(2), ((0, 0), (0, 0)), _CUT)
    data_format: str | None = DATA_FORMAT


class Cropping3D(_Cropping):
    """3D cropping layer, for volumes: removes values at both ends of each dimension.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Output shape
    ------------
    `(batch, cropped_depth, cropped_height, cropped_width, channels)`.

    Examples
    --------
    >>> Cropping3D(1).output_shape((None, 8, 8, 8, 1))
    (None, 6, 6, 6, 1)
    """

    ndim, rank = 5, 3
    cropping: tuple[tuple[int, int], ...] = option(Pairs(3), ((1, 1), (1, 1), (1, 1)), _CUT)
    data_format: str | None = DATA_FORMAT
