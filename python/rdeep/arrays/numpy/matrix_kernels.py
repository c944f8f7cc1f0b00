"""What `rdeep.arrays.composed.linear_algebra` computes matrices by."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays.numpy.types import Array

FAILURES = (np.linalg.LinAlgError,)
"""What is raised of matrices that cannot be computed with."""
det = np.linalg.det
slogdet = np.linalg.slogdet
eigh = np.linalg.eigh
inv = np.linalg.inv
solve = np.linalg.solve


def cholesky(x: Array, upper: bool) -> Array:
    """Return the triangular factor of a positive definite matrix."""
    lower = np.linalg.cholesky(x)
    return np.conj(np.swapaxes(lower, -1, -2)) if upper else lower


def eig(x: Array) -> tuple[Array, Array]:
    """Return eigenvalues and eigenvectors, complex."""
    kind = np.complex128 if x.dtype in (np.float64, np.complex128) else np.complex64
    values, vectors = np.linalg.eig(x)
    return values.astype(kind), vectors.astype(kind)


def lu_factor(x: Array) -> tuple[Array, Array]:
    """Return both triangular factors in one matrix, and where the rows of their product belong."""
    if x.ndim > 2:
        parts = [lu_factor(each) for each in x.reshape(-1, *x.shape[-2:])]
        packed, places = (np.stack(part) for part in zip(*parts))
        return packed.reshape(x.shape), places.reshape(x.shape[:-1])
    packed, order = np.array(x), np.arange(len(x))
    for column in range(len(x) - 1):
        best = column + int(np.argmax(np.abs(packed[column:, column])))
        for each in (packed, order):
            each[[column, best]] = each[[best, column]]
        packed[column + 1 :, column] /= packed[column, column]
        packed[column + 1 :, column + 1 :] -= np.outer(
            packed[column + 1 :, column], packed[column, column + 1 :]
        )
    return packed, np.argsort(order).astype(np.int32)


def qr(x: Array, mode: str) -> tuple[Array, Array]:
    """Return an orthogonal and an upper triangular factor."""
    kind: Any = mode
    found = np.linalg.qr(x, kind)
    return found[0], found[1]


def solve_triangular(a: Array, b: Array, lower: bool) -> Array:
    """Return what solves a system whose matrix is triangular."""
    return np.linalg.solve(np.tril(a) if lower else np.triu(a), b)


def svd(x: Array, full: bool) -> tuple[Array, Array, Array]:
    """Return the singular value decomposition."""
    u, s, vh = np.linalg.svd(x, full_matrices=full)
    return u, s, vh


def singular_values(x: Array) -> Array:
    """Return the singular values."""
    return np.linalg.svd(x, compute_uv=False)


def euclidean(x: Array, axis: Any, keepdims: bool) -> Array:
    """Return the root of the sum of squares over axes."""
    axes = tuple(axis) if isinstance(axis, list) else axis
    squares = np.real(x * np.conj(x))
    return np.sqrt(np.sum(squares, axis=axes, keepdims=keepdims))


def norm(x: Array, ord: Any, axis: Any, keepdims: bool) -> Array:
    """Return the norm of vectors or of matrices."""
    return np.linalg.norm(x, ord, tuple(axis) if isinstance(axis, list) else axis, keepdims)
