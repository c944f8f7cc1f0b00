"""Callbacks that write files."""

from __future__ import annotations

import json
import os
import shutil

from rdeep.catalogue.options import Choice, Count, Flag, Number, Path, Text, option
from rdeep.saving import disk
from rdeep.training.callbacks.base import (
    FREQUENCY,
    MODE,
    MONITOR,
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
        Number(), None, "An initial value to improve on.", keyword_only=True
    )

    def listens_to_batches(self, work: str = "train") -> bool:
        """Return whether it saves after batches."""
        return work == "train" and self.save_freq != "epoch"

    def on_train_begin(self, logs: Logs) -> None:
        """Forget an earlier training."""
        super().on_train_begin(logs)
        start = self.initial_value_threshold
        self.best = self._worst() if self.save_best_only else None
        self.best = self.best if start is None else start
        self._epoch, self._batches = 0, Batches(self.save_freq)
        self._attempts = Attempts(self, "checkpoints")

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Remember which epoch it is."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """Save if this batch is to be saved."""
        if self._batches.due():
            self._save(self._epoch, {"batch": batch + 1, **logs})

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Save if this epoch is to be saved."""
        if self.save_freq == "epoch":
            self._save(epoch, logs)

    def on_train_end(self, logs: Logs) -> None:
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

    Called again with the same data and the same folder, `fit()` restores the weights, the state of
    the optimizer, the learning rate and the epoch: a seeded training gives the same as without the
    interruption. What was saved within an epoch starts that epoch again. A training that completes
    removes the folder; an interruption does not.

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
        Flag(), False, "Whether to keep the previous state too, in case the last one is unreadable."
    )
    delete_checkpoint: bool = option(
        Flag(), True, "Whether to remove the folder when training completes."
    )

    def listens_to_batches(self, work: str = "train") -> bool:
        """Return whether it saves after batches."""
        return work == "train" and self.save_freq != "epoch"

    def on_train_begin(self, logs: Logs) -> None:
        """Go on from what was saved."""
        self._epoch, self._batches = self.params["initial_epoch"], Batches(self.save_freq)
        for place in (self.backup_dir, self._previous()):
            if not os.path.isfile(self._at(place, "epoch.json")):
                continue
            with open(self._at(place, "epoch.json"), encoding="utf-8") as file:
                epoch = json.load(file)["epoch"]
            self.model.take_training(self._at(place, "model.rdeep"))
            self.params["initial_epoch"] = self._epoch = epoch
            return

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Remember which epoch it is."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """Save if this batch is to be saved."""
        if self._batches.due():
            self._save()

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Save; the next epoch is the one to begin with."""
        self._epoch = epoch + 1
        if self.save_freq == "epoch":
            self._save()

    def on_train_end(self, logs: Logs) -> None:
        """Remove what was saved, unless an interrupt has ended training."""
        if self.delete_checkpoint and not self.params.get("interrupted"):
            shutil.rmtree(self.backup_dir, ignore_errors=True)

    def _save(self) -> None:
        os.makedirs(self.backup_dir, exist_ok=True)
        if self.double_checkpoint and os.path.isfile(self._at(self.backup_dir, "epoch.json")):
            shutil.rmtree(self._previous(), ignore_errors=True)
            os.makedirs(self._previous())
            for name in ("model.rdeep", "epoch.json"):
                shutil.copy(self._at(self.backup_dir, name), self._previous())
        self.model.save(self._at(self.backup_dir, "model.rdeep"), overwrite=True)
        with open(self._at(self.backup_dir, "epoch.json"), "w", encoding="utf-8") as file:
            json.dump({"epoch": self._epoch}, file)

    def _previous(self) -> str:
        return os.path.join(self.backup_dir, "previous")

    @staticmethod
    def _at(folder: str, name: str) -> str:
        return os.path.join(folder, name)
