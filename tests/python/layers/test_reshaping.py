"""Padding, cropping, upsampling and changes of shape against Keras's, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from batched import check_cases
from families import check_compared, family
from rdeep import Input, Model
from rdeep.catalogue import layers as L
from rdeep.catalogue.registry import from_config
from rdeep.errors import ArgumentError, ShapeError

FIRST = {"data_format": "channels_first"}
INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")

GROUPS = [
    (
        (6,),
        [
            ("RepeatVector", {"n": 4}),
            ("Reshape", {"target_shape": (2, -1)}),
            ("Reshape", {"target_shape": (3, 1, 2)}),
            ("Permute", {"dims": (1,)}),
            ("Flatten", {}),
        ],
    ),
    (
        (5, 4),
        [
            ("Permute", {"dims": (2, 1)}),
            ("Reshape", {"target_shape": (20,)}),
            ("Flatten", FIRST),
            ("ZeroPadding1D", {}),
            ("ZeroPadding1D", {"padding": (0, 3)}),
            ("ZeroPadding1D", {"padding": (2, 1), **FIRST}),
            ("Cropping1D", {}),
            ("Cropping1D", {"cropping": (2, 0)}),
            ("Cropping1D", {"cropping": (0, 4)}),
            ("UpSampling1D", {}),
            ("UpSampling1D", {"size": 3}),
        ],
    ),
    (
        (5, 6, 2),
        [
            ("Permute", {"dims": (3, 1, 2)}),
            ("Flatten", FIRST),
            ("ZeroPadding2D", {}),
            ("ZeroPadding2D", {"padding": 2}),
            ("ZeroPadding2D", {"padding": ((1, 0), (2, 3))}),
            ("Cropping2D", {}),
            ("Cropping2D", {"cropping": (1, 2)}),
            ("Cropping2D", {"cropping": ((0, 3), (2, 0))}),
            ("Cropping2D", {"cropping": ((2, 2), (0, 0))}),
            ("UpSampling2D", {}),
            *[("UpSampling2D", {"size": (2, 3), "interpolation": i}) for i in INTERPOLATIONS],
            *[("UpSampling2D", {"size": (5, 1), "interpolation": i}) for i in INTERPOLATIONS],
        ],
    ),
    (
        (2, 6, 5),
        [
            ("ZeroPadding2D", {"padding": (2, 1), **FIRST}),
            ("Cropping2D", {"cropping": ((0, 3), (1, 0)), **FIRST}),
            *[
                ("UpSampling2D", {"size": (2, 3), "interpolation": i, **FIRST})
                for i in INTERPOLATIONS
            ],
        ],
    ),
    (
        (3, 5, 4, 2),
        [
            ("Permute", {"dims": (4, 2, 1, 3)}),
            ("Flatten", FIRST),
            ("ZeroPadding3D", {}),
            ("ZeroPadding3D", {"padding": ((1, 0), (2, 3), (0, 0))}),
            ("ZeroPadding3D", {"padding": ((1, 0), (2, 3), (0, 2)), **FIRST}),
            ("Cropping3D", {}),
            ("Cropping3D", {"cropping": ((0, 2), (1, 0), (0, 0))}),
            ("Cropping3D", {"cropping": ((0, 2), (1, 0), (0, 1)), **FIRST}),
            ("UpSampling3D", {}),
            ("UpSampling3D", {"size": (1, 3, 2)}),
            ("UpSampling3D", {"size": (2, 1, 3), **FIRST}),
        ],
    ),
]


@pytest.mark.parametrize(("shape", "cases"), GROUPS, ids=lambda v: str(v)[:12])
@pytest.mark.few_on_tensorflow("(5, 4)", "(2, 6, 5)")
def test_changes_of_shape_agree_with_keras(shape, cases, backend, rng):
    check_cases(cases, shape, backend, rng)


LAYER_FAMILIES = ("padding", "reshaping", "upsampling")


def test_every_change_of_shape_is_compared_with_keras():
    check_compared({name for _, cases in GROUPS for name, _ in cases}, LAYER_FAMILIES)


def test_open_sizes_change(backend, rng):
    def build(shape: tuple[int | None, ...]) -> Model:
        x = Input(shape)
        y = L.Cropping2D(((1, 0), (0, 2)))(L.ZeroPadding2D(2)(x))
        for interpolation in INTERPOLATIONS:
            y = L.UpSampling2D((2, 1), interpolation=interpolation)(y)
        return Model(x, L.Permute((3, 1, 2))(y), backend=backend)

    images = rng.normal(size=(2, 5, 3, 2)).astype("float32")
    unknown = build((None, None, 2))
    assert unknown.output_shapes[0] == (None, 2, None, None)
    expected = build((5, 3, 2)).predict(images)
    np.testing.assert_allclose(unknown.predict(images), expected, atol=1e-5)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_one_layer_enlarges_images_of_several_sizes(interpolation, backend, rng):
    shared = L.UpSampling2D(2, interpolation=interpolation)
    inputs = [Input((3, 4, 2)), Input((5, 2, 2))]
    model = Model(inputs, [shared(x) for x in inputs], backend=backend)
    images = [rng.normal(size=(2, *x.shape[1:])).astype("float32") for x in inputs]
    for x, each, found in zip(inputs, images, model.predict(images)):
        alone = Model(x, L.UpSampling2D(2, interpolation=interpolation)(x), backend=backend)
        np.testing.assert_allclose(found, alone.predict(each), atol=1e-6)


def test_codes_stay_codes(backend):
    x = Input((4,), "int32")
    y = L.Cropping1D(1)(L.ZeroPadding1D((2, 1))(L.RepeatVector(3)(x)))
    y = L.Permute((2, 1))(L.UpSampling1D(2)(y))
    assert y.dtype == "int32"
    model = Model(x, L.Embedding(9, 2)(L.Flatten()(y)), backend=backend)
    codes = np.array([[1, 2, 3, 8]], "int32")
    table = model.get_weights()[0]
    moved = np.pad(np.repeat(codes[:, None], 3, 1), ((0, 0), (2, 1), (0, 0)))[:, 1:-1]
    moved = np.repeat(moved, 2, 1).transpose(0, 2, 1).reshape(1, -1)
    np.testing.assert_allclose(model.predict(codes), table[moved], atol=1e-6)


@pytest.mark.parametrize("name", sorted(family(*LAYER_FAMILIES)))
def test_masks_end_where_steps_change(name):
    assert getattr(L, name).mask == "stop"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (L.ZeroPadding1D(2).padding, (2, 2)),
        (L.ZeroPadding1D([[1, 2]]).padding, (1, 2)),
        (L.Cropping2D(1).cropping, ((1, 1), (1, 1))),
        (L.Cropping2D([1, [2, 0]]).cropping, ((1, 1), (2, 0))),
        (L.Cropping3D((1, 2, 3)).cropping, ((1, 1), (2, 2), (3, 3))),
        (L.ZeroPadding3D([2]).padding, ((2, 2), (2, 2), (2, 2))),
        (L.ZeroPadding2D([[1], [2]]).padding, ((1, 1), (2, 2))),
    ],
)
def test_the_forms_of_amounts_before_and_after(given, kept):
    assert given == kept


@pytest.mark.parametrize(
    "layer", [L.ZeroPadding1D((1, 2)), L.Cropping2D(((1, 2), (0, 3))), L.UpSampling2D(3)]
)
def test_saved_options_give_the_layer_again(layer):
    again = from_config("layer", json.loads(json.dumps(layer.to_data())))
    assert again.chosen() == layer.chosen()


def test_what_is_as_by_default_is_not_shown():
    assert repr(L.ZeroPadding1D()) == "ZeroPadding1D()"
    assert repr(L.UpSampling1D(2)) == "UpSampling1D()"
    assert repr(L.Cropping2D(((1, 1), (0, 2)))) == "Cropping2D(cropping=((1, 1), (0, 2)))"


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: L.ZeroPadding1D(-1), "'padding' must be a whole number, zero or more, or two"),
        (lambda: L.ZeroPadding2D((1, 2, 3)), "for each of 2 dimensions one or two"),
        (lambda: L.Cropping2D(((1, 2), (1, 2, 3))), "for each of 2 dimensions one or two"),
        (lambda: L.Cropping3D("a"), "'cropping' must be"),
        (lambda: L.Cropping1D((1.5, 2)), "'cropping' must be"),
        (lambda: L.UpSampling1D(0), "'size' must be a positive whole number"),
        (lambda: L.UpSampling2D(interpolation="cubic"), "'interpolation' must be one of"),
        (lambda: L.Permute((1, 3)), "'dims' must be the numbers 1, 2 in some order, not (1, 3)"),
        (lambda: L.Permute((0, 1)), "'dims' must be one or several positive whole numbers"),
        (lambda: L.RepeatVector(0), "'n' must be a positive whole number"),
        (lambda: L.Flatten("first"), "'data_format' must be one of"),
    ],
)
def test_options_that_do_not_fit_are_refused(build, words):
    with pytest.raises(ArgumentError) as caught:
        build()
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (L.Cropping1D((2, 3)), (5, 2), "cannot cut 2 and 3 values off a dimension of 5"),
        (L.Cropping2D(3, data_format="channels_first"), (9, 7, 6), "off a dimension of 6"),
        (L.Permute((2, 1)), (3, 4, 5), "puts 2 dimensions in order, but its input has shape"),
        (L.RepeatVector(2), (3, 4), "wants 1 dimensions for each sample, not 2"),
        (L.UpSampling3D(), (3, 4, 5), "wants 4 dimensions for each sample, not 3"),
        (L.Reshape((5, -1)), (12,), "cannot turn samples of shape (12,)"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, shape, words):
    with pytest.raises(ShapeError) as caught:
        layer(Input(shape))
    assert words in str(caught.value)
    assert type(layer).__name__ in str(caught.value)
