"""The order of samples in an epoch, a function of the seed and the epoch's number."""

from __future__ import annotations

import numpy as np


def generator(seed: int, epoch: int) -> np.random.Generator:
    """Return the random numbers of a pass, which depend on nothing else.

    Parameters
    ----------
    seed : int
        What the data is shuffled from.
    epoch : int
        The pass's number, from 0.
    """
    return np.random.Generator(np.random.PCG64([seed, epoch]))


def drawn_order(rows: int, seed: int | None, epoch: int) -> np.ndarray | None:
    """Return the numbers of the rows in a pass's order; `None` for the data's own.

    Parameters
    ----------
    rows : int
        How many there are.
    seed : int or None
        What the data is shuffled from; `None` if it is not.
    epoch : int
        The pass's number, from 0.
    """
    return None if seed is None else generator(seed, epoch).permutation(rows)


def rows_of_batch(rows: int, size: int, order: np.ndarray | None, batch: int) -> np.ndarray:
    """Return the numbers of the rows in a batch of a pass.

    Parameters
    ----------
    rows, size : int
        How many rows there are, and how many in a batch.
    order : numpy.ndarray or None
        What `drawn_order` returned.
    batch : int
        The batch's number, from 0.

    Examples
    --------
    >>> rows_of_batch(5, 2, None, 2)
    array([4])
    """
    first, last = batch * size, min((batch + 1) * size, rows)
    return np.arange(first, last) if order is None else order[first:last]
