"""What layers draw, made of a run's uniform and normal numbers."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.run import Run

_ROUNDS = 8
"""How often a gamma variate is tried: each try fails less than once in twenty times."""


def between(run: Run, shape: Any, bounds: tuple[float, float]) -> Any:
    """Return numbers between two bounds.

    Parameters
    ----------
    run : Run
        Where random numbers come from.
    shape : tuple
        How many.
    bounds : tuple of float
        The smallest and the largest.
    """
    low, high = bounds
    return run.uniform(shape) * (high - low) + low


def happens(run: Run, count: Any, factor: tuple[float, float]) -> Any:
    """Return for each of some samples whether something happens to it.

    Parameters
    ----------
    run : Run
        Where random numbers come from.
    count : int or tensor
        How many samples there are.
    factor : tuple of float
        Each sample's probability is drawn between these.
    """
    chance = between(run, (count,), factor)
    return run.uniform((count,)) < chance


def sign(run: Run, shape: Any) -> Any:
    """Return -1 or 1, with equal probability.

    Parameters
    ----------
    run : Run
        Where random numbers come from.
    shape : tuple
        How many.
    """
    return run.ops.where(run.uniform(shape) > 0.5, -1.0, 1.0)


def permutation(run: Run, count: Any) -> Any:
    """Return the numbers from 0 in a random order.

    Parameters
    ----------
    run : Run
        Where random numbers come from.
    count : int or tensor
        How many.
    """
    return run.ops.argsort(run.uniform((count,)))


def beta(run: Run, count: Any, alpha: Any) -> Any:
    """Return numbers of the symmetric beta distribution.

    Parameters
    ----------
    run : Run
        Where random numbers come from.
    count : int or tensor
        How many.
    alpha : float or tensor
        Both parameters of the distribution.
    """
    first, second = _log_gamma(run, count, alpha), _log_gamma(run, count, alpha)
    return run.ops.sigmoid(first - second)


def dirichlet(run: Run, count: int, alpha: float) -> Any:
    """Return numbers of the symmetric Dirichlet distribution, whose sum is 1.

    Parameters
    ----------
    run : Run
        Where random numbers come from.
    count : int
        How many.
    alpha : float
        The distribution's parameter.
    """
    return run.ops.softmax(_log_gamma(run, count, alpha))


def _log_gamma(run: Run, count: Any, alpha: Any) -> Any:
    """Return logarithms of gamma variates (Marsaglia and Tsang, 2000).

    Logarithms, because with a small parameter the variates themselves vanish. All tries are drawn
    at once, so that nothing depends on what was drawn; were all refused, the first is taken.
    """
    ops = run.ops
    # A variate of `alpha` is one of `alpha + 1`, for which the method is made, times a power.
    d = alpha + 2.0 / 3.0
    normal = run.normal((_ROUNDS, count))
    level = 1.0 - run.uniform((_ROUNDS, count))
    cube = ops.maximum(1.0 + normal * (d**-0.5 / 3.0), 1e-10) ** 3
    bound = 0.5 * normal * normal + d * (1.0 - cube + ops.log(cube))
    fits = ops.cast(ops.log(level) < bound, "int32")
    first = ops.argmax(fits, axis=0)
    cube = ops.take_along_axis(cube, first[None], axis=0)[0]
    return ops.log(d * cube) + ops.log(1.0 - run.uniform((count,))) / alpha
