"""Operations on each value by itself, or on pairs of values."""

from __future__ import annotations

import torch

add = torch.add


def shape(x: torch.Tensor) -> tuple[int, ...]:
    """Return the shape."""
    return tuple(x.shape)
