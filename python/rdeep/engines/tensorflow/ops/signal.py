"""Complex numbers, and sequences cut out of signals and laid over each other."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.engines.tensorflow.ops.arguments import as_tensor, floating

Tensor = Any

complex_of = tf.complex
overlapped = tf.signal.overlap_and_add


def real(x: Any) -> Tensor:
    """Return the real part."""
    return tf.math.real(as_tensor(x))


def imag(x: Any) -> Tensor:
    """Return the imaginary part, 0 of real numbers."""
    x = as_tensor(x)
    return tf.math.imag(x) if x.dtype.is_complex else tf.zeros_like(x)


def conj(x: Any) -> Tensor:
    """Return the complex conjugate."""
    return tf.math.conj(as_tensor(x))


def angle(x: Any) -> Tensor:
    """Return the angle of complex numbers."""
    return tf.math.angle(floating(x))


def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Tensor:
    """Return the windows of sequences, along a new axis before the last."""
    return ops.extract_sequences(as_tensor(x), sequence_length, sequence_stride)
