"""Models that begin in the middle of other models."""

from __future__ import annotations

from collections.abc import Sequence

from rdeep.catalogue.layers.core import InputLayer
from rdeep.graph.tensor import Input, Node, SymbolicTensor

Tensors = Sequence[SymbolicTensor]


def submodel_tensors(
    inputs: Tensors, outputs: Tensors
) -> tuple[list[SymbolicTensor], list[SymbolicTensor]]:
    """Return inputs and outputs of the same computation whose inputs are all `Input(...)`.

    What lies behind an input that a layer computes is applied once more, to a new input; the
    layers are the same, and so are their weights.

    Parameters
    ----------
    inputs, outputs : sequence of SymbolicTensor
        Where data is to enter and to leave.

    Examples
    --------
    >>> from rdeep.layers import Dense
    >>> middle = Dense(3)(Input((4,)))
    >>> submodel_tensors([middle], [Dense(2)(middle)])[0]
    [<SymbolicTensor shape=(None, 3) dtype=float32>]
    """
    if all(isinstance(tensor.node.layer, InputLayer) for tensor in inputs):
        return list(inputs), list(outputs)
    found = {id(tensor): _entry(tensor) for tensor in inputs}
    stack = [tensor.node for tensor in reversed(outputs)]
    while stack:
        node = stack[-1]
        waiting = [tensor.node for tensor in reversed(node.inputs) if id(tensor) not in found]
        done = all(id(tensor) in found for tensor in node.outputs)
        if waiting and not done:
            stack.extend(waiting)
            continue
        stack.pop()
        if not done:
            # An input that is not listed stays: the graph refuses it.
            again = (
                node
                if not node.inputs
                else Node(node.layer, [found[id(t)] for t in node.inputs], call=node.call)
            )
            for old, new in zip(node.outputs, again.outputs):
                found.setdefault(id(old), new)
    return [found[id(tensor)] for tensor in inputs], [found[id(tensor)] for tensor in outputs]


def _entry(tensor: SymbolicTensor) -> SymbolicTensor:
    if isinstance(tensor.node.layer, InputLayer):
        return tensor
    return Input(tensor.shape[1:], tensor.dtype)
