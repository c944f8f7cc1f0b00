"""Images in files: Keras's function of the same name is the oracle."""

from __future__ import annotations

import sys
import threading

import keras
import numpy as np
import pytest
from PIL import Image

import rdeep
from rdeep.datasets import image_dataset_from_directory
from rdeep.errors import ArgumentError, DataError, DependencyError, FileError

HEIGHT, WIDTH = 12, 16
SIZE = {"image_size": (HEIGHT, WIDTH)}


@pytest.fixture(scope="module")
def flowers(tmp_path_factory):
    """Three classes of images; each class has a folder within its folder."""
    random = np.random.default_rng(5)
    root = tmp_path_factory.mktemp("flowers")
    for name, count in (("tulip", 5), ("Rose", 7), ("daisy", 9)):
        for i in range(count):
            folder = root / name / ("more" if i % 3 == 0 else "")
            folder.mkdir(parents=True, exist_ok=True)
            pixels = random.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
            Image.fromarray(pixels).save(folder / f"{name}{i}.{'png' if i % 2 else 'PNG'}")
        (root / name / "notes.txt").write_text("not an image")
    (root / ".cache").mkdir()
    return root


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """A folder with a single smooth picture, of which one resized shows what a filter does."""
    root = tmp_path_factory.mktemp("photo")
    y, x = np.mgrid[0:40, 0:60]
    waves = [np.sin(x / 9), np.cos(y / 7), np.sin((x + y) / 11)]
    pixels = np.stack([128 + 120 * wave for wave in waves], -1).astype(np.uint8)
    Image.fromarray(pixels).save(root / "a.png")
    return root


def joined(data, epoch=0):
    """Return the arrays of an epoch."""
    return [np.concatenate(arrays) for arrays in zip(*data.open(epoch))]


def from_keras(folder, **options):
    return keras.utils.image_dataset_from_directory(str(folder), verbose=False, **options)


@pytest.mark.parametrize("label_mode", ["int", "categorical"])
@pytest.mark.parametrize("color_mode", ["rgb", "rgba"])
def test_images_and_labels_are_those_of_keras(flowers, label_mode, color_mode):
    options = {
        **SIZE,
        "shuffle": False,
        "label_mode": label_mode,
        "color_mode": color_mode,
        "batch_size": 4,
    }
    data, oracle = image_dataset_from_directory(flowers, **options), from_keras(flowers, **options)
    assert data.class_names == oracle.class_names == ["Rose", "daisy", "tulip"]
    assert data.file_paths == oracle.file_paths
    assert data.batches == len(oracle) == 6
    for ours, theirs in zip(data.open(0), oracle.as_numpy_iterator(), strict=True):
        for a, b in zip(ours, theirs, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)


def test_classes_in_an_order_of_ones_own(flowers):
    options = {**SIZE, "class_names": ["tulip", "daisy"], "label_mode": "binary", "shuffle": False}
    data, oracle = image_dataset_from_directory(flowers, **options), from_keras(flowers, **options)
    assert data.class_names == oracle.class_names
    assert data.file_paths == oracle.file_paths
    ((_, ours),) = data.open(0)
    ((_, theirs),) = oracle.as_numpy_iterator()
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("labels", [None, [i % 4 for i in range(21)]])
def test_labels_that_are_given_or_not_there(flowers, labels):
    options = {**SIZE, "labels": labels, "shuffle": False}
    data, oracle = image_dataset_from_directory(flowers, **options), from_keras(flowers, **options)
    assert data.file_paths == oracle.file_paths
    assert data.class_names == oracle.class_names
    (ours,), (theirs,) = data.open(0), oracle.as_numpy_iterator()
    theirs = theirs if isinstance(theirs, tuple) else (theirs,)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("follow_links", [False, True])
def test_folders_that_are_links(tmp_path, flowers, follow_links):
    (tmp_path / "roses").symlink_to(flowers / "Rose")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "linked").symlink_to(flowers / "tulip")
    options = {**SIZE, "shuffle": False, "follow_links": follow_links}
    data = image_dataset_from_directory(tmp_path, **options)
    assert data.file_paths == from_keras(tmp_path, **options).file_paths
    assert len(data.file_paths) == (12 if follow_links else 7)


@pytest.mark.parametrize("label_mode", [None, "int"])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("subset", ["training", "validation", "both"])
def test_a_split_puts_the_same_files_where_keras_does(flowers, label_mode, shuffle, subset):
    options = {
        **SIZE,
        "label_mode": label_mode,
        "shuffle": shuffle,
        "seed": 123,
        "validation_split": 0.3,
        "subset": subset,
    }
    ours, theirs = image_dataset_from_directory(flowers, **options), from_keras(flowers, **options)
    if subset != "both":
        ours, theirs = [ours], [theirs]
    for data, oracle in zip(ours, theirs, strict=True):
        assert data.file_paths == oracle.file_paths
        assert data.class_names == oracle.class_names
        assert data.found == 21
    if subset == "both":
        assert not set(ours[0].file_paths) & set(ours[1].file_paths)
        assert ours[1].seed is None


