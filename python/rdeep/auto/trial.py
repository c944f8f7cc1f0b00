"""A row of the leaderboard: what was tried, and what came of it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

STATUSES = ("trained", "stopped", "failed", "other family", "no time")
"""`stopped`: it was given all the time that there was, and would have trained on."""


@dataclass
class Trial:
    """A candidate that was tried.

    Attributes
    ----------
    number : int
        Its place in the order of trials, from 1.
    architecture, settings, family : str
        What it is; of the settings, in words, those that are no defaults.
    status : str
        One of `STATUSES`.
    started, seconds : float
        When its training began, in seconds from the beginning of the search, and how long it took.
    loss, std_error : float
        The mean loss of held-out rows.
    weight : float
        Its weight in the ensemble.
    message : str
        What went wrong.
    """

    number: int
    architecture: str
    settings: str
    family: str
    status: str
    started: float
    seconds: float
    loss: float = math.nan
    std_error: float = math.nan
    weight: float = 0.0
    message: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.architecture} {self.number}"

    @property
    def is_complete(self) -> bool:
        """Whether it can be part of the ensemble."""
        return self.status in ("trained", "stopped")

    def to_data(self) -> dict[str, Any]:
        """Return it as plain data; a loss that is not known is `None`."""
        data = {"name": self.name, **asdict(self)}
        for name in ("loss", "std_error"):
            data[name] = data[name] if math.isfinite(data[name]) else None
        return data


def described(architecture: str, settings: str) -> str:
    """Return what a candidate is, for a message."""
    return f"'{architecture}' with {settings}" if settings else f"'{architecture}'"
