"""What a network must be to continue sequences, and what it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rdeep.errors import ShapeError, StateError, format_shape, setting, worded
from rdeep.generation.readers import GenerativeModel
from rdeep.graph.network import Graph


def checked_graph(model: GenerativeModel) -> Graph:
    """Return a model's graph, or say why it cannot continue sequences.

    Parameters
    ----------
    model : GenerativeModel
        The model.
    """
    whole = model.graph
    graph = whole.network
    whole.check_learned()
    if len(graph.inputs) != 1 or whole.host is not None:
        raise StateError(
            f"A model that generates has one input of codes, not {len(graph.inputs)}."
            if whole.host is None
            else "A model that generates reads codes, not text.",
            hint=None
            if whole.host is None
            else worded("Leave the layer that reads text out of it, and give it as 'tokenizer'."),
        )
    if graph.is_stateful():
        raise StateError(
            "A model whose layers keep states between batches cannot generate.",
            hint=worded(
                f"Make it with {setting('stateful', False)}: states are kept by themselves."
            ),
        )
    entering, leaving = graph.inputs[0].shape, graph.outputs[0].shape
    if len(entering) not in (2, 3) or (len(entering) == 3 and entering[2] in (None, 1)):
        raise ShapeError(
            "A model that generates reads codes, of shape (batch, steps), or one-hot codes, of "
            f"shape (batch, steps, vocabulary), not {format_shape(entering)}.",
            received=entering,
        )
    if len(leaving) not in (2, 3) or leaving[-1] is None or leaving[-1] < 2:
        raise ShapeError(
            "A model that generates gives logits of shape (batch, steps, vocabulary) or "
            f"(batch, vocabulary), not {format_shape(leaving)}.",
            received=leaving,
            hint=worded("Its last layer is one with a unit for each code of the vocabulary."),
        )
    limit = code_limit(graph)
    if limit is not None and leaving[-1] > limit:
        raise ShapeError(
            f"The model gives logits of {leaving[-1]} codes, and reads {limit}: what it draws, it "
            "could not read.",
            received=leaving,
            expected=worded(f"logits of at most {limit} codes"),
        )
    return graph


def code_limit(graph: Graph) -> int | None:
    """Return how many codes a network can read, if that is known.

    Parameters
    ----------
    graph : Graph
        The network's graph.
    """
    (tensor,) = graph.inputs
    if len(tensor.shape) == 3:
        return tensor.shape[2]
    found = [_limit_at(node, tensor) for node in graph.nodes]
    return min((each for each in found if each is not None), default=None)


def _limit_at(node: Any, tensor: Any) -> int | None:
    if not any(each is tensor for each in node.inputs):
        return None
    inner = getattr(node.layer, "inner", None)
    if inner is not None and hasattr(node.layer, "inner_for"):
        within = node.layer.inner_for([each.shape for each in node.inputs]).graph
        place = next(i for i, each in enumerate(node.inputs) if each is tensor)
        found = [_limit_at(each, within.inputs[place]) for each in within.nodes]
        return min((each for each in found if each is not None), default=None)
    limits = node.layer.code_limits()
    return None if limits is None else min(limits)


def entry_of(graph: Graph) -> Callable[[np.ndarray], np.ndarray]:
    """Return what makes the network's input of codes.

    Parameters
    ----------
    graph : Graph
        The network's graph.
    """
    (tensor,) = graph.inputs
    dtype = np.dtype(graph.input_dtypes[0])
    if len(tensor.shape) == 2:
        return lambda codes: codes.astype(dtype)
    rows = np.eye(tensor.shape[2] or 0, dtype=dtype)
    return lambda codes: rows[codes]