@pytest.mark.parametrize(
    ("shape", "interpolation"),
    [
        ((40, 60), "nearest"),
        ((80, 120), "nearest"),
        ((80, 120), "bilinear"),
        ((61, 83), "bilinear"),
    ],
)
def test_resizing_to_more_pixels_is_that_of_keras(photo, shape, interpolation):
    options = {"labels": None, "image_size": shape, "interpolation": interpolation}
    ((ours,),) = image_dataset_from_directory(photo, **options).open(0)
    (theirs,) = from_keras(photo, **options).as_numpy_iterator()
    # Pillow rounds to whole shades.
    assert np.abs(ours - theirs).max() <= 1


@pytest.mark.parametrize("how", ["crop_to_aspect_ratio", "pad_to_aspect_ratio"])
@pytest.mark.parametrize("shape", [(80, 80), (80, 190), (90, 47), (33, 100)])
def test_proportions_are_kept_as_in_keras(photo, how, shape):
    options = {"labels": None, "image_size": shape, how: True, "interpolation": "nearest"}
    ((ours,),) = image_dataset_from_directory(photo, **options).open(0)
    (theirs,) = from_keras(photo, **options).as_numpy_iterator()
    # The two may choose neighbours of a point between two pixels differently.
    assert np.mean(np.abs(ours - theirs)) < 1
    np.testing.assert_array_equal(ours.sum(-1) == 0, theirs.sum(-1) == 0)


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic", "area", "lanczos3"])
def test_resizing_to_fewer_pixels_comes_close_to_keras(photo, interpolation):
    options = {"labels": None, "image_size": (20, 30), "interpolation": interpolation}
    ((ours,),) = image_dataset_from_directory(photo, **options).open(0)
    (theirs,) = from_keras(photo, **options).as_numpy_iterator()
    assert np.abs(ours - theirs).mean() < 2


def test_kinds_of_files_and_of_pixels(tmp_path):
    shades = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
    color = np.stack([shades, shades.T, 255 - shades], -1)
    Image.fromarray(color).save(tmp_path / "a.jpg", quality=100, subsampling=0)
    Image.fromarray(color).save(tmp_path / "b.JPEG", quality=100, subsampling=0)
    Image.fromarray(color).save(tmp_path / "c.bmp")
    frames = [Image.fromarray(shades), Image.fromarray(255 - shades)]
    frames[0].save(tmp_path / "d.gif", save_all=True, append_images=frames[1:])
    Image.fromarray(shades).save(tmp_path / "e.png")
    Image.fromarray(shades.astype(np.uint16) * 256 + 77).save(tmp_path / "f.png")
    Image.fromarray(np.dstack([color, 255 - shades])).save(tmp_path / "g.png")
    Image.fromarray(color).quantize(256).save(tmp_path / "h.png")
    options = {"labels": None, "image_size": (8, 8), "shuffle": False}
    ((ours,),) = image_dataset_from_directory(tmp_path, **options).open(0)
    (theirs,) = from_keras(tmp_path, **options).as_numpy_iterator()
    # TensorFlow decodes JPEG by a faster approximation.
    assert np.abs(ours[:2] - color).max() <= 3
    assert np.abs(ours[:2] - theirs[:2]).mean() <= 5
    np.testing.assert_array_equal(ours[2:], theirs[2:])
    ((gray,),) = image_dataset_from_directory(tmp_path, color_mode="grayscale", **options).open(0)
    assert gray.shape == (8, 8, 8, 1)
    np.testing.assert_array_equal(gray[5, ..., 0], shades)


# Order ----------------------------------------------------------------------------------------


def test_each_epoch_has_every_image_once_in_an_order_of_its_own(flowers):
    data = image_dataset_from_directory(flowers, **SIZE, seed=1, batch_size=4)
    plain = image_dataset_from_directory(flowers, **SIZE, shuffle=False)
    whole, labels = joined(plain)
    place = {image.tobytes(): i for i, image in enumerate(whole)}
    orders = []
    for epoch in range(2):
        x, y = joined(data, epoch)
        orders.append([place[image.tobytes()] for image in x])
        assert sorted(orders[-1]) == list(range(21))
        np.testing.assert_array_equal(y, labels[orders[-1]])
    assert orders[0] != orders[1]
    again = image_dataset_from_directory(flowers, **SIZE, seed=1, batch_size=4)
    np.testing.assert_array_equal(joined(again, 1)[0], joined(data, 1)[0])
    np.testing.assert_array_equal(joined(plain, 5)[0], whole)


def test_a_seed_that_is_not_given_comes_from_the_stream(flowers):
    orders = []
    for seed in (4, 4, 5):
        rdeep.set_random_seed(seed)
        orders.append(joined(image_dataset_from_directory(flowers, **SIZE))[1].tolist())
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]


