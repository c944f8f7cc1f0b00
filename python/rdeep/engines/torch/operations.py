"""Operations in a `torch.fx` graph: calls of the array functions, without a module for each."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from rdeep.engines.torch import ops
from rdeep.graph.operation import INTERNAL, MEASURE, OperationLayer
from rdeep.graph.tensor import Node


def trace_operation(
    trace: fx.Graph, node: Node, inputs: list[Any], name: str, attributes: dict[str, Any]
) -> Any:
    """Write an operation into a graph; `None` where only its module will do.

    Parameters
    ----------
    trace : torch.fx.Graph
        The graph.
    node : Node
        The operation's use in the network.
    inputs : list of torch.fx.Node
        What stands for its inputs.
    name : str
        The layer's name, as a variable may have it.
    attributes : dict
        What the graph's module holds, by name; constant arrays are added.
    """
    record = node.layer
    if not isinstance(record, OperationLayer) or not _is_plain(record.arguments):
        return None
    if record.random or record.operation == MEASURE:
        return None
    function = getattr(ops, record.operation)
    if not getattr(function, "__name__", "").isidentifier():
        return None

    def constant(array: np.ndarray) -> fx.Node:
        place = f"{name}_array_{sum(key.startswith(f'{name}_array_') for key in attributes)}"
        attributes[place] = torch.from_numpy(np.array(array))
        return trace.get_attr(place)

    def call(*args: Any, **kwargs: Any) -> fx.Node:
        return trace.call_function(function, args, kwargs)

    # What is made of sizes alone, such as a range, must be told on which device.
    made = node.inputs and all(tensor.shape == () for tensor in node.inputs)
    made = made and record.operation not in INTERNAL
    result = record.call(ops, inputs, constant, call)
    if record.several and len(record.outputs) == 1:
        return trace.call_function(operator.getitem, (result, 0))
    if made and not record.several:
        entry = next(each for each in trace.nodes if each.op == "placeholder")
        return trace.call_function(_beside, (result, entry))
    return result


def _beside(value: Any, entry: Tensor) -> Any:
    return value.to(entry.device) if isinstance(value, Tensor) else value


def _is_plain(template: Any) -> bool:
    """Return whether arguments can be written into a graph."""
    if isinstance(template, dict):
        return all(_is_plain(value) for value in template.values())
    if isinstance(template, (list, tuple)):
        return all(_is_plain(value) for value in template)
    return template is None or isinstance(template, (bool, int, float, str))
