"""Moments, and layer normalization by torch's kernel."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.engines.torch.ops.arguments import floating

_HALVES = (torch.float16, torch.bfloat16)


def moments(
    x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False
) -> tuple[Tensor, Tensor]:
    """Return the mean and the variance; there is one device, so they are synchronized."""
    x = floating(x)
    kind = x.dtype
    x = x.float() if kind in _HALVES else x
    axes = tuple(range(x.dim())) if axes is None else axes
    # Faster than `torch.var_mean`, which goes over the values one by one.
    mean = x.mean(axes, keepdim=True)
    variance = torch.square(x - mean).mean(axes, keepdim=keepdims)
    mean = mean if keepdims else mean.squeeze(axes)
    if kind in _HALVES:
        bound = torch.finfo(torch.float16).max
        mean, variance = (each.clamp(-bound, bound).to(kind) for each in (mean, variance))
    return mean, variance


def standardized_features(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, rank: int, epsilon: float
) -> Tensor:
    """Return a tensor with mean 0 and variance 1 over its last axes."""
    extents = x.shape[-rank:]
    gamma, beta = (
        each if each is None or each.shape == extents else _stretched(each, x.dim(), extents)
        for each in (gamma, beta)
    )
    return functional.layer_norm(x, extents, gamma, beta, epsilon)


def _stretched(weight: Tensor, rank: int, extents: torch.Size) -> Tensor:
    return weight.expand((1,) * (rank - len(extents)) + extents).reshape(extents)
