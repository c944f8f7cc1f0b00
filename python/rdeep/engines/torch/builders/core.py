"""Native forms of core layers, and activations."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.catalogue import activations, layers
from rdeep.catalogue.layers.lora import lora_scale
from rdeep.engines.torch import ops
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.products import Linear
from rdeep.engines.torch.weights import WeightMap, transposed


@native_form(layers.Dense)
def dense(record: layers.Dense, context: BuildContext) -> Built:
    """Build a dense layer."""
    features = record.weights(*context.shapes)[0].shape[0]
    if record.lora_rank is not None:
        return _lora_dense(record, features)
    module = Linear(features, record.units, bias=record.use_bias)
    weights = {"kernel": transposed(module.weight)}
    if record.use_bias:
        weights["bias"] = WeightMap([module.bias])
    return Built(module, weights)


class _Addition(nn.Module):
    """An addition of low rank to a matrix: `scale * A B`."""

    def __init__(self, rows: int, columns: int, record: layers.Dense | layers.Embedding) -> None:
        super().__init__()
        assert record.lora_rank is not None
        self.scale = lora_scale(record)
        self.a = nn.Parameter(torch.empty(rows, record.lora_rank))
        self.b = nn.Parameter(torch.empty(record.lora_rank, columns))

    def weights(self, name: str) -> dict[str, WeightMap]:
        """Return where the two factors are."""
        return {f"lora_{name}_a": WeightMap([self.a]), f"lora_{name}_b": WeightMap([self.b])}


class _LoraLinear(Linear):
    """A dense layer with a trained addition of low rank to its kernel."""

    def __init__(self, features: int, record: layers.Dense) -> None:
        super().__init__(features, record.units, bias=record.use_bias)
        self.lora = _Addition(features, record.units, record)

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input) + self.lora.scale * (input @ self.lora.a @ self.lora.b)


def _lora_dense(record: layers.Dense, features: int) -> Built:
    module = _LoraLinear(features, record)
    weights = {"kernel": transposed(module.weight)}
    if record.use_bias:
        weights["bias"] = WeightMap([module.bias])
    return Built(module, {**weights, **module.lora.weights("kernel")})


@native_form(layers.Activation)
def activation_layer(record: layers.Activation, context: BuildContext) -> Built:
    """Build an activation layer: the assembly adds the activation after it."""
    return Built(nn.Identity())


class _Embedding(nn.Embedding):
    """An embedding that takes whole numbers of any type."""

    def reset_parameters(self) -> None:
        """Leave the weights as they are: the network sets them right after."""

    def forward(self, input: Tensor) -> Tensor:
        whole = input.dtype in (torch.int32, torch.int64)
        return super().forward(input if whole else input.long())


class _LoraEmbedding(_Embedding):
    """An embedding with a trained addition of low rank to its vectors."""

    def __init__(self, record: layers.Embedding) -> None:
        super().__init__(record.input_dim, record.output_dim)
        self.lora = _Addition(record.input_dim, record.output_dim, record)

    def forward(self, input: Tensor) -> Tensor:
        added = functional.embedding(input.long(), self.lora.a) @ self.lora.b
        return super().forward(input) + self.lora.scale * added


@native_form(layers.Embedding)
def embedding(record: layers.Embedding, context: BuildContext) -> Built:
    """Build an embedding."""
    if record.lora_rank is not None:
        adapted = _LoraEmbedding(record)
        held = {"embeddings": WeightMap([adapted.weight]), **adapted.lora.weights("embeddings")}
        return Built(adapted, held)
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
