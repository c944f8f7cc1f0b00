"""Initializers without random numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.catalogue.initializers.base import Initializer
from rdeep.catalogue.options import (
    Array,
    Choice,
    Either,
    Flag,
    Number,
    Numbers,
    OrNone,
    option,
)
from rdeep.catalogue.windows import WINDOWS, window
from rdeep.errors import ShapeError, constructor, format_shape


class Zeros(Initializer):
    """Zeros initializer.

    Examples
    --------
    >>> Zeros().draw((2, 2), np.random.default_rng(1)).tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return np.zeros(shape)


class Ones(Initializer):
    """Ones initializer.

    Examples
    --------
    >>> Ones().draw((2, 2), np.random.default_rng(1)).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return np.ones(shape)


class Constant(Initializer):
    """Constant initializer: one value everywhere, or an array.

    Examples
    --------
    >>> Constant(0.5).draw((2, 2), np.random.default_rng(1)).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """

    value: Any = option(
        Either(Number(infinite=True), Array()),
        0.0,
        "The value; or an array of the weight's shape, or of one that can be broadcast to it.",
    )

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse weights that the array does not fit."""
        own = np.shape(self.value)
        fits = len(own) <= len(shape) and all(
            one in (1, size) for one, size in zip(reversed(own), reversed(shape))
        )
        if not fits:
            raise ShapeError(
                f"{constructor(self)} has an array of shape {format_shape(own)}, which does not "
                f"fit a weight of shape {format_shape(shape)}.",
                argument="value",
                received=own,
                expected=f"an array of shape {format_shape(shape)}",
            )

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return np.broadcast_to(self.value, shape)


class Identity(Initializer):
    """Identity matrix initializer, times a factor.

    It is for weights of two dimensions.

    Examples
    --------
    >>> Identity(gain=2.0).draw((2, 2), np.random.default_rng(1)).tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """

    aliases = ("identity_initializer",)
    gain: float = option(Number(), 1.0, "The factor.")

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse what is no matrix."""
        if len(shape) != 2:
            raise ShapeError(
                f"An identity matrix has 2 dimensions, but the weight has {len(shape)}.",
                received=shape,
                expected="a weight of 2 dimensions",
            )

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        rows, columns = shape
        return self.gain * np.eye(rows, columns)


class STFT(Initializer):
    """Short-time Fourier transform (STFT) initializer, for convolutions over a signal.

    The weight has the shape `(frame length, channels, frequencies)`. Its value at time `t` and
    frequency `k` is `cos(a) * window(t)` or `sin(a) * window(t)` with
    `a = -2 pi t k / (2 (frequencies - 1))`.

    Examples
    --------
    >>> STFT("real").draw((4, 1, 3), np.random.default_rng(1)).shape
    (4, 1, 3)
    """

    key = "stft"
    aliases = ("stft_initializer",)
    side: str = option(
        Choice("real", "imag"), "real", "The real part (cosines) or the imaginary part (sines)."
    )
    window: str | tuple[float, ...] | None = option(
        OrNone(Either(Choice(*WINDOWS), Numbers())),
        "hann",
        "The window function, or its values; with `None` there is no window and no scaling.",
    )
    scaling: str | None = option(
        OrNone(Choice("density", "spectrum")),
        "density",
        "The scaling of the window: by the root of the sum of its squares, or by its sum.",
    )
    periodic: bool = option(Flag(), False, "Whether the window is periodic rather than symmetric.")

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse what is no kernel over a signal, or has one frequency alone."""
        if len(shape) != 3 or shape[2] < 2:
            raise ShapeError(
                "STFT starts a weight of 3 dimensions, the last of at least 2 frequencies.",
                received=shape,
                expected="a shape (frame length, channels, frequencies)",
            )
        if isinstance(self.window, tuple) and len(self.window) != shape[0]:
            raise ShapeError(
                f"The window of an STFT has {len(self.window)} values, but a frame has {shape[0]}.",
                argument="window",
                received=len(self.window),
                expected=f"{shape[0]} values",
            )

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        frame, _, frequencies = shape
        turns = np.outer(np.arange(frame), np.arange(frequencies)) / (2 * (frequencies - 1))
        kernel = (np.cos if self.side == "real" else np.sin)(-2 * np.pi * turns)
        if self.window is not None:
            if isinstance(self.window, str):
                fading = window(self.window, frame, self.periodic)
            else:
                fading = np.array(self.window)
            scales = {"density": np.sqrt(np.sum(fading**2)), "spectrum": np.sum(np.abs(fading))}
            kernel = kernel * fading[:, None] / (scales[self.scaling] if self.scaling else 1.0)
        return np.broadcast_to(kernel[:, None, :], shape)
