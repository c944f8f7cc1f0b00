"""From a graph to Keras models: the body that is trained, and the whole that users see."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.layers import Activation as ActivationLayer
from rdeep.catalogue.layers import InputLayer
from rdeep.engines.tensorflow.builders import BuildContext, activation
from rdeep.engines.tensorflow.builders.composite import composite
from rdeep.engines.tensorflow.builders.floats import Floats
from rdeep.engines.tensorflow.builders.formula import build
from rdeep.engines.tensorflow.builders.mode import InMode, InUse, WithOptions
from rdeep.engines.tensorflow.penalties import Penalty, Summed
from rdeep.engines.tensorflow.sampling import RandomState
from rdeep.graph.composite import AddedLoss, Composite
from rdeep.graph.floats import computes_in_floats
from rdeep.graph.layer import GraphLayer
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Node, SymbolicTensor


@contextmanager
def masks_may_end() -> Iterator[None]:
    """Call layers without Keras's warning where a mask ends: the catalogue says where it does."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Layer .* was passed an input with a mask attached")
        yield


class Assembly:
    """The Keras layers of a graph, and the models made of them.

    Parameters
    ----------
    graph : Graph
        The graph.
    random : RandomState
        What the random layers draw from.
    heads : list of Activation or None
        For each output, the activation to take off its end.
    prefix : str
        What the layers' names begin with, for the random numbers of a graph within another.
    """

    def __init__(
        self,
        graph: Graph,
        random: RandomState,
        heads: list[Activation | None],
        prefix: str = "",
    ) -> None:
        self.graph, self.random, self.heads, self.prefix = graph, random, heads, prefix
        self._ending = {
            id(output.node.layer) for output, head in zip(graph.outputs, heads) if head is not None
        }
        self.built = {
            id(layer.record): self._build(layer)
            for layer in graph.layers
            if not isinstance(layer.record, InputLayer)
        }
        self._of_node: dict[int, list[Any]] = {}
        with masks_may_end():
            self._inputs, self._scores = self._connect()
        self._finals = [self._final(i, head) for i, head in enumerate(heads)]

    def holder(self, layer: GraphLayer) -> keras.layers.Layer:
        """Return the Keras layer that holds a layer's weights.

        Parameters
        ----------
        layer : GraphLayer
            The layer in the graph.
        """
        return self.built[id(layer.record)][-1]

    def part(self, outputs: Sequence[SymbolicTensor]) -> keras.Model:
        """Return the model up to some of the graph's outputs.

        Where the graph penalises outputs, the sum of the penalties comes last.

        Parameters
        ----------
        outputs : sequence of SymbolicTensor
            The outputs.
        """
        places = [next(i for i, t in enumerate(self.graph.outputs) if t is o) for o in outputs]
        found = [self._scores[place] for place in places]
        if self.graph.penalises_outputs():
            penalties = self._penalties(self.graph.leading_to(outputs))
            found.append(Summed(none=not penalties)(penalties or self._inputs[:1]))
        return _model(self._inputs, found)

    def _penalties(self, nodes: Sequence[Node]) -> list[Any]:
        return [penalty for node in nodes for penalty in self._of_node[id(node)]]

    def body(self) -> keras.Model:
        """Return the model up to the scores, without the heads; penalties on outputs follow."""
        return _model(self._inputs, self._scores + self._penalties(self.graph.nodes))

    def whole(self) -> keras.Model:
        """Return the model with the heads; layers are shared with the body."""
        # Keras's chains have no layers of several inputs, not even of one that stands for all.
        if self.graph.is_chain() and not any(x.record.merges for x in self.graph.layers):
            with masks_may_end():
                return keras.Sequential([self._inputs[0], *self._chain()])
        outputs = [
            score if final is None else final(score)
            for score, final in zip(self._scores, self._finals)
        ]
        return _model(self._inputs, outputs)

    def _chain(self) -> list[keras.layers.Layer]:
        layers: list[keras.layers.Layer] = []
        for layer in self.graph.layers:
            record = layer.record
            if isinstance(record, InputLayer):
                continue
            # An activation whose function was taken off does nothing: the head stands for it.
            if not (isinstance(record, ActivationLayer) and id(record) in self._ending):
                layers += self.built[id(record)]
        return layers if self._finals[0] is None else [*layers, self._finals[0]]

    def _build(self, layer: GraphLayer, use: int = 0) -> list[keras.layers.Layer]:
        record = layer.record
        name = self.prefix + (f"{layer.name}/{use}" if use else layer.name)
        if id(record) in self._ending:
            if isinstance(record, ActivationLayer):
                name, record = f"{name}/scores", record.replace(activation="linear")
            else:
                record = record.replace(activation=None)
        if isinstance(record, Composite):
            return self._composite(record, BuildContext(name, self.random), layer)
        context = BuildContext(name, self.random)
        found = build(record, context)
        # Of several inputs, Keras's layers cast those of 64 bits by themselves.
        floats = computes_in_floats(layer) and not record.merges
        return [Floats(name=context.beside("floats")), *found] if floats else found

    def _composite(
        self, record: Composite, context: BuildContext, layer: GraphLayer
    ) -> list[keras.layers.Layer]:
        inner = record.inner_for(layer.input_shapes)
        heads: list[Activation | None] = [None] * len(inner.graph.outputs)
        parts = Assembly(inner.graph, self.random, heads, f"{context.name}/")
        return composite(record, context, inner, parts)

    def _connect(self) -> tuple[list[Any], list[Any]]:
        """Apply the layers to Keras's symbolic tensors, node by node."""
        tensors: dict[int, Any] = {}
        for node in self.graph.nodes:
            if isinstance(node.layer, InputLayer):
                found: list[Any] = [self._input(node)]
            else:
                # Keras wants an input for a weight that is asked for as a tensor, too.
                nodes = node.inputs or self.graph.inputs[:1]
                inputs = [tensors[id(tensor)] for tensor in nodes]
                several = node.layer.merges or (node.layer.takes_states and len(inputs) > 1)
                y: Any = inputs if several else inputs[0]
                *before, last = self._layers(node)
                for layer in before:
                    y = layer(y)
                found = keras.tree.flatten(last(y))
            outputs = found[: len(node.outputs)]
            given = found[len(node.outputs) :]
            if isinstance(node.layer, AddedLoss):
                given = [tensors[id(node.inputs[1])]]
            self._of_node[id(node)] = given + self._penalties_on(node, outputs)
            tensors.update({id(t): value for t, value in zip(node.outputs, found)})
        return (
            [tensors[id(t)] for t in self.graph.inputs],
            [tensors[id(t)] for t in self.graph.outputs],
        )

    def _penalties_on(self, node: Node, found: list[Any]) -> list[Any]:
        rule = node.layer.penalty_on_output()
        if rule is None:
            return []
        layer = self.graph.layer_of[id(node.layer)]
        name = BuildContext(layer.name, self.random).beside(f"penalty_{layer.nodes.index(node)}")
        penalty = Penalty(rule, name=name)
        return [penalty(tensor) for tensor in found]

    def _layers(self, node: Node) -> list[keras.layers.Layer]:
        layer = self.graph.layer_of[id(node.layer)]
        use = next(i for i, other in enumerate(layer.nodes) if other is node)
        # Each use of a shared layer that draws numbers draws its own.
        apart = use and node.layer.random and not layer.declared
        found = self._build(layer, use) if apart else self.built[id(node.layer)]
        if use and node.layer.random and not apart:
            found = [InUse(each, use, self.random) for each in found]
        if node.call:
            found = [WithOptions(each, node.call) for each in found]
        if node.training is None:
            return found
        return [InMode(each, node.training) for each in found]

    def _input(self, node: Node) -> Any:
        name = self.graph.layer_of[id(node.layer)].name
        record = node.layer
        assert isinstance(record, InputLayer)
        shape = tuple(record.shape)
        context = BuildContext(self.prefix + name, self.random)
        place = next(i for i, t in enumerate(self.graph.inputs) if t is node.outputs[0])
        dtype = self.graph.input_dtypes[place]
        return keras.Input(shape, dtype=dtype, name=context.keras_name)

    def _final(self, index: int, head: Activation | None) -> keras.layers.Layer | None:
        if head is None:
            return None
        layer = self.graph.layer_of[id(self.graph.outputs[index].node.layer)]
        context = BuildContext(layer.name, self.random)
        own = isinstance(layer.record, ActivationLayer)
        name = context.keras_name if own else context.beside(head.key)
        return keras.layers.Activation(activation(head), name=name)


def _model(inputs: list[Any], outputs: list[Any]) -> keras.Model:
    """Return a Keras model; one input or output stands for itself, not for a list of one."""
    _name_operations(outputs)
    return keras.Model(
        inputs=inputs if len(inputs) > 1 else inputs[0],
        outputs=outputs if len(outputs) > 1 else outputs[0],
    )


def _name_operations(outputs: list[Any]) -> None:
    """Give Keras's operations on masks names of their own: a layer may be called as they are."""
    waiting, seen = list(outputs), set()
    while waiting:
        history = waiting.pop()._keras_history
        operation = history.operation
        node = operation._inbound_nodes[history.node_index]
        if id(node) in seen:
            continue
        seen.add(id(node))
        waiting += node.input_tensors
        if not isinstance(operation, keras.layers.Layer) and "__mask" not in operation.name:
            operation.name = f"{operation.name}__mask"
