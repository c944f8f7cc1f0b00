"""The outcome, and columns that tell it, or each other, nearly alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdeep.data_checks.columns import Column
from rdeep.data_checks.context import Context, correlation, midranks
from rdeep.data_checks.duplicates import groups_of_pairs
from rdeep.data_checks.findings import Finding, counted, some

_BINS = 30
_MOST_COLUMNS = 300
_MOST_ROWS = 20_000


def outcome(context: Context) -> Iterator[Finding]:
    """Find outcomes that nothing can be learned from, or hardly.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    y = context.y
    if y is None:
        return
    name = (y.name,)
    if y.missing.all() or y.distinct < 2:
        what = "no values" if y.missing.all() else "one value only"
        yield Finding("constant_outcome", "error", f"The outcome '{y.name}' has {what}.", name)
    elif y.is_discrete:
        yield from _classes(context, y)
    elif y.is_number and y.distinct <= 10 and _are_whole(y) and context.table.rows >= 20:
        values = [f"{value:g}" for value in np.unique(y.known)]
        said = f"The outcome '{y.name}' has {y.distinct} values only: {some(values, 6)}."
        yield Finding("outcome_as_number", "note", said, name, count=y.distinct)


def _are_whole(column: Column) -> bool:
    return bool(np.all(column.known == np.rint(column.known)))


def class_counts(column: Column) -> tuple[list[str], np.ndarray]:
    """Return the classes of an outcome, and how many rows each has.

    Parameters
    ----------
    column : Column
        A factor, text, or true and false.
    """
    if column.codes is not None:
        return column.labels(), column.counts
    known = column.known
    return ["False", "True"], np.array([(known == 0).sum(), (known != 0).sum()])


def _classes(context: Context, y: Column) -> Iterator[Finding]:
    names, counts = class_counts(y)
    used = counts > 0
    total, name, limits = int(counts.sum()), (y.name,), context.limits
    if (~used).any() and y.kind == "factor":
        empty = [names[i] for i in np.flatnonzero(~used)]
        said = f"No row has {some(empty)} as the outcome '{y.name}'."
        yield Finding("unused_class", "note", said, name, count=len(empty))
    few = np.flatnonzero(used & (counts < limits.class_rows))
    if used.sum() > 0.5 * total and total > 20:
        said = f"The outcome '{y.name}' has {int(used.sum())} classes in {total} rows."
        yield Finding("few_rows_in_class", "warning", said, name, count=int(used.sum()))
    elif len(few):
        shown = [f"{names[i]} ({counts[i]})" for i in few]
        said = (
            f"{counted(len(few), 'class', 'classes')} of '{y.name}' with few rows: {some(shown)}."
        )
        rows = _rows_of(y, few)
        yield Finding("few_rows_in_class", "warning", said, name, rows, len(few))
    smallest = int(np.argmin(np.where(used, counts, total + 1)))
    share = counts[smallest] / total
    fair = 1.0 / used.sum()
    if share < min(limits.imbalance, 0.5 * fair) and smallest not in few:
        said = (
            f"The classes of '{y.name}' are of different sizes: {100 * share:.2g} % of the rows "
            f"are '{names[smallest]}'."
        )
        severity = "warning" if share < 0.02 else "note"
        rows = _rows_of(y, np.array([smallest]))
        yield Finding("imbalance", severity, said, name, rows)


def _rows_of(y: Column, places: np.ndarray) -> np.ndarray:
    if y.codes is not None:
        return y.rows_of(places)
    assert y.numbers is not None
    return np.flatnonzero(np.isin(y.numbers, places))


# What tells the outcome --------------------------------------------------------------------------


