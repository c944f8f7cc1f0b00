"""Layer normalization by torch's kernel."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def standardized_features(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, rank: int, epsilon: float
) -> Tensor:
    """Return a tensor with mean 0 and variance 1 over its last axes."""
    extents = x.shape[-rank:]
    gamma, beta = (
        None if each is None else each.expand((1,) * (x.dim() - rank) + extents).reshape(extents)
        for each in (gamma, beta)
    )
    return functional.layer_norm(x, extents, gamma, beta, epsilon)
