"""Random numbers that depend on a seed, a layer and a step alone, the same on both engines.

Each element of a mask gets a number by mixing its position with a key; the key mixes seed, layer
and step. Nothing is kept between steps: a training that is resumed at step n draws what it would
have drawn. The mixer is Wellons's `lowbias32` (https://nullprogram.com/blog/2018/07/31/).
"""

from __future__ import annotations

import zlib

import numpy as np

FIRST, SECOND = 0x7FEB352D, 0x846CA68B
"""The mixer's factors."""
RESOLUTION = 1 << 24
"""Rates are rounded to one part in this, so that both engines compare whole numbers."""


def mix(x: int) -> int:
    """Scramble 32 bits.

    Parameters
    ----------
    x : int
        A number of 32 bits.
    """
    x ^= x >> 16
    x = (x * FIRST) & 0xFFFFFFFF
    x ^= x >> 15
    x = (x * SECOND) & 0xFFFFFFFF
    return x ^ (x >> 16)


def layer_key(seed: int, name: str) -> int:
    """Return the key of a layer, 32 bits.

    Parameters
    ----------
    seed : int
        The training's seed, or the layer's own.
    name : str
        The layer's name in its model.
    """
    return mix((seed ^ (seed >> 32)) & 0xFFFFFFFF) ^ zlib.crc32(name.encode())


def step_key(key: int, step: int) -> int:
    """Return the key of a layer at a step, 32 bits.

    Parameters
    ----------
    key : int
        What `layer_key` returned.
    step : int
        The number of the step.
    """
    return mix(key ^ mix(step & 0xFFFFFFFF))


def keep(key: int, shape: tuple[int, ...], rate: float) -> np.ndarray:
    """Return a mask, True where a value stays: what both engines' `keep` must equal.

    Parameters
    ----------
    key : int
        What `step_key` returned.
    shape : tuple of int
        The mask's shape; positions are counted in C order.
    rate : float
        The share of values that do not stay.

    Examples
    --------
    >>> float(keep(step_key(layer_key(1, "dropout"), 0), (1000,), 0.5).mean())
    0.501
    """
    return _scrambled(key, shape) >= threshold(rate)


def uniform(key: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers from 0 to below 1: what both engines' `uniform` must equal.

    Parameters
    ----------
    key : int
        What `draw_key` returned.
    shape : tuple of int
        The shape; positions are counted in C order.

    Examples
    --------
    >>> key = draw_key(step_key(layer_key(1, "noise"), 0), 0)
    >>> bool(abs(uniform(key, (1000,)).mean() - 0.5) < 0.05)
    True
    """
    return (_scrambled(key, shape) / RESOLUTION).astype(np.float32)


def draw_key(key: int, number: int) -> int:
    """Return the key of one of several draws that a layer makes in a step.

    Parameters
    ----------
    key : int
        What `step_key` returned.
    number : int
        Which draw it is, from 0. The first has the step's own key.
    """
    return key ^ draw_salt(number)


def draw_salt(number: int) -> int:
    """Return what a draw's number changes a key by.

    Parameters
    ----------
    number : int
        Which draw it is, from 0.
    """
    return mix(number * 0x9E3779B9 & 0xFFFFFFFF)


def _scrambled(key: int, shape: tuple[int, ...]) -> np.ndarray:
    x = (np.arange(int(np.prod(shape)), dtype=np.uint64) + key) & 0xFFFFFFFF
    x ^= x >> 16
    x = (x * FIRST) & 0xFFFFFFFF
    x ^= x >> 15
    x = (x * SECOND) & 0xFFFFFFFF
    x ^= x >> 16
    return (x >> 8).reshape(shape)


def threshold(rate: float) -> int:
    """Return the whole number below which a value is dropped.

    Parameters
    ----------
    rate : float
        The share of values that do not stay.
    """
    return round(rate * RESOLUTION)
