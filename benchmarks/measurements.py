"""What was measured of one contestant on one workload."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any

from roster import Contestant


@dataclass
class Measurement:
    """What was measured; `failure` says why there is nothing.

    Attributes
    ----------
    contestant, workload, threads
        Who, what, and with how many threads.
    walls, cpus : list of float
        Seconds in each round.
    first_loss, last_loss : float or None
        After the first block and after the last: everybody's should be about the same.
    base, peak : float
        Megabytes when the engine was loaded, and at most.
    share : float
        The part of the work that was timed; the times are for all of it.
    """

    contestant: Contestant
    workload: str
    threads: str
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    first_loss: float | None = None
    last_loss: float | None = None
    base: float = float("nan")
    peak: float = float("nan")
    share: float = 1
    note: str = ""
    failure: str | None = None

    def add(self, answer: dict[str, Any], share: float = 1) -> None:
        """Take a round's answer."""
        self.share = share
        self.walls.append(answer["wall"] / share)
        self.cpus.append(answer["cpu"] / share)
        self.last_loss = answer.get("loss")
        self.note = answer.get("note") or ""

    def add_memory(self, answer: dict[str, Any]) -> None:
        """Take what was said of memory."""
        self.base, self.peak = answer["base"], answer["peak"]

    @property
    def worked(self) -> bool:
        """Whether there are times."""
        return self.failure is None and bool(self.walls)

    @property
    def wall(self) -> float:
        """The median of the wall seconds."""
        return statistics.median(self.walls)

    @property
    def cpu(self) -> float:
        """The median of the CPU seconds."""
        return statistics.median(self.cpus)

    @property
    def spread(self) -> float:
        """How far the rounds lie apart, in parts of the median."""
        return (max(self.walls) - min(self.walls)) / self.wall
