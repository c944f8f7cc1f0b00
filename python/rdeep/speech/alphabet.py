"""Transcripts: the characters that occur in them, as numbers, and their words."""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

BLANK = 0
"""The class that means no character; characters have the classes from 1."""
START = "<s>"
"""What stands before the first word of a text, as in files of language models."""


def tidy_transcript(text: Any, lowercase: bool) -> str | None:
    """Return a transcript in one form, with single spaces; `None` for what is missing.

    Parameters
    ----------
    text : object
        A transcript.
    lowercase : bool
        Whether capitals become small letters, which sound the same.
    """
    if not isinstance(text, str):
        return None
    # An accent may be written with its letter, or after it: it is one character.
    squeezed = " ".join(unicodedata.normalize("NFC", text).split())
    return squeezed.lower() if lowercase else squeezed


class Alphabet:
    """The characters of transcripts, in order.

    Parameters
    ----------
    characters : sequence of str
        The characters, each once.

    Examples
    --------
    >>> alphabet = Alphabet.of(["no", "on no"])
    >>> alphabet.characters, alphabet.encode("no").tolist(), alphabet.decode([3, 0, 2, 2])
    ((' ', 'n', 'o'), [2, 3], 'on')
    """

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        self._codes = {each: number for number, each in enumerate(self.characters, 1)}

    @classmethod
    def of(cls, texts: Sequence[str]) -> Alphabet:
        """Return the alphabet of texts.

        Parameters
        ----------
        texts : sequence of str
            The texts.
        """
        return cls(sorted(set(itertools.chain.from_iterable(texts))))

    @property
    def classes(self) -> int:
        """How many classes there are with the blank."""
        return len(self.characters) + 1

    def unknown(self, text: str) -> list[str]:
        """Return the characters of a text that are not in the alphabet.

        Parameters
        ----------
        text : str
            The text.
        """
        return sorted(set(text) - set(self._codes))

    def encode(self, text: str) -> np.ndarray:
        """Return a text as classes.

        Parameters
        ----------
        text : str
            A text of these characters.
        """
        return np.array([self._codes[each] for each in text], np.int64)

    def decode(self, steps: Any) -> str:
        """Return the text of a class for each step: repeats count once, blanks are left out.

        Parameters
        ----------
        steps : sequence of int
            The classes.
        """
        kept = [number for number, _ in itertools.groupby(int(step) for step in steps)]
        return "".join(self.characters[number - 1] for number in kept if number != BLANK)


def steps_needed(codes: np.ndarray) -> int:
    """Return how many steps an alignment needs: between two equal characters there is a blank.

    Parameters
    ----------
    codes : numpy.ndarray
        A transcript as classes.
    """
    return len(codes) + int(np.sum(codes[1:] == codes[:-1]))


def label_matrix(codes: Sequence[np.ndarray]) -> np.ndarray:
    """Return transcripts as one array, `(transcripts, longest)`, filled up with blanks.

    Parameters
    ----------
    codes : sequence of numpy.ndarray
        The transcripts as classes.
    """
    out = np.full((len(codes), max(1, *map(len, codes))), BLANK, np.int64)
    for row, each in zip(out, codes):
        row[: len(each)] = each
    return out


def word_pairs(texts: Sequence[str]) -> Counter[tuple[str, str]]:
    """Return how often each word follows each other; `START` stands before the first.

    Parameters
    ----------
    texts : sequence of str
        The texts.
    """
    found: Counter[tuple[str, str]] = Counter()
    for text in texts:
        words = text.split()
        found.update(itertools.pairwise([START, *words]))
    return found
