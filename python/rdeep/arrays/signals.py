"""What is said of signals that cannot be computed with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.errors import ArgumentError, ShapeError, format_shape, operation_call


def check_pair(shape: Sequence[Any], where: str) -> None:
    """Refuse what does not end with an axis of two.

    Parameters
    ----------
    shape : sequence of int
        The shape that came.
    where : str
        The operation.
    """
    if not shape or shape[-1] != 2:
        raise ShapeError(
            f"{operation_call(where)}: the last axis must hold a real and an imaginary part, not "
            f"the shape {format_shape(shape)}.",
            argument="x",
            received=tuple(shape),
        )


def check_stft(sequence_length: int, fft_length: int) -> None:
    """Refuse a transform that is shorter than its window.

    Parameters
    ----------
    sequence_length, fft_length : int
        The lengths.
    """
    if fft_length < sequence_length:
        raise ArgumentError(
            f"'fft_length' must be at least 'sequence_length' ({sequence_length}), not "
            f"{fft_length}.",
            argument="fft_length",
            received=fft_length,
        )


def check_window(shape: Sequence[Any], length: int) -> None:
    """Refuse a window of the wrong length.

    Parameters
    ----------
    shape : sequence of int
        The shape that came.
    length : int
        The length of a sequence.
    """
    if tuple(shape) != (length,):
        raise ShapeError(
            f"'window' must hold 'sequence_length' ({length}) numbers, not the shape "
            f"{format_shape(shape)}.",
            argument="window",
            received=tuple(shape),
        )
