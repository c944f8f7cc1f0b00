"""The part of a graph that is computed before data enters the network: text, which engines lack.

Layers that look at text run in NumPy when data is prepared; the network begins behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.core import InputLayer
from rdeep.catalogue.layers.preprocessing import Rescaling
from rdeep.catalogue.layers.preprocessing_base import Preprocessing
from rdeep.errors import ArgumentError
from rdeep.graph.tensor import Input, Node, SymbolicTensor

if TYPE_CHECKING:
    from rdeep.graph.network import Graph


class HostPart:
    """What is computed before the network.

    Parameters
    ----------
    graph : Graph
        The whole graph.
    nodes : list of Node
        The uses of layers that are computed before, in an order in which that can be done.

    Attributes
    ----------
    leaving : list of SymbolicTensor
        The tensors that the network takes, in the order of its inputs.
    entering : list of SymbolicTensor
        The same as the network's own inputs.
    """

    def __init__(self, graph: Graph, nodes: list[Node]) -> None:
        self.graph, self.nodes = graph, nodes
        inside = {id(node) for node in nodes}
        made = {id(tensor) for node in nodes for tensor in node.outputs}
        outside = [
            node
            for node in graph.nodes
            if id(node) not in inside and not isinstance(node.layer, InputLayer)
        ]
        self._outside = outside
        read = {id(tensor) for node in outside for tensor in node.inputs}
        read |= {id(tensor) for tensor in graph.outputs}
        before = {id(tensor) for node in nodes for tensor in node.inputs}
        # An input that nothing reads stays one of the network.
        kept = [t for t in graph.inputs if id(t) in read or id(t) not in before]
        results = [t for node in nodes for t in node.outputs if id(t) in read]
        self.leaving = [*kept, *results]
        self.entering = [self._entry(tensor, id(tensor) in made) for tensor in self.leaving]

    def _entry(self, tensor: SymbolicTensor, is_result: bool) -> SymbolicTensor:
        """Return the network's input for a tensor."""
        if not is_result:
            return tensor
        if tensor.dtype == "string":
            raise ArgumentError(
                f"Layer {self.graph.name_of(tensor)!r} returns text, which a network can neither "
                "take nor give.",
                argument="outputs",
                layer=self.graph.name_of(tensor),
                hint="Turn predictions into text afterwards, by calling the layer on them.",
            )
        layer = self.graph.layer_of[id(tensor.node.layer)]
        use = layer.nodes.index(tensor.node)
        name = f"{layer.name}_{use}" if use else layer.name
        return Input(tensor.shape[1:], tensor.dtype, name, batch_size=self.graph.batch_size)

    def network_tensors(self) -> tuple[list[SymbolicTensor], list[SymbolicTensor]]:
        """Return the inputs and outputs of the network: the rest of the graph, entered anew."""
        now = {id(tensor): entry for tensor, entry in zip(self.leaving, self.entering)}
        for node in self._outside:
            again = Node(node.layer, [now[id(t)] for t in node.inputs], node.training, node.call)
            now.update({id(old): new for old, new in zip(node.outputs, again.outputs)})
        outputs = []
        for tensor in self.graph.outputs:
            found = now[id(tensor)]
            if isinstance(found.node.layer, InputLayer):
                # An engine's network computes something, if only the same numbers.
                found = Rescaling(1.0, name=f"{self.graph.name_of(tensor)}_output")(found)
            outputs.append(found)
        return self.entering, outputs

    def run(self, arrays: Iterable[Any]) -> list[Any]:
        """Return the network's inputs for the whole graph's.

        Parameters
        ----------
        arrays : iterable of array
            An array for each input of the whole graph, of text for those that take text.
        """
        values = {id(tensor): array for tensor, array in zip(self.graph.inputs, arrays)}
        for node in self.nodes:
            layer: Any = node.layer
            inputs = [_dense(values[id(tensor)]) for tensor in node.inputs]
            result = layer.transform(inputs if layer.merges else inputs[0])
            values[id(node.outputs[0])] = result
        dtypes = self.graph.network.input_dtypes
        return [_typed(values[id(t)], dtype) for t, dtype in zip(self.leaving, dtypes)]


def host_nodes(graph: Graph) -> list[Node]:
    """Return the uses of layers that must be computed before the network.

    Parameters
    ----------
    graph : Graph
        The graph.

    Raises
    ------
    ArgumentError
        If one of them comes after a layer that only a network can compute.
    """
    wanted: dict[int, Node] = {}
    for node in reversed(graph.nodes):
        if isinstance(node.layer, InputLayer):
            continue
        if id(node) in wanted or node.layer.needs_host(*(t.dtype for t in node.inputs)):
            _check(graph, node, wanted)
            wanted[id(node)] = node
            before = [t.node for t in node.inputs if not isinstance(t.node.layer, InputLayer)]
            wanted.update({id(each): each for each in before})
    return [node for node in graph.nodes if id(node) in wanted]


def _check(graph: Graph, node: Node, wanted: Mapping[int, Node]) -> None:
    shapes: list[Dims] = [tensor.shape for tensor in node.inputs]
    if isinstance(node.layer, Preprocessing) and not node.layer.weights(*shapes):
        return
    after = next(
        (
            graph.layer_of[id(other.layer)].name
            for other in wanted.values()
            if any(t.node is node for t in other.inputs)
        ),
        "",
    )
    name = graph.layer_of[id(node.layer)].name
    raise ArgumentError(
        f"Layer {after!r} is computed before the network, so that layer {name!r}, which only a "
        "network computes, cannot come before it.",
        layer=after,
        hint="Put it at the beginning, or call it on data before or after the model.",
    )


def _dense(array: object) -> Any:
    return array.dense(slice(None)) if hasattr(array, "dense") else array


def _typed(array: object, dtype: str) -> Any:
    if not isinstance(array, np.ndarray) or array.dtype == dtype:
        return array
    return np.ascontiguousarray(array, dtype=dtype)
