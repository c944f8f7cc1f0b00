"""Changes files of one kind and reads them, in a process of its own, under a watch.

A line of JSON goes out before each file is read and after: so whoever started the process knows
which file it died of, or hangs at.
"""

from __future__ import annotations

import argparse
import gc
import glob
import importlib
import json
import os
import random
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from torture.guard import Guard
from torture.kinds import KINDS, Kind, words
from torture.mutations import REFUSED, SAME, Mutant


def case(
    kind: Kind, seed: int, name: str, number: int, files: Sequence[bytes]
) -> tuple[int, Mutant]:
    """Return the changed file of a number, and which file it was made of."""
    for again in range(20):
        rng = random.Random(f"{seed}/{name}/{number}/{again}")
        # Hand-made files come first, and are changed as often as all the others together.
        place = rng.randrange(min(len(files), 8) if rng.random() < 0.5 else len(files))
        try:
            mutant = kind.change(rng, files[place], files[:8])
        except Exception:  # a change that makes no sense there
            continue
        if mutant.data != files[place]:
            return place, mutant
    return 0, Mutant(b"", "nothing", SAME)


class Worker:
    """Reads changed files of a kind on an engine."""

    def __init__(self, name: str, engine: str, seed: int, folder: str, scratch: str) -> None:
        self.name, self.engine, self.seed = name, engine, seed
        self.kind = KINDS[name]()
        self.paths = sorted(glob.glob(os.path.join(folder, "*" + self.kind.suffix)))
        self.files = [open(path, "rb").read() for path in self.paths]  # noqa: SIM115
        self.scratch = scratch
        warnings.simplefilter("ignore")
        np.seterr(all="ignore")
        _import_all()
        words()
        self.prepared = [self.kind.prepare(path, engine) for path in self.paths]
        self.meanings = [self._meaning_of_original(i) for i in range(len(self.paths))]
        self.guard = Guard()
        self.guard.limit_memory()

    def _meaning_of_original(self, place: int) -> list[np.ndarray]:
        path = self._written(place, self.files[place])
        try:
            value = self.kind.read(path, self.prepared[place], self.engine)
            return self.kind.meaning(value, self.paths[place], self.prepared[place])
        except Exception as error:
            raise RuntimeError(f"{self.paths[place]} cannot be read as it is") from error

    def _written(self, place: int, data: bytes) -> str:
        """Write a file into a folder of its own, which is named after the original."""
        path = os.path.join(self.scratch, _stem(self.paths[place]), "changed" + self.kind.suffix)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def run(self, number: int) -> dict[str, Any]:
        """Read the changed file of a number, and return what came of it."""
        place, mutant = case(self.kind, self.seed, self.name, number, self.files)
        path = self._written(place, mutant.data)
        prepared = self.kind.prepare(self.paths[place], self.engine)
        result = {"case": number, "of": os.path.basename(self.paths[place]), "what": mutant.what}
        return {**result, **self._read(path, place, prepared, mutant)}

    def _read(self, path: str, place: int, prepared: Any, mutant: Mutant) -> dict[str, Any]:
        value, error = None, None
        with self.guard.watching(path) as watch:
            try:
                value = self.kind.read(path, prepared, self.engine)
            except Exception as caught:
                error = caught
        if broken := watch.broken(len(mutant.data)):
            return {"became": "failed", "why": broken, "at": _where(error)}
        if error is not None:
            if not self.kind.accepts(error, path, prepared):
                why = f"raised {type(error).__name__}: {str(error)[:150]}"
                return {"became": "failed", "why": why, "at": _where(error)}
            return {"became": "refused", "why": str(error)[:300]}
        if mutant.allowed == REFUSED:
            return {"became": "failed", "why": "read, and should have been refused", "at": ""}
        return self._look_at(value, place, prepared, mutant)

    def _look_at(self, value: Any, place: int, prepared: Any, mutant: Mutant) -> dict[str, Any]:
        try:
            meaning = self.kind.meaning(value, self.paths[place], prepared)
        except Exception as error:
            why = f"read, then {type(error).__name__}: {str(error)[:150]}"
            return {"became": "failed", "why": why, "at": _where(error)}
        if _equal(meaning, self.meanings[place]):
            return {"became": "same"}
        if mutant.allowed == SAME:
            return {"became": "failed", "why": "read with another meaning", "at": ""}
        return {"became": "other"}


def _equal(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(
        a.shape == b.shape and a.dtype == b.dtype and np.allclose(a, b, 1e-5, 1e-6, equal_nan=True)
        for a, b in zip(one, other)
    )


def _where(error: Exception | None) -> str:
    """Return the last place within rdeep, and the last of all."""
    if error is None:
        return ""
    frames = list(traceback.walk_tb(error.__traceback__))
    files = [f"{frame.f_code.co_filename}:{line}" for frame, line in frames]
    ours = [file for file in files if "/rdeep/" in file]
    last = ours[-1].split("/rdeep/")[-1] if ours else ""
    return (
        last if files and ours and files[-1] == ours[-1] else f"{last} > {files[-1].split('/')[-1]}"
    )


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _import_all() -> None:
    """Import what rdeep could import while it reads: a file must not cause it."""
    import rdeep

    folder = os.path.dirname(rdeep.__file__)
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.py"), recursive=True)):
        name = os.path.relpath(path, os.path.dirname(folder))[:-3].replace(os.sep, ".")
        if not any(part in name for part in ("testing", "bridge", "tensorflow")):
            importlib.import_module(name.removesuffix(".__init__"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind")
    parser.add_argument("engine")
    parser.add_argument("seed", type=int)
    parser.add_argument("folder")
    parser.add_argument("scratch")
    parser.add_argument("cases", help="as in 10:50")
    given = parser.parse_args()
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what engines print is no answer
    worker = Worker(given.kind, given.engine, given.seed, given.folder, given.scratch)
    start, stop = map(int, given.cases.split(":"))
    for number in range(start, stop):
        print(json.dumps({"start": number}), file=out, flush=True)
        print(json.dumps(worker.run(number)), file=out, flush=True)
        if number % 200 == 0:
            gc.collect()


if __name__ == "__main__":
    sys.exit(main())
