"""The upsampling of images."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, Recorded, builds, common


class _Interpolated(Recorded):
    """Upsampling by interpolation.

    As Keras's layer, which does not take images of open sizes.
    """

    def call(self, inputs: Any) -> Any:
        first = self.record.channels_first
        x = tf.transpose(inputs, (0, 2, 3, 1)) if first else inputs
        open_sizes = tf.shape(x)
        target = [
            (open_sizes[axis] if x.shape[axis] is None else x.shape[axis]) * times
            for axis, times in enumerate(self.record.size, start=1)
        ]
        y = self.computed(tf.image.resize(x, target, self.record.interpolation))
        return tf.transpose(y, (0, 3, 1, 2)) if first else y


@builds(layers.UpSampling2D)
def upsampling(record: layers.UpSampling2D, site: BuildContext) -> list[keras.layers.Layer]:
    """Build the upsampling of images."""
    if record.interpolation != "nearest":
        return [_Interpolated(record, site)]
    data_format = record.data_format or "channels_last"
    return [keras.layers.UpSampling2D(record.size, data_format, **common(record, site))]
