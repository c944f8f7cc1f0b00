"""Dense, activation and embedding."""

from __future__ import annotations

import keras

from rdeep.backends.tensorflow.builders.base import Site, activation, builds, common
from rdeep.catalogue import layers


# Weights are set once the network is built, so Keras need not draw them: they start as zeros.
@builds(layers.Dense)
def dense(record: layers.Dense, site: Site) -> list[keras.layers.Layer]:
    """Build a dense layer."""
    return [
        keras.layers.Dense(
            record.units,
            activation=activation(record.activation),
            use_bias=record.use_bias,
            kernel_initializer="zeros",
            **common(record, site),
        )
    ]


@builds(layers.Activation)
def activation_layer(record: layers.Activation, site: Site) -> list[keras.layers.Layer]:
    """Build an activation."""
    return [keras.layers.Activation(activation(record.activation), **common(record, site))]


@builds(layers.Embedding)
def embedding(record: layers.Embedding, site: Site) -> list[keras.layers.Layer]:
    """Build an embedding."""
    return [
        keras.layers.Embedding(
            record.input_dim,
            record.output_dim,
            embeddings_initializer="zeros",
            mask_zero=record.mask_zero,
            **common(record, site),
        )
    ]
