"""Values of a column that say nothing, cannot be, or are of the wrong type."""

from __future__ import annotations

import re
import time as clock
from collections.abc import Iterator
from typing import Any

import numpy as np

from rdeep.data_checks.columns import Column
from rdeep.data_checks.context import Context
from rdeep.data_checks.findings import Finding, counted, shortened, some
from rdeep.data_checks.missing import WORDS

_NUMBER = re.compile(r"\s*[-+]?[$€£]?\s*(\d+([.,]\d+)*|[.]\d+)([eE][-+]?\d+)?\s*%?\s*")
_DATE = re.compile(
    r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d{1,2}:\d{2}.*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\s*"
)
_ID_NAME = re.compile(r"(^|[_. ])(id|ids|uuid|guid|key|rownames?|index)$|^(x|unnamed: 0)$", re.I)
_ID_CAMEL = re.compile(r"[a-z]I[dD]$")
_AT_LEAST_ZERO = re.compile(
    r"(^|[_. ])(age|count|counts|qty|quantity|price|height|weight|width|area|distance|duration|"
    r"salary|population|speed)($|[_. ])",
    re.I,
)
_RANGES = (
    (re.compile(r"(^|[_. ])age($|[_. ])", re.I), 0.0, 120.0),
    (re.compile(r"(^|[_. ])lat(itude)?($|[_. ])", re.I), -90.0, 90.0),
    (re.compile(r"(^|[_. ])(lon|lng|longitude)($|[_. ])", re.I), -180.0, 180.0),
    (re.compile(r"(^|[_. ])(month)($|[_. ])", re.I), 0.0, 12.0),
    (re.compile(r"(^|[_. ])(probability|prob)($|[_. ])", re.I), 0.0, 1.0),
)
_MANY = 20
_DAY = 86400.0


def constants(context: Context) -> Iterator[Finding]:
    """Find columns with one value, or nearly.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    total = context.table.rows
    for column in context.predictors:
        if column.kind == "image" or total < 2:
            continue
        name = (column.name,)
        if column.missing.all():
            said = f"'{column.name}' has no values."
            yield Finding("constant", "warning", said, name, count=total)
        elif column.distinct == 1:
            said = f"'{column.name}' has one value only: {some([_top(column)[0]])}."
            if column.missing.any():
                said = f"{said[:-1]}, where it is not missing."
            yield Finding("constant", "warning", said, name, count=total)
        elif total >= 100:
            value, top = _top(column)
            share = int(top.sum()) / max(1, int((~column.missing).sum()))
            if share >= context.limits.constant:
                said = f"'{column.name}' is {some([value])} in {100 * share:.4g} % of the rows."
                rows = np.flatnonzero(~top & ~column.missing)
                yield Finding("near_constant", "note", said, name, rows)


def _top(column: Column) -> tuple[Any, np.ndarray]:
    """Return the most frequent value, and which rows have it."""
    identity = column.identity
    rows = identity == np.argmax(np.bincount(identity[identity >= 0]))
    first = int(np.argmax(rows))
    if column.codes is not None:
        return column.labels()[column.codes[first]], rows
    assert column.numbers is not None
    value = float(column.numbers[first])
    return (bool(value) if column.kind == "logical" else f"{value:g}"), rows


def identifiers(context: Context) -> Iterator[Finding]:
    """Find columns that number or name the rows.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    total = context.table.rows
    for column in context.predictors:
        severity = identifies(column, total)
        if severity is None:
            continue
        said = f"'{column.name}' is different in each row, as an identifier is."
        yield Finding("identifier", severity, said, (column.name,), count=total)


def identifies(column: Column, total: int) -> str | None:
    """Return whether a column numbers or names the rows: how sure that is, as a severity.

    Parameters
    ----------
    column : Column
        The column.
    total : int
        How many rows there are.
    """
    if total < _MANY or column.missing.any() or column.distinct < total:
        return None
    named = bool(_ID_NAME.search(column.name) or _ID_CAMEL.search(column.name))
    if column.codes is not None and not column.prose:
        return "warning"
    if column.is_number and (_are_consecutive(column) or (named and column.whole)):
        return "warning" if named else "note"
    return None


def _are_consecutive(column: Column) -> bool:
    known = column.known
    return bool(np.all(np.diff(known) == 1.0))


