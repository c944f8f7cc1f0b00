"""Matrices: products undone, decompositions, norms (`keras.ops.linalg`)."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.arrays.matrices import check_matrix, check_system, not_definite, singular
from rdeep.engines.tensorflow.ops.arguments import floating

Tensor = Any


def _matrix(x: Any, where: str, square: bool = True) -> Tensor:
    x = floating(x)
    check_matrix(x.shape, where, square)
    return x


def cholesky(x: Any, upper: bool = False) -> Tensor:
    """Return the triangular factor of a positive definite matrix."""
    x = _matrix(x, "cholesky")
    try:
        return ops.cholesky(x, upper=upper)
    except ValueError:
        raise not_definite() from None


def det(x: Any) -> Tensor:
    """Return the determinant."""
    return ops.det(_matrix(x, "det"))


def logdet(x: Any) -> Tensor:
    """Return the logarithm of the determinant of a positive definite matrix."""
    return tf.linalg.slogdet(_matrix(x, "logdet"))[1]


def slogdet(x: Any) -> tuple[Tensor, Tensor]:
    """Return the determinant's sign and the logarithm of its absolute value."""
    found = tf.linalg.slogdet(_matrix(x, "slogdet"))
    return found[0], found[1]


def eig(x: Any) -> tuple[Tensor, Tensor]:
    """Return eigenvalues and eigenvectors, complex."""
    return ops.eig(_matrix(x, "eig"))


def eigh(x: Any) -> tuple[Tensor, Tensor]:
    """Return eigenvalues and eigenvectors of a symmetric matrix, from the smallest."""
    return ops.eigh(_matrix(x, "eigh"))


def inv(x: Any) -> Tensor:
    """Return the inverse."""
    x = _matrix(x, "inv")
    try:
        return ops.inv(x)
    except tf.errors.InvalidArgumentError:
        raise singular("inv") from None


def lu_factor(x: Any) -> tuple[Tensor, Tensor]:
    """Return both triangular factors in one matrix, and where the rows of their product belong."""
    packed, order = tf.linalg.lu(_matrix(x, "lu_factor"))
    return packed, tf.argsort(order, axis=-1)


def lstsq(a: Any, b: Any, rcond: float | None = None) -> Tensor:
    """Return what solves a system best: of all such solutions the shortest."""
    a, b = _matrix(a, "lstsq", square=False), floating(b)
    check_system(a.shape, b.shape, "lstsq")
    return ops.lstsq(a, b, rcond=rcond)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the norm of vectors or of matrices."""
    x = floating(x)
    if ord is None:
        # Keras takes one or two axes; the root of a sum of squares is there for any number.
        return tf.norm(x, "euclidean", axis, keepdims)
    return ops.norm(x, ord, axis, keepdims)


def qr(x: Any, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    """Return an orthogonal and an upper triangular factor."""
    return tuple(ops.qr(_matrix(x, "qr", square=False), mode))


def solve(a: Any, b: Any) -> Tensor:
    """Return what solves a system of linear equations."""
    a, b = _matrix(a, "solve"), floating(b)
    check_system(a.shape, b.shape, "solve")
    try:
        return ops.solve(a, b)
    except tf.errors.InvalidArgumentError:
        raise singular("solve") from None


def solve_triangular(a: Any, b: Any, lower: bool = False) -> Tensor:
    """Return what solves a system whose matrix is triangular."""
    a, b = _matrix(a, "solve_triangular"), floating(b)
    check_system(a.shape, b.shape, "solve_triangular")
    return ops.solve_triangular(a, b, lower)


def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Return the singular value decomposition, or the singular values alone."""
    return ops.svd(_matrix(x, "svd", square=False), full_matrices, compute_uv)
