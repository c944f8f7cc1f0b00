"""Spectrogram layers: short-time Fourier transforms of audio, and mel spectrograms."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np

from rdeep.catalogue.initializers import STFT
from rdeep.catalogue.layers.base import Dims, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.formula import Eager
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.spatial import DATA_FORMAT, Spatial, window_outputs
from rdeep.catalogue.options import Choice, Count, Either, Flag, Number, Numbers, OrNone, option
from rdeep.catalogue.windows import WINDOWS
from rdeep.errors import ArgumentError, ShapeError, constructor, layer_title, show

__all__ = ["MelSpectrogram", "STFTSpectrogram"]

_EPSILON = 1e-7
# A mel is a step that sounds as wide everywhere (O'Shaughnessy, 1987).
_MEL_BREAK, _MEL_SCALE = 700.0, 1127.0


class STFTSpectrogram(Spatial, Eager):
    """Spectrogram layer by short-time Fourier transform (STFT), with trainable kernels.

    The transform is a convolution whose kernels start as cosines and sines. They are trained,
    unless `trainable` is `False`.

    Input shape
    -----------
    `(batch, samples, channels)`, or `(batch, channels, samples)` with channels first.

    Output shape
    ------------
    `(batch, times, channels * frequencies)`, or `(batch, times, frequencies, channels)` with
    `expand_dims`; `frequencies` is `fft_length // 2 + 1`.

    Examples
    --------
    >>> layer = STFTSpectrogram(frame_length=64, frame_step=32, fft_length=128)
    >>> layer.output_shape((None, 256, 1))
    (None, 7, 65)
    """

    key = "stft_spectrogram"
    ndim, rank = 3, 1
    mode: str = option(
        Choice("log", "magnitude", "psd", "real", "imag", "angle", "stft"),
        "log",
        "The output: the logarithm of the magnitude, the magnitude, the power spectral "
        "density, the real or the imaginary part, the angle, or both parts one after the "
        "other.",
    )
    frame_length: int = option(Count(2), 256, "The length of a frame, in samples.")
    frame_step: int | None = option(
        Count(), None, "The step between frames, in samples; half a frame by default."
    )
    fft_length: int | None = option(
        Count(2),
        None,
        "The length of the transform, which gives `fft_length // 2 + 1` frequencies; by "
        "default the next power of two.",
    )
    window: str | tuple[float, ...] | None = option(
        OrNone(Either(Choice(*WINDOWS), Numbers())),
        "hann",
        "The window function: its name or its values; `None` for none.",
    )
    periodic: bool = option(Flag(), False, "Whether the window is periodic rather than symmetric.")
    scaling: str | None = option(
        OrNone(Choice("density", "spectrum")),
        "density",
        "The scaling of the window: by the root of the sum of its squares, or by its sum.",
    )
    padding: str = option(
        Choice("valid", "same"),
        "valid",
        'Whether frames lie within the signal (`"valid"`), or it is padded with zeros (`"same"`).',
    )
    expand_dims: bool = option(
        Flag(), False, "Whether frequencies and channels are separate axes, as of an image."
    )
    data_format: str | None = DATA_FORMAT

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"fft_length": 16, "frame_length": 16, "frame_step": 8}, (64, 1))]

    def validate(self) -> None:
        """Check how the lengths go together."""
        if self.frame_step is not None and self.frame_step > self.frame_length:
            raise self._refused("frame_step", f"at most 'frame_length', {self.frame_length}")
        if self.fft_length is not None and self.fft_length < self.frame_length:
            raise self._refused("fft_length", f"at least 'frame_length', {self.frame_length}")
        if isinstance(self.window, tuple) and len(self.window) != self.frame_length:
            raise self._refused("window", f"of {self.frame_length} values, as 'frame_length' says")

    def _refused(self, argument: str, expected: str) -> ArgumentError:
        value = getattr(self, argument)
        return ArgumentError(
            f"{constructor(self)}: {argument!r} must be {expected}, not {show(value)}.",
            argument=argument,
            received=value,
            expected=expected,
            layer="STFTSpectrogram",
        )

    @property
    def step(self) -> int:
        """How many values later the next stretch begins."""
        return self.frame_step or self.frame_length // 2

    @property
    def frequencies(self) -> int:
        """How many frequencies the transform has."""
        length = self.fft_length or 2 ** math.ceil(math.log2(self.frame_length))
        return length // 2 + 1

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernels."""
        shape = (self.frame_length, 1, self.frequencies)
        return [
            Weight(f"{side}_kernel", shape, STFT(side, self.window, self.scaling, self.periodic))
            for side, other in (("real", "imag"), ("imag", "real"))
            if self.mode != other
        ]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape: times and frequencies."""
        channels = known(self.channels(shapes[0]), self, "the channels")
        times = window_outputs(
            self.sizes(shapes[0])[0], self.frame_length, self.step, 1, self.padding, self
        )
        values = self.frequencies * (2 if self.mode == "stft" else 1)
        if self.expand_dims:
            return self.joined(shapes[0][0], (times, values), channels)
        return self.joined(shapes[0][0], (times,), channels * values)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the spectrograms."""
        ops = run.ops
        # (batch, channels, times)
        x = ops.transpose(inputs, (0, 2, 1)) if not self.channels_first else inputs
        # The same kernels are for all channels: each is a signal by itself.
        channels = int(x.shape[1])
        x = ops.reshape(x, (-1, ops.shape(x)[2], 1))  # (batch * channels, times, 1)
        parts = [
            ops.conv(x, kernel, strides=self.step, padding=self.padding)
            for kernel in run.weights.values()
        ]
        out = self._combined(parts, ops)  # (batch * channels, windows, frequencies)
        # (batch, channels, times, frequencies)
        out = ops.reshape(out, (-1, channels, ops.shape(out)[1], int(out.shape[2])))
        return self._arranged(out, ops)

    def _combined(self, parts: list[Any], ops: Any) -> Any:
        if self.mode in ("real", "imag"):
            return parts[0]
        real, imag = parts
        if self.mode == "angle":
            return ops.arctan2(imag, real)
        if self.mode == "stft":
            return ops.concatenate([real, imag], axis=-1)
        power = real * real + imag * imag
        if self.mode == "psd":
            # What negative frequencies hold; the first and the last are their own negatives.
            return power + ops.pad(power[..., 1:-1], ((0, 0), (0, 0), (1, 1)))
        magnitude = ops.sqrt(ops.maximum(power, _EPSILON))
        if self.mode == "magnitude":
            return magnitude
        return ops.log(ops.maximum(magnitude, _EPSILON))

    def _arranged(self, x: Any, ops: Any) -> Any:
        if self.expand_dims:
            # (batch, windows, frequencies, channels)
            return x if self.channels_first else ops.transpose(x, (0, 2, 3, 1))
        shape = ops.shape(x)
        if self.channels_first:
            x = ops.transpose(x, (0, 1, 3, 2))  # (batch, channels, frequencies, windows)
            # (batch, channels * frequencies, windows)
            return ops.reshape(x, (-1, int(x.shape[1]) * int(x.shape[2]), shape[2]))
        x = ops.transpose(x, (0, 2, 1, 3))  # (batch, windows, channels, frequencies)
        # (batch, windows, channels * frequencies)
        return ops.reshape(x, (-1, shape[2], int(x.shape[2]) * int(x.shape[3])))


