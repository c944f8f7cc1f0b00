"""Dropout."""

from __future__ import annotations

import keras

from rdeep.backends.tensorflow.builders.base import Site, builds
from rdeep.backends.tensorflow.random import Dropout
from rdeep.catalogue import layers


@builds(layers.Dropout)
def dropout(record: layers.Dropout, site: Site) -> list[keras.layers.Layer]:
    """Build a dropout layer."""
    shape = None if record.noise_shape is None else tuple(record.noise_shape)
    return [Dropout(record.rate, site.name, site.random, shape, record.seed, site.keras_name)]
