"""From the probabilities of characters at each step to a text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from rdeep.speech.alphabet import BLANK, START, Alphabet

_NEVER = -math.inf
_UNLIKELY = -12.0
"""A character whose logarithm of a probability is below is not followed at a step ..."""
_AT_LEAST = 4
"""... unless it is among so many of the likeliest ones."""
_SMOOTHING = 0.1


def greedy(log: np.ndarray, alphabet: Alphabet) -> str:
    """Return the text of the likeliest character at each step.

    Parameters
    ----------
    log : numpy.ndarray
        Logarithms of probabilities, `(steps, classes)`.
    alphabet : Alphabet
        The characters.
    """
    return " ".join(alphabet.decode(log.argmax(axis=1)).split())


class WordList:
    """Words as a tree of characters, with how likely each is to follow another.

    Parameters
    ----------
    words : iterable of str
        The words.
    pairs : mapping of (str, str) to int, optional
        How often each word follows each other; `START` stands before the first.
    """

    def __init__(
        self, words: Iterable[str], pairs: Mapping[tuple[str, str], int] | None = None
    ) -> None:
        self.words = sorted(set(words))
        # Where each beginning of a word can go on; an empty key says that it is a word.
        self.next: dict[str, set[str]] = {"": set()}
        for word in self.words:
            for end, character in enumerate(word):
                self.next.setdefault(word[:end], set()).add(character)
            self.next.setdefault(word, set()).add("")
        self._pairs = dict(pairs or {})
        self._firsts: dict[str, int] = {}
        for (first, _), count in self._pairs.items():
            self._firsts[first] = self._firsts.get(first, 0) + count

    def follows(self, word: str, before: str) -> float:
        """Return the logarithm of the probability that a word follows another.

        Parameters
        ----------
        word, before : str
            The words.
        """
        count = self._pairs.get((before, word), 0) + _SMOOTHING
        total = self._firsts.get(before, 0) + _SMOOTHING * len(self.words)
        return math.log(count / total)


def beam_search(
    log: np.ndarray,
    alphabet: Alphabet,
    beam_width: int,
    words: WordList | None = None,
    pair_weight: float = 0.0,
) -> str:
    """Return the likeliest text, of the listed words alone if there are any.

    Beginnings of texts are followed, at most `beam_width` at a time, each with the probability of
    all alignments that begin so: with those that end in a blank apart, after which a character may
    be repeated.

    Parameters
    ----------
    log : numpy.ndarray
        Logarithms of probabilities, `(steps, classes)`.
    alphabet : Alphabet
        The characters.
    beam_width : int
        How many beginnings are followed.
    words : WordList, optional
        The words that a text may have.
    pair_weight : float
        How much it counts which words follow each other.

    References
    ----------
    Graves, A. and Jaitly, N. (2014). Towards end-to-end speech recognition with recurrent neural
    networks. ICML.

    Hannun, A. Y., Maas, A. L., Jurafsky, D. and Ng, A. Y. (2014). First-pass large vocabulary
    continuous speech recognition using bi-directional recurrent DNNs. arXiv:1408.2873.
    """
    # Of each beginning: the logarithm of the alignments that end with a blank, and of the others.
    beam: dict[str, tuple[float, float]] = {"": (0.0, _NEVER)}
    bonus = _Bonus(words, pair_weight)
    for step in np.asarray(log, np.float64):
        likely = _likely(step)
        blank = float(step[BLANK])
        grown: dict[str, list[float]] = {}
        for text, (ended, open_) in beam.items():
            total = _sum(ended, open_)
            own = grown.setdefault(text, [_NEVER, _NEVER])
            own[0] = _sum(own[0], total + blank)
            last = text[-1:]
            if last:
                # The same character goes on.
                own[1] = _sum(own[1], open_ + float(step[alphabet.encode(last)[0]]))
            allowed = bonus.allowed(text)
            for number, score in likely:
                character = alphabet.characters[number - 1]
                if allowed is not None and character not in allowed:
                    continue
                came = ended if character == last else total
                if came > _NEVER:
                    longer = grown.setdefault(text + character, [_NEVER, _NEVER])
                    longer[1] = _sum(longer[1], came + score)
        ranked = sorted(grown, key=lambda text: -_sum(*grown[text]) - bonus.of(text))
        beam = {text: (grown[text][0], grown[text][1]) for text in ranked[:beam_width]}
    ended_well = [text for text in beam if bonus.may_end(text)]
    best = max(ended_well, key=lambda text: _sum(*beam[text]) + bonus.at_end(text), default="")
    return " ".join(best.split())


class _Bonus:
    """What a word list says of the beginnings of texts."""

    def __init__(self, words: WordList | None, weight: float) -> None:
        self.words, self.weight = words, weight
        self._known: dict[str, float] = {"": 0.0}

    def allowed(self, text: str) -> set[str] | None:
        """Return the characters that may follow; `None` for all."""
        if self.words is None:
            return None
        following = self.words.next[_last_word(text)]
        return following | {" "} if "" in following else following

    def may_end(self, text: str) -> bool:
        last = _last_word(text)
        return self.words is None or not last or "" in self.words.next[last]

    def of(self, text: str) -> float:
        """Return what the words that are complete, each before a space, speak for."""
        if self.words is None or not self.weight:
            return 0.0
        if text not in self._known:
            known = self.of(text[:-1])
            self._known[text] = known + (self._last(text[:-1]) if text[-1] == " " else 0.0)
        return self._known[text]

    def at_end(self, text: str) -> float:
        return self.of(text) + (self._last(text) if self.weight else 0.0)

    def _last(self, text: str) -> float:
        parts = text.split(" ")
        if self.words is None or not parts[-1]:
            return 0.0
        return self.weight * self.words.follows(parts[-1], parts[-2] if len(parts) > 1 else START)


def _last_word(text: str) -> str:
    return text[text.rfind(" ") + 1 :]


def _likely(step: np.ndarray) -> Sequence[tuple[int, float]]:
    """Return the characters that are followed at a step, with their scores."""
    order = np.argsort(-step)
    most = max(_AT_LEAST, int(np.sum(step > _UNLIKELY)))
    return [(int(number), float(step[number])) for number in order[:most] if number != BLANK]


def _sum(a: float, b: float) -> float:
    """Return the logarithm of the sum of two numbers whose logarithms are given."""
    high, low = (a, b) if a > b else (b, a)
    return high if low == _NEVER else high + math.log1p(math.exp(low - high))
