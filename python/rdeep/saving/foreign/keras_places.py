"""Where Keras's files have what a layer holds: the paths of its variables in the HDF5 file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rdeep.catalogue.layers import Layer

_CLASS_NAMES = {"GroupQueryAttention": "GroupedQueryAttention"}
_HEADS = ("query", "key", "gate", "value", "attention_output")
_WAYS = {"forward": "forward_layer", "backward": "backward_layer"}


def snake_case(name: str) -> str:
    """Return a class's name as Keras's files have it.

    Parameters
    ----------
    name : str
        The class's name.

    Examples
    --------
    >>> snake_case("MaxPooling2D"), snake_case("LSTM"), snake_case("PReLU")
    ('max_pooling2d', 'lstm', 'p_re_lu')
    """
    name = re.sub(r"\W+", "", _CLASS_NAMES.get(name, name))
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def numbered(classes: Iterable[str]) -> list[str]:
    """Return the names under which a list of objects is kept.

    Parameters
    ----------
    classes : iterable of str
        The objects' classes.

    Examples
    --------
    >>> numbered(["Dense", "ReLU", "Dense"])
    ['dense', 're_lu', 'dense_1']
    """
    counts: dict[str, int] = {}
    found = []
    for name in map(snake_case, classes):
        found.append(f"{name}_{counts[name]}" if name in counts else name)
        counts[name] = counts.get(name, 0) + 1
    return found


def places_of(layer: Layer, names: Sequence[str]) -> dict[str, str]:
    """Return the path of each of a layer's weights, from the layer's own.

    Parameters
    ----------
    layer : Layer
        The layer.
    names : sequence of str
        The names of its weights, in their order.
    """
    kind = type(layer).__name__
    if kind in ("MultiHeadAttention", "GroupQueryAttention"):
        return _of_heads(kind, names)
    if kind == "Bidirectional":
        found = {}
        for way, inner in layer.inner_layers().items():
            own = _within(names, f"{way}/")
            inside = places_of(inner, own)
            found.update({f"{way}/{n}": f"{_WAYS[way]}/{inside[n]}" for n in own})
        return {name: found[name] for name in names}
    if kind == "TimeDistributed":
        inside = places_of(layer.inner_layers()[""], names)
        return {name: f"layer/{place}" for name, place in inside.items()}
    if kind == "SpectralNormalization":
        own = _within(names, "layer/")
        inside = places_of(layer.inner_layers()["layer"], own)
        found = {f"layer/{name}": f"layer/{place}" for name, place in inside.items()}
        # Keras keeps the kernel a second time, before the vector.
        return {name: found.get(name, "vars/1") for name in names}
    if hasattr(layer, "cell"):
        return _of_cells(layer, names)
    return {name: f"vars/{index}" for index, name in enumerate(names)}


def copies_of(layer: Layer) -> dict[str, str]:
    """Return the weights that Keras keeps a second time, and where, by their names.

    Parameters
    ----------
    layer : Layer
        The layer.
    """
    if type(layer).__name__ != "SpectralNormalization":
        return {}
    kernel = (
        "embeddings" if type(layer.inner_layers()["layer"]).__name__ == "Embedding" else "kernel"
    )
    return {f"layer/{kernel}": "vars/0"}


def _within(names: Sequence[str], prefix: str) -> list[str]:
    return [name[len(prefix) :] for name in names if name.startswith(prefix)]


def _of_heads(kind: str, names: Sequence[str]) -> dict[str, str]:
    found = {}
    for head in _HEADS:
        # Of MultiHeadAttention, Keras has public names for all but the gate.
        hidden = "" if kind == "MultiHeadAttention" and head != "gate" else "_"
        part = "output" if head == "attention_output" else head
        for index, name in enumerate(_within(names, f"{head}/")):
            found[f"{head}/{name}"] = f"{hidden}{part}_dense/vars/{index}"
    return {name: found[name] for name in names}


def _of_cells(layer: Layer, names: Sequence[str]) -> dict[str, str]:
    cell = layer.cell  # type: ignore[attr-defined]
    cells = getattr(cell, "cells", None)
    if cells is None:
        return {name: f"cell/vars/{index}" for index, name in enumerate(names)}
    found = {}
    for at, place in enumerate(numbered(type(each).__name__ for each in cells)):
        for index, name in enumerate(_within(names, f"cell_{at}/")):
            found[f"cell_{at}/{name}"] = f"cell/cells/{place}/vars/{index}"
    return {name: found[name] for name in names}
