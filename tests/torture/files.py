"""Damaged files of all kinds: each is refused by the format's error, or read with its meaning.

A generator that knows the structure of each kind changes valid files; processes of their own read
them under a watch (`guard.py`). To look at one case: `python -m torture.files_worker`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from torture.kinds import KINDS
from torture.outcome import Outcome

CASES = {
    "rdeep": 40_000,
    "weights": 8_000,
    "states": 5_000,
    "keras": 12_000,
    "keras weights": 8_000,
    "keras hdf5": 6_000,
    "torch": 5_000,
    "csv": 5_000,
    "packed csv": 1_000,
    "parquet": 2_000,
    "feather": 2_000,
    "images": 6_000,
}
"""How many files of each kind are tried at share 1."""
_CHUNK = 1500
_HANG = 30.0
"""After so many seconds without an answer a process is ended; its own watch is stricter."""
_START = 240.0
WANTED = (
    "the format's error or the same meaning; nothing else opened or run; 2 s; 2 x size + 100 MB"
)


class Tally:
    """What came of the files of a kind."""

    def __init__(self, kind: str, seed: int) -> None:
        self.outcome = Outcome(f"damaged files: {kind}", WANTED)
        self.became: Counter[str] = Counter()
        self.kinds_of_failure: Counter[str] = Counter()
        self._kind, self._seed = kind, seed
        self._lock = threading.Lock()
        self._examples: dict[str, str] = {}

    def add(self, engine: str, result: dict[str, Any]) -> None:
        with self._lock:
            self.outcome.tried += 1
            self.became[result["became"]] += 1
            if result["became"] != "failed":
                self.outcome.held += 1
                return
            # Names and numbers differ from file to file.
            why = re.sub(r"'[^']*'?|[0-9]+", "_", result["why"])[:50]
            what = result.get("what", "").split(" at ")[0][:40]
            signature = f"{why} | {result['at'] or what}"
            self.kinds_of_failure[signature] += 1
            example = (
                f"{result['why']} | {result['at']} | {self._kind} on {engine}, seed {self._seed}, "
                f"case {result['case']}, of {result.get('of')}: {result.get('what', '')[:200]}"
            )
            self._examples.setdefault(signature, example)

    def finished(self) -> Outcome:
        self.outcome.failures = [
            f"{count} x {self._examples[signature]}"
            for signature, count in self.kinds_of_failure.most_common()
        ]
        self.outcome.measured = {name: str(count) for name, count in self.became.items()}
        return self.outcome


def run(share: float, seed: int, names: list[str] | None = None) -> list[Outcome]:
    """Try changed files of all kinds."""
    with tempfile.TemporaryDirectory() as folder:
        tallies: dict[str, Tally] = {}
        jobs: queue.SimpleQueue[tuple[str, str, int, int]] = queue.SimpleQueue()
        for name in names or CASES:
            kind = KINDS[name]()
            if why := kind.missing():
                print(f"damaged files: {name} left out: {why}", flush=True)
                continue
            os.makedirs(os.path.join(folder, name))
            _make(name, os.path.join(folder, name))
            tallies[name] = Tally(name, seed)
            cases = max(int(CASES[name] * share), 1)
            for i, start in enumerate(range(0, cases, _CHUNK)):
                engine = kind.engines[i % len(kind.engines)]
                jobs.put((name, engine, start, min(start + _CHUNK, cases)))
        with ThreadPoolExecutor() as pool:
            places = range(os.cpu_count() or 1)
            workers = [pool.submit(_work, jobs, tallies, seed, folder, place) for place in places]
        for worker in workers:
            worker.result()
        return [tally.finished() for tally in tallies.values()]


def _make(name: str, folder: str) -> None:
    code = f"from torture.kinds import KINDS; KINDS[{name!r}]().make({folder!r})"
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, "-c", code], check=True, env=quiet, stderr=subprocess.PIPE)


def _work(
    jobs: queue.SimpleQueue[tuple[str, str, int, int]],
    tallies: dict[str, Tally],
    seed: int,
    folder: str,
    place: int,
) -> None:
    while True:
        try:
            name, engine, start, stop = jobs.get_nowait()
        except queue.Empty:
            return
        scratch = os.path.join(folder, f"scratch {place} {name}")
        while start < stop:
            start = _chunk(tallies[name], name, engine, seed, folder, scratch, start, stop)
        shutil.rmtree(scratch, ignore_errors=True)


def _chunk(
    tally: Tally,
    name: str,
    engine: str,
    seed: int,
    folder: str,
    scratch: str,
    start: int,
    stop: int,
) -> int:
    """Run a process over cases; return the first one that it did not come to."""
    os.makedirs(scratch, exist_ok=True)
    command = [sys.executable, "-m", "torture.files_worker", name, engine, str(seed)]
    command += [os.path.join(folder, name), scratch, f"{start}:{stop}"]
    current, ended = None, "crash"
    with (
        tempfile.TemporaryFile() as errors,
        _started(command, errors) as process,
    ):
        for message in _messages(process):
            if message is None:
                ended = f"hang: no answer in {_HANG:.0f} s"
                break
            if "start" in message:
                current = message["start"]
                continue
            tally.add(engine, message)
            current, start = None, message["case"] + 1
        process.kill()
        process.wait()
        errors.seek(0)
        said = " ".join(errors.read().decode(errors="replace").strip().splitlines()[-1:])
    if start < stop:
        if current is None and ended == "crash":
            raise RuntimeError(f"the process for {name} on {engine} did not start: {said}")
        why = f"{ended} ({process.returncode}): {said[:200]}"
        tally.add(engine, {"case": start, "became": "failed", "why": why, "at": ""})
        start += 1
    return start


@contextlib.contextmanager
def _started(command: list[str], errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that does not outlive the block."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _messages(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any] | None]:
    """Return what a process says; `None` where it says nothing for too long."""
    assert process.stdout is not None
    descriptor, rest, patience = process.stdout.fileno(), b"", _START
    while True:
        ready, _, _ = select.select([descriptor], [], [], patience)
        if not ready:
            yield None
            return
        data = os.read(descriptor, 1 << 16)
        if not data:
            return
        patience = _HANG
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def main() -> None:
    """Try kinds of files by name: `python -m torture.files rdeep weights --share 0.01`."""
    import argparse

    from torture.outcome import print_table

    parser = argparse.ArgumentParser(prog="torture.files", description=__doc__)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    print_table(run(given.share, given.seed, given.kinds or None), failures_shown=500)


if __name__ == "__main__":
    main()
