"""Pooling down to a given size, whatever the size of the input."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.arrays.windows import adaptive_places, adaptive_shares
from rdeep.catalogue.layers.base import Dims, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.spatial import DATA_FORMAT, Spatial
from rdeep.catalogue.options import Sizes, option

__all__ = [
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
]


class _AdaptivePooling(Spatial, abstract=True):
    """What pooling down to a given size shares: windows of about equal size, side by side."""

    statistic: ClassVar[str]
    output_size: tuple[int, ...] = option(Sizes(0))
    data_format: str | None = DATA_FORMAT

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses on windows of one size, and of several."""
        shape = (*(6, 6, 6)[: cls.rank], 2)
        return [case({"output_size": size}, shape) for size in (3, 4)]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch, the size that is asked for, and the channels."""
        for size in self.sizes(shapes[0]):
            known(size, self, "each dimension that it pools over")
        return self.joined(shapes[0][0], self.output_size, self.channels(shapes[0]))

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the statistic of each window, one dimension after another."""
        for axis, wanted in enumerate(self.output_size, start=2 if self.channels_first else 1):
            inputs = self._reduced(inputs, axis, wanted, run)
        return inputs

    def _reduced(self, x: Any, axis: int, wanted: int, run: Run) -> Any:
        """Return a tensor with one value for each window along an axis."""
        size = x.shape[axis]
        places = run.constant(f"places/{size}/{wanted}", lambda: adaptive_places(size, wanted))
        covered = run.ops.take(x, places, axis=axis)  # (..., windows, longest, ...)
        if self.statistic == "max":
            return run.ops.max(covered, axis + 1)  # (..., windows, ...)
        behind = len(x.shape) - axis - 1
        shares = run.constant(
            f"shares/{size}/{wanted}/{behind}", lambda: adaptive_shares(size, wanted, behind)
        )
        # (..., windows, ...)
        return run.ops.sum(covered * run.ops.cast(shares, covered.dtype), axis + 1)


class _AdaptivePooling1D(_AdaptivePooling, abstract=True):
    """Adaptive pooling over one dimension.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Output shape
    ------------
    `(batch, output_size, channels)`. Window `i` of `n` covers a dimension from `i / n` to
    `(i + 1) / n` of its size.
    """

    ndim, rank = 3, 1
    output_size: tuple[int, ...] = option(Sizes(1), doc="The length of the output.")


class _AdaptivePooling2D(_AdaptivePooling, abstract=True):
    """Adaptive pooling over two dimensions.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Output shape
    ------------
    `(batch, *output_size, channels)`. Window `i` of `n` covers a dimension from `i / n` to
    `(i + 1) / n` of its size.
    """

    ndim, rank = 4, 2
    output_size: tuple[int, ...] = option(Sizes(2), doc="The output's height and width.")


class _AdaptivePooling3D(_AdaptivePooling, abstract=True):
    """Adaptive pooling over three dimensions.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Output shape
    ------------
    `(batch, *output_size, channels)`. Window `i` of `n` covers a dimension from `i / n` to
    `(i + 1) / n` of its size.
    """

    ndim, rank = 5, 3
    output_size: tuple[int, ...] = option(Sizes(3), doc="The output's size in each dimension.")


class AdaptiveMaxPooling1D(_AdaptivePooling1D):
    """1D adaptive max pooling layer: the maximum of each of `output_size` windows.

    Examples
    --------
    >>> AdaptiveMaxPooling1D(10).output_shape((None, 50, 16))
    (None, 10, 16)
    """

    statistic = "max"


class AdaptiveAveragePooling1D(_AdaptivePooling1D):
    """1D adaptive average pooling layer: the mean of each of `output_size` windows.

    Examples
    --------
    >>> AdaptiveAveragePooling1D(10).output_shape((None, 50, 16))
    (None, 10, 16)
    """

    statistic = "mean"


class AdaptiveMaxPooling2D(_AdaptivePooling2D):
    """2D adaptive max pooling layer: the maxima of windows in an output of a given size.

    Examples
    --------
    >>> AdaptiveMaxPooling2D(7).output_shape((None, 28, 28, 8))
    (None, 7, 7, 8)
    """

    statistic = "max"


class AdaptiveAveragePooling2D(_AdaptivePooling2D):
    """2D adaptive average pooling layer: the means of windows in an output of a given size.

    Examples
    --------
    >>> AdaptiveAveragePooling2D(7).output_shape((None, 28, 28, 8))
    (None, 7, 7, 8)
    """

    statistic = "mean"


class AdaptiveMaxPooling3D(_AdaptivePooling3D):
    """3D adaptive max pooling layer: the maxima of windows in an output of a given size.

    Examples
    --------
    >>> AdaptiveMaxPooling3D(3).output_shape((None, 8, 8, 8, 4))
    (None, 3, 3, 3, 4)
    """

    statistic = "max"


class AdaptiveAveragePooling3D(_AdaptivePooling3D):
    """3D adaptive average pooling layer: the means of windows in an output of a given size.

    Examples
    --------
    >>> AdaptiveAveragePooling3D(3).output_shape((None, 8, 8, 8, 4))
    (None, 3, 3, 3, 4)
    """

    statistic = "mean"
