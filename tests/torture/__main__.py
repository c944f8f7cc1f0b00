"""Runs the torture tests and prints what they came to; see `python -m torture --help`."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
import time

from torture.outcome import Outcome, print_table

PARTS: dict[str, str] = {
    "limits": "forks, too little memory and threads, on each engine",
    "rounds": "1,000 rounds of make, fit, predict, save and load: what stays in memory",
    "interrupts": "signals at random moments: model, history and session are kept",
    "files": "damaged files of all kinds: only the format's error, nothing opened or run",
    "guided": "damaged model files by coverage, for ten minutes each (needs atheris)",
    "kills": "kill -9 while saving and training: files can be read, trainings resume whole",
    "resumes": "trainings with all callbacks stopped at random steps: resumed bit by bit",
    "disks": "full disks, read-only folders, files replaced underneath, two processes",
}
"""The parts by name, with what each tries. A part is the module of that name in this folder, with
`run(share, seed)`, which returns its outcomes; at `share` 1 it tries as many as are wanted."""


def main() -> int:
    """Run the parts that were asked for; the exit status is 1 where a case did not hold."""
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; by default all")
    parser.add_argument("--share", type=float, default=1.0, help="the share of the cases to try")
    parser.add_argument("--seed", type=int, default=None, help="by default another each time")
    chosen = parser.parse_args()
    # A shell has what it runs in the background ignore it, and what that starts too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    seed = int(time.time()) if chosen.seed is None else chosen.seed
    print(f"seed {seed}", flush=True)
    outcomes: list[Outcome] = []
    for name in chosen.parts or PARTS:
        started = time.perf_counter()
        outcomes += importlib.import_module(f"torture.{name}").run(chosen.share, seed)
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    print_table(outcomes)
    return 0 if all(outcome.ok for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
