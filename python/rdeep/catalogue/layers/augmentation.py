"""What layers share that change images at random while training.

Each draws a *transformation*, a dict of tensors with a value for each image, and applies it. Both
steps have methods of their own, so that what was drawn can be applied to labels too. Within them
channels are last.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue.layers.base import Dims, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.formula import Eager
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.spatial import Spatial
from rdeep.catalogue.options import Choice, Count, Number, ValueRange, option
from rdeep.errors import (
    ArgumentError,
    ShapeError,
    class_name,
    format_shape,
    layer_title,
    listing,
    setting,
)

VALUE_RANGE = option(ValueRange(), (0, 255), "The smallest and the largest value of pixels.")
SEED = option(Count(0), None, "The seed; by default the model's.")
INTERPOLATION = option(
    Choice("nearest", "bilinear"), "bilinear", "The interpolation between pixels."
)
FILL_MODE = option(
    Choice("reflect", "wrap", "constant", "nearest"),
    "reflect",
    'How to fill points outside of the borders: `"reflect"` mirrors the image, `"wrap"` '
    'repeats it, `"constant"` is `fill_value`, `"nearest"` repeats the border.',
)
FILL_VALUE = option(
    Number(), 0.0, 'The value outside of the borders if `fill_mode` is `"constant"`.'
)

Transformation = dict[str, Any]


class ImageLayer(Spatial, Eager, abstract=True):
    """A layer that takes images, and can be called on arrays.

    Input shape
    -----------
    `(batch, height, width, channels)`, or with the channels after the batch if `data_format` is
    `"channels_first"`.

    Output shape
    ------------
    The shape of the input.
    """

    ndim, rank = 4, 2
    colours: ClassVar[tuple[int, ...]] = ()
    """How many channels an image may have, where not any number will do."""
    sized: ClassVar[bool] = False
    """Whether the images' height and width have to be known."""

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse inputs that are no images, and images of channels that the layer cannot take."""
        super().check_inputs(*shapes)
        title = self.name or type(self).__name__
        channels = self.channels(shapes[0])
        if self.colours and channels is not None and channels not in self.colours:
            expected = listing(self.colours)
            raise ShapeError(
                f"{layer_title(self)} takes images of {expected} channels, not of {channels}: its "
                f"input has shape {format_shape(shapes[0])}.",
                layer=title,
                received=channels,
                expected=f"{expected} channels",
                hint="If the channels come first, say so: "
                f"{setting('data_format', 'channels_first')}.",
            )
        if self.sized:
            for size, what in zip(self.sizes(shapes[0]), ("height", "width")):
                known(size, self, f"the images' {what}")

    def compute_last(self, images: Any, run: Run) -> Any:
        """Return what the layer makes of images whose channels are last."""
        raise NotImplementedError

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the images as the layer makes them."""
        out = self.compute_last(self.turned(inputs, run.ops), run)
        # (batch, channels, height, width)
        return run.ops.transpose(out, (0, 3, 1, 2)) if self.channels_first else out

    def turned(self, images: Any, ops: Any) -> Any:
        """Return images with their channels last."""
        # (batch, height, width, channels)
        return ops.transpose(images, (0, 2, 3, 1)) if self.channels_first else images

    def compute_parts(self, parts: dict[str, Any], run: Run) -> dict[str, Any]:
        """Return the images as the layer makes them, and labels as they are."""
        self.refuse_boxes(parts)
        return super().compute_parts(parts, run)

    def refuse_boxes(self, parts: dict[str, Any]) -> None:
        """Refuse bounding boxes, which would not fit the images any more."""
        if "bounding_boxes" in parts:
            raise ArgumentError(
                f"{class_name(self)} does not move bounding boxes.",
                argument="bounding_boxes",
                layer=type(self).__name__,
                hint="Give the images and labels alone.",
            )


SMALL = {"factor": 0.3, "height": 4, "width": 3, "height_factor": 0.2, "width_factor": 0.3}
"""The options that small uses of augmentations have, where they are required."""


