"""Pooling: each record has Keras's name and options."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.backends.tensorflow.builders.base import BUILDERS, Site, common
from rdeep.catalogue import layers
from rdeep.errors import BackendError

_WINDOWED = (
    layers.MaxPooling1D,
    layers.MaxPooling2D,
    layers.MaxPooling3D,
    layers.AveragePooling1D,
    layers.AveragePooling2D,
    layers.AveragePooling3D,
)
_GLOBAL = (
    layers.GlobalMaxPooling1D,
    layers.GlobalMaxPooling2D,
    layers.GlobalMaxPooling3D,
    layers.GlobalAveragePooling1D,
    layers.GlobalAveragePooling2D,
    layers.GlobalAveragePooling3D,
)
_ADAPTIVE = (
    layers.AdaptiveMaxPooling1D,
    layers.AdaptiveMaxPooling2D,
    layers.AdaptiveMaxPooling3D,
    layers.AdaptiveAveragePooling1D,
    layers.AdaptiveAveragePooling2D,
    layers.AdaptiveAveragePooling3D,
)


def _shared(record: Any, site: Site) -> dict[str, Any]:
    return {"data_format": record.data_format or "channels_last", **common(record, site)}


def windowed(record: Any, site: Site) -> list[keras.layers.Layer]:
    """Build pooling by windows."""
    kind = getattr(keras.layers, type(record).__name__)
    return [kind(record.pool_size, record.steps(), record.padding, **_shared(record, site))]


def whole(record: Any, site: Site) -> list[keras.layers.Layer]:
    """Build pooling over whole dimensions."""
    kind = getattr(keras.layers, type(record).__name__)
    return [kind(keepdims=record.keepdims, **_shared(record, site))]


def adaptive(record: Any, site: Site) -> list[keras.layers.Layer]:
    """Build pooling down to a given size."""
    kind = getattr(keras.layers, type(record).__name__, None)
    if kind is None:
        raise BackendError(
            f"Layer {site.name!r} ({type(record).__name__}) needs a later version of Keras than "
            f"{keras.__version__}.",
            layer=site.name,
            hint="Update Keras, or use the backend 'torch'.",
        )
    return [kind(record.output_size, **_shared(record, site))]


BUILDERS.update(dict.fromkeys(_WINDOWED, windowed))
BUILDERS.update(dict.fromkeys(_GLOBAL, whole))
BUILDERS.update(dict.fromkeys(_ADAPTIVE, adaptive))
