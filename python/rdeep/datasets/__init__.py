"""Data sets to learn and to test with."""

from __future__ import annotations

import hashlib
import os
import urllib.request
from pathlib import Path

import numpy as np

from rdeep.data.images import image_dataset_from_directory
from rdeep.data.sounds import audio_dataset_from_directory
from rdeep.data.splitting import split_dataset
from rdeep.data.tables import table_dataset_from_files
from rdeep.data.texts import text_dataset_from_directory
from rdeep.data.timeseries import timeseries_dataset_from_array
from rdeep.errors import DataError, setting
from rdeep.saving import disk

__all__ = [
    "audio_dataset_from_directory",
    "image_dataset_from_directory",
    "mnist",
    "split_dataset",
    "table_dataset_from_files",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]

Split = tuple[np.ndarray, np.ndarray]

_SUBSET = Path(__file__).with_name("mnist_5000.npz")
_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
_TIMEOUT_S = 30
_ARRAYS = ("x_train", "y_train", "x_test", "y_test")


def mnist(subset: bool = False, path: str | None = None) -> tuple[Split, Split]:
    """Images of handwritten digits.

    Parameters
    ----------
    subset : bool
        Return the 5,000 images that the package carries (4,000 to train and 1,000 to test with)
        instead of the full 70,000. Needs no network.
    path : str, optional
        A local ``mnist.npz`` to read the full set from. Without it the full set is downloaded
        once and kept in the user's cache folder.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: images of shape (n, 28, 28) with pixels from 0
        to 255, and the digits they show, all unsigned bytes.

    Raises
    ------
    DataError
        The file given as `path` can't be used, or the full set can't be downloaded.

    Examples
    --------
    >>> from rdeep.datasets import mnist
    >>> (x_train, y_train), (x_test, y_test) = mnist(subset=True)
    >>> x_train.shape, x_test.shape
    ((4000, 28, 28), (1000, 28, 28))
    """
    if subset:
        return _read(_SUBSET)
    if path is not None:
        file = Path(path).expanduser()
        if not file.is_file():
            raise DataError(
                f"There is no file {str(file)!r}.",
                argument="path",
                received=path,
                expected="an existing .npz file",
                hint="Leave `path` out to download the full set, or use the subset.",
            )
        return _read(file)
    cached = _cache_folder() / "mnist.npz"
    if not cached.is_file():
        _download(cached)
    return _read(cached)


def _read(file: Path) -> tuple[Split, Split]:
    try:
        with np.load(file, allow_pickle=False) as arrays:
            x_train, y_train, x_test, y_test = (arrays[name] for name in _ARRAYS)
    # What NumPy raises depends on what is wrong: not a zip, a truncated one, an array missing, ...
    except Exception as error:
        raise DataError(
            f"{str(file)!r} can't be read as the MNIST data set: {error}",
            argument="path",
            received=str(file),
            expected=f"an .npz file with the arrays {', '.join(_ARRAYS)}",
        ) from error
    return (x_train, y_train), (x_test, y_test)


def _cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rdeep"


def _download(target: Path) -> None:
    try:
        with urllib.request.urlopen(_URL, timeout=_TIMEOUT_S) as response:
            content = response.read()
    except OSError as error:
        raise DataError(
            f"The full MNIST data set could not be downloaded from {_URL}: {error}",
            argument="subset",
            received=False,
            expected="a network connection, or a local copy",
            hint=f"{setting('subset', True)} needs no network; 'path' reads a local mnist.npz.",
        ) from error
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise DataError(
            f"What was downloaded from {_URL} is not the MNIST data set: its checksum differs.",
            argument="subset",
            received=False,
            expected=f"a file with the SHA-256 checksum {_SHA256}",
            hint=f"{setting('subset', True)} needs no network; 'path' reads a local mnist.npz.",
        )
    disk.make_folder(str(target.parent), "path")
    disk.replace_file(target, lambda part: part.write(content), "path")
