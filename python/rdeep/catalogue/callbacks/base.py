"""What callbacks have in common. They see the model and the logs, never an engine."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from rdeep.catalogue.options import Choice, Count
from rdeep.catalogue.overrides import refuse_misspelt, refuse_overrides
from rdeep.catalogue.record import Record
from rdeep.catalogue.several import Either
from rdeep.errors import ArgumentError, listing, suggestion

__all__ = ["Callback", "LambdaCallback"]

Logs = dict[str, Any]

MONITOR = "The log to watch, such as `val_loss`."
MODE = "Whether smaller (`min`) or larger (`max`) is better; `auto` knows by the name."
VERBOSE = "1 to print a line when it acts, 0 for silence."
FREQUENCY = Either(Choice("epoch"), Count())
"""When to save: after each epoch, or after so many batches."""


class Callback:
    """Base class of callbacks: override the methods that are needed.

    While training, `model` is the model; `model.learning_rate` can be read and set, and
    `model.stop_training = True` ends training at the next step. `params` has the numbers of
    `epochs`, of `steps` in one, and of `samples`, and the `initial_epoch`, which may be changed in
    `on_train_begin` to begin with another one. Epochs and batches count from 0.

    Examples
    --------
    >>> class Announce(Callback):
    ...     def on_epoch_end(self, epoch, logs):
    ...         print(f"epoch {epoch + 1}: {logs['loss']:.3f}")
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("on_batch_begin", "on_batch_end"):
            # Keras's older names for the batches of training.
            if name in cls.__dict__ and name.replace("on_", "on_train_") not in cls.__dict__:
                setattr(cls, name.replace("on_", "on_train_"), cls.__dict__[name])
        known = [name for name in vars(Callback) if name.startswith("on_")]
        refuse_misspelt(cls, "on_", [*known, "on_batch_begin", "on_batch_end"])
        refuse_overrides(cls, "callback")

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

    def on_test_begin(self, logs: Logs) -> None:
        """Act before an evaluation, also before validation in training."""

    def on_test_end(self, logs: Logs) -> None:
        """Act after an evaluation."""

    def on_test_batch_begin(self, batch: int, logs: Logs) -> None:
        """Act before a batch of an evaluation."""

    def on_test_batch_end(self, batch: int, logs: Logs) -> None:
        """Act after a batch of an evaluation; `logs` are means over those so far."""

    def on_predict_begin(self, logs: Logs) -> None:
        """Act before a prediction."""

    def on_predict_end(self, logs: Logs) -> None:
        """Act after a prediction."""

    def on_predict_batch_begin(self, batch: int, logs: Logs) -> None:
        """Act before a batch of a prediction."""

    def on_predict_batch_end(self, batch: int, logs: Logs) -> None:
        """Act after a batch of a prediction; `logs["outputs"]` is what it came to."""

    def listens_to_batches(self, work: str = "train") -> bool:
        """Return whether it must be stopped at every batch for this callback.

        Parameters
        ----------
        work : {"train", "test", "predict"}
            What is done in batches.
        """
        names = (f"on_{work}_batch_begin", f"on_{work}_batch_end")
        return any(getattr(type(self), name) is not getattr(Callback, name) for name in names)


class Recorded(Callback, Record, kind="callback"):
    """A callback of the catalogue. Its options are fixed; what it remembers is not."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.options:
            Record.__setattr__(self, name, value)
        object.__setattr__(self, name, value)


class Watching(Recorded, kind="callback"):
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


class LambdaCallback(Callback):
    """A callback made of functions, each called as the method of the same name.

    Parameters
    ----------
    **functions
        `on_train_begin(logs)`, `on_epoch_begin(epoch, logs)`, `on_train_batch_begin(batch, logs)`
        and so on: any method of a callback.

    Examples
    --------
    >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch))
    """

    _events = tuple(name for name in vars(Callback) if name.startswith("on_"))

    def __init__(self, **functions: Callable[..., None] | None) -> None:
        for name, function in functions.items():
            if name not in self._events:
                raise ArgumentError(
                    f"LambdaCallback() has no option {name!r}.",
                    argument=name,
                    hint=suggestion(name, self._events),
                )
            if function is not None:
                setattr(self, name, function)

    def listens_to_batches(self, work: str = "train") -> bool:
        """Return whether a function for batches was given."""
        return any(name.startswith(f"on_{work}_batch") for name in vars(self))


class Batches:
    """Counts batches, over the ends of epochs, up to a number and again.

    Parameters
    ----------
    every : int or str
        The number; `"epoch"` for never.
    """

    def __init__(self, every: Any) -> None:
        self.every, self.seen = every, 0

    def due(self) -> bool:
        """Count a batch; return whether the number is reached."""
        self.seen += 1
        if self.seen != self.every:
            return False
        self.seen = 0
        return True
