"""Images with the maps of their boxes in batches: in a new order and changed, or as they are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdeep.data.order import drawn_order
from rdeep.detection.boxes import areas
from rdeep.detection.targets import target_maps
from rdeep.image.augmentation import augmented_from
from rdeep.image.settings import ImageAugmentation

_LEAST_LEFT = 0.35
"""The share of a moved box that must be within the image for it to be kept."""


def moved_boxes(
    boxes: np.ndarray, matrix: np.ndarray, offset: np.ndarray, size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return where boxes are after an image was changed, and which of them are still in it.

    A box that is turned becomes the box of the ellipse that it held, turned. It is cut at the
    border, and gone if most of it is outside.

    Parameters
    ----------
    boxes : numpy.ndarray
        Corners in pixels, `(n, 4)`.
    matrix, offset : numpy.ndarray
        Where pixels came from: see `rdeep.image.augmentation.augmented_from`.
    size : tuple of int
        Height and width of the image.
    """
    high, wide = size
    middle = np.array([high / 2, wide / 2])
    back = np.linalg.inv(matrix)
    centres = np.stack([boxes[:, 1] + boxes[:, 3], boxes[:, 0] + boxes[:, 2]], 1) / 2
    reach = np.stack([boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]], 1) / 2
    centres = (centres - middle - offset * [high, wide]) @ back.T + middle
    reach = np.sqrt((reach**2) @ (back**2).T)
    found = np.concatenate([(centres - reach)[:, ::-1], (centres + reach)[:, ::-1]], axis=1)
    cut = np.clip(found, 0, [wide, high, wide, high])
    kept = areas(cut) >= np.maximum(_LEAST_LEFT * areas(found), 1e-6)
    return cut[kept], kept


class BoxedBatches:
    """Images with the maps of their boxes, batch by batch.

    What is drawn depends on the seed and the epoch alone, so that both engines see the same.

    Parameters
    ----------
    images : numpy.ndarray
        Images `(n, height, width, channels)` from 0 to 255.
    boxes, labels : list of numpy.ndarray
        For each image, corners in pixels and class numbers.
    rows : numpy.ndarray
        Which of them.
    batch_size : int
        The images of a batch.
    classes, stride : int
        How many classes there are, and how many pixels a place of the map is wide.
    plan : ImageAugmentation, optional
        How they are changed; by default not at all, and each pass is in the same order.
    seed : int
        What is drawn from.
    """

    def __init__(
        self,
        images: np.ndarray,
        boxes: list[np.ndarray],
        labels: list[np.ndarray],
        rows: np.ndarray,
        batch_size: int,
        classes: int,
        stride: int,
        plan: ImageAugmentation | None = None,
        seed: int = 0,
    ) -> None:
        self.images, self.boxes, self.labels, self.rows = images, boxes, labels, rows
        self.size, self.classes, self.stride = batch_size, classes, stride
        self.plan, self.seed = plan, seed
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
        size = (self.images.shape[1], self.images.shape[2])
        places = (size[0] // self.stride, size[1] // self.stride)
        for start in range(0, len(order), self.size):
            rows = order[start : start + self.size]
            x = self.images[rows]
            boxes = [self.boxes[row] for row in rows]
            labels = [self.labels[row] for row in rows]
            if self.plan is not None and self.plan.changes:
                x, matrix, offset = augmented_from(x, self.plan, generator)
                for i in range(len(rows)):
                    boxes[i], kept = moved_boxes(boxes[i], matrix[i], offset[i], size)
                    labels[i] = labels[i][kept]
            boxes = [each / self.stride for each in boxes]
            yield (
                x.astype(np.float32, copy=False),
                target_maps(boxes, labels, places, self.classes),
            )
