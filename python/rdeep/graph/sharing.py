"""Which weights of a graph are one: those of a layer that stands in it in several ways.

A layer may be used by itself, within a model that is used as a layer, within a layer of the user's
own and within a wrapper. Its weights have a name for each of these ways, of which one is theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rdeep.arrays.counter_random import part_name
from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.call_options import called_with
from rdeep.graph.layer import GraphLayer


class Source(NamedTuple):
    """Where a weight comes from.

    Attributes
    ----------
    record : Layer
        The layer that has it.
    name : str
        Its name there.
    read : bool
        Whether the layer is not applied here, and the weight alone is looked at.
    """

    record: Layer
    name: str
    read: bool = False


def inner_name(layer: GraphLayer, name: str) -> str:
    """Return a weight's name in the composite layer that its layer is a part of.

    Parameters
    ----------
    layer : GraphLayer
        The layer inside.
    name : str
        The name of one of its weights.
    """
    # A weight that stands in a graph by itself goes by the name of its node.
    return layer.name if layer.record.is_weight else f"{layer.name}/{name}"


def sources(layer: GraphLayer) -> dict[str, Source]:
    """Return where the weights of a layer in a graph come from, by their names in the layer.

    Parameters
    ----------
    layer : GraphLayer
        The layer.
    """
    with called_with(layer.first_options):
        return _sources(layer.record, layer.input_shapes)


def _sources(record: Any, shapes: Sequence[Dims]) -> dict[str, Source]:
    if inner := _inner(record, shapes):
        own = None if hasattr(record, "inner_for") else {w.name for w in record.weights(*shapes)}
        return {
            inner_name(layer, name): source
            for layer in inner.graph.layers
            for name, source in sources(layer).items()
            if own is None or inner_name(layer, name) in own
        }
    elsewhere = held_elsewhere(record)
    found = {
        weight.name: elsewhere.get(weight.name, Source(record, weight.name))
        for weight in record.weights(*shapes)
    }
    for part, wrapped in _wrapped(record):
        inside = _sources(wrapped, record.inner_shapes(*shapes))
        found.update({part_name(part, name): source for name, source in inside.items()})
    return found


def _inner(record: Any, shapes: Sequence[Dims]) -> Any:
    """Return the graph that has a layer's weights; `None` where it has them itself."""
    if hasattr(record, "inner_for"):
        return record.inner_for(shapes)
    return record.inner_of_cell(shapes) if hasattr(record, "inner_of_cell") else None


def held_elsewhere(record: Layer) -> dict[str, Source]:
    """Return where a layer's weights come from that another layer has, by their names.

    Parameters
    ----------
    record : Layer
        The layer.
    """
    known: dict[str, Source] = record.__dict__.get("_elsewhere", {})
    return {name: _end(source) for name, source in known.items()} if known else known


def _end(source: Source) -> Source:
    """Return where a weight lies in the end: a graph within a graph has its own ties."""
    passed = {(id(source.record), source.name)}
    while following := source.record.__dict__.get("_elsewhere", {}).get(source.name):
        if (id(following.record), following.name) in passed:
            break
        source = following
        passed.add((id(source.record), source.name))
    return source


def ties_of(layers: Sequence[GraphLayer], known: Mapping[str, str]) -> dict[str, str]:
    """Return further names of weights, as a file has them, each with that of the weight.

    Parameters
    ----------
    layers : sequence of GraphLayer
        A graph's layers.
    known : mapping of str to str
        What `twins` found of it.
    """
    names = {
        f"{layer.name}/{name}": inner_name(layer, name)
        for layer in (layers if known else ())
        for name in sources(layer)
    }
    return {names[twin]: names[name] for twin, name in known.items()}


def tie(layers: Sequence[GraphLayer], ties: Mapping[str, str]) -> None:
    """Have weights of layers that came out of a file be those that they were.

    Parameters
    ----------
    layers : sequence of GraphLayer
        The layers of a graph.
    ties : mapping of str to str
        What `ties_of` found of the graph that was saved.
    """
    found = {
        inner_name(layer, name): source
        for layer in layers
        for name, source in sources(layer).items()
    }
    for twin, name in ties.items():
        own, held = found[twin], found[name]
        cell = _cell(held.record)
        if cell is not None and type(_cell(own.record)) is type(cell):
            own.record.__dict__["cell"] = cell
            continue
        own.record.__dict__.setdefault("_elsewhere", {})[own.name] = held._replace(read=True)


def _cell(record: Any) -> Any:
    """Return the cell that a layer was given, whose weights are the layer's; `None` without one."""
    return record.__dict__.get("cell") if "cell" in record.options else None


def _wrapped(record: Any) -> Iterator[tuple[str, Layer]]:
    """Yield the layer that a wrapper applies as it is, with the name of its part."""
    own: Any = getattr(record, "layer", None)
    for part, layer in record.inner_layers().items():
        if layer is own and record.shares_inner:
            yield part, layer


def _holder(record: Any) -> Any:
    """Return whose weights they are: layers that were given one cell share its weights."""
    cell = _cell(record)
    return record if cell is None else cell


def _records(record: Any, shapes: Sequence[Dims]) -> Iterator[int]:
    if inner := _inner(record, shapes):
        yield from inner.graph.records_within
        return
    holders = [record, *(source.record for source in held_elsewhere(record).values())]
    yield from {id(_holder(each)) for each in holders}
    for _, layer in _wrapped(record):
        yield from _records(layer, record.inner_shapes(*shapes))


def records_within(layers: Sequence[GraphLayer]) -> list[int]:
    """Return the layers that hold weights, by identity, each as often as it stands in a graph.

    Parameters
    ----------
    layers : sequence of GraphLayer
        The graph's layers.
    """
    return [each for layer in layers for each in _records(layer.record, layer.input_shapes)]


def twins(layers: Sequence[GraphLayer], within: Sequence[int]) -> dict[str, str]:
    """Return further names of weights, each with the name that the weight goes by.

    Parameters
    ----------
    layers : sequence of GraphLayer
        A graph's layers.
    within : sequence of int
        What `records_within` says of them.
    """
    if all(count == 1 for count in Counter(within).values()):
        return {}
    ways: dict[tuple[int, str], list[tuple[bool, str]]] = {}
    for layer in layers:
        for name, source in sources(layer).items():
            way = (source.read, f"{layer.name}/{name}")
            ways.setdefault((id(_holder(source.record)), source.name), []).append(way)
    found: dict[str, str] = {}
    for names in ways.values():
        # Where a layer is applied counts before where its weights are only read.
        (_, first), *others = sorted(names, key=lambda way: way[0])
        found.update({name: first for _, name in others})
    return found
