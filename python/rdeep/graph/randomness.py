"""Whether a graph draws random numbers when it predicts."""

from __future__ import annotations

from collections.abc import Iterable

from rdeep.graph.composite import Composite
from rdeep.graph.network import Graph
from rdeep.graph.operation import OperationLayer
from rdeep.graph.tensor import Node


def draws_in_prediction(graph: Graph) -> bool:
    """Return whether a graph draws random numbers although it does not train.

    Operations such as `random.normal()` do, and layers that are called with `training=True`.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    return _drawing(graph.nodes, training=False)


def _drawing(nodes: Iterable[Node], training: bool) -> bool:
    return any(_draws(node, training) for node in nodes)


def _draws(node: Node, training: bool) -> bool:
    record = node.layer
    acts = training if node.training is None else node.training
    if isinstance(record, Composite):
        inner = record.inner_for([tensor.shape for tensor in node.inputs])
        return _drawing(inner.graph.leading_to(inner.outputs(acts)), acts)
    return record.random and (acts or isinstance(record, OperationLayer))
