"""Going forward through many rows, some at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rdeep.data.arrays import dense_rows
from rdeep.interrupts import interrupts


def in_chunks(
    inputs: list[Any], chunk: int, forward: Callable[[list[np.ndarray]], list[np.ndarray]]
) -> list[np.ndarray]:
    """Return what a function makes of all rows, which it is given a chunk at a time.

    Between two of them an interrupt ends it.

    Parameters
    ----------
    inputs : list of numpy.ndarray or SparseMatrix
        A value for each input; sparse ones are made dense a chunk at a time.
    chunk : int
        How many rows at most.
    forward : function
        Returns the outputs for some rows.
    """
    rows = len(inputs[0])
    outputs: list[np.ndarray] = []
    for start in range(0, max(rows, 1), chunk):
        found = forward([dense_rows(x, slice(start, start + chunk)) for x in inputs])
        if chunk >= rows:
            return found
        if not outputs:
            outputs = [np.empty((rows, *part.shape[1:]), part.dtype) for part in found]
        for whole, part in zip(outputs, found):
            whole[start : start + chunk] = part
        interrupts.check()
    return outputs
