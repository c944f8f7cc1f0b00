"""kill -9 while saving and while training: every file can be read, every training resumes whole."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from torture import nets
from torture.outcome import Outcome

# Of 500 kills this many are of trainings; the others of processes that save.
_TRAININGS = {"torch": 150, "tensorflow": 50}
_SAVES = {"torch": 200, "tensorflow": 100}


def run(share: float, seed: int) -> list[Outcome]:
    """Kill 500 times, at `share` 1."""
    outcomes = []
    for engine in ("torch", "tensorflow"):
        outcomes.append(_saving(engine, max(round(_SAVES[engine] * share), 1), seed))
        outcomes.append(_training(engine, max(round(_TRAININGS[engine] * share), 1), seed))
    return outcomes


@contextmanager
def _worker(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "torture.kills_worker", *map(str, arguments)]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def _saving(engine: str, count: int, seed: int) -> Outcome:
    """Kill processes that save over the same two files again and again."""
    from rdeep import load_model

    outcome = Outcome(f"kill -9 while saving, {engine}", "all files can be read")
    drawn = random.Random(f"{seed}saving{engine}")
    with tempfile.TemporaryDirectory() as folder:
        for case in range(count):
            with _worker("save", engine, folder) as process:
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(drawn.random() * 0.1)
                process.send_signal(signal.SIGKILL)
            try:
                for name in os.listdir(folder):
                    if name.endswith(".rdeep"):
                        load_model(os.path.join(folder, name), backend="numpy")
                left = [name for name in os.listdir(folder) if name.endswith(".tmp")]
                outcome.add(f"case {case}: {left} were left" if len(left) > 2 else None)
            except Exception as error:
                outcome.add(f"case {case}: {error!r}")
    return outcome


def _training(engine: str, count: int, seed: int) -> Outcome:
    """Kill trainings at random moments and start them again, until they come to their end."""
    outcome = Outcome(f"kill -9 while training, {engine}", "resumed bit-identical")
    drawn = random.Random(f"{seed}training{engine}")
    kills = 0
    whole: dict[int, dict[str, object]] = {}
    while kills < count:
        variant = drawn.randrange(4)
        with tempfile.TemporaryDirectory() as folder:
            if variant not in whole:
                _, whole[variant] = _killed(engine, folder, variant, 7, None, drawn)
        with tempfile.TemporaryDirectory() as folder:
            found: dict[str, object] | None = None
            own, seeds = 0, 7
            while found is None:
                stop = None if own >= 8 or kills + own >= count else drawn.randint(0, nets.STEPS)
                was_killed, found = _killed(engine, folder, variant, seeds, stop, drawn)
                own, seeds = own + was_killed, drawn.randrange(100)
            wrong = nets.differing(found, whole[variant])
            for _ in range(own):
                outcome.add(f"variant {variant}, {own} kills: {wrong}" if wrong else None)
            kills += own
            if not own:
                count -= 1
    return outcome


def _killed(
    engine: str, folder: str, variant: int, seed: int, stop: int | None, drawn: random.Random
) -> tuple[bool, dict[str, object] | None]:
    """Train, and kill it some time after a step; return whether, and what it came to if not."""
    with _worker("train", engine, folder, variant, seed) as process:
        assert process.stdout is not None
        for steps, line in enumerate(process.stdout, 1):
            if line == "end\n":
                break
            if stop is not None and steps >= max(stop, 1):
                time.sleep(drawn.random() * 0.01)
                process.send_signal(signal.SIGKILL)
                process.wait()
                break
        process.wait()
    path = os.path.join(folder, "digest.json")
    if not os.path.exists(path):
        return True, None
    with open(path, encoding="utf-8") as file:
        return False, json.load(file)
