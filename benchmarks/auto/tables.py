"""AutoModel within a budget, beside the default of Tabular and catboost, on real tables.

    Rscript benchmarks/auto/tables.R
    OMP_NUM_THREADS=1 .venv/bin/python benchmarks/auto/tables.py --seconds 60 [--backend torch]
        [--data NAME...] [--folds 1 ...]

The first writes the tables, with the folds of benchmarks/accuracy. A fold is kept aside for the
test; what has been run is kept in build/auto, and all of it is summed up at the end. The budget is
one of processor time here, since a machine that others use gives as much of that in an hour as
it likes.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

import rdeep
from rdeep.auto import AutoModel, clock
from rdeep.tabular import Tabular

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = ("boston", "concrete", "sacramento", "diabetes")
CLASSES = ("vehicle", "pima", "ionosphere", "attrition")


def main() -> None:
    """Run what is asked for, and print all results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--backend", default="torch")
    parser.add_argument("--data", nargs="*", default=[*NUMBERS, *CLASSES])
    parser.add_argument("--folds", nargs="*", type=int, default=[1])
    asked = parser.parse_args()
    clock.time = SimpleNamespace(perf_counter=time.process_time)
    folder = ROOT / "build" / "auto"
    folder.mkdir(parents=True, exist_ok=True)
    for fold in asked.folds:
        for name in asked.data:
            data = read(name)
            for method in ("tabular", f"auto{asked.seconds:g}", "catboost"):
                backend = "any" if method == "catboost" else asked.backend
                file = folder / f"{method}-{backend}-{name}-{fold}.json"
                if file.exists():
                    continue
                rdeep.set_random_seed(fold)
                answer = run(method, data, fold, asked)
                file.write_text(json.dumps(answer))
                print(file.stem, answer, flush=True)
    summarise(folder, asked.backend)


def read(name: str) -> dict[str, Any]:
    """Read a table as tables.R wrote it: numbers, codes, the outcome and folds."""
    folder = ROOT / "build" / "accuracy" / "data"
    schema = json.loads((folder / f"{name}.json").read_text())
    with (folder / f"{name}.csv").open() as file:
        header, *rows = csv.reader(file)
    table = np.array([[float(field or "nan") for field in row] for row in rows])
    kinds = {column["name"]: column for column in schema["predictors"]}
    factors = [n for n, column in kinds.items() if column["kind"] != "numeric"]
    numbers = [n for n in kinds if n not in factors]
    codes = table[:, [header.index(n) for n in factors]]
    return {
        "numbers": table[:, [header.index(n) for n in numbers]] if numbers else None,
        "codes": np.where(np.isnan(codes), -1, codes).astype(np.int64) if factors else None,
        "cardinalities": [max(len(kinds[n]["levels"]), 2) for n in factors],
        "y": table[:, header.index(schema["outcome"]["name"])],
        "fold": table[:, header.index(".fold")],
        "classes": len(schema["outcome"]["levels"]),
    }


def run(method: str, data: dict[str, Any], fold: int, asked: Any) -> dict[str, Any]:
    """Fit to all rows but a fold's, and score the predictions for these."""
    train, test = data["fold"] != fold, data["fold"] == fold
    begun, at = time.process_time(), time.perf_counter()
    if method == "catboost":
        predicted = catboost(data, train, test)
        details: dict[str, Any] = {}
    else:
        predicted, details = deep(method, data, train, test, asked)
    spent = {"seconds": time.process_time() - begun, "wall": time.perf_counter() - at}
    answer = {**spent, **details}
    y = data["y"][test]
    if not data["classes"]:
        return {**answer, "loss": float(np.sqrt(np.mean((predicted[:, 0] - y) ** 2)))}
    if predicted.shape[1] == 1:
        predicted = np.hstack([1 - predicted, predicted])
    right = np.clip(predicted[np.arange(len(y)), y.astype(int)], 1e-15, 1)
    accuracy = float(np.mean(predicted.argmax(axis=1) == y))
    return {**answer, "loss": float(-np.log(right).mean()), "accuracy": accuracy}


def deep(
    method: str, data: dict[str, Any], train: Any, test: Any, asked: Any
) -> tuple[np.ndarray, dict[str, Any]]:
    """Fit the default or a search."""
    classes = data["classes"]
    family = "gaussian" if not classes else "binomial" if classes == 2 else "multinomial"
    options = {
        "classes": classes if classes > 2 else None,
        "impute": True,
        "backend": asked.backend,
    }
    if method == "tabular":
        model: Any = Tabular(family, **options)
    else:
        model = AutoModel(family, time=asked.seconds, **options)

    def part(rows: Any) -> dict[str, Any]:
        return {n: None if data[n] is None else data[n][rows] for n in ("numbers", "codes")}

    model.fit(**part(train), cardinalities=data["cardinalities"], y=data["y"][train], verbose=0)
    details: dict[str, Any] = {}
    if method != "tabular":
        details = {
            "fitting": model.seconds,
            "candidates": len(model.trials),
            "combined": len(model.parts),
            "expected": model.performance.get("loss"),
            "gain": model.performance.get("gain"),
            "gain_error": model.performance.get("gain_std_error"),
        }
    return model.predict(**part(test)), details


def catboost(data: dict[str, Any], train: Any, test: Any) -> np.ndarray:
    """Fit catboost's defaults."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    columns = [] if data["numbers"] is None else [data["numbers"].astype(object)]
    numbers = sum(each.shape[1] for each in columns)
    if data["codes"] is not None:
        columns.append(data["codes"].astype(int).astype(str).astype(object))
    x = np.hstack(columns)
    factors = list(range(numbers, x.shape[1]))
    kind = CatBoostClassifier if data["classes"] else CatBoostRegressor
    model = kind(
        verbose=False,
        thread_count=1,
        cat_features=factors,
        random_seed=1,
        allow_writing_files=False,
    )
    model.fit(x[train], data["y"][train])
    if data["classes"]:
        return np.asarray(model.predict_proba(x[test]))
    return np.asarray(model.predict(x[test]))[:, None]


def summarise(folder: Path, backend: str) -> None:
    """Print the losses of all that was run, and mean ranks of what was run on the same cells."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    names = set()
    for file in sorted(folder.glob("*.json")):
        method, engine, name, fold = file.stem.split("-")
        if engine in (backend, "any"):
            names.add(method)
            found.setdefault((name, fold), {})[method] = json.loads(file.read_text())["loss"]
    order = sorted(names)
    print("\ntable fold " + " ".join(f"{name:>10}" for name in order))
    for (name, fold), losses in sorted(found.items()):
        shown = (f"{losses[m]:10.4f}" if m in losses else " " * 10 for m in order)
        print(f"{name:>12} {fold} " + " ".join(shown))
    for searched in (name for name in order if name.startswith("auto")):
        methods = ["tabular", searched, "catboost"]
        cells = [v for v in found.values() if all(m in v for m in methods)]
        ranks = np.array([np.argsort(np.argsort([v[m] for m in methods])) + 1 for v in cells])
        better = sum(v[searched] < v["tabular"] for v in cells)
        means = ", ".join(f"{m} {r:.2f}" for m, r in zip(methods, ranks.mean(axis=0)))
        print(f"{searched}: {len(cells)} cells, mean ranks {means}; below default on {better}")


if __name__ == "__main__":
    main()
