"""Spectrograms against Keras's."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from batched import check_cases
from families import check_compared
from rdeep import Input, Model
from rdeep.catalogue import layers as L
from rdeep.errors import ArgumentError, ShapeError

K = keras.layers
LAYER_FAMILIES = ("audio_preprocessing",)
MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


def test_every_layer_is_tested():
    check_compared({"MelSpectrogram", "STFTSpectrogram"}, LAYER_FAMILIES)


@pytest.mark.parametrize(
    "options",
    [
        {"frame_length": 16},
        {"frame_length": 13, "frame_step": 5, "fft_length": 20, "padding": "same"},
        {"frame_length": 16, "expand_dims": True, "scaling": "spectrum", "periodic": True},
        {"frame_length": 8, "window": None},
        {"frame_length": 8, "window": "hamming", "scaling": None, "expand_dims": True},
        {"frame_length": 4, "frame_step": 4, "window": (0.1, 1.0, 0.8, 0.3)},
    ],
    ids=str,
)
@pytest.mark.few_on_tensorflow("'scaling': 'spectrum'")
def test_short_time_transforms_agree_with_keras(options, backend, rng):
    x = rng.normal(size=(3, 50, 2)).astype("float32")
    inputs = Input((50, 2))
    layers = [L.STFTSpectrogram(mode, **options) for mode in MODES]
    model = Model(inputs, [layer(inputs) for layer in layers], backend=backend)
    for mode, got in zip(MODES, model.predict(x)):
        window = options.get("window", "hann")
        window = np.array(window) if isinstance(window, tuple) else window
        theirs = K.STFTSpectrogram(mode, **{**options, "window": window})
        expected = np.asarray(theirs(x))
        assert got.shape == expected.shape
        if mode == "angle":
            # Of what is nearly zero any angle will do.
            got, expected = np.sin(got - expected), np.zeros_like(expected)
            assert (np.abs(got) > 1e-3).mean() < 0.02
        else:
            np.testing.assert_allclose(got, expected, atol=2e-5, rtol=1e-4, err_msg=mode)


def test_the_kernels_are_weights_as_keras_has_them(backend, rng):
    cases = [
        (
            "STFTSpectrogram",
            {"mode": mode, "frame_length": 8, "expand_dims": expanded},
        )
        for mode in ("magnitude", "psd", "real", "stft")
        for expanded in (False, True)
    ]
    check_cases(cases, (30, 2), backend, rng)


@pytest.mark.parametrize("expand_dims", [False, True])
def test_channels_may_come_first(expand_dims, backend, rng):
    x = rng.normal(size=(3, 50, 2)).astype("float32")
    for mode in ("log", "stft"):
        options = {"mode": mode, "frame_length": 8, "expand_dims": expand_dims}
        last = L.STFTSpectrogram(**options)
        first = L.STFTSpectrogram(data_format="channels_first", **options)
        got, expected = first(x.transpose(0, 2, 1)), last(x)
        assert got.shape == first.output_shape((3, 2, 50))
        order = (0, 2, 3, 1) if expand_dims else (0, 2, 1)
        np.testing.assert_allclose(got.transpose(order), expected, atol=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"fft_length": 100, "sequence_length": 80, "window": "hamming", "max_freq": 4000.0},
        {"power_to_db": False, "mag_exp": 1.0, "min_freq": 100.0},
        {"top_db": 30.0, "ref_power": 0.5, "min_power": 1e-3, "sampling_rate": 8000},
        {"window": None, "sequence_stride": 33},
    ],
    ids=str,
)
def test_mel_spectrograms_agree_with_keras(options, backend, rng):
    options = {"fft_length": 128, "sequence_stride": 40, "num_mel_bins": 12, **options}
    x = rng.normal(size=(2, 500)).astype("float32")
    inputs = Input((500,))
    outputs = L.MelSpectrogram(**options)(inputs)
    model = Model(inputs, outputs, backend=backend)
    expected = np.asarray(K.MelSpectrogram(**options)(x))
    got = model.predict(x)
    assert got.shape == expected.shape == (2, *outputs.shape[1:])
    np.testing.assert_allclose(got, expected, atol=1e-3, rtol=1e-4)
    alone = L.MelSpectrogram(**options)(x[0])
    np.testing.assert_allclose(alone, K.MelSpectrogram(**options)(x[0]), atol=1e-3, rtol=1e-4)


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: L.STFTSpectrogram("power"), "mode"),
        (lambda: L.STFTSpectrogram(frame_length=8, frame_step=9), "frame_step"),
        (lambda: L.STFTSpectrogram(frame_length=8, fft_length=4), "fft_length"),
        (lambda: L.STFTSpectrogram(frame_length=8, window=(1.0, 2.0)), "window"),
        (lambda: L.STFTSpectrogram(window="round"), "window"),
        (lambda: L.STFTSpectrogram(scaling="power"), "scaling"),
        (lambda: L.MelSpectrogram(fft_length=8, sequence_length=9), "sequence_length"),
        (lambda: L.MelSpectrogram(min_freq=9000), "min_freq"),
        (lambda: L.MelSpectrogram(window=(1.0, 2.0)), "window"),
    ],
)
def test_options_out_of_range_are_refused(make, argument):
    with pytest.raises(ArgumentError) as caught:
        make()
    assert caught.value.argument == argument and argument in str(caught.value)


def test_signals_that_are_too_short_are_refused():
    with pytest.raises(ShapeError, match="mirrors 64 values at both ends"):
        L.MelSpectrogram(fft_length=128)(Input((60,)))
    with pytest.raises(ShapeError, match="does not fit once"):
        L.STFTSpectrogram(frame_length=64)(Input((60, 1)))
    with pytest.raises(ShapeError, match="has 2 values, but a frame has 4"):
        from rdeep.catalogue.initializers import STFT

        STFT(window=(1.0, 2.0)).check_shape((4, 1, 3))
