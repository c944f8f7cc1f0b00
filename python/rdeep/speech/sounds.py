"""Sounds as users give them: files of any rate, or numbers; all become samples of one rate."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from rdeep.catalogue.options import Count, checked
from rdeep.data.reading import needed
from rdeep.errors import ArgumentError, DataError, Wording, show, worded
from rdeep.ready import BadRows
from rdeep.speech.features import LogMel

_SILENCE = 1e-6
"""A sound whose samples differ by less, as a share of the largest possible one, is silent."""
_MOST_PARTS = 2000
"""Rates are brought to each other by a fraction of numbers up to this one."""


class _Unusable(Exception):
    """Why a sound cannot be used."""

    def __init__(self, reason: str | Wording) -> None:
        self.reason = reason


def read_sounds(
    x: Any, sample_rate: object, features: LogMel, bad: BadRows
) -> list[np.ndarray | None]:
    """Return sounds as samples of one channel, at the rate of the features.

    Parameters
    ----------
    x : sequence of str or array, or numpy.ndarray
        Files, or samples: `(samples,)`, or `(samples, channels)`, of which the mean is taken; an
        array of two dimensions has a sound in each row.
    sample_rate : int or None
        The samples in a second of those that are numbers; files say it themselves.
    features : LogMel
        What they are read for.
    bad : BadRows
        Where those that cannot be used are noted; they are `None`.
    """
    rate = None if sample_rate is None else checked(Count(100), sample_rate, "sample_rate")
    items = sound_list(x)
    if rate is None and any(_is_numbers(each) for each in items):
        raise ArgumentError(
            "'sample_rate' must say how many samples a second has: 'x' holds numbers.",
            argument="sample_rate",
            received=None,
            hint="Such as 16000 or 44100; files say it themselves.",
        )
    found: list[np.ndarray | None] = []
    for row, each in enumerate(items):
        try:
            samples, own = _samples(each, rate)
            found.append(_usable(samples, own, features))
        except _Unusable as problem:
            bad.add(row, problem.reason, source_of(each))
            found.append(None)
    return found


def sound_list(x: Any) -> list[Any]:
    """Return what a user gave as a list of sounds.

    Parameters
    ----------
    x : object
        A file, files, arrays, or a matrix of a sound in each row.
    """
    if isinstance(x, (str, os.PathLike)):
        return [x]
    if isinstance(x, np.ndarray) and x.ndim == 1 and x.dtype.kind in "fiu":
        return [x]
    if not hasattr(x, "__iter__"):
        raise DataError(
            f"'x' must be audio files or samples, not {show(x)}.", argument="x", received=x
        )
    items = list(x)
    if items and all(isinstance(each, (int, float)) for each in items):
        return [np.asarray(items, np.float64)]
    if not items:
        raise DataError("'x' has no sound.", argument="x", received=x)
    return items


def source_of(item: Any) -> str | None:
    """Return the file of a sound, if it is one.

    Parameters
    ----------
    item : object
        A sound as a user gave it.
    """
    return os.fspath(item) if isinstance(item, (str, os.PathLike)) else None


def _is_numbers(item: Any) -> bool:
    return not isinstance(item, (str, os.PathLike, float)) and item is not None


def _samples(item: Any, rate: int | None) -> tuple[np.ndarray, int]:
    if item is None or isinstance(item, float):
        raise _Unusable("it is missing")
    if isinstance(item, (str, os.PathLike)):
        return read_sound(os.path.expanduser(os.fspath(item)))
    assert rate is not None
    try:
        samples = np.asarray(item, np.float64)
    except (TypeError, ValueError):
        raise _Unusable("it is neither a file nor numbers") from None
    if samples.ndim not in (1, 2):
        raise _Unusable("it is neither a vector nor a matrix with a column for each channel")
    return samples, rate


def read_sound(file: str) -> tuple[np.ndarray, int]:
    """Return the samples of a file, `(samples, channels)`, and how many there are in a second.

    Parameters
    ----------
    file : str
        WAV, FLAC, OGG, or another format of `soundfile`.
    """
    soundfile = needed("soundfile", "Reading sounds")
    if not os.path.exists(file):
        raise _Unusable("there is no such file")
    if os.path.isdir(file):
        raise _Unusable("it is a folder")
    if not os.path.getsize(file):
        raise _Unusable("the file is empty")
    try:
        with soundfile.SoundFile(file) as opened:
            rate, promised = opened.samplerate, opened.frames
            samples = opened.read(dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as error:
        raise _Unusable("it cannot be read as a sound") from error
    if len(samples) < promised or _ends_early(file):
        raise _Unusable("it is truncated: it has less than its beginning promises")
    return samples, rate


def _ends_early(file: str) -> bool:
    """Return whether a WAV file ends before its samples do."""
    size = os.path.getsize(file)
    with open(file, "rb") as source:
        start = source.read(12)
        if start[:4] != b"RIFF" or start[8:] != b"WAVE":
            return False
        while len(header := source.read(8)) == 8:
            length = int.from_bytes(header[4:], "little")
            if header[:4] == b"data":
                # Who writes to a pipe does not know the length, and says the largest.
                streamed = length >= 0x7FFFF000
                return not streamed and source.tell() + length > size
            source.seek(length + length % 2, os.SEEK_CUR)
    return False


def _usable(samples: np.ndarray, rate: int, features: LogMel) -> np.ndarray:
    """Return samples of one channel at the rate wanted, or say what is wrong with them."""
    if samples.ndim == 2:
        samples = samples.mean(axis=1)
    if not len(samples):
        raise _Unusable("it has no samples")
    if not np.isfinite(samples).all():
        raise _Unusable("it has samples that are missing or not finite")
    if np.ptp(samples) <= _SILENCE:
        raise _Unusable("it is silent")
    samples = resampled(np.asarray(samples, np.float32), rate, features.sample_rate)
    if features.frames(len(samples)) < 2:
        seconds = len(samples) / features.sample_rate
        raise _Unusable(worded(f"it lasts only {show(round(seconds, 4))} seconds"))
    return samples


def resampled(samples: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    """Return samples at another rate.

    Parameters
    ----------
    samples : numpy.ndarray
        `(samples,)`.
    rate, wanted : int
        The samples in a second, and how many there are to be.
    """
    if rate == wanted:
        return samples
    ratio = Fraction(wanted, rate)
    if max(ratio.numerator, ratio.denominator) > _MOST_PARTS:
        ratio = ratio.limit_denominator(_MOST_PARTS)
    signal = needed("scipy.signal", "Sounds of other rates")
    found = signal.resample_poly(samples, ratio.numerator, ratio.denominator)
    return np.asarray(found, np.float32)


def spectra(sounds: Sequence[np.ndarray | None], features: LogMel) -> list[np.ndarray | None]:
    """Return the spectrograms of sounds.

    Parameters
    ----------
    sounds : sequence of numpy.ndarray
        What `read_sounds` returned.
    features : LogMel
        How they are made.
    """
    return [None if each is None else features(each) for each in sounds]
