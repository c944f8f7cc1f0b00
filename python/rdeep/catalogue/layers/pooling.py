"""Pooling over windows or over whole spatial dimensions."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.spatial import DATA_FORMAT, Spatial, window_outputs
from rdeep.catalogue.options import Choice, Flag, Sizes, option

__all__ = [
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

_STEP = "The stride of the window; by default its size."
_PADDING = (
    '`"valid"`: only whole windows; `"same"`: windows at the border too, of the values '
    "that they cover."
)


class _Pooling(Spatial, abstract=True):
    """What windowed pooling shares."""

    statistic: ClassVar[str]
    # Those of type Sizes(0) are declared again for each rank.
    pool_size: tuple[int, ...] = option(Sizes(0))
    strides: tuple[int, ...] | None = option(Sizes(0), None, _STEP)
    padding: str = option(Choice("valid", "same"), "valid", _PADDING)
    data_format: str | None = DATA_FORMAT

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on whole windows, and on some that stick out."""
        shape = (*(7, 6, 5)[: cls.rank], 2)
        return [case({}, shape), case({"pool_size": 3, "strides": 2, "padding": "same"}, shape)]

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

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the statistic of each window."""
        pool = run.ops.max_pool if self.statistic == "max" else run.ops.average_pool
        return pool(inputs, self.pool_size, self.steps(), self.padding, self.data_format)


class _Pooling1D(_Pooling, abstract=True):
    """Pooling over one dimension.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Output shape
    ------------
    `(batch, new_steps, channels)`.
    """

    ndim, rank = 3, 1
    pool_size: tuple[int, ...] = option(Sizes(1), 2, "The length of the kernel.")
    strides: tuple[int, ...] | None = option(Sizes(1), None, _STEP)


class _Pooling2D(_Pooling, abstract=True):
    """Pooling over two dimensions.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_height, new_width, channels)`.
    """

    ndim, rank = 4, 2
    pool_size: tuple[int, ...] = option(Sizes(2), (2, 2), "The height and width of the kernel.")
    strides: tuple[int, ...] | None = option(Sizes(2), None, _STEP)


class _Pooling3D(_Pooling, abstract=True):
    """Pooling over three dimensions.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_depth, new_height, new_width, channels)`.
    """

    ndim, rank = 5, 3
    pool_size: tuple[int, ...] = option(
        Sizes(3), (2, 2, 2), "The size of the kernel in each dimension."
    )
    strides: tuple[int, ...] | None = option(Sizes(3), None, _STEP)


class MaxPooling1D(_Pooling1D):
    """1D max pooling layer, over sequences: the maximum of each window.

    Examples
    --------
    >>> MaxPooling1D(2)(np.array([[[1.0], [4.0], [2.0], [3.0]]])).tolist()
    [[[4.0], [3.0]]]
    """

    statistic = "max"


class AveragePooling1D(_Pooling1D):
    """1D average pooling layer, over sequences: the mean of each window.

    Examples
    --------
    >>> AveragePooling1D(2)(np.array([[[1.0], [4.0], [2.0], [3.0]]])).tolist()
    [[[2.5], [2.5]]]
    """

    statistic = "mean"


class MaxPooling2D(_Pooling2D):
    """2D max pooling layer, over images: the maximum of each window.

    Examples
    --------
    >>> MaxPooling2D(2).output_shape((None, 28, 28, 1))
    (None, 14, 14, 1)
    """

    statistic = "max"


class AveragePooling2D(_Pooling2D):
    """2D average pooling layer, over images: the mean of each window.

    Examples
    --------
    >>> AveragePooling2D(2).output_shape((None, 28, 28, 1))
    (None, 14, 14, 1)
    """

    statistic = "mean"


class MaxPooling3D(_Pooling3D):
    """3D max pooling layer, over volumes: the maximum of each window.

    Examples
    --------
    >>> MaxPooling3D(2).output_shape((None, 8, 8, 8, 1))
    (None, 4, 4, 4, 1)
    """

    statistic = "max"


class AveragePooling3D(_Pooling3D):
    """3D average pooling layer, over volumes: the mean of each window.

    Examples
    --------
    >>> AveragePooling3D(2).output_shape((None, 8, 8, 8, 1))
    (None, 4, 4, 4, 1)
    """

    statistic = "mean"


class _GlobalPooling(Spatial, abstract=True):
    """What pooling over whole dimensions shares.

    Output shape
    ------------
    `(batch, channels)`; with `keepdims` the pooled dimensions stay, with size 1.
    """

    statistic: ClassVar[str]
    data_format: str | None = DATA_FORMAT
    keepdims: bool = option(Flag(), False, "Whether to keep the pooled dimensions, with size 1.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses that keep the dimensions and do not."""
        shape = (*(4, 3, 2)[: cls.rank], 2)
        return [case({"keepdims": keepdims}, shape) for keepdims in (False, True)]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return `(batch, channels)`, and ones for the pooled dimensions if they are kept."""
        kept = (1,) * self.rank if self.keepdims else ()
        return self.joined(shapes[0][0], kept, self.channels(shapes[0]))

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the statistic of each channel, over the unmasked steps."""
        ops, first = run.ops, 2 if self.channels_first else 1
        axes = tuple(range(first, first + self.rank))
        if self.statistic == "max":
            return ops.max(inputs, axes, self.keepdims)  # (batch, channels)
        mask = run.masks[0] if self.takes_masks() else None
        if mask is None:
            return ops.mean(inputs, axes, self.keepdims)  # (batch, channels)
        # (batch, steps, 1), or (batch, 1, steps) with channels first
        weight = ops.cast(ops.expand_dims(mask, 3 - first), inputs.dtype)
        total = ops.sum(inputs * weight, axes, self.keepdims)
        return total / ops.sum(weight, axes, self.keepdims)  # (batch, channels)


