"""Values, and rows, that lie far from all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np

from rdeep.data_checks.columns import Column
from rdeep.data_checks.context import Context, midranks, robust_scale
from rdeep.data_checks.findings import Finding, counted, some

_MOST_COLUMNS = 60
_MOST_SHARE = 0.01


def outliers(context: Context) -> Iterator[Finding]:
    """Find values far from the others of their column.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    columns = [c for c in context.table.columns if c.is_number]
    for column in columns:
        if column.name in (context.group, context.time):
            continue
        scores = far_scores(column)
        far = np.abs(scores) >= context.limits.outlier
        rows = np.flatnonzero(far)
        # What is far in many rows is a heavy tail, and is said to be skewed.
        if not len(rows) or len(rows) > max(1, _MOST_SHARE * len(column.known)):
            continue
        assert column.numbers is not None
        rows = rows[np.argsort(-np.abs(scores[rows]), kind="stable")]
        values = [f"{column.numbers[row]:.6g}" for row in rows]
        inside = column.numbers[np.isfinite(column.numbers) & ~far]
        said = (
            f"'{column.name}' has {counted(len(rows), 'value')} far from the others "
            f"({some(list(dict.fromkeys(values)))}; the others are {inside.min():.6g} to "
            f"{inside.max():.6g})."
        )
        severity = "warning" if np.abs(scores[rows[0]]) >= 2 * context.limits.outlier else "note"
        yield Finding(
            "outlier", severity, said, (column.name,), np.sort(rows), examples=tuple(values[:5])
        )


def far_scores(column: Column) -> np.ndarray:
    """Return how many robust standard deviations values are from the median; 0 where missing.

    Values of a skewed column are first brought to a scale on which its two sides are alike: by
    their signed logarithm, if that makes them so.

    Parameters
    ----------
    column : Column
        Numbers.
    """
    assert column.numbers is not None
    known = column.known
    total = len(column)
    if len(known) < 8 or column.distinct <= 5:
        return np.zeros(total)
    scores = _scores(column.numbers, known)
    if _asymmetry(known) > 0.1 or _tail(known) > 5:
        middle, spread = robust_scale(known)
        positive = known[0] > 0
        least, unit = float(known[0]), max(spread, 1e-12)

        def transformed(x: np.ndarray) -> np.ndarray:
            if positive:
                return np.log(np.maximum(x, least))
            return np.sign(x - middle) * np.log1p(np.abs(x - middle) / unit)

        changed = transformed(known)
        if _asymmetry(changed) < _asymmetry(known) or _tail(changed) < 0.7 * _tail(known):
            others = _scores(transformed(column.numbers), changed)
            # A logarithm makes much of small numbers, which lie near all others.
            nearer = np.maximum(scores, others) if positive else others
            scores = np.where(others > 0, others, nearer)
    return _apart(np.where(np.isfinite(column.numbers), scores, 0.0))


