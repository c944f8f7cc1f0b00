"""`tune` for networks and functions of hyperparameters, `deep_tune` for ready-made models."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from rdeep.errors import ArgumentError, show, worded
from rdeep.interrupts import interrupts
from rdeep.ready_models import ready_class
from rdeep.seeds import follow_seed, stream
from rdeep.tabular.settings import Settings
from rdeep.training.driving import verbosity
from rdeep.tuning.directions import direction_of
from rdeep.tuning.fingerprints import fingerprint
from rdeep.tuning.objectives import NetworkObjective, ReadyObjective
from rdeep.tuning.parameters import refuse_unknown
from rdeep.tuning.progress import Progress
from rdeep.tuning.ready_spaces import default_settings, ready_space
from rdeep.tuning.result import TuningResult
from rdeep.tuning.search import Search
from rdeep.tuning.spaces import Space
from rdeep.tuning.workers import run_workers
from rdeep.tuning.working import work


def tune(
    function: Callable[..., Any],
    space: Any,
    x: Any = None,
    y: Any = None,
    *,
    validation_data: Any = None,
    validation_split: float = 0.2,
    metric: str | None = None,
    direction: str | None = None,
    trials: int = 30,
    timeout: float | None = None,
    sampler: str = "tpe",
    pruner: str = "hyperband",
    storage: str | None = None,
    name: str = "search",
    workers: int = 1,
    start: dict[str, Any] | None = None,
    repeats: int = 0,
    refit: bool = True,
    verbose: object = "auto",
    **fit: Any,
) -> TuningResult:
    """Search for the best hyperparameters of a network, or of any function.

    Parameters
    ----------
    function : function
        A function of hyperparameters, by the names that the space has. It returns a compiled
        network, which is then trained on `x` and `y`; or a score. What it trains itself can be
        ended early as well.
    space : Space or dict
        What is searched.
    x, y : object
        Data for networks, as for `Model.fit`.
    validation_data, validation_split
        What trials are scored on, as for `Model.fit`.
    metric : str, optional
        The log to score trials by, such as `"val_accuracy"`; by default `"val_loss"`.
    direction : {"min", "max"}, optional
        Whether scores are to be small or large; by default what the metric says, else `"min"`.
    trials, timeout, sampler, pruner, storage, name, repeats
        As for `Search`.
    workers : int
        How many processes work on it. The function and its data must be picklable then.
    start : dict, optional
        Settings to begin with.
    refit : bool
        Whether the best network is trained once more, on all rows of `x`, for as many epochs as
        were the best.
    verbose : {"auto", 0, 1, 2}
        0 for silence, 1 for a line that is rewritten, 2 for a line a trial.
    **fit
        Other arguments of `Model.fit`, such as `epochs`.

    Returns
    -------
    TuningResult
        The best settings, their score, the model, and what is known of each trial.

    Raises
    ------
    KeyboardInterrupt
        After an interrupt, if there is no storage to go on from or no trial has come to its end.

    Examples
    --------
    >>> from rdeep.tuning import Real, tune
    >>> found = tune(lambda x: (x - 1) ** 2, {"x": Real(0, 3)}, trials=20, verbose=0)
    >>> round(found.score, 1)
    0.0
    """
    if not callable(function):
        raise ArgumentError(
            f"'function' must be a function of hyperparameters, not {show(function)}.",
            argument="function",
            received=function,
        )
    searched = Space(space)
    _check_function(function, searched)
    if x is not None and validation_data is None:
        fit["validation_split"] = validation_split
    elif x is not None:
        fit["validation_data"] = validation_data
    objective = NetworkObjective(function, x, y, metric, fit)
    options = {
        "trials": trials,
        "timeout": timeout,
        "sampler": sampler,
        "pruner": pruner,
        "direction": direction or direction_of(metric),
        "storage": storage,
        "name": name,
        "start": start,
        "repeats": repeats,
        "about": {
            "the data": fingerprint(x, y, validation_data),
            "the metric": metric,
            "the training": fingerprint({k: v for k, v in fit.items() if k != "callbacks"}),
        },
    }
    return run(objective, searched, options, workers, refit and x is not None, verbose)


def deep_tune(
    kind: str,
    *data: Any,
    space: Any = None,
    settings: dict[str, Any] | None = None,
    metric: str | None = None,
    direction: str | None = None,
    trials: int = 30,
    timeout: float | None = None,
    sampler: str = "tpe",
    pruner: str = "hyperband",
    storage: str | None = None,
    name: str = "search",
    workers: int = 1,
    repeats: int | None = None,
    refit: bool = True,
    verbose: object = "auto",
    **named: Any,
) -> TuningResult:
    """Search for the best settings of a ready-made model.

    The first trial has the model's defaults. Trials are scored by what the model holds out itself,
    and all of them hold out the same; the best one is fitted again at the end.

    Parameters
    ----------
    kind : str
        `"tabular"`, or a kind of `rdeep.ready_models`, such as `"image"`.
    *data
        What the model's `fit` takes, by place.
    space : Space or dict, optional
        What is searched; by default `ready_space(kind)`.
    settings : dict, optional
        What is the same in all trials, such as `{"family": "binomial"}`.
    metric, direction, trials, timeout, sampler, pruner, storage, name, workers, refit, verbose
        As for `tune`.
    repeats : int, optional
        As for `Search`: three of ten trials or more, and none of fewer.
    **named
        What the model's `fit` takes, by name.

    Returns
    -------
    TuningResult
        The best settings, their score, the model, and what is known of each trial.
    """
    given = dict(settings or {})
    known = _known_settings(kind)
    searched = ready_space(kind, known) if space is None else Space(space)
    refuse_unknown(searched.names, known, worded(f"A model of the kind {show(kind)}"), "space")
    objective = ReadyObjective(kind, data, named, given, metric)
    rows = next((len(each) for each in [*data, *named.values()] if hasattr(each, "__len__")), None)
    usual = default_settings(kind, rows, given)
    default = {name: value for name, value in usual.items() if name in searched.names}
    options = {
        "trials": trials,
        "timeout": timeout,
        "sampler": sampler,
        "pruner": pruner,
        "direction": direction or direction_of(metric),
        "storage": storage,
        "name": name,
        "start": default if searched.holds(default) else {},
        "has_defaults": True,
        "repeats": usual_repeats(trials) if repeats is None else repeats,
        "about": {
            "the model": kind,
            "the data": fingerprint(data, named),
            "the settings": fingerprint(given),
            "the metric": metric,
        },
    }
    return run(objective, searched, options, workers, refit, verbose)


@interrupts.held()
def run(
    objective: Any,
    space: Space,
    options: dict[str, Any],
    workers: int,
    refit: bool,
    verbose: object,
) -> TuningResult:
    """Run a search to its end, and return what it came to.

    Parameters
    ----------
    objective : object
        What does what a trial asks for; `refit` of it gives the best model.
    space : Space
        What is searched.
    options : dict
        The other arguments of `Search`.
    workers : int
        How many processes work on it.
    refit : bool
        Whether to fit the best model again.
    verbose : object
        As for `tune`.
    """
    level = verbosity(verbose)
    interrupted = False
    after = stream.next()
    if workers > 1:
        search = run_workers(objective, space, options, workers, level)
    else:
        search = Search(space, **options)
        progress = Progress(search, level)
        try:
            work(search, objective, progress.show)
        except KeyboardInterrupt:
            interrupted = True
        progress.end()
    try:
        if interrupted and search.best() is None:
            raise KeyboardInterrupt
        result = TuningResult(search)
        if refit and not interrupted:
            follow_seed(search.trial_seed)
            result.model = objective.refit(result.best)
    finally:
        # Trials began anew each time: what follows draws on.
        follow_seed(after)
    return result


def usual_repeats(trials: int) -> int:
    """Return how many of the best trials are repeated if nobody says it.

    Parameters
    ----------
    trials : int
        How many trials there are.
    """
    return 3 if trials >= 10 else 0


def _known_settings(kind: str) -> list[str]:
    if kind == "tabular":
        return [*(each.name for each in fields(Settings)), "scaling", "impute"]
    return list(ready_class(kind).settings_class.options)


def _check_function(function: Callable[..., Any], space: Space) -> None:
    """Refuse names that the function has not got, and arguments that the space has not got."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        return
    known = [each.name for each in parameters if each.kind is not each.VAR_POSITIONAL]
    refuse_unknown(space.names, known, "The function", "space")
    needed = [
        each.name
        for each in parameters
        if each.default is each.empty and each.kind is not each.VAR_POSITIONAL
    ]
    for name in needed:
        if name not in space.names:
            raise ArgumentError(
                f"The function needs {show(name)}, which the space has not got.",
                argument="space",
                received=name,
                hint="Add it to the space, or give the argument a default.",
            )
        if space.parameters[name].when:
            raise ArgumentError(
                f"The function needs {show(name)}, which is asked for only with some values of "
                "others.",
                argument="space",
                received=name,
                hint="Give the argument a default.",
            )