def test_threads_end_with_the_epoch_or_when_it_is_left(flowers):
    data = image_dataset_from_directory(flowers, **SIZE, batch_size=2)

    def threads():
        return [t for t in threading.enumerate() if t.name.startswith("rdeep-images")]

    begun = data.open(0)
    next(begun)
    assert threads()
    begun.close()
    assert not threads()
    list(data.open(0))
    assert not threads()


def test_few_images_are_decoded_ahead(flowers, monkeypatch):
    data = image_dataset_from_directory(flowers, **SIZE, batch_size=1)
    monkeypatch.setattr("rdeep.data.images._MOST_THREADS", 1)
    count = 0
    decode = data._decoder.decode

    def counting(file):
        nonlocal count
        count += 1
        return decode(file)

    data._decoder.decode = counting
    begun = data.open(0)
    next(begun)
    begun.close()
    assert count <= 5


# What goes wrong ------------------------------------------------------------------------------


def test_an_image_that_cannot_be_read_is_named(tmp_path, photo):
    (tmp_path / "a").mkdir()
    whole = (photo / "a.png").read_bytes()
    for name, content in (
        ("bad.png", b"no image"),
        ("cut.png", whole[: len(whole) // 2]),
        ("no.gif", b""),
    ):
        (tmp_path / "a" / name).write_bytes(content)
        with pytest.raises(DataError, match=f"{name}' can't be read as an image"):
            list(image_dataset_from_directory(tmp_path, **SIZE).open(0))
        (tmp_path / "a" / name).unlink()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"color_mode": "RGB"}, ArgumentError, "'color_mode' must be one of"),
        ({"label_mode": "integer"}, ArgumentError, "'label_mode' must be one of"),
        ({"label_mode": "binary"}, ArgumentError, "'binary' wants two classes; there are 3"),
        ({"labels": "none"}, ArgumentError, "'labels' must be 'inferred', None or"),
        ({"labels": [0.5] * 21}, ArgumentError, "'labels' must be 'inferred', None or"),
        ({"labels": [1, 2]}, DataError, "'labels' has 2 labels, and there are 21 images"),
        (
            {"labels": [1, 2, 2] * 7, "label_mode": "categorical"},
            DataError,
            "'labels' must be numbers from 0 to 1",
        ),
        ({"labels": None, "class_names": ["a"]}, ArgumentError, "'class_names' goes with"),
        ({"class_names": ["rose"]}, ArgumentError, "'class_names' has 'rose', but"),
        ({"image_size": (2, 3, 4)}, ArgumentError, "'image_size' must be one or 2 positive"),
        ({"interpolation": "gaussian"}, ArgumentError, "'interpolation' must be one of 'bilinear'"),
        ({"batch_size": 0}, ArgumentError, "'batch_size'"),
        ({"shuffle": "yes"}, ArgumentError, "'shuffle'"),
        ({"seed": 1.5}, ArgumentError, "'seed'"),
        ({"subset": "training"}, ArgumentError, "'validation_split' is missing"),
        ({"validation_split": 0.5}, ArgumentError, "'subset' is missing"),
        ({"validation_split": 0.5, "subset": "test", "seed": 1}, ArgumentError, "'subset' must be"),
        ({"validation_split": 0.5, "subset": "both"}, ArgumentError, "'seed' is missing"),
        ({"validation_split": 1, "subset": "both", "seed": 1}, ArgumentError, "'validation_split'"),
        ({"validation_split": 0, "subset": "both", "seed": 1}, ArgumentError, "must be above 0"),
        (
            {"validation_split": 0.01, "subset": "both", "seed": 1},
            DataError,
            "leaves nothing to validate: there are 21 images",
        ),
        (
            {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
            ArgumentError,
            "Only one of 'crop_to_aspect_ratio' and",
        ),
    ],
)
def test_arguments_that_do_not_fit(flowers, options, error, message):
    with pytest.raises(error, match=message):
        image_dataset_from_directory(flowers, **options)


def test_folders_without_images(tmp_path):
    with pytest.raises(FileError, match=r"There is no folder .*nowhere'"):
        image_dataset_from_directory(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"no images in (?s:.*)Each class has a folder"):
        image_dataset_from_directory(tmp_path)
    with pytest.raises(DataError, match=r"no images in (?s:.*)Files end in '\.bmp'"):
        image_dataset_from_directory(tmp_path, labels=None)


def test_without_pillow_the_error_says_what_to_install(flowers, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.delitem(sys.modules, "PIL.Image")
    with pytest.raises(DependencyError, match=r"'pillow'(?s:.*)pip install"):
        image_dataset_from_directory(flowers)


def test_it_describes_itself(flowers):
    data = image_dataset_from_directory(flowers, **SIZE, batch_size=4)
    assert repr(data) == (
        "<dataset: 21 images of shape (12, 16, 3), 6 batches of 4>\n"
        "3 classes: 'Rose', 'daisy' and 'tulip'"
    )
