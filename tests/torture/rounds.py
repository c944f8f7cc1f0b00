"""Rounds of make, fit, predict, save and load: what stays in memory of models that are gone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from torture.outcome import Outcome

ENGINES = ("torch", "tensorflow")
WANTED_MB = 20.0
_ROOT = Path(__file__).resolve().parents[2]
# What Python and the engines set up for good is there after so many.
_WARM_UP = 60

_MEASURED = """
import ctypes, gc, re
def resident():
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):
        pass
    found = re.search(r"RssAnon:\\s+(\\d+) kB", open("/proc/self/status").read())
    return int(found[1]) / 1000
"""

_PYTHON = """
import sys, tempfile, os
import numpy as np
from rdeep import Sequential
from rdeep.layers import Dense, Dropout
from rdeep.models.loading import load_model

engine, rounds, warm, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
x = np.random.default_rng(seed).normal(size=(64, 5)).astype("float32")
y = x.sum(1)
path = os.path.join(tempfile.mkdtemp(), "model.rdeep")

def one():
    layers = [Dense(8, "relu"), Dropout(0.1), Dense(1)]
    model = Sequential(layers, input_shape=(5,), backend=engine)
    model.compile("adam", "mse")
    model.fit(x, y, epochs=2, batch_size=16, verbose=0)
    model.predict(x)
    model.save(path, overwrite=True)
    load_model(path).predict(x)

for _ in range(warm):
    one()
before = resident()
for _ in range(rounds):
    one()
print("grown", resident() - before)
"""

_R = """
suppressMessages(library(rdeep))
arguments <- commandArgs(TRUE)
engine <- arguments[1]; rounds <- as.integer(arguments[2]); warm <- as.integer(arguments[3])
set.seed(as.integer(arguments[4]))
x <- matrix(rnorm(320), 64); y <- rowSums(x); path <- tempfile(fileext = ".rdeep")
one <- function() {
  model <- keras_model_sequential(input_shape = 5, backend = engine) |>
    layer_dense(8, activation = "relu") |> layer_dropout(0.1) |> layer_dense(1)
  model |> compile(loss = "mse", optimizer = "adam")
  model |> fit(x, y, epochs = 2, batch_size = 16, verbose = 0)
  predict(model, x)
  save_model(model, path, overwrite = TRUE)
  predict(load_model(path), x)
  invisible()
}
for (i in seq_len(warm)) one()
reticulate::py_run_file(arguments[5])
resident <- function() { gc(); gc(); reticulate::py_eval("resident()") }
before <- resident()
for (i in seq_len(rounds)) one()
cat("grown", resident() - before, "\\n")
"""


def run(share: float, seed: int) -> list[Outcome]:
    """Return by how much memory grew in 1,000 rounds, from Python and from R.

    Parameters
    ----------
    share : float
        The share of the rounds.
    seed : int
        What the data is drawn from.
    """
    rounds = max(50, round(1000 * share))
    outcomes = []
    for language in ("Python", "R"):
        if language == "R" and shutil.which("Rscript") is None:
            continue
        wanted = f"+{WANTED_MB:.0f} MB at most in 1,000"
        outcome = Outcome(f"{rounds} rounds from {language}", wanted)
        for engine in ENGINES:
            grown, said = _grown(language, engine, rounds, seed)
            if grown is None:
                outcome.add(f"{engine}, seed {seed}: {said[-600:]}")
                continue
            outcome.measured[engine] = f"{grown:+.1f} MB"
            # Fewer rounds may grow as much as all: memory comes in pieces.
            outcome.add(None if grown <= WANTED_MB else f"{engine}, seed {seed}: {grown:+.1f} MB")
        outcomes.append(outcome)
    return outcomes


def _grown(language: str, engine: str, rounds: int, seed: int) -> tuple[float | None, str]:
    with tempfile.TemporaryDirectory() as folder:
        measure = Path(folder, "measure.py")
        measure.write_text(_MEASURED, encoding="utf-8")
        script = Path(folder, "rounds.py" if language == "Python" else "rounds.R")
        body = _MEASURED + _PYTHON if language == "Python" else _R
        script.write_text(body, encoding="utf-8")
        command = [sys.executable] if language == "Python" else ["Rscript"]
        command += [str(script), engine, str(rounds), str(_WARM_UP), str(seed), str(measure)]
        environment = {**os.environ, "RETICULATE_PYTHON": sys.executable, "OMP_NUM_THREADS": "1"}
        library = _ROOT / "build" / "rlib"
        if library.exists():
            environment.setdefault("R_LIBS", str(library))
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    found = re.search(r"grown ([-\d.e]+)", done.stdout)
    return (float(found[1]) if found else None), done.stderr
