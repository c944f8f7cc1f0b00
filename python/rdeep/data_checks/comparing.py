"""Two data frames: levels that are new, columns that have drifted, rows that are in both."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from rdeep.data_checks.columns import Column, Table
from rdeep.data_checks.context import Context
from rdeep.data_checks.duplicates import (
    Groups,
    comparable,
    equal_rows,
    expected_by_chance,
    fingerprints,
    near_rows,
)
from rdeep.data_checks.findings import Finding, counted, some
from rdeep.data_checks.images import Looked, image_groups, looked_at
from rdeep.data_checks.texts import text_groups
from rdeep.errors import Wording, show_rows, worded

_BINS = 10
_EFFECT = 0.1


def together(context: Context) -> tuple[Table, int] | None:
    """Return both data frames as one, of the columns that both have, and where the new one begins.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    if context.new is None:
        return None
    columns = []
    for old in context.table.columns:
        if old.name in context.new.names:
            joined = _joined(old, context.new[old.name])
            if joined is not None:
                columns.append(joined)
    return Table(columns, context.table.rows + context.new.rows), context.table.rows


def _joined(old: Column, new: Column) -> Column | None:
    if old.kind == "image" and new.kind == "image":
        return Column(old.name, "image", images=[*old.images, *new.images])
    if old.numbers is not None and new.numbers is not None:
        numbers = np.concatenate([old.numbers, new.numbers])
        return Column(old.name, old.kind, numbers=numbers, whole=old.whole and new.whole)
    if old.codes is not None and new.codes is not None:
        places = {level: place for place, level in enumerate(old.levels)}
        moved = [places.setdefault(level, len(places)) for level in new.levels]
        codes = np.r_[old.codes, np.array([*moved, -1], np.int64)[new.codes]]
        return Column(old.name, old.kind, codes=codes, levels=list(places), prose=old.prose)
    return None


def types_changed(context: Context) -> Iterator[Finding]:
    """Find columns that are of another type in the new data.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    if context.new is None:
        return
    for old in context.table.columns:
        if old.name not in context.new.names:
            continue
        new = context.new[old.name]
        same = {old.kind, new.kind} <= {"text", "factor"} or old.kind == new.kind
        if not same and not new.missing.all():
            said = f"'{old.name}' is of kind {old.kind} in the data and {new.kind} in the new data."
            yield Finding(
                "type_changed", "error", said, (old.name,), count=len(new),
                data="new_data",
            )  # fmt: skip


def new_levels(context: Context) -> Iterator[Finding]:
    """Find levels that only the new data has.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    if context.new is None:
        return
    for old in context.table.columns:
        if old.name not in context.new.names or old.name == context.group:
            continue
        new = context.new[old.name]
        if old.codes is None or new.codes is None or old.prose or new.prose:
            continue
        if old.distinct == len(old):
            continue
        known = {word for word, count in zip(old.labels(), old.counts) if count}
        unknown = [i for i, w in enumerate(new.labels()) if new.counts[i] and w not in known]
        if unknown:
            rows = new.rows_of(unknown)
            words = [new.labels()[i] for i in unknown]
            said = (
                f"'{old.name}' has {counted(len(words), 'level')} in the new data alone: "
                f"{some(words)}."
            )
            yield Finding(
                "new_levels", "warning", said, (old.name,), rows, len(words),
                examples=tuple(words[:5]), data="new_data",
            )  # fmt: skip


# Drift -------------------------------------------------------------------------------------------


