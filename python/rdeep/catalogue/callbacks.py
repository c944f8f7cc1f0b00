"""Callbacks: what happens beside training. They see the model and the logs, never an engine."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from typing import IO, Any

from rdeep.catalogue.options import Choice, Count, Flag, Function, Number, Path, Text, option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError, listing

__all__ = [
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "OneCycle",
    "ReduceLROnPlateau",
    "TerminateOnNaN",
]

Logs = dict[str, Any]

_MONITOR = "The log to watch, such as `val_loss`."
_MODE = "Whether smaller (`min`) or larger (`max`) is better; `auto` knows by the name."
_VERBOSE = "1 to print a line when it acts, 0 for silence."


class Callback:
    """Base class of callbacks: override the methods that are needed.

    While training, `model` is the model; `model.learning_rate` can be read and set, and
    `model.stop_training = True` ends training at the next step. `params` has the numbers of
    `epochs`, of `steps` in one, and of `samples`, and the `initial_epoch`. Epochs and batches count
    from 0.

    Examples
    --------
    >>> class Announce(Callback):
    ...     def on_epoch_end(self, epoch, logs):
    ...         print(f"epoch {epoch + 1}: {logs['loss']:.3f}")
    """

    model: Any = None
    params: dict[str, Any] = {}  # noqa: RUF012 (set anew for each training, never changed)

    def on_train_begin(self, logs: Logs) -> None:
        """Act before the first epoch."""

    def on_train_end(self, logs: Logs) -> None:
        """Act after the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Act before an epoch."""

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Act after an epoch and its validation; what is put into `logs` goes into the history."""

    def on_train_batch_begin(self, batch: int, logs: Logs) -> None:
        """Act before a batch."""

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """Act after a batch; `logs` are means over the epoch so far."""

    def listens_to_batches(self) -> bool:
        """Return whether training must stop at every batch for this callback."""
        own = type(self)
        return (
            own.on_train_batch_begin is not Callback.on_train_batch_begin
            or own.on_train_batch_end is not Callback.on_train_batch_end
        )


class _Callback(Callback, Record, kind="callback"):
    """A callback of the catalogue. Its options are fixed; what it remembers is not."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.options:
            Record.__setattr__(self, name, value)
        object.__setattr__(self, name, value)


class _Watching(_Callback):
    """A callback that watches one of the logs."""

    monitor: str
    mode: str
    min_delta: float = 0.0

    def _larger_is_better(self) -> bool:
        if self.mode != "auto":
            return self.mode == "max"
        name = self.monitor.removeprefix("val_")
        return any(word in name for word in ("acc", "auc", "precision", "recall"))

    def _worst(self) -> float:
        return -math.inf if self._larger_is_better() else math.inf

    def _better(self, value: float, best: float) -> bool:
        if self._larger_is_better():
            return value > best + abs(self.min_delta)
        return value < best - abs(self.min_delta)

    def _watched(self, logs: Logs) -> float:
        if self.monitor in logs:
            return float(logs[self.monitor])
        hint = None
        if self.monitor.startswith("val_"):
            hint = "Give fit() validation data, or monitor 'loss'."
        raise ArgumentError(
            f"{type(self).__name__}: there is no log named {self.monitor!r}; "
            f"there are {listing([n for n in logs if n != 'learning_rate'], 'and')}.",
            argument="monitor",
            received=self.monitor,
            hint=hint,
        )


class EarlyStopping(_Watching):
    """Stops training once a log has stopped improving.

    Examples
    --------
    >>> EarlyStopping(patience=5, restore_best_weights=True)
    EarlyStopping(patience=5, restore_best_weights=True)
    """

    example = "callback_early_stopping(patience = 5, restore_best_weights = TRUE)"
    monitor: str = option(Text(), "val_loss", _MONITOR)
    min_delta: float = option(Number(0.0), 0.0, "How much better counts as better.")
    patience: int = option(Count(0), 0, "How many epochs to wait for something better.")
    verbose: int = option(Count(0), 0, _VERBOSE)
    mode: str = option(Choice("auto", "min", "max"), "auto", _MODE)
    baseline: float | None = option(Number(), None, "A value to be better than from the start.")
    restore_best_weights: bool = option(
        Flag(), False, "Whether to end with the best epoch's weights rather than the last's."
    )
    start_from_epoch: int = option(Count(0), 0, "How many epochs to pass before watching.")

    def on_train_begin(self, logs: Logs) -> None:
        """Forget an earlier training."""
        self.best = self._worst()
        self.best_epoch = 0
        self.stopped_epoch: int | None = None
        self._wait = 0
        self._weights: Any = None

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Compare with the best so far; stop when patience ends."""
        value = self._watched(logs)
        if epoch < self.start_from_epoch:
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

    def on_train_end(self, logs: Logs) -> None:
        """Put the best weights back, however training ended."""
        if self._weights is not None:
            self.model.set_weights(self._weights)
            if self.verbose:
                self.model.say(f"Restoring the weights of the best epoch: {self.best_epoch + 1}")


