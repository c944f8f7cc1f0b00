"""Pooling over windows, over whole spatial dimensions, or down to a given size."""

from __future__ import annotations

from typing import ClassVar

from rdeep.catalogue.layers.base import Dims, known
from rdeep.catalogue.layers.spatial import DATA_FORMAT, Spatial, window_outputs
from rdeep.catalogue.options import Choice, Flag, Sizes, option

__all__ = [
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
]

_STEP = "The step of the window; by default its size."
_PADDING = "`valid`: only whole windows; `same`: windows that stick out count what they cover."


class _Pooling(Spatial, abstract=True):
    """What windowed pooling shares."""

    statistic: ClassVar[str]
    # Those of type Sizes(0) are declared again for each rank.
    pool_size: tuple[int, ...] = option(Sizes(0))
    strides: tuple[int, ...] | None = option(Sizes(0), None, _STEP)
    padding: str = option(Choice("valid", "same"), "valid", _PADDING)
    data_format: str | None = DATA_FORMAT

    def steps(self) -> tuple[int, ...]:
        """Return the window's steps: the strides, or the window's size."""
        return self.strides or self.pool_size

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch, the places of the window in each dimension, and the channels."""
        places = tuple(
            window_outputs(size, window, step, 1, self.padding, self)
            for size, window, step in zip(self.sizes(shapes[0]), self.pool_size, self.steps())
        )
        return self.joined(shapes[0][0], places, self.channels(shapes[0]))


class _Pooling1D(_Pooling, abstract=True):
    ndim, rank = 3, 1
    pool_size: tuple[int, ...] = option(Sizes(1), 2, "The length of the window.")
    strides: tuple[int, ...] | None = option(Sizes(1), None, _STEP)


class _Pooling2D(_Pooling, abstract=True):
    ndim, rank = 4, 2
    pool_size: tuple[int, ...] = option(Sizes(2), (2, 2), "The window's height and width.")
    strides: tuple[int, ...] | None = option(Sizes(2), None, _STEP)


class _Pooling3D(_Pooling, abstract=True):
    ndim, rank = 5, 3
    pool_size: tuple[int, ...] = option(Sizes(3), (2, 2, 2), "The window's size in each dimension.")
    strides: tuple[int, ...] | None = option(Sizes(3), None, _STEP)


class MaxPooling1D(_Pooling1D):
    """The largest value in each window along one dimension."""

    statistic = "max"


class AveragePooling1D(_Pooling1D):
    """The mean of each window along one dimension."""

    statistic = "mean"


class MaxPooling2D(_Pooling2D):
    """The largest value in each window over two dimensions."""

    statistic = "max"


class AveragePooling2D(_Pooling2D):
    """The mean of each window over two dimensions."""

    statistic = "mean"


class MaxPooling3D(_Pooling3D):
    """The largest value in each window over three dimensions."""

    statistic = "max"


class AveragePooling3D(_Pooling3D):
    """The mean of each window over three dimensions."""

    statistic = "mean"


class _GlobalPooling(Spatial, abstract=True):
    """What pooling over whole dimensions shares."""

    statistic: ClassVar[str]
    data_format: str | None = DATA_FORMAT
    keepdims: bool = option(Flag(), False, "Whether to keep the pooled dimensions, with size 1.")

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return `(batch, channels)`, and ones for the pooled dimensions if they are kept."""
        kept = (1,) * self.rank if self.keepdims else ()
        return self.joined(shapes[0][0], kept, self.channels(shapes[0]))


class GlobalMaxPooling1D(_GlobalPooling):
    """The largest value of each channel over all steps."""

    ndim, rank, statistic = 3, 1, "max"


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of each channel over all steps; over the unmasked ones where there is a mask."""

    ndim, rank, statistic, mask = 3, 1, "mean", "read"


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest value of each channel over the whole image."""

    ndim, rank, statistic = 4, 2, "max"


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel over the whole image."""

    ndim, rank, statistic = 4, 2, "mean"


class GlobalMaxPooling3D(_GlobalPooling):
    """The largest value of each channel over the whole volume."""

    ndim, rank, statistic = 5, 3, "max"


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each channel over the whole volume."""

    ndim, rank, statistic = 5, 3, "mean"


class _AdaptivePooling(Spatial, abstract=True):
    """What pooling down to a given size shares: windows of about equal size, side by side."""

    statistic: ClassVar[str]
    output_size: tuple[int, ...] = option(Sizes(0))
    data_format: str | None = DATA_FORMAT

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch, the size that is asked for, and the channels."""
        for size in self.sizes(shapes[0]):
            known(size, self, "each dimension that it pools over")
        return self.joined(shapes[0][0], self.output_size, self.channels(shapes[0]))


class _AdaptivePooling1D(_AdaptivePooling, abstract=True):
    ndim, rank = 3, 1
    output_size: tuple[int, ...] = option(Sizes(1), doc="The length of the output.")


class _AdaptivePooling2D(_AdaptivePooling, abstract=True):
    ndim, rank = 4, 2
    output_size: tuple[int, ...] = option(Sizes(2), doc="The output's height and width.")


class _AdaptivePooling3D(_AdaptivePooling, abstract=True):
    ndim, rank = 5, 3
    output_size: tuple[int, ...] = option(Sizes(3), doc="The output's size in each dimension.")


class AdaptiveMaxPooling1D(_AdaptivePooling1D):
    """The largest values in windows along one dimension, as many as are asked for.

    Window `i` of `n` covers what lies from `i / n` to `(i + 1) / n` of the dimension.
    """

    statistic = "max"


class AdaptiveAveragePooling1D(_AdaptivePooling1D):
    """The means of windows along one dimension, as many as are asked for.

    Window `i` of `n` covers what lies from `i / n` to `(i + 1) / n` of the dimension.
    """

    statistic = "mean"


class AdaptiveMaxPooling2D(_AdaptivePooling2D):
    """The largest values in windows over two dimensions, as many as are asked for.

    Window `i` of `n` covers what lies from `i / n` to `(i + 1) / n` of a dimension.
    """

    statistic = "max"


class AdaptiveAveragePooling2D(_AdaptivePooling2D):
    """The means of windows over two dimensions, as many as are asked for.

    Window `i` of `n` covers what lies from `i / n` to `(i + 1) / n` of a dimension.
    """

    statistic = "mean"


class AdaptiveMaxPooling3D(_AdaptivePooling3D):
    """The largest values in windows over three dimensions, as many as are asked for.

    Window `i` of `n` covers what lies from `i / n` to `(i + 1) / n` of a dimension.
    """

    statistic = "max"


class AdaptiveAveragePooling3D(_AdaptivePooling3D):
    """The means of windows over three dimensions, as many as are asked for.

    Window `i` of `n` covers what lies from `i / n` to `(i + 1) / n` of a dimension.
    """

    statistic = "mean"
