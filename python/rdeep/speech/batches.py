"""Batches of spectrograms, varied anew for each epoch; sounds of about one length are together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdeep.speech.augmentation import Augmentation
from rdeep.speech.features import padded

_GROUPS = 3
"""How many lengths of batches there are, at most: TensorFlow compiles for each."""
_MULTIPLE = 32


def group_lengths(frames: np.ndarray) -> np.ndarray:
    """Return the length to which each sound is filled up: one of a few.

    Parameters
    ----------
    frames : numpy.ndarray
        The frames of each sound.
    """
    shares = np.quantile(frames, np.arange(1, _GROUPS + 1) / _GROUPS, method="higher")
    ends = np.unique(-(-shares.astype(np.int64) // _MULTIPLE) * _MULTIPLE)
    return ends[np.searchsorted(ends, frames)]


class AugmentedBatches:
    """A stream of batches.

    Parameters
    ----------
    spectra : list of numpy.ndarray
        The logarithms of powers, `(frames, bands)` each.
    targets : numpy.ndarray
        What each says.
    shortest : numpy.ndarray
        The frames that each needs for its transcript.
    augmentation : Augmentation
        How they are varied.
    size : int
        The sounds of a batch.
    seed : int
        Where random numbers come from.
    """

    def __init__(
        self,
        spectra: list[np.ndarray],
        targets: np.ndarray,
        shortest: np.ndarray,
        augmentation: Augmentation,
        size: int,
        seed: int,
    ) -> None:
        self.spectra, self.targets, self.shortest = spectra, targets, shortest
        self.augmentation, self.size, self.seed = augmentation, size, seed
        frames = np.array([len(each) for each in spectra])
        longer = np.ceil(frames * (1 + augmentation.speed)).astype(np.int64)
        self.lengths = group_lengths(longer)
        counts = np.unique(self.lengths, return_counts=True)[1]
        self.batches = int(np.sum(-(-counts // size)))

    def open(self, epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Return the batches of an epoch, of which each has sounds of one group of lengths.

        Parameters
        ----------
        epoch : int
            Its number.
        """
        random = np.random.default_rng([self.seed, epoch])
        batches = []
        for length in np.unique(self.lengths):
            rows = random.permutation(np.flatnonzero(self.lengths == length))
            batches += [rows[at : at + self.size] for at in range(0, len(rows), self.size)]
        for number in random.permutation(len(batches)):
            rows = batches[number]
            length = int(self.lengths[rows[0]])
            varied = [
                self.augmentation(self.spectra[row], int(self.shortest[row]), length, random)
                for row in rows
            ]
            yield padded(varied, length), self.targets[rows]
