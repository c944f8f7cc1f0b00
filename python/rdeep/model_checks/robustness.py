"""What becomes of predictions when samples are disturbed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.model_checks.frames import column_names, column_of, is_number, is_table, with_column
from rdeep.model_checks.scoring import FEW, Table, hits, unknowing
from rdeep.predictors import row_losses

AMOUNTS = (0.01, 0.05, 0.1, 0.25)
_LIMIT = 0.1
"""Noise of this share of the spread should cost next to nothing."""


def disturbed(x: Any, amounts: Sequence[float] = AMOUNTS, seed: int = 1) -> list[dict[str, Any]]:
    """Return samples disturbed in several ways.

    Numbers get normal noise, by shares of their spread (of a table each column's, of an array the
    whole's); arrays of images also become brighter and darker by shares of their range; of a table
    each column is permuted, which leaves it without meaning.

    Parameters
    ----------
    x : data frame, mapping or array
        The samples; of others nothing is known that could be disturbed.
    amounts : sequence of float
        The shares.
    seed : int
        What chance draws from.

    Returns
    -------
    list of dict
        `kind` (`"noise"`, `"brightness"` or `"permuted"`), `what`, `amount`, and the samples `x`.
    """
    rng = np.random.default_rng(seed)
    if is_table(x):
        return _tables(x, amounts, rng)
    array = np.asarray(x) if hasattr(x, "__array__") else None
    if array is None or array.dtype.kind not in "fiu":
        return []
    return _arrays(array.astype(np.float64), array.dtype, amounts, rng)


def _tables(x: Any, amounts: Sequence[float], rng: np.random.Generator) -> list[dict[str, Any]]:
    names = column_names(x)
    numbers = [name for name in names if is_number(column_of(x, name))]
    found = []
    for amount in amounts if numbers else ():
        changed = x
        for name in numbers:
            values = column_of(x, name).astype(np.float64)
            noise = rng.standard_normal(len(values)) * np.nanstd(values) * amount
            changed = with_column(changed, name, values + noise)
        found.append({"kind": "noise", "what": "numbers", "amount": amount, "x": changed})
    for name in names if len(names) > 1 else ():
        values = column_of(x, name)
        changed = with_column(x, name, values[rng.permutation(len(values))])
        found.append({"kind": "permuted", "what": name, "amount": 1.0, "x": changed})
    return found


def _arrays(
    x: np.ndarray, dtype: Any, amounts: Sequence[float], rng: np.random.Generator
) -> list[dict[str, Any]]:
    low, high = float(x.min()), float(x.max())
    images = x.ndim > 2
    axis: Any = None if images else 0
    spread = x.std(axis=axis)
    keep = np.float32 if dtype.kind == "f" and dtype.itemsize < 8 else np.float64
    found = []
    for amount in amounts:
        changed = x + rng.standard_normal(x.shape) * spread * amount
        changed = np.clip(changed, low, high) if images else changed
        found.append(
            {"kind": "noise", "what": "values", "amount": amount, "x": changed.astype(keep)}
        )
    for amount in amounts if images else ():
        for turn, what in ((1.0, "brighter"), (-1.0, "darker")):
            changed = np.clip(x + turn * amount * (high - low), low, high)
            found.append(
                {"kind": "brightness", "what": what, "amount": amount, "x": changed.astype(keep)}
            )
    return found


def robustness(
    type: str,
    y: np.ndarray,
    predictions: np.ndarray,
    cases: Sequence[Mapping[str, Any]],
) -> Table:
    """Return what disturbances do to predictions.

    Parameters
    ----------
    type, y, predictions
        As for `rdeep.model_checks.scoring.scores`.
    cases : sequence of mapping
        `kind`, `what`, `amount`, and the `predictions` of the samples disturbed so.

    Returns
    -------
    dict of str to list
        A row for each: `kind`, `what`, `amount`, `metric`, `estimate`, `change` (of the metric),
        `changed` (the share of rows of another class; of numbers the mean change of predictions
        by the spread of the outcome), `loss` (the rise of the mean log loss or squared error, as
        a share of what the model gains over one that knows no columns), `verdict`.
    """
    base, before = _metric(type, y, predictions), float(row_losses(type, y, predictions).mean())
    gain = _unknowing(type, y) - before
    table: Table = {
        name: []
        for name in ("kind", "what", "amount", "metric", "estimate", "change", "changed", "loss")
    } | {"verdict": []}
    for case in cases:
        found = np.asarray(case["predictions"], np.float64)
        now = _metric(type, y, found)
        loss = float(row_losses(type, y, found).mean()) - before
        share = loss / gain if gain > 0 else np.nan
        if type == "class":
            changed = float((found.argmax(axis=1) != predictions.argmax(axis=1)).mean())
        else:
            spread = float(y.std()) or 1.0
            changed = float(np.abs(found - predictions).mean()) / spread
        disturbing = case["kind"] != "permuted" and case["amount"] <= _LIMIT
        bad = share > 0.1 if disturbing else case["kind"] == "permuted" and share > 0.9
        row: tuple[Any, ...] = (case["kind"], case["what"], float(case["amount"]))
        row += ("accuracy" if type == "class" else "rmse", now, now - base, changed, share)
        doubtful = np.isnan(share) or len(y) < FEW
        row += ("problem" if bad else "unsure" if doubtful else "fine",)
        for column, each in zip(table.values(), row, strict=True):
            column.append(each)
    return table


def _metric(type: str, y: np.ndarray, predictions: np.ndarray) -> float:
    if type == "class":
        return float(hits(y, predictions).mean())
    return float(np.sqrt(((predictions - y) ** 2).mean()))


def _unknowing(type: str, y: np.ndarray) -> float:
    """Return the loss of a model that predicts the same for all rows."""
    if type == "number":
        return float(y.var())
    return float(unknowing(y).mean())
