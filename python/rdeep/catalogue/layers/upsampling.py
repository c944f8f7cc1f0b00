"""Upsampling: each spatial dimension becomes a whole number of times as large."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.formula import Formula, Run
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


class _Repeating(_UpSampling, Formula, abstract=True):
    """Upsampling that repeats values."""

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type."""
        return dtype

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input with each value repeated."""
        for axis, times in enumerate(self.size, start=2 if self.channels_first else 1):
            if times > 1:
                inputs = run.ops.repeat(inputs, times, axis=axis)
        return inputs


class UpSampling1D(_Repeating):
    """Repeats each step of a sequence."""

    key = "upsampling_1d"
    ndim, rank = 3, 1
    size: tuple[int, ...] = option(Sizes(1), 2, "How many times each step is repeated.")


class UpSampling2D(_UpSampling):
    """Makes images larger, by repeating rows and columns or by interpolation.

    Interpolation takes a pixel for a square, whose value is that of its centre. `bicubic` is that
    of Keys (1981) with `a = -0.5`; Lanczos's windows reach over 3 or 5 pixels on each side.
    """

    key = "upsampling_2d"
    ndim, rank = 4, 2
    size: tuple[int, ...] = option(
        Sizes(2), (2, 2), "How many times as high and as wide the images become."
    )
    data_format: str | None = DATA_FORMAT
    interpolation: str = option(
        Choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
        "nearest",
        "How values between the pixels are found.",
    )

    def output_dtype(self, dtype: str) -> str:
        """Return the input's type where values are repeated, else that of numbers."""
        return dtype if self.interpolation == "nearest" else "float32"


class UpSampling3D(_Repeating):
    """Makes volumes larger, by repeating values along each dimension."""

    key = "upsampling_3d"
    ndim, rank = 5, 3
    size: tuple[int, ...] = option(
        Sizes(3), (2, 2, 2), "How many times as large each dimension becomes."
    )
    data_format: str | None = DATA_FORMAT
