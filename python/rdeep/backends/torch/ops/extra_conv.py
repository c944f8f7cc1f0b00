"""Operations that pad, repeat and put axes in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def pad(
    x: Tensor,
    pad_width: Sequence[Sequence[int]],
    mode: str = "constant",
    constant_values: float | None = None,
) -> Tensor:
    """Return a tensor with values added before and after each axis."""
    if mode != "constant":
        raise NotImplementedError(mode)
    # torch lists the last axis first.
    amounts = [amount for pair in reversed(list(pad_width)) for amount in pair]
    return functional.pad(x, amounts, value=constant_values or 0)


def repeat(x: Tensor, repeats: Any, axis: int | None = None) -> Tensor:
    """Return a tensor with each value repeated along an axis."""
    return torch.repeat_interleave(x, repeats, dim=axis)


def transpose(x: Tensor, axes: Sequence[int] | None = None) -> Tensor:
    """Return a tensor with its axes in another order, by default the reverse."""
    return x.permute(*(axes or range(x.dim() - 1, -1, -1)))
