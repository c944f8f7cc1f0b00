"""U-Net (Ronneberger, Fischer and Brox 2015): features from fine to coarse, and back to fine.

Convolutions are normalized, and keep the size of their input; what is halved is doubled again by
transposed convolutions. Images whose sides are no multiples of what it halves get borders within.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue import layers
from rdeep.errors import ArgumentError, format_shape
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models import Model
from rdeep.ready.own_network import apply_own
from rdeep.segmentation.settings import SegmentationLearned

_COARSEST = 6
_WIDEST = 256


def chosen_depth(size: tuple[int, int]) -> int:
    """Return how often an image is halved: until its smaller side has about six pixels.

    Parameters
    ----------
    size : tuple of int
        Height and width.
    """
    return int(np.clip(np.floor(np.log2(max(min(size), 1) / _COARSEST)), 1, 5))


def segmentation_network(
    own: Any,
    learned: SegmentationLearned,
    moments: tuple[Sequence[float], Sequence[float]],
    filters: int,
    depth: int,
    steps: int,
    backend: str | None,
    device: str | None,
) -> Model:
    """Return a network that takes pixels from 0 to 255, and gives logits for each of them.

    Parameters
    ----------
    own : layers or None
        One's own layers in the place of the U-Net: from standardized images to features of each
        pixel.
    learned : SegmentationLearned
        The size of images, and the classes.
    moments : tuple of sequence of float
        Mean and standard deviation of each channel.
    filters : int
        The features of the first convolutions.
    depth : int
        How often the image is halved.
    steps : int
        How many steps are taken. A few have to be enough for normalization to learn its means.
    backend, device : str or None
        Where it runs.
    """
    high, wide = learned.image_size
    inputs = Input((high, wide, learned.channels), name="pixels")
    squares = [deviation**2 for deviation in moments[1]]
    x: Any = layers.Normalization(mean=[*moments[0]], variance=squares, name="preprocess")(inputs)
    if own is not None:
        x = apply_own(own, x)
        if x.shape[:3] != (None, high, wide) or len(x.shape) != 4:
            raise ArgumentError(
                f"'network' must give features of each pixel, {format_shape((None, high, wide))} "
                f"and features, not {format_shape(x.shape)}.",
                argument="network",
            )
    else:
        step = 2**depth
        below, beside = -high % step, -wide % step
        if below or beside:
            x = layers.ZeroPadding2D(((0, below), (0, beside)))(x)
        momentum = min(0.9, max(0.5, 1.0 - 8 / steps))
        # (batch, high + below, wide + beside, filters)
        x = _u_net(x, filters, depth, momentum)
        if below or beside:
            x = layers.Cropping2D(((0, below), (0, beside)))(x)
    outputs = layers.Conv2D(len(learned.levels), 1, name="outputs")(x)
    return Model(inputs, outputs, "u_net", backend, device)


def _u_net(x: SymbolicTensor, filters: int, depth: int, momentum: float) -> SymbolicTensor:
    seen = []
    for level in range(depth):
        x = _block(x, min(filters * 2**level, _WIDEST), momentum)
        seen.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = _block(x, min(filters * 2**depth, _WIDEST), momentum)
    for level in reversed(range(depth)):
        width = min(filters * 2**level, _WIDEST)
        x = layers.Conv2DTranspose(width, 2, strides=2)(x)
        x = _block(layers.Concatenate()([seen[level], x]), width, momentum)
    return x


def _block(x: Any, filters: int, momentum: float) -> Any:
    """Return two convolutions, each normalized and rectified."""
    for _ in range(2):
        x = layers.Conv2D(
            filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal"
        )(x)
        x = layers.Activation("relu")(layers.BatchNormalization(momentum=momentum)(x))
    return x
