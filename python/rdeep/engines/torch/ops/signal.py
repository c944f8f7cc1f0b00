"""Complex numbers, and sequences cut out of signals and laid over each other."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.arguments import as_tensor, floating

complex_of = torch.complex


def real(x: Any) -> Tensor:
    """Return the real part."""
    x = as_tensor(x)
    return torch.real(x) if x.is_complex() else x


def imag(x: Any) -> Tensor:
    """Return the imaginary part, 0 of real numbers."""
    x = as_tensor(x)
    return torch.imag(x) if x.is_complex() else torch.zeros_like(x)


def conj(x: Any) -> Tensor:
    """Return the complex conjugate."""
    return torch.resolve_conj(torch.conj(as_tensor(x)))


def angle(x: Any) -> Tensor:
    """Return the angle of complex numbers."""
    return torch.angle(floating(x))


def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Tensor:
    """Return the windows of sequences, along a new axis before the last."""
    return as_tensor(x).unfold(-1, sequence_length, sequence_stride)


def overlapped(frames: Tensor, stride: int) -> Tensor:
    """Return the sum of frames, each a step after the last."""
    *batch, count, size = frames.shape
    positions = torch.arange(count, device=frames.device)[:, None] * stride
    positions = positions + torch.arange(size, device=frames.device)
    out = frames.new_zeros(*batch, stride * (count - 1) + size)
    index = positions.flatten().expand(*batch, -1)
    return out.scatter_add(-1, index, frames.flatten(-2))
