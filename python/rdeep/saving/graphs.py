"""A graph as plain data, and back. Only layers of the catalogue can come out of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.layers import Layer
from rdeep.catalogue.registry import from_config
from rdeep.graph.network import Graph, GraphLayer
from rdeep.graph.tensor import Node, SymbolicTensor


def to_data(graph: Graph) -> dict[str, Any]:
    """Return a graph as lists of layers and of their uses.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    place = {
        id(tensor): [i, tensor.index]
        for i, node in enumerate(graph.nodes)
        for tensor in node.outputs
    }
    return {
        "layers": [_layer_to_data(layer) for layer in graph.layers],
        "nodes": [
            {
                "layer": graph.layer_of[id(node.layer)].name,
                "inputs": [place[id(tensor)] for tensor in node.inputs],
            }
            for node in graph.nodes
        ],
        "inputs": [place[id(tensor)] for tensor in graph.inputs],
        "outputs": [place[id(tensor)] for tensor in graph.outputs],
    }


def _layer_to_data(layer: GraphLayer) -> dict[str, Any]:
    """Return a layer's record, with the name that the graph gave it."""
    config = layer.get_config()
    return {**config, "options": {**config["options"], "name": layer.name}}


def from_data(data: Mapping[str, Any]) -> Graph:
    """Return the graph that `to_data` described.

    Parameters
    ----------
    data : mapping
        What `to_data` returned.
    """
    records: dict[str, Layer] = {}
    for saved in data["layers"]:
        record = from_config("layer", saved)
        assert isinstance(record, Layer)
        records[saved["options"]["name"]] = record
    nodes: list[Node] = []

    def tensor(place: list[int]) -> SymbolicTensor:
        return nodes[place[0]].outputs[place[1]]

    for saved in data["nodes"]:
        nodes.append(Node(records[saved["layer"]], [tensor(place) for place in saved["inputs"]]))
    return Graph([tensor(p) for p in data["inputs"]], [tensor(p) for p in data["outputs"]])
