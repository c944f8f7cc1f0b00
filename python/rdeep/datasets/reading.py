"""Reading the files of known data sets, from the cache or from where the user says."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from rdeep.datasets.downloads import get_file
from rdeep.errors import DataError, RdeepError

STORE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

Found = TypeVar("Found")


def located(path: str, origin: str, file_hash: str | None = None) -> str:
    """Return where a data set's file is: what the user named, or the cache's, downloaded first.

    Parameters
    ----------
    path : str
        A file that exists, or a name in the cache.
    origin, file_hash : str
        Where to download it from, and its checksum.
    """
    here = Path(path).expanduser()
    if here.is_file():
        return str(here)
    if here.is_absolute() or len(here.parts) > 1:
        raise DataError(
            f"There is no file '{path}'.",
            argument="path",
            received=path,
            hint="Give a file that exists, or leave 'path' out to download it.",
        )
    return get_file(path, origin, file_hash)


def read(path: str, what: str, reader: Callable[[str], Found]) -> Found:
    """Return what a file holds, or say that it is not the data set.

    Parameters
    ----------
    path : str
        The file.
    what : str
        The data set, for messages.
    reader : callable
        Reads it.
    """
    try:
        return reader(path)
    except RdeepError:
        raise
    # What is raised depends on what is wrong: no archive, a truncated one, an array missing, ...
    except Exception as error:
        raise DataError(
            f"'{path}' can't be read as the {what} data set: {error}",
            argument="path",
            received=path,
        ) from error


class _NumbersOnly(pickle.Unpickler):
    """Reads pickles of arrays and lists of numbers, and refuses all that could run code."""

    _ALLOWED = frozenset(
        {
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy.core.multiarray", "scalar"),
            ("numpy._core.multiarray", "scalar"),
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("_codecs", "encode"),
        }
    )

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"it holds {module}.{name}, which no data set needs")
        return super().find_class(module, name)


def unpickled(content: bytes, encoding: str = "latin1") -> Any:
    """Return what a pickle of plain data holds; one that holds more is refused.

    Parameters
    ----------
    content : bytes
        The pickle.
    encoding : str
        Of strings that Python 2 wrote.

    Examples
    --------
    >>> import pickle
    >>> unpickled(pickle.dumps([1, 2]))
    [1, 2]
    """
    return _NumbersOnly(io.BytesIO(content), encoding=encoding).load()


def arrays(path: str) -> dict[str, np.ndarray]:
    """Return the arrays of an `.npz` file, also such as hold lists.

    Parameters
    ----------
    path : str
        The file.
    """
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as source:
                found[name.removesuffix(".npy")] = _array(io.BytesIO(source.read()))
    return found


def _array(source: io.BytesIO) -> np.ndarray:
    version = np.lib.format.read_magic(source)
    header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }[version]
    _, _, dtype = header(source)
    if not dtype.hasobject:
        source.seek(0)
        return np.load(source, allow_pickle=False)
    values: np.ndarray = unpickled(source.read())
    return values


def drawn_split(
    x: Any, y: np.ndarray, test_split: float, seed: int
) -> tuple[tuple[Any, np.ndarray], tuple[Any, np.ndarray]]:
    """Shuffle rows as Keras does, and cut off the last for testing.

    Parameters
    ----------
    x, y : array
        The data and the targets.
    test_split : float
        The share for testing.
    seed : int
        What the order is drawn from.
    """
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    cut = int(len(x) * (1 - test_split))
    return (x[order[:cut]], y[order[:cut]]), (x[order[cut:]], y[order[cut:]])
