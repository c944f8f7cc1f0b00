"""Images in batches of numbers: in a new order and changed at random, or as they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdeep.data.order import drawn_order
from rdeep.image.augmentation import augmented, blended
from rdeep.image.settings import ImageAugmentation


class TrainingBatches:
    """The images that a network is trained on, batch by batch.

    What is drawn depends on the seed and the epoch alone, so that both engines see the same.

    Parameters
    ----------
    images : numpy.ndarray
        Images `(n, height, width, channels)` from 0 to 255.
    targets : numpy.ndarray
        A one-hot row, or a number, for each.
    rows : numpy.ndarray
        Which of them.
    batch_size : int
        The images of a batch.
    plan : ImageAugmentation
        How they are changed.
    seed : int
        What is drawn from.
    """

    def __init__(
        self,
        images: np.ndarray,
        targets: np.ndarray,
        rows: np.ndarray,
        batch_size: int,
        plan: ImageAugmentation,
        seed: int,
    ) -> None:
        self.images, self.targets, self.rows = images, targets, rows
        self.size, self.plan, self.seed = batch_size, plan, seed
        self.batches = -(-len(rows) // batch_size)

    def open(self, epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give the batches of an epoch.

        Parameters
        ----------
        epoch : int
            Its number.
        """
        generator = np.random.Generator(np.random.PCG64([self.seed, epoch, 1]))
        order = drawn_order(len(self.rows), self.seed, epoch)
        order = self.rows if order is None else self.rows[order]
        for start in range(0, len(order), self.size):
            rows = order[start : start + self.size]
            x, y = self.images[rows], self.targets[rows]
            x = augmented(x, self.plan, generator) if self.plan.changes else x.astype(np.float32)
            yield blended(x, y, self.plan, generator)


class PlainBatches:
    """Images as they are, in order.

    Parameters
    ----------
    images : numpy.ndarray
        Images from 0 to 255.
    targets : numpy.ndarray
        A one-hot row, or a number, for each.
    rows : numpy.ndarray
        Which of them.
    batch_size : int
        The images of a batch.
    """

    def __init__(
        self, images: np.ndarray, targets: np.ndarray, rows: np.ndarray, batch_size: int
    ) -> None:
        self.images, self.targets, self.rows, self.size = images, targets, rows, batch_size
        self.batches = -(-len(rows) // batch_size)

    def open(self, epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give the batches.

        Parameters
        ----------
        epoch : int
            Not used: each pass is the same.
        """
        for start in range(0, len(self.rows), self.size):
            rows = self.rows[start : start + self.size]
            yield self.images[rows].astype(np.float32), self.targets[rows]
