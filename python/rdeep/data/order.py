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
