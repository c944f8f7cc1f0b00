"""Arrays on their way to a model: one sample a row, types and lengths checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass
class ArrayFeed:
    """Inputs, targets and sample weights as arrays that agree in their number of rows.

    Attributes
    ----------
    inputs : list of numpy.ndarray
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
    def nbytes(self) -> int:
        """The size of all arrays in bytes."""
        return sum(a.nbytes for a in (*self.inputs, *self.targets, *self.weights) if a is not None)


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