def types(context: Context) -> Iterator[Finding]:
    """Find numbers and dates that are text, and values of several types in one column.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    for column in context.table.columns:
        if column.codes is None or not column.counts.sum():
            continue
        if column.mixed:
            kinds = ", ".join(f"{count} {kind}" for kind, count in column.mixed.items())
            said = f"'{column.name}' holds values of several types: {kinds}."
            yield Finding("mixed_types", "warning", said, (column.name,), _odd_rows(column))
            continue
        words = column.labels()
        are_levels = column.kind == "factor" or column.name == context.outcome
        if column.prose or (are_levels and column.distinct <= _MANY):
            continue
        used = [i for i in np.flatnonzero(column.counts) if words[i].strip().lower() not in WORDS]
        total = int(column.counts[used].sum())
        if not total:
            continue
        numbers = [i for i in used if _NUMBER.fullmatch(words[i])]
        dates = [i for i in used if _DATE.fullmatch(words[i])]
        name, share = (column.name,), int(column.counts[numbers].sum()) / total
        if dates and int(column.counts[dates].sum()) >= 0.9 * total:
            said = f"'{column.name}' holds dates as text: {some([words[i] for i in dates])}."
            odd = column.rows_of(list(set(used) - set(dates)))
            yield Finding("date_as_text", "warning", said, name, odd, len(dates))
        elif share >= 0.9 and len(numbers) > 2:
            others = [words[i] for i in used if i not in set(numbers)]
            beside = f", beside {some(others)}" if others else ""
            said = (
                f"'{column.name}' holds numbers as text: {some([words[i] for i in numbers])}"
                f"{beside}."
            )
            odd = column.rows_of(list(set(used) - set(numbers)))
            yield Finding("number_as_text", "warning", said, name, odd, len(numbers))
        elif share >= 0.05 and len(numbers) > 2:
            texts = [words[i] for i in used if i not in set(numbers)]
            if len(texts) < len(used) and _are_no_codes(texts):
                said = (
                    f"'{column.name}' holds both numbers ({some([words[i] for i in numbers])}) "
                    f"and other text ({some(texts)})."
                )
                rows = column.rows_of(numbers)
                yield Finding("mixed_types", "note", said, name, rows)


def _are_no_codes(texts: list[str]) -> bool:
    """Return whether texts are words: letters with digits are codes, such as those of products."""
    return sum(any(c.isdigit() for c in text) for text in texts) <= len(texts) / 2


def _odd_rows(column: Column) -> np.ndarray:
    words = column.labels()
    numbers = np.array([bool(_NUMBER.fullmatch(word)) for word in words], bool)
    share = column.counts[numbers].sum() / max(1, column.counts.sum())
    odd = numbers if share < 0.5 else ~numbers
    return column.rows_of(np.flatnonzero(odd))


def impossible(context: Context) -> Iterator[Finding]:
    """Find values that cannot be: infinite, negative counts, times to come.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    for column in context.table.columns:
        if column.kind == "time":
            yield from _future(column)
        if not column.is_number:
            continue
        assert column.numbers is not None
        rows = np.flatnonzero(np.isinf(column.numbers))
        if len(rows):
            said = f"'{column.name}' has {counted(len(rows), 'infinite value')}."
            yield Finding("infinite", "error", said, (column.name,), rows)
        yield from _out_of_range(column)


def _out_of_range(column: Column) -> Iterator[Finding]:
    assert column.numbers is not None
    known = column.known
    # What is scaled has a name that says nothing of its range.
    if not len(known) or np.mean(known < 0) > 0.1:
        return
    low, high = -np.inf, np.inf
    for pattern, least, most in _RANGES:
        # What many values are beyond is no limit: ages may be those of concrete, in days.
        beyond = int(((known < least) | (known > most)).sum())
        if pattern.search(column.name) and beyond <= max(1, 0.02 * len(known)):
            low, high = least, most
    if _AT_LEAST_ZERO.search(column.name):
        low = max(low, 0.0)
    why = "its name says"
    if low == -np.inf and _are_counts(known):
        low, why = 0.0, "all other values are whole numbers from 0 on"
    with np.errstate(invalid="ignore"):
        wrong = np.isfinite(column.numbers) & ((column.numbers < low) | (column.numbers > high))
    if -9.0 not in known and -99.0 not in known and known[0] == -1.0 and high == np.inf:
        return  # A code, which is found as one.
    rows = np.flatnonzero(wrong & ~np.isin(column.numbers, [-99.0, -999.0, -9999.0, 999.0]))
    if len(rows) and len(rows) <= max(1.0, 0.1 * len(known)):
        values = [f"{value:g}" for value in np.unique(column.numbers[rows])]
        # Only the end that is known can be crossed.
        end = f"below {low:g}" if high == np.inf else f"outside {low:g} to {high:g}"
        said = f"'{column.name}' has {counted(len(rows), 'value')} {end} ({some(values)}), as {why}"
        said = f"{said} none should be." if why.startswith("its") else f"{said}."
        yield Finding("impossible", "warning", said, (column.name,), rows)


