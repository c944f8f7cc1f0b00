"""What optimizers and regularizers compute with, beside the rest."""

from __future__ import annotations

import torch
from torch import Tensor

sign = torch.sign


def transpose(x: Tensor, axes: tuple[int, ...] | None = None) -> Tensor:
    """Return a tensor with its axes in another order, by default the reverse."""
    return x.permute(axes if axes is not None else tuple(range(x.dim()))[::-1])
