"""Layers that draw noise: what they draw is alike on both engines, and does what Keras's does."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from families import check_compared
from oracle import rdeep_model
from rdeep import Input
from rdeep.catalogue import layers as L
from rdeep.errors import ArgumentError, ShapeError

ROW, SERIES, IMAGE, VOLUME = (4000,), (50, 40), (6, 5, 40), (3, 2, 2, 40)
FIRST = {"data_format": "channels_first"}
LAYER_FAMILIES = ("regularization",)
CASES = [
    ("Dropout", ROW, {"rate": 0.3}),
    ("Dropout", SERIES, {"rate": 0.3, "noise_shape": (None, 1, None)}),
    ("AlphaDropout", ROW, {"rate": 0.2}),
    ("AlphaDropout", SERIES, {"rate": 0.2, "noise_shape": (None, 1, 40)}),
    ("GaussianDropout", ROW, {"rate": 0.3}),
    ("GaussianNoise", ROW, {"stddev": 0.5}),
    ("SpatialDropout1D", SERIES, {"rate": 0.3}),
    ("SpatialDropout2D", IMAGE, {"rate": 0.3}),
    ("SpatialDropout2D", (40, 6, 5), {"rate": 0.3, **FIRST}),
    ("SpatialDropout3D", VOLUME, {"rate": 0.3}),
    ("SpatialDropout3D", (40, 3, 2, 2), {"rate": 0.3, **FIRST}),
]
ROWS = 20


def _equal_along(noise: np.ndarray) -> list[bool]:
    """Return along which axes all values of a sample's noise are equal."""
    return [bool(np.ptp(noise, axis=axis).max() < 1e-6) for axis in range(1, noise.ndim)]


@pytest.mark.parametrize(("name", "shape", "options"), CASES, ids=lambda v: str(v)[:40])
def test_noise_is_alike_on_both_engines_and_distributed_as_keras_has_it(name, shape, options):
    x = np.ones((ROWS, *shape), "float32")
    drawn = []
    for backend in ("torch", "tensorflow"):
        model = rdeep_model([getattr(L, name)(name="noise", **options)], shape, backend)
        np.testing.assert_array_equal(model.predict(x), x)
        drawn.append(model.sample(x, seed=3))
    np.testing.assert_allclose(*drawn, atol=1e-5)
    expected = np.asarray(getattr(keras.layers, name)(seed=1, **options)(x, training=True))
    found = drawn[0]
    assert _equal_along(found) == _equal_along(expected)
    # As many values as are drawn, so many decide how near the averages are.
    assert found.mean() == pytest.approx(expected.mean(), abs=0.12)
    assert found.std() == pytest.approx(expected.std(), abs=0.08)
    if "Gaussian" not in name:
        np.testing.assert_allclose(np.unique(found), np.unique(expected), atol=1e-5)


def test_every_layer_of_noise_is_compared():
    # tests/python/test_penalties.py has the one that adds a penalty.
    compared = {name for name, _, _ in CASES} | {"ActivityRegularization"}
    check_compared(compared, LAYER_FAMILIES)


@pytest.mark.parametrize(
    "layer", [L.AlphaDropout(0.0), L.GaussianDropout(0.0), L.GaussianNoise(0.0)], ids=str
)
def test_no_noise_changes_nothing(layer, backend, rng):
    x = rng.normal(size=(4, 6)).astype("float32")
    np.testing.assert_array_equal(rdeep_model([layer], (6,), backend).sample(x), x)


def test_a_seed_of_its_own_governs(backend):
    x = np.ones((4, 6), "float32")
    model = rdeep_model([L.GaussianNoise(1.0, seed=4)], (6,), backend)
    np.testing.assert_array_equal(model.sample(x, seed=1), model.sample(x, seed=2))
    model = rdeep_model([L.GaussianNoise(1.0)], (6,), backend)
    assert not np.allclose(model.sample(x, seed=1), model.sample(x, seed=2))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: L.AlphaDropout(1.0), "'rate' must be a number of at least 0 and below 1"),
        (lambda: L.GaussianNoise(-1.0), "'stddev' must be a number of at least 0"),
        (lambda: L.SpatialDropout2D(0.2, "last"), "'data_format' must be one of"),
    ],
)
def test_options_that_do_not_fit_are_refused(build, words):
    with pytest.raises(ArgumentError) as caught:
        build()
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (L.SpatialDropout1D(0.1), (4,), "wants 2 dimensions for each sample"),
        (L.Dropout(0.1, (None, 3)), (4,), "cannot use a 'noise_shape' (None, 3)"),
        (L.AlphaDropout(0.1, (None, 1)), (4, 5), "cannot use a 'noise_shape' (None, 1)"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, shape, words):
    with pytest.raises(ShapeError) as caught:
        layer(Input(shape))
    assert words in str(caught.value)
