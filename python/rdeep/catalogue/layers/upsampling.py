"""Upsampling: each spatial dimension becomes a whole number of times as large."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.spatial import DATA_FORMAT, Spatial
from rdeep.catalogue.options import Choice, Sizes, option

__all__ = ["UpSampling1D", "UpSampling2D", "UpSampling3D"]


class _UpSampling(Spatial, abstract=True):
    size: tuple[int, ...]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape with larger spatial dimensions."""
        sizes = tuple(
            None if size is None else size * times
            for size, times in zip(self.sizes(shapes[0]), self.size)
        )
        return self.joined(shapes[0][0], sizes, self.channels(shapes[0]))

    def repeated(self, inputs: Any, ops: Any) -> Any:
        """Return the input with each value repeated."""
        for axis, times in enumerate(self.size, start=2 if self.channels_first else 1):
            if times > 1:
                inputs = ops.repeat(inputs, times, axis=axis)
        return inputs


class _Repeating(_UpSampling, Layer, abstract=True):
    """Upsampling that repeats values."""

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a use on a few values of two channels."""
        return [case({"size": 2}, (*(3, 2, 2)[: cls.rank], 2))]

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input with each value repeated."""
        return self.repeated(inputs, run.ops)


class UpSampling1D(_Repeating):
    """1D upsampling layer: repeats each step of a sequence.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Output shape
    ------------
    `(batch, size * steps, channels)`.

    Examples
    --------
    >>> UpSampling1D(2).output_shape((None, 10, 3))
    (None, 20, 3)
    """

    key = "upsampling_1d"
    ndim, rank = 3, 1
    size: tuple[int, ...] = option(Sizes(1), 2, "The number of repetitions of each step.")


class UpSampling2D(_UpSampling):
    """2D upsampling layer: enlarges images by repetition or interpolation.

    Pixels are sampled at their centers. `bicubic` is the kernel of Keys with `a = -0.5`; Lanczos
    kernels have a radius of 3 or 5 pixels.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Output shape
    ------------
    `(batch, size[0] * height, size[1] * width, channels)`.

    References
    ----------
    Keys, R. (1981). Cubic convolution interpolation for digital image processing. IEEE Transactions
    on Acoustics, Speech, and Signal Processing 29, 1153-1160.

    Examples
    --------
    >>> UpSampling2D(2).output_shape((None, 14, 14, 3))
    (None, 28, 28, 3)
    """

    key = "upsampling_2d"
    ndim, rank = 4, 2
    size: tuple[int, ...] = option(Sizes(2), (2, 2), "The factors of the height and of the width.")
    data_format: str | None = DATA_FORMAT
    interpolation: str = option(
        Choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
        "nearest",
        "The interpolation between pixels.",
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses that repeat pixels and that interpolate."""
        return [
            case({"size": (2, 3), "interpolation": how}, (3, 4, 2))
            for how in ("nearest", "bilinear", "bicubic")
        ]

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type where values are repeated, else that of numbers."""
        return dtype if self.interpolation == "nearest" else "float32"

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the images with each pixel repeated, or interpolated."""
        if self.interpolation == "nearest":
            return self.repeated(inputs, run.ops)
        first = 2 if self.channels_first else 1
        sizes = run.ops.shape(inputs)[first : first + 2]
        target = [size * times for size, times in zip(sizes, self.size)]
        return run.ops.image_resize(
            inputs, target, self.interpolation, data_format=self.data_format
        )


class UpSampling3D(_Repeating):
    """3D upsampling layer: repeats the values of volumes along each dimension.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Output shape
    ------------
    `(batch, size[0] * depth, size[1] * height, size[2] * width, channels)`.

    Examples
    --------
    >>> UpSampling3D(2).output_shape((None, 4, 4, 4, 3))
    (None, 8, 8, 8, 3)
    """

    key = "upsampling_3d"
    ndim, rank = 5, 3
    size: tuple[int, ...] = option(Sizes(3), (2, 2, 2), "The factor of each dimension.")
    data_format: str | None = DATA_FORMAT
