"""Convolutions: each record has Keras's name and options."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.catalogue.layers.spatial import reach
from rdeep.engines.tensorflow.builders.base import BuildContext, activation, common, native_form
from rdeep.engines.tensorflow.ops.convolution import has_all_kernels


class ChannelsFirst(keras.layers.Layer):
    """A layer of channels-last data, on data with channels first.

    TensorFlow has no kernels of its own for such data on a CPU.

    Parameters
    ----------
    inner : keras.layers.Layer
        The layer, without its activation.
    record : Layer
        The layer's record.
    context : BuildContext
        Where it stands.
    """

    def __init__(self, inner: keras.layers.Layer, record: Any, context: BuildContext) -> None:
        super().__init__(**common(record, context))
        self.inner, self.record = inner, record
        self.activation = activation(record.activation)
        inside = range(1, record.rank + 1)
        self.to_last = (0, *(axis + 1 for axis in inside), 1)
        self.to_first = (0, record.rank + 1, *inside)

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        self.inner.build(tuple(input_shape[axis] for axis in self.to_last))

    def call(self, inputs: Any) -> Any:
        """Return the output, turned back."""
        outputs = tf.transpose(self.inner(tf.transpose(inputs, self.to_last)), self.to_first)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return self.record.output_shape(tuple(input_shape))

    def get_config(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return {**super().get_config(), "record": self.record.to_data()}


def options(record: Any, *names: str) -> dict[str, Any]:
    """Return the options of a Keras convolution of data with channels last.

    Parameters
    ----------
    record : Layer
        The layer's record.
    *names : str
        The options beside those that all convolutions have.
    """
    shared = ("kernel_size", "strides", "padding", "dilation_rate", "use_bias")
    return {
        **{name: getattr(record, name) for name in (*shared, *names)},
        "data_format": "channels_last",
    }


def placed(
    kind: Any, record: Any, context: BuildContext, given: dict[str, Any]
) -> list[keras.layers.Layer]:
    """Return a Keras layer, on data with channels first if its record says so.

    Parameters
    ----------
    kind : type
        The Keras layer's class.
    record : Layer
        The layer's record.
    context : BuildContext
        Where it stands.
    given : dict
        The options of the Keras layer.
    """
    if record.channels_first:
        inner = kind(**given, name=context.beside("inner"), trainable=record.trainable)
        return [ChannelsFirst(inner, record, context)]
    return [kind(**given, activation=activation(record.activation), **common(record, context))]


@native_form(layers.Conv1D, layers.Conv2D, layers.Conv3D)
def convolution(record: Any, context: BuildContext) -> list[keras.layers.Layer] | None:
    """Build a convolution."""
    if max(record.strides) > 1 and set(record.kernel_size) == {1}:
        # Keras leaves these to a kernel whose gradient writes beyond its memory on a CPU.
        return None
    return _built(record, context, "filters", "groups", zeros=("kernel",))


@native_form(layers.DepthwiseConv1D, layers.DepthwiseConv2D)
def depthwise_convolution(record: Any, context: BuildContext) -> list[keras.layers.Layer] | None:
    """Build a depthwise convolution."""
    if _lacks_kernel(record):
        return None
    return _built(record, context, "depth_multiplier", zeros=("depthwise",))


@native_form(layers.SeparableConv1D, layers.SeparableConv2D)
def separable_convolution(record: Any, context: BuildContext) -> list[keras.layers.Layer] | None:
    """Build a separable convolution."""
    if _lacks_kernel(record):
        return None
    return _built(record, context, "filters", "depth_multiplier", zeros=("depthwise", "pointwise"))


@native_form(layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
def convolution_transpose(record: Any, context: BuildContext) -> list[keras.layers.Layer] | None:
    """Build a transposed convolution."""
    windows = map(reach, record.kernel_size, record.dilation_rate)
    extra = record.output_padding or ()
    if record.padding == "same" and any(w % 2 + more == 0 for w, more in zip(windows, extra)):
        # Keras computes no output that is too short for a window at the input's last place.
        return None
    if max(record.dilation_rate) > 1 and not has_all_kernels():
        return None
    return _built(record, context, "filters", "output_padding", zeros=("kernel",))


def _lacks_kernel(record: Any) -> bool:
    """Return whether Keras's layer would ask for a kernel that is not there on this processor."""
    strides = set(record.strides)
    plain = len(strides) == 1 and (max(strides) == 1 or max(record.dilation_rate) == 1)
    return not plain and not has_all_kernels()


def _built(
    record: Any, context: BuildContext, *names: str, zeros: tuple[str, ...]
) -> list[keras.layers.Layer]:
    # Weights are set once the network is built, so Keras need not draw them: they start as zeros.
    starts = {f"{name}_initializer": "zeros" for name in zeros}
    kind = getattr(keras.layers, type(record).__name__)
    return placed(kind, record, context, {**options(record, *names), **starts})
