"""Layers that are made of a graph of their own: a model used as a layer, a layer of your own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.base import Dims, Layer, Weight
from rdeep.catalogue.layers.core import InputLayer
from rdeep.catalogue.layers.run import Run
from rdeep.errors import (
    ArgumentError,
    ShapeError,
    StateError,
    Wording,
    format_shape,
    setting,
    worded,
)
from rdeep.graph.assignments import collected
from rdeep.graph.network import Graph
from rdeep.graph.sharing import Source, held_elsewhere, inner_name
from rdeep.graph.tensor import Node, SymbolicTensor, constant


class Variable(Layer):
    """A weight that stands in a graph as a tensor: it needs no input."""

    internal = True
    merges = True
    is_weight = True
    weight: Weight
    dtype: str
    node: Node

    def __init__(self, weight: Weight, dtype: str = "float32", name: str | None = None) -> None:
        super().__init__(name=name or weight.name)
        self.__dict__["weight"], self.__dict__["dtype"] = weight, dtype

    def before_apply(self, inputs: Sequence[SymbolicTensor]) -> None:
        """Know that something is assigned to the weight: no optimizer changes it then."""
        if inputs:
            self.__dict__["weight"] = replace(self.weight, buffer=True)

    def check_inputs(self, *shapes: Dims) -> None:
        """Take no input, or the weight and its next value."""

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the weight's shape."""
        return self.weight.shape

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the weight."""
        return [self.weight]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the weight as it is now."""
        return run.weights[self.weight.name]

    def may_take(self, inputs: Sequence[SymbolicTensor]) -> bool:
        """Return whether inputs are the weight and a value to assign to it.

        Parameters
        ----------
        inputs : sequence of SymbolicTensor
            The inputs.
        """
        own = len(inputs) == 2 and inputs[0].node.layer is self and not self.weight.trainable
        return own and inputs[1].shape == self.weight.shape

    def tensor(self) -> SymbolicTensor:
        """Return the weight as a symbolic tensor, always of the same node."""
        if "node" not in self.__dict__:
            self.__dict__["node"] = Node(self, ())
        return self.node.outputs[0]

    @property
    def updates(self) -> bool:  # type: ignore[override]
        """Whether something is assigned to the weight."""
        return self.weight.buffer

    def assign(self, value: Any) -> SymbolicTensor:
        """Return the weight after it is given a value, as `SymbolicTensor.assign` says.

        Parameters
        ----------
        value : SymbolicTensor, array or number
            The value.
        """
        found, name = collected(), self.weight.name
        if found is None:
            raise StateError(
                f"assign() of the weight {name!r} is for call() of a layer.",
                hint="set_weights() of the layer or the model changes weights elsewhere.",
            )
        if self.weight.trainable:
            raise ArgumentError(
                f"The weight {name!r} is trained: nothing is assigned to it in call().",
                argument="trainable",
                hint=f"Make it by add_weight() with {setting('trainable', False)}.",
            )
        if not is_symbolic(value):
            value = constant(np.broadcast_to(np.asarray(value, "float32"), self.weight.shape))
        if tuple(value.shape) != self.weight.shape:
            raise ShapeError(
                f"The weight {name!r} has the shape {format_shape(self.weight.shape)}: a value of "
                f"shape {format_shape(value.shape)} cannot be assigned to it.",
                received=value.shape,
                expected=format_shape(self.weight.shape),
            )
        value = value if value.dtype == "float32" else value * np.float32(1)
        found[id(self)] = Node(self, [self.tensor(), value]).outputs[0]
        return found[id(self)]


