"""Texts to words, a vocabulary of them, and the numbers that stand for a text's words."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

PADDING, UNKNOWN = 0, 1
_RESERVED = 2
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")
# The letter that apostrophes within words become, so that they do not end a word.
_INNER = "\u02bc"
# Scripts that put no blanks between words: each character is a word.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


class _Spacing(dict[int, str]):
    """What each character becomes; looked up when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = unicodedata.category(character)
        if kind[0] in "PS" or unicodedata.name(character, "").startswith(_UNSPACED):
            spaced = f" {character} "
        elif kind[0] in "ZC":
            # Invisible characters that only say how letters join are no blanks.
            spaced = "" if kind == "Cf" else " "
        else:
            spaced = character
        self[code] = spaced
        return spaced


_SPACING = _Spacing({ord(_INNER): "'"})


def words(text: str, lowercase: bool = True) -> list[str]:
    """Return the words and the punctuation of a text, in any script.

    Parameters
    ----------
    text : str
        The text.
    lowercase : bool
        Whether case is ignored.

    Examples
    --------
    >>> words("“Don’t!” said ÉMILE.")
    ['“', "don't", '!', '”', 'said', 'émile', '.']
    """
    composed = unicodedata.normalize("NFC", text)
    if lowercase:
        composed = composed.lower()
    return _APOSTROPHE.sub(_INNER, composed).translate(_SPACING).split()


def pairs(tokens: Sequence[str]) -> list[str]:
    """Return each two words that follow each other, as one.

    Parameters
    ----------
    tokens : sequence of str
        The words.
    """
    return [f"{first} {second}" for first, second in itertools.pairwise(tokens)]


def vocabulary(
    documents: Iterable[Sequence[str]], most: int, least: int, with_pairs: bool
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the most frequent words, and how many texts each is in.

    Parameters
    ----------
    documents : iterable of sequences of str
        The words of each text.
    most : int
        How many words, and how many pairs, there are at most.
    least : int
        In how many texts a word must be.
    with_pairs : bool
        Whether pairs of words follow the words.
    """
    singles: Counter[str] = Counter()
    doubles: Counter[str] = Counter()
    for tokens in documents:
        singles.update(set(tokens))
        if with_pairs:
            doubles.update(set(pairs(tokens)))
    found = [*_frequent(singles, most, least), *_frequent(doubles, most, max(least, 2))]
    return tuple(word for word, _ in found), tuple(count for _, count in found)


def _frequent(counts: Counter[str], most: int, least: int) -> list[tuple[str, int]]:
    enough = [(word, count) for word, count in counts.items() if count >= least]
    return sorted(enough, key=lambda each: (-each[1], each[0]))[:most]


class Lexicon:
    """The numbers of words: 0 is padding, 1 a word that is not known.

    Parameters
    ----------
    vocabulary : sequence of str
        The words, and pairs of words.
    with_pairs : bool
        Whether pairs count. The order of words does not, then, and unknown words are left out.
    """

    def __init__(self, vocabulary: Sequence[str], with_pairs: bool) -> None:
        self.places = {word: place + _RESERVED for place, word in enumerate(vocabulary)}
        self.with_pairs = with_pairs
        self.size = len(vocabulary) + _RESERVED

    def numbers(self, tokens: Sequence[str]) -> list[int]:
        """Return the numbers of a text's words.

        Parameters
        ----------
        tokens : sequence of str
            The words.
        """
        if not self.with_pairs:
            return [self.places.get(token, UNKNOWN) for token in tokens]
        known = (self.places.get(token) for token in [*tokens, *pairs(tokens)])
        return [place for place in known if place is not None]