class MelSpectrogram(Eager):
    """Mel spectrogram layer: spectrograms on the mel scale of pitch.

    Input shape
    -----------
    `(batch, samples)`, or `(samples,)`.

    Output shape
    ------------
    `(batch, num_mel_bins, times)`.

    References
    ----------
    Stevens, S. S., Volkmann, J. and Newman, E. B. (1937). A scale for the measurement of the
    psychological magnitude pitch. Journal of the Acoustical Society of America 8, 185-190.

    Examples
    --------
    >>> layer = MelSpectrogram(num_mel_bins=64, sampling_rate=8000, fft_length=1024)
    >>> layer.output_shape((None, 16000))
    (None, 64, 32)
    """

    key = "mel_spectrogram"
    ndim = 2
    mask = "stop"
    compiles = False
    fft_length: int = option(Count(2), 2048, "The length of the Fourier transforms.")
    sequence_stride: int = option(Count(), 512, "The step between frames, in samples.")
    sequence_length: int | None = option(
        Count(2), None, "The length of a frame, in samples; by default `fft_length`."
    )
    window: str | tuple[float, ...] | None = option(
        OrNone(Either(Choice("hann", "hamming"), Numbers())),
        "hann",
        "The window function: its name or its values; `None` for none.",
    )
    sampling_rate: float = option(
        Number(0, open_low=True), 16000, "The sampling rate of the signal, in hertz."
    )
    num_mel_bins: int = option(Count(), 128, "The number of mel bins.")
    min_freq: float = option(Number(0), 20.0, "The lowest frequency, in hertz.")
    max_freq: float | None = option(
        Number(0, open_low=True),
        None,
        "The highest frequency; by default half of the sampling rate.",
    )
    power_to_db: bool = option(Flag(), True, "Whether to convert powers to decibels.")
    top_db: float = option(
        Number(0),
        80.0,
        "The range of decibels: values are at most so far below the largest of the batch.",
    )
    mag_exp: float = option(
        Number(0, open_low=True),
        2.0,
        "The exponent of the magnitude: 1 for magnitudes, 2 for powers.",
    )
    min_power: float = option(
        Number(0, open_low=True), 1e-10, "The smallest power before the conversion to decibels."
    )
    ref_power: float = option(Number(), 1.0, "The power of 0 decibels.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"fft_length": 16, "sequence_length": 16, "sequence_stride": 8}, (64,))]

    def validate(self) -> None:
        """Check how lengths and frequencies go together."""
        length = self.length
        if length > self.fft_length:
            raise self._refused("sequence_length", f"at most 'fft_length', {self.fft_length}")
        if isinstance(self.window, tuple) and len(self.window) != length:
            raise self._refused("window", f"of {length} values, as long as a stretch")
        if self.highest <= self.min_freq:
            raise self._refused("min_freq", f"below the highest frequency, {self.highest:g}")

    def _refused(self, argument: str, expected: str) -> ArgumentError:
        value = getattr(self, argument)
        return ArgumentError(
            f"{constructor(self)}: {argument!r} must be {expected}, not {show(value)}.",
            argument=argument,
            received=value,
            expected=expected,
            layer="MelSpectrogram",
        )

    @property
    def length(self) -> int:
        """How many values a stretch has."""
        return self.sequence_length or self.fft_length

    @property
    def highest(self) -> float:
        """The highest frequency."""
        return self.max_freq or float(int(self.sampling_rate / 2))

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape: mel bins and times."""
        batch, values = shapes[0]
        if values is None:
            return (batch, self.num_mel_bins, None)
        half = self.fft_length // 2
        if values <= half:
            title = self.name or type(self).__name__
            raise ShapeError(
                f"{layer_title(self)} mirrors {half} values at both ends of a signal, which has "
                f"only {values}.",
                layer=title,
                received=values,
                expected=f"at least {half + 1} values",
                hint="Give a smaller 'fft_length'.",
            )
        times = (values + 2 * half - self.fft_length) // self.sequence_stride + 1
        return (batch, self.num_mel_bins, times)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the spectrograms."""
        ops = run.ops
        window = np.array(self.window) if isinstance(self.window, tuple) else self.window
        real, imag = ops.stft(
            ops.cast(inputs, "float32"),
            sequence_length=self.length,
            sequence_stride=self.sequence_stride,
            fft_length=self.fft_length,
            window=window,
            center=True,
        )
        # (..., windows, frequencies)
        spectrum = ops.sqrt(real * real + imag * imag) ** self.mag_exp
        mel = ops.matmul(spectrum, run.constant("mel", self.filters))  # (batch, windows, mel_bins)
        if self.power_to_db:
            mel = self._decibels(mel, ops)
        return ops.transpose(mel, (0, 2, 1))  # (batch, mel_bins, windows)

    def _decibels(self, power: Any, ops: Any) -> Any:
        reference = 10.0 * math.log10(max(abs(self.ref_power), self.min_power))
        decibels = 10.0 * ops.log10(ops.maximum(power, self.min_power)) - reference
        return ops.maximum(decibels, ops.max(decibels) - self.top_db)

    @cached_property
    def filters(self) -> np.ndarray:
        """Return how much of each frequency is in each mel bin: triangles that overlap by half."""
        frequencies = np.linspace(0.0, self.sampling_rate / 2, self.fft_length // 2 + 1)
        mel = _mel(frequencies)[1:, None]
        edges = np.linspace(_mel(self.min_freq), _mel(self.highest), self.num_mel_bins + 2)
        low, center, high = edges[:-2], edges[1:-1], edges[2:]
        rising, falling = (mel - low) / (center - low), (high - mel) / (high - center)
        triangles = np.maximum(0.0, np.minimum(rising, falling))
        # The first frequency is no sound but the mean.
        return np.pad(triangles, ((1, 0), (0, 0))).astype(np.float32)


def _mel(hertz: Any) -> Any:
    return _MEL_SCALE * np.log1p(np.asarray(hertz) / _MEL_BREAK)