def drift(context: Context) -> Iterator[Finding]:
    """Find columns that are distributed otherwise in the new data.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    if context.new is None:
        return
    found = []
    for old in context.table.without(context.group, context.time):
        if old.name in context.new.names and not old.prose:
            how = compared(old, context.new[old.name])
            if how is not None:
                found.append((old.name, how))
    if not found:
        return
    adjusted = holm([how["p"] for _, how in found])
    for (name, how), p in zip(found, adjusted):
        if p >= context.limits.p_value or how["effect"] < _EFFECT:
            continue
        said = (
            f"'{name}' is distributed otherwise in the new data: population stability index "
            f"{how['psi']:.2f}, {how['test']} {how['effect']:.2f}, p {_p(p)}; {how['change']}."
        )
        severity = "warning" if how["psi"] >= context.limits.psi else "note"
        details = {"psi": how["psi"], "effect": how["effect"], "p": p}
        yield Finding(
            "drift", severity, said, (name,), count=context.new.rows, data="new_data",
            details=details,
        )  # fmt: skip


def _p(p: float) -> str:
    return "< 1e-10" if p < 1e-10 else f"{p:.2g}"


def compared(old: Column, new: Column) -> dict[str, Any] | None:
    """Return how differently a column is distributed: `psi`, `effect`, `p` and in words.

    Parameters
    ----------
    old, new : Column
        The column of the data, and of the new data.
    """
    gone = _missing_share(old, new)
    if old.numbers is not None and new.numbers is not None and old.kind == new.kind != "logical":
        a, b = old.known, new.known
        if min(len(a), len(b)) < 10 or old.kind == "time":
            return gone
        distance = _largest_gap(a, b)
        size = len(a) * len(b) / (len(a) + len(b))
        edges = np.unique(np.quantile(a, np.linspace(0, 1, _BINS + 1)[1:-1]))
        left = np.bincount(np.searchsorted(edges, a, "right"), minlength=len(edges) + 1)
        right = np.bincount(np.searchsorted(edges, b, "right"), minlength=len(edges) + 1)
        how = {
            "psi": stability(left, right),
            "effect": distance,
            "p": _kolmogorov((math.sqrt(size) + 0.12 + 0.11 / math.sqrt(size)) * distance),
            "test": "Kolmogorov-Smirnov distance",
            "change": f"medians {np.median(a):.4g} and {np.median(b):.4g}",
        }
    elif old.kind == "image" or new.kind == "image":
        return None
    else:
        both = _joined(old, new)
        if both is None or min(len(old), len(new)) < 10 or both.distinct > 100:
            return gone
        codes = np.unique(both.identity, return_inverse=True)[1]
        left = np.bincount(codes[: len(old)], minlength=codes.max() + 1)
        right = np.bincount(codes[len(old) :], minlength=codes.max() + 1)
        shares = right / right.sum() - left / left.sum()
        moved = int(np.argmax(np.abs(shares)))
        first = both.identity[np.flatnonzero(codes == moved)[0]]
        label = "missing values" if first < 0 else _label(both, np.flatnonzero(codes == moved)[0])
        how = {
            "psi": stability(left, right),
            "effect": 0.5 * float(np.abs(shares).sum()),
            "p": _chi_squared_p(left, right),
            "test": "total variation distance",
            "change": (
                f"{label}: {100 * left[moved] / left.sum():.3g} % and "
                f"{100 * right[moved] / right.sum():.3g} %"
            ),
        }
    return gone if gone is not None and gone["p"] < how["p"] else how


def _label(column: Column, row: int) -> str:
    if column.codes is not None:
        return f"'{column.labels()[column.codes[row]]}'"
    assert column.numbers is not None
    return str(bool(column.numbers[row]))


def _missing_share(old: Column, new: Column) -> dict[str, Any] | None:
    left = np.array([(~old.missing).sum(), old.missing.sum()])
    right = np.array([(~new.missing).sum(), new.missing.sum()])
    if not left[1] and not right[1]:
        return None
    a, b = old.missing.mean(), new.missing.mean()
    return {
        "psi": stability(left, right),
        "effect": float(abs(a - b)),
        "p": _chi_squared_p(left, right),
        "test": "difference of the shares missing",
        "change": f"{100 * a:.3g} % and {100 * b:.3g} % are missing",
    }


def stability(old: np.ndarray, new: np.ndarray) -> float:
    """Return the population stability index of two tables of counts, less what chance adds.

    Parameters
    ----------
    old, new : numpy.ndarray
        How many values are in each bin.

    Examples
    --------
    >>> round(stability(np.array([500, 500]), np.array([250, 750])), 3)
    0.272
    """
    left, right = (old + 0.5) / (old + 0.5).sum(), (new + 0.5) / (new + 0.5).sum()
    chance = (len(old) - 1) * (1.0 / old.sum() + 1.0 / new.sum())
    return max(0.0, float(((right - left) * np.log(right / left)).sum()) - chance)


def _largest_gap(a: np.ndarray, b: np.ndarray) -> float:
    both = np.concatenate([a, b])
    below = np.searchsorted(a, both, "right") / len(a) - np.searchsorted(b, both, "right") / len(b)
    return float(np.abs(below).max())


def _kolmogorov(x: float) -> float:
    if x < 0.2:
        return 1.0
    terms = [(-1) ** (k - 1) * math.exp(-2.0 * k * k * x * x) for k in range(1, 50)]
    return min(1.0, max(0.0, 2.0 * sum(terms)))


def _chi_squared_p(old: np.ndarray, new: np.ndarray) -> float:
    """Return the p value of a test that two tables of counts have the same shares."""
    used = old + new > 0
    table = np.stack([old[used], new[used]]).astype(np.float64)
    if table.shape[1] < 2:
        return 1.0
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    value, size = float(((table - expected) ** 2 / expected).sum()), table.shape[1] - 1
    # The cube root of a chi-squared value is nearly normal (Wilson and Hilferty 1931).
    part = 2.0 / (9.0 * size)
    z = ((value / size) ** (1 / 3) - (1 - part)) / math.sqrt(part)
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def holm(p: list[float]) -> list[float]:
    """Return p values adjusted for their number (Holm 1979).

    Parameters
    ----------
    p : list of float
        The p values.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order, largest = np.argsort(p), 0.0
    adjusted = [0.0] * len(p)
    for place, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p) - place) * p[i]))
        adjusted[i] = largest
    return adjusted


