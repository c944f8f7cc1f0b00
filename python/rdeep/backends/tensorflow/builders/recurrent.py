"""Recurrent layers. Their dropout is our own, applied to the input before the Keras layer."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.backends.tensorflow.builders.base import (
    BUILDERS,
    Site,
    activation,
    builds,
    common,
    keras_knows,
)
from rdeep.backends.tensorflow.random import Dropout
from rdeep.catalogue import layers

_RECURRENT = (layers.SimpleRNN, layers.LSTM, layers.GRU)


def _cells(record: Any, name: str, trainable: bool) -> keras.layers.Layer:
    """Return the Keras layer without its dropout."""
    options: dict[str, Any] = {}
    if not isinstance(record, layers.SimpleRNN):
        options["recurrent_activation"] = activation(record.recurrent_activation)
    if isinstance(record, layers.LSTM):
        options["unit_forget_bias"] = False
    if isinstance(record, layers.GRU):
        options["reset_after"] = record.reset_after
    return getattr(keras.layers, type(record).__name__)(
        record.units,
        activation=activation(record.activation),
        use_bias=record.use_bias,
        kernel_initializer="zeros",
        recurrent_initializer="zeros",
        return_sequences=record.return_sequences,
        return_state=record.return_state,
        go_backwards=record.go_backwards,
        name=name,
        trainable=trainable,
        **options,
    )


def _dropout(record: Any, key_name: str, name: str, site: Site) -> Dropout | None:
    """Return the dropout of the input: the same features at every step, as in Keras."""
    if not record.dropout:
        return None
    return Dropout(record.dropout, key_name, site.random, (None, 1, None), record.seed, name)


def recurrent(record: Any, site: Site) -> list[keras.layers.Layer]:
    """Build a recurrent layer."""
    dropout = _dropout(record, site.name, site.beside("dropout"), site)
    cells = _cells(record, site.keras_name, record.trainable)
    return [cells] if dropout is None else [dropout, cells]


BUILDERS.update(dict.fromkeys(_RECURRENT, recurrent))


class _Bidirectional(keras.layers.Bidirectional):
    """Keras's layer on two layers given as they are, each with a dropout of its own.

    Keras copies the forward layer by writing it down and reading it, which loses functions that
    Keras does not know, and it applies both layers to the same input.
    """

    def __init__(
        self,
        forward: keras.layers.Layer,
        backward: keras.layers.Layer,
        dropouts: list[Dropout | None],
        **options: Any,
    ) -> None:
        plain = keras.layers.SimpleRNN(
            1, return_sequences=forward.return_sequences, go_backwards=forward.go_backwards
        )
        super().__init__(plain, backward_layer=backward, **options)
        self.forward_layer = forward
        for layer in (forward, backward):
            # Bidirectional sets this on the layers it makes: masked steps come out as zeros.
            layer.zero_output_for_mask = forward.return_sequences
        self._dropouts = dropouts

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = None
    ) -> Any:
        """Return the two layers' outputs, merged."""
        outputs = []
        for dropout, layer in zip(self._dropouts, (self.forward_layer, self.backward_layer)):
            x = sequences if dropout is None else dropout(sequences, training=training)
            outputs.append(layer(x, mask=mask, training=training))
        ahead, back = outputs
        if self.return_sequences:
            back = keras.ops.flip(back, axis=1)
        if self.merge_mode == "concat":
            return keras.ops.concatenate([ahead, back], axis=-1)
        if self.merge_mode == "mul":
            return ahead * back
        return ahead + back if self.merge_mode == "sum" else (ahead + back) / 2


@builds(layers.Bidirectional)
def bidirectional(record: layers.Bidirectional, site: Site) -> list[keras.layers.Layer]:
    """Build a recurrent layer that reads both ways."""
    ways = dict(zip(("forward", "backward"), record.directions()))
    forward, backward = (
        _cells(layer, f"{way}_{site.keras_name}", record.trainable) for way, layer in ways.items()
    )
    dropouts = [
        _dropout(layer, f"{site.name}/{way}", site.beside(f"{way}_dropout"), site)
        for way, layer in ways.items()
    ]
    options = {"merge_mode": record.merge_mode, **common(record, site)}
    if any(dropouts) or not all(
        keras_knows(f) for layer in (forward, backward) for f in _functions(layer)
    ):
        return [_Bidirectional(forward, backward, dropouts, **options)]
    return [keras.layers.Bidirectional(forward, backward_layer=backward, **options)]


def _functions(layer: Any) -> list[Any]:
    names = ("activation", "recurrent_activation")
    return [getattr(layer, name) for name in names if hasattr(layer, name)]
