"""The upsampling of images."""

from __future__ import annotations

import keras

from rdeep.backends.tensorflow.builders.base import Site, builds, common
from rdeep.catalogue import layers


@builds(layers.UpSampling2D)
def upsampling(record: layers.UpSampling2D, site: Site) -> list[keras.layers.Layer]:
    """Build the upsampling of images."""
    layer = keras.layers.UpSampling2D(
        record.size,
        data_format=record.data_format or "channels_last",
        interpolation=record.interpolation,
        **common(record, site),
    )
    return [layer]
