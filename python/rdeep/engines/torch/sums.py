"""What batches add up to on torch, without waiting for the device at each."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

# So many batches' values wait on the device before they are fetched together.
_WAITING = 512


class Totals:
    """A vector of sums, to which each batch gives values in order: tensors and numbers.

    Some tensors may be vectors, which take several places.

    Values are added in the order of the batches, in float64, so that the sums do not depend on
    when somebody looks.

    Parameters
    ----------
    size : int
        The number of sums.
    means : list of int
        The places whose values are means over a batch's rows: they count as often as the batch
        has rows, a number that stands at place 1.
    """

    def __init__(self, size: int, means: list[int]) -> None:
        self._sums, self._means = np.zeros(size), means
        self._waiting: list[list[Any]] = []

    def add(self, values: list[Any]) -> None:
        """Add a batch's values; the same places hold tensors each time."""
        self._waiting.append([v.detach() if isinstance(v, Tensor) else v for v in values])
        if len(self._waiting) >= _WAITING:
            self._fold()

    def start_from(self, sums: np.ndarray) -> None:
        """Begin from sums that were there before."""
        self._sums = sums.copy()

    def numpy(self) -> np.ndarray:
        """Return the sums so far."""
        self._fold()
        return self._sums.copy()

    def mark(self) -> np.ndarray:
        """Return the sums so far, to go back to."""
        self._fold()
        return self._sums

    def go_back(self, mark: np.ndarray) -> None:
        """Forget what was added since.

        Parameters
        ----------
        mark : numpy.ndarray
            What `mark` returned.
        """
        self._sums, self._waiting = mark, []

    def is_finite(self) -> bool:
        """Return whether the first sum, that of the losses, is a number."""
        self._fold()
        return bool(np.isfinite(self._sums[0]))

    def _fold(self) -> None:
        if not self._waiting:
            return
        columns = [_fetched(column) for column in zip(*self._waiting)]
        self._waiting = []
        values = np.concatenate([column.reshape(len(column), -1) for column in columns], axis=1)
        values[:, self._means] *= values[:, 1:2]
        # A running sum adds one after the other; sum() would add in an order of its own.
        self._sums = np.cumsum(np.vstack([self._sums, values]), axis=0)[-1]


def _fetched(column: tuple[Any, ...]) -> np.ndarray:
    tensors = sum(isinstance(value, Tensor) for value in column)
    if tensors == len(column):
        return torch.stack(column).cpu().numpy().astype(np.float64)
    if tensors:
        # Only some of the batches have weights, whose sum is a tensor.
        column = tuple(float(value) for value in column)
    return np.array(column, dtype=np.float64)
