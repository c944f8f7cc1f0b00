"""Training in phases: several losses of one network, each with weights and an optimizer of its own.

A batch is given to each phase in turn. What a phase reports is a mean over the batches, and over
the runs of the phase in each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.catalogue.optimizers import BaseOptimizer
from rdeep.data.arrays import ArrayFeed
from rdeep.engines.objective import Computed, OutputPlan


def runs_before(batch: Any, every: int, steps: int) -> Any:
    """Return how often a phase has run before a batch.

    Parameters
    ----------
    batch : int, array or tensor
        The batch's number from 0.
    every, steps : int
        It runs so many times at the first of every so many batches.

    Examples
    --------
    >>> [runs_before(batch, 2, 3) for batch in range(5)]
    [0, 3, 3, 6, 6]
    """
    return (batch + every - 1) // every * steps


@dataclass(frozen=True)
class PhasePlan:
    """How a phase trains.

    Attributes
    ----------
    name : str
        What logs begin with.
    outputs : tuple of int
        The places of the loss and of metrics among the network's outputs.
    metrics : tuple of str
        The names of the metrics.
    weights : tuple of str
        The weights that it changes.
    optimizer : BaseOptimizer
        How it changes them.
    every : int
        It runs at the first of so many batches.
    steps : int
        How often it runs there, each time with other random numbers.
    """

    name: str
    outputs: tuple[int, ...]
    metrics: tuple[str, ...]
    weights: tuple[str, ...]
    optimizer: BaseOptimizer
    every: int = 1
    steps: int = 1

    def runs_before(self, step: Any) -> Any:
        """Return how often it has run before a batch.

        Parameters
        ----------
        step : int, array or tensor
            The batch's number from 0.
        """
        return runs_before(step, self.every, self.steps)

    def size(self) -> int:
        """Return how many sums it has."""
        return 2 + len(self.metrics)


class PhaseObjective:
    """What phases minimise and report: `rdeep.engines.objective.Objective` for networks of losses.

    The sums are laid out as: the phases' losses times rows, rows, then for each phase its runs, its
    loss and its metrics, all times rows.

    Parameters
    ----------
    phases : sequence of PhasePlan
        The phases.
    """

    plans: tuple[OutputPlan, ...] = ()
    computed: Computed | None = None
    chunks_add_up = False

    def __init__(self, phases: Sequence[PhasePlan]) -> None:
        self.phases = list(phases)
        self.size = 2 + sum(phase.size() for phase in phases)
        self.means = [0, *range(2, self.size)]

    @property
    def draws(self) -> int:
        """How many runs of phases a batch may have: each draws numbers of its own."""
        return sum(phase.steps for phase in self.phases)

    def firsts(self) -> list[int]:
        """Return the number of each phase's first run among those of a batch."""
        return [sum(p.steps for p in self.phases[:i]) for i in range(len(self.phases))]

    def fed(self, feed: ArrayFeed) -> ArrayFeed:
        """Return data as the network takes it: as it is."""
        return feed

    def losses_of_rows(self, scores: list[Any], targets: list[Any], ops: Any) -> list[Any]:
        """Return nothing: what a row loses nobody knows."""
        return []

    def results(self, totals: np.ndarray, collected: Any) -> dict[str, float | list[float]]:
        """Return the logs that sums come to; NaN for a phase that did not run.

        Parameters
        ----------
        totals : numpy.ndarray
            The sums.
        collected : list
            Nothing.
        """
        logs: dict[str, float | list[float]] = {}
        place = 2
        for phase in self.phases:
            runs = float(totals[place])
            for i, name in enumerate(self._names(phase), place + 1):
                logs[name] = float(totals[i]) / runs if runs else math.nan
            place += phase.size()
        return logs

    def directions(self) -> dict[str, str | None]:
        """Return which is better of each log: the smallest loss, and nobody knows of the rest."""
        return {
            name: "min" if place == 0 else None
            for phase in self.phases
            for place, name in enumerate(self._names(phase))
        }

    @staticmethod
    def _names(phase: PhasePlan) -> list[str]:
        return [f"{phase.name}_{name}" for name in ("loss", *phase.metrics)]
