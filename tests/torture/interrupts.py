"""Interrupts at random moments, by real signals in real processes of R and of Python.

One process lives through many trials. Before each it says what it is about to do and takes the
signal's time from here; after each it says what it found: whether the call was interrupted, once,
whether model and history are whole, and whether it trains on. What a process loses, a segmentation
fault above all, is seen from here.
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from torture.outcome import Outcome

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ENGINES = ("torch", "tensorflow")
TRIALS = 200
"""How many for each engine in R; in Python half as many, and a twentieth in fresh processes."""
ALLOWED_SECONDS = 0.2
WAIT_SECONDS = 60.0

# What is done, and how long until the signal comes at the latest. Where something is compiled, or
# there is much to put in order, the time until the interrupt is not measured.
CASES: dict[str, tuple[float, bool]] = {
    "fast": (0.6, True),
    "fast_bar": (0.6, True),
    "slow": (0.8, True),
    "slow_bar": (0.8, True),
    "callback": (0.6, True),
    "slow_callback": (0.6, True),
    "validation": (0.8, True),
    "generator": (0.6, True),
    "loop": (0.8, True),
    "evaluate": (0.5, True),
    "predict": (0.5, True),
    "lr_finder": (0.5, True),
    "table": (1.0, False),
    "compile": (0.6, False),
}
IN_PYTHON = [case for case in CASES if case != "slow_callback"]


@dataclass
class Process:
    """A session of R or Python that trials are made in."""

    language: str
    engine: str
    log: Path

    def __post_init__(self) -> None:
        self._read = ""
        script = HERE / ("interrupts.R" if self.language == "R" else "interrupts_session.py")
        command = ["Rscript" if self.language == "R" else sys.executable, str(script)]
        self._error = self.log.open("ab")
        self.process = subprocess.Popen(
            [*command, self.engine],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._error,
            text=True,
            bufsize=1,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""},
        )

    def ask(self, line: str) -> None:
        """Send a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self, sign: str) -> str | None:
        """Return the next line that begins with a sign, after it; `None` if there is none."""
        assert self.process.stdout is not None
        source = self.process.stdout.fileno()
        until = time.monotonic() + WAIT_SECONDS
        while True:
            line, end, rest = self._read.partition("\n")
            if end:
                self._read = rest
                # A bar's line is drawn over, and ends nowhere.
                _, found, after = line.rpartition("\r")[2].partition(sign)
                if found:
                    return after.strip()
                continue
            left = until - time.monotonic()
            if left <= 0 or not select.select([source], [], [], left)[0]:
                return None
            data = os.read(source, 1 << 16)
            if not data:
                return None
            self._read += data.decode(errors="replace")

    def close(self) -> int | None:
        """End the process; return its exit status."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._error.close()
        return status


class Trials:
    """Trials on one engine in one language, with what they came to."""

    def __init__(self, language: str, engine: str, log: Path) -> None:
        self.language, self.engine, self.log = language, engine, log
        self.delays: list[tuple[float, str]] = []
        self.process: Process | None = None

    def one(self, case: str, seed: int, fresh: bool = False) -> str | None:
        """Make a trial; return what went wrong, if anything."""
        draw = random.Random(seed)
        if fresh:
            self.close()
        if self.process is None:
            self.process = Process(self.language, self.engine, self.log)
            if self.process.answer("@alive") is None or not (fresh or self._warm(self.process)):
                return self._lost("the start")
        process = self.process
        label = f"{self.language} {self.engine} {case} seed {seed}{' fresh' if fresh else ''}"
        try:
            process.ask(f"{case} {seed}")
        except BrokenPipeError:
            return self._lost(label)
        if not fresh and process.answer("@ready") is None:
            return self._lost(label)
        latest, measured = CASES[case]
        # Not before the call has begun.
        time.sleep(draw.uniform(0.1, 6.0 if fresh else latest))
        process.process.send_signal(signal.SIGINT)
        sent = time.time()
        found = process.answer("@found ")
        if found is None:
            return self._lost(label)
        fields = dict(field.split("=", 1) for field in found.split(" ") if "=" in field)
        if fields.get("ok") != "1":
            return f"{label}: {found}"
        if measured and not fresh:
            self.delays.append((float(fields["at"]) - sent, label))
        return None

    def _warm(self, process: Process) -> bool:
        """Have the engine imported."""
        process.ask("warm 0")
        return process.answer("@found") is not None

    def _lost(self, label: str) -> str:
        status = self.close()
        return f"{label}: the process is lost, status {status}; see {self.log}"

    def close(self) -> int | None:
        """End the process."""
        process, self.process = self.process, None
        return None if process is None else process.close()


def run(share: float, seed: int) -> list[Outcome]:
    """Make the trials; those that take longest in finding the interrupt are named."""
    outcomes = []
    log = ROOT / "build" / "interrupts.log"
    log.parent.mkdir(exist_ok=True)
    for language, many in (("R", TRIALS), ("Python", TRIALS // 2)):
        for engine in ENGINES:
            count = max(1, round(many * share))
            outcome = Outcome(f"interrupts, {language}, {engine}", f"{many} of {many}")
            trials = Trials(language, engine, log)
            draw = random.Random(f"{seed} {language} {engine}")
            cases = list(CASES) if language == "R" else IN_PYTHON
            for number in range(count):
                case = cases[number % len(cases)]
                # Some while the engine is imported.
                fresh = number % 20 == 7
                failure = trials.one("fast" if fresh else case, draw.randrange(10**6), fresh)
                outcome.add(failure)
                if failure:
                    print(failure, flush=True)
            trials.close()
            outcome.measured = _delays(trials.delays)
            outcomes.append(outcome)
    return outcomes


def _delays(delays: list[tuple[float, str]]) -> dict[str, str]:
    if not delays:
        return {}
    delays = sorted(delays)
    late = [each for each in delays if each[0] > ALLOWED_SECONDS]
    worst, label = delays[-1]
    return {
        "median": f"{delays[len(delays) // 2][0]:.3f} s",
        "longest": f"{worst:.2f} s ({label})",
        "later than 0.2 s": f"{len(late)} of {len(delays)}",
    }
