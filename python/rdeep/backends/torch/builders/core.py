"""Builders of core layers, and activations."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rdeep.backends.torch import ops
from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.products import Linear
from rdeep.backends.torch.weights import WeightMap, transposed
from rdeep.catalogue import activations, layers
from rdeep.catalogue.layers.base import Layer


@builds(layers.Dense)
def dense(record: layers.Dense, site: Site) -> Built:
    """Build a dense layer."""
    features = record.weights(*site.shapes)[0].shape[0]
    module = Linear(features, record.units, bias=record.use_bias)
    weights = {"kernel": transposed(module.weight)}
    if record.use_bias:
        weights["bias"] = WeightMap([module.bias])
    return Built(module, weights)


@builds(layers.Activation)
def activation_layer(record: layers.Activation, site: Site) -> Built:
    """Build an activation layer: the assembly adds the activation after it."""
    return Built(nn.Identity())


class _Embedding(nn.Embedding):
    """An embedding that takes whole numbers of any type."""

    def reset_parameters(self) -> None:
        """Leave the weights as they are: the network sets them right after."""

    def forward(self, input: Tensor) -> Tensor:
        whole = input.dtype in (torch.int32, torch.int64)
        return super().forward(input if whole else input.long())


@builds(layers.Embedding)
def embedding(record: layers.Embedding, site: Site) -> Built:
    """Build an embedding."""
    module = _Embedding(record.input_dim, record.output_dim)
    return Built(module, {"embeddings": WeightMap([module.weight])})


class _Computed(nn.Module):
    """An activation by its formula in the catalogue, for those without a form of torch's own."""

    def __init__(self, record: activations.Activation) -> None:
        super().__init__()
        self.record = record

    def forward(self, x: Tensor) -> Tensor:
        return self.record.compute(x, ops)

    def extra_repr(self) -> str:
        return repr(self.record)


def activation(record: activations.Activation) -> nn.Module:
    """Return a module for an activation: torch's own where it has the same formula.

    Parameters
    ----------
    record : Activation
        The activation.
    """
    if isinstance(record, activations.Relu) and record == activations.Relu():
        return nn.ReLU()
    if isinstance(record, activations.LeakyRelu):
        return nn.LeakyReLU(record.negative_slope)
    if isinstance(record, activations.Elu):
        return nn.ELU(record.alpha)
    if isinstance(record, activations.Gelu):
        return nn.GELU(approximate="tanh" if record.approximate else "none")
    if isinstance(record, activations.Softmax):
        return nn.Softmax(dim=record.axis)
    plain = {
        activations.Linear: nn.Identity,
        activations.Sigmoid: nn.Sigmoid,
        activations.Tanh: nn.Tanh,
    }
    if type(record) in plain:
        return plain[type(record)]()
    return _Computed(record)


def activation_after(record: Layer) -> activations.Activation | None:
    """Return the activation that follows a layer; recurrent ones apply theirs inside.

    Parameters
    ----------
    record : Layer
        The layer.
    """
    found = record.declared_activation
    if found is None or record.mask == "read" or isinstance(found, activations.Linear):
        return None
    return found