def leakage(context: Context) -> Iterator[Finding]:
    """Find columns that tell the outcome nearly alone.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    y = context.y
    if y is None or y.distinct < 2 or y.kind == "image" or y.prose or context.table.rows < 30:
        return
    known = np.flatnonzero(~y.missing)
    if len(known) > _MOST_ROWS:
        known = known[np.linspace(0, len(known) - 1, _MOST_ROWS).astype(np.int64)]
    limit = context.limits.leakage
    target = y.take(known)
    for column in context.predictors:
        if column.kind == "image" or column.prose or column.distinct < 2:
            continue
        told = tells(column.take(known), target)
        if told >= limit:
            said = f"'{column.name}' tells the outcome '{y.name}' nearly alone ({told:.3f} of 1)."
            yield Finding(
                "leakage", "warning", said, (column.name,), count=context.table.rows,
                details={"strength": told},
            )  # fmt: skip
        if 0.01 < column.missing.mean() < 0.99 and y.is_discrete:
            gone = Column(column.name, "logical", numbers=column.missing.astype(np.float64))
            told = tells(gone.take(known), target)
            if told >= limit:
                said = f"Where '{column.name}' is missing tells the outcome '{y.name}'."
                rows = np.flatnonzero(column.missing)
                yield Finding("leakage", "warning", said, (column.name,), rows)


def tells(column: Column, y: Column) -> float:
    """Return how much of an outcome a column tells by itself, from 0 to 1.

    For classes that is the share of the errors of the most frequent class that it takes away; for
    numbers a rank correlation, or what levels explain of the variance.

    Parameters
    ----------
    column, y : Column
        The column, and the outcome, of which none is missing.
    """
    total = len(y)
    if y.is_discrete:
        codes = y.identity
        if column.numbers is not None and column.distinct > _BINS:
            return max(_errors_less(bins, codes) for bins in _binnings(column, codes))
        if column.distinct > total / 10:
            return 0.0
        return _errors_less(column.identity, codes)
    assert y.numbers is not None
    if column.numbers is not None and not column.is_discrete:
        both = np.isfinite(column.numbers) & np.isfinite(y.numbers)
        if both.sum() < 0.5 * total or both.sum() < 20:
            return 0.0
        a, b = column.numbers[both], y.numbers[both]
        # A rank correlation misses little: copies with noise, or on another scale.
        ranks = abs(correlation(midranks(a), midranks(b)))
        return float(max(ranks, abs(correlation(a, b)))) ** 2
    finite = np.isfinite(y.numbers) & ~column.missing
    if column.distinct > total / 10 or finite.sum() < 20:
        return 0.0
    codes, values = column.identity[finite], y.numbers[finite]
    sums, counts = np.bincount(codes, values), np.bincount(codes)
    means = sums / np.maximum(counts, 1)
    spread = float(((values - values.mean()) ** 2).sum())
    return 1.0 - float(((values - means[codes]) ** 2).sum()) / spread if spread > 0 else 0.0


def _binnings(column: Column, codes: np.ndarray) -> Iterator[np.ndarray]:
    """Give bins of a column's values: of as many rows each, and where the class changes.

    There are ten rows or more to a bin on average: fewer are of one class by chance.
    """
    assert column.numbers is not None
    ranks = midranks(np.nan_to_num(column.numbers, nan=-np.inf))
    most = min(_BINS, max(2, len(ranks) // 10))
    yield (ranks * (most / (len(ranks) + 1.0))).astype(np.int64)
    order = np.argsort(ranks, kind="stable")
    changes = np.r_[False, (codes[order][1:] != codes[order][:-1])]
    # Two values that are the same are in one bin.
    changes &= np.r_[False, np.diff(ranks[order]) > 0]
    if changes.sum() < most:
        bins = np.empty(len(ranks), np.int64)
        bins[order] = np.cumsum(changes)
        yield bins


def _errors_less(bins: np.ndarray, codes: np.ndarray) -> float:
    """Return the share of errors that are gone where each bin predicts its most frequent class."""
    classes = np.unique(codes, return_inverse=True)[1]
    bins = np.unique(bins, return_inverse=True)[1]
    table = np.zeros((bins.max() + 1, classes.max() + 1))
    np.add.at(table, (bins, classes), 1.0)
    before = len(codes) - table.sum(axis=0).max()
    after = len(codes) - table.max(axis=1).sum()
    return float(1.0 - after / before) if before > 0 else 0.0


# What tells each other ---------------------------------------------------------------------------


def collinear(context: Context) -> Iterator[Finding]:
    """Find columns that say the same: equal ones, correlated ones, and sums of others.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    yield from _equal_columns(context)
    columns = [c for c in context.numeric if c.distinct > 2][:_MOST_COLUMNS]
    if len(columns) < 2 or context.table.rows < 10:
        return
    step = max(1, context.table.rows // _MOST_ROWS)
    x = np.stack([_filled(column)[::step] for column in columns], axis=1)
    x = x / np.maximum(np.abs(x).max(axis=0), 1e-300)
    x = x - x.mean(axis=0)
    sizes = np.sqrt((x**2).sum(axis=0))
    usable = sizes > 0
    x, columns = x[:, usable] / sizes[usable], [c for c, ok in zip(columns, usable) if ok]
    table = x.T @ x
    close = np.abs(np.triu(table, 1)) >= context.limits.collinear
    pairs = [(int(i), int(j), abs(float(table[i, j]))) for i, j in zip(*np.nonzero(close))]
    for members in groups_of_pairs(pairs, len(columns)).lists():
        names = tuple(columns[i].name for i in members)
        if len(names) == 2:
            how = float(table[members[0], members[1]])
            said = f"'{names[0]}' and '{names[1]}' have a correlation of {how:.4g}."
        else:
            least = context.limits.collinear
            said = f"{len(names)} columns are correlated, each with another by {least:g} and more: "
            said += f"{some(names, 4)}."
        yield Finding("collinear", "note", said, names, count=len(names))
    yield from _sums(columns, x, table)


def _filled(column: Column) -> np.ndarray:
    assert column.numbers is not None
    middle = float(np.median(column.known))
    return np.where(np.isfinite(column.numbers), column.numbers, middle)


def _equal_columns(context: Context) -> Iterator[Finding]:
    """Find columns of which each value stands for one of another column."""
    alike: dict[tuple[int, int], list[Column]] = {}
    for column in context.predictors:
        if column.kind != "image" and 2 <= column.distinct < context.table.rows:
            key = (column.distinct, int(column.missing.sum()))
            alike.setdefault(key, []).append(column)
    for columns in alike.values():
        if len(columns) == 1:
            continue
        seen: dict[bytes, str] = {}
        for column in columns:
            _, first, place = np.unique(column.identity, return_index=True, return_inverse=True)
            # Values numbered by where they first occur: 1 of "a" and 1 of 7.5 are the same then.
            numbers = np.argsort(np.argsort(first))[place].astype(np.int32).tobytes()
            if numbers in seen:
                other = seen[numbers]
                said = f"'{column.name}' says the same as '{other}': each value stands for one."
                yield Finding("same_columns", "warning", said, (column.name, other), count=2)
            else:
                seen[numbers] = column.name


def _sums(columns: list[Column], x: np.ndarray, table: np.ndarray) -> Iterator[Finding]:
    """Find columns that are sums of others."""
    left = list(range(len(columns)))
    for _ in range(10):
        shares, axes = np.linalg.eigh(table[np.ix_(left, left)])
        if len(left) < 3 or shares[0] > 1e-7:
            return
        axis = axes[:, 0]
        parts = [left[i] for i in np.flatnonzero(np.abs(axis) > 1e-3)]
        worst = left[int(np.argmax(np.abs(axis)))]
        left.remove(worst)
        if len(parts) < 3:
            continue
        names = tuple(columns[i].name for i in [worst, *(p for p in parts if p != worst)])
        said = f"'{names[0]}' is a sum of multiples of {some(names[1:], 4)}."
        yield Finding("linear_combination", "note", said, names, count=len(names))
