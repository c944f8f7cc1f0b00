"""The callbacks of the catalogue, by Keras's name for their module."""

from __future__ import annotations

from typing import Any

from rdeep.training.callbacks import *
from rdeep.training.callbacks.base import Callback


class History(Callback):
    """Keeps the logs of each epoch, as what `fit` returns does.

    Attributes
    ----------
    epoch : list of int
        The epochs, from 0.
    history : dict of list
        For each log its value in each epoch.

    Examples
    --------
    >>> History().history
    {}
    """

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[Any]] = {}

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin anew."""
        self.epoch, self.history = [], {}

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Add an epoch."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
