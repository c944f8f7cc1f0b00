"""Processes of another program that work on a search: started, looked after, and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

_GRACE_SECONDS = 5.0
_SHOWN = 2000


class Processes:
    """Several processes of one command, each with a file for what it writes.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    logs : sequence of str
        A file for each process.
    variables : mapping of str to str, optional
        Variables of the environment beside those that there are.

    Examples
    --------
    >>> import sys, tempfile
    >>> log = tempfile.NamedTemporaryFile(delete=False).name
    >>> processes = Processes([sys.executable, "-c", "print(1)"], [log])
    >>> processes.end(grace=60)
    >>> (processes.running, processes.failures)
    (0, [])
    """

    def __init__(
        self,
        command: Sequence[str],
        logs: Sequence[str],
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.logs = list(logs)
        self._processes = []
        for log in self.logs:
            with open(log, "wb") as file:
                self._processes.append(
                    subprocess.Popen(
                        list(command),
                        stdin=subprocess.DEVNULL,
                        stdout=file,
                        stderr=subprocess.STDOUT,
                        env={**os.environ, **(variables or {})},
                    )
                )

    @property
    def running(self) -> int:
        """How many still run."""
        return sum(process.poll() is None for process in self._processes)

    @property
    def failures(self) -> list[str]:
        """The end of what those wrote that failed."""
        found = []
        for process, log in zip(self._processes, self.logs):
            if process.poll():
                with open(log, encoding="utf-8", errors="replace") as file:
                    found.append(file.read()[-_SHOWN:])
        return found

    def end(self, interrupt: bool = False, grace: float = _GRACE_SECONDS) -> None:
        """Have them come to their end.

        Parameters
        ----------
        interrupt : bool
            Whether to interrupt them first, as Ctrl-C does.
        grace : float
            After how many seconds they are killed.
        """
        for process in self._processes:
            if interrupt and process.poll() is None:
                with contextlib.suppress(OSError):
                    if os.name == "nt":  # pragma: no cover (there is no such signal)
                        process.terminate()
                    else:
                        process.send_signal(signal.SIGINT)
        until = time.monotonic() + grace
        for process in self._processes:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
