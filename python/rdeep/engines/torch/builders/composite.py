"""Layers that are graphs: a module for the graph, and weights as tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from rdeep.catalogue.layers.base import Weight
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.weights import WeightMap
from rdeep.graph.composite import Borrowed, Composite, InnerGraph, Variable
from rdeep.graph.sharing import inner_name


class _Variable(nn.Module):
    """A weight that is asked for as a tensor."""

    def __init__(self, weight: Weight) -> None:
        super().__init__()
        self.is_assigned = weight.buffer
        if self.is_assigned:
            self.register_buffer("value", torch.empty(weight.shape))
        else:
            self.value = nn.Parameter(torch.empty(weight.shape))
        # Of another layer's weight, where that layer has it, and how.
        self.held = WeightMap([self.value])

    def forward(self, inputs: Sequence[Tensor] = ()) -> Tensor:
        """Return the weight, or give it a value that comes second."""
        if self.is_assigned:
            if inputs:
                with torch.no_grad():
                    self.value.copy_(inputs[1])
                return inputs[1]
            # A step back needs what was read, though it may change.
            return self.value.clone()
        return self.value if self.held.is_plain else self.held.pack(self.held.tensors)


@native_form(Variable, Borrowed)
def variable(record: Variable, context: BuildContext) -> Built:
    """Build a weight."""
    module = _Variable(record.weight)
    weights = {record.weight.name: module.held}
    return Built(module, weights, takes_list=record.weight.buffer)


class CompositeModule(nn.Module):
    """The modules of a graph, one for training and one for prediction where they differ.

    Parameters
    ----------
    inner : InnerGraph
        The graph.
    parts : Assembly
        Its modules: they are joined anew where other inputs come with a mask.
    title : str
        What it is called when shown.
    """

    def __init__(self, inner: InnerGraph, parts: Any, title: str) -> None:
        super().__init__()
        self.__dict__.update(_inner=inner, _parts=parts, _title=title)
        self.join(())

    def join(self, masked: Sequence[bool]) -> None:
        """Join the modules for inputs of which some come with a mask."""
        suffix = _suffix(masked)
        if hasattr(self, f"predicts{suffix}"):
            return
        for way, training in (("predicts", False), ("trains", True)):
            if not training or self._inner.by_mode:
                module = self._parts.part(self._inner.outputs(training), masked)
                setattr(self, f"{way}{suffix}", module)

    def forward(self, inputs: Any, masks: Sequence[Tensor | None] = ()) -> Any:
        """Return the graph's outputs, what they add to the loss, and their masks."""
        way = "trains" if self.training and self._inner.by_mode else "predicts"
        module = getattr(self, way + _suffix([mask is not None for mask in masks]))
        # In a chain the tensor comes by itself.
        given = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        found = module(*given, *[mask for mask in masks if mask is not None])
        return list(found) if isinstance(found, tuple) else found

    def _get_name(self) -> str:
        return self._title


def _suffix(masked: Sequence[bool]) -> str:
    """Return what the names of modules end with that take the masks of some inputs."""
    taken = [str(index) for index, given in enumerate(masked) if given]
    return "_masked_" + "_".join(taken) if taken else ""


def composite(record: Composite, context: BuildContext, assembly: Any) -> Built:
    """Build a layer that consists of a graph.

    Parameters
    ----------
    record : Composite
        The layer.
    context : BuildContext
        Where it stands.
    assembly : function
        Returns the assembly of a graph, whose layers' names begin with a prefix.
    """
    inner = record.inner_for(context.shapes)
    parts = assembly(inner.graph, f"{context.name}/")
    weights = {
        inner_name(layer, weight.name): parts.built[layer.name].weights[weight.name]
        for layer in inner.graph.layers
        for weight in layer.declared
    }
    module = CompositeModule(inner, parts, type(record).__name__)
    return Built(module, weights, takes_list=True, takes_masks=True)
