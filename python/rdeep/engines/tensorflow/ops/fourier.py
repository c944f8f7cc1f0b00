"""What `rdeep.arrays.composed.signal` computes Fourier transforms by."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

Tensor = Any

fft = tf.signal.fft
fft2 = tf.signal.fft2d
ifft2 = tf.signal.ifft2d


def rfft(x: Tensor, length: int | None) -> Tensor:
    """Return the Fourier transform of real numbers along the last axis."""
    return tf.signal.rfft(x, None if length is None else [length])


def irfft(x: Tensor, length: int | None) -> Tensor:
    """Return the real numbers that a Fourier transform is of."""
    return tf.signal.irfft(x, None if length is None else [length])
