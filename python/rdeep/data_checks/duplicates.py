"""Rows that are the same, or nearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rdeep.data_checks.columns import Column, Table
from rdeep.data_checks.context import Context, robust_scale
from rdeep.data_checks.findings import Finding, counted
from rdeep.data_checks.values import identifies
from rdeep.errors import Wording, listing, show_rows, worded

_ODD = np.uint64(0x9E3779B97F4A7C15)
_TABLES = 4
_WINDOW = 3
_SAMPLE = 120
_AGAINST = 10_000
_SHARE_OF_CHANCE = 0.05


@dataclass
class Groups:
    """Rows that belong together.

    Parameters
    ----------
    rows : numpy.ndarray
        The rows, group by group, each in order.
    group : numpy.ndarray
        The number of the group of each, from 0.
    similarity : numpy.ndarray
        How similar each is to the first of its group, from 0 to 1.
    """

    rows: np.ndarray
    group: np.ndarray
    similarity: np.ndarray

    @property
    def later(self) -> np.ndarray:
        """All but the first row of each group."""
        first = np.r_[True, np.diff(self.group) > 0] if len(self.group) else np.zeros(0, bool)
        return np.sort(self.rows[~first])

    def lists(self) -> list[list[int]]:
        """Return the rows of each group."""
        cuts = np.flatnonzero(np.diff(self.group)) + 1
        return [part.tolist() for part in np.split(self.rows, cuts)] if len(self.rows) else []


def groups_of_pairs(pairs: Sequence[tuple[int, int, float]], total: int) -> Groups:
    """Return the groups that pairs make, one with another.

    Parameters
    ----------
    pairs : sequence of tuple
        Two rows, and how similar they are.
    total : int
        How many rows there are.
    """
    parent = np.arange(total)

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = int(parent[row])
        return row

    similarity = np.ones(total)
    members: set[int] = set()
    for first, second, how in pairs:
        first, second = int(first), int(second)
        a, b = root(first), root(second)
        parent[max(a, b)] = min(a, b)
        later = max(first, second)
        similarity[later] = min(similarity[later], float(how))
        members.update((first, second))
    rows = np.array(sorted(members), np.int64)
    roots = np.array([root(int(row)) for row in rows], np.int64)
    order = np.lexsort((rows, roots))
    numbers = np.unique(roots, return_inverse=True)[1]
    return Groups(rows[order], numbers[order].astype(np.int64), similarity[rows[order]])


# The same ---------------------------------------------------------------------------------------


def fingerprints(columns: Sequence[Column]) -> np.ndarray:
    """Return a number for each row, the same where rows are the same.

    Parameters
    ----------
    columns : sequence of Column
        What is compared.
    """
    found = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        found = _mixed(found, column.identity.astype(np.uint64))
    return found


def _mixed(hashes: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return hashes of what was hashed before and one value more."""
    mixed = (hashes ^ values) * _ODD
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    result: np.ndarray = mixed ^ (mixed >> np.uint64(32))
    return result


def equal_rows(prints: np.ndarray) -> Groups:
    """Return the groups of rows with the same fingerprint.

    Parameters
    ----------
    prints : numpy.ndarray
        What `fingerprints` returned.
    """
    order = np.argsort(prints, kind="stable")
    sorted_prints = prints[order]
    same = sorted_prints[1:] == sorted_prints[:-1]
    member = np.r_[False, same] | np.r_[same, False]
    rows = order[member]
    number = np.cumsum(np.r_[True, ~same])[member] if len(rows) else np.zeros(0, np.int64)
    # Groups in the order of their first rows.
    first = np.full(int(number.max(initial=0)) + 1, len(prints))
    np.minimum.at(first, number, rows)
    order = np.lexsort((rows, first[number]))
    number = np.unique(first[number], return_inverse=True)[1]
    return Groups(rows[order], number[order].astype(np.int64), np.ones(len(rows)))


