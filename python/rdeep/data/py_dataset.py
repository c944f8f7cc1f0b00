"""Data sets that users write as classes: batches by number."""

from __future__ import annotations

from typing import Any


class PyDataset:
    """A data set of batches by number: write `__len__` and `__getitem__`.

    `fit`, `evaluate` and `predict` take it as `x`.

    Parameters
    ----------
    workers, use_multiprocessing, max_queue_size
        Without effect: batches are made one after another, beside the training.

    Examples
    --------
    >>> import numpy as np
    >>> class Ones(PyDataset):
    ...     def __len__(self):
    ...         return 2
    ...     def __getitem__(self, index):
    ...         return np.ones((4, 3)), np.ones((4, 1))
    >>> len(Ones())
    2
    """

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ) -> None:
        self.workers, self.use_multiprocessing = workers, use_multiprocessing
        self.max_queue_size = max_queue_size

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} has no __len__().")

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no __getitem__().")

    @property
    def num_batches(self) -> int:
        """The number of batches."""
        return len(self)

    def on_epoch_begin(self) -> None:
        """Do what is to be done before each epoch."""

    def on_epoch_end(self) -> None:
        """Do what is to be done after each epoch."""
