"""Whether the columns of new data are those that a model was fitted to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.errors import DataError
from rdeep.model_checks.frames import column_names, column_of, is_number
from rdeep.model_checks.scoring import Table
from rdeep.model_checks.statistics import chi_squared_tail, holm, kolmogorov_smirnov

_BINS, _FEW, _SMALL, _LARGE = 10, 50, 0.1, 0.25


def check_drift(reference: Any, current: Any) -> Table:
    """Compare the columns of two tables.

    Parameters
    ----------
    reference, current : data frame or mapping
        Rows that a model was fitted to, and others with the same columns.

    Returns
    -------
    dict of str to list
        A row for each column: `column`, `type`, `psi` (the population stability index, of tenths of
        the reference or of levels), `statistic` (Kolmogorov-Smirnov's distance of numbers,
        chi-squared of levels), `p.value`, `p.adjusted` (Holm), `missing` (how much larger the share
        of missing values is), `new` (the share of levels that the reference lacks), `verdict`.

    Examples
    --------
    >>> old = {"a": [float(i % 50) for i in range(200)]}
    >>> new = {"a": [float(i % 50) + 30 for i in range(200)]}
    >>> check_drift(old, new)["verdict"]
    ['problem']
    """
    names = [name for name in column_names(reference) if name in column_names(current)]
    if not names:
        raise DataError("The two tables have no column in common.", argument="reference")
    return drift_table(
        {name: column_of(reference, name) for name in names},
        {name: column_of(current, name) for name in names},
    )


def drift_table(reference: Mapping[str, Any], current: Mapping[str, Any]) -> Table:
    """Return `check_drift` of columns: numbers with NaN, or text with `None`, where missing.

    Parameters
    ----------
    reference, current : mapping of str to sequence
        The columns.
    """
    rows = [_compared(name, reference[name], current[name]) for name in reference]
    table: Table = {key: [row[key] for row in rows] for key in rows[0]}
    adjusted = holm(np.array(table["p.value"], np.float64)).tolist()
    table["p.adjusted"] = adjusted
    table["verdict"] = [_verdict(row, p) for row, p in zip(rows, adjusted, strict=True)]
    del table["n"]
    return table


def _compared(name: str, before: Any, after: Any) -> dict[str, Any]:
    if is_number(before) and is_number(after):
        old, new = np.asarray(before, np.float64), np.asarray(after, np.float64)
        gone = float(np.isnan(new).mean() - np.isnan(old).mean()) if len(new) and len(old) else 0.0
        old, new = old[~np.isnan(old)], new[~np.isnan(new)]
        kind, unknown = "number", 0.0
        if min(len(old), len(new)) < 2:
            psi, statistic, p = math.nan, math.nan, math.nan
        else:
            edges = np.unique(np.quantile(old, np.linspace(0, 1, _BINS + 1)[1:-1]))
            psi = _psi(
                np.bincount(np.searchsorted(edges, old, side="right"), minlength=len(edges) + 1),
                np.bincount(np.searchsorted(edges, new, side="right"), minlength=len(edges) + 1),
            )
            statistic, p = kolmogorov_smirnov(old, new)
    else:
        texts = [[None if _gone(v) else str(v) for v in each] for each in (before, after)]
        gone = float(
            np.mean([v is None for v in texts[1]]) - np.mean([v is None for v in texts[0]])
        )
        old, new = ([v for v in each if v is not None] for each in texts)  # type: ignore[assignment]
        levels = list(dict.fromkeys([*old, *new]))
        seen = set(old)
        unknown = float(np.mean([v not in seen for v in new])) if len(new) else 0.0
        tallies = [Counter(each) for each in (old, new)]
        counts = np.array([[tally[level] for level in levels] for tally in tallies])
        kind = "level"
        if min(len(old), len(new)) < 2 or len(levels) < 2:
            psi, statistic, p = (math.nan if not levels else 0.0), math.nan, math.nan
        else:
            psi = _psi(counts[0], counts[1])
            expected = np.outer(counts.sum(1), counts.sum(0)) / counts.sum()
            statistic = float(((counts - expected) ** 2 / expected).sum())
            p = chi_squared_tail(statistic, len(levels) - 1)
    return {
        "column": name,
        "type": kind,
        "psi": psi,
        "statistic": statistic,
        "p.value": p,
        "missing": gone,
        "new": unknown,
        "n": min(len(old), len(new)),
    }


def _psi(old: np.ndarray, new: np.ndarray) -> float:
    """Return the stability index of counts, half a row added to each bin."""
    before = (old + 0.5) / (old.sum() + 0.5 * len(old))
    after = (new + 0.5) / (new.sum() + 0.5 * len(new))
    return float(((after - before) * np.log(after / before)).sum())


def _gone(value: Any) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType") or bool(value != value)


def _verdict(row: Mapping[str, Any], p: float) -> str:
    if abs(row["missing"]) > 0.1 or row["new"] > 0.01:
        return "problem"
    if math.isnan(p):
        return "unsure" if math.isnan(row["psi"]) or row["n"] < _FEW else "fine"
    if p < 0.01 and row["psi"] > _SMALL:
        return "problem"
    return "unsure" if row["n"] < _FEW or (row["psi"] > _LARGE and p >= 0.01) else "fine"
