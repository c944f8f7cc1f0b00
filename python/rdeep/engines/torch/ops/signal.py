"""Signals: Fourier transforms, sequences cut out of them, complex numbers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.arrays.signals import check_pair, check_stft, check_window
from rdeep.engines.torch.ops.arguments import as_tensor, floating


def real(x: Any) -> Tensor:
    """Return the real part."""
    x = as_tensor(x)
    return torch.real(x) if x.is_complex() else x


def imag(x: Any) -> Tensor:
    """Return the imaginary part."""
    x = as_tensor(x)
    return torch.imag(x) if x.is_complex() else torch.zeros_like(x)


def conj(x: Any) -> Tensor:
    """Return the complex conjugate."""
    return torch.resolve_conj(torch.conj(as_tensor(x)))


conjugate = conj


def angle(x: Any) -> Tensor:
    """Return the angle of complex numbers."""
    return torch.angle(floating(x))


def polar(abs_: Any, angle: Any) -> Tensor:
    """Return complex numbers of an absolute value and an angle."""
    size, turn = floating(abs_), floating(angle)
    return torch.complex(size * torch.cos(turn), size * torch.sin(turn))


def view_as_complex(x: Any) -> Tensor:
    """Return complex numbers; the last axis holds their two parts."""
    x = floating(x)
    check_pair(x.shape, "view_as_complex")
    return torch.complex(x[..., 0], x[..., 1])


def view_as_real(x: Any) -> Tensor:
    """Return the two parts of complex numbers, along a new last axis."""
    x = as_tensor(x)
    return torch.stack([real(x), imag(x)], dim=-1)


def _joined(x: Any) -> Tensor:
    real_part, imaginary = x
    return torch.complex(floating(real_part), floating(imaginary))


def _parts(x: Tensor) -> tuple[Tensor, Tensor]:
    return x.real, x.imag


def fft(x: Any) -> tuple[Tensor, Tensor]:
    """Return the Fourier transform along the last axis."""
    return _parts(torch.fft.fft(_joined(x)))


def fft2(x: Any) -> tuple[Tensor, Tensor]:
    """Return the Fourier transform along the last two axes."""
    return _parts(torch.fft.fft2(_joined(x)))


def ifft2(x: Any) -> tuple[Tensor, Tensor]:
    """Return the inverse Fourier transform along the last two axes."""
    return _parts(torch.fft.ifft2(_joined(x)))


def rfft(x: Any, fft_length: int | None = None) -> tuple[Tensor, Tensor]:
    """Return the Fourier transform of real numbers along the last axis."""
    return _parts(torch.fft.rfft(floating(x), n=fft_length))


def irfft(x: Any, fft_length: int | None = None) -> Tensor:
    """Return the real numbers that a Fourier transform is of."""
    return torch.fft.irfft(_joined(x), n=fft_length)


def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Tensor:
    """Return the windows of sequences, along a new axis before the last."""
    return as_tensor(x).unfold(-1, sequence_length, sequence_stride)


def _window(window: Any, length: int, fft_length: int, like: Tensor) -> Tensor:
    """Return a window in the middle of a frame."""
    if window is None:
        values = torch.ones(length)
    elif isinstance(window, str):
        make = torch.hann_window if window == "hann" else torch.hamming_window
        values = make(length, periodic=True)
    else:
        values = floating(window)
        check_window(values.shape, length)
    before = (fft_length - length) // 2
    values = functional.pad(values, (before, fft_length - length - before))
    return values.to(device=like.device, dtype=like.dtype)


def stft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> tuple[Tensor, Tensor]:
    """Return the Fourier transforms of the windows of sequences."""
    x = floating(x)
    check_stft(sequence_length, fft_length)
    if center:
        half = fft_length // 2
        flat = x.reshape(-1, 1, x.shape[-1])
        x = functional.pad(flat, (half, half), mode="reflect").reshape(*x.shape[:-1], -1)
    weights = _window(window, sequence_length, fft_length, x)
    # Without a window, frames are still of the transform's length.
    frames = extract_sequences(x, fft_length, sequence_stride)
    frames = frames if window is None else frames * weights
    return _parts(torch.fft.rfft(frames, n=fft_length))


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
    frames = torch.fft.irfft(_joined(x), n=fft_length)
    if window is not None:
        weights = _window(window, sequence_length, fft_length, frames)
        overlaps = -(-fft_length // sequence_stride)
        squares = functional.pad(weights**2, (0, overlaps * sequence_stride - fft_length))
        sums = squares.reshape(overlaps, sequence_stride).sum(0).repeat(overlaps)[:fft_length]
        frames = frames * torch.where(weights == 0, 0.0, weights / sums)
    out = _overlapped(frames, sequence_stride)
    start = fft_length // 2 if center else 0
    if length is not None:
        return out[..., start : start + length]
    return out[..., start : out.shape[-1] - start]


def _overlapped(frames: Tensor, stride: int) -> Tensor:
    """Return the sum of frames, each a step after the last."""
    *batch, count, size = frames.shape
    positions = torch.arange(count, device=frames.device)[:, None] * stride
    positions = positions + torch.arange(size, device=frames.device)
    out = frames.new_zeros(*batch, stride * (count - 1) + size)
    index = positions.flatten().expand(*batch, -1)
    return out.scatter_add(-1, index, frames.flatten(-2))
