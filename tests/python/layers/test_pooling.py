"""Pooling against Keras's: outputs, gradients, masks, and what is refused."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from batched import check_cases
from families import check_compared, family
from rdeep import Input, Model
from rdeep.catalogue import layers as L
from rdeep.errors import ArgumentError, ShapeError

SAME, FIRST = {"padding": "same"}, {"data_format": "channels_first"}


def _both(rank: int, *options: dict) -> list[tuple[str, dict]]:
    kinds = (f"MaxPooling{rank}D", f"AveragePooling{rank}D")
    return [(name, each) for name in kinds for each in options]


def _whole(rank: int, *options: dict) -> list[tuple[str, dict]]:
    kinds = (f"GlobalMaxPooling{rank}D", f"GlobalAveragePooling{rank}D")
    return [(name, each) for name in kinds for each in options]


def _adaptive(rank: int, *options: dict) -> list[tuple[str, dict]]:
    kinds = (f"AdaptiveMaxPooling{rank}D", f"AdaptiveAveragePooling{rank}D")
    return [(name, each) for name in kinds for each in options]


LAYER_FAMILIES = ("adaptive_pooling", "pooling")
GROUPS = [
    (
        (11, 3),
        _both(
            1,
            {"pool_size": 2},
            {"pool_size": 4, "strides": 3, **SAME},
            {"pool_size": 3, "strides": 1, **SAME},
            {"pool_size": 2, "strides": 5},
        )
        + _whole(1, {}, {"keepdims": True})
        + _adaptive(1, {"output_size": 4}, {"output_size": 3}),
    ),
    (
        (3, 11),
        _both(1, {"pool_size": 3, "strides": 2, **SAME, **FIRST})
        + _whole(1, FIRST, {"keepdims": True, **FIRST})
        + _adaptive(1, {"output_size": 5, **FIRST}),
    ),
    (
        (7, 10, 3),
        _both(
            2,
            {"pool_size": (3, 2)},
            {"pool_size": (2, 4), "strides": (3, 2), **SAME},
            {"pool_size": 3, "strides": (1, 2)},
        )
        + _whole(2, {}, {"keepdims": True})
        + _adaptive(2, {"output_size": (3, 4)}, {"output_size": 2}),
    ),
    (
        (3, 7, 10),
        _both(2, {"pool_size": 2, **FIRST}, {"pool_size": (2, 3), "strides": 2, **SAME, **FIRST})
        + _whole(2, FIRST, {"keepdims": True, **FIRST})
        + _adaptive(2, {"output_size": (2, 3), **FIRST}),
    ),
    (
        (5, 4, 7, 2),
        _both(3, {"pool_size": 2}, {"pool_size": (2, 3, 4), "strides": (2, 1, 3), **SAME})
        + _whole(3, {}, {"keepdims": True})
        + _adaptive(3, {"output_size": (2, 3, 4)}),
    ),
    (
        (2, 5, 4, 7),
        _both(3, {"pool_size": (2, 2, 3), "strides": 2, **SAME, **FIRST})
        + _whole(3, FIRST, {"keepdims": True, **FIRST})
        + _adaptive(3, {"output_size": 2, **FIRST}),
    ),
]


@pytest.mark.parametrize(("shape", "cases"), GROUPS, ids=lambda v: str(v)[:12])
@pytest.mark.few_on_tensorflow("(3, 11)", "(7, 10, 3)")
def test_pooling_agrees_with_keras(shape, cases, backend, rng):
    check_cases(cases, shape, backend, rng)


def test_every_pooling_is_compared_with_keras():
    check_compared({name for _, cases in GROUPS for name, _ in cases}, LAYER_FAMILIES)


@pytest.mark.parametrize("wanted", [1, 5, 6, 12])
def test_any_size_can_be_asked_for(wanted, backend, rng):
    # Keras's own layers end the process where a window would be as long as the dimension.
    x = rng.normal(size=(2, 6, 3)).astype("float32")
    ends = [(i * 6 // wanted, -(-(i + 1) * 6 // wanted)) for i in range(wanted)]
    for layer, reduce in (
        (L.AdaptiveMaxPooling1D(wanted), np.max),
        (L.AdaptiveAveragePooling1D(wanted), np.mean),
    ):
        inputs = Input((6, 3))
        found = Model(inputs, layer(inputs), backend=backend).predict(x)
        expected = np.stack([reduce(x[:, start:end], axis=1) for start, end in ends], axis=1)
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_mean_over_steps_leaves_masked_ones_out(backend, rng):
    codes = rng.integers(0, 3, size=(6, 5)).astype("int32")
    codes[:, 0] = 1
    for keepdims in (False, True):
        x = Input((5,), "int32")
        embedded = L.Embedding(3, 4, mask_zero=True)(x)
        ours = Model(x, L.GlobalAveragePooling1D(keepdims=keepdims)(embedded), backend=backend)
        k = keras.Input((5,), dtype="int32")
        pooled = keras.layers.GlobalAveragePooling1D(keepdims=keepdims)
        theirs = keras.Model(k, pooled(keras.layers.Embedding(3, 4, mask_zero=True)(k)))
        ours.set_weights(theirs.get_weights())
        np.testing.assert_allclose(ours.predict(codes), np.asarray(theirs(codes)), atol=1e-6)


@pytest.mark.parametrize("name", sorted(family(*LAYER_FAMILIES)))
def test_masks_end_at_pooling(name):
    layer = getattr(L, name)(2) if "Global" not in name else getattr(L, name)()
    assert not layer.passes_mask()


def test_open_sizes_are_pooled(backend, rng):
    x = Input((None, None, 2))
    y = L.AveragePooling2D(3, strides=2, padding="same")(x)
    model = Model(x, L.GlobalMaxPooling2D()(L.MaxPooling2D()(y)), backend=backend)
    images = rng.normal(size=(2, 9, 7, 2)).astype("float32")
    pooled = keras.ops.average_pool(images, 3, 2, "same")
    expected = np.asarray(keras.ops.max_pool(pooled, 2, 2, "valid")).max((1, 2))
    np.testing.assert_allclose(model.predict(images), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (L.MaxPooling3D(3), (4, 4, 2, 1), "has a window of 3 on a dimension of 2"),
        (L.AveragePooling1D(3, data_format="channels_first"), (5, 2), "on a dimension of 2"),
        (L.MaxPooling3D(), (4, 4, 1), "wants 4 dimensions for each sample, not 3"),
        (L.GlobalMaxPooling3D(), (4, 1), "wants 4 dimensions for each sample, not 2"),
        (L.AdaptiveMaxPooling2D(2), (4, None, 1), "which is open"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, shape, words):
    with pytest.raises(ShapeError) as caught:
        layer(Input(shape))
    assert words in str(caught.value)
    assert type(layer).__name__ in str(caught.value)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: L.MaxPooling3D((2, 2)), "'pool_size' must be one or 3 positive whole numbers"),
        (lambda: L.AveragePooling2D(2, strides=0), "'strides' must be one or 2 positive"),
        (lambda: L.MaxPooling1D(2, padding="causal"), "'padding' must be one of"),
        (lambda: L.GlobalMaxPooling3D("last"), "'data_format' must be one of"),
        (lambda: L.AdaptiveMaxPooling1D((2, 3)), "'output_size' must be a positive whole number"),
    ],
)
def test_options_that_do_not_fit_are_refused(build, words):
    with pytest.raises(ArgumentError) as caught:
        build()
    assert words in str(caught.value)
