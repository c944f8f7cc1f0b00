"""`deep_tune()` beside the defaults of tabular models, on rows that neither has seen.

Six real tables, each cut in three ways into 70 % to fit to, which the search cuts further, and 30 %
to score. Run `python benchmarks/tuning/tables.py [--seeds 3] [--trials 30] [table ...]`; it needs
scikit-learn, and R with mlbench and MASS.
"""

from __future__ import annotations

import argparse
import csv
import io
import subprocess
import time

import numpy as np
from sklearn.datasets import load_diabetes

import rdeep
from rdeep.tabular import Tabular
from rdeep.tuning import deep_tune

# Where R has them, and the outcome.
IN_R = {
    "boston": ("MASS::Boston", "medv"),
    "glass": ("{data(Glass, package='mlbench'); Glass}", "Type"),
    "pima": ("rbind(MASS::Pima.tr, MASS::Pima.te)", "type"),
    "servo": ("{data(Servo, package='mlbench'); Servo}", "Class"),
    "sonar": ("{data(Sonar, package='mlbench'); Sonar}", "Class"),
}
CLASSES = {"glass"}
NAMES = ("boston", "diabetes", "glass", "pima", "servo", "sonar")


def read(name: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the columns of a table, and its outcome: numbers, or classes as text."""
    if name == "diabetes":
        data = load_diabetes()
        return dict(zip(data.feature_names, data.data.T)), data.target
    expression, outcome = IN_R[name]
    call = f"write.csv(as.data.frame({expression}), stdout(), row.names = FALSE)"
    text = subprocess.run(["Rscript", "-e", call], capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(io.StringIO(text.stdout)))
    columns = {key: _numbers(np.array([row[key] for row in rows])) for key in rows[0]}
    y = columns.pop(outcome)
    return columns, y.astype(str) if name in CLASSES else y


def _numbers(values: np.ndarray) -> np.ndarray:
    try:
        return values.astype(np.float64)
    except ValueError:
        return values


def loss(predicted: np.ndarray, y: np.ndarray, classes: bool) -> float:
    """Return the log loss, or the root of the mean squared error."""
    if not classes:
        return float(np.sqrt(np.mean((predicted[:, 0] - y) ** 2)))
    if predicted.shape[1] == 1:
        predicted = np.hstack([1 - predicted, predicted])
    return float(-np.mean(np.log(np.clip(predicted[np.arange(len(y)), y], 1e-7, 1))))


def compare(name: str, seed: int, trials: int) -> dict[str, float]:
    """Return both losses on the rows that were held out, and how long it took."""
    x, y = read(name)
    classes = y.dtype.kind in "US"
    family = "gaussian"
    if classes:
        levels, y = np.unique(y, return_inverse=True)
        family = "binomial" if len(levels) == 2 else "multinomial"
    order = np.random.default_rng(seed).permutation(len(y))
    cut = round(0.7 * len(y))
    seen, unseen = order[:cut], order[cut:]
    part = lambda rows: {key: values[rows] for key, values in x.items()}  # noqa: E731
    given = {"family": family}
    if family == "multinomial":
        given["classes"] = len(levels)
    rdeep.set_random_seed(seed)
    usual = Tabular(**given)
    started = time.process_time()
    usual.fit(part(seen), y=y[seen], verbose=0)
    usual_seconds = time.process_time() - started
    rdeep.set_random_seed(seed)
    started = time.process_time()
    found = deep_tune("tabular", part(seen), y=y[seen], settings=given, trials=trials, verbose=0)
    return {
        "default": loss(usual.predict(part(unseen)), y[unseen], classes),
        "tuned": loss(found.predict(part(unseen)), y[unseen], classes),
        "default_seconds": usual_seconds,
        "seconds": time.process_time() - started,
        "found": found,
    }


def main() -> None:
    """Print a line for each table and seed, and one for each table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("tables", nargs="*", default=NAMES)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--trials", type=int, default=30)
    given = parser.parse_args()
    for name in given.tables or NAMES:
        ratios = []
        for seed in range(1, given.seeds + 1):
            result = compare(name, seed, given.trials)
            found = result["found"]
            ratios.append(result["tuned"] / result["default"])
            print(
                f"{name:9} seed {seed}  default {result['default']:.4f}  "
                f"tuned {result['tuned']:.4f}  ({ratios[-1]:.3f})  in the search "
                f"{found.default_score:.4f} -> {found.score:.4f}  {found.counts['pruned']} pruned  "
                f"{result['default_seconds']:.0f} s, {result['seconds']:.0f} s of CPU\n"
                f"          {found.settings}",
                flush=True,
            )
        print(f"{name:9} tuned / default: {np.exp(np.mean(np.log(ratios))):.3f}", flush=True)


if __name__ == "__main__":
    main()
