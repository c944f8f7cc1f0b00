"""Random numbers, drawn by NumPy and made a tensor: the same on both engines.

In a function that is compiled they are drawn once, when it is; layers draw by
`rdeep.arrays.counter_random` instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.arrays import distributions
from rdeep.engines.tensorflow.ops.arguments import as_tensor, floating
from rdeep.seeds import SeedGenerator

Tensor = Any


def random_normal(
    shape: Sequence[int],
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return normal random numbers."""
    return _made(distributions.normal(shape, _array(mean), _array(stddev), seed), dtype)


def random_truncated_normal(
    shape: Sequence[int],
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return normal random numbers within two standard deviations."""
    return _made(distributions.truncated_normal(shape, _array(mean), _array(stddev), seed), dtype)


def random_uniform(
    shape: Sequence[int],
    minval: Any = 0.0,
    maxval: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return random numbers between bounds."""
    if dtype is not None and "int" in dtype:
        return random_integer(shape, minval, maxval, dtype, seed)
    return _made(distributions.uniform(shape, _array(minval), _array(maxval), seed), dtype)


def random_integer(
    shape: Sequence[int], minval: Any, maxval: Any, dtype: str = "int32", seed: Any = None
) -> Tensor:
    """Return random whole numbers, the upper bound excluded."""
    return _made(distributions.integers(shape, _array(minval), _array(maxval), seed), dtype)


def random_gamma(
    shape: Sequence[int], alpha: Any, dtype: str | None = None, seed: Any = None
) -> Tensor:
    """Return random numbers of the gamma distribution."""
    return _made(distributions.gamma(shape, _array(alpha), seed), dtype)


def random_beta(
    shape: Sequence[int], alpha: Any, beta: Any, dtype: str | None = None, seed: Any = None
) -> Tensor:
    """Return random numbers of the beta distribution."""
    return _made(distributions.beta(shape, _array(alpha), _array(beta), seed), dtype)


def random_binomial(
    shape: Sequence[int],
    counts: Any,
    probabilities: Any,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return random numbers of successes."""
    drawn = distributions.binomial(shape, _array(counts), _array(probabilities), seed)
    return _made(drawn, dtype)


def random_seed_generator(seed: int | None = None, name: str | None = None) -> SeedGenerator:
    """Return a stream of seeds."""
    return SeedGenerator(seed, name)


def random_categorical(
    logits: Any, num_samples: int, dtype: str = "int32", seed: Any = None
) -> Tensor:
    """Return categories drawn by their scores, for each row."""
    scores = floating(logits)
    noise = distributions.gumbel((scores.shape[0], num_samples, scores.shape[1]), seed)
    drawn = tf.argmax(scores[:, None, :] + tf.cast(noise, scores.dtype), axis=-1)
    return tf.cast(drawn, dtype)


def random_dropout(
    inputs: Any,
    rate: float,
    noise_shape: Sequence[int | None] | None = None,
    seed: Any = None,
) -> Tensor:
    """Return a tensor with a share of its values set to 0, the others grown."""
    x = floating(inputs)
    if rate == 0:
        return x
    if rate == 1:
        return tf.zeros_like(x)
    stays = distributions.stays(distributions.noise_shape(x.shape, noise_shape), rate, seed)
    return tf.where(stays, x / (1.0 - rate), tf.zeros((), x.dtype))


def random_shuffle(x: Any, axis: int = 0, seed: Any = None) -> Tensor:
    """Return a tensor with the slices along an axis in another order."""
    x = as_tensor(x)
    return tf.gather(x, distributions.permutation(x.shape[axis], seed), axis=axis)


def _array(value: Any) -> Any:
    return value.numpy() if tf.is_tensor(value) else value


def _made(array: Any, dtype: str | None) -> Tensor:
    return tf.cast(np.asarray(array), dtype or "float32")
