"""Augmentation against Keras's layers, which are given what ours have drawn."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from families import check_compared
from rdeep import Input, Model, set_random_seed
from rdeep.catalogue import layers as L
from rdeep.catalogue.layers.augmentation import Augmentation
from rdeep.ops.dispatch import as_array
from rdeep.ops.eager import apply_eagerly, eager_run

K = keras.layers
SHAPE = (4, 21, 24, 3)
UNIT = {"value_range": (0, 1)}

CASES: list[tuple[str, dict[str, Any]]] = [
    ("RandomBrightness", {"factor": 0.3}),
    ("RandomBrightness", {"factor": (0.1, 0.2), **UNIT}),
    ("RandomContrast", {"factor": 0.8}),
    ("RandomContrast", {"factor": (0.3, 0.6), **UNIT}),
    ("RandomColorDegeneration", {"factor": 0.7}),
    ("RandomColorDegeneration", {"factor": (-0.2, 0.9), **UNIT}),
    ("RandomGrayscale", {}),
    ("RandomGrayscale", {"factor": 1.0}),
    ("RandomSaturation", {"factor": (0.2, 0.5)}),
    ("RandomSaturation", {"factor": 0.6, **UNIT}),
    ("RandomHue", {"factor": 0.5}),
    ("RandomHue", {"factor": (0.9, 1.0), **UNIT}),
    ("RandomInvert", {}),
    ("RandomInvert", {"factor": (0.4, 0.6), **UNIT}),
    ("RandomPosterization", {"factor": 6}),
    ("RandomPosterization", {"factor": (2, 5), **UNIT}),
    ("RandomPosterization", {"factor": (3, 3)}),
    ("RandomSharpness", {"factor": 1.0}),
    ("RandomSharpness", {"factor": (0.1, 0.4), **UNIT}),
    ("RandomGaussianBlur", {}),
    ("RandomGaussianBlur", {"factor": (0.5, 1), "kernel_size": 7, "sigma": (0.8, 1), **UNIT}),
    ("Solarization", {"addition_factor": 0.3, "threshold_factor": 0.5}),
    ("Solarization", {"threshold_factor": (0.2, 0.9), **UNIT}),
    ("RandomFlip", {}),
    ("RandomFlip", {"mode": "horizontal"}),
    ("RandomFlip", {"mode": "vertical"}),
    ("RandomRotation", {"factor": 0.3}),
    ("RandomRotation", {"factor": (-0.1, 0.2), "fill_mode": "constant", "fill_value": 9.0}),
    ("RandomRotation", {"factor": 0.5, "fill_mode": "wrap", "interpolation": "nearest"}),
    ("RandomTranslation", {"height_factor": 0.4, "width_factor": (-0.3, 0.1)}),
    ("RandomTranslation", {"height_factor": 1, "width_factor": 0, "fill_mode": "nearest"}),
    ("RandomZoom", {"height_factor": 0.4}),
    ("RandomZoom", {"height_factor": (-0.5, 0.1), "width_factor": 0.3, "fill_mode": "wrap"}),
    ("RandomShear", {"x_factor": 0.4, "y_factor": (0.1, 0.3)}),
    ("RandomShear", {"x_factor": 1.0, "fill_mode": "constant", "interpolation": "nearest"}),
    ("RandomPerspective", {"scale": 0.6}),
    ("RandomPerspective", {"factor": (1, 1), "scale": 0.3, "fill_value": 3.0}),
    ("RandomCrop", {"height": 12, "width": 9}),
    ("RandomCrop", {"height": 20, "width": 23}),
    ("RandomErasing", {}),
    ("RandomErasing", {"factor": (1, 1), "scale": 0.9, "fill_value": (1, 2, 3)}),
    ("RandomErasing", {"fill_value": 0.5, **UNIT}),
    ("MixUp", {}),
    ("MixUp", {"alpha": 2.0}),
    ("CutMix", {}),
    ("CutMix", {"factor": (0.5, 0.9)}),
    ("AutoContrast", {}),
    ("AutoContrast", UNIT),
    ("Equalization", {}),
    ("Equalization", {"bins": 40, **UNIT}),
    ("Resizing", {"height": 12, "width": 31}),
    ("Resizing", {"height": 12, "width": 31, "crop_to_aspect_ratio": True}),
    ("Resizing", {"height": 40, "width": 9, "pad_to_aspect_ratio": True, "fill_value": 2.0}),
    ("Resizing", {"height": 10, "width": 10, "interpolation": "bicubic", "antialias": True}),
    ("Resizing", {"height": 30, "width": 10, "interpolation": "nearest"}),
    ("Resizing", {"height": 30, "width": 10, "interpolation": "lanczos3"}),
    ("CenterCrop", {"height": 10, "width": 11}),
    ("CenterCrop", {"height": 21, "width": 24}),
    ("CenterCrop", {"height": 30, "width": 11}),
]
APART = {"RandomColorJitter", "RandomElasticTransform", "RandAugment", "AugMix"}
"""What Keras cannot be given drawn: tests below give it what it draws with."""
LAYER_FAMILIES = (
    "augmentation_color",
    "augmentation_geometry",
    "augmentation_mixing",
    "image_preprocessing",
)


def test_every_layer_is_tested():
    named = {name for name, _ in CASES} | APART | {"MaxNumBoundingBoxes"}
    check_compared(named, LAYER_FAMILIES)


def images(options: dict[str, Any], shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    """Return images of smooth noise, whose values reach over the range."""
    rng = np.random.default_rng(4)
    high = options.get("value_range", (0, 255))[1]
    return rng.uniform(0.03 * high, 0.9 * high, shape).astype("float32")


def drawn(layer: Any, shape: tuple[int, ...], seed: int = 5) -> Any:
    """Return what a layer draws on TensorFlow."""
    run = eager_run(layer, shape, True, seed, "tensorflow")
    return layer.transformation(run, shape) if layer.random else None


def for_keras(name: str, values: Any) -> Any:
    """Return what was drawn in Keras's form."""
    if name == "RandomRotation":
        angle = values["angle"]
        none, one = tf.zeros_like(angle), tf.ones_like(angle)
        height, width = SHAPE[1:3]
        matrix = K.RandomRotation(0.1)._compute_affine_matrix(
            0.5, 0.5, angle, none, none, one, none, none, height, width
        )
        return {"rotation_matrix": matrix}
    if name == "RandomCrop":
        return int(values["top"]), int(values["left"])
    if name == "RandomGrayscale":
        return values["should_apply"]
    if name == "RandomPosterization":
        return {"shift_factor": tf.cast(values["shift_factor"], "uint8")}
    return values


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_layer_agrees_with_keras(name, options):
    layer, theirs = getattr(L, name)(**options), getattr(K, name)(**options)
    x = images(options)
    transformation = for_keras(name, drawn(layer, SHAPE))
    expected = np.asarray(theirs.transform_images(tf.constant(x), transformation, training=True))
    scale = max(1.0, float(np.abs(expected).max()))
    for engine in ("torch", "tensorflow"):
        got = apply_eagerly(layer, x, seed=5, backend=engine)
        assert got.dtype == np.float32 and got.shape == expected.shape
        wrong = np.abs(got - expected) / scale > 1e-5
        # Corners of a perspective are found by solving a system, and where its maps cross a
        # border a pixel may be read on the other side of it.
        assert wrong.mean() <= (0.005 if name == "RandomPerspective" else 0.0), engine
    shape = layer.output_shape((None, *SHAPE[1:]))
    assert shape == (None, *expected.shape[1:])


