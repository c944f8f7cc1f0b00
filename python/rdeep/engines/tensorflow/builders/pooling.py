"""Pooling: each record has Keras's name and options."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BUILDERS, BuildContext, Recorded, common

_WINDOWED = (
    layers.MaxPooling1D,
    layers.MaxPooling2D,
    layers.MaxPooling3D,
    layers.AveragePooling1D,
    layers.AveragePooling2D,
    layers.AveragePooling3D,
)
_GLOBAL = (
    layers.GlobalMaxPooling1D,
    layers.GlobalMaxPooling2D,
    layers.GlobalMaxPooling3D,
    layers.GlobalAveragePooling1D,
    layers.GlobalAveragePooling2D,
    layers.GlobalAveragePooling3D,
)
_ADAPTIVE = (
    layers.AdaptiveMaxPooling1D,
    layers.AdaptiveMaxPooling2D,
    layers.AdaptiveMaxPooling3D,
    layers.AdaptiveAveragePooling1D,
    layers.AdaptiveAveragePooling2D,
    layers.AdaptiveAveragePooling3D,
)


def _shared(record: Any, site: BuildContext) -> dict[str, Any]:
    return {"data_format": record.data_format or "channels_last", **common(record, site)}


def windowed(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build pooling by windows."""
    kind = getattr(keras.layers, type(record).__name__)
    return [kind(record.pool_size, record.steps(), record.padding, **_shared(record, site))]


def whole(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build pooling over whole dimensions."""
    kind = getattr(keras.layers, type(record).__name__)
    return [kind(keepdims=record.keepdims, **_shared(record, site))]


class _AdaptivePool(Recorded):
    """Pooling down to a given size, one dimension after another.

    Not Keras's layer of this name: it ends the process where a dimension keeps its size.
    """

    def call(self, inputs: Any) -> Any:
        record = self.record
        first = 2 if record.channels_first else 1
        for axis, wanted in enumerate(record.output_size, start=first):
            windows = _windows(inputs.shape[axis], wanted)
            inputs = _reduced(inputs, axis, windows, record.statistic)
        return inputs


def _windows(size: int, wanted: int) -> list[range]:
    """Return what each of the windows covers."""
    return [range(i * size // wanted, -(-(i + 1) * size // wanted)) for i in range(wanted)]


def _reduced(x: Any, axis: int, windows: list[range], statistic: str) -> Any:
    """Return a tensor with one value for each window along an axis."""
    longest = max(map(len, windows))
    # A window that is shorter has its last value again, which changes no maximum.
    places = [[min(w.start + i, w.stop - 1) for i in range(longest)] for w in windows]
    covered = tf.gather(x, tf.constant(places), axis=axis)
    if statistic == "max":
        return tf.reduce_max(covered, axis + 1)
    shares = [[(i < len(w)) / len(w) for i in range(longest)] for w in windows]
    weights = tf.constant(shares, covered.dtype)
    behind = (1,) * (x.shape.rank - axis - 1)
    return tf.reduce_sum(covered * tf.reshape(weights, (len(windows), longest, *behind)), axis + 1)


def adaptive(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build pooling down to a given size."""
    return [_AdaptivePool(record, site)]


BUILDERS.update(dict.fromkeys(_WINDOWED, windowed))
BUILDERS.update(dict.fromkeys(_GLOBAL, whole))
BUILDERS.update(dict.fromkeys(_ADAPTIVE, adaptive))
