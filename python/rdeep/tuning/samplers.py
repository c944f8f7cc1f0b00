"""What draws settings, by name; each trial has a seed of its own, so that a search repeats."""

from __future__ import annotations

from typing import Any

from rdeep.errors import ArgumentError, listing, show
from rdeep.seeds import derived_seed
from rdeep.tuning.package import optuna

SAMPLERS = ("tpe", "random", "grid")


def check_sampler(name: object) -> str:
    """Return the name of a sampler.

    Parameters
    ----------
    name : object
        What came.
    """
    if name not in SAMPLERS:
        raise ArgumentError(
            f"'sampler' must be {listing(SAMPLERS)}, not {show(name)}.",
            argument="sampler",
            received=name,
        )
    return str(name)


def sampler_of(name: str, seed: int, trial: int, workers: int) -> Any:
    """Return a sampler of Optuna's for one trial.

    Parameters
    ----------
    name : str
        One of `SAMPLERS`.
    seed, trial : int
        The search's seed, and the number of the trial.
    workers : int
        How many trials run at a time.
    """
    samplers = optuna().samplers
    own = derived_seed(seed, trial)
    if name == "tpe":
        # Trials under way count as bad ones, so that not all processes try the same.
        return samplers.TPESampler(seed=own, constant_liar=workers > 1)
    return samplers.RandomSampler(seed=own)
