"""Means and variances over batches."""

from __future__ import annotations

import math

import numpy as np


class Moments:
    """The mean and the variance over some axes of all batches together (Chan et al., 1979).

    Parameters
    ----------
    reduced : tuple of int
        The axes to go over.
    """

    def __init__(self, reduced: tuple[int, ...]) -> None:
        self.reduced = reduced
        self.count = 0
        self.mean: np.ndarray | float = 0.0
        self.variance: np.ndarray | float = 0.0

    def add(self, batch: np.ndarray) -> None:
        """Take another batch in.

        Parameters
        ----------
        batch : numpy.ndarray
            The values.
        """
        values = np.asarray(batch, np.float64)
        mean, variance = values.mean(self.reduced), values.var(self.reduced)
        count = math.prod(values.shape[axis] for axis in self.reduced)
        self.count += count
        share = count / self.count
        total = self.mean * (1 - share) + mean * share
        self.variance = (self.variance + (self.mean - total) ** 2) * (1 - share) + (
            variance + (mean - total) ** 2
        ) * share
        self.mean = total
