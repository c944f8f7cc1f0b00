"""The worker's side: a contestant reads commands on stdin and answers with lines of JSON.

Commands are JSON objects with a `do`: `load` (the engine), `setup` (make data and model, warm up
by a block of work), `run` (a block of work, timed), `peak` (memory), `start` (train one batch).
Only what is measured may be imported here: this file counts in the time that a start takes.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, Protocol

from workloads import Data, Workload, random_data


class Contestant(Protocol):
    """One way of training and predicting."""

    def load(self) -> None:
        """Import the engine."""

    def build(self, workload: Workload, data: Data) -> None:
        """Make the model, and whatever is made once for a data set."""

    def train(self) -> float:
        """Train for the workload's epochs; return the last epoch's mean loss."""

    def predict(self, rows: int) -> Any:
        """Return predictions for the first rows of the data, as a NumPy array."""

    def predict_one(self, row: int) -> Any:
        """Return the prediction for one row."""


def memory(field: str) -> float:
    """Return a field of the process's status, such as `VmHWM`, in megabytes."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    return float("nan")


class Worker:
    """Carries out commands.

    Parameters
    ----------
    contestant : Contestant
        What does the work.
    """

    def __init__(self, contestant: Contestant) -> None:
        self._contestant = contestant
        self._base = float("nan")

    def load(self, command: dict[str, Any]) -> dict[str, Any]:
        """Import the engine."""
        self._contestant.load()
        self._base = memory("VmRSS")
        return {}

    def setup(self, command: dict[str, Any]) -> dict[str, Any]:
        """Make data and model, and warm up."""
        self._workload = Workload.read(command["workload"])
        self._contestant.build(self._workload, random_data(self._workload))
        # Whoever predicts something else has another network. Not all take tables here.
        if not self._workload.cardinalities:
            self._predict(min(self._workload.batch, self._workload.rows))
        return self.run({"share": 0.1 if self._workload.kind.startswith("predict") else 1})

    def run(self, command: dict[str, Any]) -> dict[str, Any]:
        """Do a block of work, or a share of it."""
        block = self._block(command.get("share", 1))
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        result = block()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        return {
            "wall": wall,
            "cpu": cpu,
            "loss": result,
            "note": getattr(self._contestant, "note", ""),
        }

    def _block(self, share: float) -> Callable[[], float | None]:
        contestant, workload = self._contestant, self._workload
        rows = round(workload.rows * share)

        def predict_one() -> None:
            for row in range(rows):
                contestant.predict_one(row)

        blocks: dict[str, Callable[[], float | None]] = {
            "train": contestant.train,
            "predict": lambda: self._predict(rows),
            "predict_one": predict_one,
        }
        return blocks[workload.kind]

    def _predict(self, rows: int) -> None:
        """Predict the first rows, and see whether predictions have the form that they should."""
        shape = self._contestant.predict(rows).shape
        if shape != (rows, self._workload.outputs):
            raise ValueError(f"predictions have shape {shape}")

    def peak(self, command: dict[str, Any]) -> dict[str, Any]:
        """Return memory: after the engine was loaded, and the most there ever was."""
        return {"base": self._base, "peak": memory("VmHWM")}

    def start(self, command: dict[str, Any]) -> dict[str, Any]:
        """Train one batch, as soon as possible."""
        workload = Workload.read(command["workload"])
        self.load(command)
        self._contestant.build(workload, random_data(workload))
        loss = self._contestant.train()
        return {"cpu": time.process_time(), "loss": loss, **self.peak(command)}


def serve(contestant: Contestant) -> None:
    """Answer commands until stdin ends.

    Parameters
    ----------
    contestant : Contestant
        What does the work.
    """
    # What libraries print must not get among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(contestant)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = getattr(worker, command["do"])(command)
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
