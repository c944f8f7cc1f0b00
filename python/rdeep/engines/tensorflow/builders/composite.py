"""Layers that are graphs: Keras models inside a Keras layer, and weights as tensors."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from rdeep.engines.tensorflow.builders.base import BuildContext, common, native_form
from rdeep.engines.tensorflow.weights import variables
from rdeep.graph.composite import Borrowed, Composite, InnerGraph, Variable
from rdeep.graph.sharing import inner_name

Tensor = Any


class _Variable(keras.layers.Layer):
    """A weight that is asked for as a tensor; Keras wants an input, which is not looked at."""

    def __init__(self, record: Variable, context: BuildContext) -> None:
        super().__init__(**common(record, context))
        self.record = record

    def build(self, input_shape: Any) -> None:
        """Make the weight."""
        weight = self.record.weight
        trained = weight.trainable and not weight.buffer
        self.variable = self.add_weight(
            name=weight.name, shape=weight.shape, initializer="zeros", trainable=trained
        )

    def call(self, inputs: Tensor) -> Tensor:
        """Return the weight, or give it a value that comes second."""
        if isinstance(inputs, (list, tuple)) and len(inputs) == 2:
            self.variable.assign(tf.cast(inputs[1], self.variable.dtype))
            return inputs[1]
        found = tf.cast(self.variable.value, self.compute_dtype)
        # The variable itself would be what it is when it is used, not when it was read.
        return tf.identity(found) if self.record.weight.buffer else found

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the weight's shape."""
        return self.record.weight.shape


@native_form(Variable, Borrowed)
def variable(record: Variable, context: BuildContext) -> list[keras.layers.Layer]:
    """Build a weight."""
    return [_Variable(record, context)]


class CompositeLayer(keras.layers.Layer):
    """A Keras layer that runs a model, another one while training where that differs.

    Parameters
    ----------
    record : Composite
        The layer's record.
    context : BuildContext
        Where it stands.
    inner : InnerGraph
        Its graph.
    parts : Assembly
        The Keras layers of that graph.
    """

    def __init__(
        self, record: Composite, context: BuildContext, inner: InnerGraph, parts: Any
    ) -> None:
        super().__init__(**common(record, context))
        self.record = record
        self.sizes = [tensor.shape[0] for tensor in inner.graph.inputs]
        self.predicts = parts.part(inner.outputs(training=False))
        self.trains = parts.part(inner.outputs(training=True)) if inner.by_mode else self.predicts
        self._found = {}
        for layer in inner.graph.layers:
            if layer.declared:
                found = variables(layer, parts.holder(layer))
                names = [inner_name(layer, weight.name) for weight in layer.declared]
                self._found.update(dict(zip(names, found.values())))
        self.built = True

    def find_variable(self, name: str) -> Any:
        """Return a weight of the graph, by a name such as `dense/kernel`."""
        return self._found[name]

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the graph's outputs."""
        single = isinstance(inputs, (list, tuple)) and len(inputs) == 1
        given = inputs[0] if single else inputs
        model = self.trains if training else self.predicts
        found = model(given, training=training)
        return list(found) if isinstance(found, (list, tuple)) else found

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the outputs' shapes."""
        several = isinstance(input_shape[0], (list, tuple))
        given = input_shape if several else [input_shape]
        # Keras's inputs have no batch size, the graph may be of a declared one.
        shapes = [(size, *shape[1:]) for size, shape in zip(self.sizes, given)]
        found = self.record.output_shape(*shapes)
        if not self.record.gives_penalty():
            return found
        return [*(found if isinstance(found, list) else [found]), ()]


def composite(
    record: Composite, context: BuildContext, inner: InnerGraph, parts: Any
) -> list[keras.layers.Layer]:
    """Build a layer that consists of a graph.

    Parameters
    ----------
    record : Composite
        The layer.
    context : BuildContext
        Where it stands.
    inner : InnerGraph
        Its graph.
    parts : Assembly
        The Keras layers of that graph.
    """
    return [CompositeLayer(record, context, inner, parts)]