def expected_by_chance(columns: Sequence[Column], rows: int) -> bool:
    """Return whether there are so few different rows that some must be the same.

    Parameters
    ----------
    columns : sequence of Column
        What is compared.
    rows : int
        How many rows there are.
    """
    bits = 0.0
    if any(column.distinct > 0.9 * rows for column in columns):
        # Values that are nearly all different, such as texts, are not the same by chance.
        return False
    for column in columns:
        counts = np.unique(column.identity, return_counts=True)[1]
        shares = counts / counts.sum()
        bits += float(-(shares * np.log(shares)).sum())
    # Columns depend on each other, so that there are fewer rows than these numbers say.
    return 0.5 * bits < np.log(max(rows, 2)) * 1.5


def comparable(columns: Sequence[Column]) -> list[Column]:
    """Return the columns whose values can be compared: all but images.

    Parameters
    ----------
    columns : sequence of Column
        The columns.
    """
    return [column for column in columns if column.kind != "image"]


def duplicate_rows(context: Context) -> Iterator[Finding]:
    """Find rows that occur more than once, and equal predictors with different outcomes.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    rows = context.table.rows
    if len(comparable(context.table.columns)) != len(context.table.columns) or rows < 2:
        return
    names = _identifiers(context)
    columns = context.table.without(*names)
    if len(columns) > 1:
        groups = equal_rows(fingerprints(columns))
        later = groups.later
        if len(later):
            by_chance = expected_by_chance(columns, rows)
            but = f" but for {listing(names, 'and')!s}" if names else ""
            said = f"{_are(len(later))} the same as one before{but}"
            said += ", as is to be expected of so few different values." if by_chance else "."
            yield Finding(
                "duplicate_rows", "note" if by_chance else "warning", said, (), later,
                examples=_shown(groups), details={"groups": groups.group[-1] + 1},
            )  # fmt: skip
    if context.y is not None and context.predictors:
        yield from _conflicts(context)


def _identifiers(context: Context) -> list[str]:
    """Return the columns that number or name rows: by them, equal rows would differ."""
    return [each.name for each in context.predictors if identifies(each, context.table.rows)]


def _are(count: int) -> str:
    return f"{counted(count, 'row')} {'is' if count == 1 else 'are'}"


def _shown(groups: Groups, most: int = 3) -> tuple[Wording, ...]:
    return tuple(worded(f"{show_rows(rows[:5])}") for rows in groups.lists()[:most])


def _conflicts(context: Context) -> Iterator[Finding]:
    predictors = comparable(context.table.without(context.outcome, *_identifiers(context)))
    if not predictors or context.y is None or context.y.kind == "image":
        return
    groups = equal_rows(fingerprints(predictors))
    if not len(groups.rows):
        return
    by_chance = expected_by_chance(predictors, context.table.rows)
    if by_chance and not context.is_classes:
        return
    outcome = context.y.identity[groups.rows]
    first = np.r_[True, np.diff(groups.group) > 0]
    differs = outcome != outcome[np.flatnonzero(first)[groups.group]]
    bad = np.isin(groups.group, groups.group[differs])
    if not bad.any():
        return
    found = Groups(groups.rows[bad], groups.group[bad], groups.similarity[bad])
    count = len(np.unique(found.group))
    said = (
        f"{counted(len(found.rows), 'row')} with the same predictors as others have different "
        f"outcomes, in {counted(count, 'group')}"
    )
    said += ", as is to be expected of so few different values." if by_chance else "."
    yield Finding(
        "conflicting_outcomes", "note" if by_chance else "warning", said,
        (context.outcome or "",), np.sort(found.rows), examples=_shown(found),
    )  # fmt: skip


# Nearly the same --------------------------------------------------------------------------------


def near_duplicate_rows(context: Context) -> Iterator[Finding]:
    """Find rows that differ by far less than rows do by chance.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    if len(comparable(context.table.columns)) != len(context.table.columns):
        return
    columns = context.table.without(*_identifiers(context))
    groups = near_rows(Table(columns, context.table.rows)) if columns else None
    if groups is None or not len(groups.rows):
        return
    later = groups.later
    said = f"{_are(len(later))} nearly the same as one before: much closer than any by chance."
    yield Finding("near_duplicate_rows", "warning", said, (), later, examples=_shown(groups))


