"""Random numbers in a graph: drawn anew each time that it runs.

Outside of graphs NumPy draws them, the same for all engines (`rdeep.arrays.composed.random`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import tensorflow as tf

from rdeep.arrays.composed import random as composed
from rdeep.arrays.counter_random import DRAW, layer_key
from rdeep.engines.tensorflow.sampling import mix, uniform
from rdeep.seeds import SeedGenerator, stream

__all__ = [
    "random_dropout",
    "random_integer",
    "random_normal",
    "random_truncated_normal",
    "random_uniform",
]

Tensor = Any

_TAIL = 0.5 * math.erfc(math.sqrt(2.0))
"""The share of a normal distribution that lies beyond two standard deviations on one side."""


class _Source:
    """A stream of random numbers: a key, and a count of what was drawn, both variables."""

    def __init__(self, key: int) -> None:
        with tf.init_scope():
            self.key = tf.Variable(key, dtype=tf.uint64, trainable=False)
            self.count = tf.Variable(0, dtype=tf.uint64, trainable=False)
        stream.followers.add(self)

    def restart(self, origin: int) -> None:
        """Hear that the process's stream of seeds began again."""
        self.key.assign(origin)
        self.count.assign(0)

    def next(self) -> Tensor:
        """Return the key of the next draw."""
        count = self.count.assign_add(tf.constant(1, tf.uint64), read_value=True)
        return mix(
            tf.bitwise.bitwise_xor(self.key.value(), mix(count * tf.constant(DRAW, tf.uint64)))
        )


class _OwnSource(_Source):
    """The stream of a seed generator, which nobody else starts again."""

    def restart(self, origin: int) -> None:
        """Leave it as it is."""


_common: list[_Source] = []
_own: WeakKeyDictionary[SeedGenerator, _Source] = WeakKeyDictionary()


def _source(seed: Any) -> _Source:
    if isinstance(seed, SeedGenerator):
        if seed not in _own:
            _own[seed] = _OwnSource(layer_key(seed.seed, "generator"))
        return _own[seed]
    if not _common:
        _common.append(_Source(stream.origin))
    return _common[0]


def _in_graph(seed: Any) -> bool:
    """Return whether the graph draws; what a number gives as a seed stays the same."""
    return not tf.executing_eagerly() and (seed is None or isinstance(seed, SeedGenerator))


def _drawn(shape: Sequence[Any], seed: Any) -> Tensor:
    """Return numbers from 0 to below 1."""
    sizes = [tf.get_static_value(s) if tf.is_tensor(s) else s for s in shape]
    known = all(size is not None for size in sizes)
    given = sizes if known else [tf.cast(s, tf.int32) for s in shape]
    found = uniform(_source(seed).next(), tf.cast(tf.stack(given), tf.int32))
    return tf.reshape(found, [int(s) for s in sizes]) if known else found


def _ops() -> Any:
    from rdeep.engines.tensorflow import ops

    return ops


def _typed(values: Tensor, dtype: str | None) -> Tensor:
    return tf.cast(values, dtype or "float32")


def random_normal(
    shape: Sequence[Any],
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return normal random numbers."""
    if not _in_graph(seed):
        return composed.random_normal(_ops(), shape, mean, stddev, dtype, seed)
    # Box and Muller's; 1 - u is never 0.
    radius = tf.sqrt(-2.0 * tf.math.log(1.0 - _drawn(shape, seed)))
    return _typed(mean + stddev * radius * tf.cos(2.0 * math.pi * _drawn(shape, seed)), dtype)


def random_truncated_normal(
    shape: Sequence[Any],
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return normal random numbers within two standard deviations."""
    if not _in_graph(seed):
        return composed.random_truncated_normal(_ops(), shape, mean, stddev, dtype, seed)
    share = _TAIL + (1.0 - 2.0 * _TAIL) * _drawn(shape, seed)
    return _typed(mean + stddev * math.sqrt(2.0) * tf.math.erfinv(2.0 * share - 1.0), dtype)


def random_uniform(
    shape: Sequence[Any],
    minval: Any = 0.0,
    maxval: Any = 1.0,
    dtype: str | None = None,
    seed: Any = None,
) -> Tensor:
    """Return random numbers between bounds."""
    if not _in_graph(seed):
        return composed.random_uniform(_ops(), shape, minval, maxval, dtype, seed)
    if dtype is not None and "int" in dtype:
        return random_integer(shape, minval, maxval, dtype, seed)
    return _typed(minval + (maxval - minval) * _drawn(shape, seed), dtype)


def random_integer(
    shape: Sequence[Any], minval: Any, maxval: Any, dtype: str = "int32", seed: Any = None
) -> Tensor:
    """Return random whole numbers, the upper bound excluded."""
    if not _in_graph(seed):
        return composed.random_integer(_ops(), shape, minval, maxval, dtype, seed)
    low, high = tf.cast(minval, tf.float32), tf.cast(maxval, tf.float32)
    return _typed(tf.floor(low + (high - low) * _drawn(shape, seed)), dtype)


def random_dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Tensor:
    """Return the input with a share of its values dropped, the others scaled up."""
    if not _in_graph(seed):
        return composed.random_dropout(_ops(), inputs, rate, noise_shape, seed)
    sizes = tf.unstack(tf.shape(inputs))
    if noise_shape is not None:
        sizes = [own if size is None else size for size, own in zip(noise_shape, sizes)]
    stays = tf.cast(_drawn(sizes, seed) >= rate, inputs.dtype)
    return inputs * stays * (1.0 / (1.0 - rate))
