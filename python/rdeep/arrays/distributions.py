"""Random numbers for operations: drawn by NumPy, so that both engines get the same.

A `seed` is a whole number, which gives the same numbers each time; a `SeedGenerator`, which gives
others each time; or `None`, for the next seed of the process's stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.seeds import SeedGenerator, stream

_LIMIT = 2.0
"""Where a truncated normal distribution is cut off, in standard deviations."""


def generator(seed: Any) -> np.random.Generator:
    """Return NumPy's generator of a seed.

    Parameters
    ----------
    seed : int, SeedGenerator or None
        The seed.
    """
    if isinstance(seed, SeedGenerator):
        return np.random.Generator(np.random.PCG64(seed.next()))
    return np.random.Generator(np.random.PCG64(stream.next(63) if seed is None else seed))


def normal(shape: Sequence[int], mean: Any, stddev: Any, seed: Any) -> np.ndarray:
    """Return normal numbers.

    Parameters
    ----------
    shape : sequence of int
        How many.
    mean, stddev : float or ndarray
        The distribution's mean and standard deviation.
    seed : int, SeedGenerator or None
        The seed.
    """
    return mean + stddev * generator(seed).standard_normal(_whole(shape))


def truncated_normal(shape: Sequence[int], mean: Any, stddev: Any, seed: Any) -> np.ndarray:
    """Return normal numbers within two standard deviations; others are drawn again.

    Parameters
    ----------
    shape, mean, stddev, seed
        As for `normal`.
    """
    source = generator(seed)
    values = source.standard_normal(_whole(shape))
    while (far := np.abs(values) > _LIMIT).any():
        values[far] = source.standard_normal(int(far.sum()))
    return mean + stddev * values


def uniform(shape: Sequence[int], low: Any, high: Any, seed: Any) -> np.ndarray:
    """Return numbers between bounds, the upper one excluded.

    Parameters
    ----------
    shape : sequence of int
        How many.
    low, high : float or ndarray
        The bounds.
    seed : int, SeedGenerator or None
        The seed.
    """
    # In float32, so that rounding does not reach the upper bound.
    drawn = generator(seed).random(_whole(shape), dtype=np.float32)
    return low + (np.subtract(high, low)) * drawn


def integers(shape: Sequence[int], low: Any, high: Any, seed: Any) -> np.ndarray:
    """Return whole numbers between bounds, the upper one excluded.

    Parameters
    ----------
    shape, low, high, seed
        As for `uniform`.
    """
    return generator(seed).integers(low, high, size=_whole(shape))


def gamma(shape: Sequence[int], alpha: Any, seed: Any) -> np.ndarray:
    """Return numbers of the gamma distribution of rate 1.

    Parameters
    ----------
    shape : sequence of int
        How many.
    alpha : float or ndarray
        The distribution's shape.
    seed : int, SeedGenerator or None
        The seed.
    """
    return generator(seed).standard_gamma(alpha, size=_whole(shape))


def beta(shape: Sequence[int], alpha: Any, beta: Any, seed: Any) -> np.ndarray:
    """Return numbers of the beta distribution.

    Parameters
    ----------
    shape : sequence of int
        How many.
    alpha, beta : float or ndarray
        The distribution's parameters.
    seed : int, SeedGenerator or None
        The seed.
    """
    return generator(seed).beta(alpha, beta, size=_whole(shape))


def binomial(shape: Sequence[int], counts: Any, probabilities: Any, seed: Any) -> np.ndarray:
    """Return numbers of successes.

    Parameters
    ----------
    shape : sequence of int
        How many.
    counts : float or ndarray
        Of how many trials.
    probabilities : float or ndarray
        Of a success.
    seed : int, SeedGenerator or None
        The seed.
    """
    trials = np.asarray(counts).astype(np.int64)
    return generator(seed).binomial(trials, probabilities, size=_whole(shape))


def gumbel(shape: Sequence[int], seed: Any) -> np.ndarray:
    """Return numbers whose largest, added to scores, is at a category drawn by these scores.

    Parameters
    ----------
    shape : sequence of int
        How many.
    seed : int, SeedGenerator or None
        The seed.
    """
    return generator(seed).gumbel(size=_whole(shape)).astype(np.float32)


def permutation(size: int, seed: Any) -> np.ndarray:
    """Return the positions of an axis in another order.

    Parameters
    ----------
    size : int
        How many.
    seed : int, SeedGenerator or None
        The seed.
    """
    return generator(seed).permutation(size)


def stays(shape: Sequence[int], rate: float, seed: Any) -> np.ndarray:
    """Return a mask that is True where dropout keeps a value.

    Parameters
    ----------
    shape : sequence of int
        Its shape.
    rate : float
        The share of values that go.
    seed : int, SeedGenerator or None
        The seed.
    """
    return generator(seed).random(_whole(shape), dtype=np.float32) >= rate


def noise_shape(shape: Sequence[Any], wanted: Sequence[int | None] | None) -> tuple[Any, ...]:
    """Return the shape of a dropout's mask.

    Parameters
    ----------
    shape : sequence of int
        The shape of what values are dropped from.
    wanted : sequence of int or None, optional
        The shape of the mask, `None` for a size of the input.
    """
    if wanted is None:
        return tuple(shape)
    return tuple(own if size is None else size for size, own in zip(wanted, shape))


def _whole(shape: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in shape)
