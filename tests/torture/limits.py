"""What engines cannot do: go on in a fork, without memory, or with one model in two trainings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from torture.outcome import Outcome

ENGINES = ("torch", "tensorflow")
KINDS = {
    "forks": (50, "forks of a process with an engine at work", "works or is refused; no hang"),
    "memory": (20, "trainings that do not fit into memory", "classed; weights whole; goes on"),
    "threads": (20, "pairs of models trained at once", "bit for bit as alone"),
    "asked": (8, "threads that ask a model which another trains", "as one that asks alone"),
}


def run(share: float, seed: int) -> list[Outcome]:
    """Return what became of forks, too little memory and threads.

    Parameters
    ----------
    share : float
        The share of the cases to try.
    seed : int
        What they are drawn from.
    """
    outcomes = []
    for kind, (most, test, wanted) in KINDS.items():
        outcome = Outcome(test, wanted)
        for engine in ENGINES:
            _try(outcome, kind, engine, max(2, round(most * share)), seed)
        outcomes.append(outcome)
    return outcomes


def _try(outcome: Outcome, kind: str, engine: str, cases: int, seed: int) -> None:
    """Have a process of its own try cases; it prints a line for each."""
    command = [sys.executable, "-m", "torture.limits_worker", kind, engine, str(cases), str(seed)]
    environment = {**os.environ, "OMP_NUM_THREADS": "2"}
    folder = Path(__file__).resolve().parents[1]
    limit = 120 + 60 * cases
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        outcome.add(f"{kind} on {engine}, seed {seed}: not done after {limit} s")
        return
    said = [line[6:] for line in done.stdout.splitlines() if line.startswith("case: ")]
    for number in range(cases):
        came = said[number] if number < len(said) else f"ended by {done.returncode}"
        held = came == "held"
        outcome.add(None if held else f"{kind} on {engine}, seed {seed}, case {number}: {came}")
