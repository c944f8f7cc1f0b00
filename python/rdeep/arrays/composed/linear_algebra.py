"""Linear algebra: solving systems, decompositions, norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays.matrices import (
    check_matrix,
    check_system,
    check_vectors,
    not_definite,
    singular,
)

Tensor = Any


def _matrix(ops: Any, x: Any, where: str, square: bool = True) -> Tensor:
    x = ops.floating(x)
    check_matrix(x.shape, where, square)
    return x


def _system(ops: Any, a: Any, b: Any, where: str, square: bool = True) -> tuple[Tensor, Tensor]:
    a, b = _matrix(ops, a, where, square), ops.floating(b)
    check_system(a.shape, b.shape, where)
    return a, b


def _columns(ops: Any, a: Tensor, b: Tensor) -> tuple[Tensor, bool]:
    """Return right-hand sides as columns of a matrix, and whether there was one alone."""
    alone = len(b.shape) == len(a.shape) - 1
    return (ops.expand_dims(b, -1) if alone else b), alone


def cholesky(ops: Any, x: Any, upper: bool = False) -> Tensor:
    """Return the triangular factor of a positive definite matrix."""
    x = _matrix(ops, x, "cholesky")
    try:
        return ops.matrix_kernels.cholesky(x, upper)
    except ops.matrix_kernels.FAILURES:
        raise not_definite() from None


def det(ops: Any, x: Any) -> Tensor:
    """Return the determinant."""
    return ops.matrix_kernels.det(_matrix(ops, x, "det"))


def logdet(ops: Any, x: Any) -> Tensor:
    """Return the logarithm of the determinant of a positive definite matrix."""
    return ops.matrix_kernels.slogdet(_matrix(ops, x, "logdet"))[1]


def slogdet(ops: Any, x: Any) -> tuple[Tensor, Tensor]:
    """Return the determinant's sign and the logarithm of its absolute value."""
    sign, log = ops.matrix_kernels.slogdet(_matrix(ops, x, "slogdet"))
    return sign, log


def eig(ops: Any, x: Any) -> tuple[Tensor, Tensor]:
    """Return eigenvalues and eigenvectors, complex."""
    values, vectors = ops.matrix_kernels.eig(_matrix(ops, x, "eig"))
    return values, vectors


def eigh(ops: Any, x: Any) -> tuple[Tensor, Tensor]:
    """Return eigenvalues and eigenvectors of a symmetric matrix, from the smallest."""
    values, vectors = ops.matrix_kernels.eigh(_matrix(ops, x, "eigh"))
    return values, vectors


def inv(ops: Any, x: Any) -> Tensor:
    """Return the inverse."""
    x = _matrix(ops, x, "inv")
    try:
        return ops.matrix_kernels.inv(x)
    except ops.matrix_kernels.FAILURES:
        raise singular("inv") from None


def lu_factor(ops: Any, x: Any) -> tuple[Tensor, Tensor]:
    """Return both triangular factors in one matrix, and where the rows of their product belong."""
    return ops.matrix_kernels.lu_factor(_matrix(ops, x, "lu_factor"))


def lstsq(ops: Any, a: Any, b: Any, rcond: float | None = None) -> Tensor:
    """Return what solves a system best: of all such solutions the shortest."""
    a, b = _system(ops, a, b, "lstsq", square=False)
    right, alone = _columns(ops, a, b)
    u, s, vh = ops.svd(a, full_matrices=False)
    limit = np.finfo(ops.dtype(a)).eps * max(a.shape[-2:]) if rcond is None else rcond
    kept = s >= float(limit) * s[..., :1]
    inverse = ops.where(kept, 1.0 / ops.where(kept, s, 1.0), 0.0)
    out = ops.expand_dims(inverse, -1) * ops.matmul(_adjoint(ops, u), right)
    out = ops.matmul(_adjoint(ops, vh), out)
    return ops.squeeze(out, -1) if alone else out


def _adjoint(ops: Any, x: Tensor) -> Tensor:
    return ops.conj(ops.swapaxes(x, -1, -2))


