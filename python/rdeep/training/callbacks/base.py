"""What callbacks have in common. They see the model and the logs, never an engine."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

import numpy as np

from rdeep.catalogue.options import Choice, Count, Either
from rdeep.catalogue.overrides import refuse_misspelt
from rdeep.catalogue.record import Record
from rdeep.errors import (
    ArgumentError,
    RdeepWarning,
    class_name,
    constructor,
    listing,
    setting,
    suggestion,
)
from rdeep.training.model import TrainedModel

__all__ = ["Callback", "LambdaCallback"]

Logs = dict[str, Any]
NO_LOGS: Logs = MappingProxyType({})  # type: ignore[assignment]
"""What callbacks are told where somebody calls them without logs."""

MONITOR = "The log to monitor, such as `val_loss`."
MODE = (
    'Whether smaller (`"min"`) or larger (`"max"`) is better; `"auto"` asks the loss or '
    "the metric. A custom metric needs a `direction` for that."
)
VERBOSE = "1 to print a message when it acts, 0 for none."
FREQUENCY = Either(Choice("epoch"), Count())
"""When to save: after each epoch, or after so many batches."""


class Callback:
    """Base class of callbacks: override the methods that are needed.

    While training, `model` is the model; `model.learning_rate` can be read and set, and
    `model.stop_training = True` ends training at the next step. `params` has the numbers of
    `epochs`, of `steps` in one, and of `samples`, and the `initial_epoch`, which may be changed in
    `on_train_begin` to begin with another one. Epochs and batches count from 0.

    A training may be stopped and resumed (`BackupAndRestore`). What a callback has to remember for
    that is what its `get_state` returns, a dict of plain data and arrays; `set_state` takes it.
    `params["resumed"]` is there in a training that is resumed.

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

    model: TrainedModel = None  # type: ignore[assignment]  # Set before anything is called.
    params: dict[str, Any] = {}  # noqa: RUF012 (set anew for each training, never changed)

    def set_model(self, model: TrainedModel) -> None:
        """Take the model; called before anything else.

        Parameters
        ----------
        model : Model
            The model.
        """
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Take what is known of the training, or of what else is done.

        Parameters
        ----------
        params : dict
            The parameters.
        """
        self.params = params

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Act before the first epoch."""

    def on_train_end(self, logs: Logs = NO_LOGS) -> None:
        """Act after the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Act before an epoch."""

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Act after an epoch and its validation; what is put into `logs` goes into the history."""

    def on_train_batch_begin(self, batch: int, logs: Logs = NO_LOGS) -> None:
        """Act before a batch."""

    def on_train_batch_end(self, batch: int, logs: Logs = NO_LOGS) -> None:
        """Act after a batch; `logs` are means over the epoch so far."""

    def on_test_begin(self, logs: Logs = NO_LOGS) -> None:
        """Act before an evaluation, also before validation in training."""

    def on_test_end(self, logs: Logs = NO_LOGS) -> None:
        """Act after an evaluation."""

    def on_test_batch_begin(self, batch: int, logs: Logs = NO_LOGS) -> None:
        """Act before a batch of an evaluation."""

    def on_test_batch_end(self, batch: int, logs: Logs = NO_LOGS) -> None:
        """Act after a batch of an evaluation; `logs` are means over those so far."""

    def on_predict_begin(self, logs: Logs = NO_LOGS) -> None:
        """Act before a prediction."""

    def on_predict_end(self, logs: Logs = NO_LOGS) -> None:
        """Act after a prediction."""

    def on_predict_batch_begin(self, batch: int, logs: Logs = NO_LOGS) -> None:
        """Act before a batch of a prediction."""

    def on_predict_batch_end(self, batch: int, logs: Logs = NO_LOGS) -> None:
        """Act after a batch of a prediction; `logs["outputs"]` is what it came to."""

    def get_state(self) -> dict[str, Any] | None:
        """Return what is to be remembered when training is resumed; `None` for nothing.

        Numbers, text, truth values, `None`, arrays, and lists and dicts of these. When a training
        is resumed, `on_train_begin` is called first, and then `set_state`.
        """
        return None

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what was remembered.

        Parameters
        ----------
        state : dict
            What `get_state` returned.
        """

    def let_go(self) -> None:
        """Give back what is held for a training, however it has ended."""

    def listens_to_batches(self, work: str = "train") -> bool:
        """Return whether it must be stopped at every batch for this callback.

        Parameters
        ----------
        work : {"train", "test", "predict"}
            What is done in batches.
        """
        names = (f"on_{work}_batch_begin", f"on_{work}_batch_end")
        return any(getattr(type(self), name) is not getattr(Callback, name) for name in names)


