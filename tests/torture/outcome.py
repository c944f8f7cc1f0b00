"""What a torture test came to, and the table of all."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """How many cases of a test were tried, and how many held.

    `wanted` says in words what is to be reached, `failures` holds a line for each case that did
    not hold: enough to repeat it (seed, case, what came).
    """

    test: str
    wanted: str
    tried: int = 0
    held: int = 0
    failures: list[str] = field(default_factory=list)
    measured: dict[str, str] = field(default_factory=dict)
    """Further figures, worded, such as `{"longest": "0.31 s"}`."""

    def add(self, failure: str | None) -> None:
        """Count a case: `None` if it held, else what went wrong."""
        self.tried += 1
        if failure is None:
            self.held += 1
        else:
            self.failures.append(failure)

    @property
    def ok(self) -> bool:
        return self.tried > 0 and self.held == self.tried


def print_table(outcomes: Iterable[Outcome], failures_shown: int = 20) -> None:
    """Print the table, and below it what failed."""
    outcomes = list(outcomes)
    print("| test | to reach | reached | measured |")
    print("| --- | --- | --- | --- |")
    for each in outcomes:
        measured = ", ".join(f"{name} {value}" for name, value in each.measured.items())
        print(f"| {each.test} | {each.wanted} | {each.held} of {each.tried} | {measured} |")
    for each in outcomes:
        for line in each.failures[:failures_shown]:
            print(f"{each.test}: {line}")
        if len(each.failures) > failures_shown:
            print(f"{each.test}: and {len(each.failures) - failures_shown} more")
    sys.stdout.flush()


def peak_memory() -> int:
    """Return the largest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def timed(action: Callable[[], object]) -> float:
    """Return the seconds that an action took."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
