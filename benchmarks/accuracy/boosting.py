"""Fit scikit-learn's histogram gradient boosting with its defaults, and write what it predicts.

Started by run.R: boosting.py FOLDER DATA-FOLD... It answers in FOLDER/fits/boosting/DATA-FOLD.json.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor


@dataclass
class DataSet:
    """A data set as prepare.R has written it."""

    predictors: np.ndarray
    outcome: np.ndarray
    fold: np.ndarray
    factors: list[int]
    classes: list[str]


def main(folder: Path, cells: list[str]) -> None:
    """Answer for each cell."""
    for cell in cells:
        name, _, fold = cell.rpartition("-")
        answer = fit(read(folder / "data", name), int(fold))
        (folder / "fits" / "boosting" / f"{cell}.json").write_text(json.dumps(answer))
        print(f"boosting {cell}: {answer['seconds']:.1f} s", file=sys.stderr, flush=True)


def read(folder: Path, name: str) -> DataSet:
    """Read a data set; what is missing is NaN, and factors are level numbers."""
    schema = json.loads((folder / f"{name}.json").read_text())
    with (folder / f"{name}.csv").open() as file:
        header, *rows = csv.reader(file)
    table = np.array([[float(field or "nan") for field in row] for row in rows])
    columns = {column["name"]: column for column in schema["predictors"]}
    return DataSet(
        predictors=table[:, [header.index(column) for column in columns]],
        outcome=table[:, header.index(schema["outcome"]["name"])],
        fold=table[:, header.index(".fold")],
        # An ordered factor is a number to a tree.
        factors=[i for i, column in enumerate(columns.values()) if column["kind"] == "factor"],
        classes=schema["outcome"]["levels"],
    )


def fit(data: DataSet, fold: int) -> dict[str, Any]:
    """Fit to all rows but a fold's, and predict these."""
    kind = HistGradientBoostingClassifier if data.classes else HistGradientBoostingRegressor
    model = kind(categorical_features=data.factors, random_state=fold)
    train = data.fold != fold
    wall, cpu = time.perf_counter(), time.process_time()
    model.fit(data.predictors[train], data.outcome[train])
    answer: dict[str, Any] = {
        "seconds": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
    }
    wall = time.perf_counter()
    new = data.predictors[~train]
    if data.classes:
        prob = model.predict_proba(new)
        answer["prob"] = prob.round(8).tolist()
        answer["class"] = [data.classes[i] for i in prob.argmax(axis=1)]
    else:
        answer["number"] = model.predict(new).tolist()
    answer["predict_seconds"] = time.perf_counter() - wall
    return answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
