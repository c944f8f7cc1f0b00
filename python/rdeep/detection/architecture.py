"""The network of a detection model: features at several scales, and maps of what is where.

A small residual network (He et al. 2016) halves the image four times; what it finds on the way down
is joined from coarse to fine, as in a feature pyramid (Lin et al. 2017), at a quarter of the
image's size, where objects are looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue import initializers, layers
from rdeep.detection.settings import DetectionLearned
from rdeep.errors import ArgumentError, format_shape
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models import Model
from rdeep.ready.own_network import apply_own

STEP = 16
"""What height and width are multiples of."""
STRIDE = 4
_RARE = 0.02
"""How probable an object is at a place, before anything was learned."""


def detection_network(
    own: Any,
    learned: DetectionLearned,
    moments: tuple[Sequence[float], Sequence[float]],
    filters: int,
    backend: str | None,
    device: str | None,
) -> Model:
    """Return a network that takes pixels from 0 to 255, and gives maps.

    Parameters
    ----------
    own : layers or None
        One's own layers, from standardized images to a map of features.
    learned : DetectionLearned
        The size of images, and the classes.
    moments : tuple of sequence of float
        Mean and standard deviation of each channel.
    filters : int
        The features of the first convolutions.
    backend, device : str or None
        Where it runs.
    """
    inputs = Input((*learned.image_size, learned.channels), name="pixels")
    squares = [deviation**2 for deviation in moments[1]]
    x: Any = layers.Normalization(mean=[*moments[0]], variance=squares, name="preprocess")(inputs)
    x = _pyramid(x, filters) if own is None else apply_own(own, x)
    map_stride(learned.image_size, x.shape)
    what = _convolved(x, 3 * filters)
    where = _convolved(x, 2 * filters)
    classes = layers.Conv2D(
        len(learned.outcome.levels),
        1,
        kernel_initializer=initializers.RandomNormal(stddev=0.01),
        bias_initializer=initializers.Constant(float(np.log(_RARE / (1 - _RARE)))),
        name="classes",
    )(what)
    edges = layers.Conv2D(
        4,
        1,
        kernel_initializer=initializers.RandomNormal(stddev=0.01),
        bias_initializer=initializers.Constant(float(np.log(0.5))),
        name="edges",
    )(where)
    outputs = layers.Concatenate(name="outputs")([classes, edges])
    return Model(inputs, outputs, "detection_network", backend, device)


def map_stride(size: tuple[int, int], shape: tuple[int | None, ...]) -> int:
    """Return how many pixels a place of a map is wide.

    Parameters
    ----------
    size : tuple of int
        Height and width of images.
    shape : tuple of int or None
        The shape of the map, batch included.

    Raises
    ------
    ArgumentError
        If it is no map that divides the image into squares.
    """
    if len(shape) == 4 and shape[1] and shape[2]:
        stride = size[0] // shape[1]
        if (shape[1] * stride, shape[2] * stride) == size:
            return stride
    raise ArgumentError(
        "'network' must give a map of features, such as "
        f"{format_shape((None, size[0] // 4, size[1] // 4, 64))} of images of {size[0]} x "
        f"{size[1]}, not {format_shape(shape)}.",
        argument="network",
        hint="Each place of the map must be a square of pixels: strides with padding 'same'.",
    )


def _pyramid(x: SymbolicTensor, filters: int) -> SymbolicTensor:
    """Return features at a quarter of the image's size, which know of all that is around."""
    x = _convolved(x, filters, 2)
    fine = _block(x, 2 * filters, 2)
    middle = _block(fine, 4 * filters, 2)
    coarse = _block(middle, 6 * filters, 2)
    width = 3 * filters
    joined = _convolved(coarse, width, size=1)
    for level in (middle, fine):
        joined = layers.UpSampling2D(2)(joined)
        joined = layers.Add()([joined, _convolved(level, width, size=1)])
        joined = layers.Activation("relu")(joined)
    return joined


def _convolved(x: Any, filters: int, step: int = 1, size: int = 3, active: bool = True) -> Any:
    """Return a convolution, normalized and rectified."""
    x = layers.Conv2D(
        filters,
        size,
        strides=step,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
    )(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.Activation("relu")(x) if active and size > 1 else x


def _block(x: Any, filters: int, step: int) -> Any:
    """Return two convolutions beside a shortcut."""
    change = _convolved(_convolved(x, filters, step), filters, active=False)
    x = layers.AveragePooling2D(step, padding="same")(x) if step > 1 else x
    x = _convolved(x, filters, size=1)
    return layers.Activation("relu")(layers.Add()([x, change]))
