"""Layers that Keras has under the same name, with the same options.

Their formulas are as fast. But these are what somebody would write by hand, and a native model of
them is saved and read by Keras alone.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import (
    BuildContext,
    activation,
    common,
    keras_options,
    native_form,
)
from rdeep.engines.tensorflow.builders.by_formula import ByFormula
from rdeep.engines.tensorflow.builders.formula import FormulaLayer

Tensor = Any


@native_form(
    *(layers.Add, layers.Average, layers.Concatenate, layers.Maximum, layers.Minimum),
    *(layers.Multiply, layers.Subtract, layers.Flatten, layers.Permute, layers.RepeatVector),
    *(layers.MaxPooling1D, layers.MaxPooling2D, layers.MaxPooling3D),
    *(layers.AveragePooling1D, layers.AveragePooling2D, layers.AveragePooling3D),
    *(layers.GlobalMaxPooling1D, layers.GlobalMaxPooling2D, layers.GlobalMaxPooling3D),
    *(layers.GlobalAveragePooling1D, layers.GlobalAveragePooling2D, layers.GlobalAveragePooling3D),
    *(layers.ZeroPadding1D, layers.ZeroPadding2D, layers.ZeroPadding3D),
    *(layers.Cropping1D, layers.Cropping2D, layers.Cropping3D),
    *(layers.UpSampling3D, layers.Masking, layers.Rescaling),
    *(layers.Identity, layers.Dot, layers.GroupNormalization, layers.UnitNormalization),
    *(layers.ReLU, layers.LeakyReLU, layers.ELU, layers.PReLU),
)
def same_options(record: Any, context: BuildContext) -> list[keras.layers.Layer]:
    """Build Keras's layer of the same name and options."""
    kind = getattr(keras.layers, type(record).__name__)
    return [kind(**keras_options(record), **common(record, context))]


class _Softmax(ByFormula, keras.layers.Softmax):
    """With masks of steps, which Keras's code does not take."""

    def call(self, inputs: Tensor, mask: Any = None) -> Tensor:
        """Return the probabilities."""
        return self.record.compute(inputs, self.run(self.record, [inputs], [mask], False))


@native_form(layers.Softmax)
def softmax(record: layers.Softmax, context: BuildContext) -> list[keras.layers.Layer]:
    """Build a softmax."""
    return [_Softmax(record, context, **keras_options(record))]


@native_form(layers.UpSampling1D)
def upsampling_of_steps(
    record: layers.UpSampling1D, context: BuildContext
) -> list[keras.layers.Layer]:
    """Build the upsampling of sequences."""
    return [keras.layers.UpSampling1D(*record.size, **common(record, context))]


@native_form(layers.LayerNormalization)
def layer_normalization(
    record: layers.LayerNormalization, context: BuildContext
) -> list[keras.layers.Layer] | None:
    """Build a layer normalization; Keras sorts several axes, those from the end before others."""
    if record.rms_scaling:
        # Keras's own warns of what a user may have asked for knowingly.
        return None
    return same_options(record, context) if isinstance(record.axis, int) else None


@native_form(layers.RMSNormalization)
def rms_normalization(
    record: layers.RMSNormalization, context: BuildContext
) -> list[keras.layers.Layer] | None:
    """Build a normalization by the root mean square; Keras's scales the last axis alone."""
    return same_options(record, context) if record.axis == -1 else None


class _EinsumDense(ByFormula, keras.layers.EinsumDense):
    """Keras's, but it says the sizes that an output has of its input."""

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return self.record.output_shape(tuple(input_shape))


@native_form(layers.EinsumDense)
def einsum_dense(
    record: layers.EinsumDense, context: BuildContext
) -> list[keras.layers.Layer] | None:
    """Build a dense layer of an equation; Keras forgets the scale of an addition of low rank."""
    if record.lora_rank is not None:
        return None
    return [_EinsumDense(record, context, **keras_options(record))]


class _BatchNormalization(ByFormula, keras.layers.BatchNormalization):
    """With masks of steps that are images, too, and whichever axis holds the channels."""

    def call(self, inputs: Tensor, training: Any = None, mask: Any = None) -> Tensor:
        """Return the normalized tensor."""
        return self.record.compute(inputs, self.run(self.record, [inputs], [mask], training))


@native_form(layers.BatchNormalization)
def batch_normalization(
    record: layers.BatchNormalization, context: BuildContext
) -> list[keras.layers.Layer]:
    """Build a batch normalization."""
    return [_BatchNormalization(record, context, **keras_options(record))]


@native_form(layers.Reshape)
def reshape(record: layers.Reshape, context: BuildContext) -> list[keras.layers.Layer]:
    """Build a change of shape."""
    target = tuple(-1 if size is None else size for size in record.target_shape)
    return [keras.layers.Reshape(target, **common(record, context))]


@native_form(layers.Activation)
def activation_layer(record: layers.Activation, context: BuildContext) -> list[keras.layers.Layer]:
    """Build an activation."""
    return [keras.layers.Activation(activation(record.activation), **common(record, context))]


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
def upsampling(record: layers.UpSampling2D, context: BuildContext) -> list[keras.layers.Layer]:
    """Build the upsampling of images."""
    if record.interpolation != "nearest":
        return [_Interpolated(record, context)]
    data_format = record.data_format or "channels_last"
    return [keras.layers.UpSampling2D(record.size, data_format, **common(record, context))]
