"""Losses and metrics of a network on NumPy, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from rdeep.arrays import numpy as ops
from rdeep.data.arrays import ArrayFeed
from rdeep.engines.contract import NO_SOURCE, Source, Sums, TrainState
from rdeep.engines.numpy.forward import Mode
from rdeep.engines.numpy.network import NumPyNetwork
from rdeep.engines.objective import Objective
from rdeep.engines.reasons import in_plain_words
from rdeep.engines.registry import does_not_train
from rdeep.interrupts import interrupts

Batch = tuple[list[np.ndarray], list[np.ndarray], list["np.ndarray | None"]]


class NumPyBatches:
    """Data as batches.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    batch_size : int
        Rows in a batch; the last may have fewer.
    """

    def __init__(self, feed: ArrayFeed, batch_size: int) -> None:
        self.count = -(-feed.rows // batch_size)
        self.size, self._feed = batch_size, feed

    def order(self, permutation: np.ndarray | None) -> None:
        """Set the order of the samples: data that is scored has its own."""

    def arrays(self, index: int) -> ArrayFeed:
        """Return a batch as a feed."""
        return ArrayFeed(*self.batch(index))

    def batch(self, index: int) -> Batch:
        """Return a batch: inputs, targets, weights."""
        rows, feed = slice(index * self.size, (index + 1) * self.size), self._feed
        return (
            [x[rows] for x in feed.inputs],
            [y[rows] for y in feed.targets],
            [None if weight is None else weight[rows] for weight in feed.weights],
        )


class NumPyStepper:
    """Scores a network, and refuses to train it.

    Parameters
    ----------
    network : NumPyNetwork
        The network.
    objective : Objective
        What to report.
    """

    def __init__(self, network: NumPyNetwork, objective: Objective) -> None:
        self.network, self.objective = network, objective

    def holds(self, nbytes: int) -> bool:
        """Return that data of any size fits: it is in memory already."""
        return True

    def place(self, feed: ArrayFeed, batch_size: int) -> NumPyBatches:
        """Return data as batches."""
        return NumPyBatches(self.objective.fed(feed), batch_size)

    def new_sums(self) -> Sums:
        """Return sums of nothing."""
        collecting = sum(plan.collects for plan in self.objective.plans)
        return Sums(np.zeros(self.objective.size), [[] for _ in range(collecting)])

    @in_plain_words
    def score(
        self, sums: Sums, batches: Any, start: int, k: int, source: Source = NO_SOURCE
    ) -> None:
        """Add the losses and metrics of `k` batches to the sums."""
        for index in range(start, start + k):
            mode = Mode(seed=source.seed, step=sums.batches, call=source.call)
            sums.batches += 1
            inputs, targets, weights = batches.batch(index)
            with np.errstate(all="ignore"):
                added, collected = self._measured(inputs, targets, weights, mode)
            sums.totals += added
            for kept, batch in zip(sums.collected, collected):
                kept.append(batch)
            interrupts.check()

    def _measured(
        self,
        inputs: list[np.ndarray],
        targets: list[np.ndarray],
        weights: list[np.ndarray | None],
        mode: Mode,
    ) -> tuple[np.ndarray, list[Any]]:
        found, outputs = self.network.found(inputs, mode), self.network.graph.outputs
        logits = [found.values[id(tensor)] for tensor in outputs]
        masks = [found.masks.get(id(tensor)) for tensor in outputs]
        terms = [*found.penalties, *self._penalties()]
        penalty = sum(terms[1:], start=terms[0]) if terms else None
        _, added, collected = self.objective.measure(logits, targets, weights, masks, penalty, ops)
        values = np.concatenate([np.ravel(np.asarray(each, np.float64)) for each in added])
        # Means over a batch's rows count as often as it has rows, a number that stands second.
        values[self.objective.means] *= values[1]
        return values, collected

    def _penalties(self) -> list[Any]:
        """Return what the regularizers of the weights add to the loss."""
        rules = self.network.graph.penalised()
        return [rule.penalty(self.network.weight(name), ops) for name, rule in rules.items()]

    @in_plain_words
    def read(self, sums: Sums) -> dict[str, float | list[float]]:
        """Return the logs that sums come to."""
        return self.objective.results(sums.totals, sums.collected)

    # Training ---------------------------------------------------------------------------------

    def start(self, seed: int, slots: Mapping[str, np.ndarray] | None, step: int) -> TrainState:
        """Refuse to train."""
        self._refuse()

    def restore(self, state: TrainState, slots: Mapping[str, np.ndarray]) -> None:
        """Refuse to train."""
        self._refuse()

    def expect(self, batch_size: int, steps: float, by_batch: bool) -> None:
        """Refuse to train."""
        self._refuse()

    def run(
        self, state: TrainState, batches: Any, start: int, rates: np.ndarray, watch: bool = True
    ) -> bool:
        """Refuse to train."""
        self._refuse()

    def gradient_norms(self, state: TrainState, batches: Any, index: int) -> dict[str, float]:
        """Refuse to train."""
        self._refuse()

    def finish(self, state: TrainState) -> None:
        """Refuse to train."""
        self._refuse()

    def swap_average(self, state: TrainState) -> None:
        """Refuse to train."""
        self._refuse()

    def export_slots(self, state: TrainState) -> dict[str, np.ndarray]:
        """Refuse to train."""
        self._refuse()

    def export_sums(self, sums: Sums) -> dict[str, np.ndarray]:
        """Refuse to train."""
        self._refuse()

    def load_sums(self, arrays: Mapping[str, np.ndarray]) -> Sums:
        """Refuse to train."""
        self._refuse()

    @property
    def loss_scale(self) -> tuple[float, int] | None:
        """None: nothing is trained."""
        return None

    @loss_scale.setter
    def loss_scale(self, value: tuple[float, int] | None) -> None:
        """Leave it: a scale of another engine's is of no use."""

    def _refuse(self) -> NoReturn:
        raise does_not_train("numpy")
