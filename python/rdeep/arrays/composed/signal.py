"""Signals: Fourier transforms, sequences cut out of them, complex numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from rdeep.arrays.signals import check_pair, check_stft, check_window

Tensor = Any
Parts = tuple[Tensor, Tensor]


def conjugate(ops: Any, x: Any) -> Tensor:
    """Return the complex conjugate, by its other name."""
    return ops.conj(x)


def polar(ops: Any, abs_: Any, angle: Any) -> Tensor:
    """Return complex numbers of an absolute value and an angle."""
    size, turn = ops.floating(abs_), ops.floating(angle)
    return ops.complex_of(size * ops.cos(turn), size * ops.sin(turn))


def view_as_complex(ops: Any, x: Any) -> Tensor:
    """Return complex numbers; the last axis holds their two parts."""
    x = ops.floating(x)
    check_pair(x.shape, "view_as_complex")
    return ops.complex_of(x[..., 0], x[..., 1])


def view_as_real(ops: Any, x: Any) -> Tensor:
    """Return the two parts of complex numbers, along a new last axis."""
    x = ops.as_tensor(x)
    return ops.stack([ops.real(x), ops.imag(x)], axis=-1)


def _joined(ops: Any, x: Any) -> Tensor:
    real, imaginary = x
    return ops.complex_of(ops.floating(real), ops.floating(imaginary))


def _parts(ops: Any, x: Tensor) -> Parts:
    return ops.real(x), ops.imag(x)


def fft(ops: Any, x: Any) -> Parts:
    """Return the Fourier transform along the last axis."""
    return _parts(ops, ops.fourier.fft(_joined(ops, x)))


def fft2(ops: Any, x: Any) -> Parts:
    """Return the Fourier transform along the last two axes."""
    return _parts(ops, ops.fourier.fft2(_joined(ops, x)))


def ifft2(ops: Any, x: Any) -> Parts:
    """Return the inverse Fourier transform along the last two axes."""
    return _parts(ops, ops.fourier.ifft2(_joined(ops, x)))


def rfft(ops: Any, x: Any, fft_length: int | None = None) -> Parts:
    """Return the Fourier transform of real numbers along the last axis."""
    return _parts(ops, ops.fourier.rfft(ops.floating(x), fft_length))


def irfft(ops: Any, x: Any, fft_length: int | None = None) -> Tensor:
    """Return the real numbers that a Fourier transform is of."""
    return ops.fourier.irfft(_joined(ops, x), fft_length)


def _window(ops: Any, window: Any, length: int, fft_length: int, like: Tensor) -> Tensor:
    """Return a window in the middle of a frame."""
    before = (fft_length - length) // 2
    around = (before, fft_length - length - before)
    if window is None or isinstance(window, str):
        return ops.constant(_named_window(window, length, around), like)
    values = ops.floating(window)
    check_window(values.shape, length)
    return ops.cast(ops.as_tensor(ops.pad(values, (around,)), like), like.dtype)


@lru_cache(maxsize=16)
def _named_window(name: str | None, length: int, around: tuple[int, int]) -> np.ndarray:
    base = {None: 1.0, "hann": 0.5, "hamming": 0.54}[name]
    # Periodic: the value after the last would be the first.
    values = base - (1.0 - base) * np.cos(2.0 * np.pi * np.arange(length) / length)
    return np.pad(values, around).astype(np.float32)


def stft(
    ops: Any,
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> Parts:
    """Return the Fourier transforms of the windows of sequences."""
    x = ops.floating(x)
    check_stft(sequence_length, fft_length)
    if center:
        half = fft_length // 2
        x = ops.pad(x, [(0, 0)] * (len(x.shape) - 1) + [(half, half)], mode="reflect")
    # Without a window, frames are still of the transform's length.
    frames = ops.extract_sequences(x, fft_length, sequence_stride)  # (..., windows, fft_length)
    if window is not None:
        frames = frames * _window(ops, window, sequence_length, fft_length, x)
    return _parts(ops, ops.fourier.rfft(frames, fft_length))


def istft(
    ops: Any,
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
    frames = ops.fourier.irfft(_joined(ops, x), fft_length)
    if window is not None:
        weights = _window(ops, window, sequence_length, fft_length, frames)
        overlaps = -(-fft_length // sequence_stride)
        rest = overlaps * sequence_stride - fft_length
        squares = ops.reshape(ops.pad(weights * weights, ((0, rest),)), (overlaps, -1))
        sums = ops.tile(ops.sum(squares, axis=0), (overlaps,))[:fft_length]
        empty = ops.equal(weights, 0.0)
        frames = frames * ops.where(empty, 0.0, weights / ops.where(empty, 1.0, sums))
    out = ops.overlapped(frames, sequence_stride)
    start = fft_length // 2 if center else 0
    if length is not None:
        return out[..., start : start + length]
    return out[..., start : ops.shape(out)[-1] - start]
