"""What `rdeep.arrays.composed.linear_algebra` computes matrices by."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

Tensor = Any

FAILURES = (ValueError, tf.errors.InvalidArgumentError)
"""What is raised of matrices that cannot be computed with."""
cholesky = ops.cholesky
det = ops.det
slogdet = tf.linalg.slogdet
eig = ops.eig
eigh = ops.eigh
inv = ops.inv
qr = ops.qr
solve = ops.solve
solve_triangular = ops.solve_triangular
svd = ops.svd
norm = ops.norm


def lu_factor(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return both triangular factors in one matrix, and where the rows of their product belong."""
    packed, order = tf.linalg.lu(x)
    return packed, tf.argsort(order, axis=-1)


def singular_values(x: Tensor) -> Tensor:
    """Return the singular values."""
    return ops.svd(x, compute_uv=False)


def euclidean(x: Tensor, axis: Any, keepdims: bool) -> Tensor:
    """Return the root of the sum of squares over axes."""
    return tf.norm(x, "euclidean", axis, keepdims)
