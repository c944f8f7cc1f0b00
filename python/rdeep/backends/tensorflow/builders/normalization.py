"""Layers that normalize."""

from __future__ import annotations

import keras

from rdeep.backends.tensorflow.builders.base import Site, builds, common
from rdeep.catalogue import layers


@builds(layers.BatchNormalization)
def batch_normalization(record: layers.BatchNormalization, site: Site) -> list[keras.layers.Layer]:
    """Build a batch normalization."""
    return [
        keras.layers.BatchNormalization(
            axis=record.axis,
            momentum=record.momentum,
            epsilon=record.epsilon,
            center=record.center,
            scale=record.scale,
            **common(record, site),
        )
    ]
