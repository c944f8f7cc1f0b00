"""Texts, sounds, time series and splits as data: Keras's functions are the oracle."""

from __future__ import annotations

import wave

import keras
import numpy as np
import pytest

import rdeep
from rdeep.data.sounds import read_wav
from rdeep.datasets import (
    audio_dataset_from_directory,
    image_dataset_from_directory,
    split_dataset,
    text_dataset_from_directory,
    timeseries_dataset_from_array,
)
from rdeep.errors import ArgumentError, DataError, ShapeError


def all_of(dataset):
    return [tuple(np.asarray(part) for part in batch) for batch in dataset.open(0)]


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    root = tmp_path_factory.mktemp("reviews")
    for name, count in (("good", 5), ("bad", 4)):
        (root / name).mkdir()
        for i in range(count):
            (root / name / f"{i}.txt").write_text(f"{name} film {i} été", encoding="utf-8")
    return root


def write_wav(path, samples, rate=8000, width=2):
    with wave.open(str(path), "wb") as target:
        target.setnchannels(samples.shape[1])
        target.setsampwidth(width)
        target.setframerate(rate)
        target.writeframes(samples.astype("<i2").tobytes())


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    root = tmp_path_factory.mktemp("words")
    random = np.random.default_rng(1)
    for name in ("yes", "no"):
        (root / name).mkdir()
        for i in range(3):
            samples = random.integers(-32768, 32767, (20 + i, 1))
            write_wav(root / name / f"{i}.wav", samples)
    return root


@pytest.mark.parametrize("options", [{}, {"max_length": 8}, {"label_mode": "binary"}])
def test_texts_are_those_of_keras(reviews, options):
    options = {"batch_size": 4, "shuffle": False, **options}
    ours = all_of(text_dataset_from_directory(str(reviews), **options))
    theirs = keras.utils.text_dataset_from_directory(str(reviews), verbose=False, **options)
    for (x, y), (kx, ky) in zip(ours, theirs, strict=True):
        assert list(x) == [text.decode("utf-8", "ignore") for text in kx.numpy()]
        np.testing.assert_array_equal(y, ky.numpy())


def test_texts_say_what_there_is(reviews, tmp_path):
    left, right = text_dataset_from_directory(
        str(reviews), validation_split=0.4, subset="both", seed=1
    )
    assert (len(left.file_paths), len(right.file_paths)) == (6, 3)
    assert repr(left) == "<dataset: 6 texts, 1 batch of 32>\n2 classes: 'bad' and 'good'"
    with pytest.raises(DataError, match="no texts"):
        text_dataset_from_directory(str(tmp_path))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="read as text"):
        all_of(text_dataset_from_directory(str(tmp_path)))


@pytest.mark.parametrize("length", [None, 15, 40])
def test_sounds_are_those_of_keras(words, length):
    options = {"batch_size": 4, "shuffle": False, "output_sequence_length": length}
    ours = all_of(audio_dataset_from_directory(str(words), **options))
    theirs = keras.utils.audio_dataset_from_directory(str(words), verbose=False, **options)
    for (x, y), (kx, ky) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(x, kx.numpy())
        np.testing.assert_array_equal(y, ky.numpy())


def test_sounds_that_cannot_be_read_are_named(words, tmp_path):
    with pytest.raises(ArgumentError, match="ragged"):
        audio_dataset_from_directory(str(words), ragged=True)
    with pytest.raises(DataError, match="8000 samples in a second, not 16000"):
        all_of(audio_dataset_from_directory(str(words), sampling_rate=16000))
    assert all_of(audio_dataset_from_directory(str(words), sampling_rate=8000, shuffle=False))
    write_wav(tmp_path / "deep.wav", np.zeros((4, 1)), width=4)
    with pytest.raises(DataError, match="32 bits"):
        read_wav(str(tmp_path / "deep.wav"))
    (tmp_path / "no.wav").write_bytes(b"text")
    with pytest.raises(DataError, match="WAV"):
        read_wav(str(tmp_path / "no.wav"))


