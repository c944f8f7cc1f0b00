"""What the data sets that are read from files share: packages, seeds, orders and batches."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rdeep.catalogue.options import Count, checked
from rdeep.errors import DependencyError, install_command
from rdeep.seeds import stream

Arrays = list[np.ndarray]


def needed(module: str, purpose: str) -> Any:
    """Return a module of a package that only some users have.

    Parameters
    ----------
    module : str
        The module, such as ``"pyarrow.csv"``.
    purpose : str
        What it is needed for, as the start of a sentence.

    Raises
    ------
    DependencyError
        If the package is missing, or does not fit this Python.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        top = module.split(".")[0]
        package = {"PIL": "pillow"}.get(top, top)
        missing = isinstance(error, ModuleNotFoundError) and error.name == top
        problem = "which is not installed" if missing else f"which can't be loaded: {error}"
        # Later versions of pyarrow need NumPy 2.
        old = package == "pyarrow" and np.__version__.startswith("1.")
        wanted = "pyarrow<26" if old else package
        raise DependencyError(
            f"{purpose} needs the Python package '{package}', {problem.rstrip('.')}.",
            expected=wanted,
            hint=f"Install it: {install_command(wanted)}.",
        ) from error


def seed_for(seed: Any, shuffle: bool) -> int:
    """Return the seed of a data set's order; without one, the next of the process's stream.

    Parameters
    ----------
    seed : int or None
        What the user gave.
    shuffle : bool
        Whether there is anything to draw; where there is not, no seed is taken.
    """
    if seed is not None:
        return int(checked(Count(0), seed, "seed"))
    return stream.next() if shuffle else 0


def shown(path: str) -> str:
    """Return a file's name for messages: relative where it lies in the working folder.

    Parameters
    ----------
    path : str
        The absolute path.
    """
    with contextlib.suppress(ValueError, OSError):
        path = str(Path(path).relative_to(Path.cwd()))
    return f"'{path}'"


def absolute(path: str | os.PathLike[str]) -> str:
    """Return a path that holds when the working folder changes.

    Parameters
    ----------
    path : str or path
        What the user gave; `~` is the home folder.
    """
    return os.path.abspath(os.path.expanduser(os.fspath(path)))


def batches_in(rows: int, batch_size: int) -> int:
    """Return the number of batches, of which the last may be smaller.

    Parameters
    ----------
    rows, batch_size : int
        The number of samples, and of those in a batch.
    """
    return -(-rows // batch_size)


def counted(number: int, one: str, several: str) -> str:
    """Return a number and what it counts, such as "1 file".

    Parameters
    ----------
    number : int
        The number.
    one, several : str
        The word for one and the word for more.
    """
    return f"{number} {one if number == 1 else several}"


def in_batches(
    chunks: Iterable[Arrays],
    batch_size: int,
    buffer_rows: int,
    random: np.random.Generator | None = None,
) -> Iterator[Arrays]:
    """Cut chunks of rows into batches of one size, through a buffer in which rows are shuffled.

    Parameters
    ----------
    chunks : iterable of lists of arrays
        The arrays of a list have equally many rows; the lists have arrays of the same kinds.
    batch_size : int
        The rows of every batch but the last.
    buffer_rows : int
        The rows that are held at a time; at least a batch.
    random : numpy.random.Generator, optional
        Where the order in the buffer is drawn from; without it the order is kept.
    """
    capacity = max(buffer_rows, batch_size)
    buffer: Arrays = []
    filled = 0
    for chunk in chunks:
        buffer = buffer or [np.empty((capacity, *part.shape[1:]), part.dtype) for part in chunk]
        rows, at = len(chunk[0]), 0
        while at < rows:
            count = min(rows - at, capacity - filled)
            for index, part in enumerate(chunk):
                whole = buffer[index]
                if part.dtype != whole.dtype:
                    # Chunks with whole numbers that float32 cannot hold are float64.
                    whole = buffer[index] = whole.astype(np.result_type(whole, part))
                whole[filled : filled + count] = part[at : at + count]
            filled, at = filled + count, at + count
            if filled == capacity:
                order = np.arange(filled) if random is None else random.permutation(filled)
                full = filled - filled % batch_size
                yield from _taken(buffer, order[:full], batch_size)
                for whole in buffer:
                    whole[: filled - full] = whole[order[full:]]
                filled -= full
    order = np.arange(filled) if random is None else random.permutation(filled)
    yield from _taken(buffer, order, batch_size)


def _taken(buffer: Arrays, order: np.ndarray, batch_size: int) -> Iterator[Arrays]:
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        # Indexing by numbers copies: the buffer is filled again.
        yield [whole[rows] for whole in buffer]
