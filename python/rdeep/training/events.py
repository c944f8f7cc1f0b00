"""What a training session returns: events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rdeep.errors import Wording

# A tick is the end of a chunk of steps; a look, that some time has passed, for a host program that
# has to look after its own events; `train_step` and `test_step`, that a host program has steps to
# run, which it exchanges for batches (`HostedSession.exchange`).
EVENTS = (
    "train_begin",
    "epoch_begin",
    "batch_begin",
    "batch_end",
    "tick",
    "look",
    "data",
    "train_step",
    "test_step",
    "test_begin",
    "test_end",
    "epoch_end",
    "train_end",
    "interrupted",
)
ALWAYS = ("data", "train_step", "test_step", "train_end", "interrupted")
"""The kinds that whoever drives a session cannot do without."""


@dataclass
class Event:
    """What happened: its kind, where training is, and the logs.

    Attributes
    ----------
    kind : str
        One of `EVENTS`.
    epoch, epochs : int
        The epoch, from 0, and how many there are to be.
    batch : int
        How many batches of the epoch are done.
    batches : int or None
        How many there are, if anybody knows.
    logs : dict
        The epoch's logs so far.
    messages : list of Wording
        What callbacks had to say since the last event.
    """

    kind: str
    epoch: int
    epochs: int
    batch: int
    batches: int | None
    logs: dict[str, Any] = field(default_factory=dict)
    messages: list[Wording] = field(default_factory=list)
