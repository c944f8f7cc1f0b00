"""One trial: its settings, its scores so far, and the trainings that it consists of."""

from __future__ import annotations

import math
import time
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, RdeepError, listing, show
from rdeep.training.callbacks import Callback
from rdeep.training.callbacks.base import NO_LOGS, Logs
from rdeep.training.watching import begin_watching, end_watching, watching
from rdeep.tuning.pruning import Pruned

DEVIANCE, LOSS = "val_deviance", "val_loss"


class Watcher(Callback):
    """Follows the trainings of a trial, reports their scores, and ends those that are of no use.

    Parameters
    ----------
    trial : Trial
        The trial.
    metric : str or None
        The log that is watched; by default a tabular model's deviance or the loss, held out.
    direction : {"min", "max"}
        Whether it is to be small or large.
    members : bool
        Whether several trainings are members of one model: the score is then their mean, and the
        trial is ended between two of them. Otherwise the last one counts, and the first is ended
        between its epochs.
    needed : bool
        Whether a training without the log is an error.
    """

    def __init__(
        self, trial: Trial, metric: str | None, direction: str, members: bool, needed: bool
    ) -> None:
        self.trial, self.metric, self.members, self.needed = trial, metric, members, needed
        self._sign = 1.0 if direction == "min" else -1.0
        self.scores: list[float] = []
        self.best_epochs: list[int] = []
        self.epochs = 0

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Begin with a training."""
        self.best = self.sought = math.inf
        self.best_epoch = 0
        self.first = not self.scores

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Report the best score so far; raise `Pruned` if that is too little."""
        self.epochs += 1
        value = self._watched(logs)
        if value is None:
            return
        if self._sign * value < self.best:
            self.best, self.best_epoch = self._sign * value, epoch + 1
        if self.first and not self.members and math.isfinite(self.best):
            self.trial.report(self._sign * self.best, epoch)

    def on_train_end(self, logs: Logs = NO_LOGS) -> None:
        """Take note of a training's score."""
        if self.params.get("interrupted") or not self.best_epoch:
            return
        self.scores.append(self._sign * self.best)
        self.best_epochs.append(self.best_epoch)
        if self.members:
            self.trial.report(float(np.mean(self.scores)), len(self.scores) - 1)

    @property
    def score(self) -> float:
        """The score of what was trained; NaN if that came to no number."""
        if not self.scores:
            return math.nan
        return float(np.mean(self.scores)) if self.members else self.scores[-1]

    def _watched(self, logs: Logs) -> float | None:
        name = self.metric
        if name is None:
            name = DEVIANCE if DEVIANCE in logs else LOSS
        if name in logs and np.size(logs[name]) == 1:
            return float(np.reshape(logs[name], ()))
        if not self.needed or self.params.get("validation_freq", 1) > 1:
            return None
        there = [each for each in logs if each != "learning_rate"]
        raise ArgumentError(
            f"There is no log {show(name)} to score trials by; there are {listing(there, 'and')}.",
            argument="metric",
            received=name,
            hint="Nothing is held out: give data to validate on."
            if name.startswith("val_") and not any(each.startswith("val_") for each in there)
            else None,
        )


class Trial:
    """One trial of a search.

    Attributes
    ----------
    number : int
        Its number, from 0.
    settings : dict
        The hyperparameters' values by name. Of the first trial of a search that begins with a
        model's defaults, they are those that the space has.
    is_default : bool
        Whether it is the trial of a model's defaults.
    """

    def __init__(self, search: Any, asked: Any, settings: dict[str, Any], is_default: bool) -> None:
        self.search, self.asked = search, asked
        self.number: int = asked.number
        self.settings, self.is_default = settings, is_default
        self.started = time.monotonic()
        self.watcher: Watcher | None = None

    def report(self, score: float, step: int) -> None:
        """Report a score of what is not finished.

        Parameters
        ----------
        score : float
            The best score so far.
        step : int
            How far the trial is, from 0.

        Raises
        ------
        Pruned
            If others were better at that place.
        """
        if not math.isfinite(score):
            return
        self.asked.report(float(score), int(step))
        if self.search.should_end(self):
            raise Pruned(f"Trial {self.number + 1} was ended early: others were better.")

    def watching(
        self, metric: str | None = None, members: bool = False, needed: bool = False
    ) -> AbstractContextManager[Callback]:
        """Follow all trainings meanwhile; `score` is then theirs.

        Parameters
        ----------
        metric, members, needed
            As for `Watcher`.
        """
        self.watcher = Watcher(self, metric, self.search.direction, members, needed)
        return watching(self.watcher)

    def begin_watching(
        self, metric: str | None = None, members: bool = False, needed: bool = False
    ) -> None:
        """Begin what `watching` does, for a host program.

        Parameters
        ----------
        metric, members, needed
            As for `Watcher`.
        """
        self.end_watching()
        self.watcher = Watcher(self, metric, self.search.direction, members, needed)
        begin_watching(self.watcher)

    def end_watching(self) -> None:
        """End what `begin_watching` began."""
        if self.watcher is not None:
            end_watching(self.watcher)

    @property
    def score(self) -> float:
        """The score of the trainings that were watched; NaN if there is none."""
        return math.nan if self.watcher is None else self.watcher.score

    def facts(self) -> dict[str, Any]:
        """Return how long it took: seconds, epochs, and how many were best, as plain data."""
        watcher = self.watcher
        return {
            "seconds": round(time.monotonic() - self.started, 3),
            "epochs": 0 if watcher is None else watcher.epochs,
            "best_epochs": [] if watcher is None else watcher.best_epochs,
        }


def described(error: BaseException) -> str:
    """Return what a failed trial is remembered by.

    Parameters
    ----------
    error : Exception
        What was raised.
    """
    if isinstance(error, RdeepError):
        return str(error)
    return f"{type(error).__name__}: {error}"
