"""Spectrograms varied at random for training: other voices, other speeds, noise, gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdeep.speech.features import MEL_BREAK, LogMel, normalized

_GAP = 1e-3
"""What stands in frames and bands that are masked; a frame of zeros would be one that is not."""


@dataclass(frozen=True)
class Augmentation:
    """How spectrograms are varied.

    Parameters
    ----------
    features : LogMel
        How they were made.
    speed : float
        How much faster or slower, and how much higher or lower, a sound may become, as a share.
    noise : float
        The share of sounds that white noise is added to, 5 to 30 decibels below the sound.
    time_mask : float
        The longest gap in time, as a share of the sound; there are two gaps.
    frequency_mask : int
        The widest gap in frequency, in bands; there are two.

    References
    ----------
    Ko, T., Peddinti, V., Povey, D. and Khudanpur, S. (2015). Audio augmentation for speech
    recognition. Interspeech.

    Jaitly, N. and Hinton, G. E. (2013). Vocal tract length perturbation (VTLP) improves speech
    recognition. ICML Workshop on Deep Learning for Audio, Speech and Language Processing.

    Park, D. S. et al. (2019). SpecAugment: A simple data augmentation method for automatic speech
    recognition. Interspeech.
    """

    features: LogMel
    speed: float
    noise: float
    time_mask: float
    frequency_mask: int

    def __call__(
        self, spectrum: np.ndarray, shortest: int, longest: int, random: np.random.Generator
    ) -> np.ndarray:
        """Return a spectrogram varied and normalised.

        Parameters
        ----------
        spectrum : numpy.ndarray
            The logarithms of powers, `(frames, bands)`.
        shortest, longest : int
            How many frames it may become.
        random : numpy.random.Generator
            Where random numbers come from.
        """
        spectrum = self._with_noise(self._warped(spectrum, shortest, longest, random), random)
        return self._with_gaps(normalized(spectrum), random)

    def _warped(
        self, spectrum: np.ndarray, shortest: int, longest: int, random: np.random.Generator
    ) -> np.ndarray:
        """Return it at another speed, as of a longer or shorter throat."""
        if not self.speed:
            return spectrum
        frames = len(spectrum)
        wanted = round(frames * random.uniform(1 - self.speed, 1 + self.speed))
        wanted = min(max(wanted, min(shortest, frames)), max(longest, frames))
        spectrum = _interpolated(spectrum, np.linspace(0, frames - 1, wanted), axis=0)
        places = self._places(random.uniform(1 - self.speed, 1 + self.speed))
        return _interpolated(spectrum, places, axis=1)

    def _places(self, factor: float) -> np.ndarray:
        """Return which band's power each band gets where frequencies grow by a factor."""
        grid = np.log1p(self.features.frequencies / factor / MEL_BREAK)
        step = np.log1p(self.features.sample_rate / 2 / MEL_BREAK) / (self.features.mels + 1)
        return np.clip(grid / step - 1, 0, self.features.mels - 1)

    def _with_noise(self, spectrum: np.ndarray, random: np.random.Generator) -> np.ndarray:
        if random.random() >= self.noise:
            return spectrum
        shape = self.features.noise_shape
        share = 10 ** (-random.uniform(5, 30) / 10)
        # The powers of two sounds that have nothing to do with each other add up.
        grain = random.standard_gamma(shape, spectrum.shape) / shape
        return np.log(np.exp(spectrum) + share * self.features.noise * grain)

    def _with_gaps(self, spectrum: np.ndarray, random: np.random.Generator) -> np.ndarray:
        frames, bands = spectrum.shape
        for _ in range(2):
            start, end = _gap(frames, int(self.time_mask * frames), random)
            spectrum[start:end] = _GAP
            start, end = _gap(bands, min(self.frequency_mask, bands // 2), random)
            spectrum[:, start:end] = _GAP
        return spectrum


def _gap(length: int, widest: int, random: np.random.Generator) -> tuple[int, int]:
    width = int(random.integers(widest + 1))
    start = int(random.integers(length - width + 1))
    return start, start + width


def _interpolated(x: np.ndarray, places: np.ndarray, axis: int) -> np.ndarray:
    low = np.minimum(places.astype(np.int64), max(x.shape[axis] - 2, 0))
    high = np.minimum(low + 1, x.shape[axis] - 1)
    share = (places - low).astype(np.float32)
    share = share[:, None] if axis == 0 else share
    return np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share
