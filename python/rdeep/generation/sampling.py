"""The next code of each sequence, drawn from the model's logits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class Sampler:
    """Draws codes from logits.

    Each sequence has random numbers of its own, one for each code: what it draws depends on the
    seed and its place, not on the sequences beside it.

    Parameters
    ----------
    temperature : float
        What logits are divided by; 0 takes the most probable code.
    top_k : int or None
        How many of the most probable codes may be drawn.
    top_p : float or None
        Nucleus sampling (Holtzman et al., 2020): the smallest set of the most probable codes whose
        probabilities sum to this, of those that `top_k` leaves.
    seed : int
        What is drawn from.
    rows : int
        How many sequences there are.

    Examples
    --------
    >>> Sampler(0.0, None, None, 1, 1).draw(np.array([[0.1, 2.0, 1.0]]), [0])
    array([1])
    """

    def __init__(
        self, temperature: float, top_k: int | None, top_p: float | None, seed: int, rows: int
    ) -> None:
        self.temperature, self.top_k, self.top_p = temperature, top_k, top_p
        self._generators = [np.random.default_rng([seed, row]) for row in range(rows)]

    def draw(self, logits: np.ndarray, rows: Sequence[int]) -> np.ndarray:
        """Return a code for each of some sequences.

        Parameters
        ----------
        logits : array
            A row of numbers for each of them.
        rows : sequence of int
            Which sequences they are.
        """
        if self.temperature == 0.0:
            return np.argmax(logits, axis=-1)
        shares = self.probabilities(logits)
        uniform = np.array([self._generators[row].random() for row in rows])
        reached = np.cumsum(shares, axis=-1)
        # The first code whose cumulated probability is above the number.
        places = (reached <= (uniform * reached[:, -1])[:, None]).sum(axis=-1)
        return np.minimum(places, logits.shape[-1] - 1)

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Return what codes are drawn with: `softmax(logits / temperature)` of those that may be.

        Parameters
        ----------
        logits : array
            A row of numbers for each sequence.
        """
        # Before they are divided: a small temperature would make the largest infinite.
        scaled = logits.astype(np.float64)
        scaled = (scaled - scaled.max(axis=-1, keepdims=True)) / self.temperature
        shares = np.exp(scaled)
        if self.top_k is None and self.top_p is None:
            return shares / shares.sum(axis=-1, keepdims=True)
        order = np.argsort(-shares, axis=-1, kind="stable")
        ordered = np.take_along_axis(shares, order, axis=-1)
        if self.top_k is not None:
            ordered[:, self.top_k :] = 0.0
        ordered /= ordered.sum(axis=-1, keepdims=True)
        if self.top_p is not None:
            # What comes before a code has not reached the sum yet.
            before = np.cumsum(ordered, axis=-1) - ordered
            ordered[before >= self.top_p - 1e-12] = 0.0
            ordered /= ordered.sum(axis=-1, keepdims=True)
        found = np.zeros_like(ordered)
        np.put_along_axis(found, order, ordered, axis=-1)
        return found
