"""Sounds in WAV files, one folder for each class, read batch by batch."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from typing import Any

import numpy as np

from rdeep.catalogue.options import Count, Flag, checked
from rdeep.data.folders import FileDataset, FileKind, Part, split_files
from rdeep.data.reading import counted, shown
from rdeep.errors import ArgumentError, DataError, show

_SOUNDS = FileKind("sounds", (".wav",))
_BYTES = 2


def audio_dataset_from_directory(
    directory: object,
    labels: object = "inferred",
    label_mode: str | None = "int",
    class_names: object = None,
    batch_size: int = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
    format: str | None = None,
) -> Any:
    """Read sounds from folders batch by batch, as `keras.utils.audio_dataset_from_directory` does.

    Sounds are float32 from -1 to 1 in arrays `(samples, length, channels)`; shorter ones of a batch
    are filled up with zeros.

    Parameters
    ----------
    directory, labels, label_mode, class_names, shuffle, seed, validation_split, subset,
    follow_links
        As in `image_dataset_from_directory`.
    batch_size : int
        The sounds of a batch.
    sampling_rate : int, optional
        The samples in a second that files must have: they are not resampled.
    output_sequence_length : int, optional
        The length that sounds are cut or filled up to; by default the longest of each batch.
    ragged : bool
        Must be false: there are no ragged arrays here.
    verbose : bool
        Without effect: nothing is printed.
    format : str, optional
        Without effect: either engine reads what comes out.

    Returns
    -------
    SoundDataset or list of SoundDataset

    Examples
    --------
    >>> from rdeep.datasets import audio_dataset_from_directory
    >>> data = audio_dataset_from_directory("words")  # doctest: +SKIP
    """
    if checked(Flag(), ragged, "ragged"):
        raise ArgumentError(
            f"'ragged' cannot be {show(True)}: networks take arrays.",
            argument="ragged",
            received=True,
            hint="Shorter sounds of a batch are filled up with zeros, or give "
            "'output_sequence_length'.",
        )
    rate = None if sampling_rate is None else checked(Count(), sampling_rate, "sampling_rate")
    length = output_sequence_length
    length = None if length is None else checked(Count(), length, "output_sequence_length")
    size = checked(Count(), batch_size, "batch_size")
    parts = split_files(
        directory,
        labels=labels,
        label_mode=label_mode,
        class_names=class_names,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
        follow_links=follow_links,
        kind=_SOUNDS,
    )
    datasets = [SoundDataset(part, size, rate, length) for part in parts]
    return datasets if subset == "both" else datasets[0]


class SoundDataset(FileDataset):
    """Sounds in files; made by `audio_dataset_from_directory`."""

    def __init__(
        self, part: Part, batch_size: int, sampling_rate: int | None, length: int | None
    ) -> None:
        super().__init__(part, batch_size)
        self.sampling_rate = sampling_rate
        self.length = length

    def describe(self) -> str:
        """Return what there is, for printing."""
        return counted(len(self.file_paths), "sound", "sounds")

    def read(self, files: list[str]) -> Iterator[np.ndarray]:
        """Return the sounds in this order.

        Parameters
        ----------
        files : list of str
            The files.
        """
        for file in files:
            yield read_wav(file, self.sampling_rate)

    def joined(self, items: list[np.ndarray]) -> np.ndarray:
        """Return sounds as a batch.

        Parameters
        ----------
        items : list of numpy.ndarray
            The sounds.
        """
        channels = {item.shape[1] for item in items}
        if len(channels) > 1:
            raise DataError(
                f"The sounds of a batch have {min(channels)} to {max(channels)} channels.",
                argument="directory",
                hint="All files must have the same number of channels.",
            )
        length = self.length or max(len(item) for item in items)
        x = np.zeros((len(items), length, channels.pop()), np.float32)
        for place, item in zip(x, items):
            place[: len(item)] = item[:length]
        return x


def read_wav(file: str, sampling_rate: int | None = None) -> np.ndarray:
    """Return a sound of 16-bit samples as numbers from -1 to 1, `(length, channels)`.

    Parameters
    ----------
    file : str
        The file.
    sampling_rate : int, optional
        The samples in a second that it must have.

    Raises
    ------
    DataError
        If it is not such a file.
    """
    try:
        with wave.open(file, "rb") as source:
            width, channels = source.getsampwidth(), source.getnchannels()
            rate, content = source.getframerate(), source.readframes(source.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise DataError(
            f"{shown(file)} can't be read as a WAV file: {error}.",
            argument="directory",
            received=file,
        ) from error
    if width != _BYTES:
        raise DataError(
            f"{shown(file)} has samples of {8 * width} bits; only 16 can be read.",
            argument="directory",
            received=file,
        )
    if sampling_rate is not None and rate != sampling_rate:
        raise DataError(
            f"{shown(file)} has {rate} samples in a second, not {sampling_rate}.",
            argument="sampling_rate",
            received=sampling_rate,
            hint="Files are not resampled: convert them first, or leave 'sampling_rate' out.",
        )
    samples = np.frombuffer(content, "<i2").reshape(-1, channels)
    return samples.astype(np.float32) / 32768.0
