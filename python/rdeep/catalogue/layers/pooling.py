"""Pooling over one or two spatial dimensions, channels last."""

from __future__ import annotations

from typing import ClassVar

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.convolution import window_outputs
from rdeep.catalogue.options import Choice, Flag, Sizes, option

__all__ = [
    "AveragePooling1D",
    "AveragePooling2D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "MaxPooling1D",
    "MaxPooling2D",
]

_STEP = "The step of the window; by default its size."
_PADDING = "`valid`: only whole windows; `same`: windows that stick out count what they cover."
_FORMAT = "Where the channels are; only last is known."
_IMAGES = "keras_model_sequential(input_shape = c(28, 28, 1)) |> "
_SERIES = "keras_model_sequential(input_shape = c(50, 16)) |> "


class _Pooling(Layer):
    """What windowed pooling shares."""

    mask = "stop"
    rank: ClassVar[int]
    statistic: ClassVar[str]
    pool_size: tuple[int, ...]
    strides: tuple[int, ...] | None
    padding: str

    def steps(self) -> tuple[int, ...]:
        """Return the window's steps: the strides, or the window's size."""
        return self.strides or self.pool_size

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch, the places of the window in each dimension, and the channels."""
        places = (
            window_outputs(size, window, step, 1, self.padding, self)
            for size, window, step in zip(shapes[0][1:-1], self.pool_size, self.steps())
        )
        return (shapes[0][0], *places, shapes[0][-1])


class _Pooling1D(_Pooling):
    ndim = 3
    rank = 1
    pool_size: tuple[int, ...] = option(Sizes(1), 2, "The length of the window.")
    strides: tuple[int, ...] | None = option(Sizes(1), None, _STEP)
    padding: str = option(Choice("valid", "same"), "valid", _PADDING)
    data_format: str | None = option(Choice("channels_last"), None, _FORMAT)


class _Pooling2D(_Pooling):
    ndim = 4
    rank = 2
    pool_size: tuple[int, ...] = option(Sizes(2), (2, 2), "The window's height and width.")
    strides: tuple[int, ...] | None = option(Sizes(2), None, _STEP)
    padding: str = option(Choice("valid", "same"), "valid", _PADDING)
    data_format: str | None = option(Choice("channels_last"), None, _FORMAT)


class MaxPooling1D(_Pooling1D):
    """The largest value in each window along one dimension."""

    statistic = "max"
    example = _SERIES + "layer_max_pooling_1d(2)"


class AveragePooling1D(_Pooling1D):
    """The mean of each window along one dimension."""

    statistic = "mean"
    example = _SERIES + "layer_average_pooling_1d(2)"


class MaxPooling2D(_Pooling2D):
    """The largest value in each window over two dimensions."""

    statistic = "max"
    example = _IMAGES + "layer_max_pooling_2d(2)"


class AveragePooling2D(_Pooling2D):
    """The mean of each window over two dimensions."""

    statistic = "mean"
    example = _IMAGES + "layer_average_pooling_2d(2)"


class _GlobalPooling(Layer):
    """What pooling over whole dimensions shares."""

    mask = "stop"
    rank: ClassVar[int]
    statistic: ClassVar[str]
    data_format: str | None = option(Choice("channels_last"), None, _FORMAT)
    keepdims: bool = option(Flag(), False, "Whether to keep the pooled dimensions, with size 1.")

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return `(batch, channels)`, with ones between if dimensions are kept."""
        kept = (1,) * self.rank if self.keepdims else ()
        return (shapes[0][0], *kept, shapes[0][-1])


class GlobalMaxPooling1D(_GlobalPooling):
    """The largest value of each channel over all steps."""

    ndim, rank, statistic = 3, 1, "max"
    example = _SERIES + "layer_global_max_pooling_1d()"


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of each channel over all steps; over the unmasked ones where there is a mask."""

    ndim, rank, statistic, mask = 3, 1, "mean", "read"
    example = _SERIES + "layer_global_average_pooling_1d()"


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest value of each channel over the whole image."""

    ndim, rank, statistic = 4, 2, "max"
    example = _IMAGES + "layer_global_max_pooling_2d()"


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel over the whole image."""

    ndim, rank, statistic = 4, 2, "mean"
    example = _IMAGES + "layer_global_average_pooling_2d()"
