"""A model's graph as plain data that a picture can be made from."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.record import Record
from rdeep.errors import format_shape
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Node

# Said elsewhere in a picture, or of no interest in one.
_UNSHOWN = ("name", "trainable", "activation", "shape", "target_shape", "dtype")


def uses(graph: Graph) -> list[dict[str, Any]]:
    """Return a row for each use of a layer, in an order in which they can be computed.

    A layer that is used several times has several rows, so that the picture shows how data
    flows and never has a circle.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    places = {id(node): place for place, node in enumerate(graph.nodes)}
    return [_use(graph, node, places) for node in graph.nodes]


def _use(graph: Graph, node: Node, places: dict[int, int]) -> dict[str, Any]:
    layer = graph.layer_of[id(node.layer)]
    activation = getattr(node.layer, "activation", None)
    return {
        "name": layer.name,
        "kind": type(node.layer).__name__,
        "family": type(node.layer).__module__.rsplit(".", 1)[-1],
        "options": _options(node.layer),
        "activation": None if activation is None else _word(activation),
        "shape": ", ".join(str(format_shape(tensor.shape)) for tensor in node.outputs),
        "shapes": [list(tensor.shape) for tensor in node.outputs],
        "dtype": ", ".join(dict.fromkeys(tensor.dtype for tensor in node.outputs)),
        "params": layer.count_params(),
        "trainable": layer.trainable,
        "use": layer.nodes.index(node),
        "uses": len(layer.nodes),
        "reads": sorted({places[id(tensor.node)] for tensor in node.inputs}),
    }


def _options(record: Record) -> dict[str, Any]:
    """Return the options that were chosen: not how weights start, nor what is at its default."""
    return {
        name: _word(value)
        for name, value in record.chosen().items()
        if name not in _UNSHOWN and not name.endswith(("_initializer", "_regularizer"))
    }


def _word(value: object) -> Any:
    if isinstance(value, Record):
        options = _options(value)
        return {"kind": value.key, "options": options} if options else value.key
    return list(value) if isinstance(value, tuple) else value
