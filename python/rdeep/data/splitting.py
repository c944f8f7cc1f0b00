"""Splitting a data set in two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rdeep.data.order import generator
from rdeep.data.reading import batches_in, counted, seed_for
from rdeep.data.streams import as_stream, is_stream
from rdeep.errors import ArgumentError, DataError, show

_BATCH_SIZE = 32


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> list[Any]:
    """Cut data in a left and a right part, as `keras.utils.split_dataset` does.

    Parameters
    ----------
    dataset : array, list or tuple of arrays, or a stream
        Arrays are cut by rows, a stream by batches, which are then held in memory.
    left_size, right_size : float or int, optional
        A share below one or a number; one of them may be left out.
    shuffle : bool
        Whether to draw which rows or batches go where.
    seed : int, optional
        What that is drawn from.
    preferred_backend : str, optional
        Without effect: either engine reads what comes out.

    Returns
    -------
    list
        Two data sets for `fit()`.

    Examples
    --------
    >>> import numpy as np
    >>> left, right = split_dataset([np.zeros((10, 2)), np.zeros(10)], left_size=0.8)
    >>> len(left), len(right)
    (8, 2)
    """
    if is_stream(dataset):
        items: Any = list(as_stream(dataset, _BATCH_SIZE).open(0))
        total = len(items)
    else:
        several = isinstance(dataset, (list, tuple))
        items = [np.asarray(part) for part in (dataset if several else [dataset])]
        total = len(items[0])
        if any(len(part) != total for part in items):
            raise DataError(
                f"The arrays of 'dataset' have {show(sorted({len(part) for part in items}))} rows.",
                argument="dataset",
            )
    left = _left_of(total, left_size, right_size)
    right = total - left if right_size is None else _size(total, right_size, "right_size")
    order = np.arange(total)
    if shuffle:
        order = generator(seed_for(seed, True), 0).permutation(order)
    cuts = order[:left], order[left : left + right]
    if is_stream(dataset):
        return [Batches([items[i] for i in cut]) for cut in cuts]
    return [Rows([part[cut] for part in items]) for cut in cuts]


def _left_of(total: int, left_size: object, right_size: object) -> int:
    if left_size is None and right_size is None:
        raise ArgumentError(
            "One of 'left_size' and 'right_size' must be given.", argument="left_size"
        )
    if left_size is None:
        return total - _size(total, right_size, "right_size")
    left = _size(total, left_size, "left_size")
    if right_size is not None and left + _size(total, right_size, "right_size") > total:
        raise ArgumentError(
            f"'left_size' and 'right_size' come to more than the {total} there are.",
            argument="right_size",
            received=right_size,
        )
    return left


def _size(total: int, value: Any, argument: str) -> int:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    size = -1.0
    if number and 0 < value < 1:
        size = round(value * total)
    elif number and float(value).is_integer():
        size = value
    if not 0 < size < total:
        raise ArgumentError(
            f"'{argument}' must be a share between 0 and 1 or a number below {total} that leaves "
            f"both parts something, not {show(value)}.",
            argument=argument,
            received=value,
        )
    return int(size)


class Rows:
    """Arrays, a sample in each row, that are given in batches.

    Parameters
    ----------
    arrays : list of numpy.ndarray
        Inputs, and targets and weights if there are.
    """

    def __init__(self, arrays: list[np.ndarray]) -> None:
        self.arrays = arrays
        self.batches = batches_in(len(self), _BATCH_SIZE)

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __repr__(self) -> str:
        return f"<dataset: {counted(len(self), 'sample', 'samples')}>"

    def open(self, epoch: int) -> Iterator[tuple[np.ndarray, ...]]:
        """Return the batches of an epoch; the order is the same in each.

        Parameters
        ----------
        epoch : int
            The epoch's number, from 0.
        """
        for start in range(0, len(self), _BATCH_SIZE):
            yield tuple(part[start : start + _BATCH_SIZE] for part in self.arrays)


class Batches:
    """Batches in memory.

    Parameters
    ----------
    items : list
        The batches.
    """

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.batches = len(items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<dataset: {counted(len(self), 'batch', 'batches')}>"

    def open(self, epoch: int) -> Iterator[Any]:
        """Return the batches of an epoch.

        Parameters
        ----------
        epoch : int
            The epoch's number, from 0.
        """
        return iter(self.items)