def test_color_jitter_is_what_its_parts_do_in_turn():
    parts = {"brightness": 0.2, "contrast": 0.3, "saturation": 0.4, "hue": 0.5}
    layer = L.RandomColorJitter(**{f"{name}_factor": factor for name, factor in parts.items()})
    x, values = images({}), drawn(layer, SHAPE)
    expected = tf.constant(x)
    for name, factor in parts.items():
        part = getattr(K, f"Random{name.title()}")(factor)
        expected = part.transform_images(expected, values[name], training=True)
    for engine in ("torch", "tensorflow"):
        got = apply_eagerly(layer, x, seed=5, backend=engine)
        np.testing.assert_allclose(got, expected, atol=3e-3)
    np.testing.assert_array_equal(apply_eagerly(L.RandomColorJitter(), x), x)


@pytest.mark.parametrize("fill_mode", ["constant", "nearest", "wrap"])
def test_elastic_transform_agrees_with_keras(fill_mode, monkeypatch):
    shape = (3, 48, 50, 2)
    options = {"scale": (0.9, 1.0), "fill_mode": fill_mode, "fill_value": 7.0}
    layer, theirs = L.RandomElasticTransform(**options), K.RandomElasticTransform(**options)
    x, values = images({}, shape), drawn(layer, shape)
    noise = iter([values["noise"][..., 0], values["noise"][..., 1]])
    monkeypatch.setattr(tf.random, "stateless_normal", lambda **_: next(noise))
    values = {**values, "seed": 1}
    expected = theirs.transform_images(tf.constant(x), values, training=True)
    assert float(np.abs(expected - x).mean()) > 1
    for engine in ("torch", "tensorflow"):
        got = apply_eagerly(layer, x, seed=5, backend=engine)
        np.testing.assert_allclose(got, expected, atol=5e-3)


