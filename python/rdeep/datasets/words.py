"""Texts as sequences of word numbers: film reviews (IMDB) and newswires (Reuters)."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from rdeep.catalogue.options import Number, checked
from rdeep.datasets.reading import STORE, arrays, located, read
from rdeep.errors import DataError

Sequences = list[list[int]]

_IMDB = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
_IMDB_INDEX = "bfafd718b763782e994055a2d397834f"
_REUTERS = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
_REUTERS_INDEX = "4d44cc38712099c9e383dc6e5f11a921"


def imdb(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> tuple:
    """Return film reviews and whether they are kind, as `keras.datasets.imdb.load_data` does.

    Parameters
    ----------
    path : str
        A local file, or the name in the cache.
    num_words : int, optional
        Only numbers below this are kept: the most frequent words.
    skip_top : int
        So many of the most frequent words are left out.
    maxlen : int, optional
        Longer reviews are left out.
    seed : int
        What the order is drawn from.
    start_char, oov_char, index_from : int or None
        The number that begins a review, the one for words that are left out, and what is added to
        the numbers of words.

    Returns
    -------
    tuple
        `(x_train, y_train), (x_test, y_test)`; `x` are lists of lists.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = imdb(num_words=10000)  # doctest: +SKIP
    """
    file = located(path, f"{STORE}imdb.npz", _IMDB)
    found = read(file, "IMDB", lambda name: _named(name, "x_train", "y_train", "x_test", "y_test"))
    random = np.random.RandomState(seed)
    parts = []
    for x, y in (found[:2], found[2:]):
        order = np.arange(len(x))
        random.shuffle(order)
        parts.append(_begun(x[order], y[order], start_char, index_from, maxlen))
    lengths = len(parts[0][0])
    words = _kept([*parts[0][0], *parts[1][0]], num_words, skip_top, oov_char)
    return (words[:lengths], parts[0][1]), (words[lengths:], parts[1][1])


def reuters(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> tuple:
    """Return newswires and their topics, as `keras.datasets.reuters.load_data` does.

    Parameters
    ----------
    test_split : float
        The share for testing.
    path, num_words, skip_top, maxlen, seed, start_char, oov_char, index_from
        As for `imdb`.
    """
    share = checked(Number(0.0, 1.0, open_high=True), test_split, "test_split")
    file = located(path, f"{STORE}reuters.npz", _REUTERS)
    texts, topics = read(file, "Reuters", lambda name: _named(name, "x", "y"))
    order = np.arange(len(texts))
    np.random.RandomState(seed).shuffle(order)
    x, y = _begun(texts[order], topics[order], start_char, index_from, maxlen)
    words = _kept(x, num_words, skip_top, oov_char)
    cut = int(len(words) * (1 - share))
    return (words[:cut], y[:cut]), (words[cut:], y[cut:])


def imdb_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """Return the numbers of the words in `imdb`, before `index_from` is added.

    Parameters
    ----------
    path : str
        A local file, or the name in the cache.
    """
    return _index(path, "imdb_word_index.json", _IMDB_INDEX)


def reuters_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """Return the numbers of the words in `reuters`, before `index_from` is added.

    Parameters
    ----------
    path : str
        A local file, or the name in the cache.
    """
    # The name that older versions of Keras used.
    name = "reuters_word_index.json" if path == "reuters_word_index.pkl" else path
    return _index(name, "reuters_word_index.json", _REUTERS_INDEX)


def _index(path: str, name: str, file_hash: str) -> dict[str, int]:
    def reader(file: str) -> dict[str, int]:
        with open(file, encoding="utf-8") as source:
            return dict(json.load(source))

    return read(located(path, f"{STORE}{name}", file_hash), "word index", reader)


def _named(file: str, *names: str) -> list[np.ndarray]:
    found = arrays(file)
    return [found[name] for name in names]


def _begun(
    x: Any, y: np.ndarray, start: int | None, above: int | None, maxlen: int | None
) -> tuple[Sequences, np.ndarray]:
    """Return sequences with their start, those that are short enough."""
    begin = [] if start is None else [start]
    words = [begin + [word + (above or 0) for word in sequence] for sequence in x]
    if not maxlen:
        return words, np.asarray(y)
    short = [i for i, sequence in enumerate(words) if len(sequence) < maxlen]
    if not short:
        raise DataError(
            f"No text is shorter than 'maxlen' = {maxlen}.", argument="maxlen", received=maxlen
        )
    return [words[i] for i in short], np.asarray(y)[short]


def _kept(words: Sequences, most: int | None, skip: int, unknown: int | None) -> Sequences:
    """Return sequences of the words that count, others replaced or left out."""
    limit = most or max(max(sequence) for sequence in words)
    if unknown is None:
        return [[word for word in sequence if skip <= word < limit] for sequence in words]
    return [[w if skip <= w < limit else unknown for w in sequence] for sequence in words]
