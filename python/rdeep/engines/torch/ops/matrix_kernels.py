"""What `rdeep.arrays.composed.linear_algebra` computes matrices by."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

FAILURES = (torch.linalg.LinAlgError,)
"""What is raised of matrices that cannot be computed with."""
det = torch.linalg.det
slogdet = torch.linalg.slogdet
eig = torch.linalg.eig
eigh = torch.linalg.eigh
inv = torch.linalg.inv
solve = torch.linalg.solve
singular_values = torch.linalg.svdvals
norm = torch.linalg.norm


def cholesky(x: Tensor, upper: bool) -> Tensor:
    """Return the triangular factor of a positive definite matrix."""
    return torch.linalg.cholesky(x, upper=upper)


def lu_factor(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return both triangular factors in one matrix, and where the rows of their product belong."""
    packed, pivots = torch.linalg.lu_factor(x)
    order, _, _ = torch.lu_unpack(packed, pivots, unpack_data=False)
    return packed, order.argmax(-1).to(torch.int32)


def qr(x: Tensor, mode: str) -> tuple[Tensor, Tensor]:
    """Return an orthogonal and an upper triangular factor."""
    return torch.linalg.qr(x, mode=mode)


def solve_triangular(a: Tensor, b: Tensor, lower: bool) -> Tensor:
    """Return what solves a system whose matrix is triangular."""
    return torch.linalg.solve_triangular(a, b, upper=not lower)


def svd(x: Tensor, full: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Return the singular value decomposition."""
    return torch.linalg.svd(x, full_matrices=full)


def euclidean(x: Tensor, axis: Any, keepdims: bool) -> Tensor:
    """Return the root of the sum of squares over axes."""
    over = tuple(range(x.dim())) if axis is None else axis
    return torch.linalg.vector_norm(x, 2, over, keepdims)
