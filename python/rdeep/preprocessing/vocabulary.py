"""Which tokens there are: counted in data, read from a file, and looked up."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from rdeep.errors import FileError

Token = Any
"""A string or a whole number."""


class Counts:
    """How often tokens come, and in how many documents."""

    def __init__(self) -> None:
        self.tokens: Counter[Token] = Counter()
        self.documents: Counter[Token] = Counter()
        self.number = 0

    def add(self, documents: Iterable[Sequence[Token]]) -> None:
        """Count the tokens of documents.

        Parameters
        ----------
        documents : iterable of sequences
            Their tokens.
        """
        for tokens in documents:
            self.number += 1
            self.tokens.update(tokens)
            self.documents.update(set(tokens))

    def ranked(self, without: Iterable[Token], most: int | None) -> list[Token]:
        """Return the tokens by how often they come; of equals the last in order comes first.

        Parameters
        ----------
        without : iterable
            Tokens that have another meaning.
        most : int or None
            How many to keep.
        """
        left_out = set(without)
        found = [token for token in self.tokens if token not in left_out]
        found.sort(key=lambda token: (self.tokens[token], _ordered(token)), reverse=True)
        return found if most is None else found[: max(most, 0)]

    def rarity(self, tokens: Iterable[Token]) -> list[float]:
        """Return each token's inverse document frequency.

        Parameters
        ----------
        tokens : iterable
            The tokens.
        """
        return [math.log1p(self.number / (1 + self.documents[token])) for token in tokens]


def _ordered(token: Token) -> Any:
    return token.encode() if isinstance(token, str) else token


def read_tokens(path: str, whole_numbers: bool) -> list[Token]:
    """Return a file's lines as tokens.

    Parameters
    ----------
    path : str
        The file.
    whole_numbers : bool
        Whether the tokens are numbers.

    Raises
    ------
    FileError
        If it is not there, or a line is no number.
    """
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
    except OSError:
        raise FileError(
            f"The vocabulary file {path!r} does not exist.", argument="vocabulary", received=path
        ) from None
    lines = [line.rstrip("\r") for line in (lines[:-1] if lines[-1] == "" else lines)]
    if not whole_numbers:
        return list(lines)
    try:
        return [int(line) for line in lines]
    except ValueError:
        raise FileError(
            f"The vocabulary file {path!r} must hold a whole number in each line.",
            argument="vocabulary",
            received=path,
        ) from None


def repeated(tokens: Iterable[Token]) -> list[Token]:
    """Return the tokens that come more than once.

    Parameters
    ----------
    tokens : iterable
        The tokens.

    Examples
    --------
    >>> repeated(["a", "b", "a"])
    ['a']
    """
    return [token for token, count in Counter(tokens).items() if count > 1]


class Index:
    """A table of tokens' places.

    Parameters
    ----------
    tokens : sequence
        The tokens, of strings or of whole numbers.
    start : int
        The first one's place.
    """

    def __init__(self, tokens: Sequence[Token], start: int) -> None:
        self.places = {token: place for place, token in enumerate(tokens, start)}

    def find(self, values: np.ndarray) -> np.ndarray:
        """Return the places of values, -1 for those that are not there.

        Parameters
        ----------
        values : numpy.ndarray
            The values, in any shape.
        """
        get = self.places.get
        found = [get(value, -1) for value in values.reshape(-1).tolist()]
        return np.array(found, np.int64).reshape(values.shape)
