"""Layers that Keras has under the same name, with the same options.

Their formulas are as fast. But these are what somebody would write by hand, and a native model of
them is saved and read by Keras alone.
"""

from __future__ import annotations

from typing import Any

import keras

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, activation, common, native_form


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


@native_form(layers.UpSampling2D)
def upsampling(record: layers.UpSampling2D, site: BuildContext) -> list[keras.layers.Layer] | None:
    """Build the upsampling of images; Keras interpolates none of open sizes."""
    if record.interpolation != "nearest":
        return None
    data_format = record.data_format or "channels_last"
    return [keras.layers.UpSampling2D(record.size, data_format, **common(record, site))]
