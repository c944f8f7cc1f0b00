"""The driver's side: starting a contestant's process and talking to it."""

from __future__ import annotations

import functools
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

from roster import HERE, Contestant

# Seconds after which a command counts as failed.
PATIENCE = 300
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)


class Failure(Exception):
    """A contestant cannot take part; the message says why."""


class Process:
    """A contestant's process.

    Parameters
    ----------
    contestant : Contestant
        Whose.
    threads : {"1", "all"}
        How many threads it may use.
    """

    def __init__(self, contestant: Contestant, threads: str) -> None:
        if contestant.package is not None and not has_r_package(contestant.package):
            raise Failure(f"the R package {contestant.package} is not installed")
        self._errors = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115
        self.born = time.perf_counter()
        self._process = subprocess.Popen(
            contestant.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            errors="replace",
            bufsize=1,
            env=_environment(threads),
        )
        self._lines: queue.Queue[tuple[float, str | None]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put((time.perf_counter(), line))
        self._lines.put((time.perf_counter(), None))

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Send a command and return its answer: `send`, then `receive`."""
        self.send(do, **arguments)
        return self.receive()

    def send(self, do: str, **arguments: Any) -> None:
        """Send a command.

        Parameters
        ----------
        do : str
            The command.
        **arguments
            What goes with it.

        Raises
        ------
        Failure
            If the process has ended.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise Failure(self._last_words()) from None

    def receive(self) -> dict[str, Any]:
        """Return the answer to the last command, with the moment it came as `at`.

        Raises
        ------
        Failure
            If there is none, or it tells of an error.
        """
        deadline = time.perf_counter() + PATIENCE
        while True:
            try:
                left = max(0.0, deadline - time.perf_counter())
                at, line = self._lines.get(timeout=left)
            except queue.Empty:
                raise Failure(f"no answer within {PATIENCE} seconds") from None
            if line is None:
                raise Failure(self._last_words())
            # Whatever else a library printed.
            if line.startswith("{"):
                answer = json.loads(line)
                if "error" in answer:
                    raise Failure(answer["error"])
                return {**answer, "at": at}

    def _last_words(self) -> str:
        code = self._process.wait()
        self._errors.seek(0)
        said = [line.strip() for line in self._errors if line.strip()]
        return f"ended with status {code}" + (f": {said[-1]}" if said else "")

    def close(self) -> None:
        """End the process."""
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except OSError:
                continue
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()


def _environment(threads: str) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if k not in THREAD_VARIABLES}
    if threads == "1":
        environment |= dict.fromkeys(THREAD_VARIABLES, "1")
    return environment | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(HERE), os.environ.get("PYTHONPATH")))),
        "RETICULATE_PYTHON": sys.executable,
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


@functools.cache
def has_r_package(package: str) -> bool:
    """Say whether R has a package.

    Parameters
    ----------
    package : str
        Its name.
    """
    code = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
    try:
        return subprocess.run(["Rscript", "-e", code], capture_output=True).returncode == 0
    except OSError:
        return False
