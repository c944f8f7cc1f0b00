"""Operations on matrices agree with Keras's on both engines."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

from agreement import agree, case, declared, floats
from rdeep import ops
from rdeep.errors import ArgumentError, ShapeError

SQUARE = floats(2, 4, 4)
DEFINITE = np.float32(SQUARE @ SQUARE.transpose(0, 2, 1) + 2 * np.eye(4))
FACTOR = np.linalg.cholesky(DEFINITE).astype("float32")
TALL, WIDE = floats(2, 5, 3), floats(3, 5)
DEFICIENT = np.concatenate([TALL[0], TALL[0, :, :1]], axis=1)
NORMS = (1, -1, 2, -2, np.inf, -np.inf, "fro", "nuc")


def _transposed(x):
    return keras.ops.swapaxes(x, -1, -2) if not isinstance(x, torch.Tensor) else x.mT


def _of_eigen(values, vectors):
    """Return what does not depend on the signs of vectors."""
    if not isinstance(values, torch.Tensor):
        return [values, (vectors * values[..., None, :]) @ keras.ops.swapaxes(vectors, -1, -2)]
    return [values, (vectors * values[..., None, :]) @ vectors.mT]


def _of_singular(u, s, v):
    return [s, (u[..., : s.shape[-1]] * s[..., None, :]) @ v[..., : s.shape[-1], :]]


def _of_qr(q, r):
    return [q @ r, _transposed(q) @ q]


CASES = {
    "cholesky": [case(DEFINITE), case(DEFINITE[0], upper=True, gradient=False)],
    "det": [case(SQUARE)],
    "logdet": [case(DEFINITE)],
    "slogdet": [case(SQUARE)],
    # TensorFlow counts the lower triangle alone as the argument.
    "eigh": [case(DEFINITE, of=_of_eigen, gradient=False)],
    "inv": [case(DEFINITE)],
    "lstsq": [
        case(TALL[0], floats(5)),
        case(TALL[0], floats(5, 2)),
        case(WIDE, floats(3)),
        case(DEFICIENT, floats(5), rcond=1e-3, gradient=False, tolerance=1e-4),
    ],
    "norm": [
        case(TALL[0]),
        case(TALL, axis=1),
        case(TALL, axis=(0, 1), keepdims=True),
        *(case(TALL, order, axis=(1, 2), gradient=False) for order in NORMS),
        *(case(TALL, order, axis=-1, gradient=False) for order in (0, 1, 3, np.inf, -np.inf)),
    ],
    "qr": [
        case(TALL, of=_of_qr, gradient=False),
        case(TALL, "complete", of=_of_qr, gradient=False),
    ],
    "solve": [case(DEFINITE, floats(2, 4, 3)), case(DEFINITE[0], floats(4))],
    "solve_triangular": [
        case(DEFINITE, floats(2, 4, 3)),
        case(DEFINITE[0], floats(4), lower=True),
    ],
    "cholesky_inverse": [
        case(FACTOR),
        case(FACTOR[0]),
        case(np.ascontiguousarray(FACTOR.transpose(0, 2, 1)), upper=True),
    ],
    "matrix_rank": [
        case(TALL, gradient=False),
        case(DEFICIENT, gradient=False),
        case(np.zeros((2, 3), "float32"), gradient=False),
        case(np.float32([[1, 0], [0, 1e-3]]), 0.01, gradient=False),
    ],
    "pinv": [
        case(TALL, tolerance=1e-4),
        case(WIDE, tolerance=1e-4),
        case(DEFINITE, tolerance=1e-4),
        case(DEFICIENT, gradient=False, tolerance=1e-4),
        case(np.float32([[1, 0], [0, 1e-3]]), 0.01, gradient=False),
    ],
    "cdist": [
        case(TALL, floats(2, 4, 3)),
        case(TALL, floats(4, 3)),
        case(floats(3, 2, 1, 3), floats(2, 2, 3)),
        case(floats(0, 3), floats(2, 3), gradient=False),
    ],
    "svd": [
        case(TALL, of=_of_singular, gradient=False),
        case(TALL, False, of=_of_singular, gradient=False),
        case(TALL, compute_uv=False),
    ],
}


def test_every_operation_has_a_case():
    assert {*CASES, "eig", "lu_factor"} == set(declared("linear_algebra"))


@pytest.mark.parametrize("name", sorted(CASES))
def test_operations_agree_with_keras(name):
    for one in CASES[name]:
        if name == "slogdet":
            one.of = lambda *parts: list(parts)
        agree(name, one)


def _made(backend):
    return torch.from_numpy if backend == "torch" else keras.ops.convert_to_tensor


def test_eigenvectors_are_such(backend):
    values, vectors = (np.asarray(each) for each in ops.eig(_made(backend)(SQUARE)))
    np.testing.assert_allclose(SQUARE @ vectors, vectors * values[:, None, :], atol=1e-4)


@pytest.mark.parametrize("x", [SQUARE, SQUARE[0]])
def test_factors_make_the_matrix(backend, x):
    packed, order = (np.asarray(each) for each in ops.lu_factor(_made(backend)(x)))
    product = (np.tril(packed, -1) + np.eye(4)) @ np.triu(packed)
    assert order.dtype == np.int32
    np.testing.assert_allclose(np.take_along_axis(product, order[..., None], -2), x, atol=1e-5)
    if x.ndim == 2:
        theirs = keras.ops.lu_factor(x)
        np.testing.assert_allclose(packed, theirs[0], atol=1e-5)
        np.testing.assert_array_equal(order, theirs[1])


def test_gradients_of_distances_are_right_where_they_are_zero(backend):
    x = _made(backend)(TALL[0])
    if backend == "torch":
        x.requires_grad_()
        ops.sum(ops.cdist(x, x)).backward()
        slopes = x.grad.numpy()
    else:
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = ops.sum(ops.cdist(x, x))
        slopes = tape.gradient(total, x).numpy()
    apart = TALL[0][:, None] - TALL[0][None]
    far = np.linalg.norm(apart, axis=-1, keepdims=True)
    wanted = 2 * np.divide(apart, far, out=np.zeros_like(apart), where=far > 0).sum(1)
    np.testing.assert_allclose(slopes, wanted, atol=1e-5)


def test_what_does_not_fit_is_said(backend):
    made = _made(backend)
    with pytest.raises(ShapeError, match="a square matrix"):
        ops.inv(made(TALL))
    with pytest.raises(ShapeError, match="does not fit a matrix"):
        ops.solve(made(SQUARE[0]), made(floats(3)))
    with pytest.raises(ShapeError, match="vectors of one length"):
        ops.cdist(made(TALL), made(WIDE))
    with pytest.raises(ArgumentError, match="positive definite"):
        ops.cholesky(made(-DEFINITE))
    with pytest.raises(ArgumentError, match="singular"):
        ops.inv(made(np.zeros((2, 2), "float32")))
    with pytest.raises(ArgumentError, match="'ord' must be"):
        ops.norm(made(SQUARE), "other")