def test_rand_augment_agrees_with_keras():
    layer, theirs = L.RandAugment(num_ops=3), K.RandAugment(num_ops=3)
    assert list(layer.choices) == theirs._AUGMENT_LAYERS
    x = images({})
    seen = set()
    for seed in range(20):
        values = drawn(layer, SHAPE, seed)
        seen |= set(np.asarray(values["layer_idxes"]).tolist())
        theirs_drawn = _chosen_for_keras(layer, values["transforms"])
        expected = theirs.transform_images(
            tf.constant(x), {**values, "transforms": theirs_drawn}, training=True
        )
        for engine in ("torch", "tensorflow"):
            got = apply_eagerly(layer, x, seed=seed, backend=engine)
            _check_most(got, expected)
    assert len(seen) == 11


@pytest.mark.parametrize("all_ops", [True, False])
def test_aug_mix_agrees_with_keras(all_ops):
    layer, theirs = L.AugMix(factor=0.4, all_ops=all_ops), K.AugMix(factor=0.4, all_ops=all_ops)
    assert set(layer.choices) == set(theirs._augment_layers)
    x = images({})
    names = list(layer.choices)
    for seed in range(4):
        values = drawn(layer, SHAPE, seed)
        chains = []
        for chain, numbers in zip(np.asarray(values["layer_idxes"]), values["numbers"]):
            steps = []
            for index, own in zip(chain, numbers):
                if index < len(names):
                    found = _given(layer.choices[names[index]], own)
                    one = _chosen_for_keras(layer, {names[index]: found})
                    steps.append({"layer_name": names[index], "transformation": one[names[index]]})
            chains.append(steps)
        expected = theirs.transform_images(
            tf.constant(x), {**values, "chain_transforms": chains}, training=True
        )
        for engine in ("torch", "tensorflow"):
            got = apply_eagerly(layer, x, seed=seed, backend=engine)
            _check_most(got, expected)


def _check_most(got: np.ndarray, expected: Any) -> None:
    # Values are rounded to steps after others were computed: some fall on the other side.
    assert (np.abs(got - expected) > 5e-3).mean() < 2e-3


def _given(layer: Any, numbers: Any) -> Any:
    from rdeep.catalogue.layers.augmentation_mixing import ReplayedRun
    from rdeep.engines.tensorflow import ops

    return layer.transformation(ReplayedRun(numbers, ops), SHAPE) if layer.random else {}


def _chosen_for_keras(layer: Any, transforms: dict[str, Any]) -> dict[str, Any]:
    kinds = {name: type(choice).__name__ for name, choice in layer.choices.items()}
    return {name: for_keras(kinds[name], values) for name, values in transforms.items()}


FIRST = [*CASES, ("RandomElasticTransform", {}), ("RandAugment", {}), ("AugMix", {})]


def test_channels_may_come_first(backend):
    for name, options in dict(FIRST).items():
        layer = getattr(L, name)
        x = images(options, (2, 9, 11, 3))
        if name in ("RandomCrop", "CenterCrop"):
            options = {"height": 5, "width": 7}
        expected = apply_eagerly(layer(**options), x, seed=3, backend=backend)
        turned = layer(data_format="channels_first", **options)
        assert turned.output_shape((None, 3, 9, 11))[2:] == expected.shape[1:3]
        got = apply_eagerly(turned, x.transpose(0, 3, 1, 2), seed=3, backend=backend)
        np.testing.assert_allclose(got.transpose(0, 2, 3, 1), expected, 1e-5, 1e-4, err_msg=name)


def _network(cases: list[Any], shape: tuple[int, ...], backend: str) -> Model:
    set_random_seed(3)
    x = Input(shape)
    parts = [L.Flatten()(getattr(L, name)(**options)(x)) for name, options in cases]
    return Model(x, L.Dense(1)(L.Concatenate()(parts)), backend=backend)


