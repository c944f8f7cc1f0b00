"""Dropout and noise: Keras's layers, with the random numbers that all engines draw.

Who reads a file by Keras alone has Keras's random numbers there.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, keras_options, native_form
from rdeep.engines.tensorflow.builders.by_formula import ByFormula
from rdeep.engines.tensorflow.sampling import keep, stays

Tensor = Any


class _Noise(ByFormula):
    """A layer of one input that draws while training."""

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        """Return the tensor with noise, or with values dropped, while training."""
        return self.record.compute(inputs, self.run(self.record, [inputs], [None], training))


class _SpatialDropout1D(_Noise, keras.layers.SpatialDropout1D):
    pass


class _SpatialDropout2D(_Noise, keras.layers.SpatialDropout2D):
    pass


class _SpatialDropout3D(_Noise, keras.layers.SpatialDropout3D):
    pass


class _GaussianNoise(_Noise, keras.layers.GaussianNoise):
    pass


class _GaussianDropout(_Noise, keras.layers.GaussianDropout):
    pass


class _AlphaDropout(_Noise, keras.layers.AlphaDropout):
    pass


class _Dropout(ByFormula, keras.layers.Dropout):
    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        """Return the tensor with a share of its values dropped, while training."""
        if not (training or self.random.in_prediction) or self.rate == 0.0:
            return inputs
        shape, key = tf.shape(inputs), self.random.key(self._keys[""])
        if self.noise_shape is not None:
            sizes = [shape[i] if size is None else size for i, size in enumerate(self.noise_shape)]
            shape = tf.stack(sizes)
            return self._dropped(inputs, stays(key, shape, self.rate))
        size = tf.size(inputs)
        if any(size is not None and size % 4 == 0 for size in inputs.shape):
            # Rows of four are what a number's parts make: in them, XLA computes numbers once.
            rows = tf.reshape(inputs, [-1, 4])
            return tf.reshape(self._dropped(rows, keep(key, size, self.rate)), shape)
        return self._dropped(inputs, stays(key, shape, self.rate))

    def _dropped(self, x: Tensor, kept: Tensor) -> Tensor:
        factors, scale = tf.cast(kept, x.dtype), 1.0 / (1.0 - self.rate)
        # 16 bits would round the factor, and with it the mean of what stays.
        return x * (factors * scale) if x.dtype == tf.float32 else _scaled(x * factors, scale)


def _scaled(x: Tensor, scale: float) -> Tensor:
    return tf.cast(tf.cast(x, tf.float32) * scale, x.dtype)


@native_form(layers.Dropout)
def dropout(record: layers.Dropout, context: BuildContext) -> list[keras.layers.Layer]:
    """Build a dropout layer."""
    return [_Dropout(record, context, **keras_options(record))]


_NOISE: dict[type, type] = {
    layers.SpatialDropout1D: _SpatialDropout1D,
    layers.SpatialDropout2D: _SpatialDropout2D,
    layers.SpatialDropout3D: _SpatialDropout3D,
    layers.GaussianNoise: _GaussianNoise,
    layers.GaussianDropout: _GaussianDropout,
    layers.AlphaDropout: _AlphaDropout,
}


@native_form(*_NOISE)
def noise(record: Any, context: BuildContext) -> list[keras.layers.Layer] | None:
    """Build a layer of noise; in a type of its own by its formula."""
    if "dtype" in record.options and record.dtype is not None:
        return None
    options = {name: value for name, value in keras_options(record).items() if name != "dtype"}
    return [_NOISE[type(record)](record, context, **options)]
