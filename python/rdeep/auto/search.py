"""The search: candidates are trained one after the other while there is time."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rdeep.auto.clock import Clock
from rdeep.auto.counts import FamilyScore, compared, log_probability
from rdeep.auto.losses import mean_and_error
from rdeep.auto.portfolio import Candidate, neighbour, portfolio
from rdeep.auto.rows import Rows, has_linear_columns
from rdeep.auto.selection import HeldOut
from rdeep.auto.trial import Trial
from rdeep.errors import DataError, RdeepWarning
from rdeep.interrupts import interrupts
from rdeep.tabular import Tabular
from rdeep.training.session import TrainingSession

_LOOK_SECONDS = 0.5
_LINEAR_SHARE = 0.25
"""The share of the time that candidates before the default may take."""
_WORTH_A_START = 0.5
"""The share of the expected time from which on a candidate is started: most stop early."""
_BEST = 3
"""Among how many of the best candidates one is drawn whose neighbour is tried."""


@dataclass
class Task:
    """What is asked of a search.

    Attributes
    ----------
    rows : Rows
        What to train on.
    families : tuple of str
        The families that may be; the first, unless the data say another.
    options : dict
        Arguments of `Tabular` that all candidates have.
    architectures : tuple of str
        Those that may be tried.
    candidates : int
        How many to try at most.
    seed : int
        What chance draws from.
    """

    rows: Rows
    families: tuple[str, ...]
    options: dict[str, Any]
    architectures: tuple[str, ...]
    candidates: int
    seed: int


@dataclass
class _Running:
    """The candidate under way."""

    candidate: Candidate
    trial: Trial
    model: Tabular
    member: int = 0
    session: TrainingSession | None = None
    begun: float = 0.0
    until: float = 0.0
    stopped: bool = False


@dataclass
class Search:
    """A search under way, which goes on whenever `advance` is called.

    Attributes
    ----------
    task : Task
        What is asked.
    clock : Clock
        The budget.
    family : str
        The family; settled once those that may be were compared.
    trials : list of Trial
        What was tried.
    models : dict of int to Tabular
        The models of complete trials, by number.
    family_scores : list of FamilyScore
        How the families compared; empty where there was no doubt.
    error : Exception or None
        What went wrong first.
    partial : Tabular or None
        A model some of whose networks were trained when all ended, where there is nothing else.
    interrupted : bool
        Whether Ctrl-C ended it.
    """

    task: Task
    clock: Clock
    family: str = ""
    trials: list[Trial] = field(default_factory=list)
    models: dict[int, Tabular] = field(default_factory=dict)
    family_scores: list[FamilyScore] = field(default_factory=list)
    error: Exception | None = None
    partial: Tabular | None = None
    interrupted: bool = False

    def __post_init__(self) -> None:
        task = self.task
        self.family = task.families[0]
        self._generator = np.random.Generator(np.random.PCG64(task.seed))
        self._queue = portfolio(task.architectures, len(task.rows.y), task.rows.columns)
        if not has_linear_columns(task.rows.numbers, task.rows.cardinalities):
            self._queue = [each for each in self._queue if each.architecture != "linear"]
        # Families that may be are compared by what is trained first.
        self._families = list(task.families if self._queue else task.families[:1])
        self._log_probabilities: dict[str, np.ndarray] = {}
        self._candidates: dict[int, Candidate] = {}
        self._running: _Running | None = None
        self._predicting: dict[int, float] = {}
        self._over = False

    def advance(self) -> Trial | None:
        """Train for about half a second, and return a trial that has ended by then, if one has."""
        try:
            interrupts.check()
            if self._running is None:
                self._running = self._next()
                if self._running is None:
                    self._over = True
                    return None
            ended = self._train(self._running)
        except KeyboardInterrupt:
            self._interrupt()
            return None
        except Exception as error:
            return self._failed(error)
        return self._complete(self._running) if ended else None

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do."""
        return self._over

    @property
    def doing(self) -> str:
        """What is being trained, in words."""
        if self._running is None:
            return ""
        model, member = self._running.model, self._running.member + 1
        part = f", network {min(member, model.members)}/{model.members}"
        return self._running.trial.name + (part if model.members > 1 else "")

    @property
    def best_loss(self) -> float:
        """The least loss of those so far; not a number where there is none."""
        known = [self.trials[number - 1].loss for number in self.models]
        return min(known, default=float("nan"))

    # What is next -------------------------------------------------------------------------------

    def _next(self) -> _Running | None:
        if len(self.trials) >= self.task.candidates:
            return None
        family = self._families[0]
        candidate = self._queue[0] if len(self._families) > 1 else self._chosen()
        if candidate is None:
            return None
        number = len(self.trials) + 1
        trial = Trial(
            number,
            candidate.architecture,
            candidate.text(),
            family,
            "no time",
            self.clock.elapsed,
            0.0,
        )
        self.trials.append(trial)
        self._candidates[number] = candidate
        model = Tabular(family, **candidate.options(), **self.task.options)
        running = _Running(candidate, trial, model)
        # What goes wrong from here on, is told of this candidate.
        self._running = running
        rows = self.task.rows
        model.prepare(
            **rows.table(candidate.architecture == "linear", model.impute),
            y=rows.y,
            offset=rows.offset,
            weights=rows.weights,
            folds=rows.folds,
        )
        self._begin(running)
        return running

    def _chosen(self) -> Candidate | None:
        """Return the next candidate that there is time for."""
        while self._queue:
            candidate = self._queue.pop(0)
            first = candidate.architecture == "linear" or candidate.is_default or not self.models
            if first and (self.clock.left > 0 or not self.models):
                return candidate
            if self._is_time_for(candidate):
                return candidate
        for _ in range(10):
            near = self._near_the_best()
            if near is None or self._is_time_for(near):
                return near
        return None

    def _near_the_best(self) -> Candidate | None:
        known = [n for n in self.models if self.trials[n - 1].architecture != "linear"]
        if not known:
            return None
        known.sort(key=lambda number: self.trials[number - 1].loss)
        drawn = known[int(self._generator.integers(min(len(known), _BEST)))]
        return neighbour(self._candidates[drawn], len(self.task.rows.y), self._generator)

    def _is_time_for(self, candidate: Candidate) -> bool:
        left = self.clock.left
        return left > 0 and self._expected(candidate) * _WORTH_A_START <= left

    def _expected(self, candidate: Candidate) -> float:
        """Return about how many seconds a candidate takes, by what others of its kind took."""
        known = [
            (self.trials[number - 1].seconds / self._candidates[number].cost())
            for number in self.models
            if self.trials[number - 1].architecture == candidate.architecture
        ]
        known = known or [
            (self.trials[number - 1].seconds / self._candidates[number].cost())
            for number in self.models
            if self.trials[number - 1].architecture != "linear"
        ]
        return float(np.median(known)) * candidate.cost() if known else 0.0

    # Training -----------------------------------------------------------------------------------

    def _begin(self, running: _Running) -> None:
        """Begin the training of the next network, with its share of the time that is left."""
        left = max(self.clock.left, 0.0)
        if running.candidate.architecture == "linear":
            families = max(len(self._families), 1)
            used = self.clock.elapsed - running.trial.started
            left = min(left, max(_LINEAR_SHARE * self.clock.seconds / families - used, 0.0))
        running.until = self.clock.elapsed + left / (running.model.members - running.member)
        running.begun = self.clock.elapsed
        running.session = running.model.session(running.member, ("epoch_end", "look"))

    def _train(self, running: _Running) -> bool:
        """Train on; return whether the candidate has come to its end."""
        assert running.session is not None
        begun = time.perf_counter()
        while time.perf_counter() - begun < _LOOK_SECONDS:
            event = running.session.advance()
            if event is None:
                return self._next_network(running)
            if event.kind == "interrupted":
                raise KeyboardInterrupt
            if event.kind == "epoch_end" and self._is_hopeless(running):
                # Others take about as long to begin.
                self._over = True
                return True
            late = self.clock.elapsed >= running.until
            if late and running.session.history.epoch and not running.stopped:
                running.stopped = True
                running.trial.status = "stopped"
                running.session.stop()
        return False

    def _is_hopeless(self, running: _Running) -> bool:
        """Return whether there is no time for an epoch of each network, once one was trained."""
        assert running.session is not None
        if running.member or len(running.session.history.epoch) > 1 or not self.models:
            return False
        first = self.clock.elapsed - running.begun
        return first * (running.model.members - 1) > max(self.clock.left, 0.0)

    def _next_network(self, running: _Running) -> bool:
        running.stopped = False
        begun = time.perf_counter()
        running.model.finish(running.member)
        predicting = time.perf_counter() - begun
        held_out = max(int((self.task.rows.folds == running.member).sum()), 1)
        running.member += 1
        if running.member == running.model.members:
            whole = predicting * len(self.task.rows.y) / held_out * running.model.members
            self._predicting[running.trial.number] = whole
            return True
        if self.clock.left <= 0 and self.models:
            # What is there without it comes back in time.
            running.trial.status = "no time"
            return True
        self._begin(running)
        return False

    def _complete(self, running: _Running) -> Trial:
        trial, model = running.trial, running.model
        self._running = None
        trial.seconds = self.clock.elapsed - trial.started
        if running.member < model.members:
            return trial
        with warnings.catch_warnings():
            # That likelihoods have not come to their maximum is no matter here.
            warnings.simplefilter("ignore", RdeepWarning)
            model.finish_all()
        predicted, seen = model.held_out(), self._seen()
        if not np.isfinite(predicted[seen]).all():
            return self._end(trial, DataError("training diverged: predictions are no numbers"))
        rows = self.held_out_rows(trial.family)
        losses = rows.losses(predicted[seen])
        trial.loss, trial.std_error = mean_and_error(losses, rows.weights)
        trial.status = "trained" if trial.status == "no time" else trial.status
        self._note_family(trial, model, predicted[seen], rows)
        model.release()
        self.models[trial.number] = model
        self._candidates[trial.number] = running.candidate
        self._next_family()
        self._keep_time()
        return trial

    def _seen(self) -> np.ndarray:
        """Return the rows that are held out."""
        return np.flatnonzero(self.task.rows.folds >= 0)

    def held_out_rows(self, family: str | None = None) -> HeldOut:
        """Return the rows that candidates are compared on.

        Parameters
        ----------
        family : str, optional
            The family whose loss counts; by default the search's.
        """
        seen, rows = self._seen(), self.task.rows
        weights = np.ones(len(rows.y)) if rows.weights is None else np.asarray(rows.weights)
        return HeldOut(family or self.family, rows.y[seen], weights[seen].astype(np.float64))

    def predictions(self, numbers: Sequence[int]) -> np.ndarray:
        """Return what trials predict for held-out rows, `(trials, rows, values)`."""
        return np.stack([self.models[number].held_out()[self._seen()] for number in numbers])

    def _keep_time(self) -> None:
        """Keep the time that the best few take to predict all rows once."""
        best = sorted(self.models, key=lambda number: self.trials[number - 1].loss)[:8]
        self.clock.keep(sum(self._predicting[number] for number in best))

    # Families -----------------------------------------------------------------------------------

    def _note_family(
        self, trial: Trial, model: Tabular, predicted: np.ndarray, rows: HeldOut
    ) -> None:
        if len(self.task.families) > 1 and trial.family not in self._log_probabilities:
            values = log_probability(trial.family, predicted[:, 0], rows.y, model.theta)
            self._log_probabilities[trial.family] = values

    def _next_family(self) -> None:
        """Go on to the next family that may be, or settle which one it is."""
        if len(self._families) > 1:
            self._families.pop(0)
        else:
            self.settle_family()

    def settle_family(self) -> None:
        """Settle the family by those that were compared; the others' trials are no candidates."""
        if self.family_scores or not self._log_probabilities:
            return
        weights = self.held_out_rows().weights
        self.family_scores = compared(self._log_probabilities, weights)
        self.family = self.family_scores[0].family
        self._families = [self.family]
        for trial in self.trials:
            if trial.is_complete and trial.family != self.family:
                trial.status = "other family"
                del self.models[trial.number]

    # How it ends --------------------------------------------------------------------------------

    def _interrupt(self) -> None:
        self.interrupted = self._over = True
        running, self._running = self._running, None
        if running is None:
            return
        running.trial.seconds = self.clock.elapsed - running.trial.started
        running.trial.status = "no time"
        trained = running.model.finish(running.member) or running.member > 0
        if not self.models and trained:
            self.partial = running.model

    def _failed(self, error: Exception) -> Trial:
        running, self._running = self._running, None
        if running is None:
            raise error
        trial = running.trial
        trial.seconds = self.clock.elapsed - trial.started
        self._end(trial, error)
        self._next_family()
        return trial

    def _end(self, trial: Trial, error: Exception) -> Trial:
        trial.status, trial.message = "failed", str(error)
        self.error = self.error or error
        return trial
