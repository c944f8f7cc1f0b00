"""How likely a transcript is, and when each of its characters is said."""

from __future__ import annotations

import numpy as np

from rdeep.speech.alphabet import BLANK


def log_probability(log: np.ndarray, codes: np.ndarray) -> float:
    """Return the logarithm of a transcript's probability, summed over all its alignments.

    Parameters
    ----------
    log : numpy.ndarray
        Logarithms of probabilities, `(steps, classes)`.
    codes : numpy.ndarray
        The transcript as classes.

    References
    ----------
    Graves, A., Fernández, S., Gomez, F. and Schmidhuber, J. (2006). Connectionist temporal
    classification. ICML.
    """
    scores, _ = _lattice(log, codes, best=False)
    last = scores[-1, -2:] if len(codes) else scores[-1, -1:]
    return float(np.logaddexp.reduce(last))


def alignment(log: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the steps at which each character begins and ends in the likeliest alignment.

    Parameters
    ----------
    log : numpy.ndarray
        Logarithms of probabilities, `(steps, classes)`.
    codes : numpy.ndarray
        The transcript as classes.

    Returns
    -------
    numpy.ndarray
        The first step of each character, and the first one after it: `(characters, 2)`.
    """
    if not len(codes):
        return np.zeros((0, 2), np.int64)
    scores, back = _lattice(log, codes, best=True)
    place = scores.shape[1] - 1
    place -= int(scores[-1, -2] > scores[-1, -1])
    path = np.empty(len(log), np.int64)
    for step in range(len(log) - 1, -1, -1):
        path[step] = place
        place -= back[step, place]
    # The characters have the odd places.
    said = [np.flatnonzero(path == 2 * number + 1) for number in range(len(codes))]
    return np.array([(each[0], each[-1] + 1) for each in said])


def _lattice(log: np.ndarray, codes: np.ndarray, best: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores of all beginnings, `(steps, places)`, and from how far back the best came.

    The places are blank, first character, blank, second character ... blank.
    """
    places = np.full(2 * len(codes) + 1, BLANK)
    places[1::2] = codes
    # A blank may be passed over between two characters that differ.
    skips = np.zeros(len(places), bool)
    skips[3::2] = places[3::2] != places[1:-2:2]
    scores = np.full((len(log), len(places)), -np.inf)
    back = np.zeros(scores.shape, np.int64)
    scores[0, :2] = log[0, places[:2]]
    for step in range(1, len(log)):
        before = scores[step - 1]
        ways = np.full((3, len(places)), -np.inf)
        ways[0] = before
        ways[1, 1:] = before[:-1]
        ways[2, 2:] = np.where(skips[2:], before[:-2], -np.inf)
        if best:
            back[step] = ways.argmax(axis=0)
            came = ways.max(axis=0)
        else:
            came = np.logaddexp.reduce(ways, axis=0)
        scores[step] = came + log[step, places]
    return scores, back
