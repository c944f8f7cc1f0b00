"""Which trials are ended early: by their scores so far, beside those of others at that place."""

from __future__ import annotations

from typing import Any

from rdeep.errors import ArgumentError, RdeepError, listing, show
from rdeep.tuning.package import optuna

PRUNERS = ("hyperband", "median", "none")

_REDUCTION = 3


class Pruned(RdeepError):
    """A trial is ended because others were better at that place."""

    kind = "pruned"


def check_pruner(name: object) -> str:
    """Return the name of a pruner.

    Parameters
    ----------
    name : object
        What came.
    """
    if name not in PRUNERS:
        raise ArgumentError(
            f"'pruner' must be {listing(PRUNERS)}, not {show(name)}.",
            argument="pruner",
            received=name,
        )
    return str(name)


def is_worse(name: str, study: Any, trial: Any, length: int | None) -> bool:
    """Return whether a trial should end here.

    Parameters
    ----------
    name : str
        One of `PRUNERS`.
    study : optuna.Study
        The study.
    trial : optuna.trial.FrozenTrial
        The trial, with its scores so far.
    length : int or None
        How many scores the first complete trial came to; `None` while there is none.
    """
    # At the end nothing is saved any more.
    if name == "none" or length is None or (trial.last_step or 0) + 1 >= length:
        return False
    pruners = optuna().pruners
    if name == "median":
        # Until a few trials are complete, half of them would be a matter of luck.
        first = max(0, -(-length // 9) - 1)
        pruner = pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=first)
    else:
        # A ninth of a training is the least that says something: three brackets.
        pruner = pruners.HyperbandPruner(
            min_resource=max(1, -(-length // _REDUCTION**2)),
            max_resource=length,
            reduction_factor=_REDUCTION,
        )
    return bool(pruner.prune(study, trial))
