"""Attention: Keras's layer with our dropout, called on a list of tensors."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.backends.tensorflow.builders.base import Site, builds, common
from rdeep.backends.tensorflow.random import Dropout
from rdeep.catalogue import layers


class _MultiHeadAttention(keras.layers.MultiHeadAttention):
    """Keras's layer, called on one tensor or on a list of two or three."""

    def __init__(self, drop: Dropout | None, **options: Any) -> None:
        super().__init__(**options)
        self._drop = drop

    def __call__(self, query: Any, *others: Any, **options: Any) -> Any:
        """Return what the queries see."""
        if isinstance(query, (list, tuple)):
            query, *others = query  # type: ignore[assignment]
        return super().__call__(query, *(others or (query,)), **options)

    def _build_attention(self, rank: int) -> None:
        super()._build_attention(rank)
        if self._drop is not None:
            self._dropout_layer = self._drop

    # How weights are found by their names in the model.
    query_layer = property(lambda self: self._query_dense)
    key_layer = property(lambda self: self._key_dense)
    value_layer = property(lambda self: self._value_dense)
    attention_output_layer = property(lambda self: self._output_dense)


@builds(layers.MultiHeadAttention)
def multi_head_attention(record: layers.MultiHeadAttention, site: Site) -> list[keras.layers.Layer]:
    """Build attention of several heads."""
    drop = None
    if record.dropout:
        name = site.beside("dropout")
        drop = Dropout(record.dropout, site.name, site.random, None, record.seed, name)
    return [
        _MultiHeadAttention(
            drop,
            num_heads=record.num_heads,
            key_dim=record.key_dim,
            value_dim=record.value_size,
            dropout=record.dropout,
            use_bias=record.use_bias,
            kernel_initializer="zeros",
            **common(record, site),
        )
    ]
