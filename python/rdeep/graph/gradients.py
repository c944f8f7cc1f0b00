"""Gradients within a graph: which tensors they are taken with respect to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rdeep.graph.composite import Composite
from rdeep.graph.network import Graph
from rdeep.graph.operation import GRADIENTS, OperationLayer
from rdeep.graph.tensor import Node, SymbolicTensor


def sources(nodes: Iterable[Node]) -> set[int]:
    """Return the tensors that gradients are taken with respect to, by their identity.

    Parameters
    ----------
    nodes : iterable of Node
        The uses of a graph's layers.
    """
    return {id(tensor) for node in nodes if is_gradient(node) for tensor in node.inputs[1:]}


def is_gradient(node: Node) -> bool:
    """Return whether a node gives gradients: of its first input, with respect to the others."""
    return isinstance(node.layer, OperationLayer) and node.layer.operation == GRADIENTS


def differentiates(graph: Graph) -> bool:
    """Return whether a graph, or one within, computes gradients.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    for layer in graph.layers:
        record = layer.record
        if isinstance(record, Composite):
            if differentiates(record.inner_for(layer.input_shapes).graph):
                return True
        elif is_gradient(layer.nodes[0]):
            return True
    return False


def depends(y: SymbolicTensor, xs: Sequence[SymbolicTensor]) -> list[bool]:
    """Return whether a tensor is computed from each of others.

    Parameters
    ----------
    y : SymbolicTensor
        The tensor.
    xs : sequence of SymbolicTensor
        The others.
    """
    seen: dict[int, SymbolicTensor] = {}
    waiting = [y]
    while waiting:
        tensor = waiting.pop()
        if id(tensor) not in seen:
            seen[id(tensor)] = tensor
            waiting += tensor.node.inputs
    return [id(x) in seen for x in xs]
