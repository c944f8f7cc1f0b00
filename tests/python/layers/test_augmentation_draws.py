"""How what augmentation draws is distributed, and what its layers refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rdeep import Input, Model, set_random_seed
from rdeep.catalogue import layers as L
from rdeep.catalogue.layers import sampling
from rdeep.catalogue.layers.run import Run
from rdeep.errors import ArgumentError, ShapeError
from rdeep.ops.eager import apply_eagerly, eager_run
from rdeep.precision import dtype_policy, set_dtype_policy

BATCH = (4000, 20, 30, 3)


def draw(layer: Any, shape: tuple[int, ...] = BATCH, seed: int = 1) -> dict[str, np.ndarray]:
    """Return what a layer draws for many images."""
    run = eager_run(layer, shape, True, seed, "torch")
    return {name: np.asarray(value) for name, value in layer.transformation(run, shape).items()}


@pytest.mark.parametrize(
    ("layer", "name", "low", "high"),
    [
        (L.RandomBrightness(0.2), "rgb_delta", -51, 51),
        (L.RandomBrightness((0.1, 0.3), (0, 1)), "rgb_delta", 0.1, 0.3),
        (L.RandomContrast(0.4), "contrast_factor", 1.0, 1.4),
        (L.RandomContrast((0.2, 0.4)), "contrast_factor", 0.8, 1.4),
        (L.RandomColorDegeneration(0.5), "factor", -0.5, 0.5),
        (L.RandomHue(0.3), "factor", -0.15, 0.15),
        (L.RandomSharpness(0.6), "factor", 0, 0.6),
        (L.RandomRotation(0.25), "angle", -90, 90),
        (L.RandomZoom((-0.5, 0.1)), "height_zoom", 0.5, 1.1),
        (L.RandomShear((0.5, 0.5), (0.5, 0.5)), "shear_factor", -0.5, 0.5),
        (L.Solarization(0.2, 0.3), "additions", 0, 51),
        (L.Solarization(0.2, 0.3), "thresholds", 0, 76.5),
    ],
    ids=str,
)
def test_factors_lie_between_their_bounds(layer, name, low, high):
    values = draw(layer)[name]
    width = high - low
    assert low - 1e-5 <= values.min() < low + 0.02 * width
    assert high - 0.02 * width < values.max() <= high + 1e-4
    assert abs(values.mean() - (low + high) / 2) < 0.03 * width


def test_translations_are_shares_of_each_size():
    moves = draw(L.RandomTranslation(0.5, (0.1, 0.2)))["translations"]
    assert -10 <= moves[:, 1].min() < -9.5 and 9.5 < moves[:, 1].max() <= 10
    assert 3 <= moves[:, 0].min() < 3.1 and 5.9 < moves[:, 0].max() <= 6.0001


def test_bits_are_whole_and_below_the_upper_bound():
    lost = draw(L.RandomPosterization((2, 5)))["shift_factor"]
    values, counts = np.unique(lost, return_counts=True)
    assert values.tolist() == [4, 5, 6] and counts.min() > 1200
    assert set(draw(L.RandomPosterization((3, 3)))["shift_factor"]) == {5.0}


@pytest.mark.parametrize(
    ("layer", "name", "share"),
    [
        (L.RandomFlip(), "flips", 0.5),
        (L.RandomGrayscale(0.3), "should_apply", 0.3),
        (L.RandomInvert(1.0), "apply_inversion", 0.5),
        (L.RandomInvert((0.6, 0.8)), "apply_inversion", 0.7),
        (L.RandomGaussianBlur((1, 1)), "should_apply_blur", 1.0),
        (L.RandomErasing((0.2, 0.2), fill_value=0), "apply_erasing", 0.2),
        (L.RandomPerspective((0, 0.5)), "apply_perspective", 0.25),
    ],
    ids=str,
)
def test_images_change_as_often_as_they_should(layer, name, share):
    assert abs(draw(layer)[name].mean() - share) < 0.03


def test_boxes_are_as_large_as_they_should_be():
    masks = draw(L.RandomErasing(scale=(0.25, 0.25), fill_value=0))["batch_masks"]
    assert masks.shape == (4000, 20, 30, 1)
    # Of each pixel's row and column a half is covered.
    assert abs(masks.mean() - 0.25) < 0.01
    assert (masks.any(axis=(1, 2)).mean()) == 1


def test_crops_begin_anywhere_that_leaves_room():
    layer = L.RandomCrop(18, 30)
    starts = [draw(layer, (1, 20, 30, 3), seed) for seed in range(60)]
    assert {float(start["top"]) for start in starts} == {0.0, 1.0, 2.0}
    assert {float(start["left"]) for start in starts} == {0.0}


def _run() -> Run:
    return eager_run(L.RandomFlip(name="draws"), (), True, 2, "torch")


@pytest.mark.parametrize("alpha", [0.05, 0.2, 1.0, 4.0])
def test_beta_variates_have_the_distributions_moments(alpha):
    values = np.asarray(sampling.beta(_run(), 20000, alpha))
    assert np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1
    assert abs(values.mean() - 0.5) < 0.01
    assert abs(values.var() - 1 / (4 * (2 * alpha + 1))) < 0.005


def test_dirichlet_variates_add_up_to_one():
    values = np.stack([np.asarray(sampling.dirichlet(_run(), 4, 0.5)) for _ in range(3)])
    np.testing.assert_allclose(values.sum(1), 1.0, rtol=1e-5)
    many = np.asarray(sampling.dirichlet(_run(), 20000, 2.0)) * 20000
    # Gamma variates over their mean: of variance 1 / alpha.
    assert abs(many.var() - 0.5) < 0.03


def test_permutations_have_each_number_once():
    order = np.asarray(sampling.permutation(_run(), 500))
    assert sorted(order.tolist()) == list(range(500))
    assert abs(np.corrcoef(order, np.arange(500))[0, 1]) < 0.2


def test_an_own_seed_repeats_and_others_do_not():
    x = np.random.default_rng(0).uniform(0, 255, (3, 6, 6, 3)).astype("float32")
    own = L.RandomBrightness(0.5, seed=4)
    np.testing.assert_array_equal(own(x), own(x))
    other = L.RandomBrightness(0.5)
    assert np.abs(other(x) - other(x)).max() > 1


def test_images_are_drawn_anew_at_each_step(backend):
    inputs = Input((4, 4, 1))
    model = Model(inputs, L.Flatten()(L.RandomBrightness(1.0)(inputs)), backend=backend)
    found = [model.predict(np.full((2, 4, 4, 1), 99.0, "float32")) for _ in range(2)]
    np.testing.assert_array_equal(found[0], np.full((2, 16), 99.0))
    np.testing.assert_array_equal(found[0], found[1])


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: L.RandomBrightness(1.5), "factor"),
        (lambda: L.RandomBrightness((0.1, 0.2, 0.3)), "factor"),
        (lambda: L.RandomBrightness("much"), "factor"),
        (lambda: L.RandomBrightness(0.1, (1, 1)), "value_range"),
        (lambda: L.RandomBrightness(0.1, 255), "value_range"),
        (lambda: L.RandomContrast(-0.1), "factor"),
        (lambda: L.RandomZoom(-1.0), "height_factor"),
        (lambda: L.RandomShear((-0.1, 0.2)), "x_factor"),
        (lambda: L.RandomPosterization(0.5), "factor"),
        (lambda: L.RandomPosterization(2.5), "factor"),
        (lambda: L.RandomRotation(0.1, fill_mode="black"), "fill_mode"),
        (lambda: L.RandomRotation(0.1, interpolation="bicubic"), "interpolation"),
        (lambda: L.RandomGaussianBlur(kernel_size=4), "kernel_size"),
        (lambda: L.RandomErasing(fill_value=(1, 2)), "fill_value"),
        (lambda: L.RandomFlip("diagonal"), "mode"),
        (lambda: L.MixUp(alpha=0), "alpha"),
        (lambda: L.Equalization(bins=1), "bins"),
        (lambda: L.Resizing(3, 3, "area"), "interpolation"),
        (lambda: L.Resizing(3, 3, fill_mode="wrap", pad_to_aspect_ratio=True), "fill_mode"),
        (
            lambda: L.Resizing(3, 3, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
            "pad_to_aspect_ratio",
        ),
        (lambda: L.RandomCrop(0, 3), "height"),
    ],
)
def test_options_out_of_range_are_refused(make, argument):
    with pytest.raises(ArgumentError) as caught:
        make()
    assert caught.value.argument == argument and argument in str(caught.value)


def test_pairs_survive_being_saved():
    for layer in (L.RandomShear(0.2, 0.3), L.RandomContrast(0.2), L.RandomZoom(0.5)):
        again = type(layer)(**layer.to_data()["options"])
        assert again.to_data() == layer.to_data()
    assert L.RandomRotation([0.2]).factor == (-0.2, 0.2)
    assert L.RandomRotation([0.2, -0.1]).factor == (-0.1, 0.2)


def test_images_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match="takes images of 3 channels, not of 1"):
        L.RandomHue(0.1)(Input((8, 8, 1)))
    with pytest.raises(ShapeError, match="1 or 3 channels, not of 4"):
        L.RandAugment()(Input((8, 8, 4)))
    with pytest.raises(ShapeError, match="wants 3 dimensions"):
        L.RandomFlip()(Input((8, 8)))
    with pytest.raises(ShapeError, match="the images' width, which is open"):
        L.RandomCrop(3, 3)(Input((8, None, 3)))
    with pytest.raises(ShapeError, match="3 channels"):
        L.RandomErasing(fill_value=(1, 2, 3))(np.zeros((2, 4, 4, 1)))


def test_what_is_no_image_is_refused():
    layer, x = L.MixUp(), np.zeros((2, 4, 4, 3))
    with pytest.raises(ArgumentError, match="arrays or on symbolic tensors"):
        layer(3)
    with pytest.raises(ArgumentError, match="takes 'images'"):
        layer({"images": x, "masks": x})
    with pytest.raises(ArgumentError, match="does not move bounding boxes"):
        layer({"images": x, "bounding_boxes": {"boxes": x, "labels": x}})
    with pytest.raises(ArgumentError, match="must hold 'boxes' and 'labels'"):
        L.MaxNumBoundingBoxes(2)({"images": x, "bounding_boxes": {"boxes": x}})
    with pytest.raises(ShapeError, match="wants 3 dimensions"):
        apply_eagerly(layer, np.zeros((2, 3)))


def test_open_sizes_are_taken_where_they_can_be(backend):
    inputs = Input((None, None, 3))
    y = L.RandomTranslation(0.2, 0.2)(L.RandomRotation(0.1)(L.RandomFlip()(inputs)))
    model = Model(
        inputs, L.Dense(3)(L.GlobalAveragePooling2D()(L.RandomZoom(0.2)(y))), backend=backend
    )
    model.compile("sgd", "mse")
    x = np.ones((4, 7, 9, 3), "float32")
    assert model.predict(x).shape == (4, 3)
    model.fit(x, np.ones((4, 3)), epochs=1, verbose=0)


@pytest.mark.filterwarnings("ignore:XLA cannot compile")
@pytest.mark.parametrize("name", ["RandomFlip", "RandomRotation", "RandomErasing", "RandAugment"])
@pytest.mark.few_on_tensorflow("RandomFlip")
def test_networks_are_compiled_around_what_compilers_do_not_take(name, compiling_backend):
    options = {"factor": 0.2} if name == "RandomRotation" else {}
    x = np.random.default_rng(1).uniform(0, 1, (4, 6, 6, 3)).astype("float32")
    found = []
    for jit in (False, True):
        set_random_seed(3)
        inputs = Input((6, 6, 3))
        y = L.Dense(1)(L.Flatten()(getattr(L, name)(**options)(inputs)))
        model = Model(inputs, y, backend=compiling_backend)
        model.compile("sgd", "mse", jit_compile=jit)
        model.learning_rate = 1e-6
        model.fit(x, np.ones((4, 1)), epochs=2, batch_size=2, verbose=0)
        found.append(model.get_weights()[0])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4, atol=1e-6)


def test_networks_may_compute_in_16_bits(backend):
    x = np.full((2, 6, 6, 3), 200.6, "float32")
    inputs = Input((6, 6, 3))
    y = L.Dense(1)(L.Flatten()(L.RandAugment()(L.RandomContrast(0.2)(inputs))))
    previous = dtype_policy()
    set_dtype_policy("mixed_bfloat16")
    try:
        model = Model(inputs, y, backend=backend)
        model.compile("sgd", "mse")
        model.learning_rate = 1e-9
        model.fit(x, np.ones((2, 1)), epochs=1, verbose=0)
        assert np.isfinite(model.get_weights()[0]).all()
    finally:
        set_dtype_policy(previous)