class Borrowed(Variable):
    """A weight of another layer that stands in a graph as a tensor.

    Parameters
    ----------
    layer : Layer
        The layer.
    weight : Weight
        The weight, as the layer declares it.
    """

    def __init__(self, layer: Layer, weight: Weight) -> None:
        super().__init__(weight)
        held = held_elsewhere(layer).get(weight.name, Source(layer, weight.name, read=True))
        self.__dict__.update(name=None, _elsewhere={weight.name: held})
        self.__dict__["key"] = f"{layer.name or layer.named_after()}_{weight.name}"

    @property
    def trainable(self) -> bool:  # type: ignore[override]
        """Whether training changes the weight, which is for its layer to say."""
        source = held_elsewhere(self)[self.weight.name]
        return bool(source.record.trainable)

    def named_after(self) -> str:
        """Return what it is called in a graph: by the layer and the weight."""
        return str(self.__dict__["key"])


class Updated(Layer):
    """Passes its first input on, once weights have taken the values that follow."""

    internal = True
    passes_on = True
    merges = True
    mask = "first"

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the first input."""
        return inputs[0]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the first input's shape."""
        return shapes[0]


class AddedLoss(Layer):
    """Passes its first input on; the second, one number, is added to the loss."""

    internal = True
    passes_on = True
    merges = True
    mask = "first"

    def penalises(self) -> bool:
        """Return that there is something to add."""
        return True

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the first input."""
        return inputs[0]


class InnerGraph:
    """The graph that a composite layer consists of.

    Parameters
    ----------
    graph : Graph
        The graph. Where training differs, its outputs are those of prediction, then those of
        training.
    by_mode : bool
        Whether training differs.
    """

    def __init__(self, graph: Graph, by_mode: bool = False) -> None:
        self.graph, self.by_mode = graph, by_mode
        self.count = len(graph.outputs) // (2 if by_mode else 1)

    def outputs(self, training: bool) -> tuple[SymbolicTensor, ...]:
        """Return the outputs of prediction or of training."""
        start = self.count if training and self.by_mode else 0
        return self.graph.outputs[start : start + self.count]

    def weights(self) -> list[Weight]:
        """Return all weights, those of no layer first, with names such as `dense/kernel`."""
        layers = sorted(self.graph.layers, key=lambda each: not isinstance(each.record, Variable))
        return [
            replace(
                weight,
                name=inner_name(layer, weight.name),
                trainable=weight.trainable and layer.trainable,
            )
            for layer in layers
            for weight in layer.declared
        ]


class Composite(Layer):
    """A layer that consists of a graph.

    Parameters
    ----------
    inner : InnerGraph
        The graph.
    several : bool
        Whether it gives a list.
    title : str
        What it is called in a summary, and named after.
    name, trainable
        As for any layer.
    """

    internal = True
    merges = True
    lone = True
    mask = "stop"
    inner_graph: Any
    several: bool
    title: str

    def __init__(
        self,
        inner: InnerGraph,
        several: bool = False,
        title: str = "composite",
        name: str | None = None,
        trainable: bool = True,
    ) -> None:
        super().__init__(name=name, trainable=trainable)
        self.__dict__.update(inner_graph=inner, several=several, title=title, key=title)

    @property
    def random(self) -> bool:  # type: ignore[override]
        """Whether a layer inside draws random numbers."""
        return any(layer.record.random for layer in self.inner_graph.graph.layers)

    @property
    def updates(self) -> bool:  # type: ignore[override]
        """Whether something is assigned to a weight inside."""
        return any(layer.record.updates for inner in self.inners() for layer in inner.graph.layers)

    @property
    def shown_kind(self) -> str:
        """What it was called where it was made: a class of layers, or a model."""
        return "".join(word.capitalize() for word in self.named_after().split("_"))

    def wording(self) -> Wording:
        """Say what the layer is: no call makes it again."""
        named = f"<{self.shown_kind} {self.name!r}>" if self.name else f"<{self.shown_kind}>"
        return worded(named)

    def inner_for(self, shapes: Sequence[Dims]) -> InnerGraph:
        """Return the graph for inputs of some shapes."""
        return self.inner_graph

    def inners(self) -> list[InnerGraph]:
        """Return the graphs that there are, one for each kind of input."""
        return [self.inner_graph]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse inputs that the graph was not made for."""
        wanted = [tensor.shape for tensor in self.inner_graph.graph.inputs]
        title = self.name or self.named_after()
        if len(shapes) != len(wanted):
            raise ShapeError(
                f"Layer {title!r} takes {len(wanted)} inputs, not {len(shapes)}.",
                layer=title,
                received=len(shapes),
            )
        for shape, want in zip(shapes, wanted):
            fits = len(shape) == len(want) and all(
                b is None or a is None or a == b for a, b in zip(shape, want)
            )
            if not fits:
                raise ShapeError(
                    f"Layer {title!r} wants an input of shape {format_shape(want)}, "
                    f"not {format_shape(shape)}.",
                    layer=title,
                    received=shape,
                    expected=format_shape(want),
                )

    def carries_mask(
        self, masked: Sequence[bool], shapes: Sequence[Dims], count: int
    ) -> list[bool]:
        """Return which outputs carry a mask: the inputs' masks go on inside the graph."""
        inner = self.inner_for(shapes)
        found = inner.graph.masked_tensors(masked)
        return [id(tensor) in found for tensor in inner.outputs(training=False)]

    def takes_ids(self) -> bool:
        """Return whether all inputs of the graph are ids."""
        return all(dtype == "int64" for dtype in self.inner_graph.graph.input_dtypes)

    def penalises(self) -> bool:
        """Return whether a layer inside adds something to the loss."""
        return self.inner_graph.graph.penalises_outputs()

    def gives_penalty(self) -> bool:
        """Return whether it does: the sum of it follows the outputs."""
        return self.penalises()

    def output_shape(self, *shapes: Dims) -> Dims | list[Dims]:
        """Return the shapes of the graph's outputs for such inputs."""
        inner = self.inner_for(shapes)
        if list(shapes) != [tensor.shape for tensor in inner.graph.inputs]:
            found = replayed(inner, shapes)
        else:
            found = [tensor.shape for tensor in inner.outputs(training=False)]
        return found if self.several else found[0]

    def output_dtypes(self, dtype: str, count: int) -> list[str]:
        """Return the types of the graph's outputs."""
        return [tensor.dtype for tensor in self.inner_graph.outputs(training=False)]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return all weights of the graph."""
        return self.inner_for(shapes).weights()

    def parts(self, shapes: tuple[Dims, ...]) -> list[tuple[Layer, dict[str, str]]]:
        """Return the layers inside that hold the weights."""
        graph = self.inner_for(shapes).graph
        return [
            # A weight that is a layer of its own goes by the layer's name alone.
            (record, dict.fromkeys(names, layer.name))
            if (layer := graph.layer_of.get(id(record))) and isinstance(record, Variable)
            else (record, names)
            for record, names in graph.holdings().values()
        ]

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "trainable":
            for layer in self.inner_graph.graph.layers:
                layer.trainable = value


def replayed(inner: InnerGraph, shapes: Sequence[Dims]) -> list[Dims]:
    """Return the outputs' shapes of a graph for inputs of other shapes.

    Parameters
    ----------
    inner : InnerGraph
        The graph.
    shapes : sequence of tuple
        The inputs' shapes.
    """
    found: dict[int, SymbolicTensor] = {}
    for tensor, shape in zip(inner.graph.inputs, shapes):
        entry = Node(InputLayer(shape=shape[1:], dtype=tensor.dtype), ())
        found[id(tensor)] = entry.outputs[0]
    for node in inner.graph.nodes:
        if not isinstance(node.layer, InputLayer):
            again = Node(node.layer, [found[id(t)] for t in node.inputs], node.training, node.call)
            found.update({id(old): new for old, new in zip(node.outputs, again.outputs)})
    return [found[id(tensor)].shape for tensor in inner.outputs(training=False)]
