"""A network on TensorFlow, and the backend that builds it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from rdeep.backends.objective import heads
from rdeep.backends.tensorflow import ops
from rdeep.backends.tensorflow.assembly import Assembly, masks_may_end
from rdeep.backends.tensorflow.random import RandomState
from rdeep.backends.tensorflow.weights import variables
from rdeep.graph.network import Graph

Tensor = Any

# Rows are predicted together up to this many, and up to this many bytes in the widest layer.
_CHUNK_ROWS = 8192
_CHUNK_BYTES = 1 << 26
# What an open size is taken for where memory is estimated.
_OPEN_SIZE = 256


class TensorFlowNetwork:
    """A network on TensorFlow and its weights.

    Parameters
    ----------
    graph : Graph
        The graph.
    weights : mapping of str to numpy.ndarray
        The weights, in Keras's layout.
    device : str
        The device's name.
    """

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], device: str) -> None:
        self.graph, self.device = graph, device
        self.heads = heads(graph)
        with self.scope():
            self.random = RandomState()
            assembly = Assembly(graph, self.random, self.heads)
            self.body, self.native = assembly.body(), assembly.whole()
        self.variables: dict[str, Any] = {}
        for layer in graph.layers:
            if layer.weights:
                self.variables.update(variables(layer, assembly.holder(layer)))
        self.trainable = graph.trainable_names()
        self._predict: Any = None
        self.set_weights(weights)

    def scope(self) -> Any:
        """Return a context in which TensorFlow works on the network's device."""
        return tf.device(f"/{self.device.upper()}" + ("" if ":" in self.device else ":0"))

    def get_weights(self) -> dict[str, np.ndarray]:
        """Return copies of all weights."""
        return {name: np.array(variable.numpy()) for name, variable in self.variables.items()}

    def set_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Change the weights that are given.

        Parameters
        ----------
        weights : mapping of str to numpy.ndarray
            The new values by name.
        """
        for name, value in weights.items():
            self.variables[name].assign(np.asarray(value, dtype=np.float32))

    def forward(self, inputs: list[Tensor], training: bool) -> tuple[list[Tensor], list[Tensor]]:
        """Return the scores of all outputs, and their masks (`None` without one).

        Parameters
        ----------
        inputs : list of Tensor
            A tensor for each input.
        training : bool
            Whether layers act as they do in training.
        """
        # A model of one input or one output takes and gives the tensor itself.
        given = inputs if len(inputs) > 1 else inputs[0]
        with masks_may_end():
            scores = keras.tree.flatten(self.body(given, training=training))
        masks = [
            getattr(score, "_keras_mask", None) if output.masked else None
            for score, output in zip(scores, self.graph.outputs)
        ]
        return scores, masks

    def penalty(self) -> Tensor | None:
        """Return the sum of the regularizers' penalties; `None` where there is none."""
        total = None
        for name, regularizer in self.graph.penalised().items():
            term = regularizer.penalty(self.variables[name].value, ops)
            total = term if total is None else total + term
        return total

    def input_specs(self) -> list[tf.TensorSpec]:
        """Return the inputs' shapes and types for compiled functions, open in the rows."""
        return [tf.TensorSpec(list(x.shape), x.dtype) for x in self.graph.inputs]

    def predict(self, inputs: list[np.ndarray], batch_size: int) -> list[np.ndarray]:
        """Return the outputs for all rows.

        Parameters
        ----------
        inputs : list of numpy.ndarray
            An array for each input.
        batch_size : int
            How many rows may be in memory together at the least; more are taken where they fit.
        """
        if self._predict is None:
            self._predict = tf.function(self._outputs, input_signature=self.input_specs())
        rows, chunk = len(inputs[0]), max(batch_size, self._chunk())
        parts = []
        with self.scope():
            for start in range(0, max(rows, 1), chunk):
                batch = [tf.convert_to_tensor(x[start : start + chunk]) for x in inputs]
                parts.append([y.numpy() for y in self._predict(*batch)])
        return parts[0] if len(parts) == 1 else [np.concatenate(ys) for ys in zip(*parts)]

    def _outputs(self, *inputs: Tensor) -> list[Tensor]:
        scores, _ = self.forward(list(inputs), training=False)
        return [s if head is None else head.compute(s, ops) for s, head in zip(scores, self.heads)]

    def _chunk(self) -> int:
        """Return how many rows to predict together, for the widest tensor to stay small."""
        widest = max(
            math.prod(_OPEN_SIZE if size is None else size for size in tensor.shape[1:])
            for node in self.graph.nodes
            for tensor in node.outputs
        )
        return max(1, min(_CHUNK_ROWS, _CHUNK_BYTES // (4 * max(widest, 1))))
