"""Builders of layers of ensembles; axis 1 holds the members."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, Weighted, builds
from rdeep.engines.torch.products import Linear
from rdeep.engines.torch.weights import transposed


class _Members(nn.Module):
    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def forward(self, x: Tensor) -> Tensor:
        return x.unsqueeze(1).expand(-1, self.count, *x.shape[1:])


@builds(layers.Members)
def members(record: layers.Members, site: BuildContext) -> Built:
    """Build what shows each sample to all members."""
    return Built(_Members(record.count))


class _EnsembleDense(Weighted):
    """A dense layer between scales; all members go through one product."""

    def __init__(self, record: layers.EnsembleDense, site: BuildContext) -> None:
        super().__init__(record, site, leave=("kernel",))
        features = record.weights(*site.shapes)[0].shape[0]
        self.linear = Linear(features, record.units, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs of all members."""
        scale, bias = self.held("output_scale"), self.held("bias")
        before = self.held("input_scale")
        y = self.linear(x if before is None else x * before)
        if scale is not None and bias is not None:
            return torch.addcmul(bias, y, scale)
        y = y if scale is None else y * scale
        return y if bias is None else y + bias


@builds(layers.EnsembleDense)
def ensemble_dense(record: layers.EnsembleDense, site: BuildContext) -> Built:
    """Build a dense layer of a shared kernel."""
    module = _EnsembleDense(record, site)
    return module.built(kernel=transposed(module.linear.weight))


class _MemberDense(Weighted):
    kernel: Tensor

    def forward(self, x: Tensor) -> Tensor:
        return each_by_its_own(x, self.kernel, self.held("bias"))


@builds(layers.MemberDense)
def member_dense(record: layers.MemberDense, site: BuildContext) -> Built:
    """Build a dense layer for each member."""
    return _MemberDense(record, site, swap=("kernel",)).built()


def each_by_its_own(x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    """Return `x[:, j] @ kernel[j].T + bias[j]` for each place `j` of axis 1.

    Parameters
    ----------
    x : Tensor
        Of shape `(batch, places, features)`.
    kernel : Tensor
        Of shape `(places, units, features)`.
    bias : Tensor or None
        Of shape `(places, units)`.
    """
    special = x.requires_grad and x.device.type == "cpu" and not torch.compiler.is_compiling()
    if special and not torch.is_autocast_enabled("cpu"):
        y: Tensor = _ByItsOwn.apply(x, kernel)
    else:
        y = _products(x, kernel)
    return y if bias is None else y + bias


def _products(x: Tensor, kernel: Tensor) -> Tensor:
    # In this order, and its gradients in the orders below: with the places of a sample side by
    # side, and few units, others take up to ten times as long on a CPU.
    # In order in memory again, because what follows is often larger and keeps the order it gets.
    return torch.bmm(kernel, x.permute(1, 2, 0)).permute(2, 0, 1).contiguous()


class _ByItsOwn(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, x: Tensor, kernel: Tensor) -> Tensor:
        context.save_for_backward(x, kernel)
        return _products(x, kernel)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, kernel = context.saved_tensors
        for_kernel = torch.bmm(gradient.permute(1, 2, 0), x.transpose(0, 1))
        if kernel.shape[1] == 1:
            return gradient * kernel[:, 0], for_kernel
        for_x = torch.bmm(gradient.transpose(0, 1), kernel).transpose(0, 1)
        return for_x.contiguous(), for_kernel
