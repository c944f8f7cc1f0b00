"""Random numbers that depend on a seed, a layer, a step and a draw alone, equal on both engines.

They come from a counter-based generator, *Squares* (Widynski, 2020, arXiv:2004.06278): the number
at a place is a function of the place and a key of 64 bits. The key multiplies the place, which is
then squared five times over: no key's numbers are another's, shifted. Keys are hashes of all that
tells one draw from another. Nothing is kept between steps: a training that is resumed at step n
draws what it would have drawn.

The 64 bits of a place are cut into parts, the lowest bits first: four parts of 16 bits for what
stays under dropout, two of 32 bits (of which 24 count) for numbers between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from hashlib import blake2b
from typing import Any

import numpy as np

WORD = 1 << 64
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
"""The factors of `mix`."""
DRAW = 0x9E3779B97F4A7C15
"""What the numbers of draws are multiplied by, which keeps them apart from those of steps."""
RESOLUTION = 1 << 24
"""Numbers between 0 and 1 are multiples of one part in this."""
PARTS = 1 << 16
"""How many values the parts have that decide what stays under dropout."""
HALF = PARTS >> 1
"""What is taken off thresholds, since parts are compared with their sign."""
NARROW = (PARTS - 1) / PARTS
"""Beyond this rate all parts may lie below the threshold, which then needs more than 16 bits."""
_DITHER = 32


def mix(x: int) -> int:
    """Scramble 64 bits (the end of SplitMix64; Steele, Lea and Flood, 2014).

    Parameters
    ----------
    x : int
        A number of 64 bits.
    """
    x = ((x ^ (x >> 30)) * FIRST) % WORD
    x = ((x ^ (x >> 27)) * SECOND) % WORD
    return x ^ (x >> 31)


@lru_cache(maxsize=4096)
def layer_key(seed: int, name: str) -> int:
    """Return the key of a layer, 64 bits.

    Parameters
    ----------
    seed : int
        The training's seed, or the layer's own.
    name : str
        The layer's name in its model.
    """
    return int.from_bytes(blake2b(f"{seed}/{name}".encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=8)
def step_salt(step: int) -> int:
    """Return what a step changes the keys of layers by.

    Parameters
    ----------
    step : int
        The number of the step.
    """
    return mix((step + 1) % WORD)


def own_seed(seed: int, call: int) -> int:
    """Return the seed of a layer with a generator of its own, of which predictions use up some.

    Parameters
    ----------
    seed : int
        The generator's seed.
    call : int
        Which prediction it is, 0 in training.
    """
    return seed + (call << 64)


def step_key(key: int, step: int) -> int:
    """Return the key of a layer at a step, 64 bits.

    Parameters
    ----------
    key : int
        What `layer_key` returned.
    step : int
        The number of the step.
    """
    return mix(key ^ step_salt(step))


def draw_key(key: int, number: int, use: int = 0) -> int:
    """Return the key of one of several draws that a layer makes in a step.

    Parameters
    ----------
    key : int
        What `step_key` returned.
    number, use : int
        As for `draw_salt`. The first draw has the step's own key.
    """
    salt = draw_salt(number, use)
    return mix(key ^ salt) if salt else key


def draw_salt(number: int, use: int = 0) -> int:
    """Return what a draw's number changes a key by: nothing for the first.

    Parameters
    ----------
    number : int
        Which draw of the layer it is, from 0.
    use : int
        What `use_salt` returned, for a layer that is used several times in a step.
    """
    return use ^ mix(number * DRAW % WORD) if number else use


def use_salt(within: int, use: int) -> int:
    """Return what a use of a layer changes its keys by: nothing for the first.

    Parameters
    ----------
    within : int
        That of the layer around it, 0 without one.
    use : int
        Which use of the layer it is, from 0.
    """
    return mix((within + ~use) % WORD) if use else within


def part_name(name: str, part: str) -> str:
    """Return the name of a part of a layer, under which it draws.

    Parameters
    ----------
    name : str
        The layer's name in its model, or in another layer, where it may be empty.
    part : str
        The part's name in the layer; empty for the layer itself.

    Examples
    --------
    >>> part_name("encoder", "forward"), part_name("encoder", ""), part_name("", "kernel")
    ('encoder/forward', 'encoder', 'kernel')
    """
    return f"{name}/{part}" if name and part else name or part


def validation_seed(seed: int, step: int) -> int:
    """Return what an evaluation amid training draws from, a training that goes on the same.

    Parameters
    ----------
    seed : int
        The training's seed.
    step : int
        The number of steps taken.
    """
    return step_key(layer_key(seed, "validation"), step) >> 1


def squares(key: int, count: int) -> np.ndarray:
    """Return the first numbers of a key, uint64: Widynski's `squares64`.

    Parameters
    ----------
    key : int
        The key, of which the lowest bit is taken to be set.
    count : int
        How many.
    """
    odd = np.uint64(key | 1)
    y = np.arange(count, dtype=np.uint64) * odd
    z = y + odd
    x = _turned(y * y + y)
    x = _turned(x * x + z)
    x = _turned(x * x + y)
    last = x * x + z
    x = _turned(last)
    return last ^ ((x * x + y) >> np.uint64(32))


def _turned(x: np.ndarray) -> np.ndarray:
    return (x >> np.uint64(32)) | (x << np.uint64(32))


def keep(key: int, shape: tuple[int, ...], rate: float) -> np.ndarray:
    """Return a mask, True where a value stays: what both engines' `keep` must equal.

    Parameters
    ----------
    key : int
        What `step_key` or `draw_key` returned.
    shape : tuple of int
        The mask's shape; positions are counted in C order.
    rate : float
        The share of values that do not stay.

    Examples
    --------
    >>> float(keep(step_key(layer_key(1, "dropout"), 0), (1000,), 0.5).mean())
    0.485
    """
    size = int(np.prod(shape))
    parts = squares(key, -(-size // 4)).astype("<u8").view("<i2")[:size].astype(np.int32)
    return (parts >= threshold(key, rate)).reshape(shape)


def uniform(key: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers from 0 to below 1: what both engines' `uniform` must equal.

    Parameters
    ----------
    key : int
        What `step_key` or `draw_key` returned.
    shape : tuple of int
        The shape; positions are counted in C order.

    Examples
    --------
    >>> key = draw_key(step_key(layer_key(1, "noise"), 0), 1)
    >>> bool(abs(uniform(key, (1000,)).mean() - 0.5) < 0.05)
    True
    """
    size = int(np.prod(shape))
    parts = squares(key, -(-size // 2)).astype("<u8").view("<u4")[:size]
    return ((parts >> np.uint32(8)) / RESOLUTION).astype(np.float32).reshape(shape)


def fine_rate(rate: float) -> int:
    """Return a rate in parts of 2 to the power of 48.

    Parameters
    ----------
    rate : float
        The share of values that do not stay.
    """
    return round(rate * (PARTS << _DITHER))


def threshold(key: int, rate: float) -> int:
    """Return the whole number below which a part of 16 bits, with its sign, is dropped.

    It is one of the two next to the rate, drawn such that the rate is met on average: with a rate
    of 0.1, 6553 or 6554 of 65536 values are dropped.

    Parameters
    ----------
    key : int
        The mask's key.
    rate : float
        The share of values that do not stay.
    """
    return ((fine_rate(rate) + (key >> _DITHER)) >> _DITHER) - HALF


class HostDraws:
    """The random numbers of a layer's forward pass, computed by NumPy: a `RandomSource`.

    Parameters
    ----------
    seed : int
        What numbers depend on.
    name : str
        The layer's name, a part of the key.
    step : int
        The number of the step.
    seeds : mapping of str to int or None, optional
        The seeds that the layer's parts have of their own, by name: `Layer.streams`.
    convert : function, optional
        Turns an array into a tensor of the engine that computes.
    uses : tuple of int
        Which uses in this step it is.
    """

    def __init__(
        self,
        seed: int,
        name: str,
        step: int = 0,
        seeds: Mapping[str, int | None] | None = None,
        convert: Callable[[np.ndarray], Any] = np.asarray,
        uses: tuple[int, ...] = (),
    ) -> None:
        self._seed, self._name, self._step = seed, name, step
        self._seeds, self._convert, self._uses = seeds or {}, convert, uses
        self._part = ""

    def uniform(self, shape: Sequence[Any], number: int) -> Any:
        """Return numbers from 0 to below 1."""
        return self._convert(uniform(self._key(number), tuple(int(size) for size in shape)))

    def keep(self, shape: Sequence[Any], rate: float, number: int) -> Any:
        """Return a mask, True where a value stays."""
        return self._convert(keep(self._key(number), tuple(int(size) for size in shape), rate))

    def within(self, part: str, use: int = 0) -> HostDraws:
        """Return the numbers of a part."""
        uses = (*self._uses, use) if use else self._uses
        inner = HostDraws(self._seed, self._name, self._step, self._seeds, self._convert, uses)
        inner._part = part_name(self._part, part) if self._part else part
        return inner

    def _key(self, number: int) -> int:
        own = self._seeds.get(self._part)
        name = part_name(self._name, self._part)
        key = step_key(layer_key(self._seed if own is None else own, name), self._step)
        return draw_key(key, number, reduce(use_salt, self._uses, 0))
