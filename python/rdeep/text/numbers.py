"""Texts to the numbers that a network reads: of its vocabulary, or of an encoder's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rdeep.text.architectures import PADDED
from rdeep.text.folder import EncoderShape
from rdeep.text.pieces import Tokenizer
from rdeep.text.words import PADDING, UNKNOWN, Lexicon, words

_ROUNDED = 16


class Reading(Protocol):
    """What has to be known of a column of texts."""

    @property
    def max_length(self) -> int:
        """How many words or tokens are read."""

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words that are known."""

    @property
    def with_pairs(self) -> bool:
        """Whether pairs of words count."""

    @property
    def encoder(self) -> EncoderShape | None:
        """What the encoder is made of, if there is one."""


class Numbers:
    """What turns texts into numbers.

    Parameters
    ----------
    learned : Reading
        The vocabulary, or what the encoder is made of.
    lowercase : bool
        Whether case is ignored.
    tokenizer : bytes, optional
        The encoder's `tokenizer.json`.
    """

    def __init__(self, learned: Reading, lowercase: bool, tokenizer: bytes | None) -> None:
        self._most, self._lowercase = learned.max_length, lowercase
        self._tokenizer, self._lexicon = None, None
        if learned.encoder is not None:
            self._tokenizer = Tokenizer(tokenizer or b"", learned.encoder)
        else:
            self._lexicon = Lexicon(learned.vocabulary, learned.with_pairs)

    @property
    def size(self) -> int:
        """How many numbers the vocabulary has."""
        return 0 if self._lexicon is None else self._lexicon.size

    def of(self, texts: Sequence[str]) -> tuple[list[list[int]], list[int]]:
        """Return the numbers of each text, and which texts were cut.

        Parameters
        ----------
        texts : sequence of str
            The texts.
        """
        if self._tokenizer is not None:
            return self._tokenizer.numbers(texts, self._most)
        assert self._lexicon is not None
        found, cut = [], []
        for place, text in enumerate(texts):
            tokens = words(text, self._lowercase)
            if len(tokens) > self._most:
                cut.append(place)
            numbers = self._lexicon.numbers(tokens[: self._most])
            # Words that are not known leave a trace where there are no others.
            found.append(numbers or [UNKNOWN] * bool(tokens))
        return found, cut

    def knows(self, numbers: Sequence[int]) -> bool:
        """Return whether a text has anything that is known.

        Parameters
        ----------
        numbers : sequence of int
            Its numbers.
        """
        if self._tokenizer is not None:
            return self._tokenizer.knows(numbers)
        return any(number > UNKNOWN for number in numbers)


def matrix(rows: Sequence[Sequence[int]], more: int = PADDED) -> np.ndarray:
    """Return rows of numbers as a matrix, filled up at their ends.

    Its length is rounded up: engines that compile for a shape see few.

    Parameters
    ----------
    rows : sequence of sequences of int
        The rows.
    more : int
        How much padding ends the longest.
    """
    longest = max((len(row) for row in rows), default=1) + more
    out = np.full((len(rows), -(-longest // _ROUNDED) * _ROUNDED), PADDING, np.int32)
    for place, row in enumerate(rows):
        out[place, : len(row)] = row
    return out
