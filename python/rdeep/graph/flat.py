"""Graphs as lists, for `pickle` and `copy`.

A graph of nodes that point at each other would take a level of recursion for each layer. Layers are
pickled as themselves, so that what two models share is shared by their copies too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.graph.tensor import Node, SymbolicTensor

Place = tuple[int, int]
"""Where a tensor is: the number of its node, and which of the node's outputs it is."""
Use = tuple[Layer, list[Place], "bool | None", list[tuple[Dims, str, bool]], dict[str, Any]]
"""A node: layer, where its inputs are, `training`, what its outputs are like, options."""


def flatten(
    nodes: Sequence[Node], ends: Iterable[Sequence[SymbolicTensor]]
) -> tuple[list[Use], list[list[Place]]]:
    """Return nodes as plain tuples, and where tensors of theirs are.

    Parameters
    ----------
    nodes : sequence of Node
        The nodes, in an order in which they can be computed.
    ends : iterable of sequences of SymbolicTensor
        The tensors to find again.
    """
    place = {id(node): number for number, node in enumerate(nodes)}

    def places(tensors: Sequence[SymbolicTensor]) -> list[Place]:
        return [(place[id(tensor.node)], tensor.index) for tensor in tensors]

    uses = [
        (
            node.layer,
            places(node.inputs),
            node.training,
            [(tensor.shape, tensor.dtype, tensor.masked) for tensor in node.outputs],
            node.call,
        )
        for node in nodes
    ]
    return uses, [places(tensors) for tensors in ends]


def raise_again(
    uses: Sequence[Use], ends: Iterable[Sequence[Place]]
) -> tuple[list[Node], list[list[SymbolicTensor]]]:
    """Return the nodes and tensors that `flatten` wrote down.

    Parameters
    ----------
    uses, ends
        What `flatten` returned.
    """
    nodes: list[Node] = []
    for layer, inputs, training, outputs, call in uses:
        tensors = [nodes[number].outputs[index] for number, index in inputs]
        # A weight that is a tensor is always of the same node, which its layer may hold.
        held = layer.__dict__.get("node")
        nodes.append(Node.again(layer, tensors, training, outputs, call) if held is None else held)
    found = [[nodes[number].outputs[index] for number, index in places] for places in ends]
    return nodes, found


def upstream(nodes: Iterable[Node]) -> list[Node]:
    """Return nodes and all that they are computed from, in order.

    Parameters
    ----------
    nodes : iterable of Node
        The nodes.
    """
    done: dict[int, Node] = {}
    stack = list(nodes)[::-1]
    while stack:
        node = stack[-1]
        waiting = [t.node for t in reversed(node.inputs) if id(t.node) not in done]
        if waiting:
            stack.extend(waiting)
        else:
            done.setdefault(id(node), stack.pop())
    return list(done.values())
