"""A model whose inputs were declared with a batch size, called on a batch of another one."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.core import InputLayer
from rdeep.errors import RdeepError
from rdeep.graph.nesting import nested_as
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Input, Node, SymbolicTensor


def for_batch(model: Any, rows: int) -> Any:
    """Return a model of the same layers for batches of a size, the model itself if it fits.

    Layers of one's own may make tensors of the batch's size: they look at the new one. Where what
    comes out has no sample for each that goes in, it is the model itself, which refuses the batch.

    Parameters
    ----------
    model : Model
        The model.
    rows : int
        How many samples the batch has.
    """
    declared = model.graph.batch_size
    # What a recurrent layer keeps is of the samples of its batches.
    keeps = any(layer.record.stateful for layer in model.graph.layers)
    if declared is None or declared == rows or keeps:
        return model
    kept = vars(model).get("_for_batch")
    if kept is None or kept[:2] != (rows, model.graph):
        kept = (rows, model.graph, _made(model, rows) or model)
        vars(model)["_for_batch"] = kept
    return kept[2]


def _made(model: Any, rows: int) -> Any:
    # The class of models that are made of their ends: a class of the user's has another start.
    functional = next(
        kind
        for kind in type(model).__mro__
        if kind.__name__ == "Model" and kind.__module__.startswith(__package__)
    )
    graph: Graph = model.graph
    inputs = [Input(t.shape[1:], t.dtype, batch_size=rows) for t in graph.inputs]
    found: dict[int, SymbolicTensor] = {id(old): new for old, new in zip(graph.inputs, inputs)}
    try:
        for node in graph.nodes:
            if not isinstance(node.layer, InputLayer):
                given = [found[id(tensor)] for tensor in node.inputs]
                again = Node(node.layer, given, node.training, node.call)
                found.update({id(old): new for old, new in zip(node.outputs, again.outputs)})
    except RdeepError:
        return None
    outputs = [found[id(tensor)] for tensor in graph.outputs]
    if any(tensor.shape[0] != rows for tensor in outputs):
        return None
    form = graph.nesting.inputs
    entries = inputs if form is None else nested_as(form, inputs)
    return functional(
        entries, graph.nested_outputs(outputs), backend=model.backend, device=model.device
    )