@pytest.mark.parametrize("half", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_networks_draw_the_same_on_both_engines(half):
    cases = [(name, {k: v for k, v in o.items() if k != "value_range"}) for name, o in FIRST]
    cases = [(n, {"height": 7, "width": 5} if "Crop" in n else o) for n, o in dict(cases).items()]
    # As few as there can be: TensorFlow traces every choice.
    cases = [c for c in cases if c[0] not in ("RandAugment", "AugMix")]
    cases += [("RandAugment", {"num_ops": 1}), ("AugMix", {"num_chains": 2, "chain_depth": 1})]
    cases = cases[half::2]
    x, y = images({}, (6, 10, 11, 3)), np.arange(6.0).reshape(6, 1)
    found = []
    for engine in ("torch", "tensorflow"):
        model = _network(cases, (10, 11, 3), engine)
        model.compile("sgd", "mse")
        model.learning_rate = 1e-9
        start = model.get_weights()[0]
        model.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0)
        found.append(
            (model.get_weights()[0] - start) / np.abs(start - model.get_weights()[0]).max()
        )
    wrong = np.abs(found[0] - found[1]) > 1e-3
    assert wrong.mean() < 0.01


def test_nothing_is_drawn_without_training(backend):
    same = [(n, o) for n, o in dict(FIRST).items() if issubclass(getattr(L, n), Augmentation)]
    same = [(n, o) for n, o in [*same, ("Equalization", {})] if n != "RandomCrop"]
    x = images({}, (3, 9, 10, 3))
    for name, options in same:
        layer = getattr(L, name)(**options)
        np.testing.assert_array_equal(layer(x, training=False), x, err_msg=name)
    inputs = Input((9, 10, 3))
    model = Model(inputs, L.RandomInvert((1, 1))(L.RandomFlip()(inputs)), backend=backend)
    np.testing.assert_array_equal(model.predict(x), x)


def test_a_crop_is_the_middle_without_training(backend):
    x = images({}, (2, 9, 12, 3))
    got = apply_eagerly(L.RandomCrop(6, 6), x, training=False, backend=backend)
    smart = keras.preprocessing.image.smart_resize
    np.testing.assert_allclose(got, smart(x, (6, 6)), rtol=1e-4)
    small = apply_eagerly(L.RandomCrop(20, 6), x, backend=backend)
    np.testing.assert_allclose(small, smart(x, (20, 6)), rtol=1e-4)


def test_labels_are_mixed_as_images_are(backend):
    x, labels = images({}, (5, 8, 8, 3)), np.eye(5, dtype="float32")
    for layer in (L.MixUp(alpha=1.0, seed=3), L.CutMix(seed=3)):
        values = drawn(layer, x.shape, 3)
        theirs = getattr(K, type(layer).__name__)()
        expected = theirs.transform_labels(tf.constant(labels), values, training=True)
        data = {"images": x, "labels": labels}
        got = apply_eagerly(layer, data, backend=backend)
        np.testing.assert_allclose(got["labels"], expected, atol=1e-6)
        np.testing.assert_allclose(got["labels"].sum(1), 1.0, atol=1e-5)
        np.testing.assert_array_equal(
            got["images"], apply_eagerly(layer, x, backend=backend, seed=3)
        )
    assert set(data) == {"images", "labels"} and data["images"] is x


def test_boxes_get_one_number(backend):
    boxes = np.arange(2 * 3 * 4, dtype="float32").reshape(2, 3, 4)
    labels = np.arange(6, dtype="int32").reshape(2, 3)
    x = images({}, (2, 5, 5, 3))
    data = {"images": x, "bounding_boxes": {"boxes": boxes, "labels": labels}}
    for number in (2, 3, 5):
        got = apply_eagerly(L.MaxNumBoundingBoxes(number), data, backend=backend)
        theirs = K.MaxNumBoundingBoxes(number, bounding_box_format="xyxy")
        expected = theirs.transform_bounding_boxes(data["bounding_boxes"], None)
        for name in ("boxes", "labels"):
            np.testing.assert_array_equal(got["bounding_boxes"][name], expected[name])
        np.testing.assert_array_equal(got["images"], x)
    assert L.MaxNumBoundingBoxes(2)(x).shape == x.shape


def test_one_image_alone_and_tensors_are_taken(backend):
    x = images({}, (8, 9, 3))
    layer = L.RandomRotation(0.2, seed=3)
    got = apply_eagerly(layer, x, backend=backend)
    np.testing.assert_array_equal(got, apply_eagerly(layer, x[None], backend=backend)[0])
    on_tensorflow = apply_eagerly(layer, x, backend="tensorflow")
    np.testing.assert_array_equal(layer(tf.constant(x)), on_tensorflow)
    assert as_array(layer(x.astype("uint8"))).dtype == np.float32
