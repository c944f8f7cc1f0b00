"""Attention of several heads: Keras's layers, called on a list of tensors."""

from __future__ import annotations

from typing import Any

import keras

from rdeep.catalogue import layers
from rdeep.catalogue.layers.call_options import option_of
from rdeep.engines.tensorflow.builders.base import BuildContext, keras_options, native_form
from rdeep.engines.tensorflow.builders.by_formula import ByFormula, as_keras_gives

Tensor = Any
_IN_CALLS = ("use_causal_mask", "use_attention_mask", "return_attention_scores")


class _Attention(ByFormula):
    """Keras's layer of queries, values and keys."""

    record: layers.MultiHeadAttention | layers.GroupQueryAttention

    def __call__(self, query: Any, *others: Any, **options: Any) -> Any:
        """Return what the queries attend to; a list holds all that rdeep's layer is called on."""
        if isinstance(query, (list, tuple)):
            record = self.record
            if option_of(record, "use_attention_mask"):
                options["attention_mask"] = query[-1]
            options |= {name: True for name in _IN_CALLS[::2] if option_of(record, name)}
            query, value, key = record.sequences(tuple(query))
            # A key that is the value itself is not given: its mask must not be asked for twice.
            others = (value,) if key is value else (value, key)
        return super().__call__(query, *others, **options)

    def call(
        self,
        query: Tensor,
        value: Tensor,
        key: Tensor = None,
        query_mask: Tensor = None,
        value_mask: Tensor = None,
        key_mask: Tensor = None,
        attention_mask: Tensor = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """Return what the queries attend to, and the scores if asked."""
        record = self.record.replace(
            use_attention_mask=attention_mask is not None,
            return_attention_scores=return_attention_scores,
            use_causal_mask=use_causal_mask,
        )
        given = [(query, query_mask), (value, value_mask), (key, key_mask), (attention_mask, None)]
        inputs, masks = zip(*((x, mask) for x, mask in given if x is not None))
        run = self.run(record, inputs, list(masks), training)
        return as_keras_gives(record.compute(list(inputs), run))

    def build_on(self, shapes: Any) -> None:
        """Make the weights for what the layer is called on: a tensor, or a list of them."""
        several = isinstance(shapes[0], (list, tuple))
        self.build(*self.record.sequences(tuple(shapes) if several else (shapes,)))

    def find_variable(self, name: str) -> Any:
        """Return a weight by its name in the layer."""
        part, own = name.split("/")
        projection = getattr(self, f"_{part.removeprefix('attention_')}_dense")
        return next(v for v in projection.weights if v.name == own)

    def compute_output_spec(self, query: Any, value: Any, key: Any = None, **options: Any) -> Any:
        """Return the outputs' shapes; Keras takes the queries for the values in the scores'."""
        record = self.record.replace(
            use_attention_mask=False,
            return_attention_scores=bool(options.get("return_attention_scores")),
        )
        shapes = [tuple(x.shape) for x in (query, value, value if key is None else key)]
        found = as_keras_gives(record.output_shape(*shapes))
        several = found if record.return_attention_scores else (found,)
        specs = tuple(keras.KerasTensor(shape, dtype=self.compute_dtype) for shape in several)
        return specs if record.return_attention_scores else specs[0]


class _MultiHeadAttention(_Attention, keras.layers.MultiHeadAttention):
    pass


class _GroupQueryAttention(_Attention, keras.layers.GroupQueryAttention):
    pass


@native_form(layers.MultiHeadAttention)
def multi_head_attention(record: Any, context: BuildContext) -> list[keras.layers.Layer]:
    """Build attention of several heads."""
    return [_MultiHeadAttention(record, context, **_options(record))]


@native_form(layers.GroupQueryAttention)
def group_query_attention(record: Any, context: BuildContext) -> list[keras.layers.Layer]:
    """Build attention whose heads share keys and values."""
    return [_GroupQueryAttention(record, context, **_options(record))]


def _options(record: Any) -> dict[str, Any]:
    """Return the options of Keras's layer; those that it has had for a short time, if need be."""
    found = keras_options(record, *_IN_CALLS)
    return {k: v for k, v in found.items() if v or k not in ("use_gate", "sliding_window")}
