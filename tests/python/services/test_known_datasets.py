"""Known data sets: small files of the same format are read as Keras reads them."""

from __future__ import annotations

import gzip
import importlib
import io
import json
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest

from rdeep.datasets import downloads, housing, pictures, words
from rdeep.datasets.reading import unpickled
from rdeep.errors import ArgumentError, DataError


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "cache"))


def same(ours, theirs):
    for (x, y), (kx, ky) in zip(ours, theirs, strict=True):
        assert [list(row) for row in x] == [list(row) for row in kx]
        np.testing.assert_array_equal(y, ky)


def keras_reads(monkeypatch, name, path):
    """Have a data set of Keras read a file instead of downloading."""
    module = importlib.import_module(f"keras.src.datasets.{name}")
    monkeypatch.setattr(module, "get_file", lambda *args, **kwargs: str(path))
    return module


def test_house_prices_are_split_as_in_keras(tmp_path, monkeypatch):
    random = np.random.default_rng(1)
    file = tmp_path / "prices.npz"
    np.savez(file, x=random.normal(size=(700, 3)), y=random.normal(size=700))
    boston = keras_reads(monkeypatch, "boston_housing", file)
    same(housing.boston_housing(str(file), 0.3, 5), boston.load_data(test_split=0.3, seed=5))
    california = keras_reads(monkeypatch, "california_housing", file)
    for version in ("large", "small"):
        ours = housing.california_housing(version, str(file))
        same(ours, california.load_data(version=version))
    with pytest.raises(ArgumentError, match="version"):
        housing.california_housing("tiny", str(file))
    with pytest.raises(ArgumentError, match="test_split"):
        housing.boston_housing(str(file), 1.0)


@pytest.fixture
def texts(tmp_path):
    random = np.random.default_rng(3)

    def some(n):
        out = np.empty(n, dtype=object)
        out[:] = [random.integers(1, 60, random.integers(1, 20)).tolist() for _ in range(n)]
        return out

    np.savez(
        tmp_path / "imdb.npz",
        x_train=some(30), y_train=np.arange(30) % 2, x_test=some(20), y_test=np.arange(20) % 2,
    )  # fmt: skip
    np.savez(tmp_path / "reuters.npz", x=some(30), y=np.arange(30))
    return tmp_path


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_words": 30, "skip_top": 5},
        {"num_words": 30, "oov_char": None},
        {"maxlen": 10},
        {"start_char": None},
        {"start_char": None, "index_from": None, "seed": 4},
    ],
)
def test_word_numbers_are_those_of_keras(texts, monkeypatch, options):
    file = texts / "imdb.npz"
    same(
        words.imdb(str(file), **options),
        keras_reads(monkeypatch, "imdb", file).load_data(**options),
    )
    file = texts / "reuters.npz"
    theirs = keras_reads(monkeypatch, "reuters", file).load_data(**options)
    same(words.reuters(str(file), **options), theirs)


def test_word_lists(texts):
    file = texts / "index.json"
    file.write_text(json.dumps({"the": 1, "été": 2}), encoding="utf-8")
    assert words.imdb_word_index(str(file)) == {"the": 1, "été": 2}
    assert words.reuters_word_index(str(file)) == {"the": 1, "été": 2}
    with pytest.raises(DataError, match="maxlen"):
        words.imdb(str(texts / "imdb.npz"), maxlen=1)


