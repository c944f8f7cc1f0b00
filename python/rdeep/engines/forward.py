"""Going forward through many rows, some at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rdeep.data.arrays import dense_rows
from rdeep.engines.memory import is_out_of_memory, release
from rdeep.graph.network import Graph
from rdeep.interrupts import interrupts


def in_chunks(
    inputs: list[Any],
    chunk: int,
    forward: Callable[[list[np.ndarray]], list[np.ndarray]],
    fixed: bool = True,
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
    fixed : bool
        Whether the chunk's size matters to what comes out; otherwise chunks become smaller where
        memory does not suffice.
    """
    rows, start = len(inputs[0]), 0
    outputs: list[np.ndarray] = []
    while start < max(rows, 1):
        part = slice(start, start + chunk)
        try:
            found = forward([dense_rows(x, part) for x in inputs])
        except Exception as error:
            if fixed or min(chunk, rows) < 2 or not is_out_of_memory(error):
                raise
            failed = error
        else:
            if chunk >= rows:
                return found
            if not outputs:
                outputs = [np.empty((rows, *each.shape[1:]), each.dtype) for each in found]
            for whole, each in zip(outputs, found):
                whole[part] = each
            start += chunk
            interrupts.check()
            continue
        # Outside of the handler, so that nothing holds what is to be freed.
        release(failed)
        chunk = min(chunk, rows) // 2
    return outputs


def may_halve(graph: Graph) -> bool:
    """Return whether a graph may see fewer rows at a time than it was asked to.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    return not graph.is_stateful() and graph.batch_size is None
