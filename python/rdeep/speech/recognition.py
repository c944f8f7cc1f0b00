"""What was recognised in a sound: the text, how likely it is, and when it is said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdeep.speech.alignment import alignment, log_probability
from rdeep.speech.alphabet import Alphabet
from rdeep.speech.decoding import WordList, beam_search, greedy


@dataclass(frozen=True)
class Recognised:
    """What was recognised in a sound.

    Attributes
    ----------
    text : str
        The text.
    score : float
        The logarithm of its probability, given the sound.
    times : tuple of (str, float, float)
        Each character, with the seconds at which it begins and ends.
    """

    text: str
    score: float
    times: tuple[tuple[str, float, float], ...]


def recognised(
    log: np.ndarray,
    alphabet: Alphabet,
    step_seconds: float,
    beam_width: int,
    words: WordList | None,
    bigram: float,
) -> Recognised:
    """Return what is recognised by the probabilities of characters.

    Parameters
    ----------
    log : numpy.ndarray
        Their logarithms, `(steps, classes)`.
    alphabet : Alphabet
        The characters.
    step_seconds : float
        How long a step lasts.
    beam_width : int
        How many beginnings of a text are followed.
    words : WordList or None
        The words that it may have.
    bigram : float
        How much it counts which words follow each other.
    """
    if words is None and beam_width == 1:
        text = greedy(log, alphabet)
    else:
        text = beam_search(log, alphabet, beam_width, words, bigram)
    codes = alphabet.encode(text)
    times = tuple(
        (character, float(start * step_seconds), float(end * step_seconds))
        for character, (start, end) in zip(text, alignment(log, codes))
    )
    return Recognised(text, log_probability(log, codes), times)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Return the logarithms of probabilities.

    Parameters
    ----------
    logits : numpy.ndarray
        `(steps, classes)`.
    """
    logits = np.asarray(logits, np.float64)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
