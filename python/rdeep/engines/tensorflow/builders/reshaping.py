"""Flatten and reshape."""

from __future__ import annotations

import keras

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, builds, common


@builds(layers.Flatten)
def flatten(record: layers.Flatten, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a flatten layer."""
    data_format = record.data_format or "channels_last"
    return [keras.layers.Flatten(data_format=data_format, **common(record, site))]


@builds(layers.Reshape)
def reshape(record: layers.Reshape, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a reshape layer."""
    target = tuple(-1 if size is None else size for size in record.target_shape)
    return [keras.layers.Reshape(target, **common(record, site))]
