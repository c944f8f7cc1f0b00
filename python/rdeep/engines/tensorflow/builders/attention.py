"""Attention: Keras's layers with our dropout, called on a list of tensors."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.catalogue import layers
from rdeep.catalogue.layers.attention import HeadAttention
from rdeep.engines.tensorflow.builders.base import BuildContext, common, native_form
from rdeep.engines.tensorflow.sampling import Dropout
from rdeep.errors import BackendError


class _Listed:
    """Makes a Keras layer take one tensor, or a list of several and a mask."""

    record: HeadAttention
    _drop: Dropout | None

    def __call__(self, inputs: Any, *others: Any, **options: Any) -> Any:
        """Return what the queries see."""
        if others:
            # Keras repeats the call that was made below.
            return self._unmasking(inputs, *others, **options)
        tensors = tuple(inputs) if isinstance(inputs, (list, tuple)) else (inputs,)
        sequences = self.record.sequences(tensors)
        # A key that is the value itself is not given: its mask must not be asked for twice.
        given = sequences[:2] if sequences[2] is sequences[1] else sequences
        if self.record.use_attention_mask:
            options["attention_mask"] = tensors[-1]
        if self.record.use_causal_mask:  # type: ignore[attr-defined]
            options["use_causal_mask"] = True
        if self.record.return_attention_scores:
            options["return_attention_scores"] = True
        return self._unmasking(*given, **options)

    def _unmasking(self, *sequences: Any, **options: Any) -> Any:
        """Call Keras's layer, which takes the masks off its inputs, and put them on again."""
        masks = [getattr(x, "_keras_mask", None) for x in sequences]
        found = super().__call__(*sequences, **options)  # type: ignore[misc]
        for x, mask in zip(sequences, masks):
            if mask is not None:
                x._keras_mask = mask
        return found

    # By these names, by which Keras finds out which shapes to give.
    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        """Make the weights, and put our dropout in the place of Keras's."""
        super().build(query_shape, value_shape, key_shape)  # type: ignore[misc]
        if self._drop is not None:
            self._dropout_layer = self._drop

    def build_on(self, shapes: Any) -> None:
        """Make the weights for what the layer is called on: a tensor, or a list of them."""
        several = isinstance(shapes[0], (list, tuple))
        self.build(*self.record.sequences(tuple(shapes) if several else (shapes,)))

    def compute_output_spec(self, query: Any, value: Any, key: Any = None, **options: Any) -> Any:
        """Return the outputs' shapes; Keras takes the queries for the values in the scores'."""
        shapes = [tuple(x.shape) for x in (query, value, value if key is None else key)]
        mask = [()] if self.record.use_attention_mask else []
        found = self.record.output_shape(*shapes, *mask)
        dtype = self.compute_dtype  # type: ignore[attr-defined]
        if isinstance(found, list):
            return tuple(keras.KerasTensor(shape, dtype=dtype) for shape in found)
        return keras.KerasTensor(found, dtype=dtype)

    # How weights are found by their names in the model.
    query_layer = property(lambda self: self._query_dense)
    key_layer = property(lambda self: self._key_dense)
    value_layer = property(lambda self: self._value_dense)
    attention_output_layer = property(lambda self: self._output_dense)


class _MultiHeadAttention(_Listed, keras.layers.MultiHeadAttention):
    def __init__(self, record: HeadAttention, drop: Dropout | None, **options: Any) -> None:
        super().__init__(**options)
        self.record, self._drop = record, drop


class _GroupQueryAttention(_Listed, keras.layers.GroupQueryAttention):
    def __init__(self, record: HeadAttention, drop: Dropout | None, **options: Any) -> None:
        super().__init__(**options)
        self.record, self._drop = record, drop


def _options(record: Any, site: BuildContext) -> dict[str, Any]:
    """Return the options that both layers have."""
    if record.flash_attention:
        raise BackendError(
            f"Layer {site.name!r} asks for 'flash_attention', a kernel that TensorFlow has not.",
            layer=site.name,
            hint="Leave it out: the results are the same.",
        )
    drop = None
    if record.dropout:
        name = site.beside("dropout")
        drop = Dropout(record.dropout, site.name, site.random, None, record.seed, name)
    return {
        "record": record,
        "drop": drop,
        "dropout": record.dropout,
        "use_bias": record.use_bias,
        "kernel_initializer": "zeros",
        **common(record, site),
    }


@native_form(layers.MultiHeadAttention)
def multi_head_attention(
    record: layers.MultiHeadAttention, site: BuildContext
) -> list[keras.layers.Layer]:
    """Build attention of several heads."""
    axes = record.attention_axes
    return [
        _MultiHeadAttention(
            num_heads=record.num_heads,
            key_dim=record.key_dim,
            value_dim=record.value_size,
            output_shape=record.sizes,
            attention_axes=axes if axes is None or isinstance(axes, int) else tuple(axes),
            **_options(record, site),
        )
    ]


@native_form(layers.GroupQueryAttention)
def group_query_attention(
    record: layers.GroupQueryAttention, site: BuildContext
) -> list[keras.layers.Layer]:
    """Build attention whose heads share keys and values."""
    return [
        _GroupQueryAttention(
            head_dim=record.head_dim,
            num_query_heads=record.num_query_heads,
            num_key_value_heads=record.num_key_value_heads,
            **_options(record, site),
        )
    ]
