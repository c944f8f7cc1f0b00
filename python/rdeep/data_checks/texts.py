"""Texts: what is wrong with them, and which are the same, or nearly."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from rdeep.data_checks.cleaning import CONTROL, EMAIL, ENTITY, MOJIBAKE, TAG, URL
from rdeep.data_checks.columns import Column
from rdeep.data_checks.context import Context
from rdeep.data_checks.duplicates import Groups, equal_rows, groups_of_pairs
from rdeep.data_checks.findings import Finding, counted, shortened

_SHINGLE = 5
_KEPT = 96
_HASHES = 60
_MOST_IN_BUCKET = 60
_REPEATED = re.compile(r"([^\W\d_])\1{3,}|([!?.,])\2{4,}")
_BLANKS = re.compile(r"^\s|\s$|\s{2,}")


# What is wrong -----------------------------------------------------------------------------------


def text_problems(context: Context) -> Iterator[Finding]:
    """Find markup, addresses, broken characters, empty and very long texts, other alphabets.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    for column in context.table.columns:
        if column.codes is None:
            continue
        if column.prose:
            yield from _problems(column)
        else:
            yield from _of_levels(column)


def _problems(column: Column) -> Iterator[Finding]:
    words = column.labels()
    rules: list[tuple[str, str, str, Callable[[str], object]]] = [
        ("html", "warning", "markup of HTML", _has_markup),
        ("addresses", "note", "web or e-mail addresses", _has_address),
        ("encoding", "warning", "broken characters", _is_broken),
        ("control_characters", "note", "control or invisible characters", CONTROL.search),
        ("repeated_characters", "note", "characters repeated many times", _REPEATED.search),
    ]
    for kind, severity, what, test in rules:
        found = [i for i, word in enumerate(words) if column.counts[i] and test(word)]
        if found:
            rows = column.rows_of(found)
            said = f"'{column.name}' has {what} in {counted(len(rows), 'text')}."
            examples = tuple(_around(words[i], test) for i in found[:3])
            yield Finding(kind, severity, said, (column.name,), rows, examples=examples)
    unlike = [i for i, w in enumerate(words) if not unicodedata.is_normalized("NFC", w)]
    if unlike:
        rows = column.rows_of(unlike)
        said = f"'{column.name}' has letters that are not composed (NFC) in {len(rows)} texts."
        yield Finding("not_composed", "note", said, (column.name,), rows)
    yield from _lengths(column, words)
    yield from _alphabets(column, words)


def _has_markup(text: str) -> object:
    return ("<" in text and TAG.search(text)) or ("&" in text and ENTITY.search(text))


def _has_address(text: str) -> object:
    return URL.search(text) or ("@" in text and EMAIL.search(text))


def _is_broken(text: str) -> object:
    return MOJIBAKE.search(text) or ("\ufffd" in text and re.search("\ufffd", text))


def _around(text: str, test: Callable[[str], object]) -> str:
    found = test(text)
    start = found.start() if isinstance(found, re.Match) else 0
    return shortened(text[max(0, start - 15) : start + 45])


def _lengths(column: Column, words: Sequence[str]) -> Iterator[Finding]:
    lengths = np.array([len(word) for word in words])
    empty = [i for i, word in enumerate(words) if not word.strip()]
    if empty and column.counts[empty].sum():
        rows = column.rows_of(empty)
        said = f"'{column.name}' has {counted(len(rows), 'empty text')}."
        yield Finding("empty_text", "warning", said, (column.name,), rows)
    usual = float(np.median(lengths[column.counts > 0]))
    long = np.flatnonzero((lengths > 20 * usual) & (lengths > 5000))
    if len(long):
        rows = column.rows_of(long)
        said = (
            f"'{column.name}' has {counted(len(rows), 'text')} of up to {int(lengths.max())} "
            f"characters; half of the texts have at most {usual:.0f}."
        )
        yield Finding("very_long_text", "note", said, (column.name,), rows)


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "").split(" ", 1)[0]
    return {"HIRAGANA": "CJK", "KATAKANA": "CJK", "HANGUL": "HANGUL"}.get(name, name)


