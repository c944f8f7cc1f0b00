"""Deterministic image preprocessing: resizing, cropping, contrast, equalization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.layers.augmentation import (
    VALUE_RANGE,
    ImageLayer,
    beside,
    rescaled,
)
from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.spatial import DATA_FORMAT
from rdeep.catalogue.options import Choice, Count, Flag, Number, option
from rdeep.errors import ArgumentError, class_name, constructor, show

__all__ = ["AutoContrast", "CenterCrop", "Equalization", "MaxNumBoundingBoxes", "Resizing"]

_BYTES = (0.0, 255.0)


class _Resized(ImageLayer, abstract=True):
    """A layer whose output has a size of its own.

    Output shape
    ------------
    `(batch, height, width, channels)`, with the height and width that are asked for.
    """

    height: int
    width: int

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"height": 4, "width": 3}, (6, 6, 3))]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape with the height and the width."""
        return self.joined(shapes[0][0], (self.height, self.width), self.channels(shapes[0]))


class Resizing(_Resized):
    """Image resizing layer: images of a given height and width.

    Images of whole numbers become floats.

    Examples
    --------
    >>> Resizing(16, 24).output_shape((None, 32, 32, 3))
    (None, 16, 24, 3)
    """

    height: int = option(Count(), doc="The height of the resized images, in pixels.")
    width: int = option(Count(), doc="The width of the resized images, in pixels.")
    interpolation: str = option(
        Choice("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"),
        "bilinear",
        "The interpolation between pixels.",
    )
    crop_to_aspect_ratio: bool = option(
        Flag(), False, "Whether to crop images so that their aspect ratio is kept."
    )
    pad_to_aspect_ratio: bool = option(
        Flag(), False, "Whether to pad images so that their aspect ratio is kept."
    )
    fill_mode: str = option(Choice("constant"), "constant", "How to fill the padding.")
    fill_value: float = option(Number(), 0.0, "The value of the padding.")
    antialias: bool = option(
        Flag(), False, "Whether to apply an antialiasing filter when downsampling."
    )
    data_format: str | None = DATA_FORMAT

    def validate(self) -> None:
        """Refuse to cut edges off and to add some."""
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            raise ArgumentError(
                f"{constructor(self)}: only one of 'crop_to_aspect_ratio' and "
                f"'pad_to_aspect_ratio' can be {show(True)}.",
                argument="pad_to_aspect_ratio",
                layer="Resizing",
            )

    def compute_last(self, images: Any, run: Run) -> Any:
        """Return the images in the other size."""
        return run.ops.image_resize(
            run.ops.cast(images, "float32"),
            (self.height, self.width),
            interpolation=self.interpolation,
            antialias=self.antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
        )


class CenterCrop(_Resized):
    """Center crop layer: crops the middle of images.

    From images that are smaller than the crop, the largest window of its aspect ratio is taken and
    resized.

    Examples
    --------
    >>> CenterCrop(16, 24).output_shape((None, 32, 32, 3))
    (None, 16, 24, 3)
    """

    sized = True
    height: int = option(Count(), doc="The height of the crop, in pixels.")
    width: int = option(Count(), doc="The width of the crop, in pixels.")
    data_format: str | None = DATA_FORMAT

    def compute_last(self, images: Any, run: Run) -> Any:
        """Return the middle of the images."""
        images = run.ops.cast(images, "float32")
        tall, wide = (int(size) for size in images.shape[1:3])
        if tall < self.height or wide < self.width:
            return largest_window(images, self.height, self.width, run.ops)
        top, left = (tall - self.height) // 2, (wide - self.width) // 2
        # (batch, height, width, channels)
        return images[:, top : top + self.height, left : left + self.width]


def largest_window(images: Any, height: int, width: int, ops: Any) -> Any:
    """Return the largest window of some proportions, from the middle of images and resized.

    Parameters
    ----------
    images : tensor
        The images, channels last.
    height, width : int
        The size that the window gets.
    ops : module
        The array functions.
    """
    tall, wide = (int(size) for size in images.shape[1:3])
    rows = max(min(tall, int(wide * height / width)), 1)
    columns = max(min(wide, int(tall * width / height)), 1)
    top, left = (tall - rows) // 2, (wide - columns) // 2
    window = images[:, top : top + rows, left : left + columns]
    return ops.image_resize(window, (height, width))


class AutoContrast(ImageLayer):
    """Auto-contrast layer: stretches each channel of each image to the full range of values.

    It does so in training and in prediction.

    Examples
    --------
    >>> AutoContrast(value_range=(0, 1))(np.array([[[[0.2], [0.4]]]]))[0, 0, :, 0]
    array([0., 1.], dtype=float32)
    """

    value_range: tuple[float, float] = VALUE_RANGE
    data_format: str | None = DATA_FORMAT

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({}, (6, 6, 3))]

    def compute_last(self, images: Any, run: Run) -> Any:
        """Return the images with all contrast there can be."""
        return self.transform(run.ops.cast(images, "float32"), {}, run.ops)

    def transform(self, images: Any, drawn: dict[str, Any], ops: Any) -> Any:
        """Return the images with all contrast there can be."""
        x = rescaled(images, self.value_range, _BYTES)
        low = ops.min(x, axis=(1, 2), keepdims=True)  # (batch, 1, 1, channels)
        spread = ops.max(x, axis=(1, 2), keepdims=True) - low
        # A channel of one value stays, and has no gradient that is not a number.
        scale = 255.0 / ops.where(spread > 0.0, spread, 1.0)
        stretched = rescaled(ops.clip(x * scale - low * scale, *_BYTES), _BYTES, self.value_range)
        return ops.where(spread > 0.0, stretched, images)


