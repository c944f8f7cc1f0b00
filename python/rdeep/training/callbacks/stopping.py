"""Callbacks that end training."""

from __future__ import annotations

import math
from typing import Any

from rdeep.catalogue.options import Choice, Count, Flag, Number, Text, option
from rdeep.errors import StateError, show, worded
from rdeep.training.callbacks.base import (
    MODE,
    MONITOR,
    NO_LOGS,
    VERBOSE,
    CallbackRecord,
    Logs,
    MonitorCallback,
)

__all__ = ["EarlyStopping", "TerminateOnNaN"]


class EarlyStopping(MonitorCallback):
    """Callback for early stopping: stops training once a log has stopped improving.

    Examples
    --------
    >>> EarlyStopping(patience=5, restore_best_weights=True)
    EarlyStopping(patience=5, restore_best_weights=True)
    """

    memory = (*MonitorCallback.memory, "best_epoch", "stopped_epoch", "_wait", "_weights")
    monitor: str = option(Text(), "val_loss", MONITOR)
    min_delta: float = option(Number(0.0), 0.0, "The smallest change that is an improvement.")
    patience: int = option(Count(0), 0, "The number of epochs without improvement to wait for.")
    verbose: int = option(Count(0), 0, VERBOSE)
    mode: str = option(Choice("auto", "min", "max"), "auto", MODE)
    baseline: float | None = option(Number(infinite=True), None, "An initial value to improve on.")
    restore_best_weights: bool = option(
        Flag(), False, "Whether to restore the weights of the best epoch at the end."
    )
    start_from_epoch: int = option(Count(0), 0, "The number of epochs to wait before monitoring.")

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Forget an earlier training."""
        super().on_train_begin(logs)
        self.best = self._worst()
        self.best_epoch = 0
        self.stopped_epoch: int | None = None
        self._wait = 0
        self._weights: Any = None

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Compare with the best so far; stop when patience ends."""
        value = self._watched(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        self._wait += 1
        if self._better(value, self.best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self._weights = self.model.get_weights()
            # Better than before is not yet better than the baseline.
            if self.baseline is None or self._better(value, self.baseline):
                self._wait = 0
            return
        if self._wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True
            if self.verbose:
                self.model.say(f"Epoch {epoch + 1}: early stopping")

    def on_train_end(self, logs: Logs = NO_LOGS) -> None:
        """Put the best weights back, however training ended."""
        if self._weights is not None:
            self.model.set_weights(self._weights)
            if self.verbose:
                self.model.say(f"Restoring the weights of the best epoch: {self.best_epoch + 1}")


class TerminateOnNaN(CallbackRecord):
    """Callback that stops training when the loss is NaN.

    Examples
    --------
    >>> TerminateOnNaN()
    TerminateOnNaN()
    """

    key = "terminate_on_nan"

    raise_error: bool = option(
        Flag(),
        False,
        "Whether training fails with an error instead of ending. "
        "Where fit() itself stops before such a step (`on_nan`), no epoch ends with it.",
    )

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Look at the epoch's loss."""
        if not math.isfinite(logs.get("loss", 0.0)):
            if self.raise_error:
                raise StateError(
                    f"Epoch {epoch + 1}: the loss is {show(logs['loss'])}.",
                    hint="A smaller 'learning_rate' may help, or 'clipnorm' in the optimizer.",
                )
            self.model.say(worded(f"Epoch {epoch + 1}: the loss is {show(logs['loss'])}, stopping"))
            self.model.stop_training = True
