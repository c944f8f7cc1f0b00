"""Layers that are graphs: a module for the graph, and weights as tensors."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.weights import WeightMap
from rdeep.graph.composite import Composite, Variable, inner_name


class _Variable(nn.Module):
    """A weight that is asked for as a tensor."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.empty(shape))

    def forward(self) -> Tensor:
        return self.value


@builds(Variable)
def variable(record: Variable, site: Site) -> Built:
    """Build a weight."""
    module = _Variable(record.weight.shape)
    return Built(module, {record.weight.name: WeightMap([module.value])})


class _Composite(nn.Module):
    """The modules of a graph, one for training and one for prediction where they differ."""

    def __init__(self, predicts: nn.Module, trains: nn.Module, title: str) -> None:
        super().__init__()
        self.predicts = predicts
        if trains is not predicts:
            self.trains = trains
        self._title = title

    def forward(self, inputs: Any) -> Any:
        module = getattr(self, "trains", self.predicts) if self.training else self.predicts
        # In a chain the tensor comes by itself.
        found = module(*inputs) if isinstance(inputs, (list, tuple)) else module(inputs)
        return list(found) if isinstance(found, tuple) else found

    def _get_name(self) -> str:
        return self._title


def composite(record: Composite, site: Site, assembly: Any) -> Built:
    """Build a layer that consists of a graph.

    Parameters
    ----------
    record : Composite
        The layer.
    site : Site
        Where it stands.
    assembly : function
        Returns the assembly of a graph, whose layers' names begin with a prefix.
    """
    inner = record.inner_for(site.shapes)
    parts = assembly(inner.graph, f"{site.name}/")
    predicts = parts.part(inner.outputs(training=False))
    trains = parts.part(inner.outputs(training=True)) if inner.by_mode else predicts
    weights = {
        inner_name(layer, weight): parts.built[layer.name].weights[weight.name]
        for layer in inner.graph.layers
        for weight in layer.weights
    }
    return Built(_Composite(predicts, trains, type(record).__name__), weights, takes_list=True)
