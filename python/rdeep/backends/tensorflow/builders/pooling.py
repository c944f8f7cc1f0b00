"""Pooling: each record has Keras's name and options."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.backends.tensorflow.builders.base import BUILDERS, Site, common
from rdeep.catalogue import layers

_WINDOWED = (
    layers.MaxPooling1D,
    layers.AveragePooling1D,
    layers.MaxPooling2D,
    layers.AveragePooling2D,
)
_GLOBAL = (
    layers.GlobalMaxPooling1D,
    layers.GlobalAveragePooling1D,
    layers.GlobalMaxPooling2D,
    layers.GlobalAveragePooling2D,
)


def windowed(record: Any, site: Site) -> list[keras.layers.Layer]:
    """Build pooling by windows."""
    kind = getattr(keras.layers, type(record).__name__)
    size, steps = tuple(record.pool_size), tuple(record.steps())
    return [kind(size, steps, record.padding, data_format="channels_last", **common(record, site))]


def whole(record: Any, site: Site) -> list[keras.layers.Layer]:
    """Build pooling over whole dimensions."""
    kind = getattr(keras.layers, type(record).__name__)
    return [kind(data_format="channels_last", keepdims=record.keepdims, **common(record, site))]


BUILDERS.update(dict.fromkeys(_WINDOWED, windowed))
BUILDERS.update(dict.fromkeys(_GLOBAL, whole))
