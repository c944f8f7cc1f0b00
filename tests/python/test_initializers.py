"""Starting values: their distributions, and Keras's scales."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from rdeep import Sequential
from rdeep.catalogue import initializers as I
from rdeep.catalogue.layers import LSTM, Conv2D, Dense
from rdeep.catalogue.registry import records
from rdeep.catalogue.windows import WINDOWS
from rdeep.errors import ShapeError

SHAPE = (200, 300)


@pytest.mark.parametrize(
    ("make", "deviation", "bound"),
    [
        (I.GlorotUniform(), np.sqrt(2 / 500), np.sqrt(6 / 500)),
        (I.GlorotNormal(), np.sqrt(2 / 500), 2 * np.sqrt(2 / 500) / 0.8796),
        (I.HeUniform(), np.sqrt(2 / 200), np.sqrt(6 / 200)),
        (I.HeNormal(), np.sqrt(2 / 200), 2 * np.sqrt(2 / 200) / 0.8796),
        (I.LecunUniform(), np.sqrt(1 / 200), np.sqrt(3 / 200)),
        (I.LecunNormal(), np.sqrt(1 / 200), 2 * np.sqrt(1 / 200) / 0.8796),
        (I.RandomUniform(-1, 1), np.sqrt(1 / 3), 1),
        (I.RandomNormal(stddev=2), 2, np.inf),
        (I.TruncatedNormal(stddev=2), 2 * 0.8796, 4),
        (I.VarianceScaling(3, "fan_out", "uniform"), np.sqrt(3 / 300), np.sqrt(9 / 300)),
        (I.VarianceScaling(3, "fan_avg", "untruncated_normal"), np.sqrt(3 / 250), np.inf),
    ],
    ids=str,
)
def test_random_initializers(make, deviation, bound, rng):
    values = make.draw(SHAPE, rng)
    assert values.dtype == np.float32
    assert values.mean() == pytest.approx(0, abs=0.03 * deviation)
    assert values.std() == pytest.approx(deviation, rel=0.02)
    assert np.abs(values).max() <= bound * 1.0001


def test_a_kernel_counts_its_window(rng):
    values = I.HeUniform().draw((3, 3, 10, 20), rng)
    assert np.abs(values).max() == pytest.approx(np.sqrt(6 / 90), rel=0.01)


@pytest.mark.parametrize("shape", [(30, 10), (10, 30)])
def test_orthogonal(shape, rng):
    q = I.Orthogonal(gain=2.0).draw(shape, rng).astype(float)
    product = q.T @ q if shape[0] > shape[1] else q @ q.T
    np.testing.assert_allclose(product, 4 * np.eye(10), atol=1e-5)


def test_fixed_initializers(rng):
    np.testing.assert_array_equal(I.Zeros().draw((2, 3), rng), np.zeros((2, 3)))
    np.testing.assert_array_equal(I.Ones().draw((2,), rng), np.ones(2))
    np.testing.assert_array_equal(I.Constant(3).draw((2,), rng), [3, 3])
    np.testing.assert_array_equal(I.Identity(2).draw((2, 3), rng), [[2, 0, 0], [0, 2, 0]])


STFT_CASES = [
    {},
    {"side": "imag", "window": "hamming", "scaling": "spectrum", "periodic": True},
    {"window": "blackman", "scaling": None},
    {"window": None},
    *({"window": name} for name in WINDOWS),
    *({"window": name, "periodic": True} for name in WINDOWS),
]


@pytest.mark.parametrize("options", STFT_CASES, ids=str)
@pytest.mark.parametrize("shape", [(7, 1, 5), (8, 1, 4)])
def test_fourier_kernels_are_those_of_keras(options, shape, rng):
    expected = keras.initializers.STFT(**options)(shape)
    np.testing.assert_allclose(I.STFT(**options).draw(shape, rng), expected, atol=1e-5)


@pytest.mark.parametrize("make", [I.Identity(), I.STFT()])
def test_weights_of_other_shapes_are_refused(make):
    with pytest.raises(ShapeError, match="dimensions"):
        Sequential([Dense(2, bias_initializer=make)], input_shape=3)


def test_every_initializer_is_tested():
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in records("initializer") if f"I.{name}(" not in text]


def test_random_signs(rng):
    values = I.RandomSign().draw(SHAPE, rng)
    np.testing.assert_array_equal(np.abs(values), 1)
    assert abs(values.mean()) < 0.02


def test_sections_share_a_value(rng):
    values = I.Sectioned(I.RandomNormal(stddev=1.0), (2, 3)).draw((400, 5), rng)
    for section in (values[:, :2], values[:, 2:]):
        np.testing.assert_array_equal(section, section[:, :1].repeat(section.shape[1], 1))
    assert values[:, 0].std() == pytest.approx(1, abs=0.1)
    assert abs(np.corrcoef(values[:, 0], values[:, 4])[0, 1]) < 0.2


def test_the_seed_of_an_initializer_inside_governs(rng):
    first, second = (I.Sectioned(I.RandomSign(seed=3), (9, 9)).draw((9, 18), rng) for _ in "ab")
    np.testing.assert_array_equal(first, second)
    slices = I.SliceBySlice(I.HeNormal(seed=3)).draw((2, 3, 4), rng)
    assert not np.array_equal(slices[0], slices[1])


def test_a_seed_of_its_own_governs(rng):
    first, second = (I.HeNormal(seed=3).draw((4,), rng) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_lstm_starts_with_an_open_forget_gate():
    model = Sequential([LSTM(2)], input_shape=(3, 4))
    np.testing.assert_array_equal(model.get_weights()[2], [0, 0, 1, 1, 0, 0, 0, 0])


def test_adding_a_layer_does_not_change_how_others_start():
    layers = [Conv2D(2, 3, name="a"), Conv2D(2, 3, name="b")]
    one = Sequential([Conv2D(2, 3, name="a")], input_shape=(8, 8, 1), seed=4)
    two = Sequential(layers, input_shape=(8, 8, 1), seed=4)
    np.testing.assert_array_equal(one.get_weights()[0], two.get_weights()[0])
    assert not np.array_equal(two.get_weights()[0][..., :1, :], two.get_weights()[2][..., :1, :])


def test_seeds_govern():
    draw = lambda seed: Sequential([Dense(2)], input_shape=3, seed=seed).get_weights()[0]  # noqa: E731
    np.testing.assert_array_equal(draw(1), draw(1))
    assert not np.array_equal(draw(1), draw(2))
