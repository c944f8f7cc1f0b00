"""Native forms of recurrent layers: cuDNN's loops over the steps, by way of Keras, on a GPU.

On a CPU, Keras goes step by step as the formula does, and takes a third longer.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import activations, layers
from rdeep.engines.tensorflow.builders.base import BuildContext, native_form
from rdeep.engines.tensorflow.builders.formula import FormulaLayer

_KERAS = {layers.LSTMCell: keras.layers.LSTM, layers.GRUCell: keras.layers.GRU}


@native_form(layers.LSTM, layers.GRU, layers.RNN)
def recurrent(record: Any, site: BuildContext) -> list[keras.layers.Layer] | None:
    """Build a recurrent layer."""
    fused = tf.config.list_physical_devices("GPU") and has_kernel(record)
    return by_kernel(record, site) if fused else None


def has_kernel(record: Any) -> bool:
    """Return whether cuDNN has a loop for what a layer's cell computes.

    Parameters
    ----------
    record : RecurrentLayer
        The layer.
    """
    cell = record.cell
    if type(cell) not in _KERAS or cell.recurrent_dropout or record.unroll or not cell.use_bias:
        return False
    if getattr(record, "use_cudnn", "auto") is False:
        return False
    usual = (activations.Tanh(), activations.Sigmoid())
    gated = (cell.activation, cell.recurrent_activation) == usual
    return gated and getattr(cell, "reset_after", True)


def by_kernel(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a recurrent layer whose steps are those of a Keras layer.

    Parameters
    ----------
    record : RecurrentLayer
        The layer.
    site : BuildContext
        Where it stands.
    """
    kernel = _KERAS[type(record.cell)](
        record.cell.units,
        kernel_initializer="zeros",
        recurrent_initializer="zeros",
        return_sequences=record.return_sequences,
        return_state=True,
        go_backwards=record.go_backwards,
        trainable=record.trainable,
        name=site.beside("kernel"),
    )
    return [FormulaLayer(record, site, kernel)]
