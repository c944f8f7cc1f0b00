"""Depthwise and separable convolutions."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, builds
from rdeep.engines.tensorflow.builders.convolution import options, placed

_ZEROS = {"depthwise_initializer": "zeros"}


@builds(layers.DepthwiseConv1D)
@builds(layers.DepthwiseConv2D)
def depthwise_convolution(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a depthwise convolution."""
    kind = getattr(keras.layers, type(record).__name__)
    return placed(kind, record, site, {**options(record, "depth_multiplier"), **_ZEROS})


@builds(layers.SeparableConv1D)
@builds(layers.SeparableConv2D)
def separable_convolution(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a separable convolution."""
    kind = getattr(keras.layers, type(record).__name__)
    given = {**options(record, "filters", "depth_multiplier"), **_ZEROS}
    return placed(kind, record, site, {**given, "pointwise_initializer": "zeros"})
