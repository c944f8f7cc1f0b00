"""What many layers compute of features, without the detours of the composed functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rdeep.arrays.numpy.types import Array, floating


def standardized_features(
    x: Array, gamma: Array | None, beta: Array | None, rank: int, epsilon: float
) -> Array:
    """Return an array with mean 0 and variance 1 over its last axes, scaled and moved.

    Parameters
    ----------
    x : array
        The array, of floats.
    gamma, beta : array or None
        What it is multiplied by and what is added.
    rank : int
        How many axes.
    epsilon : float
        What is added to the variance.
    """
    axes, count = tuple(range(-rank, 0)), math.prod(x.shape[-rank:])
    found = x - np.add.reduce(x, axes, keepdims=True) / count
    variance = np.add.reduce(found * found, axes, keepdims=True) / count
    found /= np.sqrt(variance + x.dtype.type(epsilon))
    if gamma is not None:
        found *= gamma
    return found if beta is None else found + beta


def softmax(x: Any, axis: Any = -1) -> Array:
    """Return probabilities along an axis, along several, or of all values."""
    x = floating(x)
    axes = tuple(axis) if isinstance(axis, list) else axis
    powers = np.exp(x - np.maximum.reduce(x, axes, keepdims=True))
    powers /= np.add.reduce(powers, axes, keepdims=True)
    return powers
