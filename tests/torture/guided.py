"""Damaged model files found by coverage: atheris changes them and keeps those that reach new code.

Needs atheris (`pip install atheris`); without it the part is left out, and says so. Each process
runs for its share of ten minutes on NumPy; what breaks a rule ends it, and is a failure.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from typing import Any

from torture.outcome import Outcome

SECONDS = 600
WANTED = "ten minutes guided by coverage: only the format's error, nothing opened or run"
KINDS = ("rdeep", "weights")
_COUNTED = (
    "rdeep.saving",
    "rdeep.models.loading",
    "rdeep.models.reading",
    "rdeep.models.weights",
    "rdeep.models.foreign_weights",
    "rdeep.graph",
    "rdeep.catalogue.options",
    "rdeep.catalogue.record",
    "rdeep.catalogue.registry",
    "rdeep.tabular.loading",
)
"""The code whose coverage guides: what reads files, and what is made of them."""


def run(share: float, seed: int) -> list[Outcome]:
    """Run atheris on each kind of file."""
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("guided: left out: atheris is not installed (pip install atheris)", flush=True)
        return []
    return [_run(name, max(int(SECONDS * share), 5), seed) for name in KINDS]


def _run(name: str, seconds: int, seed: int) -> Outcome:
    outcome = Outcome(f"damaged files by coverage: {name}", WANTED)
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "corpus"))
        command = [sys.executable, "-m", "torture.guided", name, folder]
        command += [f"-max_total_time={seconds}", f"-seed={seed % 2**31 or 1}", "-rss_limit_mb=0"]
        command += ["-max_len=2000000", "-timeout=10", "-print_final_stats=1"]
        command += [f"-artifact_prefix={folder}/", os.path.join(folder, "corpus")]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    said = done.stderr + done.stdout
    runs = [line.split()[-1] for line in said.splitlines() if "number_of_executed_units" in line]
    if done.returncode == 0 and runs:
        outcome.tried = outcome.held = int(runs[0])
    else:
        last = [line for line in said.splitlines() if "Error" in line or "BROKEN" in line][-3:]
        outcome.add(f"exit {done.returncode}: {' / '.join(last)[:600]}")
    outcome.measured = {"seconds": str(seconds), "files run": runs[0] if runs else "?"}
    return outcome


class Target:
    """Reads what atheris makes, under the watch."""

    def __init__(self, name: str, folder: str) -> None:
        from torture.files_worker import Worker

        subprocess.run(
            [
                sys.executable,
                "-c",
                f"from torture.kinds import KINDS; KINDS[{name!r}]().make({folder!r})",
            ],
            check=True,
        )
        self.worker = Worker(name, "numpy", 0, folder, os.path.join(folder, "scratch"))

    def start(self, corpus: str) -> None:
        """Write the files that are changed first."""
        for place, data in enumerate(self.worker.files):
            with open(os.path.join(corpus, str(place)), "wb") as file:
                file.write(data)

    def change(self, data: bytes, size: int, seed: int) -> bytes:
        """Return a changed file: by its structure where it has one, else by its bytes."""
        rng, worker = random.Random(seed), self.worker
        for _ in range(5):
            try:
                changed = worker.kind.change(rng, data, worker.files[:8]).data
            except Exception:  # no longer of any structure
                from torture.mutations import changed_bytes

                changed = changed_bytes(rng, data or b"\0", worker.files[:8])[0]
            if len(changed) <= size:
                return changed
        return data[:size]

    def read(self, data: bytes) -> None:
        """Read a file; raise where a rule is broken."""
        worker, place = self.worker, 0
        path = worker._written(place, data)
        prepared = worker.kind.prepare(worker.paths[place], "numpy")
        error: Exception | None = None
        with worker.guard.watching(path) as watch:
            try:
                worker.kind.read(path, prepared, "numpy")
            except Exception as caught:
                error = caught
        broken = watch.broken(len(data))
        # Each case runs many times slower than it does where nothing is counted.
        if broken and (not broken.startswith("slow") or watch.seconds > 10):
            raise RuntimeError(f"BROKEN {broken}")
        if error is not None and not worker.kind.accepts(error, path, prepared):
            raise RuntimeError(f"BROKEN {type(error).__name__}: {error}") from error


def main() -> None:
    import atheris

    name, folder = sys.argv[1:3]
    with atheris.instrument_imports(include=list(_COUNTED)):
        target = Target(name, folder)
    target.start(sys.argv[-1])
    arguments: list[Any] = [sys.argv[0], *sys.argv[3:]]
    atheris.Setup(arguments, target.read, custom_mutator=target.change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