def _scores(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return how many robust standard deviations values are from the median."""
    middle, spread = robust_scale(known)
    usual = np.nan
    if spread == 0:
        # Most values are the same, such as zero: those that are not are compared.
        usual = middle
        others = known[known != usual]
        middle, spread = robust_scale(others)
        if len(others) < 20 or spread == 0:
            return np.zeros(len(values))
    scores: np.ndarray = np.where(values == usual, 0.0, (values - middle) / spread)
    return scores


def _asymmetry(known: np.ndarray) -> float:
    low, middle, high = np.quantile(known, [0.1, 0.5, 0.9])
    return abs(float(high + low - 2 * middle)) / float(high - low) if high > low else 0.0


def _tail(known: np.ndarray) -> float:
    """Return how wide the bulk is beside its middle half: 2.9 for a normal distribution."""
    least, low, high, most = np.quantile(known, [0.025, 0.25, 0.75, 0.975])
    return float((most - least) / (high - low)) if high > low else 0.0


def _apart(scores: np.ndarray) -> np.ndarray:
    """Keep the scores of what is beyond a gap on its side: a tail that thins out has none."""
    kept = scores.copy()
    for sign in (1.0, -1.0):
        side = np.sort(sign * scores[sign * scores > 3.0])
        if not len(side):
            continue
        steps = np.diff(np.r_[3.0, side])
        wide = np.flatnonzero(steps >= 1.0)
        first = side[wide[0]] if len(wide) else np.inf
        low = (sign * scores > 3.0) & (sign * scores < first)
        kept[low] = sign * np.minimum(np.abs(scores[low]), 3.0)
    return kept


def unusual_rows(context: Context) -> Iterator[Finding]:
    """Find rows whose values do not go together, though each may be usual.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    columns = [c for c in context.table.columns if c.is_number]
    columns = [c for c in columns if c.name not in (context.group, context.time)]
    found = row_scores(columns)
    if found is None:
        return
    scores, names = found
    rows = np.flatnonzero(scores > 1.0)
    if not len(rows) or len(rows) > max(1, _MOST_SHARE * context.table.rows):
        return
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    said = (
        f"{counted(len(rows), 'row')} with a combination of values that is unlike the others', "
        f"mostly in {some([names[row] for row in rows[:1]])}."
    )
    columns_named = tuple(dict.fromkeys(names[row] for row in rows[:5]))
    yield Finding("unusual_rows", "note", said, columns_named, np.sort(rows))


def row_scores(columns: Sequence[Column]) -> tuple[np.ndarray, list[str]] | None:
    """Return how far rows are from the others, 1 being what hardly any row is by chance.

    Each column becomes normal scores by its ranks, so that only the combination counts; the
    squared Mahalanobis distance of these is compared with a chi-squared distribution.

    Parameters
    ----------
    columns : sequence of Column
        Numbers; those of few values, or with many missing ones, are left out.

    Returns
    -------
    tuple or None
        The scores, and for each row the column that is farthest from what the others say of it;
        `None` where there are too few columns or rows.
    """
    used = [c for c in columns if c.distinct > 10 and c.missing.mean() < 0.2][:_MOST_COLUMNS]
    total = len(used[0]) if used else 0
    if len(used) < 2 or total < 10 * len(used):
        return None
    z = np.stack([_normal_scores(column) for column in used], axis=1)
    # Equal columns would make every row unusual: the smallest parts are left out.
    shares, axes = np.linalg.eigh(np.corrcoef(z, rowvar=False))
    kept = shares > 1e-4
    parts = (z @ axes[:, kept]) / np.sqrt(shares[kept])
    distance = (parts**2).sum(axis=1)
    size = int(kept.sum())
    usual = float(np.median(distance)) / _chi_squared(0.5, size)
    limit = _chi_squared(1.0 - 0.001 / total, size) * max(usual, 1.0)
    # Tails that go together are heavier than chi-squared's: the bulk says by how much.
    tail = float(np.quantile(distance, 0.99)) / (_chi_squared(0.99, size) * max(usual, 1.0))
    limit *= max(1.0, tail)
    whole = parts @ (axes[:, kept] / np.sqrt(shares[kept])).T
    worst = np.argmax(np.abs(whole), axis=1)
    return distance / limit, [used[i].name for i in worst]


def _normal_scores(column: Column) -> np.ndarray:
    assert column.numbers is not None
    finite = np.isfinite(column.numbers)
    ranks = midranks(column.numbers[finite]) / (finite.sum() + 1.0)
    scores = np.zeros(len(column))
    scores[finite] = normal_quantiles(ranks)
    size = float(scores.std())
    return scores / size if size > 0 else scores


def normal_quantiles(p: np.ndarray) -> np.ndarray:
    """Return quantiles of the normal distribution, read from a table of them.

    Parameters
    ----------
    p : numpy.ndarray
        Probabilities.
    """
    found: Any = np.interp(p, *_normal_table())
    return np.asarray(found)


@lru_cache(maxsize=1)
def _normal_table() -> tuple[np.ndarray, np.ndarray]:
    grid = np.linspace(-6.0, 6.0, 4001)
    return np.array([NormalDist().cdf(float(x)) for x in grid]), grid


def _chi_squared(p: float, size: int) -> float:
    """Return a quantile of the chi-squared distribution (Wilson and Hilferty 1931)."""
    part = 2.0 / (9.0 * size)
    return size * float((1.0 - part + NormalDist().inv_cdf(p) * np.sqrt(part)) ** 3)
