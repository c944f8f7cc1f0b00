"""Dense and embedding."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.catalogue import layers
from rdeep.engines.tensorflow.builders.base import BuildContext, activation, common, native_form


class _KeepsAlpha(keras.layers.Layer):
    """A layer whose `lora_alpha` survives building, in which Keras resets it to the rank."""

    lora_alpha: float

    def build(self, input_shape: Any = None) -> None:
        """Make the weights."""
        alpha = self.lora_alpha
        super().build(input_shape)
        self.lora_alpha = alpha


class _LoraDense(_KeepsAlpha, keras.layers.Dense):
    """A dense layer with a trained addition of low rank."""


class _LoraEmbedding(_KeepsAlpha, keras.layers.Embedding):
    """An embedding with a trained addition of low rank."""


# Weights are set once the network is built, so Keras need not draw them: they start as zeros.
@native_form(layers.Dense)
def dense(record: layers.Dense, context: BuildContext) -> list[keras.layers.Layer]:
    """Build a dense layer."""
    kind = keras.layers.Dense if record.lora_rank is None else _LoraDense
    return [
        kind(
            record.units,
            activation=activation(record.activation),
            use_bias=record.use_bias,
            kernel_initializer="zeros",
            lora_rank=record.lora_rank,
            lora_alpha=record.lora_alpha,
            **common(record, context),
        )
    ]


@native_form(layers.Embedding)
def embedding(record: layers.Embedding, context: BuildContext) -> list[keras.layers.Layer]:
    """Build an embedding."""
    kind = keras.layers.Embedding if record.lora_rank is None else _LoraEmbedding
    return [
        kind(
            record.input_dim,
            record.output_dim,
            embeddings_initializer="zeros",
            mask_zero=record.mask_zero,
            lora_rank=record.lora_rank,
            lora_alpha=record.lora_alpha,
            **common(record, context),
        )
    ]
