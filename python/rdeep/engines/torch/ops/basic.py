"""The shared array functions, on torch. The names and meanings are those of `keras.ops`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.catalogue import losses

lgamma = torch.lgamma


def pick(x: Tensor, indices: Tensor, axis: int = -1) -> Tensor:
    """Return the value at an index along an axis, which goes."""
    return x.gather(axis, indices.unsqueeze(axis)).squeeze(axis)


def multiply_add(x: Tensor, y: Tensor, z: Tensor) -> Tensor:
    """Return `x * y + z`, in one operation."""
    return torch.addcmul(z, x, y)


def grouped_matmul(x: Tensor, kernel: Tensor) -> Tensor:
    """Return `x[:, j] @ kernel[j]` for each place `j` of axis 1."""
    if kernel.shape[-1] >= _MANY_UNITS:
        return torch.einsum("bpf,pfu->bpu", x, kernel)
    special = x.requires_grad and x.device.type == "cpu" and not torch.compiler.is_compiling()
    if special and not torch.is_autocast_enabled("cpu"):
        y: Tensor = _FewUnits.apply(x, kernel)
        return y
    return _few_units(x, kernel)


# From so many units on, the usual order of products is as fast as ours (measured, one thread).
_MANY_UNITS = 16


def _few_units(x: Tensor, kernel: Tensor) -> Tensor:
    # In this order, and its gradients in the orders below: with the places of a sample side by
    # side, and few units, others take up to ten times as long on a CPU.
    # In order in memory again, because what follows is often larger and keeps the order it gets.
    return torch.bmm(kernel.mT, x.permute(1, 2, 0)).permute(2, 0, 1).contiguous()


class _FewUnits(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, x: Tensor, kernel: Tensor) -> Tensor:
        context.save_for_backward(x, kernel)
        return _few_units(x, kernel)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        x, kernel = context.saved_tensors
        for_kernel = torch.bmm(gradient.permute(1, 2, 0), x.transpose(0, 1)).mT.contiguous()
        if kernel.shape[-1] == 1:
            return gradient * kernel[:, :, 0], for_kernel
        for_x = torch.bmm(gradient.transpose(0, 1), kernel.mT).transpose(0, 1)
        return for_x.contiguous(), for_kernel


def largest(x: Tensor) -> Tensor:
    """Return the position of the largest value along the last axis, int64: `argmax` casts."""
    return x.argmax(dim=-1)


def as_index(x: Tensor) -> Tensor:
    """Return whole numbers as integers."""
    return x.long()


def as_float(x: Tensor) -> Tensor:
    """Return a tensor as float32."""
    return x.to(torch.float32)


def detach(x: Tensor) -> Tensor:
    """Return a tensor that no gradient flows through."""
    return x.detach()


def count(x: Tensor) -> float:
    """Return how many values there are."""
    return float(x.numel())


def rows(x: Tensor) -> float:
    """Return the size of the first dimension."""
    return float(x.shape[0])


def spread(weights: Tensor, values: Tensor) -> Tensor:
    """Return sample weights repeated to the shape of values."""
    missing = values.dim() - weights.dim()
    return weights.reshape(*weights.shape, *([1] * missing)).expand_as(values)


def fused_loss(loss: losses.Loss, y_true: Tensor, y_pred: Tensor) -> Tensor | None:
    """Return the mean of a loss in one operation; `None` where torch has none that is the same."""
    if isinstance(loss, losses.MeanSquaredError):
        return functional.mse_loss(y_pred, y_true)
    if isinstance(loss, losses.MeanAbsoluteError):
        return functional.l1_loss(y_pred, y_true)
    if not getattr(loss, "from_logits", False) or getattr(loss, "axis", None) not in (
        -1,
        y_pred.dim() - 1,
    ):
        return None
    if isinstance(loss, losses.BinaryCrossentropy) and not loss.label_smoothing:
        return functional.binary_cross_entropy_with_logits(y_pred, y_true)
    if isinstance(loss, losses.CategoricalCrossentropy) and not loss.label_smoothing:
        return functional.cross_entropy(y_pred.flatten(0, -2), y_true.flatten(0, -2))
    if isinstance(loss, losses.SparseCategoricalCrossentropy) and loss.ignore_class is None:
        return functional.cross_entropy(y_pred.flatten(0, -2), y_true.flatten())
    return None