def near_rows(table: Table, tolerance: float | None = None) -> Groups | None:
    """Return groups of rows that are near each other without being the same.

    Numbers are near when their difference is small, in robust standard deviations of the column;
    all other columns must be the same.

    Parameters
    ----------
    table : Table
        The rows.
    tolerance : float, optional
        How far numbers may differ; by default much less than rows differ by chance.

    Returns
    -------
    Groups or None
        `None` where too few columns are numbers to say so.
    """
    columns = comparable(table.columns)
    numeric = [c for c in columns if c.is_number and c.distinct > 10]
    others = [c for c in columns if c not in numeric]
    if not numeric or (tolerance is None and (len(numeric) < 3 or table.rows < 20)):
        return None
    x = np.stack([_scaled(column) for column in numeric], axis=1)
    exact = np.zeros(table.rows, np.uint64)
    for column in others:
        exact = _mixed(exact, column.identity.astype(np.uint64))
    for column in numeric:
        exact = _mixed(exact, column.missing.astype(np.uint64))
    if tolerance is None:
        tolerance = _unlikely_distance(x)
    if tolerance <= 0:
        return groups_of_pairs([], table.rows)
    pairs = _near_pairs(x, exact, tolerance)
    return groups_of_pairs(pairs, table.rows)


def _scaled(column: Column) -> np.ndarray:
    assert column.numbers is not None
    middle, spread = robust_scale(column.known)
    if spread == 0:
        spread = float(np.std(column.known)) or 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = (column.numbers - middle) / spread
    return np.clip(np.nan_to_num(scaled, nan=0.0, posinf=1e9, neginf=-1e9), -1e9, 1e9)


def _unlikely_distance(x: np.ndarray) -> float:
    """Return a distance that two rows hardly ever have by chance.

    The share of rows with a neighbour nearer than r grows as r to the power of the dimension that
    the data fills, which the ratios of the distances to the two nearest neighbours tell (Facco et
    al. 2017).
    """
    draw = np.random.default_rng(1)
    rows = draw.permutation(len(x))
    against = x[rows[:_AGAINST]].astype(np.float32)
    first, second = [], []
    for row in rows[:_SAMPLE]:
        distance = np.abs(against - x[row].astype(np.float32)).max(axis=1)
        distance = np.sort(distance[distance > 0])
        if len(distance) > 1:
            first.append(float(distance[0]))
            second.append(float(distance[1]))
    if len(first) < 10:
        return 0.0
    near, far = np.array(first), np.array(second)
    ratio = np.log(far / near)
    dimension = 1.0 / max(float(np.mean(ratio)), 1e-3)
    dimension = min(dimension, x.shape[1])
    # Of a part of the rows neighbours are farther than of all.
    typical = float(np.median(near)) * (len(against) / len(x)) ** (1.0 / dimension)
    share = (_SHARE_OF_CHANCE / len(x)) ** (1.0 / dimension)
    return typical * min(share, 0.1)


def _near_pairs(x: np.ndarray, exact: np.ndarray, tolerance: float) -> list[tuple[int, int, float]]:
    """Return pairs within a distance: those that share a cell of a shifted grid are compared."""
    draw = np.random.default_rng(2)
    width = tolerance * max(4.0, 2.0 * x.shape[1])
    found: dict[tuple[int, int], float] = {}
    for _ in range(_TABLES):
        shift = draw.random(x.shape[1])
        hashes = exact
        for column in range(x.shape[1]):
            cells = np.floor(x[:, column] / width + shift[column]).astype(np.int64)
            hashes = _mixed(hashes, cells.astype(np.uint64))
        order = np.lexsort((x[:, 0], hashes))
        for step in range(1, _WINDOW + 1):
            a, b = order[:-step], order[step:]
            same = hashes[a] == hashes[b]
            a, b = a[same], b[same]
            if not len(a):
                break
            distance = np.abs(x[a] - x[b]).max(axis=1)
            near = (distance <= tolerance) & (distance > 0)
            for i, j, d in zip(a[near], b[near], distance[near]):
                found[(min(int(i), int(j)), max(int(i), int(j)))] = float(d)
    return [(i, j, 1.0 - d / (1.0 + d)) for (i, j), d in found.items()]
