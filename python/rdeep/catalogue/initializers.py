"""How weights start. Values are drawn with NumPy, so that both engines start from the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rdeep.catalogue.options import (
    Choice,
    Count,
    Counts,
    Either,
    Flag,
    Number,
    Numbers,
    OrNone,
    Ref,
    option,
)
from rdeep.catalogue.record import Record
from rdeep.catalogue.windows import WINDOWS, window
from rdeep.errors import ShapeError

__all__ = [
    "STFT",
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomSign",
    "RandomUniform",
    "Sectioned",
    "SliceBySlice",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
]

_SEED = "A seed of its own; without one the model's seed governs."
# The standard deviation of a standard normal cut off at two.
_TRUNCATED_STDDEV = 0.87962566103423978


class Initializer(Record, kind="initializer", abstract=True):
    """A rule for the values that a weight starts from."""

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """Return a float32 array of the shape.

        Parameters
        ----------
        shape : tuple of int
            The weight's shape, in Keras's layout.
        rng : numpy.random.Generator
            Where random numbers come from, unless the initializer has a seed.
        """
        seed = getattr(self, "seed", None)
        if seed is not None:
            rng = np.random.default_rng(seed)
        return np.asarray(self._values(shape, rng), dtype=np.float32)

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse a weight of a shape that it has no values for.

        Parameters
        ----------
        shape : tuple of int
            The weight's shape.
        """

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        raise NotImplementedError


class Zeros(Initializer):
    """All zeros."""

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return np.zeros(shape)


class Ones(Initializer):
    """All ones."""

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return np.ones(shape)


class Constant(Initializer):
    """One value everywhere."""

    value: float = option(Number(), 0.0, "The value.")

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return np.full(shape, self.value)


class Identity(Initializer):
    """The identity matrix, times a factor; for weights of two dimensions."""

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


class RandomNormal(Initializer):
    """Draws from a normal distribution."""

    mean: float = option(Number(), 0.0, "The mean.")
    stddev: float = option(Number(0.0), 0.05, "The standard deviation.")
    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return rng.normal(self.mean, self.stddev, shape)


class RandomSign(Initializer):
    """Draws 1 or -1, each as often."""

    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return 2 * rng.integers(0, 2, shape) - 1


class RandomUniform(Initializer):
    """Draws from a uniform distribution."""

    aliases = ("uniform",)
    minval: float = option(Number(), -0.05, "The lower bound.")
    maxval: float = option(Number(), 0.05, "The upper bound.")
    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return rng.uniform(self.minval, self.maxval, shape)


class TruncatedNormal(Initializer):
    """Draws from a normal distribution; those beyond two standard deviations are redrawn."""

    mean: float = option(Number(), 0.0, "The mean before truncation.")
    stddev: float = option(Number(0.0), 0.05, "The standard deviation before truncation.")
    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self.mean + self.stddev * _truncated_normal(shape, rng)


class Orthogonal(Initializer):
    """A random orthogonal matrix (Saxe et al., 2014, arXiv:1312.6120).

    A weight of more dimensions is filled as a matrix with the last dimension as columns.
    """

    aliases = ("orthogonal_initializer",)
    gain: float = option(Number(), 1.0, "The factor that the matrix is multiplied by.")
    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
        # Fixing the signs makes the draw uniform over orthogonal matrices.
        q = q * np.sign(np.diagonal(r))
        return self.gain * (q.T if rows < columns else q).reshape(shape)


class STFT(Initializer):
    """The short-time Fourier transform, as the kernel of a convolution over a signal.

    For a weight of the shape `(frame length, channels, frequencies)`, of which the value at time
    `t` and frequency `k` is `cos(a) * window(t)` or `sin(a) * window(t)` with
    `a = -2 pi t k / (2 (frequencies - 1))`.
    """

    key = "stft"
    aliases = ("stft_initializer",)
    side: str = option(Choice("real", "imag"), "real", "The cosines or the sines.")
    window: str | tuple[float, ...] | None = option(
        OrNone(Either(Choice(*WINDOWS), Numbers())),
        "hann",
        "The window, or its values; None for none, which also scales nothing.",
    )
    scaling: str | None = option(
        OrNone(Choice("density", "spectrum")),
        "density",
        "What the window is divided by: the root of the sum of its squares, or its sum.",
    )
    periodic: bool = option(Flag(), False, "Whether the window is one of a signal that repeats.")

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


class _Scaled(Initializer, abstract=True):
    """Draws whose variance follows the number of inputs and outputs."""

    def _scaled(
        self,
        shape: tuple[int, ...],
        rng: np.random.Generator,
        scale: float,
        mode: str,
        distribution: str,
    ) -> Any:
        fan_in, fan_out = _fans(shape)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
        variance = scale / max(1.0, fan)
        if distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return rng.uniform(-limit, limit, shape)
        if distribution == "untruncated_normal":
            return rng.normal(0.0, math.sqrt(variance), shape)
        return math.sqrt(variance) / _TRUNCATED_STDDEV * _truncated_normal(shape, rng)