class GlobalMaxPooling1D(_GlobalPooling):
    """1D global max pooling layer: the maximum of each channel over all steps.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Examples
    --------
    >>> GlobalMaxPooling1D()(np.array([[[1.0], [4.0], [2.0]]])).tolist()
    [[4.0]]
    """

    ndim, rank, statistic = 3, 1, "max"


class GlobalAveragePooling1D(_GlobalPooling):
    """1D global average pooling layer: the mean of each channel over all steps.

    Masked steps are left out of the mean.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Examples
    --------
    >>> GlobalAveragePooling1D()(np.array([[[1.0], [5.0], [3.0]]])).tolist()
    [[3.0]]
    """

    ndim, rank, statistic, mask = 3, 1, "mean", "read"


class GlobalMaxPooling2D(_GlobalPooling):
    """2D global max pooling layer: the maximum of each channel over the whole image.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Examples
    --------
    >>> GlobalMaxPooling2D().output_shape((None, 28, 28, 8))
    (None, 8)
    """

    ndim, rank, statistic = 4, 2, "max"


class GlobalAveragePooling2D(_GlobalPooling):
    """2D global average pooling layer: the mean of each channel over the whole image.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Examples
    --------
    >>> GlobalAveragePooling2D().output_shape((None, 28, 28, 8))
    (None, 8)
    """

    ndim, rank, statistic = 4, 2, "mean"


class GlobalMaxPooling3D(_GlobalPooling):
    """3D global max pooling layer: the maximum of each channel over the whole volume.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Examples
    --------
    >>> GlobalMaxPooling3D().output_shape((None, 8, 8, 8, 4))
    (None, 4)
    """

    ndim, rank, statistic = 5, 3, "max"


class GlobalAveragePooling3D(_GlobalPooling):
    """3D global average pooling layer: the mean of each channel over the whole volume.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Examples
    --------
    >>> GlobalAveragePooling3D().output_shape((None, 8, 8, 8, 4))
    (None, 4)
    """

    ndim, rank, statistic = 5, 3, "mean"
