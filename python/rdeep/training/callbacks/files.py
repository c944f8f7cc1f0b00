"""Callbacks that write files."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable
from typing import Any

from rdeep.catalogue.options import Choice, Count, Flag, Number, Path, Text, option
from rdeep.errors import FileError, RdeepWarning, StateError
from rdeep.saving import disk
from rdeep.saving.locks import Holder, Lock
from rdeep.saving.training_state import LOCK, TrainingState, find_in, keep_in, remove_from
from rdeep.training.callbacks.base import (
    FREQUENCY,
    MODE,
    MONITOR,
    NO_LOGS,
    VERBOSE,
    Batches,
    CallbackRecord,
    Logs,
    MonitorCallback,
)
from rdeep.training.callbacks.tables import file_name
from rdeep.training.callbacks.writing import Attempts, bad_weights

__all__ = ["BackupAndRestore", "ModelCheckpoint"]


class ModelCheckpoint(MonitorCallback):
    """Callback that saves model checkpoints: after each epoch or some batches, all or the best.

    The path may hold `{epoch}`, `{batch}` and logs, as in
    `"model-{epoch:02d}-{val_loss:.2f}.rdeep"`.

    Examples
    --------
    >>> ModelCheckpoint("best.rdeep", save_best_only=True)
    ModelCheckpoint(filepath='best.rdeep', save_best_only=True)
    """

    memory = (*MonitorCallback.memory, "_epoch")
    filepath: str = option(Path(), doc="The path of the file, with placeholders in braces.")
    monitor: str = option(Text(), "val_loss", MONITOR)
    verbose: int = option(Count(0), 0, VERBOSE)
    save_best_only: bool = option(Flag(), False, "Whether to save only the best model so far.")
    save_weights_only: bool = option(
        Flag(), False, "Whether to save the weights alone (a `.safetensors` file)."
    )
    mode: str = option(Choice("auto", "min", "max"), "auto", MODE)
    save_freq: str | int = option(
        FREQUENCY,
        "epoch",
        "When to save: after each epoch, or after a number of batches, at each of which "
        "training pauses.",
    )
    initial_value_threshold: float | None = option(
        Number(infinite=True), None, "An initial value to improve on.", keyword_only=True
    )

    def listens_to_batches(self, work: str = "train") -> bool:
        """Return whether it saves after batches."""
        return work == "train" and self.save_freq != "epoch"

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Forget an earlier training."""
        super().on_train_begin(logs)
        start = self.initial_value_threshold
        self.best = self._worst() if self.save_best_only else None
        self.best = self.best if start is None else start
        self._epoch, self._batches = 0, Batches(self.save_freq)
        self._attempts = Attempts(self, "checkpoints")

    def get_state(self) -> dict[str, Any]:
        """Return what is to be remembered when training is resumed."""
        counted = {"counted": self._batches.counted, "failed": self._attempts.counted}
        return {**(super().get_state() or {}), **counted}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what was remembered."""
        super().set_state(state)
        self._batches.counted, self._attempts.counted = state["counted"], state["failed"]

    def on_epoch_begin(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Remember which epoch it is."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs = NO_LOGS) -> None:
        """Save if this batch is to be saved."""
        if self._batches.due():
            self._save(self._epoch, {"batch": batch + 1, **logs})

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Save if this epoch is to be saved."""
        if self.save_freq == "epoch":
            self._save(epoch, logs)

    def on_train_end(self, logs: Logs = NO_LOGS) -> None:
        """Say which checkpoints are missing."""
        self._attempts.sum_up()

    def _save(self, epoch: int, logs: Logs) -> None:
        value = None
        if self.save_best_only:
            value = self._watched(logs)
            if value is None or not self._better(value, self.best):
                return
        path = file_name(self.filepath, {"epoch": epoch + 1, **logs}, self.params)
        if (reason := bad_weights(self.model)) is not None:
            self._attempts.refuse(reason)
        elif self._attempts.make(lambda: self._write(path)):
            # The best is what there is a file of.
            self.best = value if self.save_best_only else self.best
            if self.verbose:
                self.model.say(f"Epoch {epoch + 1}: saved {path}")

    def _write(self, path: str) -> None:
        if folder := os.path.dirname(path):
            disk.make_folder(folder)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)