def is_validated(logs: Mapping[str, Any]) -> bool:
    """Return whether the logs are those of an epoch with a validation.

    Parameters
    ----------
    logs : mapping
        The logs.
    """
    return any(name.startswith("val_") for name in logs)


class CallbackRecord(Callback, Record, kind="callback", abstract=True):
    """A callback of the catalogue. Its options are fixed; what it remembers is not."""

    memory: tuple[str, ...] = ()
    """The attributes that it has to remember when training is resumed."""

    def get_state(self) -> dict[str, Any] | None:
        """Return what is to be remembered when training is resumed."""
        return {name: getattr(self, name) for name in self.memory}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what was remembered."""
        for name in self.memory:
            setattr(self, name, state[name])

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.options:
            Record.__setattr__(self, name, value)
        object.__setattr__(self, name, value)


class MonitorCallback(CallbackRecord, abstract=True):
    """A callback that watches one of the logs."""

    memory: tuple[str, ...] = ("best", "_direction", "_observed", "_said")
    best: float | None
    monitor: str
    mode: str
    min_delta: float = 0.0
    _direction: str | None = None

    def _worst(self) -> float | None:
        """Return what anything is better than, once it is known which way that is."""
        self._direction = None if self.mode == "auto" else self.mode
        if self.mode == "auto":
            reported = self.model.log_directions()
            name = self.monitor
            name = name if name in reported else name.removeprefix("val_")
            if name in reported:
                self._direction = reported[name] or self._refuse_to_guess()
        # A log that another callback adds is not known before it comes.
        worst = {"min": math.inf, "max": -math.inf}
        return None if self._direction is None else worst[self._direction]

    def _refuse_to_guess(self) -> NoReturn:
        raise ArgumentError(
            f"{class_name(self)}: nothing says whether smaller or larger values of "
            f"{self.monitor!r} are better.",
            argument="mode",
            received="auto",
            expected="'min' or 'max'",
            hint=f"Give `{setting('mode', 'min')}` or `{setting('mode', 'max')}`; a metric of your "
            "own may be made with a `direction`.",
        )

    def _better(self, value: float, best: float | None) -> bool:
        if best is None:
            return True
        if self._direction == "max":
            return value > best + abs(self.min_delta)
        return value < best - abs(self.min_delta)

    def _watched(self, logs: Logs) -> float | None:
        """Return the log that is watched; `None` in an epoch that has none, where others may."""
        if self.monitor in logs:
            self._observed = True
            if self._direction is None:
                self._refuse_to_guess()
            return self._as_number(logs[self.monitor])
        if self._observed or self._may_come(logs):
            self._say_missing(logs)
            return None
        hint = None
        if self.monitor.startswith("val_") and not is_validated(logs):
            hint = "Give fit() validation data, or monitor 'loss'."
        raise ArgumentError(
            f"{class_name(self)}: there is no log named {self.monitor!r}; "
            f"there are {listing([n for n in logs if n != 'learning_rate'], 'and')}.",
            argument="monitor",
            received=self.monitor,
            hint=hint,
        )

    _observed = False
    _said = False

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Forget an earlier training."""
        self._observed = self._said = False

    def _may_come(self, logs: Logs) -> bool:
        """Return whether a later epoch may have the log: not each of them is validated."""
        if not self.monitor.startswith("val_") or is_validated(logs):
            return False
        return bool(self.params.get("validation_freq", 1) > 1)

    def _as_number(self, value: Any) -> float:
        if isinstance(value, (int, float)):
            return float(value)
        if np.size(value) == 1:
            return float(np.reshape(value, ()))
        raise ArgumentError(
            f"{class_name(self)}: the log {self.monitor!r} is no single number: it has "
            f"{np.size(value)} values.",
            argument="monitor",
            received=self.monitor,
            hint="Watch another log, or have the metric average its values.",
        )

    def _say_missing(self, logs: Logs) -> None:
        if not self._said:
            self._said = True
            warnings.warn(
                RdeepWarning(
                    f"{class_name(self)}: an epoch without the log {self.monitor!r} is passed "
                    f"over; there are {listing([n for n in logs if n != 'learning_rate'], 'and')}."
                ),
                stacklevel=2,
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
                    f"{constructor(self)} has no option {name!r}.",
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

    def __init__(self, every: object) -> None:
        self.every, self.counted = every, 0

    def due(self) -> bool:
        """Count a batch; return whether the number is reached."""
        self.counted += 1
        if self.counted != self.every:
            return False
        self.counted = 0
        return True
