"""Callbacks that set the learning rate."""

from __future__ import annotations

from collections.abc import Callable

from rdeep.catalogue.options import Choice, Count, Function, Number, Text, option
from rdeep.errors import ArgumentError, class_name, show
from rdeep.training.callbacks.base import (
    MODE,
    MONITOR,
    NO_LOGS,
    VERBOSE,
    CallbackRecord,
    Logs,
    MonitorCallback,
)

__all__ = ["LearningRateScheduler", "OneCycle", "ReduceLROnPlateau"]


class ReduceLROnPlateau(MonitorCallback):
    """Callback that reduces the learning rate once a log has stopped improving.

    Examples
    --------
    >>> ReduceLROnPlateau(factor=0.5, patience=3)
    ReduceLROnPlateau(factor=0.5, patience=3)
    """

    key = "reduce_lr_on_plateau"
    memory = (*MonitorCallback.memory, "_wait", "_resting")
    monitor: str = option(Text(), "val_loss", MONITOR)
    factor: float = option(
        Number(0.0, 1.0, open_high=True), 0.1, "The factor of the learning rate."
    )
    patience: int = option(Count(0), 10, "The number of epochs without improvement to wait for.")
    verbose: int = option(Count(0), 0, VERBOSE)
    mode: str = option(Choice("auto", "min", "max"), "auto", MODE)
    min_delta: float = option(Number(0.0), 1e-4, "The smallest change that is an improvement.")
    cooldown: int = option(
        Count(0), 0, "The number of epochs to wait after reducing the learning rate."
    )
    min_lr: float = option(Number(0.0), 0.0, "The smallest learning rate.")

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Forget an earlier training."""
        super().on_train_begin(logs)
        self.best = self._worst()
        self._wait = 0
        self._resting = 0

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Compare with the best so far; lower the rate when patience ends."""
        value = self._watched(logs)
        logs["learning_rate"] = self.model.learning_rate
        if value is None:
            return
        if self._resting:
            self._resting -= 1
            self._wait = 0
        if self._better(value, self.best):
            self.best = value
            self._wait = 0
            return
        if self._resting:
            return
        self._wait += 1
        rate = self.model.learning_rate
        if self._wait >= self.patience and rate > self.min_lr:
            self.model.learning_rate = max(rate * self.factor, self.min_lr)
            self._resting = self.cooldown
            self._wait = 0
            if self.verbose:
                self.model.say(
                    f"Epoch {epoch + 1}: learning rate is now {self.model.learning_rate:g}"
                )


class LearningRateScheduler(CallbackRecord):
    """Callback that sets the learning rate before each epoch by a function.

    The function is called with the epoch, from 0, and the current rate; it returns the new one.

    Examples
    --------
    >>> LearningRateScheduler(lambda epoch, rate: rate * 0.9).schedule(0, 0.1)
    0.09000000000000001
    """

    schedule: Callable[..., float] = option(Function(), doc="The function.")
    verbose: int = option(Count(0), 0, VERBOSE)

    def on_epoch_begin(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Set the rate."""
        rate = self.schedule(epoch, self.model.learning_rate)
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not rate >= 0:
            raise ArgumentError(
                f"{class_name(self)}: 'schedule' must return a number, not {show(rate)}.",
                argument="schedule",
                received=rate,
            )
        self.model.learning_rate = float(rate)
        if self.verbose:
            self.model.say(f"Epoch {epoch + 1}: learning rate is {rate:g}")


class OneCycle(CallbackRecord):
    """Callback for the one-cycle learning-rate policy: the rate rises and falls once.

    It sets the rate of each batch: from `max_learning_rate / initial_divisor` up to
    `max_learning_rate`, then down to the initial rate divided by `final_divisor`, both along half a
    cosine. After training the rate is again what the model was compiled with. `lr_finder()` helps
    to choose `max_learning_rate`.

    References
    ----------
    Smith, L. N. and Topin, N. (2018). Super-convergence: very fast training of neural networks
    using large learning rates. arXiv:1708.07120.

    Examples
    --------
    >>> OneCycle(max_learning_rate=0.01)
    OneCycle(max_learning_rate=0.01)
    """

    key = "one_cycle"
    max_learning_rate: float = option(Number(0.0, open_low=True), doc="The largest learning rate.")
    warmup_share: float = option(
        Number(0.0, 1.0), 0.3, "The fraction of the steps in which the learning rate rises."
    )
    initial_divisor: float = option(
        Number(0.0, open_low=True), 25.0, "The ratio of the largest learning rate to the first."
    )
    final_divisor: float = option(
        Number(0.0, open_low=True), 1e4, "The ratio of the first learning rate to the last."
    )

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Lay out the rates of all steps to come."""
        from rdeep.catalogue import schedules

        steps = self.params.get("steps")
        if steps is None:
            raise ArgumentError(
                f"{class_name(self)} needs to know how long training is, and the data does not "
                "say.",
                argument="steps_per_epoch",
                hint="Give fit() the argument 'steps_per_epoch'.",
            )
        epochs = self.params["epochs"] - self.params["initial_epoch"]
        schedule = schedules.OneCycle(
            self.max_learning_rate,
            max(steps * epochs, 1),
            self.warmup_share,
            self.initial_divisor,
            self.final_divisor,
        )
        self.model.follow(schedule)

    def on_train_end(self, logs: Logs = NO_LOGS) -> None:
        """Give the rate back."""
        self.model.follow(None)