def _alphabets(column: Column, words: Sequence[str]) -> Iterator[Finding]:
    main = []
    for word in words:
        if word.isascii():
            letters = any(map(str.isalpha, word))
            main.append("LATIN" if letters else "")
            continue
        scripts = Counter(map(_script, word[:500]))
        scripts.pop("", None)
        main.append(scripts.most_common(1)[0][0] if scripts else "")
    total: Counter[str] = Counter()
    for script, count in zip(main, column.counts):
        total[script] += int(count)
    total.pop("", None)
    if len(total) < 2:
        return
    usual, count = total.most_common(1)[0]
    others = sum(total.values()) - count
    if others <= 0.1 * sum(total.values()):
        rare = [i for i, script in enumerate(main) if script not in ("", usual)]
        rows = column.rows_of(rare)
        names = ", ".join(sorted({main[i].capitalize() for i in rare}))
        said = f"'{column.name}' has {counted(len(rows), 'text')} in another alphabet: {names}."
        examples = tuple(shortened(words[i]) for i in rare[:3])
        yield Finding("other_alphabet", "note", said, (column.name,), rows, examples=examples)


def _of_levels(column: Column) -> Iterator[Finding]:
    """Find blanks around levels, and broken characters in them."""
    words = column.labels()
    blank = [i for i, w in enumerate(words) if column.counts[i] and w.strip() and _BLANKS.search(w)]
    if blank:
        rows = column.rows_of(blank)
        said = f"'{column.name}' has blanks at the ends of levels, or several in a row."
        examples = tuple(repr(words[i]) for i in blank[:3])
        yield Finding("blanks", "note", said, (column.name,), rows, examples=examples)
    broken = [i for i, w in enumerate(words) if column.counts[i] and _is_broken(w)]
    if broken:
        rows = column.rows_of(broken)
        said = f"'{column.name}' has broken characters in {counted(len(broken), 'level')}."
        examples = tuple(words[i] for i in broken[:3])
        yield Finding("encoding", "warning", said, (column.name,), rows, examples=examples)


# Duplicates --------------------------------------------------------------------------------------


def duplicate_texts(context: Context) -> Iterator[Finding]:
    """Find texts that say the same, or nearly.

    Parameters
    ----------
    context : Context
        What is checked.
    """
    for column in context.table.columns:
        if column.codes is None or not column.prose:
            continue
        same, near = text_groups(column.texts(), context.limits.near)
        name = (column.name,)
        if len(same.rows):
            count = len(same.later)
            verb = "says" if count == 1 else "say"
            said = (
                f"'{column.name}' has {counted(count, 'text')} that {verb} the same as one before "
                "(but for case, blanks and punctuation)."
            )
            yield Finding(
                "duplicate_texts", "warning", said, name, same.later,
                examples=_quoted(column, same),
            )  # fmt: skip
        if len(near.rows):
            said = (
                f"'{column.name}' has {counted(len(near.later), 'text')} nearly the same as one "
                "before."
            )
            yield Finding(
                "near_duplicate_texts", "warning", said, name, near.later,
                examples=_quoted(column, near),
            )  # fmt: skip


def _quoted(column: Column, groups: Groups) -> tuple[str, ...]:
    texts = column.texts()
    return tuple(shortened(texts[rows[-1]] or "") for rows in groups.lists()[:3])


