"""How good predictions are: metrics with intervals, of all rows and of slices of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.model_checks.statistics import bootstrap, holm, normal_tail, wilson

FEW = 30
"""Of fewer rows it is not said whether a slice is predicted as well as others."""

Table = dict[str, list[Any]]


def scores(type: str, y: np.ndarray, predictions: np.ndarray) -> Table:
    """Return metrics with 95 % intervals: `metric`, `estimate`, `conf.low`, `conf.high`, `n`.

    Accuracy has Wilson's interval, others those of the bootstrap. `skill` is by how much the log
    loss is smaller than that of a model that knows the shares of the classes alone, as a share of
    that; `r_squared` is the same of numbers.

    Parameters
    ----------
    type : {"class", "number"}
        What is predicted.
    y : numpy.ndarray
        Classes' places from 0, or numbers.
    predictions : numpy.ndarray
        Probabilities `(rows, classes)`, or numbers `(rows,)`.
    """
    found = _class_scores(y, predictions) if type == "class" else _number_scores(y, predictions)
    columns = list(zip(*found, strict=True))
    return {
        "metric": list(columns[0]),
        "estimate": list(columns[1]),
        "conf.low": list(columns[2]),
        "conf.high": list(columns[3]),
        "n": [len(y)] * len(found),
    }


def _class_scores(y: np.ndarray, prob: np.ndarray) -> list[tuple[str, float, float, float]]:
    right = hits(y, prob)
    of_class = np.clip(prob[np.arange(len(y)), y], 1e-15, 1.0)
    squares = ((prob - np.eye(prob.shape[1])[y]) ** 2).sum(axis=1)
    return [
        ("accuracy", float(right.mean()), *wilson(float(right.mean()), len(y))),
        _with_bootstrap("log_loss", -np.log(of_class), _mean),
        _with_bootstrap("brier", squares, _mean),
        _with_bootstrap("skill", np.column_stack([-np.log(of_class), unknowing(y)]), _skill),
    ]


def _number_scores(y: np.ndarray, predicted: np.ndarray) -> list[tuple[str, float, float, float]]:
    errors = predicted - y
    both = np.column_stack([errors, y])
    return [
        _with_bootstrap("rmse", errors, _root_mean_square),
        _with_bootstrap("mae", np.abs(errors), _mean),
        _with_bootstrap("r_squared", both, _r_squared),
        _with_bootstrap("bias", errors, _mean),
    ]


def unknowing(y: np.ndarray) -> np.ndarray:
    """Return the log loss of each row for a model that knows the shares of classes alone.

    Parameters
    ----------
    y : numpy.ndarray
        Classes' places.
    """
    shares = np.bincount(y) / len(y)
    return np.asarray(-np.log(shares[y]))


def _skill(values: np.ndarray) -> np.ndarray:
    found, without = values[..., 0].mean(axis=1), values[..., 1].mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(without > 0, 1.0 - found / without, np.nan)


def _with_bootstrap(name: str, values: np.ndarray, statistic: Any) -> Any:
    return name, float(statistic(values[None])[0]), *bootstrap(values, statistic)


def _mean(values: np.ndarray) -> np.ndarray:
    return np.asarray(values.mean(axis=1))


def _root_mean_square(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt((values**2).mean(axis=1)))


def _r_squared(values: np.ndarray) -> np.ndarray:
    variance = values[..., 1].var(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 1.0 - (values[..., 0] ** 2).mean(axis=1) / variance
    return np.where(variance > 0, share, np.nan)


def hits(y: np.ndarray, prob: np.ndarray) -> np.ndarray:
    """Return whether the most probable class is the right one.

    Parameters
    ----------
    y : numpy.ndarray
        Classes' places.
    prob : numpy.ndarray
        Probabilities.
    """
    return np.asarray(prob.argmax(axis=1) == y)


def slice_scores(
    type: str, y: np.ndarray, predictions: np.ndarray, slices: Mapping[str, Sequence[Any]]
) -> Table:
    """Return how good predictions are for each value of some columns.

    Each slice is compared with all other rows: the difference in accuracy, or in the mean squared
    error, by a normal test with p-values adjusted for the number of slices. A slice of fewer than
    30 rows is `"unsure"` unless it differs clearly.

    Parameters
    ----------
    type, y, predictions
        As for `scores`.
    slices : mapping of str to sequence
        A label for each row, by what it is about; `None` for none.
    """
    value = hits(y, predictions).astype(float) if type == "class" else (predictions - y) ** 2
    table: Table = {name: [] for name in ("by", "slice", "n", "metric", "estimate")}
    table |= {"conf.low": [], "conf.high": [], "overall": [], "p": []}
    overall = _main(type, value)
    for by, labels in slices.items():
        known = np.array([label is not None for label in labels])
        names = np.array(["" if label is None else str(label) for label in labels])
        for name in dict.fromkeys(labels):
            if name is None:
                continue
            here = known & (names == str(name))
            inside, outside = value[here], value[~here]
            low, high = _interval(type, inside)
            row: tuple[Any, ...] = (
                by,
                str(name),
                len(inside),
                "accuracy" if type == "class" else "rmse",
            )
            row += (_main(type, inside), low, high, overall, _worse(type, inside, outside))
            for column, each in zip(table.values(), row, strict=True):
                column.append(each)
    table["p.adjusted"] = holm(np.array(table.pop("p"), np.float64)).tolist()
    table["verdict"] = [
        _slice_verdict(n, p) for n, p in zip(table["n"], table["p.adjusted"], strict=True)
    ]
    return table


def _main(type: str, value: np.ndarray) -> float:
    return float(value.mean()) if type == "class" else math.sqrt(float(value.mean()))


def _interval(type: str, value: np.ndarray) -> tuple[float, float]:
    if type == "class":
        return wilson(float(value.mean()), len(value))
    low, high = bootstrap(value, _mean)
    return math.sqrt(max(low, 0.0)), math.sqrt(max(high, 0.0))


def _worse(type: str, inside: np.ndarray, outside: np.ndarray) -> float:
    """Return how probable it is that a slice looks so much worse than other rows by chance."""
    if len(inside) < 2 or len(outside) < 2:
        return math.nan
    difference = float(inside.mean() - outside.mean())
    difference = -difference if type == "class" else difference
    if type == "class":
        together = (inside.sum() + outside.sum()) / (len(inside) + len(outside))
        variance = together * (1 - together) * (1 / len(inside) + 1 / len(outside))
    else:
        variance = inside.var(ddof=1) / len(inside) + outside.var(ddof=1) / len(outside)
    if variance <= 0:
        return 1.0
    z = difference / math.sqrt(variance)
    tail = normal_tail(z) / 2.0
    return tail if z > 0 else 1.0 - tail


def _slice_verdict(n: int, p: float) -> str:
    if p < 0.05:
        return "problem"
    return "unsure" if n < FEW or math.isnan(p) else "fine"
