"""Layers that Keras has under the same name, with the same options.

Their formulas are as fast. But these are what somebody would write by hand, and a native model of
them is saved and read by Keras alone.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, activation, common, native_form
from rdeep.engines.tensorflow.builders.formula import FormulaLayer


@native_form(
    *(layers.Add, layers.Average, layers.Concatenate, layers.Maximum, layers.Minimum),
    *(layers.Multiply, layers.Subtract, layers.Flatten),
    *(layers.MaxPooling1D, layers.MaxPooling2D, layers.MaxPooling3D),
    *(layers.AveragePooling1D, layers.AveragePooling2D, layers.AveragePooling3D),
    *(layers.GlobalMaxPooling1D, layers.GlobalMaxPooling2D, layers.GlobalMaxPooling3D),
    *(layers.GlobalAveragePooling1D, layers.GlobalAveragePooling2D, layers.GlobalAveragePooling3D),
)
def same_options(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build Keras's layer of the same name and options."""
    given = {name: getattr(record, name) for name in record.options if name not in _SHARED}
    if "data_format" in given:
        given["data_format"] = record.data_format or "channels_last"
    return [getattr(keras.layers, type(record).__name__)(**given, **common(record, site))]


_SHARED = ("name", "trainable")


@native_form(layers.Reshape)
def reshape(record: layers.Reshape, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a change of shape."""
    target = tuple(-1 if size is None else size for size in record.target_shape)
    return [keras.layers.Reshape(target, **common(record, site))]


@native_form(layers.Activation)
def activation_layer(record: layers.Activation, site: BuildContext) -> list[keras.layers.Layer]:
    """Build an activation."""
    return [keras.layers.Activation(activation(record.activation), **common(record, site))]


class _Interpolated(FormulaLayer):
    """Upsampling by interpolation, of images of open sizes too."""

    def call(self, inputs: Any, mask: Any = None, training: bool = False) -> Any:
        """Return the larger images."""
        record: Any = self.record
        x = tf.transpose(inputs, (0, 2, 3, 1)) if record.channels_first else inputs
        sizes = tf.shape(x)[1:3] * tf.constant(record.size)
        y = tf.cast(tf.image.resize(x, sizes, record.interpolation), self.compute_dtype)
        return tf.transpose(y, (0, 3, 1, 2)) if record.channels_first else y


@native_form(layers.UpSampling2D)
def upsampling(record: layers.UpSampling2D, site: BuildContext) -> list[keras.layers.Layer]:
    """Build the upsampling of images."""
    if record.interpolation != "nearest":
        return [_Interpolated(record, site)]
    data_format = record.data_format or "channels_last"
    return [keras.layers.UpSampling2D(record.size, data_format, **common(record, site))]
