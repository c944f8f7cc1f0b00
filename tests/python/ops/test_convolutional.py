"""Convolutions and pools agree with Keras's on both engines."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest
import torch

from agreement import RNG, agree, case, declared, floats
from rdeep import ops
from rdeep.errors import ShapeError

IMAGES = floats(2, 3, 5, 6)
LINE, PLANE, SPACE = floats(2, 9, 4), floats(2, 7, 8, 4), floats(1, 5, 6, 5, 2)


def _convs():
    for padding, stride, spread in (
        ("valid", 1, 1),
        ("same", 2, 1),
        ("same", 1, 2),
        ("valid", 1, 3),
    ):
        yield case(LINE, floats(3, 4, 5), stride, padding, None, spread)
        if spread < 3:
            yield case(PLANE, floats(3, 2, 4, 5), stride, padding, None, spread)
    yield case(PLANE, floats(2, 3, 4, 5), (2, 1), "same")
    yield case(PLANE, floats(3, 3, 2, 6), 1, "same")
    yield case(SPACE, floats(2, 3, 2, 2, 3), 1, "same")
    yield case(SPACE, floats(2, 3, 2, 2, 3), 2, "valid")


def _transposed():
    for padding, stride, size in itertools.product(("valid", "same"), (1, 2, 3), (2, 3)):
        yield case(LINE, floats(size, 3, 4), stride, padding)
        yield case(PLANE, floats(size, 3, 3, 4), (stride, 2), padding)
    yield case(PLANE, floats(3, 3, 3, 4), 2, "same", 1)
    yield case(PLANE, floats(3, 3, 3, 4), 2, "valid", (1, 0))
    yield case(PLANE, floats(3, 3, 3, 4), 1, "same", None, None, 2)
    yield case(SPACE, floats(3, 2, 3, 3, 2), 2, "same")


def _depthwise():
    for padding, stride, spread in (("valid", 1, 1), ("same", 2, 1), ("same", 1, 2)):
        yield case(PLANE, floats(3, 2, 4, 2), stride, padding, None, spread)
        yield case(LINE, floats(3, 4, 2), stride, padding, None, spread)


def _pools():
    for padding, stride in (("valid", None), ("same", None), ("same", 1), ("same", 2)):
        yield case(LINE, 3, stride, padding)
        yield case(PLANE, (2, 3), stride, padding)
        yield case(SPACE, 2, stride, padding, gradient=False)


def _adaptive():
    yield case(LINE, 4)
    yield case(LINE, (3,))
    yield case(PLANE, (3, 5))
    yield case(PLANE, 2)
    yield case(SPACE, (2, 3, 2))
    yield case(PLANE, (3, 9), data_format="channels_first")


def _blocks(pair, triple):
    for shape, size in ((pair, 2), (triple, 3)):
        yield case(floats(*shape), size)
        first = (shape[0], shape[3], shape[1], shape[2])
        yield case(floats(*first), size, data_format="channels_first")
    yield case(RNG.integers(0, 9, pair), 2)


def _windows():
    yield case(IMAGES, 2)
    yield case(IMAGES, (2, 3), stride=(2, 1))
    yield case(IMAGES, 2, dilation=(1, 2), padding=(1, 0))
    yield case(IMAGES, 3, padding=2, stride=3)


CASES = {
    "conv": list(_convs()),
    "conv_transpose": list(_transposed()),
    "depthwise_conv": list(_depthwise()),
    "separable_conv": [
        case(PLANE, floats(3, 3, 4, 2), floats(1, 1, 8, 3)),
        case(LINE, floats(3, 4, 2), floats(1, 8, 3), 2, "same"),
    ],
    "max_pool": list(_pools()),
    "average_pool": list(_pools()),
    "adaptive_average_pool": list(_adaptive()),
    "adaptive_max_pool": list(_adaptive()),
    "depth_to_space": list(_blocks((2, 3, 2, 8), (1, 2, 1, 18))),
    "space_to_depth": list(_blocks((2, 4, 6, 3), (1, 6, 3, 2))),
    "unfold": list(_windows()),
    "fold": [
        case(floats(2, 3 * 4, 9), 4, 2),
        case(floats(2, 2 * 6, 4), (5, 6), (2, 3), stride=(3, 2), padding=(0, 0)),
        case(floats(1, 4, 9), 5, 2, padding=1, stride=2),
        case(floats(1, 2 * 4, 9), (5, 5), 2, dilation=2),
    ],
}


def test_every_operation_has_a_case():
    assert set(CASES) == set(declared("convolutional"))


@pytest.mark.parametrize("name", sorted(CASES))
def test_operations_agree_with_keras(name):
    for one in CASES[name]:
        one.tolerance = 2e-5
        agree(name, one)


KERNELS = {
    "conv": [floats(3, 2, 4, 5)],
    "conv_transpose": [floats(3, 2, 5, 4)],
    "depthwise_conv": [floats(3, 2, 4, 2)],
    "separable_conv": [floats(3, 2, 4, 2), floats(1, 1, 8, 3)],
    "max_pool": [(2, 3)],
    "average_pool": [(2, 3)],
}


@pytest.mark.parametrize("name", sorted(KERNELS))
def test_channels_may_come_first(name, backend):
    made = torch.from_numpy if backend == "torch" else keras.ops.convert_to_tensor
    first = made(np.ascontiguousarray(PLANE.transpose(0, 3, 1, 2)))
    function = getattr(ops, name)
    found = function(first, *KERNELS[name], strides=2, padding="same", data_format="channels_first")
    wanted = function(made(PLANE), *KERNELS[name], strides=2, padding="same")
    np.testing.assert_allclose(
        np.asarray(found).transpose(0, 2, 3, 1), np.asarray(wanted), atol=1e-5
    )


def test_strides_that_keras_does_not_know_for_single_channels(backend):
    made = torch.from_numpy if backend == "torch" else keras.ops.convert_to_tensor
    kernel = floats(3, 3, 4, 1)
    found = ops.depthwise_conv(made(PLANE), made(kernel), strides=(2, 1), padding="same")
    whole = ops.depthwise_conv(made(PLANE), made(kernel), padding="same")
    np.testing.assert_allclose(np.asarray(found), np.asarray(whole)[:, ::2], atol=1e-5)


def test_shapes_are_inferred_without_numbers():
    x = torch.empty(2, 7, 8, 4, device="meta")
    kernel = torch.empty(3, 3, 4, 5, device="meta")
    assert ops.conv(x, kernel, 2, "same").shape == (2, 4, 4, 5)
    transposed = torch.empty(3, 3, 5, 4, device="meta")
    assert ops.conv_transpose(x, transposed, 2, "same").shape == (2, 14, 16, 5)
    assert ops.max_pool(x, 2, padding="same").shape == (2, 4, 4, 4)
    assert ops.average_pool(x, 2, padding="same").shape == (2, 4, 4, 4)


def test_what_does_not_fit_is_said(backend):
    made = torch.from_numpy if backend == "torch" else keras.ops.convert_to_tensor
    with pytest.raises(ShapeError, match="3, 4 or 5 dimensions"):
        ops.max_pool(made(floats(3, 3)), 2)
    with pytest.raises(ShapeError, match="'kernel' must have 4 dimensions"):
        ops.conv(made(PLANE), made(floats(3, 4, 5)))
    with pytest.raises(ShapeError, match="5 channels are not a multiple of 4"):
        ops.depth_to_space(made(floats(1, 2, 2, 5)), 2)
    with pytest.raises(ShapeError, match="height, 3, is not a multiple of 2"):
        ops.space_to_depth(made(floats(1, 3, 2, 5)), 2)
    with pytest.raises(ShapeError, match="a window of 5 pixels does not fit into 4"):
        ops.unfold(made(floats(1, 1, 4, 4)), 3, dilation=2)
    with pytest.raises(ShapeError, match="9 windows of 4 pixels"):
        ops.fold(made(floats(1, 4, 8)), 4, 2)
    with pytest.raises(ShapeError, match="3, 4 or 5 dimensions"):
        ops.adaptive_max_pool(made(floats(3, 3)), 2)
    with pytest.raises(ShapeError, match="does not fit an input with 4 channels"):
        ops.conv(made(PLANE), made(floats(3, 3, 3, 5)))
    with pytest.raises(ShapeError, match="does not fit an input with 4 channels"):
        ops.conv_transpose(made(PLANE), made(floats(3, 3, 5, 3)))