class ModelCheckpoint(_Watching):
    """Saves the model after epochs, all of them or the best.

    The path may hold `{epoch}` and logs, as in `"model-{epoch:02d}-{val_loss:.2f}.rdeep"`.
    """

    example = 'callback_model_checkpoint(tempfile(fileext = ".rdeep"), save_best_only = TRUE)'
    filepath: str = option(
        Path(), doc="Where to save; in braces, what differs from epoch to epoch."
    )
    monitor: str = option(Text(), "val_loss", _MONITOR)
    verbose: int = option(Count(0), 0, _VERBOSE)
    save_best_only: bool = option(
        Flag(), False, "Whether to save only what is better than all before."
    )
    save_weights_only: bool = option(
        Flag(), False, "Whether to save the weights alone (a `.safetensors` file)."
    )
    mode: str = option(Choice("auto", "min", "max"), "auto", _MODE)
    initial_value_threshold: float | None = option(
        Number(), None, "A value to be better than from the start.", keyword_only=True
    )

    def on_train_begin(self, logs: Logs) -> None:
        """Forget an earlier training."""
        start = self.initial_value_threshold
        self.best = self._worst() if start is None else start

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Save if this epoch is to be saved."""
        if self.save_best_only:
            value = self._watched(logs)
            if not self._better(value, self.best):
                return
            self.best = value
        try:
            path = self.filepath.format(epoch=epoch + 1, **logs)
        except KeyError as error:
            raise ArgumentError(
                f"ModelCheckpoint: 'filepath' names the log {error}, which there is not; "
                f"there are {listing(logs, 'and')}.",
                argument="filepath",
                received=self.filepath,
            ) from None
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)
        if self.verbose:
            self.model.say(f"Epoch {epoch + 1}: saved {path}")


class ReduceLROnPlateau(_Watching):
    """Lowers the learning rate once a log has stopped improving."""

    key = "reduce_lr_on_plateau"
    example = "callback_reduce_lr_on_plateau(factor = 0.5, patience = 3)"
    monitor: str = option(Text(), "val_loss", _MONITOR)
    factor: float = option(Number(0.0, 1.0, open_high=True), 0.1, "What the rate is multiplied by.")
    patience: int = option(Count(0), 10, "How many epochs to wait for something better.")
    verbose: int = option(Count(0), 0, _VERBOSE)
    mode: str = option(Choice("auto", "min", "max"), "auto", _MODE)
    min_delta: float = option(Number(0.0), 1e-4, "How much better counts as better.")
    cooldown: int = option(Count(0), 0, "How many epochs to rest after lowering the rate.")
    min_lr: float = option(Number(0.0), 0.0, "The lowest rate to go to.")

    def on_train_begin(self, logs: Logs) -> None:
        """Forget an earlier training."""
        self.best = self._worst()
        self._wait = 0
        self._resting = 0

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Compare with the best so far; lower the rate when patience ends."""
        value = self._watched(logs)
        logs["learning_rate"] = self.model.learning_rate
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