class BackupAndRestore(CallbackRecord):
    """Callback that backs up the state of a training, to resume it after an interruption.

    Called again with the same model, data and callbacks and the same folder, in whatever process,
    `fit()` goes on at the step that was backed up last. What comes out is, bit by bit, what would
    have come without the interruption: weights, the optimizer's state, the history, the files of
    other callbacks. No seed has to be set again. When a user interrupts training, the state of that
    very step is kept.

    Each state is written whole or not at all, and the one before it is kept too: it is used, with a
    warning, if the last one is damaged. A state of another model or of other data is refused, and
    so is a second process that trains with the same folder. A training that completes removes the
    states. Numbers that are drawn by others than this package, such as in a generator of the user's
    own, are not restored.

    Examples
    --------
    >>> BackupAndRestore("backup")
    BackupAndRestore(backup_dir='backup')
    """

    backup_dir: str = option(Path(), doc="The folder, which should hold nothing else.")
    save_freq: str | int = option(
        FREQUENCY,
        "epoch",
        "When to save: after each epoch, or after a number of batches, at each of which "
        "training pauses.",
    )
    double_checkpoint: bool = option(
        Flag(), True, "Whether to keep the previous state too, in case the last one is unreadable."
    )
    delete_checkpoint: bool = option(
        Flag(), True, "Whether to remove the states when training completes."
    )
    is_due = False
    _lock: Lock | None = None
    _is_over = False

    def listens_to_batches(self, work: str = "train") -> bool:
        """Return whether it saves after batches."""
        return work == "train" and self.save_freq != "epoch"

    def find(self) -> TrainingState | None:
        """Take the folder for this process, and return the state in it, if there is one.

        Raises
        ------
        StateError
            If another process trains with the folder.
        FileError
            If it cannot be written to, or none of its states can be read.
        """
        disk.make_folder(self.backup_dir, "backup_dir")
        lock = Lock(os.path.join(self.backup_dir, LOCK))
        holder = lock.take()
        if holder is not None:
            raise in_use(self.backup_dir, holder, "backup_dir")
        self._lock, self._is_over = lock, False
        state, damage = find_in(self.backup_dir, "backup_dir")
        warn_of_damage(damage)
        return state

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Ask for the state of the very beginning: it has the seeds, and the first weights."""
        self._batches, self.is_due = Batches(self.save_freq), "resumed" not in self.params
        self._attempts = Attempts(self, "states")

    def get_state(self) -> dict[str, Any]:
        """Return what is to be remembered when training is resumed."""
        return {"counted": self._batches.counted, "failed": self._attempts.counted}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what was remembered."""
        self._batches.counted, self._attempts.counted = state["counted"], state["failed"]

    def on_train_batch_end(self, batch: int, logs: Logs = NO_LOGS) -> None:
        """Ask for the state if this batch is to be saved."""
        self.is_due = self._batches.due() or self.is_due

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Ask for the state: other callbacks may have something to do first."""
        self.is_due = self.save_freq == "epoch" or self.is_due

    def keep(self, take: Callable[[], TrainingState]) -> bool:
        """Write the state of training; return whether that went well.

        Parameters
        ----------
        take : callable
            Returns the state.
        """
        self.is_due = False
        if (reason := bad_weights(self.model)) is not None:
            self._attempts.refuse(reason)
            return False
        generations = 2 if self.double_checkpoint else 1
        return self._attempts.make(lambda: keep_in(self.backup_dir, take(), generations))

    def on_train_end(self, logs: Logs = NO_LOGS) -> None:
        """Remove what was saved, unless an interrupt has ended training."""
        self._attempts.sum_up()
        if self.delete_checkpoint and not self.params.get("interrupted"):
            with contextlib.suppress(OSError):
                remove_from(self.backup_dir)
                self._is_over = True

    def let_go(self) -> None:
        """Give the folder back, and remove it if it is empty."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
            if self._is_over:
                with contextlib.suppress(OSError):
                    os.rmdir(self.backup_dir)


def in_use(folder: str, holder: Holder, argument: str) -> StateError:
    """Return the error that another process trains with a folder.

    Parameters
    ----------
    folder : str
        The folder.
    holder : Holder
        The process.
    argument : str
        The argument that the folder came by.
    """
    return StateError(
        f"'{folder}' is in use: {holder} trains with it.",
        argument=argument,
        received=folder,
        hint="Give this training a folder of its own, or wait until the other one has ended.",
    )


def warn_of_damage(damage: FileError | None) -> None:
    """Say that an older state is used, because the last one cannot be read.

    Parameters
    ----------
    damage : FileError or None
        What is wrong with the last one.
    """
    if damage is not None:
        warnings.warn(
            RdeepWarning(f"{damage.wording['message']} The state before it is used instead."),
            stacklevel=4,
        )
