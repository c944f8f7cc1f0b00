"""Recurrent layers. Their dropout is our own, applied to the input before the Keras layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BUILDERS, BuildContext, activation
from rdeep.engines.tensorflow.builders.cells import FormulaRNN, Stateful
from rdeep.engines.tensorflow.sampling import Dropout

_KERAS = {
    layers.SimpleRNNCell: keras.layers.SimpleRNN,
    layers.LSTMCell: keras.layers.LSTM,
    layers.GRUCell: keras.layers.GRU,
}


def _has_layer(record: Any) -> bool:
    """Return whether Keras has a layer for the cell whose dropout is at most the input's."""
    return type(record.cell) in _KERAS and not record.cell.recurrent_dropout


def _keras_layer(record: Any, name: str) -> keras.layers.RNN:
    """Return the Keras layer without its dropout."""
    cell = record.cell
    options: dict[str, Any] = {}
    if not isinstance(cell, layers.SimpleRNNCell):
        # A fused kernel is Keras's to find: whether there is one depends on the device.
        options["recurrent_activation"] = activation(cell.recurrent_activation)
        options["use_cudnn"] = "auto" if getattr(record, "use_cudnn", True) else False
    if isinstance(cell, layers.LSTMCell):
        options["unit_forget_bias"] = False
    if isinstance(cell, layers.GRUCell):
        options["reset_after"] = cell.reset_after
    return _KERAS[type(cell)](
        cell.units,
        activation=activation(cell.activation),
        use_bias=cell.use_bias,
        kernel_initializer="zeros",
        recurrent_initializer="zeros",
        return_sequences=record.return_sequences,
        return_state=record.return_state,
        go_backwards=record.go_backwards,
        unroll=record.unroll,
        zero_output_for_mask=record.zero_output_for_mask,
        name=name,
        trainable=record.trainable,
        **options,
    )


def dropout_before(record: Any, site: BuildContext, name: str) -> Dropout | None:
    """Return the dropout of the input: the same features at every step, as in Keras.

    Parameters
    ----------
    record : RecurrentLayer
        The layer's record.
    site : BuildContext
        Where it stands.
    name : str
        The Keras layer's name.
    """
    cell = record.cell
    if not _has_layer(record) or not cell.dropout:
        return None
    return Dropout(cell.dropout, site.name, site.random, (None, 1, None), cell.seed, name)


def runner(record: Any, site: BuildContext, name: str) -> keras.layers.Layer:
    """Return the Keras layer that runs over the steps.

    Parameters
    ----------
    record : RecurrentLayer
        The layer's record.
    site : BuildContext
        Where it stands.
    name : str
        The Keras layer's name.
    """
    if record.stateful:
        steps = _runner(record.replace(return_state=True), site, f"{name}__steps")
        return Stateful(steps, record, site, name)
    return _runner(record, site, name)


def _runner(record: Any, site: BuildContext, name: str) -> keras.layers.Layer:
    return _keras_layer(record, name) if _has_layer(record) else FormulaRNN(record, site, name)


def recurrent(record: Any, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a recurrent layer."""
    dropout = dropout_before(record, site, site.beside("dropout"))
    layer = runner(record, site, site.keras_name)
    return [layer] if dropout is None else [dropout, layer]


_RECURRENT = (layers.SimpleRNN, layers.LSTM, layers.GRU, layers.RNN)
BUILDERS.update(dict.fromkeys(_RECURRENT, recurrent))


def inner_site(site: BuildContext, part: str) -> BuildContext:
    """Return the place of a layer inside of another.

    Parameters
    ----------
    site : BuildContext
        The outer layer's place.
    part : str
        What the inner layer is there.
    """
    return replace(site, name=f"{site.name}/{part}")
