"""The order in which Keras has the layers of a graph, by which its files name their weights."""

from __future__ import annotations

from rdeep.catalogue.layers import InputLayer
from rdeep.graph.composite import Composite
from rdeep.graph.layer import GraphLayer
from rdeep.graph.network import Graph
from rdeep.graph.operation import OperationLayer
from rdeep.graph.tensor import Node


def keras_order(graph: Graph, inputs: bool = True) -> list[GraphLayer]:
    """Return a graph's layers as Keras orders them: by their distance from the outputs.

    Parameters
    ----------
    graph : Graph
        The graph.
    inputs : bool
        Whether its inputs are among them.
    """
    nodes, first = _finished(graph)
    depths: dict[int, int] = {}
    of_layer: dict[int, int] = {}
    for node in reversed(nodes):
        depth = max(depths.get(id(node), 0), of_layer.get(id(node.layer), 0))
        of_layer[id(node.layer)] = depths[id(node)] = depth
        for tensor in node.inputs:
            depths[id(tensor.node)] = max(depth + 1, depths.get(id(tensor.node), 0))
    for tensor in graph.inputs:
        if id(tensor.node.layer) not in of_layer:
            of_layer[id(tensor.node.layer)] = 0
            first[id(tensor.node.layer)] = -1
    ordered = sorted(of_layer, key=lambda key: (-of_layer[key], first[key]))
    found = [graph.layer_of[key] for key in ordered]
    return [layer for layer in found if inputs or not isinstance(layer.record, InputLayer)]


def _finished(graph: Graph) -> tuple[list[Node], dict[int, int]]:
    """Return the nodes after those that they need, and when each layer was come upon first."""
    done: set[int] = set()
    nodes: list[Node] = []
    first: dict[int, int] = {}
    for output in graph.outputs:
        waiting = [(output.node, 0)]
        while waiting:
            node, place = waiting.pop()
            if id(node) in done:
                continue
            if place == 0:
                first.setdefault(id(node.layer), len(first))
            if place < len(node.inputs):
                waiting.append((node, place + 1))
                waiting.append((node.inputs[place].node, 0))
                continue
            done.add(id(node))
            nodes.append(node)
    return nodes, first


def is_operation(layer: GraphLayer) -> bool:
    """Return whether something in a graph is no layer for Keras.

    Parameters
    ----------
    layer : GraphLayer
        The layer.
    """
    return isinstance(layer.record, OperationLayer)


def is_part(layer: GraphLayer) -> bool:
    """Return whether a layer is a graph of its own: for Keras a model.

    Parameters
    ----------
    layer : GraphLayer
        The layer.
    """
    return isinstance(layer.record, Composite)