# In both -----------------------------------------------------------------------------------------


def in_both(context: Context) -> Iterator[Finding]:
    """Find rows, texts and images of the new data that are in the data as well.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    joined = together(context)
    if joined is None:
        return
    table, begin = joined
    columns = comparable(table.columns)
    if len(columns) == len(table.columns) and len(columns) > 1:
        by_chance = expected_by_chance(columns, table.rows)
        yield from _leak(equal_rows(fingerprints(columns)), begin, "row", "same", by_chance)
        near = near_rows(table)
        if near is not None and not by_chance:
            yield from _leak(near, begin, "row", "nearly the same")
    for column in table.columns:
        if column.kind == "image":
            looked = _both_looked(context, column)
            same, near = image_groups(looked, context.limits.image_near)
        elif column.prose:
            same, near = text_groups(column.texts(), context.limits.near)
        else:
            continue
        what = "image" if column.kind == "image" else "text"
        yield from _leak(same, begin, what, "same", name=column.name)
        yield from _leak(near, begin, what, "nearly the same", name=column.name)


def _both_looked(context: Context, joined: Column) -> Looked:
    """Put together what was seen of the images of both."""
    old, new = looked_at(context.table[joined.name]), None
    assert context.new is not None
    new = looked_at(context.new[joined.name])
    both = object.__new__(Looked)
    both.grey = np.concatenate([old.grey, new.grey])
    both.readable = np.concatenate([old.readable, new.readable])
    both.contrast = np.concatenate([old.contrast, new.contrast])
    kept = np.concatenate([old.digests(), new.digests()])
    # Images that cannot be read have the numbers of their rows there.
    odd = np.flatnonzero(~both.readable)
    kept[odd] = odd.astype(np.uint64)
    both.digests = lambda: kept  # type: ignore[method-assign]
    return both


def _leak(
    groups: Groups,
    begin: int,
    what: str,
    how: str,
    by_chance: bool = False,
    name: str | None = None,
) -> Iterator[Finding]:
    if not len(groups.rows):
        return
    old = np.unique(groups.group[groups.rows < begin])
    leaked = (groups.rows >= begin) & np.isin(groups.group, old)
    rows = np.sort(groups.rows[leaked]) - begin
    if not len(rows):
        return
    of = "" if name is None else f" of '{name}'"
    verb = "is" if len(rows) == 1 else "are"
    adverb = "nearly " if how.startswith("nearly") else ""
    said = f"{counted(len(rows), what)}{of} of the new data {verb} {adverb}in the data as well"
    said += ", as is to be expected of so few different values." if by_chance else "."
    kind = f"{'near_' if adverb else ''}{what}s_in_both"
    shown: list[str | Wording] = []
    for members in groups.lists():
        inside = [row for row in members if row < begin]
        outside = [row - begin for row in members if row >= begin]
        if inside and outside and len(shown) < 3:
            shown.append(worded(f"{show_rows(outside[:1])} is {show_rows(inside[:1])} of the data"))
    severity = "note" if by_chance else ("warning" if adverb else "error")
    yield Finding(
        kind, severity, said, () if name is None else (name,), rows,
        examples=tuple(shown), data="new_data",
    )  # fmt: skip
