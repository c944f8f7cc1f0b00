"""A graph as plain data, and back. Only layers of the catalogue can come out of a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from rdeep.catalogue.layers import Layer, Weight
from rdeep.catalogue.registry import from_config
from rdeep.graph.composite import AddedLoss, Composite, InnerGraph, Updated, Variable
from rdeep.graph.layer import GraphLayer
from rdeep.graph.masks import MaskOf, WithMask
from rdeep.graph.nesting import Nesting, from_plain, to_plain
from rdeep.graph.network import Graph
from rdeep.graph.operation import OperationLayer
from rdeep.graph.own_classes import described_class, made_again
from rdeep.graph.sharing import tie, ties_of
from rdeep.graph.tensor import Node, SymbolicTensor

SHARED = "Shared"
"""The class of a layer that another graph describes, which has it under the same name."""


def to_data(graph: Graph, shared: Collection[str] = ()) -> dict[str, Any]:
    """Return a graph as lists of layers and of their uses.

    Parameters
    ----------
    graph : Graph
        The graph.
    shared : collection of str
        The names of layers that another graph describes.
    """
    place = {
        id(tensor): [i, tensor.index]
        for i, node in enumerate(graph.nodes)
        for tensor in node.outputs
    }
    return {
        "layers": [
            {"class": SHARED, "options": {"name": layer.name}}
            if layer.name in shared
            else _layer_to_data(layer)
            for layer in graph.layers
        ],
        "nodes": [
            {
                "layer": graph.layer_of[id(node.layer)].name,
                "inputs": [place[id(tensor)] for tensor in node.inputs],
                **({} if node.training is None else {"training": node.training}),
                **({"call": node.call} if node.call else {}),
            }
            for node in graph.nodes
        ],
        "inputs": [place[id(tensor)] for tensor in graph.inputs],
        "outputs": [place[id(tensor)] for tensor in graph.outputs],
        **({} if graph.output_keys is None else {"output_keys": list(graph.output_keys)}),
        **({"ties": ties_of(graph.layers, graph.twins)} if graph.twins else {}),
        **_nesting_to_data(graph.nesting),
    }


def records_to_data(records: Iterable[Layer]) -> list[dict[str, Any]]:
    """Return layers that were applied to nothing yet as plain data.

    Parameters
    ----------
    records : iterable of Layer
        The layers.
    """
    saved = []
    for record in records:
        # A layer of the user's own is known by the graph that it made.
        shapes = (
            tuple(tensor.shape for tensor in record.inner_graph.graph.inputs)
            if isinstance(record, Composite)
            else ()
        )
        saved.append(_layer_to_data(GraphLayer(record, record.name, shapes)))  # type: ignore[arg-type]
    return saved


def records_from_data(data: Iterable[Mapping[str, Any]]) -> list[Layer]:
    """Return the layers that `records_to_data` described.

    Parameters
    ----------
    data : iterable of mapping
        What `records_to_data` returned.
    """
    return [_layer_from_data(saved) for saved in data]


def _layer_to_data(layer: GraphLayer) -> dict[str, Any]:
    """Return a layer's record, with the name that the graph gave it."""
    if isinstance(layer.record, Variable):
        return _variable_to_data(layer.record, layer.name)
    if isinstance(layer.record, Composite):
        return _composite_to_data(layer)
    config = layer.record.to_data()
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
        records[saved["options"]["name"]] = _layer_from_data(saved)
    nodes: list[Node] = []

    def tensor(place: list[int]) -> SymbolicTensor:
        return nodes[place[0]].outputs[place[1]]

    for saved in data["nodes"]:
        inputs = [tensor(place) for place in saved["inputs"]]
        nodes.append(
            Node(records[saved["layer"]], inputs, saved.get("training"), saved.get("call", {}))
        )
    inputs, outputs = ([tensor(p) for p in data[name]] for name in ("inputs", "outputs"))
    nesting = nesting_from_data(data, len(inputs), len(outputs), "graph")
    graph = Graph(inputs, outputs, output_keys=data.get("output_keys"), nesting=nesting)
    if "ties" not in data:
        return graph
    tie(graph.layers, data["ties"])
    return Graph(inputs, outputs, output_keys=data.get("output_keys"), nesting=nesting)


def _nesting_to_data(nesting: Nesting) -> dict[str, Any]:
    forms = {"input_nesting": nesting.inputs, "output_nesting": nesting.outputs}
    return {name: to_plain(form) for name, form in forms.items() if form is not None}


def nesting_from_data(data: Mapping[str, Any], inputs: int, outputs: int, place: str) -> Nesting:
    """Return how the ends of a graph are nested.

    Parameters
    ----------
    data : mapping
        What `to_data` returned, or a file holds.
    inputs, outputs : int
        How many there are.
    place : str
        Where in the file it is.
    """
    counts = {"input_nesting": inputs, "output_nesting": outputs}
    return Nesting(
        *(
            from_plain(data[name], count, f"{place}.{name}") if name in data else None
            for name, count in counts.items()
        )
    )


def _composite_to_data(layer: GraphLayer) -> dict[str, Any]:
    record = layer.record
    assert isinstance(record, Composite)
    inner = record.inner_for(layer.input_shapes)
    own = described_class(record)
    return {
        "class": "Composite",
        "options": {
            "name": layer.name,
            "trainable": layer.trainable,
            "title": record.named_after(),
            "several": record.several,
            "by_mode": inner.by_mode,
            "graph": to_data(inner.graph),
            **({} if own is None else {"own_class": own}),
        },
    }


def _variable_to_data(record: Variable, name: str) -> dict[str, Any]:
    weight = record.weight
    rules = {"regularizer": weight.regularizer, "constraint": weight.constraint}
    return {
        "class": "Variable",
        "options": {
            "name": name,
            # What a weight that is only read is called in the layer that it was of.
            **({} if weight.name == name else {"weight": weight.name}),
            "shape": list(weight.shape),
            "initializer": weight.initializer.to_data(),
            "trainable": weight.trainable,
            **{key: None if rule is None else rule.to_data() for key, rule in rules.items()},
        },
    }


def _layer_from_data(saved: Mapping[str, Any]) -> Layer:
    options = dict(saved["options"])
    if saved["class"] == "Composite":
        inner = InnerGraph(from_data(options.pop("graph")), options.pop("by_mode"))
        own = options.pop("own_class", None)
        layer = Composite(inner, **options)
        return layer if own is None else made_again(layer, own)
    if saved["class"] == "Variable":
        return _variable_from_data(options)
    if saved["class"] == "OperationLayer":
        return OperationLayer(**options)
    if saved["class"] == "MaskOf":
        return MaskOf(**options)
    if saved["class"] == "WithMask":
        return WithMask(**options)
    if saved["class"] == "Updated":
        return Updated(**options)
    if saved["class"] == "AddedLoss":
        return AddedLoss(**options)
    record = from_config("layer", saved)
    assert isinstance(record, Layer)
    return record


def _variable_from_data(options: dict[str, Any]) -> Variable:
    rules: dict[str, Any] = {
        key: None if options[key] is None else from_config(key, options[key])
        for key in ("regularizer", "constraint")
    }
    weight = Weight(
        options.get("weight", options["name"]),
        tuple(options["shape"]),
        from_config("initializer", options["initializer"]),
        trainable=options["trainable"],
        **rules,
    )
    return Variable(weight, name=options["name"])
