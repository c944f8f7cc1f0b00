"""What `rdeep.arrays.composed.signal` computes Fourier transforms by."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays.numpy.types import Array

_REAL = {"complex64": np.float32, "complex128": np.float64}
_COMPLEX = {"float32": np.complex64, "float64": np.complex128}


def _of_kind(function: Any, x: Array) -> Array:
    # Some versions of NumPy compute in 64 bits alone.
    return function(x).astype(x.dtype)


def fft(x: Array) -> Array:
    """Return the Fourier transform along the last axis."""
    return _of_kind(np.fft.fft, x)


def fft2(x: Array) -> Array:
    """Return the Fourier transform along the last two axes."""
    return _of_kind(np.fft.fft2, x)


def ifft2(x: Array) -> Array:
    """Return the inverse Fourier transform along the last two axes."""
    return _of_kind(np.fft.ifft2, x)


def rfft(x: Array, length: int | None) -> Array:
    """Return the Fourier transform of real numbers along the last axis."""
    return np.fft.rfft(x, length).astype(_COMPLEX[x.dtype.name])


def irfft(x: Array, length: int | None) -> Array:
    """Return the real numbers that a Fourier transform is of."""
    return np.fft.irfft(x, length).astype(_REAL[x.dtype.name])
