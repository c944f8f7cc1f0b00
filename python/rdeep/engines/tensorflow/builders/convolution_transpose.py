"""Transposed convolutions."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.catalogue import layers
from rdeep.catalogue.layers.spatial import reach
from rdeep.engines.tensorflow.builders.base import BUILDERS, BuildContext
from rdeep.engines.tensorflow.builders.convolution import options, placed


def _cropped(kind: Any, crops: list[tuple[int, int]]) -> Any:
    """Return a Keras layer's class that cuts the edges off by itself.

    TensorFlow computes no output that is too short for a window at the input's last place.
    """

    class Cropped(kind):
        def call(self, inputs: Any) -> Any:
            outputs = keras.ops.conv_transpose(
                inputs, self.kernel, self.strides, "valid", dilation_rate=self.dilation_rate
            )
            spanned = map(reach, self.kernel_size, self.dilation_rate)
            inner = []
            for (before, after), window, stride in zip(crops, spanned, self.strides):
                # What comes out is as long as the strides at least.
                more = after + max(stride - window, 0)
                inner.append(slice(before, -more or None))
            outputs = outputs[(slice(None), *inner)]
            outputs = outputs + self.bias if self.use_bias else outputs
            return outputs if self.activation is None else self.activation(outputs)

    Cropped.__name__ = kind.__name__
    return Cropped


def convolution_transpose(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a transposed convolution."""
    kind = getattr(keras.layers, type(record).__name__)
    given = options(record, "filters", "output_padding")
    windows = map(reach, record.kernel_size, record.dilation_rate)
    extra = record.output_padding or ()
    if record.padding == "same" and any(w % 2 + more == 0 for w, more in zip(windows, extra)):
        kind = _cropped(kind, record.crops())
    return placed(kind, record, site, {**given, "kernel_initializer": "zeros"})


_RECORDS = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
BUILDERS.update(dict.fromkeys(_RECORDS, convolution_transpose))
