"""The search for the likeliest label sequences of a network that was trained by CTC."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

_NEVER = -math.inf


def beam_search(
    log: np.ndarray, lengths: Sequence[int], beam_width: int, top_paths: int, blank: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the likeliest label sequences of a batch (Graves, 2012; Hannun et al., 2014).

    Parameters
    ----------
    log : ndarray
        Logarithms of probabilities, of shape `(batch, steps, classes)`.
    lengths : sequence of int
        How many of the steps each sample has.
    beam_width : int
        How many sequences are followed.
    top_paths : int
        How many are returned.
    blank : int
        The class that means no label.

    Returns
    -------
    tuple of ndarray
        The labels, of shape `(top_paths, batch, steps)` with -1 after their ends, and the
        logarithms of the sequences' probabilities, of shape `(batch, top_paths)`.
    """
    batch, steps = log.shape[:2]
    paths = np.full((top_paths, batch, steps), -1, np.int32)
    scores = np.full((batch, top_paths), _NEVER, np.float32)
    for sample, length in enumerate(lengths):
        found = _search(log[sample, : int(length)], beam_width, blank)[:top_paths]
        for rank, (labels, score) in enumerate(found):
            paths[rank, sample, : len(labels)] = labels
            scores[sample, rank] = score
    return paths, scores


def _search(log: np.ndarray, beam_width: int, blank: int) -> list[tuple[tuple[int, ...], float]]:
    # Each sequence has two scores: of the alignments that end with a blank, and of the others.
    beam: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, _NEVER)}
    for step in log.astype(float):
        grown: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [_NEVER, _NEVER])
        for labels, (ended, open_) in beam.items():
            total = _sum(ended, open_)
            own = grown[labels]
            own[0] = _sum(own[0], total + step[blank])
            for label, score in enumerate(step):
                if label == blank:
                    continue
                repeated = bool(labels) and labels[-1] == label
                if repeated:
                    own[1] = _sum(own[1], open_ + score)
                longer = grown[(*labels, label)]
                longer[1] = _sum(longer[1], (ended if repeated else total) + score)
        ranked = sorted(grown.items(), key=lambda item: -_sum(*item[1]))
        beam = {labels: (pair[0], pair[1]) for labels, pair in ranked[:beam_width]}
    return [(labels, _sum(*pair)) for labels, pair in beam.items()]


def _sum(a: float, b: float) -> float:
    """Return the logarithm of the sum of two numbers whose logarithms are given."""
    high, low = (a, b) if a > b else (b, a)
    return high if low == _NEVER else high + math.log1p(math.exp(low - high))
