"""Random initializers of a given distribution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rdeep.catalogue.initializers.base import SEED, Initializer
from rdeep.catalogue.options import (
    Count,
    Number,
    option,
)

# The standard deviation of a standard normal cut off at two.
TRUNCATED_STDDEV = 0.87962566103423978


class RandomNormal(Initializer):
    """Random normal initializer.

    Examples
    --------
    >>> RandomNormal(seed=1).draw((2, 2), np.random.default_rng(1)).shape
    (2, 2)
    """

    mean: float = option(Number(), 0.0, "The mean.")
    stddev: float = option(Number(0.0), 0.05, "The standard deviation.")
    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return rng.normal(self.mean, self.stddev, shape)


class RandomSign(Initializer):
    """Random sign initializer: 1 or -1 with equal probability.

    Examples
    --------
    >>> abs(RandomSign().draw((2, 2), np.random.default_rng(1))).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """

    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return 2 * rng.integers(0, 2, shape) - 1


class RandomUniform(Initializer):
    """Random uniform initializer.

    Examples
    --------
    >>> RandomUniform().draw((2, 2), np.random.default_rng(1)).shape
    (2, 2)
    """

    aliases = ("uniform",)
    minval: float = option(Number(), -0.05, "The lower bound.")
    maxval: float = option(Number(), 0.05, "The upper bound.")
    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return rng.uniform(self.minval, self.maxval, shape)


class TruncatedNormal(Initializer):
    """Truncated normal initializer: values beyond two standard deviations are redrawn.

    Examples
    --------
    >>> TruncatedNormal().draw((2, 2), np.random.default_rng(1)).shape
    (2, 2)
    """

    mean: float = option(Number(), 0.0, "The mean before truncation.")
    stddev: float = option(Number(0.0), 0.05, "The standard deviation before truncation.")
    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self.mean + self.stddev * truncated_normal(shape, rng)


class Orthogonal(Initializer):
    """Orthogonal initializer: a random orthogonal matrix.

    A weight of more dimensions is filled as a matrix with the last dimension as columns.

    References
    ----------
    Saxe, A. M., McClelland, J. L. and Ganguli, S. (2014). Exact solutions to the nonlinear dynamics
    of learning in deep linear neural networks. arXiv:1312.6120.

    Examples
    --------
    >>> q = Orthogonal().draw((2, 2), np.random.default_rng(1))
    >>> np.allclose(q @ q.T, np.eye(2), atol=1e-5)
    True
    """

    aliases = ("orthogonal_initializer",)
    gain: float = option(Number(), 1.0, "The factor of the matrix.")
    seed: int | None = option(Count(0), None, SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
        # Fixing the signs makes the draw uniform over orthogonal matrices.
        q = q * np.sign(np.diagonal(r))
        return self.gain * (q.T if rows < columns else q).reshape(shape)


def truncated_normal(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Return normal numbers of which none is beyond two standard deviations.

    Parameters
    ----------
    shape : tuple of int
        The shape.
    rng : numpy.random.Generator
        Where they come from.
    """
    values = rng.normal(size=shape)
    outside = np.abs(values) > 2
    while outside.any():
        values[outside] = rng.normal(size=int(outside.sum()))
        outside = np.abs(values) > 2
    return values