class Equalization(ImageLayer):
    """Histogram equalization layer: makes all pixel values equally frequent while training.

    As in Keras, the histogram of a channel is over all images of the batch.

    Examples
    --------
    >>> Equalization().output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    compiles = False
    value_range: tuple[float, float] = VALUE_RANGE
    bins: int = option(Count(2), 256, "The number of bins of the histogram.")
    data_format: str | None = DATA_FORMAT

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({}, (6, 6, 3))]

    def compute_last(self, images: Any, run: Run) -> Any:
        """Return the images, equalized while training."""
        images = run.ops.cast(images, "float32")
        return self.transform(images, {}, run.ops) if run.training else images

    def transform(self, images: Any, drawn: dict[str, Any], ops: Any) -> Any:
        """Return the images with values that are equally frequent."""
        channels, last = int(images.shape[-1]), self.bins - 1
        x = rescaled(images, self.value_range, _BYTES)
        # Each channel has its own stretch of one row of counts.
        offsets = ops.cast(beside(np.arange(channels) * self.bins, images, ops), "int32")
        counted = ops.clip(ops.cast(x * last / 255.0, "int32"), 0, last) + offsets
        counted = ops.reshape(counted, (-1,))  # (batch * height * width * channels,)
        counts = ops.segment_sum(ops.ones_like(counted), counted, num_segments=channels * self.bins)
        counts = ops.reshape(counts, (channels, self.bins))  # (channels, bins)
        table = ops.reshape(self._table(counts, ops), (-1,))  # (channels * bins,)
        found = ops.cast(ops.clip(x / 255.0 * last, 0, last), "int32") + offsets
        # (batch, height, width, channels)
        equal = ops.reshape(ops.take(table, found), ops.shape(x))
        several = ops.sum(ops.cast(counts > 0, "int32"), axis=1) > 1  # (channels,)
        return rescaled(ops.where(several, equal, x), _BYTES, self.value_range)

    def _table(self, counts: Any, ops: Any) -> Any:
        """Return what each value becomes: its share of the smaller ones, rounded."""
        below = ops.cumsum(counts, axis=1)
        total = below[:, -1:]  # (channels, 1)
        least = ops.min(ops.where(below > 0, below, total), axis=1, keepdims=True)
        # Whole numbers, since halves are frequent and engines would round them apart.
        over = ops.cast(below - least, "int64") * 255
        under = ops.maximum(ops.cast(total - least, "int64"), 1)
        twice = 2 * over + under
        value = twice // (2 * under)
        half = ops.logical_and(twice % (2 * under) == 0, value % 2 == 1)
        value = ops.cast(value, "float32") - ops.cast(half, "float32")
        return ops.clip(value, 0.0, 255.0)


class MaxNumBoundingBoxes(ImageLayer):
    """Bounding-box padding layer: truncates or pads the bounding boxes of images to one number.

    It is called on arrays by name, `images` and `bounding_boxes`, of which `boxes` has the shape
    `(images, boxes, 4)` and `labels` the shape `(images, boxes)`. In a model there are no boxes,
    and images are unchanged.

    Examples
    --------
    >>> MaxNumBoundingBoxes(5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    max_number: int = option(Count(), doc="The number of boxes of each image.")
    fill_value: float = option(Number(), -1, "The value that pads boxes and labels.")
    data_format: str | None = DATA_FORMAT

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"max_number": 3}, (6, 6, 3))]

    def compute_last(self, images: Any, run: Run) -> Any:
        """Return the images."""
        return run.ops.cast(images, "float32")

    def refuse_boxes(self, parts: dict[str, Any]) -> None:
        """Refuse what are no boxes and labels."""
        boxes = parts.get("bounding_boxes", {"boxes": None, "labels": None})
        if not isinstance(boxes, Mapping) or set(boxes) != {"boxes", "labels"}:
            raise ArgumentError(
                f"{class_name(self)}: 'bounding_boxes' must hold 'boxes' and 'labels'.",
                argument="bounding_boxes",
                layer="MaxNumBoundingBoxes",
            )

    def compute_parts(self, parts: dict[str, Any], run: Run) -> dict[str, Any]:
        """Return the images, and their boxes in the number that is wanted."""
        found = super().compute_parts(parts, run)
        if "bounding_boxes" in parts:
            found["bounding_boxes"] = {
                name: self._counted(values, run.ops)
                for name, values in parts["bounding_boxes"].items()
            }
        return found

    def _counted(self, values: Any, ops: Any) -> Any:
        values = values[:, : self.max_number]
        missing = self.max_number - int(values.shape[1])
        around = [(0, 0), (0, missing), *[(0, 0)] * (len(values.shape) - 2)]
        return ops.pad(values, around, constant_values=self.fill_value)
