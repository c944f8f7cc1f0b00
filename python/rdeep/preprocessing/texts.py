"""Text as arrays: what users pass, made clean, split and joined to n-grams, as TensorFlow does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rdeep.errors import DataError, ShapeError, show

Documents = list[list[str]]

# TensorFlow changes ASCII letters alone.
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_PUNCTUATION = dict.fromkeys(map(ord, "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"))
_BLANKS = re.compile(r"[ \t\n\v\f\r]+")


def is_text(data: object) -> bool:
    """Return whether an array holds text.

    Parameters
    ----------
    data : array
        The array, or what can become one.
    """
    kind = np.asarray(data).dtype.kind
    if kind == "O":
        flat = np.asarray(data, object).reshape(-1)
        return any(isinstance(value, (str, bytes)) for value in flat)
    return kind in "US"


def as_texts(data: object, label: str = "x", encoding: str = "utf-8") -> np.ndarray:
    """Return text as an array of Python's strings.

    Parameters
    ----------
    data : array
        Strings, or bytes that are decoded.
    label : str
        What to call it in messages.
    encoding : str
        What bytes are decoded by.

    Raises
    ------
    DataError
        If something in it is missing or no text.

    Examples
    --------
    >>> as_texts(["a", b"b"])
    array(['a', 'b'], dtype=object)
    """
    try:
        array = np.asarray(data.numpy() if hasattr(data, "numpy") else data)
        array = array.astype(object)
    except ValueError:
        raise DataError(f"'{label}' has rows of different lengths.", argument=label) from None
    flat = array.reshape(-1)
    for place, value in enumerate(flat):
        if isinstance(value, str):
            continue
        if not isinstance(value, bytes):
            missing = value is None or (isinstance(value, float) and np.isnan(value))
            what = "a missing value" if missing else show(value)
            raise DataError(
                f"'{label}' must hold text, not {what}.",
                argument=label,
                received=what,
                expected="strings",
                hint="Fill missing text in, for example with an empty string."
                if missing
                else "Turn numbers into text first, or make the input one of numbers.",
            )
        if array is data or flat.base is data:
            array = array.copy()
            flat = array.reshape(-1)
        flat[place] = value.decode(encoding)
    return flat.reshape(array.shape)


def standardized(texts: np.ndarray, how: str | Callable[[Any], Any] | None) -> np.ndarray:
    """Return texts made uniform.

    Parameters
    ----------
    texts : array of str
        The texts.
    how : str, callable or None
        `"lower"`, `"strip_punctuation"`, both as `"lower_and_strip_punctuation"`, or a function
        of an array of strings.
    """
    if how is None:
        return texts
    if callable(how):
        changed = as_texts(how(texts.astype(str)), "the result of 'standardize'")
        if changed.size != texts.size:
            raise ShapeError(
                f"'standardize' made {changed.size} texts of {texts.size}.",
                argument="standardize",
            )
        return changed.reshape(texts.shape)
    table: dict[int, int | None] = {}
    if how in ("lower", "lower_and_strip_punctuation"):
        table.update(_LOWER)
    if how in ("strip_punctuation", "lower_and_strip_punctuation"):
        table.update(_PUNCTUATION)
    out = np.empty(texts.size, object)
    out[:] = [text.translate(table) for text in texts.reshape(-1)]
    return out.reshape(texts.shape)


def split(texts: np.ndarray, how: str | Callable[[Any], Any]) -> Documents:
    """Return each text's tokens.

    Parameters
    ----------
    texts : array of str
        The texts, in one dimension.
    how : {"whitespace", "character"} or callable
        What separates tokens; a function of an array of strings gives a sequence of them for each.
    """
    if how == "whitespace":
        return [[part for part in _BLANKS.split(text) if part] for text in texts]
    if how == "character":
        return [list(text) for text in texts]
    assert callable(how)
    parts = how(texts.astype(str))
    parts = parts.to_list() if hasattr(parts, "to_list") else list(parts)
    if len(parts) != len(texts):
        raise ShapeError(
            f"'split' gave the tokens of {len(parts)} texts for {len(texts)}.", argument="split"
        )
    return [_tokens(part) for part in parts]


def _tokens(part: Any) -> list[str]:
    if isinstance(part, (str, bytes)):
        part = [part]
    return [token.decode() if isinstance(token, bytes) else str(token) for token in part]


def ngrams(documents: Documents, widths: Sequence[int]) -> Documents:
    """Return the runs of neighbouring tokens, of one width after the other.

    Parameters
    ----------
    documents : list of list of str
        The tokens.
    widths : sequence of int
        How many tokens to join.

    Examples
    --------
    >>> ngrams([["a", "b", "c"]], (1, 2))
    [['a', 'b', 'c', 'a b', 'b c']]
    """
    return [
        [
            " ".join(tokens[start : start + width])
            for width in widths
            for start in range(len(tokens) - width + 1)
        ]
        for tokens in documents
    ]


def padded(rows: list[np.ndarray], length: int | None, fill: object = 0) -> np.ndarray:
    """Return rows of several lengths as a matrix.

    Parameters
    ----------
    rows : list of numpy.ndarray
        The rows.
    length : int or None
        The number of columns; what is longer is cut. By default that of the longest row.
    fill : object
        What comes after the shorter ones.
    """
    width = max((len(row) for row in rows), default=0) if length is None else length
    out = np.full((len(rows), width), fill, np.int64)
    for place, row in enumerate(rows):
        out[place, : len(row)] = row[:width]
    return out