class Augmentation(ImageLayer, abstract=True):
    """A layer that changes images at random while training, and leaves them alone otherwise."""

    random = True

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        needed = {name: SMALL[name] for name, each in cls.options.items() if each.required}
        return [case(needed, (6, 6, 3))]

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw what happens to each image.

        Parameters
        ----------
        run : Run
            Where random numbers come from.
        shape : tuple of int or tensor
            The images' shape, channels last.
        """
        return {}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images after it has happened.

        Parameters
        ----------
        images : tensor
            Of floats, channels last.
        drawn : dict
            What `transformation` returned.
        ops : module
            The array functions.
        """
        raise NotImplementedError

    def transform_labels(self, labels: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the labels that the images have then."""
        return labels

    def compute_last(self, images: Any, run: Run) -> Any:
        """Return the images, changed while training."""
        images = run.ops.cast(images, "float32")
        if not run.training:
            return self.unchanged(images, run)
        return self.transform(images, self.transformation(run, run.ops.shape(images)), run.ops)

    def unchanged(self, images: Any, run: Run) -> Any:
        """Return what the images are without training."""
        return images

    def compute_parts(self, parts: dict[str, Any], run: Run) -> dict[str, Any]:
        """Return the images and labels, changed alike while training."""
        if not run.training or "labels" not in parts:
            return super().compute_parts(parts, run)
        self.refuse_boxes(parts)
        ops = run.ops
        images = ops.cast(self.turned(parts["images"], ops), "float32")
        drawn = self.transformation(run, ops.shape(images))
        out = self.transform(images, drawn, ops)
        out = ops.transpose(out, (0, 3, 1, 2)) if self.channels_first else out
        labels = self.transform_labels(parts["labels"], drawn, ops)
        return {**parts, "images": out, "labels": labels}


def each_image(values: Any, ops: Any) -> Any:
    """Return a value for each image in a shape that stretches over its pixels.

    Parameters
    ----------
    values : tensor
        The values.
    ops : module
        The array functions.
    """
    return ops.reshape(values, (-1, 1, 1, 1))  # (batch, 1, 1, 1)


def beside(values: Any, like: Any, ops: Any) -> Any:
    """Return numbers as a tensor, on the device of another one.

    Parameters
    ----------
    values : array or list
        The numbers.
    like : tensor
        The other one.
    ops : module
        The array functions.
    """
    return ops.operand(np.asarray(values, dtype=np.float32), like)


def rescaled(images: Any, old: tuple[float, float], new: tuple[float, float]) -> Any:
    """Return images whose values go over another range.

    Parameters
    ----------
    images : tensor
        The images.
    old, new : tuple of float
        The smallest and the largest value, before and after.
    """
    if old == new:
        return images
    return (images - old[0]) / (old[1] - old[0]) * (new[1] - new[0]) + new[0]


def box_masks(run: Run, shape: Any, ratios: tuple[Any, Any]) -> tuple[Any, Any]:
    """Draw a box in each image.

    Parameters
    ----------
    run : Run
        Where random numbers come from.
    shape : tuple of int or tensor
        The images' shape, channels last.
    ratios : tuple of tensor
        Each box's share of the width and of the height.

    Returns
    -------
    tuple of tensor
        Whether a pixel is in its image's box, of shape `(batch, height, width, 1)`; and the share
        of each image that is not, of shape `(batch,)`.
    """
    ops = run.ops
    places = ((1, 1, -1, 1), (1, -1, 1, 1))
    inside = []
    for size, ratio, place in zip((int(shape[2]), int(shape[1])), ratios, places):
        length = ratio * size
        start = run.uniform((shape[0],)) * (size - length)
        # (1, 1, width, 1), (1, height, 1, 1)
        pixels = beside(np.arange(size).reshape(place), start, ops)
        low, high = each_image(start, ops), each_image(start + length, ops)
        inside.append(ops.logical_and(pixels >= low, pixels < high))
    return ops.logical_and(*inside), 1.0 - ratios[0] * ratios[1]