def tar_of(path, folder, contents):
    with tarfile.open(path, "w:gz") as archive:
        for name, value in contents.items():
            data = pickle.dumps(value, protocol=2)
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def test_cifar(tmp_path):
    random = np.random.default_rng(1)
    pixels = random.integers(0, 256, (2, 3072)).astype(np.uint8)
    batch = {"data": pixels, "labels": [3, 4]}
    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    tar_of(tmp_path / "ten.tar.gz", "cifar-10-batches-py", dict.fromkeys(names, batch))
    (x, y), (x_test, y_test) = pictures.cifar10(str(tmp_path / "ten.tar.gz"))
    assert x.shape == (10, 32, 32, 3) and y.shape == (10, 1) and x_test.shape == (2, 32, 32, 3)
    np.testing.assert_array_equal(x[1, :, :, 2].ravel(), pixels[1, 2048:])
    assert y_test.ravel().tolist() == [3, 4]
    batch = {"data": pixels, "fine_labels": [3, 4], "coarse_labels": [1, 0]}
    tar_of(tmp_path / "hundred.tar.gz", "cifar-100-python", {"train": batch, "test": batch})
    for mode, labels in (("fine", [3, 4]), ("coarse", [1, 0])):
        found = pictures.cifar100(mode, str(tmp_path / "hundred.tar.gz"))
        assert found[1][1].ravel().tolist() == labels
    with pytest.raises(DataError, match="CIFAR-10 data set"):
        pictures.cifar10(str(tmp_path / "hundred.tar.gz"))


def test_fashion_mnist(tmp_path):
    for name in pictures._FASHION:
        header, size = (b"0" * 16, 3 * 784) if "images" in name else (b"0" * 8, 3)
        with gzip.open(tmp_path / name, "wb") as target:
            target.write(header + bytes(range(256)) * 10 if size > 3 else header + b"\1\2\3")
    broken = tmp_path / pictures._FASHION[0]
    with pytest.raises(DataError, match="Fashion-MNIST"):
        pictures.fashion_mnist(str(tmp_path))
    for name in (pictures._FASHION[0], pictures._FASHION[2]):
        with gzip.open(tmp_path / name, "wb") as target:
            target.write(b"0" * 16 + bytes(784 * 3))
    assert broken.is_file()
    (x, y), (x_test, _) = pictures.fashion_mnist(str(tmp_path))
    assert x.shape == x_test.shape == (3, 28, 28) and y.tolist() == [1, 2, 3]


def test_a_pickle_that_could_run_code_is_refused():
    import os

    with pytest.raises(pickle.UnpicklingError, match="no data set needs"):
        unpickled(pickle.dumps(os.getcwd))
    np.testing.assert_array_equal(unpickled(pickle.dumps(np.arange(3))), np.arange(3))


def test_files_are_fetched_checked_and_unpacked(tmp_path):
    source = tmp_path / "data.csv"
    source.write_text("a,b\n1,2\n")
    address = source.as_uri()
    path = downloads.get_file(origin=address)
    assert path == str(tmp_path / "cache" / "datasets" / "data.csv")
    source.write_text("other")
    assert Path(downloads.get_file(origin=address)).read_text().startswith("a,b")
    assert Path(downloads.get_file(origin=address, force_download=True)).read_text() == "other"
    with pytest.raises(DataError, match="checksum"):
        downloads.get_file("new.csv", address, file_hash="0" * 32)
    archive = tmp_path / "data.tar.gz"
    with tarfile.open(archive, "w:gz") as target:
        target.add(source, "inside/data.csv")
    for options in ({}, {"cache_dir": str(tmp_path / "elsewhere"), "archive_format": "tar"}):
        folder = downloads.get_file(origin=archive.as_uri(), extract=True, **options)
        assert Path(folder, "inside", "data.csv").read_text() == "other"
    with pytest.raises(DataError, match="archive"):
        downloads.get_file(origin=address, extract=True)


def test_without_a_network_the_error_says_where_to_put_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(housing, "STORE", "http://127.0.0.1:9/")
    with pytest.raises(DataError, match="could not be downloaded") as caught:
        housing.boston_housing()
    wanted = tmp_path / "cache" / "datasets" / "boston_housing.npz"
    assert str(wanted) in caught.value.hint
    with pytest.raises(DataError, match="There is no file"):
        housing.boston_housing(str(tmp_path / "none.npz"))
    with pytest.raises(ArgumentError, match="fname"):
        downloads.get_file()