class VarianceScaling(_Scaled):
    """Draws with variance `scale / n`, where `n` counts inputs, outputs or both."""

    scale: float = option(Number(0.0), 1.0, "The factor.")
    mode: str = option(
        Choice("fan_in", "fan_out", "fan_avg"),
        "fan_in",
        "What `n` counts: inputs, outputs, their mean.",
    )
    distribution: str = option(
        Choice("truncated_normal", "untruncated_normal", "uniform"),
        "truncated_normal",
        "The distribution to draw from.",
    )
    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, self.scale, self.mode, self.distribution)


class GlorotUniform(_Scaled):
    """Uniform draws within `±sqrt(6 / (inputs + outputs))` (Glorot and Bengio, 2010)."""

    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 1.0, "fan_avg", "uniform")


class GlorotNormal(_Scaled):
    """Truncated normal draws of variance `2 / (inputs + outputs)` (Glorot and Bengio, 2010)."""

    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 1.0, "fan_avg", "truncated_normal")


class HeUniform(_Scaled):
    """Uniform draws within `±sqrt(6 / inputs)` (He et al., 2015, arXiv:1502.01852)."""

    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 2.0, "fan_in", "uniform")


class HeNormal(_Scaled):
    """Truncated normal draws of variance `2 / inputs` (He et al., 2015, arXiv:1502.01852)."""

    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 2.0, "fan_in", "truncated_normal")


class LecunUniform(_Scaled):
    """Uniform draws within `±sqrt(3 / inputs)` (LeCun et al., 1998)."""

    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 1.0, "fan_in", "uniform")


class LecunNormal(_Scaled):
    """Truncated normal draws of variance `1 / inputs` (LeCun et al., 1998)."""

    seed: int | None = option(Count(0), None, _SEED)

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self._scaled(shape, rng, 1.0, "fan_in", "truncated_normal")


class _Around(Initializer, abstract=True):
    """An initializer that arranges what another one draws."""

    initializer: Initializer = option(Ref("initializer"), doc="What the values come from.")

    @property
    def seed(self) -> int | None:
        """The seed of the other one."""
        return getattr(self.initializer, "seed", None)


class Sectioned(_Around):
    """Draws one value for each section of the last axis, and repeats it within the section.

    For `input_initializer` of an ensemble's first layer, where each column of a table has become
    several inputs: a member then sees each column at a scale of its own (TabM, arXiv:2410.24210).

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.catalogue.initializers import RandomSign, Sectioned
    >>> values = Sectioned(RandomSign(), (2, 3)).draw((1, 5), np.random.default_rng(1))
    >>> values.shape, bool(values[0, 0] == values[0, 1])
    ((1, 5), True)
    """

    sizes: tuple[int, ...] = option(Counts(), doc="How many values each section has.")

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse a weight whose last axis the sections do not fill."""
        if shape[-1] != sum(self.sizes):
            raise ShapeError(
                f"The sections of a starting value have {sum(self.sizes)} values together, but "
                f"the weight's last axis has {shape[-1]}.",
                argument="sizes",
                received=sum(self.sizes),
                expected=f"sizes that add up to {shape[-1]}",
            )

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        values = self.initializer._values((*shape[:-1], len(self.sizes)), rng)
        return np.repeat(values, self.sizes, axis=-1)


class SliceBySlice(_Around):
    """Draws each slice along the first axis as a weight by itself, of so many inputs.

    Not for users: layers whose weight holds a kernel for each of several parts start it by this.
    """

    internal = True
    counts: tuple[int, ...] | None = option(
        Counts(), None, "How many rows each slice has; the others are zeros, by default none."
    )

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        values = np.zeros(shape)
        for part, count in zip(values, self.counts or [shape[1]] * shape[0]):
            part[:count] = self.initializer._values((count, *shape[2:]), rng)
        return values


class Flattened(_Around):
    """Draws a kernel of several axes as a matrix: of all inputs by all outputs.

    Not for users: layers whose kernels have several axes for either start them by this.
    """

    internal = True
    inputs: tuple[int, ...] = option(Counts(), doc="The axes that are inputs, counted from 1.")

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        ahead = [axis - 1 for axis in self.inputs]
        order = [*ahead, *(axis for axis in range(len(shape)) if axis not in ahead)]
        sizes = [shape[axis] for axis in order]
        count = math.prod(sizes[: len(ahead)])
        matrix = self.initializer._values((count, math.prod(shape) // max(count, 1)), rng)
        return np.asarray(matrix).reshape(sizes).transpose(np.argsort(order))


def by_axes(initializer: Initializer, inputs: tuple[int, ...]) -> Initializer:
    """Return an initializer that counts a kernel's inputs and outputs by their axes.

    Parameters
    ----------
    initializer : Initializer
        The initializer; only those whose scale depends on these numbers change.
    inputs : tuple of int
        The axes that are inputs; the others are outputs.
    """
    if not isinstance(initializer, _Scaled) or not inputs:
        return initializer
    return Flattened(initializer, [axis + 1 for axis in inputs])


def _truncated_normal(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    values = rng.normal(size=shape)
    outside = np.abs(values) > 2
    while outside.any():
        values[outside] = rng.normal(size=int(outside.sum()))
        outside = np.abs(values) > 2
    return values


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Count a weight's inputs and outputs; a kernel's window multiplies both."""
    if len(shape) < 2:
        size = shape[0] if shape else 1
        return size, size
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window
