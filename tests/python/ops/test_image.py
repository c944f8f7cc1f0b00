"""Operations on images agree with Keras's on both engines."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import torch

from agreement import agree, case, declared, floats, shares
from rdeep import ops
from rdeep.arrays.composed import sampling
from rdeep.engines.torch import ops as torch_ops
from rdeep.errors import ArgumentError, ShapeError
from rdeep.ops import image

BATCH = shares(2, 7, 6, 3)
WHOLE = np.random.default_rng(1).integers(0, 255, (2, 5, 6, 3)).astype("uint8")
FIRST = np.ascontiguousarray(BATCH.transpose(0, 3, 1, 2))
C_FIRST = {"data_format": "channels_first"}
TURNS = np.array(
    [[0.9, -0.3, 1.2, 0.2, 1.1, -0.8, 0.01, 0.0], [1, 0, 20, 0, 1, -9, 0, 0]], "float32"
)
CORNERS = np.array([[0, 0], [5, 0], [0, 6], [5, 6]], "float32")
MOVED = CORNERS + np.array([[1, 0.5], [-0.5, 1], [0.3, 0], [0, -1]], "float32")


def _resizes():
    for method in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"):
        for size in ((4, 9), (11, 3)):
            yield case(BATCH, size, method, gradient=method == "bilinear", tolerance=1e-4)
    for method in ("bilinear", "bicubic", "lanczos3"):
        yield case(BATCH, (3, 10), method, antialias=True, gradient=False, tolerance=1e-4)
    yield case(BATCH[0], (4, 4), crop_to_aspect_ratio=True)
    yield case(BATCH, (3, 9), pad_to_aspect_ratio=True, fill_value=0.5)
    yield case(FIRST, (9, 3), pad_to_aspect_ratio=True, **C_FIRST)
    yield case(FIRST[0], (5, 5), "nearest", **C_FIRST)
    yield case(WHOLE, (3, 4))
    yield case(WHOLE, (3, 4), "nearest")
    yield case(WHOLE, (5, 6))


def _affine():
    for mode in ("constant", "nearest", "wrap", "reflect"):
        for method in ("bilinear", "nearest"):
            yield case(BATCH, TURNS, method, mode, 0.3, gradient=False)
    yield case(FIRST, TURNS[0], gradient=False, **C_FIRST)
    yield case(BATCH[0], TURNS[0], gradient=False)
    yield case(WHOLE, TURNS, "nearest", gradient=False)


def _maps():
    for order in (0, 1):
        for mode in ("constant", "nearest", "wrap"):
            where = np.stack([shares(4, 3) * 11 - 2, shares(4, 3) * 9 - 2])
            yield case(floats(7, 6), where, order, mode, 0.5, gradient=False)
    where = np.stack([shares(5) * 6, shares(5) * 5])
    yield case(floats(7, 6), where, 1)


def _scaled():
    scale, shift = np.float32([0.6, 1.7]), np.float32([0.5, -1.2])
    for method in ("linear", "cubic", "lanczos3", "lanczos5"):
        for antialias in (True, False):
            args = (BATCH, (2, 5, 8, 3), scale, shift, (1, 2), method, antialias)
            yield case(*args, gradient=method == "linear" and antialias, tolerance=1e-4)
    yield case(BATCH[0], (7, 9, 3), scale[:1], shift[:1], (-2,), "trilinear", gradient=False)


TILES = shares(2, 13, 14, 3)
SHIFTED = np.ascontiguousarray(np.roll(TILES, 1, axis=2).transpose(0, 3, 1, 2))
CASES = {
    "image_rgb_to_grayscale": [
        case(BATCH),
        case(FIRST, **C_FIRST),
        case(BATCH[0]),
        case(BATCH[..., :1]),
    ],
    "image_rgb_to_hsv": [case(BATCH), case(FIRST, **C_FIRST, gradient=False), case(BATCH[0])],
    "image_hsv_to_rgb": [
        case(BATCH, gradient=False),
        case(FIRST, **C_FIRST, gradient=False),
        case(BATCH[0], gradient=False),
    ],
    "image_resize": list(_resizes()),
    "image_affine_transform": list(_affine()),
    "image_perspective_transform": [
        case(BATCH, CORNERS, MOVED, gradient=False, tolerance=1e-4),
        case(
            BATCH,
            np.stack([CORNERS, MOVED]),
            np.stack([MOVED, CORNERS]),
            "bilinear",
            0.7,
            gradient=False,
            tolerance=1e-4,
        ),
        case(FIRST[0], CORNERS, MOVED, gradient=False, tolerance=1e-4, **C_FIRST),
    ],
    "image_map_coordinates": list(_maps()),
    "image_gaussian_blur": [
        case(BATCH, (3, 3), (1.0, 1.0)),
        case(BATCH, (5, 5), (0.7, 2.0), gradient=False),
        case(BATCH, (4, 4), (1.0, 0.5), gradient=False),
        case(FIRST[0], (3, 3), (0.8, 1.0), gradient=False, **C_FIRST),
    ],
    "image_extract_patches": [
        case(BATCH, 2),
        case(BATCH, (3, 2), strides=(1, 2), padding="same"),
        case(BATCH, 2, strides=1, dilation_rate=2, gradient=False),
        case(BATCH[0], 3, padding="same"),
        case(shares(1, 4, 5, 4, 2), (2, 2, 2)),
    ],
    "image_extract_patches_3d": [
        case(shares(1, 4, 5, 4, 2), 2),
        case(shares(4, 5, 4, 2), (1, 2, 2), strides=(1, 2, 1), padding="same"),
        case(shares(1, 4, 5, 6, 2), 2, strides=1, dilation_rate=2, gradient=False),
    ],
    "image_scale_and_translate": list(_scaled()),
    "image_sobel_edges": [case(BATCH), case(FIRST, **C_FIRST), case(shares(1, 2, 3, 1))],
    "image_ssim": [
        case(TILES, 0.5 * TILES + 0.2),
        case(TILES[0], TILES[0] ** 2, gradient=False),
        case(TILES, TILES),
        case(255 * TILES, 200 * TILES, 255.0, 5, 0.8, 0.02, 0.05, gradient=False),
        case(np.ascontiguousarray(TILES.transpose(0, 3, 1, 2)), SHIFTED, **C_FIRST),
    ],
    "image_crop": [
        case(BATCH, 1, 2, target_height=3, target_width=2),
        case(FIRST, 1, None, 2, 1, None, 3, **C_FIRST),
        case(BATCH[0], None, 1, 1, 1, 4),
    ],
    "image_pad": [
        case(BATCH, 1, 2, target_height=10, target_width=9),
        case(FIRST, 1, 0, 2, 3, **C_FIRST),
        case(BATCH[0], None, 1, 1, 1, 9),
    ],
}


def test_every_operation_has_a_case():
    assert {*CASES, "image_elastic_transform"} == set(declared("image"))


@pytest.mark.parametrize("name", sorted(CASES))
def test_operations_agree_with_keras(name):
    for one in CASES[name]:
        agree(name, one)


def _both(function, *arrays, **options):
    import tensorflow as tf

    order = list(inspect.signature(function).parameters)
    places = [name for name in order if name not in options][: len(arrays)]
    found = function(**dict(zip(places, map(torch.from_numpy, arrays))), **options)
    other = function(**dict(zip(places, map(tf.constant, arrays))), **options)
    np.testing.assert_allclose(found.numpy(), other.numpy(), atol=1e-5, rtol=1e-5)
    return found.numpy()


@pytest.mark.parametrize(("mode", "name"), [("mirror", "reflect"), ("reflect", "symmetric")])
def test_borders_are_mirrored_as_numpy_pads(mode, name):
    x = floats(5, 4)
    rows, columns = np.meshgrid(np.arange(-4, 9), np.arange(-3, 7), indexing="ij")
    where = np.stack([rows, columns]).astype("float32")
    found = _both(image.map_coordinates, x, where, order=1, fill_mode=mode)
    np.testing.assert_allclose(found, np.pad(x, ((4, 4), (3, 3)), mode=name), atol=1e-6)


def test_elastic_transforms_are_the_same_on_both_engines():
    moved = _both(image.elastic_transform, BATCH, alpha=3.0, sigma=1.0, seed=4)
    assert moved.shape == BATCH.shape and not np.allclose(moved, BATCH)
    first = _both(image.elastic_transform, FIRST, alpha=3.0, sigma=1.0, seed=4, **C_FIRST)
    np.testing.assert_allclose(first.transpose(0, 2, 3, 1), moved, atol=1e-5)
    still = _both(image.elastic_transform, BATCH[0], alpha=0.0, interpolation="nearest")
    np.testing.assert_allclose(still, BATCH[0], atol=1e-6)


def test_whole_numbers_are_scaled_and_rounded():
    scale, shift = np.float32([0.6, 1.7]), np.float32([0.5, -1.2])
    options = {"output_shape": (2, 5, 8, 3), "spatial_dims": (1, 2), "method": "cubic"}
    found = _both(image.scale_and_translate, WHOLE, scale, shift, **options)
    floating = _both(image.scale_and_translate, WHOLE.astype("float32"), scale, shift, **options)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, np.clip(np.round(floating), WHOLE.min(), WHOLE.max()))


def test_a_blur_of_two_sizes_is_wider_along_x():
    point = np.zeros((1, 5, 5, 1), "float32")
    point[0, 2, 2] = 1.0
    found = _both(image.gaussian_blur, point, kernel_size=(5, 1), sigma=(1.0, 1.0))[0, ..., 0]
    assert (found[2] > 0).all() and found[[0, 1, 3, 4]].sum() == 0
    assert found.sum() == pytest.approx(1.0)


def test_patches_with_channels_first():
    found = _both(image.extract_patches, FIRST, size=2, **C_FIRST)
    wanted = _both(image.extract_patches, BATCH, size=2)
    np.testing.assert_allclose(found.transpose(0, 2, 3, 1), wanted)


def test_gradients_flow_through_transforms():
    x = torch.from_numpy(BATCH).requires_grad_()
    turns = torch.from_numpy(TURNS).requires_grad_()
    ops.image_affine_transform(x, turns).sum().backward()
    assert torch.isfinite(x.grad).all() and turns.grad.abs().sum() > 0


def test_shapes_are_inferred_without_numbers():
    x = torch.empty(2, 7, 6, 3, device="meta")
    assert image.resize(x, (4, 5), "lanczos3").shape == (2, 4, 5, 3)
    assert image.resize(x, (4, 5)).shape == (2, 4, 5, 3)
    assert image.affine_transform(x, torch.empty(2, 8, device="meta")).shape == x.shape
    assert image.gaussian_blur(x).shape == x.shape
    assert image.rgb_to_hsv(x).shape == x.shape
    assert image.extract_patches(x, 2, padding="same").shape == (2, 4, 3, 12)
    assert image.sobel_edges(x).shape == (2, 7, 6, 3, 2)
    assert image.ssim(x, x, filter_size=3).shape == (2,)
    assert image.elastic_transform(x).shape == x.shape


def test_what_does_not_fit_is_said(backend):
    import tensorflow as tf

    made = torch.from_numpy if backend == "torch" else tf.constant
    x = made(BATCH)
    with pytest.raises(ShapeError, match="3 dimensions"):
        image.resize(made(shares(3, 3)), (2, 2))
    with pytest.raises(ShapeError, match="3 channels"):
        image.rgb_to_hsv(made(shares(3, 3, 2)))
    with pytest.raises(ArgumentError, match="a filter of 11 pixels does not fit"):
        image.ssim(x, x)
    with pytest.raises(ShapeError, match="a batch of images"):
        image.sobel_edges(x[0])
    with pytest.raises(ArgumentError, match="floats"):
        image.rgb_to_hsv(made(WHOLE))
    with pytest.raises(ArgumentError, match="Exactly two"):
        image.crop(x, 1, 1)
    with pytest.raises(ArgumentError, match="does not fit an image of size 7"):
        image.crop(x, 5, 0, target_height=5, target_width=2)
    with pytest.raises(ArgumentError, match="does not fit"):
        image.pad_images(x, 5, 0, target_height=5, target_width=9)
    with pytest.raises(ArgumentError, match="only one of"):
        image.resize(x, (2, 2), crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)
    with pytest.raises(ArgumentError, match="must hold 4"):
        image.map_coordinates(x, made(shares(2, 3)), 1)


@pytest.mark.parametrize("fill_mode", ["reflect", "nearest", "constant"])
def test_torch_reads_between_pixels_as_the_formula_does(fill_mode):
    random = np.random.default_rng(3)
    size = (2, 6, 9)
    places = (random.uniform(-2 * edge, 3 * edge, size) for edge in size[1:])
    tensors = [
        torch.tensor(each, dtype=torch.float32, requires_grad=True)
        for each in (random.random((*size, 3)), *places)
    ]
    found = torch_ops.bilinear_pixels(*tensors, fill_mode)
    expected = sampling.bilinear_pixels(torch_ops, *tensors, fill_mode)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
    for one, other in zip(
        torch.autograd.grad(found.square().sum(), tensors),
        torch.autograd.grad(expected.square().sum(), tensors),
    ):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)
