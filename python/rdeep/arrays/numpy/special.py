"""The error function, its inverse, and the logarithm of the gamma function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rdeep.arrays.numpy.types import Array, floating, wide

# The error function on (-4, 4) as a ratio of polynomials, highest powers first: that of Eigen.
_OVER = (
    *(-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05),
    *(-7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02),
)
_UNDER = (
    *(-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03),
    *(-7.37332916720468e-03, -1.42647390514189e-02),
)
_ERF = np.vectorize(math.erf, otypes=[float])
_ERFC = np.vectorize(math.erfc, otypes=[float])


def erf(x: Any) -> Array:
    """Return the error function."""
    x = floating(x)
    if x.dtype == np.float64:
        return _ERF(x)
    inside = np.clip(x.astype(np.float32, copy=False), np.float32(-4.0), np.float32(4.0))
    squares = inside * inside
    found = inside * _polynomial(_OVER, squares) / _polynomial(_UNDER, squares)
    return np.clip(found, np.float32(-1.0), np.float32(1.0)).astype(x.dtype, copy=False)


def _polynomial(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    total = x * x.dtype.type(coefficients[0])
    for each in coefficients[1:-1]:
        total += x.dtype.type(each)
        total *= x
    return total + x.dtype.type(coefficients[-1])


def erfinv(x: Any) -> Array:
    """Return where the error function has a value."""
    x = floating(x)
    y = np.asarray(x, np.float64)
    # Winitzki's approximation (2008), then Halley's steps, each of which triples the digits.
    log = np.log1p(-y * y)
    half = 2.0 / (math.pi * 0.147) + 0.5 * log
    found = np.copysign(np.sqrt(np.sqrt(half * half - log / 0.147) - half), y)
    for _ in range(3):
        off = (erf(found) - y) / (2.0 / math.sqrt(math.pi) * np.exp(-found * found))
        step = off / (1.0 + found * off)
        found = np.where(np.isfinite(step), found - step, found)
    found = np.where(np.abs(y) == 1.0, np.copysign(np.inf, y), found)
    return np.where(np.abs(y) > 1.0, np.nan, found).astype(x.dtype)


def lgamma(x: Any) -> Array:
    """Return the logarithm of the gamma function's absolute value."""
    x = floating(x)
    return np.asarray(_LGAMMA(x), x.dtype)


def _lgamma(x: float) -> float:
    try:
        return math.lgamma(x)
    except ValueError:
        # At 0 and at negative whole numbers.
        return math.inf


_LGAMMA = np.vectorize(_lgamma, otypes=[float])


def erfc(x: Any) -> Array:
    """Return 1 less the error function, accurate where that is nearly 1 too."""
    x = floating(x)
    return np.asarray(_ERFC(x), x.dtype)


def i0(x: Any) -> Array:
    """Return the modified Bessel function of order 0."""
    x = wide(x)
    return np.asarray(np.i0(x), x.dtype).reshape(x.shape)
