"""A loss that is another one in training than in evaluation: both in one network."""

from __future__ import annotations

from collections.abc import Iterable

from rdeep.graph.composite import Composite, InnerGraph
from rdeep.graph.network import Graph
from rdeep.graph.operation import OperationLayer
from rdeep.graph.tensor import Input, Node, SymbolicTensor
from rdeep.ops.dispatch import function


def by_mode(
    of_training: SymbolicTensor, of_evaluation: SymbolicTensor, outputs: Iterable[SymbolicTensor]
) -> SymbolicTensor:
    """Return a number that is one in training and another in evaluation.

    Parameters
    ----------
    of_training, of_evaluation : SymbolicTensor
        The numbers.
    outputs : iterable of SymbolicTensor
        The outputs of the model that both are computed of, which acts as ever.

    Returns
    -------
    SymbolicTensor
        One of the two where they are computed alike.
    """
    if _alike(of_training, of_evaluation):
        return of_training
    shared = {id(node) for node in _behind([*outputs, of_training])}
    for node in _behind([of_evaluation]):
        if id(node) not in shared and node.training is None:
            # It counts in evaluation alone: training must not move what its layers keep.
            node.training = False
    entries = [Input((), batch_size=1) for _ in range(2)]
    either = Composite(InnerGraph(Graph(entries, entries), by_mode=True), title="loss_by_mode")
    reshape = function("reshape")
    found: SymbolicTensor = reshape(
        either([reshape(of_evaluation, (1,)), reshape(of_training, (1,))]), ()
    )
    return found


def _behind(tensors: Iterable[SymbolicTensor]) -> list[Node]:
    """Return the uses of layers that tensors are computed by."""
    found: dict[int, Node] = {}
    waiting = [tensor.node for tensor in tensors]
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found[id(node)] = node
            waiting += [tensor.node for tensor in node.inputs]
    return list(found.values())


def _alike(one: SymbolicTensor, other: SymbolicTensor) -> bool:
    """Return whether two numbers are computed by the same operations of the same tensors."""
    waiting, seen = [(one, other)], set[tuple[int, int]]()
    while waiting:
        a, b = waiting.pop()
        if a is b or (id(a), id(b)) in seen:
            continue
        seen.add((id(a), id(b)))
        if not _same_use(a.node, b.node) or a.index != b.index:
            return False
        waiting += zip(a.node.inputs, b.node.inputs)
    return True


def _same_use(one: Node, other: Node) -> bool:
    layers = one.layer, other.layer
    same = layers[0] is layers[1] or (
        all(isinstance(layer, OperationLayer) for layer in layers) and layers[0] == layers[1]
    )
    uses = [(node.training, node.call, len(node.inputs)) for node in (one, other)]
    return same and uses[0] == uses[1]
