"""Matrices: products undone, decompositions, norms (`keras.ops.linalg`)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rdeep.arrays.matrices import check_matrix, check_system, not_definite, singular
from rdeep.engines.torch.ops.arguments import floating


def _matrix(x: Any, where: str, square: bool = True) -> Tensor:
    x = floating(x)
    check_matrix(x.shape, where, square)
    return x


def cholesky(x: Any, upper: bool = False) -> Tensor:
    """Return the triangular factor of a positive definite matrix."""
    x = _matrix(x, "cholesky")
    try:
        return torch.linalg.cholesky(x, upper=upper)
    except torch.linalg.LinAlgError:
        raise not_definite() from None


def det(x: Any) -> Tensor:
    """Return the determinant."""
    return torch.linalg.det(_matrix(x, "det"))


def logdet(x: Any) -> Tensor:
    """Return the logarithm of the determinant of a positive definite matrix."""
    return torch.logdet(_matrix(x, "logdet"))


def slogdet(x: Any) -> tuple[Tensor, Tensor]:
    """Return the determinant's sign and the logarithm of its absolute value."""
    found = torch.linalg.slogdet(_matrix(x, "slogdet"))
    return found.sign, found.logabsdet


def eig(x: Any) -> tuple[Tensor, Tensor]:
    """Return eigenvalues and eigenvectors, complex."""
    found = torch.linalg.eig(_matrix(x, "eig"))
    return found.eigenvalues, found.eigenvectors


def eigh(x: Any) -> tuple[Tensor, Tensor]:
    """Return eigenvalues and eigenvectors of a symmetric matrix, from the smallest."""
    found = torch.linalg.eigh(_matrix(x, "eigh"))
    return found.eigenvalues, found.eigenvectors


def inv(x: Any) -> Tensor:
    """Return the inverse."""
    x = _matrix(x, "inv")
    try:
        return torch.linalg.inv(x)
    except torch.linalg.LinAlgError:
        raise singular("inv") from None


def lu_factor(x: Any) -> tuple[Tensor, Tensor]:
    """Return both triangular factors in one matrix, and where the rows of their product belong."""
    packed, pivots = torch.linalg.lu_factor(_matrix(x, "lu_factor"))
    order, _, _ = torch.lu_unpack(packed, pivots, unpack_data=False)
    return packed, order.argmax(-1).to(torch.int32)


def lstsq(a: Any, b: Any, rcond: float | None = None) -> Tensor:
    """Return what solves a system best: of all such solutions the shortest."""
    a, b = _matrix(a, "lstsq", square=False), floating(b)
    check_system(a.shape, b.shape, "lstsq")
    right = b.unsqueeze(-1) if b.dim() == a.dim() - 1 else b
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    limit = torch.finfo(a.dtype).eps * max(a.shape[-2:]) if rcond is None else rcond
    kept = s >= limit * s[..., :1]
    inverse = torch.where(kept, 1.0 / torch.where(kept, s, 1.0), 0.0)
    out = vh.mH @ (inverse.unsqueeze(-1) * (u.mH @ right))
    return out.squeeze(-1) if b.dim() == a.dim() - 1 else out


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the norm of vectors or of matrices."""
    x = floating(x)
    if axis is None and ord is None:
        axis = tuple(range(x.dim()))
    if ord is None:
        ord = 2
        return torch.linalg.vector_norm(x, ord, axis, keepdims)
    return torch.linalg.norm(x, ord, axis, keepdims)


def qr(x: Any, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    """Return an orthogonal and an upper triangular factor."""
    found = torch.linalg.qr(_matrix(x, "qr", square=False), mode=mode)
    return found.Q, found.R


def solve(a: Any, b: Any) -> Tensor:
    """Return what solves a system of linear equations."""
    a, b = _matrix(a, "solve"), floating(b)
    check_system(a.shape, b.shape, "solve")
    vector = b.dim() == a.dim() - 1
    try:
        out = torch.linalg.solve(a, b.unsqueeze(-1) if vector else b)
    except torch.linalg.LinAlgError:
        raise singular("solve") from None
    return out.squeeze(-1) if vector else out


def solve_triangular(a: Any, b: Any, lower: bool = False) -> Tensor:
    """Return what solves a system whose matrix is triangular."""
    a, b = _matrix(a, "solve_triangular"), floating(b)
    check_system(a.shape, b.shape, "solve_triangular")
    vector = b.dim() == a.dim() - 1
    right = b.unsqueeze(-1) if vector else b
    out = torch.linalg.solve_triangular(a, right, upper=not lower)
    return out.squeeze(-1) if vector else out


def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Return the singular value decomposition, or the singular values alone."""
    x = _matrix(x, "svd", square=False)
    if not compute_uv:
        return torch.linalg.svdvals(x)
    found = torch.linalg.svd(x, full_matrices=full_matrices)
    return found.U, found.S, found.Vh
