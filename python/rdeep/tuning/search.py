"""A search: it is asked for trials, told their scores, and remembers both in a study of Optuna's.

Nothing is called back: whoever drives it does what a trial asks for.
"""

from __future__ import annotations

import json
import math
import os
import socket
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.options import Choice as ChoiceOption
from rdeep.catalogue.options import Count, Number, checked
from rdeep.errors import ArgumentError, FileError, StateError, show
from rdeep.saving.disk import is_alive
from rdeep.seeds import derived_seed, stream
from rdeep.tuning.importance import importance
from rdeep.tuning.package import optuna, quietly
from rdeep.tuning.pruning import check_pruner, is_worse
from rdeep.tuning.samplers import check_sampler, sampler_of
from rdeep.tuning.spaces import Space
from rdeep.tuning.trials import Trial

_STATES = {"COMPLETE": "finished", "PRUNED": "pruned", "FAIL": "failed", "RUNNING": "running"}


class Search:
    """A search for the best settings.

    Parameters
    ----------
    space : Space or dict
        What is searched.
    trials : int
        How many trials there are to be in all, those of an earlier start included.
    timeout : float, optional
        After how many seconds no trial is begun any more.
    sampler : {"tpe", "random", "grid"}
        How settings are drawn.
    pruner : {"hyperband", "median", "none"}
        Which trials are ended early.
    direction : {"min", "max"}
        Whether scores are to be small or large.
    storage : str, optional
        A file of SQLite's, from which the same search goes on.
    name : str
        The search's name in that file.
    seed : int, optional
        What trials draw from; by default the next seed of the stream.
    about : dict, optional
        What the search is of beside its space, as plain data: a search of something else is not
        gone on with.
    start : dict, optional
        The settings of the first trial.
    has_defaults : bool
        Whether the first trial is that of a model's defaults: `start` are then those of them that
        are known, or none.
    levels : int
        How many values of a range a grid has.
    workers : int
        How many processes ask at a time.
    repeats : int
        How many of the best trials are repeated at the end with other random numbers. The mean of
        both scores then says which is the best: the best of many scores is so by luck in part.

    Examples
    --------
    >>> from rdeep.tuning import Real, Search
    >>> search = Search({"x": Real(-1, 1)}, trials=20, seed=1)
    >>> while (trial := search.ask()) is not None:
    ...     search.tell(trial, trial.settings["x"] ** 2)
    >>> abs(search.best()["settings"]["x"]) < 0.2
    True
    """

    def __init__(
        self,
        space: Any,
        *,
        trials: int = 30,
        timeout: float | None = None,
        sampler: str = "tpe",
        pruner: str = "hyperband",
        direction: str = "min",
        storage: str | None = None,
        name: str = "search",
        seed: int | None = None,
        about: Mapping[str, Any] | None = None,
        start: Mapping[str, Any] | None = None,
        has_defaults: bool = False,
        levels: int = 3,
        workers: int = 1,
        repeats: int = 0,
    ) -> None:
        self.space = Space(space)
        self.trials = int(checked(Count(), trials, "trials"))
        self.timeout = checked(Number(0.0), timeout, "timeout") if timeout is not None else None
        self.sampler, self.pruner = check_sampler(sampler), check_pruner(pruner)
        self.direction = checked(ChoiceOption("min", "max"), direction, "direction")
        self.workers = int(checked(Count(), workers, "workers"))
        self.repeats = int(checked(Count(0), repeats, "repeats"))
        self.storage, self.name, self.started = storage, name, time.monotonic()
        grid = self.space.grid(checked(Count(), levels, "levels")) if sampler == "grid" else None
        self.trials = self.trials if grid is None else min(self.trials, len(grid))
        self.resumed = 0
        with quietly():
            self._open(seed, dict(about or {}))
            if not self._study.get_trials(deepcopy=False):
                self._enqueue_first(start, has_defaults, grid)
            else:
                self._take_up()

    def _open(self, seed: int | None, about: dict[str, Any]) -> None:
        """Open the study, or refuse one that is another search."""
        package = optuna()
        try:
            url = None if self.storage is None else _storage(package, self.storage)
            self._study = package.create_study(
                storage=url,
                study_name=self.name,
                load_if_exists=True,
                direction={"min": "minimize", "max": "maximize"}[self.direction],
                # Which trials end is asked apart: Optuna would have its sampler see one bracket.
                pruner=package.pruners.NopPruner(),
            )
        except Exception as error:
            if type(error).__module__.partition(".")[0] not in ("sqlalchemy", "sqlite3", "optuna"):
                raise
            raise FileError(
                f"{show(self.storage)} cannot be used as the storage of a search: "
                f"{str(error).splitlines()[0]}",
                argument="storage",
                received=self.storage,
                hint="It must be a file of its own, which a search has made or is to make.",
            ) from None
        wanted = json.loads(json.dumps({"space": self.space.to_data(), "about": about}))
        known = self._study.user_attrs
        if "search" not in known:
            self.seed = stream.next() if seed is None else int(seed)
            self._study.set_user_attr("seed", self.seed)
            self._study.set_user_attr("search", wanted)
            return
        self._refuse_other(known["search"], wanted)
        self.seed = int(known["seed"])

    def _refuse_other(self, known: dict[str, Any], wanted: dict[str, Any]) -> None:
        parts = {"the space": (known["space"], wanted["space"])}
        names = {**known["about"], **wanted["about"]}
        parts |= {
            each: (known["about"].get(each), wanted["about"].get(each)) for each in sorted(names)
        }
        differ = [each for each, (one, other) in parts.items() if one != other]
        if self._study.direction.name.lower()[:3] != self.direction:
            differ.append("the direction")
        if differ:
            raise StateError(
                f"{show(self.storage)} has another search under the name {show(self.name)}: "
                f"{' and '.join(differ)} {'differ' if len(differ) > 1 else 'differs'}.",
                argument="storage",
                received=self.storage,
                hint="Give the search another name or another file; the same call goes on with "
                "the one that is there.",
            )

    def _enqueue_first(
        self,
        start: Mapping[str, Any] | None,
        has_defaults: bool,
        grid: list[dict[str, Any]] | None,
    ) -> None:
        if grid is not None:
            for settings in grid[: self.trials]:
                self._study.enqueue_trial(self.space.drawn(settings))
        elif start is not None or has_defaults:
            drawn = self.space.drawn(start or {})
            said = {"default": True, "empty": not drawn} if has_defaults else {}
            self._study.enqueue_trial(drawn, user_attrs=said)

    def settle(self) -> None:
        """Have whoever goes on begin again with what ended with its process."""
        with quietly():
            self._take_up()

    def _take_up(self) -> None:
        """Try again what ended with its process."""
        self.resumed = 0
        for trial in [*self._counted(), *self._repeated()]:
            if trial.state.name != "RUNNING":
                self.resumed += 1
            elif not _is_at_work(trial.user_attrs.get("process")):
                self._give_back(trial)

    def _give_back(self, trial: Any) -> None:
        """Have a trial that did not come to its end begin once more, later."""
        package = optuna()
        storage = self._study._storage
        storage.set_trial_user_attr(trial._trial_id, "left", True)
        kept = {k: v for k, v in trial.user_attrs.items() if k in ("default", "empty", "of")}
        self._study.tell(trial.number, state=package.trial.TrialState.FAIL)
        self._study.enqueue_trial(trial.params, user_attrs=kept)

    def _counted(self) -> list[Any]:
        """Return the trials that count: not those that wait, were left, or are repetitions."""
        trials = self._study.get_trials(deepcopy=False)
        return [t for t in trials if t.state.name != "WAITING" and _is_one(t)]

    def _repeated(self) -> list[Any]:
        """Return the repetitions of trials, those that wait too."""
        trials = self._study.get_trials(deepcopy=False)
        return [t for t in trials if "of" in t.user_attrs and not t.user_attrs.get("left")]

    def kept(self) -> Search:
        """Return the search with all that is known in memory: its file may then go."""
        package = optuna()
        own = package.create_study(direction=self._study.direction)
        for name, value in self._study.user_attrs.items():
            own.set_user_attr(name, value)
        own.add_trials(
            [t for t in self._study.get_trials(deepcopy=False) if t.state.name != "WAITING"]
        )
        self._study, self.storage = own, None
        return self

    @property
    def _repeat_seed(self) -> int:
        return derived_seed(self.seed, -2)

    @property
    def trial_seed(self) -> int:
        """What each trial draws from: all of them hold out the same, and begin alike."""
        return derived_seed(self.seed, -1)

    # Asking and telling -----------------------------------------------------------------------

    @property
    def seconds(self) -> float:
        """How long the search has been going on, since it was opened here."""
        return time.monotonic() - self.started

    def ask(self) -> Trial | None:
        """Return the next trial; `None` when there have been enough, or time is up."""
        if self.timeout is not None and self.seconds > self.timeout:
            return None
        counted = self._counted()
        if len(counted) >= self.trials:
            return self._ask_again(counted)
        with quietly():
            asked = self._study.ask()
            asked.set_user_attr("process", f"{socket.gethostname()}:{os.getpid()}")
            before = [each for each in self._counted() if each.number < asked.number]
            if len(before) >= self.trials:
                # Another process was faster.
                asked.set_user_attr("left", True)
                self._study.tell(asked, state=optuna().trial.TrialState.FAIL)
                return None
            self._study.sampler = sampler_of(self.sampler, self.seed, asked.number, self.workers)
            attributes = asked.user_attrs
            empty = bool(attributes.get("empty"))
            settings = {} if empty else self.space.draw(asked)
            asked.set_user_attr("settings", settings)
        return Trial(self, asked, settings, bool(attributes.get("default")), self.trial_seed)

    def _ask_again(self, counted: list[Any]) -> Trial | None:
        """Return the repetition of one of the best trials; `None` if all are there."""
        running = any(trial.state.name == "RUNNING" for trial in counted)
        if running or not self.repeats:
            return None
        repeated = self._repeated()
        known = {trial.user_attrs["of"] for trial in repeated}
        for trial in self._best_first(counted)[: self.repeats]:
            if trial.number not in known:
                said = {name: trial.user_attrs.get(name) for name in ("default", "empty")}
                self._study.enqueue_trial(trial.params, user_attrs={**said, "of": trial.number})
                break
        else:
            if not any(trial.state.name == "WAITING" for trial in repeated):
                return None
        with quietly():
            asked = self._study.ask()
            asked.set_user_attr("process", f"{socket.gethostname()}:{os.getpid()}")
            attributes = asked.user_attrs
            settings = {} if attributes.get("empty") else self.space.draw(asked)
        is_default = bool(attributes.get("default"))
        return Trial(self, asked, settings, is_default, self._repeat_seed)

    def _best_first(self, trials: list[Any]) -> list[Any]:
        sign = 1 if self.direction == "min" else -1
        finished = [trial for trial in trials if trial.state.name == "COMPLETE"]
        return sorted(finished, key=lambda trial: sign * trial.value)

    def tell(self, trial: Trial, score: object = None) -> None:
        """Take the score of a trial that came to its end.

        Parameters
        ----------
        trial : Trial
            The trial.
        score : float, optional
            Its score; by default that of the trainings that were watched. One that is no number
            is a failure.
        """
        value = trial.score if score is None else as_score(score)
        if math.isnan(value) or math.isinf(value):
            self.fail(trial, f"The score is {value}: training came to no number.")
            return
        self._note(trial)
        asked = self._study.get_trials(deepcopy=False)[trial.number]
        steps = asked.last_step
        if steps is not None and "length" not in self._study.user_attrs:
            self._study.set_user_attr("length", steps + 1)
        self._study.tell(trial.asked, value)

    def fail(self, trial: Trial, message: str) -> None:
        """Take note that a trial failed.

        Parameters
        ----------
        trial : Trial
            The trial.
        message : str
            What went wrong.
        """
        self._note(trial)
        trial.asked.set_user_attr("message", message[:2000])
        self._study.tell(trial.asked, state=optuna().trial.TrialState.FAIL)

    def prune(self, trial: Trial) -> None:
        """Take note that a trial was ended early.

        Parameters
        ----------
        trial : Trial
            The trial.
        """
        self._note(trial)
        self._study.tell(trial.asked, state=optuna().trial.TrialState.PRUNED)

    def interrupt(self, trial: Trial) -> None:
        """Take back a trial that was interrupted: who goes on begins with it.

        Parameters
        ----------
        trial : Trial
            The trial.
        """
        trial.end_watching()
        with quietly():
            self._give_back(self._study.get_trials(deepcopy=False)[trial.number])

    def _note(self, trial: Trial) -> None:
        trial.end_watching()
        for name, value in trial.facts().items():
            trial.asked.set_user_attr(name, value)

    def should_end(self, trial: Trial) -> bool:
        """Return whether a trial should be ended early, by what it has reported.

        Parameters
        ----------
        trial : Trial
            The trial.
        """
        # Of defaults and repetitions the score is wanted in any case.
        if self.pruner == "none" or trial.is_default or trial.is_repetition:
            return False
        length = self._study.user_attrs.get("length")
        with quietly():
            frozen = self._study.get_trials(deepcopy=False)[trial.number]
            return is_worse(self.pruner, self._study, frozen, length)

    # What is known --------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """Return what is known of each trial, as plain data, in the order they began."""
        found = []
        again = {
            trial.user_attrs["of"]: trial.value
            for trial in self._repeated()
            if trial.state.name == "COMPLETE"
        }
        for number, trial in enumerate(self._counted()):
            said = trial.user_attrs
            state = _STATES[trial.state.name]
            score = trial.value
            if state == "pruned" and trial.intermediate_values:
                score = trial.intermediate_values[trial.last_step]
            settings = said.get("settings") or {}
            found.append(
                {
                    "trial": number + 1,
                    "settings": settings,
                    "score": None if state in ("failed", "running") else score,
                    "repeated": again.get(trial.number),
                    "state": state,
                    "seconds": said.get("seconds"),
                    "epochs": said.get("epochs"),
                    "best_epochs": said.get("best_epochs") or [],
                    "default": bool(said.get("default")),
                    "message": said.get("message"),
                }
            )
        return found

    def best(self) -> dict[str, Any] | None:
        """Return what is known of the best trial that came to its end; `None` if none has.

        Its score is the mean of both where trials were repeated.
        """
        finished = [row for row in self.rows() if row["state"] == "finished"]
        repeated = [row for row in finished if row["repeated"] is not None]
        # One alone could not be compared.
        if len(repeated) > 1:
            finished = [{**row, "score": (row["score"] + row["repeated"]) / 2} for row in repeated]
        if not finished:
            return None
        sign = 1 if self.direction == "min" else -1
        return min(finished, key=lambda row: sign * row["score"])

    def counts(self) -> dict[str, int]:
        """Return how many trials are finished, pruned, failed and running."""
        states = [row["state"] for row in self.rows()]
        return {state: states.count(state) for state in _STATES.values()}

    def importance(self) -> dict[str, float]:
        """Return how much of the scores' variation each hyperparameter explains."""
        with quietly():
            return importance(self._study, self._counted())


