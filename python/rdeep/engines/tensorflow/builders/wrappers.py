"""Layers around another layer."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, builds, common, keras_knows
from rdeep.engines.tensorflow.builders.inner import build
from rdeep.engines.tensorflow.builders.recurrent import dropout_before, inner_site, runner

Tensor = Any


class _Bidirectional(keras.layers.Layer):
    """Keras's layer on two layers given as they are, each with a dropout of its own.

    Keras copies the forward layer by writing it down and reading it, which loses functions that
    Keras does not know, and it applies both layers to the same input.
    """

    def __init__(
        self, parts: list[Any], dropouts: list[Any], record: Any, site: BuildContext
    ) -> None:
        super().__init__(**common(record, site))
        self.forward_layer, self.backward_layer = parts
        self.record, self._dropouts = record, dropouts
        self.supports_masking = True
        for layer in parts:
            # Keras's wrapper does so: masked steps come out as zeros.
            _runner(layer).zero_output_for_mask = record.layer.return_sequences

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Build both layers."""
        for layer in (self.forward_layer, self.backward_layer):
            layer.build(sequences_shape)

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = None
    ) -> Any:
        """Return the two layers' outputs, merged, and the states of both if asked."""
        given = list(initial_state or [])
        half = len(given) // 2
        found = []
        for dropout, layer, start in zip(
            self._dropouts,
            (self.forward_layer, self.backward_layer),
            (given[:half], given[half:]),
        ):
            x = sequences if dropout is None else dropout(sequences, training=training)
            y = layer(x, initial_state=start or None, mask=mask, training=training)
            found.append(list(y) if isinstance(y, (list, tuple)) else [y])
        (ahead, *states), (back, *more) = found
        if self.record.layer.return_sequences:
            back = keras.ops.flip(back, axis=1)
        outputs = (*self._merged(ahead, back), *states, *more)
        return outputs if len(outputs) > 1 else outputs[0]

    def _merged(self, ahead: Tensor, back: Tensor) -> tuple[Tensor, ...]:
        mode = self.record.merge_mode
        if mode is None:
            return (ahead, back)
        if mode == "concat":
            return (keras.ops.concatenate([ahead, back], axis=-1),)
        if mode == "mul":
            return (ahead * back,)
        return (ahead + back if mode == "sum" else (ahead + back) / 2,)

    def compute_mask(self, sequences: Any, previous_mask: Any = None) -> Any:
        """Return the mask of each output."""
        shapes = self.record.output_shape(tuple(sequences.shape))
        mask = previous_mask if self.record.layer.return_sequences else None
        if not isinstance(shapes, list):
            return mask
        masked = self.record.masked_outputs
        return [mask if i < masked else None for i in range(len(shapes))]

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """Return the outputs' shapes."""
        found = self.record.output_shape(tuple(sequences_shape))
        return tuple(found) if isinstance(found, list) else found


def _runner(layer: Any) -> Any:
    """Return the layer that goes over the steps."""
    return getattr(layer, "inside", layer)


@builds(layers.Bidirectional)
def bidirectional(record: layers.Bidirectional, site: BuildContext) -> list[keras.layers.Layer]:
    """Build a recurrent layer that reads both ways."""
    ways = dict(zip(("forward", "backward"), record.directions()))
    parts = [
        runner(layer, inner_site(site, way), f"{way}_{site.keras_name}")
        for way, layer in ways.items()
    ]
    dropouts = [
        dropout_before(layer, inner_site(site, way), site.beside(f"{way}_dropout"))
        for way, layer in ways.items()
    ]
    if any(dropouts) or not all(_plain(layer) for layer in parts):
        return [_Bidirectional(parts, dropouts, record, site)]
    options = {"merge_mode": record.merge_mode, **common(record, site)}
    return [keras.layers.Bidirectional(parts[0], backward_layer=parts[1], **options)]


def _plain(layer: Any) -> bool:
    """Return whether Keras can write a layer down and read it again."""
    if not isinstance(layer, (keras.layers.SimpleRNN, keras.layers.LSTM, keras.layers.GRU)):
        return False
    names = ("activation", "recurrent_activation")
    return all(keras_knows(getattr(layer, name)) for name in names if hasattr(layer, name))


class _TimeDistributed(keras.layers.Layer):
    """Layers that are applied to each step, to all at once where the steps do not matter."""

    def __init__(self, inner: list[keras.layers.Layer], record: Any, site: BuildContext) -> None:
        super().__init__(**common(record, site))
        self.inner_layers, self.record, self._random = inner, record, site.random
        self.supports_masking = True

    @property
    def inside(self) -> keras.layers.Layer:
        """The layer that holds the weights."""
        return self.inner_layers[-1]

    def build(self, input_shape: Any) -> None:
        """Build the layers, one for the output of the other."""
        shape = (input_shape[0], *input_shape[2:])
        for layer in self.inner_layers:
            layer.build(shape)
            shape = layer.compute_output_shape(shape)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the outputs of all steps."""
        if training and self.record.stepwise(tuple(inputs.shape)):
            steps = enumerate(tf.unstack(inputs, axis=1))
            return tf.stack([self._step(step, use) for use, step in steps], axis=1)
        shape = tf.shape(inputs)
        folded = tf.reshape(inputs, tf.concat([[shape[0] * shape[1]], shape[2:]], 0))
        folded.set_shape([None, *inputs.shape[2:]])
        y = self._applied(folded, training)
        whole = tf.reshape(y, tf.concat([shape[:2], tf.shape(y)[1:]], 0))
        return tf.ensure_shape(whole, [inputs.shape[0], inputs.shape[1], *y.shape[1:]])

    def _step(self, x: Tensor, use: int) -> Tensor:
        with self._random.using(use):
            return self._applied(x, training=True)

    def _applied(self, x: Tensor, training: bool) -> Tensor:
        for layer in self.inner_layers:
            x = layer(x, training=training) if layer._call_has_training_arg else layer(x)
        return x

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape."""
        return self.record.output_shape(tuple(input_shape))


@builds(layers.TimeDistributed)
def time_distributed(
    record: layers.TimeDistributed, site: BuildContext
) -> list[keras.layers.Layer]:
    """Build a layer that is applied to each step."""
    # The wrapper has the layer's name: the layers inside are named after it.
    inner = build(record.layer, site)
    for layer in inner:
        layer._name = f"{layer.name}__step"
    return [_TimeDistributed(inner, record, site)]
