"""Dropout."""

from __future__ import annotations

import keras

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, native_form
from rdeep.engines.tensorflow.sampling import Dropout


@native_form(layers.Dropout)
def dropout(record: layers.Dropout, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a dropout layer."""
    shape = None if record.noise_shape is None else tuple(record.noise_shape)
    return [Dropout(record.rate, site.name, site.random, shape, record.seed, site.keras_name)]
