"""Small pictures: CIFAR-10, CIFAR-100 and Fashion-MNIST."""

from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path

import numpy as np

from rdeep.catalogue.options import Choice, checked
from rdeep.datasets.downloads import get_file
from rdeep.datasets.reading import STORE, read, unpickled

Split = tuple[np.ndarray, np.ndarray]

_CIFAR = "https://www.cs.toronto.edu/~kriz/"
_CIFAR10 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"
_CIFAR100 = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"
_FASHION = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def cifar10(path: str | None = None) -> tuple[Split, Split]:
    """Return 60,000 pictures of 32 x 32 pixels in 10 classes, channels last.

    Parameters
    ----------
    path : str, optional
        A local `cifar-10-python.tar.gz`.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = cifar10()  # doctest: +SKIP
    """
    file = path or get_file("cifar-10-python.tar.gz", f"{_CIFAR}cifar-10-python.tar.gz", _CIFAR10)
    batches = [f"data_batch_{i}" for i in range(1, 6)]
    return _cifar(file, "CIFAR-10", batches, ["test_batch"], "labels")


def cifar100(label_mode: str = "fine", path: str | None = None) -> tuple[Split, Split]:
    """Return 60,000 pictures of 32 x 32 pixels in 100 classes or 20 groups of these.

    Parameters
    ----------
    label_mode : {"fine", "coarse"}
        The classes, or the groups.
    path : str, optional
        A local `cifar-100-python.tar.gz`.
    """
    mode = checked(Choice("fine", "coarse"), label_mode, "label_mode")
    name = "cifar-100-python.tar.gz"
    file = path or get_file(name, f"{_CIFAR}{name}", _CIFAR100)
    return _cifar(file, "CIFAR-100", ["train"], ["test"], f"{mode}_labels")


def _cifar(
    file: str, what: str, train: list[str], test: list[str], key: str
) -> tuple[Split, Split]:
    def reader(path: str) -> tuple[Split, Split]:
        contents = {}
        with tarfile.open(path) as archive:
            for member in archive:
                name = member.name.rsplit("/", 1)[-1]
                source = archive.extractfile(member) if name in train + test else None
                if source is not None:
                    contents[name] = unpickled(source.read())
        return _joined(contents, train, key), _joined(contents, test, key)

    return read(file, what, reader)


def _joined(contents: dict, names: list[str], key: str) -> Split:
    x = np.concatenate([np.asarray(contents[name]["data"], np.uint8) for name in names])
    y = np.concatenate([np.asarray(contents[name][key], np.uint8) for name in names])
    return x.reshape(len(x), 3, 32, 32).transpose(0, 2, 3, 1), y.reshape(-1, 1)


def fashion_mnist(path: str | None = None) -> tuple[Split, Split]:
    """Return 70,000 pictures of clothes, 28 x 28 shades of grey, in 10 classes.

    Parameters
    ----------
    path : str, optional
        A folder that holds the four files.
    """
    folder = os.path.join("datasets", "fashion-mnist")
    files = [
        str(Path(path).expanduser() / name)
        if path
        else get_file(name, f"{STORE}{name}", cache_subdir=folder)
        for name in _FASHION
    ]
    images = [read(file, "Fashion-MNIST", _images) for file in files[::2]]
    labels = [read(file, "Fashion-MNIST", _labels) for file in files[1::2]]
    return (images[0], labels[0]), (images[1], labels[1])


def _images(file: str) -> np.ndarray:
    with gzip.open(file, "rb") as source:
        return np.frombuffer(source.read(), np.uint8, offset=16).reshape(-1, 28, 28)


def _labels(file: str) -> np.ndarray:
    with gzip.open(file, "rb") as source:
        return np.frombuffer(source.read(), np.uint8, offset=8)
