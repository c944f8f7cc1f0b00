"""Images and masks in batches: in a new order and changed at random, or as they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdeep.data.order import drawn_order
from rdeep.image.augmentation import augmented_with
from rdeep.image.settings import ImageAugmentation


class MaskedBatches:
    """Images with their masks, batch by batch.

    What is drawn depends on the seed and the epoch alone, so that both engines see the same.

    Parameters
    ----------
    images : numpy.ndarray
        Images `(n, height, width, channels)` from 0 to 255.
    masks : numpy.ndarray
        Class numbers, `(n, height, width)`.
    rows : numpy.ndarray
        Which of them.
    batch_size : int
        The images of a batch.
    plan : ImageAugmentation, optional
        How they are changed; by default not at all, and each pass is in the same order.
    seed : int
        What is drawn from.
    """

    def __init__(
        self,
        images: np.ndarray,
        masks: np.ndarray,
        rows: np.ndarray,
        batch_size: int,
        plan: ImageAugmentation | None = None,
        seed: int = 0,
    ) -> None:
        self.images, self.masks, self.rows = images, masks, rows
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
        drawn = None if self.plan is None else drawn_order(len(self.rows), self.seed, epoch)
        order = self.rows if drawn is None else self.rows[drawn]
        for start in range(0, len(order), self.size):
            rows = order[start : start + self.size]
            x, y = self.images[rows], self.masks[rows]
            if self.plan is not None and self.plan.changes:
                x, y = augmented_with(x, y, self.plan, generator)
            yield x.astype(np.float32, copy=False), y.astype(np.float32)
