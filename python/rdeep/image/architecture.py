"""The networks of image models: a small residual network, or one's own with its preprocessing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue import layers
from rdeep.errors import ArgumentError, format_shape
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.image.settings import ImageLearned
from rdeep.models import Model
from rdeep.ready.own_network import apply_own

_SMALLEST_MAP = 7
# Networks that Keras trained, by the beginning of their names, and what they were given: the
# longest beginning counts. Those of `"none"` do it themselves.
_GIVEN = {
    "resnet": "caffe",
    "vgg": "caffe",
    "densenet": "torch",
    "mobilenet": "tf",
    "inception": "tf",
    "xception": "tf",
    "nasnet": "tf",
    "mobilenetv3": "none",
    "efficientnet": "none",
    "convnext": "none",
}
_MEANS = (123.675, 116.28, 103.53)
_DEVIATIONS = (58.395, 57.12, 57.375)
_CAFFE_MEANS = (103.939, 116.779, 123.68)


def residual_features(
    x: SymbolicTensor, size: tuple[int, int], samples: int, steps: int = 1000
) -> SymbolicTensor:
    """Return the last feature map of a small residual network (He et al. 2016).

    Halved until its smaller side has about seven pixels; the wider, the smaller it is. Many images
    get a network twice as wide, of twice as many blocks.

    Parameters
    ----------
    x : SymbolicTensor
        Standardized images.
    size : tuple of int
        Their height and width.
    samples : int
        How many images it is trained on.
    steps : int
        How many steps are taken. A few have to be enough for normalization to learn its means.
    """
    momentum = min(0.9, max(0.5, 1.0 - 8 / steps))
    halvings = max(0, min(5, round(np.log2(min(size) / _SMALLEST_MAP))))
    width, depth = (32, 2) if samples >= 20_000 else (16, 1)
    strided = halvings > 2
    x = layers.Activation("relu")(_convolved(x, width, 3, momentum, 2 if strided else 1))
    strides = [2] * (halvings - strided) or [1]
    for number, step in enumerate(strides):
        for block in range(depth):
            filters = min(width * 2 ** (number + 1), 512)
            x = _block(x, filters, momentum, step if block == 0 else 1)
    return x


def _convolved(
    x: SymbolicTensor, filters: int, size: int, momentum: float, step: int = 1
) -> SymbolicTensor:
    """Return a convolution, normalized."""
    convolution = layers.Conv2D(
        filters,
        size,
        strides=step,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
    )
    return layers.BatchNormalization(momentum=momentum)(convolution(x))


def _block(x: SymbolicTensor, filters: int, momentum: float, step: int) -> SymbolicTensor:
    """Return two convolutions beside a shortcut."""
    change = layers.Activation("relu")(_convolved(x, filters, 3, momentum, step))
    change = _convolved(change, filters, 3, momentum)
    if step > 1:
        x = layers.AveragePooling2D(step, padding="same")(x)
    if x.shape[-1] != filters:
        x = _convolved(x, filters, 1, momentum)
    return layers.Activation("relu")(layers.Add()([x, change]))


def image_network(
    own: Any,
    learned: ImageLearned,
    moments: tuple[Sequence[float], Sequence[float]],
    dropout: float,
    steps: int,
    backend: str | None,
    device: str | None,
) -> Model:
    """Return a network that takes pixels from 0 to 255, and gives logits or a number.

    Parameters
    ----------
    own : Model, layer, list of layers, function, or None
        One's own layers, in the place of the residual network.
    learned : ImageLearned
        The size of images, the outcome, and what the layers are given.
    moments : tuple of sequence of float
        Mean and standard deviation of each channel, for `"standardize"`.
    dropout : float
        The share of features left out.
    steps : int
        How many steps are taken.
    backend, device : str or None
        Where it runs.
    """
    inputs = Input((*learned.image_size, learned.channels), name="pixels")
    x: Any = _preprocessed(inputs, learned.preprocess, *moments)
    if own is None:
        x = residual_features(x, learned.image_size, learned.samples, steps)
    elif isinstance(own, Model):
        # Means and variances that it learned elsewhere stay, in fine-tuning too.
        x = own(_with_channels_of(own, x), training=False)
    else:
        x = apply_own(own, x)
    if not isinstance(x, SymbolicTensor) or len(x.shape) not in (2, 4):
        raise ArgumentError(
            "'network' must give features (batch, features) or maps (batch, height, width, "
            f"features), not {format_shape(getattr(x, 'shape', ()))}.",
            argument="network",
        )
    if len(x.shape) == 4:
        x = layers.GlobalAveragePooling2D(name="pooled")(x)
    if dropout:
        x = layers.Dropout(dropout)(x)
    outputs = layers.Dense(learned.outcome.units, name="outputs")(x)
    return Model(inputs, outputs, "image_network", backend, device)


def _preprocessed(
    x: SymbolicTensor, preprocess: str, means: Sequence[float], deviations: Sequence[float]
) -> SymbolicTensor:
    if preprocess == "tf":
        return layers.Rescaling(1 / 127.5, -1.0, name="preprocess")(x)
    if preprocess == "caffe":
        shift = [-mean for mean in _CAFFE_MEANS]
        return layers.Rescaling(1.0, shift, name="preprocess")(x[..., ::-1])
    if preprocess == "torch":
        means, deviations = _MEANS, _DEVIATIONS
    if preprocess == "none":
        return x
    squares = [deviation**2 for deviation in deviations]
    return layers.Normalization(mean=[*means], variance=squares, name="preprocess")(x)


def _with_channels_of(own: Model, x: SymbolicTensor) -> SymbolicTensor:
    wanted = own.input_shape[-1]
    if wanted is not None and wanted != x.shape[-1]:
        raise ArgumentError(
            f"'network' takes {wanted} channels, and the images have {x.shape[-1]}.",
            argument="network",
        )
    return x


def preprocess_of(own: Any) -> str:
    """Return what a network is given, if nobody says it: what its name says that it was given.

    Parameters
    ----------
    own : object
        One's own layers.
    """
    if not isinstance(own, Model):
        return "standardize"
    if own.is_built and any(layer.name == "preprocess" for layer in own.layers):
        # It was made here, and prepares pixels itself.
        return "none"
    return given_by_name(own.name) or "standardize"


def given_by_name(name: str) -> str | None:
    """Return what a network that Keras trained was given; `None` where its name says nothing.

    Parameters
    ----------
    name : str
        The model's name, such as `"resnet50"`.
    """
    plain = name.lower().replace("_", "").replace("-", "")
    begins = [start for start in _GIVEN if plain.startswith(start)]
    if not begins:
        return None
    given = _GIVEN[max(begins, key=len)]
    return "tf" if plain.startswith("resnet") and "v2" in plain else given


def input_facts(own: Any) -> tuple[tuple[int, int] | None, int | None]:
    """Return the height and width, and the channels, that a network insists on.

    Parameters
    ----------
    own : object
        One's own layers.
    """
    if not isinstance(own, Model) or not own.is_built:
        return None, None
    shape = own.input_shape
    if not isinstance(shape, tuple) or len(shape) != 4:
        raise ArgumentError(
            "'network' must take images (batch, height, width, channels), not "
            f"{format_shape(shape)}.",
            argument="network",
        )
    high, wide, channels = shape[1:]
    size = None if high is None or wide is None else (int(high), int(wide))
    return size, channels