class LearningRateScheduler(_Callback):
    """Sets the learning rate before each epoch by a function.

    The function is called with the epoch, from 0 (in R from 1), and the current rate; it returns
    the new one.
    """

    example = "callback_learning_rate_scheduler(function(epoch, lr) lr * 0.9)"
    schedule: Callable[..., float] = option(Function(), doc="The function.")
    verbose: int = option(Count(0), 0, _VERBOSE)

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Set the rate."""
        rate = self.schedule(epoch, self.model.learning_rate)
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not rate >= 0:
            raise ArgumentError(
                f"LearningRateScheduler: 'schedule' must return a number, not {rate!r}.",
                argument="schedule",
                received=rate,
            )
        self.model.learning_rate = float(rate)
        if self.verbose:
            self.model.say(f"Epoch {epoch + 1}: learning rate is {rate:g}")


class OneCycle(_Callback):
    """Has the learning rate rise and fall once over the whole training (Smith and Topin, 2018).

    It sets the rate of each batch: from `max_learning_rate / initial_divisor` up to
    `max_learning_rate`, then down to the `final_divisor`-th part of where it began, both along half
    a cosine. After training the rate is again what the model was compiled with. What a good
    `max_learning_rate` is can be seen from `lr_finder()`.
    """

    key = "one_cycle"
    example = "callback_one_cycle(max_learning_rate = 0.01)"
    max_learning_rate: float = option(Number(0.0, open_low=True), doc="The largest rate.")
    warmup_share: float = option(Number(0.0, 1.0), 0.3, "The share of the steps that it rises for.")
    initial_divisor: float = option(
        Number(0.0, open_low=True), 25.0, "How many times the first rate goes into the largest."
    )
    final_divisor: float = option(
        Number(0.0, open_low=True), 1e4, "How many times the last rate goes into the first."
    )

    def on_train_begin(self, logs: Logs) -> None:
        """Lay out the rates of all steps to come."""
        from rdeep.catalogue import schedules

        steps = self.params.get("steps")
        if steps is None:
            raise ArgumentError(
                "OneCycle needs to know how long training is, and the data does not say.",
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

    def on_train_end(self, logs: Logs) -> None:
        """Give the rate back."""
        self.model.follow(None)


class CSVLogger(_Callback):
    """Writes the logs of each epoch as a row of a CSV file."""

    key = "csv_logger"
    example = 'callback_csv_logger(tempfile(fileext = ".csv"))'
    filename: str = option(Path(), doc="The file to write.")
    separator: str = option(Text(), ",", "What stands between columns.")
    append: bool = option(Flag(), False, "Whether to add to a file that exists.")
    _file: IO[str] | None = None

    def on_train_begin(self, logs: Logs) -> None:
        """Open the file."""
        self._file = open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")  # noqa: SIM115
        self._header_needed = self._file.tell() == 0

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Write a row."""
        assert self._file is not None
        writer = csv.writer(self._file, delimiter=self.separator)
        if self._header_needed:
            writer.writerow(["epoch", *logs])
            self._header_needed = False
        writer.writerow([epoch, *logs.values()])
        self._file.flush()

    def on_train_end(self, logs: Logs) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


class TerminateOnNaN(_Callback):
    """Stops training when the loss is not a number any more."""

    key = "terminate_on_nan"
    example = "callback_terminate_on_nan()"

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Look at the epoch's loss."""
        if not math.isfinite(logs.get("loss", 0.0)):
            self.model.say(f"Epoch {epoch + 1}: the loss is {logs['loss']}, stopping")
            self.model.stop_training = True


class LambdaCallback(Callback):
    """A callback made of functions, each called as the method of the same name.

    Parameters
    ----------
    **functions
        `on_train_begin(logs)`, `on_train_end(logs)`, `on_epoch_begin(epoch, logs)`,
        `on_epoch_end(epoch, logs)`, `on_train_batch_begin(batch, logs)` and
        `on_train_batch_end(batch, logs)`.

    Examples
    --------
    >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch))
    """

    _events = (
        "on_train_begin",
        "on_train_end",
        "on_epoch_begin",
        "on_epoch_end",
        "on_train_batch_begin",
        "on_train_batch_end",
    )

    def __init__(self, **functions: Callable[..., None] | None) -> None:
        for name, function in functions.items():
            if name not in self._events:
                from rdeep.errors import suggestion

                raise ArgumentError(
                    f"LambdaCallback() has no option {name!r}.",
                    argument=name,
                    hint=suggestion(name, self._events),
                )
            if function is not None:
                setattr(self, name, function)

    def listens_to_batches(self) -> bool:
        """Return whether a function for batches was given."""
        return any("batch" in name for name in vars(self))
