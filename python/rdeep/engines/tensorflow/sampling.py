"""Random numbers on TensorFlow, equal to those of `rdeep.arrays.counter_random` bit for bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import Any

import tensorflow as tf

from rdeep.arrays.counter_random import (
    DRAW,
    FIRST,
    HALF,
    NARROW,
    RESOLUTION,
    SECOND,
    draw_salt,
    fine_rate,
    layer_key,
    own_seed,
    part_name,
    use_salt,
)
from rdeep.seeds import stream

Tensor = Any
_WHOLE = tf.uint64
_UPPER = 1 << 32


def mix(x: Tensor) -> Tensor:
    """Scramble 64 bits: `rdeep.arrays.counter_random.mix` for a tensor of uint64.

    Parameters
    ----------
    x : Tensor
        The numbers.
    """
    x = _xor_shifted(x, 30) * tf.constant(FIRST, _WHOLE)
    x = _xor_shifted(x, 27) * tf.constant(SECOND, _WHOLE)
    return _xor_shifted(x, 31)


def _xor_shifted(x: Tensor, bits: int) -> Tensor:
    return tf.bitwise.bitwise_xor(x, _shifted(x, bits))


def _shifted(x: Tensor, bits: int) -> Tensor:
    return tf.bitwise.right_shift(x, tf.constant(bits, _WHOLE))


def squares(key: Tensor, count: Tensor) -> Tensor:
    """Return the first numbers of a key, uint64: `rdeep.arrays.counter_random.squares`.

    Parameters
    ----------
    key : Tensor
        The key, uint64.
    count : Tensor or int
        How many.
    """
    odd = tf.bitwise.bitwise_or(key, tf.constant(1, _WHOLE))
    y = tf.bitcast(tf.range(tf.cast(count, tf.int64)), _WHOLE) * odd
    z = y + odd
    x = _turned(y * y + y)
    x = _turned(x * x + z)
    x = _turned(x * x + y)
    last = x * x + z
    x = _turned(last)
    return tf.bitwise.bitwise_xor(last, _shifted(x * x + y, 32))


def _turned(x: Tensor) -> Tensor:
    """Exchange the halves of 64 bits; multiplying is faster than shifting to the left."""
    return _shifted(x, 32) + x * tf.constant(_UPPER, _WHOLE)


def keep(key: Tensor, size: Tensor, rate: float) -> Tensor:
    """Return a mask, True where a value stays, as rows of four.

    Parameters
    ----------
    key : Tensor
        The mask's key, uint64.
    size : Tensor or int
        How many values there are; the last row may have more.
    rate : float
        The share of values that do not stay.
    """
    parts = tf.bitcast(squares(key, (size + 3) // 4), tf.int16)
    fine = _shifted(key, 32) + tf.constant(fine_rate(rate), _WHOLE)
    if rate > NARROW:
        return tf.cast(parts, tf.int32) >= tf.cast(_shifted(fine, 32), tf.int32) - HALF
    # Where it becomes 16 bits, adding is taking off.
    return parts >= tf.cast(_shifted(fine + tf.constant(HALF << 32, _WHOLE), 32), tf.int16)


def stays(key: Tensor, shape: Tensor, rate: float) -> Tensor:
    """Return a mask of a shape, True where a value stays.

    Parameters
    ----------
    key : Tensor
        The mask's key, uint64.
    shape : Tensor
        Its shape.
    rate : float
        The share of values that do not stay.
    """
    size = tf.reduce_prod(shape)
    return tf.reshape(tf.reshape(keep(key, size, rate), [-1])[:size], shape)


def uniform(key: Tensor, shape: Tensor) -> Tensor:
    """Return numbers from 0 to below 1, float32.

    Parameters
    ----------
    key : Tensor
        The draw's key, uint64.
    shape : Tensor
        Their shape.
    """
    size = tf.reduce_prod(shape)
    parts = tf.reshape(tf.bitcast(squares(key, (size + 1) // 2), tf.uint32), [-1])[:size]
    fine = tf.bitwise.right_shift(parts, tf.constant(8, tf.uint32))
    return tf.reshape(tf.cast(fine, tf.float32) / RESOLUTION, shape)


class RandomState:
    """What a network's random layers draw from: a seed and the number of the step.

    Both are variables, so that compiled steps need not be compiled again for another seed.

    Whoever calls the network by himself, and not rdeep, draws others each time: each draw takes the
    next number of a count, which `rdeep.set_random_seed` starts again.

    Attributes
    ----------
    in_prediction : bool
        Whether a function that is being traced has dropout although it does not train.
    """

    def __init__(self) -> None:
        self._seed = self._call = 0
        self._keys: dict[str, tf.Variable] = {}
        self._own_seeds: dict[str, int | None] = {}
        self._advancing: set[str] = set()
        self._step_salt = tf.Variable(0, dtype=_WHOLE, trainable=False)
        self._count = tf.Variable(0, dtype=_WHOLE, trainable=False)
        self._origin = tf.Variable(stream.origin, dtype=_WHOLE, trainable=False)
        self._use, self._ours = 0, False
        self.in_prediction = False
        stream.followers.add(self)

    def restart(self, origin: int) -> None:
        """Hear that the process's stream of seeds began again.

        Parameters
        ----------
        origin : int
            What draws start from that no training and no prediction of rdeep makes, 64 bits.
        """
        self._origin.assign(origin)
        self._count.assign(0)

    @property
    def used(self) -> bool:
        """Whether any layer draws random numbers."""
        return bool(self._keys)

    def add(self, name: str, seed: int | None, advances: bool = False) -> None:
        """Make a key for a layer.

        Parameters
        ----------
        name : str
            The layer's name in its model.
        seed : int, optional
            A seed of the layer's own.
        advances : bool
            Whether that is the seed of a generator, of which each prediction uses up some.
        """
        if name not in self._keys:
            key = layer_key(0 if seed is None else seed, name)
            self._keys[name] = tf.Variable(key, dtype=_WHOLE, trainable=False)
            self._own_seeds[name] = seed
            if advances and seed is not None:
                self._advancing.add(name)

    def set_seed(self, seed: int, call: int = 0) -> None:
        """Set the seed of the layers that have none of their own.

        Parameters
        ----------
        seed : int
            The training's seed.
        call : int
            Which prediction it is, for layers that have a generator of their own; 0 in training.
        """
        if call != self._call:
            self._call = call
            for name in self._advancing:
                own = own_seed(self._own_seeds[name] or 0, call)
                self._keys[name].assign(layer_key(own, name))
        if seed == self._seed:
            return
        self._seed = seed
        for name, key in self._keys.items():
            if self._own_seeds[name] is None:
                key.assign(layer_key(seed, name))

    def set_step(self, step: Tensor) -> None:
        """Set the number of the step; may stand in a compiled function.

        Parameters
        ----------
        step : Tensor
            The number, int64.
        """
        self._step_salt.assign(mix(tf.cast(step, _WHOLE) + tf.constant(1, _WHOLE)))

    @contextmanager
    def ours(self) -> Iterator[None]:
        """Draw from the seed and the step that are set: rdeep itself calls the network."""
        before, self._ours = self._ours, True
        try:
            yield
        finally:
            self._ours = before

    @contextmanager
    def using(self, use: int) -> Iterator[None]:
        """Draw other numbers than in another use of the same layers in the step."""
        before, self._use = self._use, use_salt(self._use, use)
        try:
            yield
        finally:
            self._use = before

    def key(self, name: str, number: int = 0, uses: tuple[int, ...] = ()) -> Tensor:
        """Return the key of a layer's draw, uint64.

        Parameters
        ----------
        name : str
            The layer's name in its model.
        number : int
            Which draw of the layer in this step it is, from 0.
        uses : tuple of int
            Which uses of the layers around it, and of itself, in this step it is.
        """
        salt = draw_salt(number, reduce(use_salt, uses, self._use))
        if self._ours:
            key, step = self._keys[name].value(), self._step_salt.value()
        else:
            key, step = self._outside(name)
        key = mix(tf.bitwise.bitwise_xor(key, step))
        return mix(tf.bitwise.bitwise_xor(key, tf.constant(salt, _WHOLE))) if salt else key

    def _outside(self, name: str) -> tuple[Tensor, Tensor]:
        count = self._count.assign_add(tf.constant(1, _WHOLE), read_value=True)
        step = mix(tf.cast(count, _WHOLE) * tf.constant(DRAW, _WHOLE))
        seed = self._own_seeds[name]
        key = tf.constant(layer_key(0 if seed is None else seed, name), _WHOLE)
        if seed is None:
            key = mix(tf.bitwise.bitwise_xor(key, self._origin.value()))
        return key, step


class LayerDraws:
    """The random numbers of a layer's forward pass: `rdeep.catalogue.layers.run.RandomSource`.

    Parameters
    ----------
    keys : mapping of str to str
        The names of the keys of the layer's parts, by the parts' names.
    random : RandomState
        The network's seed and step.
    part : str
        Whose numbers are drawn.
    uses : tuple of int
        Which uses in this step it is.
    """

    def __init__(
        self,
        keys: Mapping[str, str],
        random: RandomState,
        part: str = "",
        uses: tuple[int, ...] = (),
    ) -> None:
        self.keys, self.random, self.part, self.uses = keys, random, part, uses

    def uniform(self, shape: Sequence[Any], number: int) -> Tensor:
        """Return numbers from 0 to below 1."""
        return uniform(self._key(number), _sizes(shape))

    def keep(self, shape: Sequence[Any], rate: float, number: int) -> Tensor:
        """Return a mask, True where a value stays: the same as that of a dropout layer."""
        return stays(self._key(number), _sizes(shape), rate)

    def within(self, part: str, use: int = 0) -> LayerDraws:
        """Return the numbers of a part."""
        name = part_name(self.part, part) if self.part else part
        return LayerDraws(self.keys, self.random, name, (*self.uses, use) if use else self.uses)

    def _key(self, number: int) -> Tensor:
        return self.random.key(self.keys[self.part], number, self.uses)


def _sizes(shape: Sequence[Any]) -> Tensor:
    return tf.stack([tf.cast(size, tf.int32) for size in shape])
