"""Random numbers, drawn by NumPy and made a tensor: the same on all engines.

In a function that is compiled they are drawn once, when it is; layers draw by
`rdeep.arrays.counter_random` instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.arrays import distributions
from rdeep.seeds import SeedGenerator

Tensor = Any
Extents = Sequence[int]


def _made(ops: Any, drawn: Any, dtype: str | None) -> Tensor:
    return ops.cast(ops.constant(np.asarray(drawn)), dtype or "float32")


def random_normal(
    ops: Any,
    shape: Extents,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return normal random numbers."""
    drawn = distributions.normal(shape, ops.as_array(mean), ops.as_array(stddev), seed)
    return _made(ops, drawn, dtype)


def random_truncated_normal(
    ops: Any,
    shape: Extents,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return normal random numbers within two standard deviations."""
    drawn = distributions.truncated_normal(shape, ops.as_array(mean), ops.as_array(stddev), seed)
    return _made(ops, drawn, dtype)


def random_uniform(
    ops: Any,
    shape: Extents,
    minval: Any = 0.0,
    maxval: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return random numbers between bounds."""
    if dtype is not None and "int" in dtype:
        return ops.random_integer(shape, minval, maxval, dtype, seed)
    drawn = distributions.uniform(shape, ops.as_array(minval), ops.as_array(maxval), seed)
    return _made(ops, drawn, dtype)


def random_integer(
    ops: Any, shape: Extents, minval: Any, maxval: Any, dtype: str = "int32", seed: Any = None
) -> Tensor:
    """Return random whole numbers, the upper bound excluded."""
    drawn = distributions.integers(shape, ops.as_array(minval), ops.as_array(maxval), seed)
    return _made(ops, drawn, dtype)


def random_gamma(
    ops: Any, shape: Extents, alpha: Any, dtype: str | None = None, seed: Any = None
) -> Tensor:
    """Return random numbers of the gamma distribution."""
    return _made(ops, distributions.gamma(shape, ops.as_array(alpha), seed), dtype)


def random_beta(
    ops: Any, shape: Extents, alpha: Any, beta: Any, dtype: str | None = None, seed: Any = None
) -> Tensor:
    """Return random numbers of the beta distribution."""
    drawn = distributions.beta(shape, ops.as_array(alpha), ops.as_array(beta), seed)
    return _made(ops, drawn, dtype)


def random_binomial(
    ops: Any,
    shape: Extents,
    counts: Any,
    probabilities: Any,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return random numbers of successes."""
    trials, chances = ops.as_array(counts), ops.as_array(probabilities)
    return _made(ops, distributions.binomial(shape, trials, chances, seed), dtype)


def random_seed_generator(ops: Any, seed: int | None = None, name: str | None = None) -> Any:
    """Return a stream of seeds."""
    return SeedGenerator(seed, name)


def random_categorical(
    ops: Any, logits: Any, num_samples: int, dtype: str = "int32", seed: Any = None
) -> Tensor:
    """Return categories drawn by their scores, for each row."""
    logits = ops.floating(logits)  # (rows, classes)
    rows, classes = logits.shape
    noise = distributions.gumbel((rows, num_samples, classes), seed)
    return ops.cast(ops.argmax(logits[:, None] + ops.constant(noise, logits), axis=-1), dtype)


def random_dropout(
    ops: Any,
    inputs: Any,
    rate: float,
    noise_shape: Sequence[int | None] | None = None,
    seed: Any = None,
) -> Tensor:
    """Return a tensor with a share of its values set to 0, the others grown."""
    x = ops.floating(inputs)
    if rate == 0:
        return x
    if rate == 1:
        return ops.zeros_like(x)
    stays = distributions.stays(distributions.noise_shape(x.shape, noise_shape), rate, seed)
    return ops.where(ops.as_tensor(stays, x), x / (1.0 - rate), 0.0)


def random_shuffle(ops: Any, x: Any, axis: int = 0, seed: Any = None) -> Tensor:
    """Return a tensor with the slices along an axis in another order."""
    x = ops.as_tensor(x)
    return ops.take(x, distributions.permutation(x.shape[axis], seed), axis=axis)
