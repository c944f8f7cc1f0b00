"""Whether a loss of the user's own takes predictions for logits or for probabilities."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses import Loss
from rdeep.catalogue.registry import from_config
from rdeep.graph.network import Graph
from rdeep.graph.operation import MEASURE, OperationLayer
from rdeep.graph.tensor import Node

_SOFTMAX = ("softmax", "log_softmax", "logsumexp")
_SIGMOID = ("sigmoid", "log_sigmoid", "softplus")
_CROSSENTROPIES = {
    "binary_crossentropy": "sigmoid",
    "categorical_crossentropy": "softmax",
    "sparse_categorical_crossentropy": "softmax",
}
# Scores stay scores when they are shifted or scaled, but not when the truth is taken off them.
_SCALING = ("multiply", "divide", "true_divide")
_SHIFTING = ("add", "subtract")
_PASSING = (
    "absolute",
    "abs",
    "cast",
    "clip",
    "expand_dims",
    "getitem",
    "negative",
    "reshape",
    "squeeze",
    "transpose",
)


def scores_wanted(loss: Loss, target: Any, predicted: Any) -> str | None:
    """Return `"sigmoid"` or `"softmax"` if a loss makes probabilities of predictions by it.

    Parameters
    ----------
    loss : Loss
        A loss that is a function of the user's.
    target, predicted : (shape, dtype)
        What the function is given.
    """
    function = getattr(loss, "function", None)
    if function is None:
        return None
    try:
        graph = function.graph_for([target, predicted])
    except Exception:  # What is wrong with the function is said when it is used.
        return None
    found = _search(graph)
    return "sigmoid" if found is not None and predicted[0][-1] == 1 else found


def _search(graph: Graph) -> str | None:
    truth, scores = {id(graph.inputs[0])}, {id(graph.inputs[1])}
    for node in graph.nodes:
        if not isinstance(node.layer, OperationLayer):
            continue
        entries = [id(each) for each in node.inputs]
        of_truth = any(each in truth for each in entries)
        if any(each in scores for each in entries):
            taken = _taken_as(node)
            if taken is not None:
                return taken
            passes = node.layer.operation in (*_PASSING, *_SCALING) or (
                node.layer.operation in _SHIFTING and not of_truth
            )
            if passes:
                scores.update(id(each) for each in node.outputs)
        if of_truth:
            truth.update(id(each) for each in node.outputs)
    return None


def _taken_as(node: Node) -> str | None:
    """Return what an operation on scores takes them for."""
    layer: Any = node.layer
    if layer.operation in _SOFTMAX:
        return "softmax"
    if layer.operation in _SIGMOID:
        return "sigmoid"
    if layer.operation == "exp":
        size = node.inputs[0].shape[-1] if node.inputs[0].shape else None
        return "sigmoid" if size == 1 else "softmax"
    if layer.operation in _CROSSENTROPIES and layer.arguments.get("from_logits"):
        return _CROSSENTROPIES[layer.operation]
    if layer.operation == MEASURE:
        record = from_config(**layer.arguments["record"])
        if getattr(record, "from_logits", False):
            return str(record.folds or "Sigmoid").lower()
    return None
