"""What a training leaves to those that go on from it."""

from __future__ import annotations

from dataclasses import dataclass

from rdeep.seeds import derived_seed


@dataclass(frozen=True)
class LastTraining:
    """What a training has left to those that go on from it.

    Attributes
    ----------
    seed : int
        What its random layers and order were drawn from.
    epochs : int
        The number of its last epoch, counted from 1.
    chosen : int
        How often somebody had chosen a seed by then: a later choice is for the next training.
    """

    seed: int
    epochs: int
    chosen: int


def next_seed(
    last: LastTraining | None, drawn: int, initial_epoch: int, chosen: int, steps: int
) -> int:
    """Return what the coming training's random layers and order draw from.

    A training that goes on where the last one ended draws on from its seed, as if it had never
    stopped; another one from a seed that follows from it and from how far training has come. So
    a model that was saved and loaded goes on as the one that was saved, in any process.

    Parameters
    ----------
    last : LastTraining or None
        The model's last training.
    drawn : int
        The next seed of the process's stream, for a first training.
    initial_epoch : int
        The epoch to begin with, from 0.
    chosen : int
        How often somebody has chosen a seed: the next training is to draw from that.
    steps : int
        How many batches the model was trained on.
    """
    if last is None or last.chosen != chosen:
        return drawn
    if initial_epoch and initial_epoch == last.epochs:
        return last.seed
    return derived_seed(last.seed, steps)
