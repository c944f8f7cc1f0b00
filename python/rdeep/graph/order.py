"""The order in which a graph's nodes can be computed, and the names of its layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rdeep.catalogue.layers.core import InputLayer
from rdeep.errors import ArgumentError, format_shape, named
from rdeep.graph.layer import GraphLayer
from rdeep.graph.tensor import Node, SymbolicTensor


def sorted_nodes(
    inputs: tuple[SymbolicTensor, ...], outputs: tuple[SymbolicTensor, ...]
) -> list[Node]:
    """Return the nodes that outputs are computed by, each after those that it takes tensors from.

    Parameters
    ----------
    inputs, outputs : tuple of SymbolicTensor
        Where data enters and leaves.

    Raises
    ------
    ArgumentError
        If an output depends on another input.
    """
    # Depth first, without recursion: a deep network must not reach Python's limit.
    done: dict[int, Node] = {id(tensor.node): tensor.node for tensor in inputs}
    stack = [tensor.node for tensor in reversed(outputs)]
    while stack:
        node = stack[-1]
        if id(node) in done:
            stack.pop()
            continue
        if isinstance(node.layer, InputLayer):
            raise ArgumentError(
                f"An output depends on an input of shape {format_shape(node.outputs[0].shape)} "
                "that is not among the model's inputs.",
                argument="inputs",
                hint=f"List every {named('Input')} that the outputs are computed from.",
            )
        waiting = [t.node for t in reversed(node.inputs) if id(t.node) not in done]
        if waiting:
            stack.extend(waiting)
        else:
            done[id(node)] = stack.pop()
    return list(done.values())


def named_layers(nodes: Iterable[Node], names: Mapping[int, str]) -> list[GraphLayer]:
    """Return nodes' layers, named as in Keras: by kind, numbered from the second of a kind on.

    Parameters
    ----------
    nodes : iterable of Node
        The uses of the layers.
    names : mapping of int to str
        Names that are given, by the records' `id`.

    Raises
    ------
    ArgumentError
        If two layers were given one name.
    """
    layers: dict[int, GraphLayer] = {}
    taken: set[str] = set()
    for node in nodes:
        if node.layer.name and id(node.layer) not in layers:
            if node.layer.name in taken:
                raise ArgumentError(
                    f"Two layers are named {node.layer.name!r}: names must differ.",
                    argument="name",
                    received=node.layer.name,
                )
            taken.add(node.layer.name)
        layers.setdefault(
            id(node.layer),
            GraphLayer(
                node.layer,
                names.get(id(node.layer), node.layer.name or ""),
                tuple(t.shape for t in node.inputs),
            ),
        ).nodes.append(node)
    counts: dict[str, int] = {}
    given = set(names.values())
    for layer in layers.values():
        while not layer.name:
            kind = layer.record.named_after()
            number = counts[kind] = counts.get(kind, -1) + 1
            name = f"{kind}_{number}" if number else kind
            if name not in taken and name not in given:
                layer.name = name
                taken.add(name)
    return list(layers.values())


def source_inputs(tensor: SymbolicTensor) -> list[SymbolicTensor]:
    """Return the inputs that a symbolic tensor is computed from.

    Parameters
    ----------
    tensor : SymbolicTensor
        The tensor.
    """
    found: list[SymbolicTensor] = []
    seen: set[int] = set()
    stack = [tensor]
    while stack:
        node = stack.pop().node
        if id(node) in seen:
            continue
        seen.add(id(node))
        if not node.inputs:
            found.extend(node.outputs)
        stack.extend(reversed(node.inputs))
    return found