def norm(ops: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the norm of vectors or of matrices."""
    x = ops.floating(x)
    if ord is None:
        # Keras takes one or two axes; the root of a sum of squares is there for any number.
        return ops.matrix_kernels.euclidean(x, axis, keepdims)
    return ops.matrix_kernels.norm(x, ord, axis, keepdims)


def qr(ops: Any, x: Any, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    """Return an orthogonal and an upper triangular factor."""
    q, r = ops.matrix_kernels.qr(_matrix(ops, x, "qr", square=False), mode)
    return q, r


def solve(ops: Any, a: Any, b: Any) -> Tensor:
    """Return what solves a system of linear equations."""
    a, b = _system(ops, a, b, "solve")
    right, alone = _columns(ops, a, b)
    try:
        out = ops.matrix_kernels.solve(a, right)
    except ops.matrix_kernels.FAILURES:
        raise singular("solve") from None
    return ops.squeeze(out, -1) if alone else out


def solve_triangular(ops: Any, a: Any, b: Any, lower: bool = False) -> Tensor:
    """Return what solves a system whose matrix is triangular."""
    a, b = _system(ops, a, b, "solve_triangular")
    right, alone = _columns(ops, a, b)
    out = ops.matrix_kernels.solve_triangular(a, right, lower)
    return ops.squeeze(out, -1) if alone else out


def svd(ops: Any, x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Return the singular value decomposition, or the singular values alone."""
    x = _matrix(ops, x, "svd", square=False)
    if not compute_uv:
        return ops.matrix_kernels.singular_values(x)
    u, s, vh = ops.matrix_kernels.svd(x, full_matrices)
    return u, s, vh


def cholesky_inverse(ops: Any, x: Any, upper: bool = False) -> Tensor:
    """Return the inverse of the matrix that a triangular factor belongs to."""
    x = _matrix(ops, x, "cholesky_inverse")
    identity = ops.zeros_like(x) + ops.eye(x.shape[-1], dtype=ops.dtype(x))
    inverse = ops.solve_triangular(x, identity, lower=not upper)
    first, second = (inverse, _adjoint(ops, inverse))
    return ops.matmul(first, second) if upper else ops.matmul(second, first)


def matrix_rank(ops: Any, x: Any, tol: float | None = None) -> Tensor:
    """Return how many singular values are not 0."""
    x = _matrix(ops, x, "matrix_rank", square=False)
    values = ops.matrix_kernels.singular_values(x)
    if tol is None:
        precision = float(np.finfo(ops.dtype(values)).eps) * max(x.shape[-2:])
        limit = precision * ops.max(values, axis=-1, keepdims=True)
    else:
        limit = tol
    return ops.sum(ops.cast(values > limit, "int32"), axis=-1)


def pinv(ops: Any, x: Any, rcond: float | None = None) -> Tensor:
    """Return the pseudoinverse."""
    x = _matrix(ops, x, "pinv", square=False)
    u, s, vh = ops.svd(x, full_matrices=False)
    limit = inverse_limit(x.shape, ops.dtype(s)) if rcond is None else float(rcond)
    kept = s > limit * s[..., :1]
    inverse = ops.where(kept, 1.0 / ops.where(kept, s, ops.ones_like(s)), ops.zeros_like(s))
    scaled = ops.expand_dims(ops.cast(inverse, ops.dtype(u)), -1) * _adjoint(ops, u)
    return ops.matmul(_adjoint(ops, vh), scaled)


def inverse_limit(shape: Any, dtype: str) -> float:
    """Return the share of the largest singular value up to which others count as 0.

    Parameters
    ----------
    shape : sequence of int
        The matrix's.
    dtype : str
        The singular values' type.
    """
    return 10.0 * max(shape[-2:]) * float(np.finfo(dtype).eps)


def cdist(ops: Any, x: Any, y: Any) -> Tensor:
    """Return the distances between all pairs of vectors."""
    x, y = ops.together(x, y, "float")
    check_vectors(x.shape, y.shape, "cdist")
    apart = ops.expand_dims(x, -2) - ops.expand_dims(y, -3)
    squares = ops.sum(ops.square(apart), axis=-1)
    # The root's gradient would be infinite at 0.
    same = squares == 0
    roots = ops.sqrt(ops.where(same, ops.ones_like(squares), squares))
    return ops.where(same, ops.zeros_like(squares), roots)
