"""Types, parts and arrangements of tensors agree with Keras's on both engines."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

from agreement import agree, case, declared, floats
from rdeep import ops
from rdeep.errors import ArgumentError, ShapeError

X = floats(4, 3)
WILD = np.array([-300.0, -1.5, 0.4, 2.6, 1e10], "float32")
AT = np.array([[0, 1], [2, 2], [0, 1]])
IDS = np.array([0, 2, 2, 0])

CASES = {
    "cast": [case(X, "int32"), case(X, "float16"), case(np.array([0, 3]), "bool")],
    "saturate_cast": [
        *(case(WILD, kind, gradient=False) for kind in ("uint8", "int32", "int8", "float16")),
        case(np.array([-5, 300]), "uint8"),
        case(np.array([True, False]), "float32"),
    ],
    "convert_to_tensor": [case(X), case(X, "float16"), case([1, 2], "float32")],
    "stop_gradient": [case(X)],
    "unstack": [case(X), case(X, axis=1), case(X, 3, -1)],
    "scatter": [case(AT, floats(3), (3, 4)), case(AT[:, :1], floats(3, 2), (3, 2))],
    "scatter_update": [
        case(X, AT[:2], floats(2)),
        case(X, AT[:2, :1], floats(2, 3)),
        *(case(X, AT, floats(3), how, gradient=False) for how in ("add", "max", "min", "mul")),
    ],
    "slice": [case(X, (1, 0), (2, 3)), case(X, np.array([1, 1]), (-1, 2))],
    # Keras's has no gradient on TensorFlow.
    "slice_update": [
        case(X, (1, 0), floats(2, 2), gradient=False),
        case(X, np.array([3, 1]), floats(2, 1), gradient=False),
    ],
    "segment_sum": [case(X, IDS, 3), case(X[:, 0], IDS, 5), case(X, np.array([0, -1, 1, 1]), 3)],
    "segment_max": [case(X, IDS), case(X, IDS, 4), case(np.array([3, 1, 2, 5]), IDS)],
    "segment_min": [case(X, IDS), case(X, IDS, 4), case(np.array([3, 1, 2, 5]), IDS)],
    "segment_prod": [
        case(X, IDS, 3),
        case(X, IDS, 4),
        case(X[:, 0], np.array([0, -1, 1, 1]), 3),
        case(np.array([3, 1, 2, 5]), IDS),
    ],
    "rearrange": [
        case(X, "a b -> b a"),
        case(floats(2, 6, 4, 3), "b (h s) w c -> b h (s c w)", s=2),
        case(floats(2, 6, 4, 3), "b (h p) (w q) c -> (b h w) p q c", p=3, w=2),
    ],
}
PLAIN = {"convert_to_numpy", "convert_to_array", "is_tensor", "shape", "dtype", "gradients"}


def test_every_operation_has_a_case():
    assert {*CASES, *PLAIN} == set(declared("control"))


@pytest.mark.parametrize("name", sorted(CASES))
def test_operations_agree_with_keras(name):
    for one in CASES[name]:
        agree(name, one)


def _made(backend):
    return torch.from_numpy if backend == "torch" else keras.ops.convert_to_tensor


def test_what_is_known_of_a_tensor(backend):
    x = _made(backend)(X)
    np.testing.assert_array_equal(ops.convert_to_numpy(x), X)
    np.testing.assert_array_equal(
        ops.convert_to_array(ops.cast(x, "bfloat16")),
        np.asarray(ops.cast(ops.cast(x, "bfloat16"), "float32")),
    )
    assert ops.is_tensor(x) and tuple(ops.shape(x)) == (4, 3) and ops.dtype(x) == "float32"
    assert not ops.is_tensor("text")
    assert ops.dtype(2) == "int32"


def test_values_of_no_segment_are_left_out(backend):
    found = ops.segment_sum(_made(backend)(X), _made(backend)(np.array([0, -1, 1, 7])), 3)
    np.testing.assert_allclose(np.asarray(found), [X[0], X[2], 0 * X[0]])


def test_gradients_flow_through_updated_slices():
    x, part = torch.from_numpy(X.copy()).requires_grad_(), torch.ones(2, 2, requires_grad=True)
    ops.slice_update(x, (1, 0), part).sum().backward()
    y, other = tf.constant(X), tf.ones((2, 2))
    with tf.GradientTape() as tape:
        tape.watch([y, other])
        total = tf.reduce_sum(ops.slice_update(y, (1, 0), other))
    for mine, theirs in zip((x.grad, part.grad), tape.gradient(total, [y, other])):
        np.testing.assert_allclose(mine.numpy(), theirs.numpy())


def test_no_gradient_flows_through_stop_gradient():
    x = torch.from_numpy(X.copy()).requires_grad_()
    assert not ops.stop_gradient(x).requires_grad


def test_wrong_patterns_are_said(backend):
    x = _made(backend)(X)
    with pytest.raises(ShapeError, match="describes 3 axes"):
        ops.rearrange(x, "a b c -> c b a")
    with pytest.raises(ArgumentError, match="must be the same"):
        ops.rearrange(x, "a b -> a c")
    with pytest.raises(ShapeError, match="size 4 cannot be split"):
        ops.rearrange(x, "(a b) c -> a b c", a=3)
    with pytest.raises(ArgumentError, match="must be given"):
        ops.rearrange(x, "(a b) c -> a b c")
    with pytest.raises(ArgumentError, match="'pattern' must be such"):
        ops.rearrange(x, "a b")
    with pytest.raises(ArgumentError, match="cannot compute"):
        ops.slice(x, (3, 0), (4, 3))


def test_shapes_are_inferred_without_numbers():
    x = torch.empty(4, 3, device="meta")
    assert ops.slice(x, (1, 0), (2, -1)).shape == (2, 3)
    assert ops.slice_update(x, [1, 0], x[:2]).shape == (4, 3)
    assert ops.rearrange(x, "(a b) c -> b (a c)", a=2).shape == (2, 6)
    ids = torch.empty(4, dtype=torch.int32, device="meta")
    assert ops.segment_max(x, ids, 5).shape == (5, 3)
