"""Builders of core, reshaping, merging and regularization layers, and activations."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

from rdeep.backends.torch import ops
from rdeep.backends.torch.builders.base import Built, Site, builds
from rdeep.backends.torch.random import Dropout
from rdeep.backends.torch.weights import WeightMap, transposed
from rdeep.catalogue import activations, layers


@builds(layers.Dense)
def dense(record: layers.Dense, site: Site) -> Built:
    """Build a dense layer."""
    features = record.weights(*site.shapes)[0].shape[0]
    module = skip_init(nn.Linear, features, record.units, bias=record.use_bias)
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

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input.long())


@builds(layers.Embedding)
def embedding(record: layers.Embedding, site: Site) -> Built:
    """Build an embedding."""
    module = skip_init(_Embedding, record.input_dim, record.output_dim)
    return Built(module, {"embeddings": WeightMap([module.weight])})


@builds(layers.Flatten)
def flatten(record: layers.Flatten, site: Site) -> Built:
    """Build a flattening layer; tensors are channels last, so the order is Keras's."""
    return Built(nn.Flatten())


@builds(layers.Reshape)
def reshape(record: layers.Reshape, site: Site) -> Built:
    """Build a reshaping layer."""
    return Built(_Reshape(tuple(-1 if size is None else size for size in record.target_shape)))


class _Reshape(nn.Module):
    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], *self.shape)


@builds(layers.Dropout)
def dropout(record: layers.Dropout, site: Site) -> Built:
    """Build a dropout layer."""
    shape = record.noise_shape
    return Built(Dropout(record.rate, site.name, site.random, shape, record.seed))


class _Add(nn.Module):
    def forward(self, tensors: list[Tensor]) -> Tensor:
        rank = max(tensor.dim() for tensor in tensors)
        # Keras adds dimensions after the batch, torch would add them before it.
        total = None
        for x in tensors:
            x = x.reshape(x.shape[0], *([1] * (rank - x.dim())), *x.shape[1:])
            total = x if total is None else total + x
        assert total is not None
        return total


@builds(layers.Add)
def add(record: layers.Add, site: Site) -> Built:
    """Build an adding layer."""
    return Built(_Add(), takes_list=True)


class _Concatenate(nn.Module):
    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, tensors: list[Tensor]) -> Tensor:
        return torch.cat(tensors, dim=self.axis)


@builds(layers.Concatenate)
def concatenate(record: layers.Concatenate, site: Site) -> Built:
    """Build a joining layer."""
    return Built(_Concatenate(record.axis), takes_list=True)


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