def _is_one(trial: Any) -> bool:
    return not trial.user_attrs.get("left") and "of" not in trial.user_attrs


def as_score(score: object) -> float:
    """Return the score that a function has given.

    Parameters
    ----------
    score : object
        What came.

    Raises
    ------
    ArgumentError
        If it is no number.
    """
    try:
        return float(np.reshape(score, ()))  # type: ignore[call-overload]
    except (TypeError, ValueError):
        raise ArgumentError(
            "The function must return a compiled network, or a number that scores the settings, "
            f"not {show(score)}.",
            argument="function",
            received=score,
        ) from None


def _storage(package: Any, path: str) -> Any:
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise FileError(
            f"The folder {show(folder)} of the search's storage does not exist.",
            argument="storage",
            received=path,
        )
    return package.storages.RDBStorage(
        f"sqlite:///{os.path.abspath(path)}",
        # Processes wait for each other's turn.
        engine_kwargs={"connect_args": {"timeout": 60}},
    )


def _is_at_work(process: str | None) -> bool:
    if process is None:
        # Another process has just begun with it, and not signed yet.
        return True
    host, _, number = process.rpartition(":")
    if host != socket.gethostname():
        # Nobody can tell; what is left on another machine is begun by hand.
        return bool(host)
    return int(number) != os.getpid() and is_alive(int(number))
