"""Arrays on their way to a model: one sample a row, types and lengths checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.data.order import drawn_order
from rdeep.data.sparse import SparseMatrix
from rdeep.errors import DataError

# What vector instructions and engines want an array's memory to begin at a multiple of.
_ALIGNMENT = 64
# Up to so many values, looking at each is faster than telling NumPy not to warn of their sum.
_FEW = 4096


def engine_array(array: np.ndarray, dtype: object) -> np.ndarray:
    """Return an array as engines take it: of a type, in C order, writable, and aligned if new.

    Parameters
    ----------
    array : numpy.ndarray
        The array, which is returned itself if it is of that kind.
    dtype : dtype
        The type.

    Examples
    --------
    >>> made = engine_array(np.arange(6).reshape(2, 3).T, np.float32)
    >>> made.flags.c_contiguous, made.ctypes.data % 64, made.dtype
    (True, 0, dtype('float32'))
    """
    if array.dtype == dtype and array.flags.c_contiguous and array.flags.writeable:
        return array
    out = aligned(array.shape, dtype)
    np.copyto(out, array, casting="unsafe")
    return out


def all_finite(array: np.ndarray) -> bool:
    """Return whether none of an array's values is missing or infinite.

    Parameters
    ----------
    array : numpy.ndarray
        Floating-point numbers.

    Examples
    --------
    >>> all_finite(np.array([1e308, 1e308])), all_finite(np.array([1.0, np.nan]))
    (True, False)
    """
    if array.size <= _FEW:
        return bool(np.isfinite(array).all())
    # The sum shows at no cost in memory whether it is worth a look. It may overflow, of which NumPy
    # would warn.
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum()) or np.isfinite(array).all())


def is_aligned(array: np.ndarray) -> bool:
    """Return whether an array's memory begins where engines want it.

    Parameters
    ----------
    array : numpy.ndarray
        The array.
    """
    return bool(array.ctypes.data % _ALIGNMENT == 0)


def aligned(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return a new array whose memory begins where engines want it; its values are not set.

    Parameters
    ----------
    shape : tuple of int
        Its shape.
    dtype : dtype
        Its type.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(size + _ALIGNMENT, np.uint8)
    start = -memory.__array_interface__["data"][0] % _ALIGNMENT
    return memory[start : start + size].view(dtype).reshape(shape)


@dataclass
class ArrayFeed:
    """Inputs, targets and sample weights as arrays that agree in their number of rows.

    Attributes
    ----------
    inputs : list of numpy.ndarray or SparseMatrix
        An array for each input of the model, float32 or int32.
    targets : list of numpy.ndarray
        An array for each output: float32 values shaped as the output, or int64 class numbers.
    weights : list of numpy.ndarray or None
        For each output a float32 weight for each row, or `None`.
    """

    inputs: list[np.ndarray]
    targets: list[np.ndarray]
    weights: list[np.ndarray | None]

    @property
    def rows(self) -> int:
        """The number of samples."""
        return len(self.inputs[0])

    @property
    def is_sparse(self) -> bool:
        """Whether an input is kept sparse, to be made dense a few rows at a time."""
        return any(isinstance(x, SparseMatrix) for x in self.inputs)

    def take(self, rows: slice | np.ndarray) -> ArrayFeed:
        """Return some rows, dense.

        Parameters
        ----------
        rows : slice or array of int
            Which rows.
        """
        return ArrayFeed(
            [dense_rows(x, rows) for x in self.inputs],
            [y[rows] for y in self.targets],
            [None if w is None else w[rows] for w in self.weights],
        )

    def copied(self) -> ArrayFeed:
        """Return the feed with arrays of its own: a generator may use its arrays again."""
        inputs = [x.copy() if isinstance(x, np.ndarray) else x for x in self.inputs]
        weights = [None if w is None else w.copy() for w in self.weights]
        return ArrayFeed(inputs, [y.copy() for y in self.targets], weights)

    @property
    def nbytes(self) -> int:
        """The size of all arrays in bytes."""
        return sum(a.nbytes for a in (*self.inputs, *self.targets, *self.weights) if a is not None)


def dense_rows(x: np.ndarray | SparseMatrix, rows: slice | np.ndarray) -> np.ndarray:
    """Return some rows of an input as an array.

    Parameters
    ----------
    x : numpy.ndarray or SparseMatrix
        The input.
    rows : slice or array of int
        Which rows.
    """
    return x.dense(rows) if isinstance(x, SparseMatrix) else x[rows]


class FeedRows:
    """A feed as a stream of feeds: for data that is sparse, or too large for a device.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    batch_size : int
        Rows in a batch.
    seed : int or None
        What the order of each pass is drawn from; `None` for the data's own.
    """

    def __init__(self, feed: ArrayFeed, batch_size: int, seed: int | None) -> None:
        self.feed, self.size, self.seed = feed, batch_size, seed
        self.batches = -(-feed.rows // batch_size)

    def open(self, epoch: int) -> Iterator[tuple[ArrayFeed]]:
        """Return the batches of a pass.

        Parameters
        ----------
        epoch : int
            The pass's number.
        """
        order = drawn_order(self.feed.rows, self.seed, epoch)
        for start in range(0, self.feed.rows, self.size):
            part = slice(start, start + self.size)
            yield (self.feed.take(part if order is None else order[part]),)


def joined(feeds: Sequence[ArrayFeed]) -> ArrayFeed:
    """Return feeds one after the other as one.

    Parameters
    ----------
    feeds : sequence of ArrayFeed
        Feeds of the same inputs, targets and weights.
    """
    if len(feeds) == 1:
        return feeds[0]

    def each(parts: Iterable[Sequence[np.ndarray]]) -> list[np.ndarray]:
        return [np.concatenate(arrays) for arrays in zip(*parts)]

    weights = [
        None if parts[0] is None else np.concatenate(parts)
        for parts in zip(*(feed.weights for feed in feeds))
    ]
    return ArrayFeed(each(f.inputs for f in feeds), each(f.targets for f in feeds), weights)


def split(whole: ArrayFeed, fraction: float) -> tuple[ArrayFeed, ArrayFeed]:
    """Split a feed into its first rows and its last, which are for validation.

    Parameters
    ----------
    whole : ArrayFeed
        The data.
    fraction : float
        The share of the last part.

    Raises
    ------
    DataError
        If a part would be empty.
    """
    at = int(whole.rows * (1.0 - fraction))
    if at < 1 or at >= whole.rows:
        raise DataError(
            f"'validation_split' = {fraction:g} leaves nothing to "
            f"{'train on' if at < 1 else 'validate'}: there are {whole.rows} samples.",
            argument="validation_split",
            received=fraction,
        )

    return _rows(whole, slice(None, at)), _rows(whole, slice(at, None))


def first_rows(whole: ArrayFeed, count: int) -> ArrayFeed:
    """Return the first rows of a feed.

    Parameters
    ----------
    whole : ArrayFeed
        The data.
    count : int
        How many rows, if there are as many.
    """
    return _rows(whole, slice(None, count))


def _rows(whole: ArrayFeed, rows: slice) -> ArrayFeed:
    weights = [None if w is None else w[rows] for w in whole.weights]
    return ArrayFeed([a[rows] for a in whole.inputs], [a[rows] for a in whole.targets], weights)
