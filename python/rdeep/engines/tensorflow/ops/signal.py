"""Signals: Fourier transforms, sequences cut out of them, complex numbers."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.arrays.signals import check_pair, check_stft, check_window
from rdeep.engines.tensorflow.ops.arguments import as_tensor, floating

Tensor = Any


def real(x: Any) -> Tensor:
    """Return the real part."""
    return tf.math.real(as_tensor(x))


def imag(x: Any) -> Tensor:
    """Return the imaginary part."""
    x = as_tensor(x)
    return tf.math.imag(x) if x.dtype.is_complex else tf.zeros_like(x)


def conj(x: Any) -> Tensor:
    """Return the complex conjugate."""
    return tf.math.conj(as_tensor(x))


conjugate = conj


def angle(x: Any) -> Tensor:
    """Return the angle of complex numbers."""
    return tf.math.angle(floating(x))


def polar(abs_: Any, angle: Any) -> Tensor:
    """Return complex numbers of an absolute value and an angle."""
    size, turn = floating(abs_), floating(angle)
    return tf.complex(size * tf.cos(turn), size * tf.sin(turn))


def view_as_complex(x: Any) -> Tensor:
    """Return complex numbers; the last axis holds their two parts."""
    x = floating(x)
    check_pair(x.shape, "view_as_complex")
    return tf.complex(x[..., 0], x[..., 1])


def view_as_real(x: Any) -> Tensor:
    """Return the two parts of complex numbers, along a new last axis."""
    return tf.stack([real(x), imag(x)], axis=-1)


def _pair(x: Any) -> tuple[Tensor, Tensor]:
    real_part, imaginary = x
    return floating(real_part), floating(imaginary)


def fft(x: Any) -> tuple[Tensor, Tensor]:
    """Return the Fourier transform along the last axis."""
    return ops.fft(_pair(x))


def fft2(x: Any) -> tuple[Tensor, Tensor]:
    """Return the Fourier transform along the last two axes."""
    return ops.fft2(_pair(x))


def ifft2(x: Any) -> tuple[Tensor, Tensor]:
    """Return the inverse Fourier transform along the last two axes."""
    return ops.ifft2(_pair(x))


def rfft(x: Any, fft_length: int | None = None) -> tuple[Tensor, Tensor]:
    """Return the Fourier transform of real numbers along the last axis."""
    return ops.rfft(floating(x), fft_length)


def irfft(x: Any, fft_length: int | None = None) -> Tensor:
    """Return the real numbers that a Fourier transform is of."""
    return ops.irfft(_pair(x), fft_length)


def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Tensor:
    """Return the windows of sequences, along a new axis before the last."""
    return ops.extract_sequences(as_tensor(x), sequence_length, sequence_stride)


def _window(window: Any, length: int) -> Any:
    if window is None or isinstance(window, str):
        return window
    values = floating(window)
    check_window(values.shape, length)
    return values


def stft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> tuple[Tensor, Tensor]:
    """Return the Fourier transforms of the windows of sequences."""
    check_stft(sequence_length, fft_length)
    shape = _window(window, sequence_length)
    return ops.stft(floating(x), sequence_length, sequence_stride, fft_length, shape, center)


def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Tensor:
    """Return the sequences that Fourier transforms of windows come from."""
    check_stft(sequence_length, fft_length)
    shape = _window(window, sequence_length)
    return ops.istft(_pair(x), sequence_length, sequence_stride, fft_length, length, shape, center)
