"""Log-mel spectrograms: what the networks hear of a sound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rdeep.catalogue.layers import MelSpectrogram

_WINDOW_SECONDS, _STEP_SECONDS = 0.025, 0.01
_FLOOR = 1e-5
"""What is added to the powers, as a share of the mean power: silence is not minus infinity."""
_CHUNK = 4096
MEL_BREAK = 700.0
"""The frequency, in hertz, above which a mel is a share of the frequency."""


@dataclass(frozen=True)
class LogMel:
    """How sounds become spectrograms: a frame each 10 milliseconds, of 25 milliseconds.

    Parameters
    ----------
    sample_rate : int
        The samples in a second.
    mels : int
        How many bands there are, evenly on the mel scale of pitch.

    Examples
    --------
    >>> LogMel(16000, 40)(np.sin(np.arange(16000))).shape
    (98, 40)
    """

    sample_rate: int
    mels: int

    @cached_property
    def window_length(self) -> int:
        """How many samples a frame has."""
        return round(_WINDOW_SECONDS * self.sample_rate)

    @cached_property
    def step(self) -> int:
        """How many samples later the next frame begins."""
        return round(_STEP_SECONDS * self.sample_rate)

    @property
    def step_seconds(self) -> float:
        """How much later the next frame begins."""
        return self.step / self.sample_rate

    @cached_property
    def filters(self) -> np.ndarray:
        """How much of each frequency is in each band, `(frequencies, bands)`."""
        length = 2 ** int(np.ceil(np.log2(self.window_length)))
        layer = MelSpectrogram(
            fft_length=length,
            sampling_rate=float(self.sample_rate),
            num_mel_bins=self.mels,
            min_freq=0.0,
        )
        return layer.filters

    @property
    def frequencies(self) -> np.ndarray:
        """The frequency of each band's middle, in hertz."""
        places = np.arange(1, self.mels + 1) / (self.mels + 1)
        return MEL_BREAK * np.expm1(places * np.log1p(self.sample_rate / 2 / MEL_BREAK))

    @cached_property
    def window(self) -> np.ndarray:
        """The weights of a frame's samples."""
        return np.hanning(self.window_length + 2)[1:-1].astype(np.float32)

    def frames(self, samples: int) -> int:
        """Return how many frames a sound has.

        Parameters
        ----------
        samples : int
            How many samples it has.
        """
        return max(0, (samples - self.window_length) // self.step + 1)

    def __call__(self, sound: np.ndarray) -> np.ndarray:
        """Return the logarithms of powers, `(frames, bands)`, of a sound made equally loud.

        Parameters
        ----------
        sound : numpy.ndarray
            The samples, `(samples,)`.
        """
        sound = np.asarray(sound, np.float32)
        sound = sound - sound.mean(dtype=np.float64)
        sound = (sound / max(np.sqrt(np.mean(sound**2, dtype=np.float64)), 1e-12)).astype("f4")
        frames = np.lib.stride_tricks.sliding_window_view(sound, self.window_length)[:: self.step]
        length = 2 * (len(self.filters) - 1)
        parts = [
            np.abs(np.fft.rfft(frames[start : start + _CHUNK] * self.window, length)) ** 2
            @ self.filters
            for start in range(0, len(frames), _CHUNK)
        ]
        return np.log(np.concatenate(parts) + _FLOOR * self.noise).astype(np.float32)

    @cached_property
    def noise(self) -> np.ndarray:
        """The power of white noise, as loud as the sounds, in each band."""
        return np.sum(self.window**2) * self.filters.sum(axis=0)

    @cached_property
    def noise_shape(self) -> np.ndarray:
        """How evenly it is spread: the shape of a gamma distribution, for each band."""
        return self.filters.sum(axis=0) ** 2 / np.maximum((self.filters**2).sum(axis=0), 1e-12)


def normalized(spectrum: np.ndarray) -> np.ndarray:
    """Return a spectrogram whose bands have mean 0 and standard deviation 1 over the sound.

    Parameters
    ----------
    spectrum : numpy.ndarray
        `(frames, bands)`.
    """
    spread = spectrum.std(axis=0) + 1e-2
    return np.asarray((spectrum - spectrum.mean(axis=0)) / spread, np.float32)


def padded(spectra: list[np.ndarray], frames: int) -> np.ndarray:
    """Return spectrograms as one array, `(sounds, frames, bands)`, filled up with zeros.

    Parameters
    ----------
    spectra : list of numpy.ndarray
        What `normalized` gave.
    frames : int
        How many frames there are to be.
    """
    out = np.zeros((len(spectra), frames, spectra[0].shape[1]), np.float32)
    for place, each in zip(out, spectra):
        place[: len(each)] = each
    return out
