"""A layer in a graph: its record, its name there, and where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rdeep.catalogue.dispatch import NOT_CONVERTED
from rdeep.catalogue.layers.base import Dims, Layer, Weight
from rdeep.catalogue.layers.call_options import called_with
from rdeep.catalogue.layers.core import InputLayer
from rdeep.graph.flat import flatten, raise_again, upstream
from rdeep.graph.tensor import Node, SymbolicTensor


@dataclass(eq=False)
class GraphLayer:
    """A layer in a graph: its record, its name there, its weights and where it is used."""

    record: Layer
    name: str
    input_shapes: tuple[Dims, ...]
    nodes: list[Node] = field(default_factory=list)
    twins: Mapping[str, str] = field(default_factory=dict)

    autograph_info__: ClassVar[Any] = NOT_CONVERTED

    if not TYPE_CHECKING:

        @property
        def __class__(self) -> type:
            """The layer's class: `isinstance(model.layers[0], Dense)` asks what the layer is."""
            return type(self.record) if "record" in self.__dict__ else GraphLayer

    def __eq__(self, other: object) -> bool:
        """Return whether it is the same layer, in this graph or by itself."""
        return self.record is (other.record if type(other) is GraphLayer else other)

    def __hash__(self) -> int:
        return hash(self.record)

    @property
    def first_options(self) -> Mapping[str, Any]:
        """The options of the first use, which `input_shapes` are of."""
        return self.nodes[0].call if self.nodes else {}

    @property
    def declared(self) -> list[Weight]:
        """What weights the layer has, with their names in the layer."""
        if isinstance(self.record, InputLayer):
            return []
        with called_with(self.first_options):
            declared: list[Weight] = self.record.weights(*self.input_shapes)
        return declared

    @property
    def weight_names(self) -> list[str]:
        """The weights' names in the model, such as `dense/kernel`."""
        names = [f"{self.name}/{weight.name}" for weight in self.declared]
        # Of a layer that stands in the graph in several ways, the names that its weights go by.
        return [self.twins.get(name, name) for name in names]

    @property
    def output_shape(self) -> Dims | list[Dims]:
        """The shape of the layer's output where it is used first."""
        shapes = [tensor.shape for tensor in self.nodes[0].outputs]
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def input(self) -> SymbolicTensor | list[SymbolicTensor]:
        """The symbolic tensor that goes in where the layer is used first, or a list of them."""
        tensors = list(self.nodes[0].inputs or self.nodes[0].outputs)
        return tensors[0] if len(tensors) == 1 else tensors

    @property
    def output(self) -> SymbolicTensor | list[SymbolicTensor]:
        """The symbolic tensor that comes out where the layer is used first, or a list of them."""
        tensors = list(self.nodes[0].outputs)
        return tensors[0] if len(tensors) == 1 else tensors

    @property
    def trainable(self) -> bool:
        """Whether training changes the layer's weights; takes effect at the next `compile`."""
        return self.record.trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self.record.trainable = value

    @property
    def weights(self) -> list[Any]:
        """The layer's weights, as variables."""
        return self.record.variables

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # The layer's options, and its weights by name.
            if name.startswith("_") or "record" not in self.__dict__:
                raise AttributeError(name)
            return getattr(self.record, name)

    def __call__(self, inputs: object) -> Any:
        """Use the layer once more: both uses share its weights."""
        return self.record(inputs)

    def count_params(self) -> int:
        """Return the number of values in the layer's weights."""
        shapes = {n: weight.shape for n, weight in zip(self.weight_names, self.declared)}
        return sum(int(np.prod(shape)) for shape in shapes.values())

    def get_config(self) -> dict:
        """Return the layer's options as plain data."""
        config = self.record.get_config()
        named = "name" in config and config["name"] is None
        return {**config, "name": self.name} if named else config

    def __repr__(self) -> str:
        return f"<{self.record.shown_kind} {self.name!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickle makes the layer from again."""
        nodes = upstream(self.nodes)
        uses, ends = flatten(nodes, [node.outputs for node in self.nodes])
        return _layer_again, (self.record, self.name, self.input_shapes, uses, ends)


def _layer_again(record: Layer, name: str, input_shapes: Any, uses: Any, ends: Any) -> GraphLayer:
    nodes = [tensors[0].node for tensors in raise_again(uses, ends)[1]]
    return GraphLayer(record, name, input_shapes, nodes)
