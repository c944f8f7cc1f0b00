"""Layers that normalize."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.catalogue.layers.normalization import places_of
from rdeep.engines.tensorflow.builders.base import BuildContext, Recorded, common, native_form


@native_form(layers.BatchNormalization)
def batch_normalization(
    record: layers.BatchNormalization, site: BuildContext
) -> list[keras.layers.Layer]:
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


@native_form(layers.LayerNormalization)
def layer_normalization(
    record: layers.LayerNormalization, site: BuildContext
) -> list[keras.layers.Layer]:
    """Build a layer normalization."""
    return [
        keras.layers.LayerNormalization(
            axis=list(record.axis) if isinstance(record.axis, tuple) else record.axis,
            epsilon=record.epsilon,
            center=record.center,
            scale=record.scale,
            **common(record, site),
        )
    ]


class _RMSNormalization(Recorded):
    """Along other axes than the last, where Keras's layer multiplies by a scale of its length."""

    def call(self, x: Any) -> Any:
        """Return the normalized tensor."""
        places = places_of(self.record.axis, len(x.shape))
        shape = [size if place in places else 1 for place, size in enumerate(x.shape)]
        wide = tf.cast(x, tf.float32)
        mean = tf.reduce_mean(tf.square(wide), places, keepdims=True)
        scale = tf.reshape(tf.cast(self.held["scale"], tf.float32), shape)
        return self.computed(wide * tf.math.rsqrt(mean + self.record.epsilon) * scale)


@native_form(layers.RMSNormalization)
def rms_normalization(
    record: layers.RMSNormalization, site: BuildContext
) -> list[keras.layers.Layer]:
    """Build a normalization by the root of the mean square."""
    if record.axis == -1:
        options = common(record, site)
        return [keras.layers.RMSNormalization(epsilon=record.epsilon, **options)]
    return [_RMSNormalization(record, site)]