def test_images_can_have_their_channels_first(tmp_path):
    from PIL import Image

    (tmp_path / "a").mkdir()
    pixels = np.random.default_rng(1).integers(0, 256, (4, 6, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a" / "a.png")
    options = {"image_size": (4, 6), "shuffle": False}
    first = image_dataset_from_directory(str(tmp_path), data_format="channels_first", **options)
    np.testing.assert_array_equal(all_of(first)[0][0][0], pixels.transpose(2, 0, 1))


@pytest.mark.parametrize(
    "options",
    [
        {"sequence_length": 3},
        {"sequence_length": 4, "sequence_stride": 3},
        {"sequence_length": 3, "sampling_rate": 2, "batch_size": 5},
        {"sequence_length": 3, "start_index": 2, "end_index": 17},
        {"sequence_length": 3, "sequence_stride": 2, "sampling_rate": 3, "start_index": 1},
        {"sequence_length": 3, "batch_size": None},
    ],
)
@pytest.mark.parametrize("with_targets", [True, False])
def test_windows_are_those_of_keras(options, with_targets):
    data = np.random.default_rng(1).normal(size=(20, 2))
    targets = np.arange(18) if with_targets else None
    ours = all_of(timeseries_dataset_from_array(data, targets, **options))
    theirs = keras.utils.timeseries_dataset_from_array(data, targets, **options)
    theirs = [batch if isinstance(batch, tuple) else (batch,) for batch in theirs]
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs):
        for a, b in zip(mine, other, strict=True):
            np.testing.assert_array_equal(a, b.numpy())


def test_windows_shuffle_and_train():
    series = np.arange(40.0)[:, np.newaxis]
    data = timeseries_dataset_from_array(series, series[5:], 5, batch_size=8, shuffle=True, seed=1)
    assert repr(data) == "<dataset: 35 windows of 5 steps, 5 batches>"
    seen = np.concatenate([y for _, y in data.open(0)])
    assert sorted(seen[:, 0]) == list(range(5, 40))
    assert not np.array_equal(seen, np.concatenate([y for _, y in data.open(1)]))
    layers = [rdeep.layers.Flatten(), rdeep.layers.Dense(1)]
    model = rdeep.Sequential(layers, input_shape=(5, 1))
    model.compile("sgd", "mse")
    assert len(model.fit(data, verbose=0).history["loss"]) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sequence_length": 30}, "no window of 30 steps"),
        ({"sequence_length": 3, "sequence_stride": 20}, "sequence_stride"),
        ({"sequence_length": 3, "end_index": 3, "start_index": 3}, "end_index"),
        ({"sequence_length": 0}, "sequence_length"),
    ],
)
def test_windows_that_cannot_be_are_refused(options, words):
    with pytest.raises((ArgumentError, DataError), match=words):
        timeseries_dataset_from_array(np.zeros(20), None, **options)


def test_arrays_and_streams_are_split():
    x, y = np.arange(20.0).reshape(10, 2), np.arange(10.0)
    left, right = split_dataset([x, y], left_size=0.7)
    np.testing.assert_array_equal(all_of(left)[0][0], x[:7])
    np.testing.assert_array_equal(all_of(right)[0][1], y[7:])
    left, right = split_dataset(x, right_size=4, shuffle=True, seed=1)
    both = np.concatenate([all_of(left)[0][0], all_of(right)[0][0]])
    assert len(right) == 4 and not np.array_equal(both, x)
    np.testing.assert_array_equal(np.sort(both[:, 0]), x[:, 0])
    left, right = split_dataset(timeseries_dataset_from_array(x, y, 2, batch_size=3), left_size=2)
    assert (len(left), len(right)) == (2, 1)
    assert repr(left) == "<dataset: 2 batches>" and repr(split_dataset(x, 3)[0]).endswith("es>")
    for wrong in ({}, {"left_size": 0}, {"left_size": 11}, {"left_size": 0.8, "right_size": 0.8}):
        with pytest.raises(ArgumentError):
            split_dataset(x, **wrong)
    with pytest.raises(DataError, match="rows"):
        split_dataset([x, y[:3]], left_size=2)


def test_pictures_are_those_of_keras(tmp_path):
    from rdeep.data import pictures

    pixels = np.random.default_rng(1).integers(0, 256, (9, 12, 3)).astype(np.float32)
    file = str(tmp_path / "a.png")
    pictures.save_image(file, pixels, scale=False)
    for options in (
        {},
        {"color_mode": "grayscale"},
        {"target_size": (5, 4), "interpolation": "bilinear"},
        {"target_size": (5, 4), "keep_aspect_ratio": True, "color_mode": "rgba"},
    ):
        ours = pictures.image_to_array(pictures.load_image(file, **options))
        theirs = keras.utils.img_to_array(keras.utils.load_img(file, **options))
        np.testing.assert_array_equal(ours, theirs)
    for x in (pixels / 300, pixels[:, :, :1] * 3):
        for scale in (True, False):
            a, b = (
                pictures.image_from_array(x, scale=scale),
                keras.utils.array_to_img(x, None, scale),
            )
            np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
    first = pictures.image_to_array(pictures.load_image(file), "channels_first")
    assert first.shape == (3, 9, 12)
    assert pictures.image_from_array(first, "channels_first").size == (12, 9)
    with pytest.warns(UserWarning, match="JPEG"):
        pictures.save_image(str(tmp_path / "b.jpg"), np.zeros((4, 4, 4)))
    with pytest.raises(ShapeError, match="5 channels"):
        pictures.image_from_array(np.zeros((2, 2, 5)))


@pytest.mark.parametrize("way", ["bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"])
def test_smart_resizing_is_that_of_keras(way):
    from rdeep.data.resizing import smart_resize

    random = np.random.default_rng(2)
    for shape, size in (((9, 12, 3), (5, 4)), ((2, 6, 5, 1), (9, 9)), ((4, 4, 2), (4, 3))):
        x = random.uniform(0, 255, shape).astype(np.float32)
        ours = smart_resize(x, size, way)
        theirs = keras.preprocessing.image.smart_resize(x, size, way)
        # TensorFlow looks its cubic kernel up in a table of 1,024 values.
        atol = 0.15 if way == "bicubic" else 0.02
        np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-4, atol=atol)
    x = random.uniform(size=(3, 8, 6)).astype(np.float32)
    first = smart_resize(x, (4, 4), way, "channels_first")
    last = smart_resize(x.transpose(1, 2, 0), (4, 4), way)
    np.testing.assert_allclose(first, last.transpose(2, 0, 1), rtol=1e-5, atol=1e-5)