def _are_counts(known: np.ndarray) -> bool:
    """Return whether all values but very few are whole numbers that are not negative."""
    below = int((known < 0).sum())
    if not 0 < below <= 0.01 * len(known) or len(known) < 50 or known[-1] < 5:
        return False
    return bool(np.all(known == np.rint(known)))


def _future(column: Column) -> Iterator[Finding]:
    assert column.numbers is not None
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(column.numbers > clock.time() + _DAY)
    if len(rows) and len(rows) < 0.5 * len(column):
        latest = np.datetime64(int(column.numbers[rows].max()), "s").astype("datetime64[D]")
        said = f"'{column.name}' has {counted(len(rows), 'time')} to come, up to {latest}."
        yield Finding("future", "warning", said, (column.name,), rows)


def distributions(context: Context) -> Iterator[Finding]:
    """Find columns that are skewed, and columns of very different sizes.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    spreads = []
    for column in context.predictors:
        if not column.is_number or column.distinct <= 10:
            continue
        known = column.known
        low, high = np.quantile(known, [0.25, 0.75])
        if high > low:
            spreads.append((float(high - low), column.name))
        inner = known - known.mean()
        size = float(np.sqrt(np.mean(inner**2)))
        if len(known) < 30 or size == 0:
            continue
        skewness = float(np.mean((inner / size) ** 3))
        if abs(skewness) >= context.limits.skewness:
            said = f"'{column.name}' is skewed: its skewness is {skewness:.1f}."
            details = {"positive": bool(known[0] > 0), "skewness": skewness}
            yield Finding("skewed", "note", said, (column.name,), count=len(known), details=details)
    if len(spreads) > 1 and max(spreads)[0] > 1e4 * min(spreads)[0]:
        (small, first), (large, last) = min(spreads), max(spreads)
        said = (
            f"Columns are of very different sizes: the quartiles of '{last}' are {large:.3g} "
            f"apart, those of '{first}' {small:.3g}."
        )
        yield Finding("unscaled", "note", said, (first, last), count=len(spreads))


def levels(context: Context) -> Iterator[Finding]:
    """Find levels that are rare, written in several ways, or too many.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    limits, total = context.limits, context.table.rows
    for column in context.predictors:
        if column.codes is None or column.prose or column.distinct < 2:
            continue
        name, words = (column.name,), column.labels()
        if column.distinct == total or (column.kind == "text" and _are_numbers(column, words)):
            continue
        yield from _spellings(column, words)
        if column.distinct > limits.levels:
            said = f"'{column.name}' has {column.distinct} levels."
            details = {"levels": column.distinct}
            yield Finding("many_levels", "note", said, name, count=column.distinct, details=details)
            continue
        few = np.flatnonzero((column.counts > 0) & (column.counts < limits.rare))
        if len(few) and total >= 20 * limits.rare:
            rows = column.rows_of(few)
            said = (
                f"'{column.name}' has {counted(len(few), 'level')} of fewer than {limits.rare} "
                f"rows: {some([words[i] for i in few])}."
            )
            details = {"threshold": limits.rare}
            yield Finding("rare_levels", "note", said, name, rows, len(few), details=details)


def _are_numbers(column: Column, words: list[str]) -> bool:
    numbers = [i for i in np.flatnonzero(column.counts) if _NUMBER.fullmatch(words[i])]
    return int(column.counts[numbers].sum()) >= 0.9 * int(column.counts.sum())


def _spellings(column: Column, words: list[str]) -> Iterator[Finding]:
    by_form: dict[str, list[int]] = {}
    for place in np.flatnonzero(column.counts):
        form = re.sub(r"[\s_.-]+", " ", words[place]).strip().casefold()
        by_form.setdefault(form, []).append(int(place))
    several = [places for form, places in by_form.items() if len(places) > 1 and form]
    if several and len(several) <= 0.5 * column.distinct:
        minor = [i for places in several for i in places if i != max(places, key=_count_in(column))]
        shown = [" = ".join(repr(shortened(words[i], 30)) for i in p) for p in several[:3]]
        said = f"'{column.name}' has levels that differ in spelling only: {', '.join(shown)}."
        rows = column.rows_of(minor)
        examples = tuple(words[i] for i in several[0])
        yield Finding("spelling", "warning", said, (column.name,), rows, examples=examples)


def _count_in(column: Column) -> Any:
    return lambda place: column.counts[place]
