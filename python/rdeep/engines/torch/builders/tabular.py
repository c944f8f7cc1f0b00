"""Builders of layers for tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, Weighted, builds
from rdeep.engines.torch.builders.ensembles import each_by_its_own


def _keep(module: nn.Module, **arrays: Any) -> None:
    """Give a module numbers that follow it to its device, and are no weights of the model."""
    for name, array in arrays.items():
        module.register_buffer(name, torch.as_tensor(array), persistent=False)


class _FeatureTokens(Weighted):
    kernel: Tensor

    def forward(self, x: Tensor) -> Tensor:
        x, bias = x.unsqueeze(-1), self.held("bias")
        return x * self.kernel if bias is None else torch.addcmul(bias, x, self.kernel)


@builds(layers.FeatureTokens)
def feature_tokens(record: layers.FeatureTokens, site: BuildContext) -> Built:
    """Build the tokens of numbers."""
    return _FeatureTokens(record, site).built()


class _PiecewiseLinearEmbedding(Weighted):
    """The encoding of all columns at once, and a product for each."""

    kernel: Tensor
    bias: Tensor
    left: Tensor
    scale: Tensor
    low: Tensor
    high: Tensor

    def __init__(self, record: layers.PiecewiseLinearEmbedding, site: BuildContext) -> None:
        super().__init__(record, site, swap=("kernel",))
        _keep(self, **record.encoding())

    def forward(self, x: Tensor) -> Tensor:
        """Return a vector for each column."""
        x, linear = x.unsqueeze(-1), self.held("linear")
        encoded = torch.clamp((x - self.left) * self.scale, self.low, self.high)
        embedded = each_by_its_own(encoded, self.kernel, self.bias)
        return embedded if linear is None else torch.addcmul(embedded, x, linear)


@builds(layers.PiecewiseLinearEmbedding)
def piecewise_linear_embedding(
    record: layers.PiecewiseLinearEmbedding, site: BuildContext
) -> Built:
    """Build an embedding by bins."""
    return _PiecewiseLinearEmbedding(record, site).built()


class _PeriodicEmbedding(Weighted):
    frequencies: Tensor
    kernel: Tensor
    bias: Tensor

    def __init__(self, record: layers.PeriodicEmbedding, site: BuildContext) -> None:
        super().__init__(record, site, swap=("kernel",))
        self.keep_input = record.keep_input

    def forward(self, x: Tensor) -> Tensor:
        """Return the columns' vectors."""
        column = x.unsqueeze(-1)
        phases = self.held("phases")
        if phases is None:
            angles = column * (2.0 * math.pi * self.frequencies)
            waves = torch.cat([angles.cos(), angles.sin()], dim=-1)
        else:
            waves = torch.addcmul(phases, column, 2.0 * math.pi * self.frequencies).cos()
        if self.kernel.dim() == 2:
            y = functional.linear(waves, self.kernel, self.bias)
        else:
            y = each_by_its_own(waves, self.kernel, self.bias)
        return torch.cat([column, y], dim=-1) if self.keep_input else y


@builds(layers.PeriodicEmbedding)
def periodic_embedding(record: layers.PeriodicEmbedding, site: BuildContext) -> Built:
    """Build an embedding by waves."""
    return _PeriodicEmbedding(record, site).built()


class _CategoryTokens(Weighted):
    embeddings: Tensor
    offsets: Tensor

    def __init__(self, record: layers.CategoryTokens, site: BuildContext) -> None:
        super().__init__(record, site)
        _keep(self, offsets=np.cumsum([0, *record.cardinalities[:-1]]))

    def forward(self, codes: Tensor) -> Tensor:
        """Return a vector for each code."""
        return functional.embedding(codes.long() + self.offsets, self.embeddings)


@builds(layers.CategoryTokens)
def category_tokens(record: layers.CategoryTokens, site: BuildContext) -> Built:
    """Build the tokens of codes."""
    return _CategoryTokens(record, site).built()


class _OneHot(nn.Module):
    columns: Tensor
    codes: Tensor

    def __init__(self, record: layers.OneHot) -> None:
        super().__init__()
        columns, codes = record.places()
        _keep(self, columns=columns, codes=codes)

    def forward(self, codes: Tensor) -> Tensor:
        """Return ones where a code is the column's."""
        return (codes.index_select(1, self.columns) == self.codes).float()


@builds(layers.OneHot)
def one_hot(record: layers.OneHot, site: BuildContext) -> Built:
    """Build the columns of codes."""
    return Built(_OneHot(record))


class _ClassToken(Weighted):
    token: Tensor

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.token.expand(len(x), 1, -1), x], dim=1)


@builds(layers.ClassToken)
def class_token(record: layers.ClassToken, site: BuildContext) -> Built:
    """Build the token that stands for the sample."""
    return _ClassToken(record, site).built()


class _FirstToken(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x[:, 0]


@builds(layers.FirstToken)
def first_token(record: layers.FirstToken, site: BuildContext) -> Built:
    """Build the way to the first token."""
    return Built(_FirstToken())


class _AppendParameter(Weighted):
    parameter: Tensor

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.parameter.expand(*x.shape[:-1], -1)], dim=-1)


@builds(layers.AppendParameter)
def append_parameter(record: layers.AppendParameter, site: BuildContext) -> Built:
    """Build numbers beside those of the samples."""
    return _AppendParameter(record, site).built()
