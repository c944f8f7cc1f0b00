"""Graphs out of files: of values alone, which are checked before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.layers import InputLayer, Layer, Weight
from rdeep.catalogue.registry import restored
from rdeep.errors import plain
from rdeep.errors.damage import Damage, making, shown_value
from rdeep.graph.composite import AddedLoss, Composite, InnerGraph, Updated, Variable
from rdeep.graph.masks import MaskOf, WithMask
from rdeep.graph.network import Graph
from rdeep.graph.operation import OperationLayer
from rdeep.graph.own_classes import check_class, made_again
from rdeep.graph.plain import SHARED, nesting_from_data
from rdeep.graph.sharing import inner_name, tie
from rdeep.graph.tensor import Node, SymbolicTensor

MOST_NODES = 20_000
"""How many uses of layers a graph may have, those inside its layers among them."""
MOST_ENDS = 500
"""How many inputs and outputs it may have."""
_LARGEST = 2**48


class Budget:
    """How much of something a file may still ask for.

    Parameters
    ----------
    left : int
        How much.
    """

    def __init__(self, left: int = MOST_NODES) -> None:
        self.left = left

    def take(self, count: int, place: str) -> None:
        """Take some of it, or refuse."""
        self.left -= count
        if self.left < 0:
            raise Damage(f"a graph of more than {MOST_NODES} nodes is not read", place=place)


def restored_graph(
    data: Any, place: str, budget: Budget | None = None, known: Mapping[str, Layer] | None = None
) -> Graph:
    """Return the graph that `rdeep.graph.plain.to_data` described.

    Parameters
    ----------
    data : object
        Plain data.
    place : str
        Where in the file it is.
    budget : Budget, optional
        How many nodes it may have.
    known : mapping of str to Layer, optional
        The layers of a graph that shares some with this one, by name.

    Raises
    ------
    Damage
        If it is anything else: a layer that is not known, nodes that do not follow each other.
    """
    budget = budget or Budget()
    plain.fields(
        data,
        ("layers", "nodes", "inputs", "outputs"),
        place,
        ("output_keys", "ties", "input_nesting", "output_nesting"),
    )
    budget.take(len(plain.items(data["nodes"], f"{place}.nodes")), place)
    records = _records_by_name(data["layers"], f"{place}.layers", budget, known or {})
    nodes: list[Node] = []
    for number, saved in enumerate(data["nodes"]):
        nodes.append(_node(saved, f"{place}.nodes[{number}]", records, nodes))
    ends = []
    for name in ("inputs", "outputs"):
        places = plain.items(data[name], f"{place}.{name}")
        if not 0 < len(places) <= MOST_ENDS and (name, places) != ("inputs", []):
            raise Damage(f"it cannot have {len(places)} of these", place=f"{place}.{name}")
        ends.append(plain.each(places, lambda p, at: _tensor(p, at, nodes), f"{place}.{name}"))
    for i, entry in enumerate(ends[0]):
        if not isinstance(entry.node.layer, InputLayer) or any(entry is e for e in ends[0][:i]):
            raise Damage("it is no input of its own", place=f"{place}.inputs[{i}]")
    keys = None
    if "output_keys" in data:
        keys = plain.each(data["output_keys"], plain.text, f"{place}.output_keys")
        if len(keys) != len(ends[1]) or len(set(keys)) != len(keys):
            raise Damage("it must name each output", place=f"{place}.output_keys")
    nesting = nesting_from_data(data, len(ends[0]), len(ends[1]), place)
    with making(place):
        names = {id(records[name]): name for name in records}
        graph = Graph(ends[0], ends[1], names, keys, nesting)
        if "ties" in data:
            tie(graph.layers, _ties(data["ties"], place, graph))
            graph = Graph(ends[0], ends[1], names, keys, nesting)
    if len(graph.nodes) != len(nodes) or [e.name for e in graph.layers] != list(
        dict.fromkeys(saved["layer"] for saved in data["nodes"])
    ):
        _say_what_is_unused(graph, records, place)
    return graph


def _ties(saved: Any, place: str, graph: Graph) -> dict[str, str]:
    """Return which weights are others by further names."""
    shapes = {
        inner_name(layer, weight.name): weight.shape
        for layer in graph.layers
        for weight in layer.declared
    }
    plain.fields(saved, (), f"{place}.ties", tuple(shapes))
    for twin, name in saved.items():
        plain.one_of(name, shapes, f"{place}.ties")
        if name in saved or shapes[twin] != shapes[name]:
            raise Damage(f"{shown_value(twin)} is no such weight", place=f"{place}.ties")
    return dict(saved)


def _say_what_is_unused(graph: Graph, records: dict[str, Layer], place: str) -> None:
    used = {layer.name for layer in graph.layers}
    left = [name for name in records if name not in used]
    if left or len(records) != len(used):
        raise Damage(f"nothing uses the layer {shown_value(left[0] if left else '')}", place=place)


def restored_records(data: Any, place: str) -> list[Layer]:
    """Return the layers that `rdeep.graph.plain.records_to_data` described.

    Parameters
    ----------
    data : object
        Plain data.
    place : str
        Where in the file it is.
    """
    budget = Budget()
    budget.take(len(plain.items(data, place)), place)
    return plain.each(data, lambda saved, at: _layer(saved, at, budget), place)


def _records_by_name(
    data: Any, place: str, budget: Budget, known: Mapping[str, Layer]
) -> dict[str, Layer]:
    records: dict[str, Layer] = {}
    budget.take(len(plain.items(data, place)), place)
    for number, saved in enumerate(data):
        if known and isinstance(saved, dict) and saved.get("class") == SHARED:
            name = _shared(saved, f"{place}[{number}]", known)
            record = known[name]
        else:
            record = _layer(saved, f"{place}[{number}]", budget)
            name = record.name or ""
        if not name or name in records:
            raise Damage(f"its name {shown_value(name)} is not its own", place=f"{place}[{number}]")
        records[name] = record
    return records


def _shared(saved: Any, place: str, known: Mapping[str, Layer]) -> str:
    plain.fields(saved, ("class", "options"), place)
    plain.fields(saved["options"], ("name",), place)
    return str(plain.one_of(saved["options"]["name"], known, f"{place}.options.name"))


def _node(saved: Any, place: str, records: dict[str, Layer], before: list[Node]) -> Node:
    plain.fields(saved, ("layer", "inputs"), place, ("training", "call"))
    name = plain.text(saved["layer"], f"{place}.layer")
    if name not in records:
        raise Damage(f"there is no layer {shown_value(name)}", place=place)
    tensors = plain.each(saved["inputs"], lambda p, at: _tensor(p, at, before), f"{place}.inputs")
    if "training" in saved:
        plain.flag(saved["training"], f"{place}.training")
    record = records[name]
    call = saved.get("call", {})
    plain.fields(call, (), f"{place}.call", record.call_options)
    for option, value in call.items():
        plain.flag(value, f"{place}.call.{option}")
    # Operations on constants alone take none.
    if isinstance(record, Variable):
        fits = not tensors or record.may_take(tensors)
    else:
        fits = not tensors if isinstance(record, InputLayer) else bool(tensors)
    if not fits and not (isinstance(record, OperationLayer) and not tensors):
        raise Damage(f"layer {shown_value(name)} does not have such inputs", place=place)
    if isinstance(record, OperationLayer):
        record.check_places(len(tensors), place)
    with making(place):
        node = Node(record, tensors, saved.get("training"), call)
    _check_sizes(node, place)
    return node


def _check_sizes(node: Node, place: str) -> None:
    for tensor in node.outputs:
        if any(size is not None and not 0 <= size <= _LARGEST for size in tensor.shape):
            raise Damage("a tensor of it has a size that no tensor has", place=place)


def _tensor(saved: Any, place: str, nodes: list[Node]) -> SymbolicTensor:
    if len(plain.items(saved, place)) != 2:
        raise Damage("it must be the number of a node and of its output", place=place)
    node = plain.whole(saved[0], place, most=len(nodes) - 1)
    return nodes[node].outputs[plain.whole(saved[1], place, most=len(nodes[node].outputs) - 1)]


# Layers -----------------------------------------------------------------------------------------


def _layer(saved: Any, place: str, budget: Budget) -> Layer:
    if not isinstance(saved, dict) or not isinstance(saved.get("options"), dict):
        raise Damage("it must be the class and the options of a layer", place=place)
    name, here = saved.get("class"), f"{place}.options"
    parts = (OperationLayer, MaskOf, WithMask, AddedLoss, Updated)
    kinds = {kind.__name__: kind for kind in parts}
    if name not in ("Composite", "Variable", *kinds):
        record = restored("layer", saved, place)
        assert isinstance(record, Layer)
        return record
    plain.fields(saved, ("class", "options"), place)
    if name == "Composite":
        return _composite(saved["options"], here, budget)
    if name == "Variable":
        return _variable(saved["options"], here)
    found: Layer = kinds[name].restored(saved["options"], here)
    return found


def _composite(options: dict[str, Any], place: str, budget: Budget) -> Composite:
    plain.fields(
        options,
        ("name", "trainable", "title", "several", "by_mode", "graph"),
        place,
        ("own_class",),
    )
    for name in ("trainable", "several", "by_mode"):
        plain.flag(options[name], f"{place}.{name}")
    for name in ("name", "title"):
        plain.named(options[name], f"{place}.{name}")
    graph = restored_graph(options["graph"], f"{place}.graph", budget)
    if options["by_mode"] and len(graph.outputs) % 2:
        raise Damage("it needs outputs for training and for prediction", place=place)
    inner = InnerGraph(graph, options["by_mode"])
    if not options["several"] and inner.count != 1:
        raise Damage("it gives one tensor, and its graph several", place=place)
    own = options.get("own_class")
    if own is not None:
        check_class(own, f"{place}.own_class")
    with making(place):
        layer = Composite(
            inner, options["several"], options["title"], options["name"], options["trainable"]
        )
        return layer if own is None else made_again(layer, own)


def _variable(options: dict[str, Any], place: str) -> Variable:
    named = ("name", "shape", "initializer", "trainable", "regularizer", "constraint")
    plain.fields(options, named, place, ("weight",))
    rules: dict[str, Any] = {
        key: None if options[key] is None else restored(key, options[key], f"{place}.{key}")
        for key in ("regularizer", "constraint")
    }
    shape = plain.each(
        options["shape"], lambda n, at: plain.whole(n, at, most=_LARGEST), f"{place}.shape"
    )
    name = plain.named(options["name"], f"{place}.name")
    weight = Weight(
        plain.named(options.get("weight", name), f"{place}.weight"),
        tuple(shape),
        restored("initializer", options["initializer"], f"{place}.initializer"),
        trainable=plain.flag(options["trainable"], f"{place}.trainable"),
        **rules,
    )
    with making(place):
        weight.check(weight.name)
        return Variable(weight, name=name)
