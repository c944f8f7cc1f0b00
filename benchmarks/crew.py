"""The contestants' processes for a workload: started together, then asked one at a time."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from measurements import Measurement
from roster import Contestant
from workers import Failure, Process


class Crew:
    """Processes of contestants.

    Parameters
    ----------
    contestants : list of Contestant
        Whose.
    threads : {"1", "all"}
        How many threads each may use.
    """

    def __init__(self, contestants: list[Contestant], threads: str) -> None:
        self.contestants, self.threads = contestants, threads
        self._processes: dict[str, Process] = {}
        self._failures: dict[str, str] = {}
        for contestant in contestants:
            try:
                process = self._processes[contestant.name] = Process(contestant, threads)
                process.send("load")
            except Failure as failure:
                self._failures[contestant.name] = str(failure)
        # They load side by side, for loading is not timed.
        for name, process in self._processes.items():
            try:
                process.receive()
            except Failure as failure:
                self._failures[name] = str(failure)

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes.values():
            process.close()

    def measurements(self, workload: str) -> dict[str, Measurement]:
        """Return measurements to be filled in, by name; some of them with a failure already."""
        found = {c.name: Measurement(c, workload, self.threads) for c in self.contestants}
        for name, failure in self._failures.items():
            found[name].failure = failure
        return found

    def ask(self, measurement: Measurement, do: str, **arguments: Any) -> dict[str, Any] | None:
        """Return a contestant's answer, or note in its measurement why there is none.

        Parameters
        ----------
        measurement : Measurement
            Whose turn it is; if it failed before, nothing is asked.
        do : str
            The command.
        **arguments
            What goes with it.
        """
        if measurement.failure is not None:
            return None
        try:
            return self._processes[measurement.contestant.name].ask(do, **arguments)
        except Failure as failure:
            measurement.failure = str(failure)
            return None