class _Plain(dict[int, str]):
    """What each character becomes: letters and digits stay, all else is a blank."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = unicodedata.category(character)[0]
        self[code] = character if kind in "LN" else "" if kind == "M" else " "
        return self[code]


_PLAIN = _Plain()


def plain_form(text: str) -> str:
    """Return a text without case, punctuation and needless blanks.

    Parameters
    ----------
    text : str
        The text.

    Examples
    --------
    >>> plain_form("  Good  Morning, World! ")
    'good morning world'
    """
    composed = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(composed.casefold().translate(_PLAIN).split())


def text_groups(texts: Sequence[str | None], near: float) -> tuple[Groups, Groups]:
    """Return the groups of texts that say the same, and of those that nearly do.

    Near ones share most of their runs of five characters: candidates come from MinHash signatures
    cut into bands (Broder 1997), and their Jaccard similarity is then computed.

    Parameters
    ----------
    texts : sequence of str or None
        The texts.
    near : float
        The similarity from which on texts are near.
    """
    forms = ["" if text is None else plain_form(text) for text in texts]
    places: dict[str, int] = {}
    code = np.array([places.setdefault(form, len(places)) for form in forms], np.int64)
    # What is empty is no duplicate of what is empty.
    unique = np.where(code == places.get("", -1), len(places) + np.arange(len(code)), code)
    same = equal_rows(unique.astype(np.uint64))
    first = np.unique(code, return_index=True)[1]
    distinct = list(places)
    pairs = near_texts(distinct, near)
    return same, groups_of_pairs(
        [(int(first[i]), int(first[j]), how) for i, j, how in pairs], len(texts)
    )


def near_texts(forms: Sequence[str], near: float) -> list[tuple[int, int, float]]:
    """Return pairs of texts that nearly say the same.

    Parameters
    ----------
    forms : sequence of str
        Texts that differ, in their plain form.
    near : float
        The similarity from which on.
    """
    owner, shingles = _shingles(forms)
    if not len(shingles):
        return []
    starts = np.searchsorted(owner, np.arange(len(forms) + 1))
    candidates = _candidates(*_smallest(owner, shingles, starts), near)
    found = []
    for i, j in candidates:
        a, b = shingles[starts[i] : starts[i + 1]], shingles[starts[j] : starts[j + 1]]
        if min(len(a), len(b)) < near * max(len(a), len(b)):
            continue
        both = len(np.intersect1d(a, b, assume_unique=True))
        how = both / (len(a) + len(b) - both)
        if how >= near:
            found.append((i, j, how))
    return found


def _shingles(forms: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the runs of characters of each text as numbers, once each and in order."""
    lengths = np.array([len(form) for form in forms])
    whole = np.frombuffer("".join(forms).encode("utf-32-le"), np.uint32).astype(np.uint64)
    if len(whole) < _SHINGLE:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    hashes = np.zeros(len(whole) - _SHINGLE + 1, np.uint64)
    for place in range(_SHINGLE):
        hashes = hashes * np.uint64(0x100000001B3) + whole[place : place + len(hashes)]
    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(0x9E3779B97F4A7C15)
    ends = np.cumsum(lengths)
    owner = np.repeat(np.arange(len(forms)), lengths)[: len(hashes)]
    within = np.arange(len(hashes)) + _SHINGLE <= ends[owner]
    owner, hashes = owner[within], hashes[within]
    # One sort of both: the number of the text, then 40 bits of the shingle.
    both = np.unique((owner.astype(np.uint64) << np.uint64(40)) | (hashes >> np.uint64(24)))
    return (both >> np.uint64(40)).astype(np.int64), both & np.uint64((1 << 40) - 1)


def _smallest(
    owner: np.ndarray, shingles: np.ndarray, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest shingles of each text: a sample that similar texts share."""
    kept = np.arange(len(owner)) - starts[owner] < _KEPT
    return owner[kept], shingles[kept]


def _candidates(owner: np.ndarray, shingles: np.ndarray, near: float) -> list[tuple[int, int]]:
    """Return pairs of texts of which a band of signatures is the same, and most of the rest."""
    draw = np.random.default_rng(3)
    there, begin = np.unique(owner, return_index=True)
    signatures = np.empty((_HASHES, len(there)), np.uint32)
    for place in range(_HASHES):
        factor = np.uint64(int(draw.integers(1, 2**63)) * 2 + 1)
        mixed = (shingles * factor) >> np.uint64(32)
        signatures[place] = np.minimum.reduceat(mixed, begin)
    size = 5 if near >= 0.75 else 4 if near >= 0.6 else 2
    found: set[tuple[int, int]] = set()
    for start in range(0, _HASHES - size + 1, size):
        band = np.zeros(len(there), np.uint64)
        for lowest in signatures[start : start + size]:
            band = (band ^ lowest.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        found |= _in_buckets(band)
    pairs = np.array(sorted(found), np.int64).reshape(-1, 2)
    alike = (signatures[:, pairs[:, 0]] == signatures[:, pairs[:, 1]]).mean(axis=0)
    # A share of 60 signatures may be a fifth too small by chance.
    return [(int(there[a]), int(there[b])) for a, b in pairs[alike >= near - 0.2]]


def _in_buckets(band: np.ndarray) -> set[tuple[int, int]]:
    """Return pairs with the same number; of many with it, each with the first and the next."""
    order = np.argsort(band, kind="stable")
    same = np.r_[False, band[order][1:] == band[order][:-1], False]
    places = np.flatnonzero(np.diff(same.astype(np.int8)))
    found: set[tuple[int, int]] = set()
    for low, high in zip(places[::2], places[1::2]):
        bucket = order[low : high + 1].tolist()
        if len(bucket) <= _MOST_IN_BUCKET:
            found.update((a, b) for k, a in enumerate(bucket) for b in bucket[k + 1 :])
        else:
            found.update(itertools.pairwise(bucket))
            found.update((bucket[0], each) for each in bucket[1:])
    return found
