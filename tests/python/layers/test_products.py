"""Products of two inputs against Keras's."""

from __future__ import annotations

import keras
import pytest

from oracle import check_agreement
from rdeep import Input, Model
from rdeep.catalogue import layers as L
from rdeep.errors import ArgumentError, ShapeError

K = keras.layers

CASES = [
    ((4,), (4,), 1),
    ((4,), (4,), -1),
    ((3, 4), (4,), (2, 1)),
    ((4,), (3, 4), (1, 2)),
    ((3, 5), (10, 3), (1, 2)),
    ((3, 4), (3, 5), 1),
    ((3, 4, 2), (5, 4), (2, -1)),
    ((3, 4), (2, 3, 5), (1, 2)),
    ((2, 3, 4), (5, 3, 2), (-2, 2)),
]


@pytest.mark.parametrize("normalize", [False, True])
def test_products_agree_with_keras(normalize, backend, rng):
    def build(layers, make):
        inputs = [make(shape) for a, b, _ in CASES for shape in (a, b)]
        found = [
            layers.Flatten()(layers.Dot(axes, normalize)([inputs[2 * i], inputs[2 * i + 1]]))
            for i, (_, _, axes) in enumerate(CASES)
        ]
        return inputs, layers.Dense(2)(layers.Concatenate()(found))

    ours = Model(*build(L, Input), backend=backend)
    theirs = keras.Model(*build(K, keras.Input))
    x = [rng.normal(size=(4, *shape)).astype("float32") for a, b, _ in CASES for shape in (a, b)]
    check_agreement(ours, theirs, x, rng)


@pytest.mark.parametrize(("one", "other", "axes"), CASES, ids=str)
def test_shapes_are_those_of_keras(one, other, axes):
    found = L.Dot(axes)([Input(one), Input(other)]).shape
    assert found == tuple(K.Dot(axes)([keras.Input(one), keras.Input(other)]).shape)


def test_products_pass_gradients_back(backend, rng):
    def build(layers, x):
        a, b = layers.Dense(4)(x), layers.Dense(4)(x)
        return layers.Dot(2, normalize=True)([a, b])

    x, t = Input((3, 5)), keras.Input((3, 5))
    ours = Model(x, build(L, x), backend=backend)
    theirs = keras.Model(t, build(K, t))
    check_agreement(ours, theirs, rng.normal(size=(6, 3, 5)).astype("float32"), rng)


@pytest.mark.parametrize(
    ("axes", "shapes", "words"),
    [
        (1, [(4,), (5,)], "along 'axes' they have 4 and 5 values"),
        (2, [(4,), (4,)], "there are no axes 2"),
        (0, [(4,), (4,)], "there are no axes 0"),
        (1, [(4,)] * 3, "takes a list of two inputs, not 3"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(axes, shapes, words):
    with pytest.raises(ShapeError) as caught:
        L.Dot(axes)([Input(shape) for shape in shapes])
    assert words in str(caught.value)
    with pytest.raises(ArgumentError, match="'axes' must be the number of an axis, or two"):
        L.Dot((1, 2, 3))
