"""Where seeds come from that nobody gave: one stream, which `set_random_seed` starts again."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from rdeep.catalogue.options import Count, checked


class SeedStream:
    """A stream of seeds: every model and every training takes the next one."""

    def __init__(self, seed: int | None = None) -> None:
        self.restart(seed)

    def restart(self, seed: int | None) -> None:
        """Begin again from a seed; `None` for one that nobody knows.

        Parameters
        ----------
        seed : int or None
            The seed.
        """
        self._generator = np.random.Generator(np.random.PCG64(seed))

    def next(self) -> int:
        """Return the next seed, of 31 bits."""
        return int(self._generator.integers(1 << 31))


class SeedGenerator:
    """A stream of seeds of one's own: each draw from it gives other numbers.

    Parameters
    ----------
    seed : int, optional
        Where it starts; by default at the next seed of the process's stream.
    name : str, optional
        A name, for whoever looks at it.

    Examples
    --------
    >>> from rdeep.random import SeedGenerator
    >>> a, b = SeedGenerator(1), SeedGenerator(1)
    >>> (a.next() == b.next(), a.next() == a.next())
    (True, False)
    """

    def __init__(self, seed: Any = None, name: str | None = None) -> None:
        own = stream.next() if seed is None else checked(Count(0), seed, "seed")
        self.seed, self.name = own, name or "seed_generator"
        self._stream = SeedStream(own)

    def next(self) -> int:
        """Return the next seed."""
        return self._stream.next()

    def __repr__(self) -> str:
        return f"SeedGenerator(seed={self.seed})"


stream = SeedStream()
"""The process's stream. A model that is given a seed takes none from it."""


def set_random_seed(seed: Any) -> None:
    """Make what follows repeatable: weights, the order of samples, dropout.

    Sets the seeds of Python's `random` and of NumPy's global generator too.

    Parameters
    ----------
    seed : int
        A whole number, zero or more.

    Raises
    ------
    ArgumentError
        If it is not.

    Examples
    --------
    >>> from rdeep import set_random_seed
    >>> set_random_seed(1)
    """
    whole = checked(Count(0), seed, "seed")
    stream.restart(whole)
    random.seed(whole)
    np.random.seed(whole % (1 << 32))
