"""`AutoModel`: a model of a table that is chosen and combined within a budget of time."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.auto import storage
from rdeep.auto.clock import Clock, checked_time
from rdeep.auto.combining import Combining
from rdeep.auto.counts import FAMILIES as COUNT_FAMILIES
from rdeep.auto.counts import look_like_counts
from rdeep.auto.losses import FAMILIES
from rdeep.auto.outcome import coded_outcome
from rdeep.auto.portfolio import ARCHITECTURES
from rdeep.auto.reporting import said_at_the_end, trial_line, why_too_short
from rdeep.auto.rows import Rows
from rdeep.auto.search import Search, Task
from rdeep.auto.selection import greedy_weights, performance
from rdeep.auto.trial import Trial, described
from rdeep.catalogue.options import Count, checked
from rdeep.engines import registry as backends
from rdeep.errors import (
    ArgumentError,
    DataError,
    FileError,
    RdeepError,
    RdeepWarning,
    StateError,
    listing,
    show,
    suggestion,
    worded,
)
from rdeep.interrupts import interrupts
from rdeep.saving import disk
from rdeep.saving.foreign.kinds import is_keras
from rdeep.seeds import stream
from rdeep.tabular import Tabular
from rdeep.tabular.frames import Columns, is_frame, learned_columns, listed, named_columns
from rdeep.training.driving import verbosity


class AutoModel(Combining):
    """A model of a table, chosen and combined within a budget of time.

    A linear model, the default of `Tabular`, and a portfolio of other architectures and settings
    are trained in turn, then neighbours of the best; all with the same rows held out. Those
    whose weighted mean predicts the held-out rows best make the model.

    Parameters
    ----------
    family : str, optional
        `"gaussian"`, `"binomial"`, `"multinomial"`, `"poisson"` or `"negative_binomial"`. By
        default text and booleans are classes; of whole numbers from 0 held-out rows say whether
        they are counts; other numbers are `"gaussian"`.
    time : float
        The seconds that fitting may take.
    candidates : int
        How many settings to try at most. With more time than they need, the search is repeatable.
    architectures : sequence of str, optional
        Those to try, of `"linear"`, `"tabm"`, `"mlp"`, `"resnet"` and `"ft_transformer"`; by
        default all.
    classes : int, optional
        How many classes the family `"multinomial"` has.
    impute : bool
        Whether values may be missing, as for `Tabular`.
    backend, device : str, optional
        Where networks run, as for `Model`.

    Attributes
    ----------
    trials : list of Trial
        What was tried, in order.
    performance : dict
        How good the model is on rows that neither a network nor its weights have seen.
    family_scores : list of dict
        How the families compared, where there was a doubt.
    levels : list of str or None
        The classes, where the outcome was text or booleans.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.auto import AutoModel
    >>> x = np.random.default_rng(1).normal(size=(60, 2))
    >>> model = AutoModel(time=20, candidates=1)
    >>> model.fit(x, y=x @ [2.0, -1.0] + 3.0, verbose=0)
    >>> model.leaderboard()[0]["name"], model.predict(x).shape
    ('linear 1', (60, 1))
    """

    def __init__(
        self,
        family: str | None = None,
        time: float = 300.0,
        candidates: int = 50,
        architectures: Sequence[str] | None = None,
        classes: int | None = None,
        impute: bool = False,
        backend: str | None = None,
        device: str | None = None,
    ) -> None:
        self.given_family = _checked_family(family)
        self.time = checked_time(time)
        self.candidates = int(checked(Count(), candidates, "candidates"))
        self.architectures = _checked_architectures(architectures)
        self.classes, self.impute = classes, impute
        self.backend, self.device = backend, device
        self.family_name = self.given_family
        self.cardinalities: list[int] = []
        self.columns: Columns | None = None
        self.parts: list[tuple[float, Tabular]] = []
        self.trials: list[Trial] = []
        self.performance: dict[str, Any] = {}
        self.family_scores: list[dict[str, Any]] = []
        self.levels: list[str] | None = None
        self.seconds = 0.0
        self.annotations: dict[str, Any] = {}
        self._search: Search | None = None

    # Fitting --------------------------------------------------------------------------------------

    @interrupts.held()
    def fit(
        self,
        numbers: object = None,
        codes: object = None,
        cardinalities: Sequence[int] = (),
        y: object = None,
        offset: object = None,
        weights: object = None,
        verbose: object = "auto",
    ) -> None:
        """Search, and fit to a table.

        Parameters
        ----------
        numbers : array or data frame
            As for `Tabular.fit`: a data frame (or a dict of columns) may have all columns.
        codes, cardinalities, offset, weights
            As for `Tabular.fit`.
        y : array
            The outcome: numbers, text, booleans, or class numbers from 0 if `family` says so.
        verbose : {"auto", 0, 1, 2}
            0 for silence, else a line for each candidate.

        Raises
        ------
        KeyboardInterrupt
            After an interrupt: the model is then that of the candidates trained so far, if there
            are any.
        """
        level = verbosity(verbose)
        columns = None
        if is_frame(numbers):
            columns = learned_columns(numbers)
            cardinalities = [len(levels) for levels in columns.levels.values()]
            numbers, codes = columns.split(numbers)
        self.prepare(numbers, codes, cardinalities, y, offset, weights)
        self.columns = columns
        while (event := self.advance()) is not None:
            if level and event["line"]:
                print(event["line"])
        self.finish_all()
        if level and self.parts:
            print(said_at_the_end(self))
        if self.interrupted:
            raise KeyboardInterrupt

    def prepare(
        self,
        numbers: object = None,
        codes: object = None,
        cardinalities: Sequence[int] = (),
        y: object = None,
        offset: object = None,
        weights: object = None,
        names: object = None,
        levels: object = None,
    ) -> None:
        """Take in the data, and start the clock.

        Parameters
        ----------
        numbers, codes, cardinalities, y, offset, weights
            As in `fit`.
        names, levels
            As in `Tabular.prepare`.

        Raises
        ------
        DataError
            If the data cannot be used.
        """
        clock = Clock(self.time)
        backend = self.backend or backends.default()
        backends.check_trains(backend)
        # It is part of the time, and not of the first candidate's.
        backends.load(backend)
        outcome = coded_outcome(y, self.given_family)
        counts = [int(count) for count in listed(cardinalities)]
        options: dict[str, Any] = {
            "classes": self.classes or outcome.classes,
            "impute": self.impute,
            "backend": backend,
            "device": self.device,
        }
        # What cannot be used is said before anything is trained, and folds are cut as by default.
        probe = Tabular(outcome.family, **options)
        probe.prepare(numbers, codes, counts, outcome.values, offset, weights)
        options |= {"members": probe.settings.members, "validation": probe.settings.validation}
        values = probe.outcome()[:, 0]
        # What an offset means depends on the family, so that it is not asked of the data.
        doubt = self.given_family is None and offset is None and outcome.levels is None
        rows = Rows(
            None if numbers is None else np.asarray(numbers, np.float64),
            None if codes is None else np.asarray(codes),
            counts,
            values,
            offset,
            None if weights is None else probe.weights(),
            probe.held_out_members(),
        )
        families: tuple[str, ...] = (outcome.family,)
        if doubt and look_like_counts(values):
            families = COUNT_FAMILIES
        task = Task(rows, families, options, self.architectures, self.candidates, stream.next())
        self.parts, self.performance, self.family_scores = [], {}, []
        self.cardinalities, self.levels = counts, outcome.levels
        self.columns = named_columns(names, levels)
        self._search = Search(task, clock)
        self.trials = self._search.trials

    def advance(self) -> dict[str, Any] | None:
        """Go on for about half a second; `None` once the search is over, else what happened.

        Returns
        -------
        dict or None
            `line`, what to say of a candidate that has ended, empty where none has; `doing`, what
            is under way; `seconds` that have passed.
        """
        search = self._under_way()
        if search.is_over:
            return None
        trial = search.advance()
        line = "" if trial is None else trial_line(trial, search.family)
        return {"line": line, "doing": search.doing, "seconds": search.clock.elapsed}

    @property
    def interrupted(self) -> bool:
        """Whether an interrupt ended the search."""
        return self._search is not None and self._search.interrupted

    @property
    def has_candidate(self) -> bool:
        """Whether there is a model to make, once the search is over."""
        search = self._search
        return search is not None and (bool(search.models) or search.partial is not None)

    def finish_all(self) -> None:
        """Combine the candidates once the search is over.

        Raises
        ------
        RdeepError
            If every candidate failed: what went wrong with the first.
        """
        search = self._under_way()
        search.settle_family()
        self.family_name = search.family
        self.family_scores = [score.to_data() for score in search.family_scores]
        if search.models:
            self._combine(search)
        elif search.partial is not None:
            self.family_name = search.partial.family.name
            self.parts = [(1.0, search.partial)]
        elif not search.interrupted:
            raise _all_failed(search)
        self.seconds = search.clock.elapsed
        if self.parts and not search.interrupted:
            _warn_if_short(search)
        self._search = None if not search.interrupted else search

    def _combine(self, search: Search) -> None:
        numbers = sorted(search.models)
        rows, predictions = search.held_out_rows(), search.predictions(numbers)
        weights = greedy_weights(rows, predictions)
        for number, weight in zip(numbers, weights):
            search.trials[number - 1].weight = float(weight)
        self.parts = [(float(w), search.models[n]) for n, w in zip(numbers, weights) if w > 0]
        defaults = [
            place
            for place, number in enumerate(numbers)
            if (trial := search.trials[number - 1]).architecture == "tabm"
            and not trial.settings
            and trial.status == "trained"
        ]
        default = defaults[0] if defaults else None
        self.performance = performance(rows, predictions, default, search.task.seed)

    def _under_way(self) -> Search:
        if self._search is None:
            raise StateError("The model has no data yet.", hint="Call fit() first.")
        return self._search

    # What is asked of a fitted model --------------------------------------------------------------

    def leaderboard(self) -> list[dict[str, Any]]:
        """Return what was tried, as plain data, the least loss first."""
        known = [trial.to_data() for trial in self.trials]
        return sorted(known, key=lambda each: (each["loss"] is None, each["loss"] or 0.0))

    @property
    def trials_data(self) -> list[dict[str, Any]]:
        """What was tried, in order, as plain data."""
        return [trial.to_data() for trial in self.trials]

    def save(self, filepath: str, overwrite: bool = False) -> None:
        """Save the model in one file, which `load_auto` reads on either engine.

        Parameters
        ----------
        filepath : str
            The file; `.rdeep` is the usual ending.
        overwrite : bool
            Whether to replace a file that exists.
        """
        self._fitted()
        if is_keras(filepath):
            raise FileError(
                "A '.keras' file has no place for a model of a table, its scales and factors.",
                argument="filepath",
                received=filepath,
                hint="Choose the ending '.rdeep'.",
            )
        disk.check_free(filepath, overwrite)
        storage.write(self, filepath)


def _all_failed(search: Search) -> Exception:
    failed = [trial for trial in search.trials if trial.status == "failed"]
    if not failed or search.error is None:
        return DataError("There is no candidate for such data: no column can be used.")
    first = failed[0]
    kind = type(search.error) if isinstance(search.error, RdeepError) else StateError
    count = "The only candidate" if len(failed) == 1 else f"All {len(failed)} candidates"
    also = "" if len(failed) == 1 else "; the first"
    error = StateError(
        f"{count} failed{also}, {described(first.architecture, first.settings)}, "
        f"by: {first.message}",
        hint=None if kind is StateError else getattr(search.error, "hint", None),
    )
    error.__cause__ = search.error
    return error


def _warn_if_short(search: Search) -> None:
    said = why_too_short(search)
    if said:
        warnings.warn(RdeepWarning(worded(said)), stacklevel=3)


def _checked_family(family: str | None) -> str | None:
    if family is None or family in FAMILIES:
        return family
    if family in ("cox", "discrete_time", "quantile"):
        raise ArgumentError(
            f"A search does not fit the family {show(family)}.",
            argument="family",
            received=family,
            expected=listing(FAMILIES),
            hint="Fit it by `Tabular`.",
        )
    raise ArgumentError(
        f"'family' must be one of {listing(FAMILIES)}, not {show(family)}.",
        argument="family",
        received=family,
        expected=listing(FAMILIES),
        hint=suggestion(family, FAMILIES) if isinstance(family, str) else None,
    )


def _checked_architectures(given: Sequence[str] | None) -> tuple[str, ...]:
    if given is None:
        return ARCHITECTURES
    asked = listed(given)
    for each in asked:
        if each not in ARCHITECTURES:
            raise ArgumentError(
                f"'architectures' must be among {listing(ARCHITECTURES)}, not {show(each)}.",
                argument="architectures",
                received=each,
                expected=listing(ARCHITECTURES),
                hint=suggestion(each, ARCHITECTURES) if isinstance(each, str) else None,
            )
    if not asked:
        raise ArgumentError("'architectures' is empty.", argument="architectures", received=given)
    return tuple(asked)
