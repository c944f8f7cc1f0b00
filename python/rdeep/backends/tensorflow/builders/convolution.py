"""Convolutions."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.backends.tensorflow.builders.base import Site, activation, builds, common
from rdeep.catalogue import layers


def _options(record: Any, site: Site) -> dict[str, Any]:
    return {
        "filters": record.filters,
        "kernel_size": tuple(record.kernel_size),
        "strides": tuple(record.strides),
        "padding": record.padding,
        "data_format": "channels_last",
        "dilation_rate": tuple(record.dilation_rate),
        "groups": record.groups,
        "activation": activation(record.activation),
        "use_bias": record.use_bias,
        "kernel_initializer": "zeros",
        **common(record, site),
    }


@builds(layers.Conv1D)
def conv_1d(record: layers.Conv1D, site: Site) -> list[keras.layers.Layer]:
    """Build a convolution along one dimension."""
    return [keras.layers.Conv1D(**_options(record, site))]


@builds(layers.Conv2D)
def conv_2d(record: layers.Conv2D, site: Site) -> list[keras.layers.Layer]:
    """Build a convolution over two dimensions."""
    return [keras.layers.Conv2D(**_options(record, site))]
