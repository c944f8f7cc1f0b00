"""Categories as vectors, and the positions of the largest scores."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.arguments import as_tensor, floating, torch_dtype


def indicators(index: Tensor, count: int, axis: int, dtype: Any) -> Tensor:
    """Return which of so many classes each number is, along a new axis."""
    shape = [1] * (index.dim() + 1)
    shape[axis] = count
    classes = torch.arange(count, device=index.device).reshape(shape)
    return (index.unsqueeze(axis) == classes).to(torch_dtype(dtype))


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """Return the largest values along the last axis, and their positions."""
    x = as_tensor(x)
    if k > x.shape[-1]:
        raise ValueError(f"there are no {k} values along an axis of {x.shape[-1]}.")
    # Sorted, for then the first comes first where several are as large: torch.topk takes any.
    values, index = torch.sort(x, dim=-1, descending=True, stable=True)
    return values[..., :k], index[..., :k].to(torch.int32)


def in_top_k(targets: Any, predictions: Any, k: int) -> Tensor:
    """Return whether the scores of targets are among the largest."""
    scores = floating(predictions)  # (batch, classes)
    index = as_tensor(targets, scores).long()
    known = (index >= 0) & (index < scores.shape[-1])
    own = scores.gather(-1, torch.where(known, index, 0).unsqueeze(-1))
    return ((scores > own).sum(-1) < k) & known & torch.isfinite(own.squeeze(-1))
