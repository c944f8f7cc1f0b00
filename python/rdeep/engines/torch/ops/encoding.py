"""Categories as vectors, and the positions of the largest scores."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.arguments import as_tensor, floating, torch_dtype
from rdeep.errors import ArgumentError, operation_call, show


def _dense(sparse: bool, where: str) -> None:
    if sparse:
        raise ArgumentError(
            f"{operation_call(where)}: 'sparse' must be {show(False)}: tensors here are dense.",
            argument="sparse",
        )


def one_hot(
    x: Any, num_classes: int, axis: int = -1, dtype: str | None = None, sparse: bool = False
) -> Tensor:
    """Return a 1 at each number's position along a new axis; none for one out of range."""
    _dense(sparse, "one_hot")
    index = as_tensor(x).long()
    axis = axis % (index.dim() + 1)
    shape = [1] * (index.dim() + 1)
    shape[axis] = num_classes
    classes = torch.arange(num_classes, device=index.device).reshape(shape)
    return (index.unsqueeze(axis) == classes).to(torch_dtype(dtype))


def multi_hot(
    inputs: Any,
    num_classes: int,
    axis: int = -1,
    dtype: str | None = None,
    sparse: bool = False,
) -> Tensor:
    """Return a 1 at the position of each number of a row."""
    _dense(sparse, "multi_hot")
    index = as_tensor(inputs)
    return one_hot(index, num_classes, axis, dtype).amax(1 if index.dim() > 1 else 0)


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
    scores = floating(predictions)
    index = as_tensor(targets, scores).long()
    known = (index >= 0) & (index < scores.shape[-1])
    own = scores.gather(-1, torch.where(known, index, 0).unsqueeze(-1))
    return ((scores > own).sum(-1) < k) & known & torch.isfinite(own.squeeze(-1))
