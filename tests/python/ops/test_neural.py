"""Operations of networks agree with Keras's on both engines."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import torch

from agreement import agree, case, declared, floats, shares
from rdeep import ops
from rdeep.errors import ArgumentError, RdeepError, ShapeError

X = np.array([[-5.0, -1.5, -0.7, -0.2], [0.1, 0.6, 2.0, 6.5]], "float32")
ROWS = floats(3, 4, 6)
HEADS = [floats(2, 3, 4, 5), floats(2, 6, 4, 5), floats(2, 6, 4, 5)]
SEQUENCES = floats(2, 6, 4)


def _probabilities(*shape: int) -> np.ndarray:
    values = shares(*shape)
    return values / values.sum(-1, keepdims=True)


def _attention(**options):
    return case(*HEADS, tolerance=2e-5, **options)


_PLAIN = (
    *("relu", "relu6", "sigmoid", "sparse_sigmoid", "softplus", "softsign", "sparse_plus", "silu"),
    *("log_sigmoid", "hard_sigmoid", "hard_silu", "hard_tanh", "tanh_shrink", "selu", "erf"),
)
CASES = {name: [case(X), case(X[0])] for name in _PLAIN} | {
    "elu": [case(X), case(X, alpha=0.5)],
    "celu": [case(X), case(X, 2.0)],
    "gelu": [case(X), case(X, approximate=False)],
    "leaky_relu": [case(X), case(X, 0.05)],
    "squareplus": [case(X), case(X, b=1)],
    "soft_shrink": [case(X), case(X, 1.0)],
    "hard_shrink": [case(X), case(X, 1.0)],
    "threshold": [case(X, 0.5, -1.0)],
    "glu": [case(X), case(X, axis=0)],
    "softmax": [case(ROWS), case(ROWS, 1), case(ROWS, (0, 2))],
    "log_softmax": [case(ROWS), case(ROWS, axis=0)],
    "erfinv": [case(shares(5) - 0.5)],
    "moments": [case(ROWS, 1), case(ROWS, (0, 2), keepdims=True), case(ROWS, [0])],
    "batch_normalization": [
        case(ROWS, floats(6), shares(6), -1),
        case(ROWS, floats(4), shares(4), 1, floats(4), floats(4), epsilon=0.1),
    ],
    "layer_normalization": [
        case(ROWS),
        case(ROWS, floats(6), floats(6)),
        case(ROWS, floats(4), floats(4), axis=1),
        case(ROWS, floats(4, 6), floats(4, 6), axis=(1, 2), epsilon=0.01),
    ],
    "rms_normalization": [case(ROWS), case(ROWS, floats(6)), case(ROWS, axis=(0, 1), epsilon=0.1)],
    "normalize": [
        case(ROWS),
        case(ROWS, 1, 1),
        case(ROWS, order=3),
        case(ROWS * 0, gradient=False),
    ],
    "psnr": [case(shares(3, 4), shares(3, 4), 1.0)],
    "binary_crossentropy": [
        case(shares(3, 2), shares(3, 2)),
        case(shares(3, 2), floats(3, 2), from_logits=True),
        case(np.array([0.0, 1.0], "float32"), np.array([1.0, 1.0], "float32"), gradient=False),
    ],
    "categorical_crossentropy": [
        case(_probabilities(3, 4), shares(3, 4)),
        case(_probabilities(3, 4), floats(3, 4), from_logits=True),
        case(_probabilities(3, 4), shares(3, 4), axis=0),
    ],
    "sparse_categorical_crossentropy": [
        case(np.array([0, 2, 1]), shares(3, 4)),
        case(np.array([[0], [2], [1]]), floats(3, 4), from_logits=True),
        case(np.array([[0, 1], [2, 1]]), floats(2, 2, 3), from_logits=True),
    ],
    "ctc_loss": [
        case(np.array([[1, 2], [3, 0]]), SEQUENCES, np.array([2, 1]), np.array([6, 5])),
        case(np.array([[1, 1]]), floats(1, 5, 4), np.array([2]), np.array([5]), mask_index=3),
    ],
    "ctc_decode": [
        case(SEQUENCES, np.array([6, 4]), gradient=False),
        case(SEQUENCES, np.array([6, 4]), merge_repeated=False, gradient=False),
        case(SEQUENCES, np.array([6, 4]), mask_index=None, gradient=False),
        case(SEQUENCES, np.array([6, 4]), "beam_search", top_paths=3, gradient=False),
        case(SEQUENCES, np.array([6, 4]), "beam_search", mask_index=2, gradient=False),
    ],
    "one_hot": [
        case(np.array([[0, 2], [1, -1]]), 3),
        case(np.array([0, 2]), 3, axis=0, dtype="int32"),
        case(np.array([0, 5]), 3, dtype="bool"),
    ],
    "multi_hot": [case(np.array([[0, 2], [1, 1]]), 4), case(np.array([0, 2]), 4, dtype="int32")],
    "top_k": [case(ROWS, 2), case(np.array([3, 9, 9, 1], "int32"), 3)],
    "in_top_k": [
        case(np.array([1, 0, 3]), floats(3, 4), 2, gradient=False),
        case(np.array([0, 1]), np.ones((2, 3), "float32"), 1, gradient=False),
    ],
    "dot_product_attention": [
        _attention(),
        _attention(is_causal=True),
        _attention(scale=0.3, bias=floats(2, 4, 3, 6)),
        _attention(mask=np.tri(3, 6, 2, dtype=bool)[None, None]),
        _attention(mask=np.tri(3, 6, 2, dtype=bool)[None, None], is_causal=True),
        case(floats(2, 3, 4, 5), floats(2, 3, 2, 5), floats(2, 3, 2, 5), tolerance=2e-5),
    ],
}


def test_every_operation_has_a_case():
    assert {*CASES, "sparsemax"} == set(declared("activations")) | set(declared("neural"))


@pytest.mark.parametrize("name", sorted(CASES))
def test_operations_agree_with_keras(name):
    for one in CASES[name]:
        agree(name, one)


@pytest.mark.parametrize("name", _PLAIN)
def test_numbers_and_whole_numbers_will_do(name, backend):
    engine = _engine(backend)
    whole = engine([-1, 0, 2])
    wanted = getattr(ops, name)(engine([-1.0, 0.0, 2.0]))
    found = getattr(ops, name)(whole)
    np.testing.assert_allclose(np.asarray(found), np.asarray(wanted), rtol=1e-6)
    assert float(getattr(ops, name)(2.0)) == pytest.approx(float(np.asarray(wanted)[2]))


@pytest.mark.parametrize("axis", [-1, 1])
def test_sparsemax_is_the_nearest_point_of_the_simplex(backend, axis):
    found = np.asarray(ops.sparsemax(_engine(backend)(ROWS), axis=axis))
    np.testing.assert_allclose(found.sum(axis), 1.0, atol=1e-6)
    # The values that are not 0 are all moved by the same amount.
    shift = np.where(found > 0, ROWS - found, np.nan)
    np.testing.assert_allclose(np.nanmax(shift, axis), np.nanmin(shift, axis), atol=1e-6)
    assert (ROWS - np.nanmax(shift, axis, keepdims=True))[found == 0].max() <= 1e-6


def _engine(backend):
    def made(values):
        array = np.asarray(values)
        return torch.from_numpy(array) if backend == "torch" else keras.ops.convert_to_tensor(array)

    return made


def test_several_masks_of_attention_hold_together(backend):
    engine = _engine(backend)
    q, k, v = map(engine, HEADS)
    mask = np.ones((1, 1, 3, 6), bool)
    mask[..., 0] = False
    bias = np.zeros((1, 1, 3, 6), "float32")
    both = ops.dot_product_attention(q, k, v, bias=bias, mask=mask, is_causal=True)
    wanted = keras.ops.dot_product_attention(
        *HEADS, mask=mask & np.tri(3, 6, dtype=bool)[None, None]
    )
    np.testing.assert_allclose(np.asarray(both), np.asarray(wanted), atol=2e-5)


def test_a_soft_cap_bends_scores(backend):
    engine = _engine(backend)
    q, k, v = map(engine, HEADS)
    wide = ops.dot_product_attention(q, k, v, attn_logits_soft_cap=1e4)
    np.testing.assert_allclose(
        np.asarray(wide), np.asarray(ops.dot_product_attention(q, k, v)), atol=1e-4
    )
    flat = ops.dot_product_attention(q, k, v, attn_logits_soft_cap=1e-6)
    np.testing.assert_allclose(np.asarray(flat)[:, 0], HEADS[2].mean(1), atol=1e-4)


def test_what_does_not_fit_is_said(backend):
    engine = _engine(backend)
    with pytest.raises(ShapeError, match="same shape"):
        ops.binary_crossentropy(engine(shares(2)), engine(shares(3)))
    with pytest.raises(ShapeError, match="without the classes"):
        ops.sparse_categorical_crossentropy(engine([0, 1]), engine(shares(3, 4)))
    with pytest.raises(ArgumentError, match="sparse"):
        ops.one_hot(engine([0, 1]), 3, sparse=True)
    with pytest.raises(ShapeError, match="4 dimensions"):
        ops.dot_product_attention(*[engine(shares(2, 3))] * 3)
    with pytest.raises(RdeepError):
        ops.glu(engine(shares(3)))


def test_shapes_are_inferred_without_numbers():
    x = torch.empty(2, 3, 4, device="meta")
    assert ops.softmax(x).shape == (2, 3, 4)
    assert ops.layer_normalization(x).shape == (2, 3, 4)
    assert ops.top_k(x, 2)[1].shape == (2, 3, 2)
    assert ops.one_hot(torch.empty(3, dtype=torch.int32, device="meta"), 4).shape == (3, 4)
    assert ops.sparsemax(x).shape == (2, 3, 4)
    heads = torch.empty(2, 3, 4, 5, device="meta")
    assert ops.dot_product_attention(heads, heads, heads, is_causal=True).shape == heads.shape
