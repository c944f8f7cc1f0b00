"""Where Keras's files of weights have those of a model that was made here."""

from __future__ import annotations

from collections.abc import Collection

from rdeep.catalogue.layers import Layer
from rdeep.graph.network import Graph
from rdeep.saving.foreign.keras_order import is_operation, is_part, keras_order
from rdeep.saving.foreign.keras_places import numbered

Places = dict[int, tuple[Layer, str]]


def keras_places(
    graph: Graph, is_sequential: bool, path: str = "", groups: Collection[str] = ()
) -> Places:
    """Return each layer with the path of its weights, by identity, in Keras's order.

    Parameters
    ----------
    graph : Graph
        The model's graph.
    is_sequential : bool
        Whether Keras has it as a chain, whose input is no layer.
    path : str
        The path of the model itself.
    groups : collection of str
        The groups that a file has: they say which models within the model are chains for Keras.
    """
    layers = [each for each in keras_order(graph, not is_sequential) if not is_operation(each)]
    classes: list[str] = []
    for layer in layers:
        chain = False
        if is_part(layer):
            chain = f"{path}layers/{numbered([*classes, 'Sequential'])[-1]}/layers" in groups
        kind = "Sequential" if chain else "Functional" if is_part(layer) else ""
        classes.append(kind or type(layer.record).__name__)
    found: Places = {}
    for layer, name, kind in zip(layers, numbered(classes), classes):
        own = f"{path}layers/{name}"
        if is_part(layer):
            inner = layer.record.inner_graph.graph  # type: ignore[attr-defined]
            inside = keras_places(inner, kind == "Sequential", f"{own}/", groups)
            found.update({key: each for key, each in inside.items() if key not in found})
        else:
            found.setdefault(id(layer.record), (layer.record, own))
    return found
