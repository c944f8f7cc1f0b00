"""Samples of several modalities in batches: some modalities left out at random, or as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from rdeep.data.order import drawn_order
from rdeep.image import ImageAugmentation
from rdeep.image.augmentation import augmented
from rdeep.multimodal.network import PRESENT, input_name
from rdeep.multimodal.settings import ImageColumn, Modality
from rdeep.multimodal.values import Values

Inputs = dict[str, np.ndarray]
# The shares of the training until which samples are as they are, and from which on fully changed.
_UNCHANGED, CHANGED = 0.3, 0.6


def network_inputs(values: Sequence[Values], rows: np.ndarray) -> Inputs:
    """Return what a network takes of some samples.

    Parameters
    ----------
    values : sequence of Values
        The values of each modality.
    rows : numpy.ndarray
        Which samples.
    """
    found: Inputs = {}
    for place, each in enumerate(values):
        for name, array in each.inputs.items():
            part = array[rows]
            # Lengths are the same for all: engines that compile do it once.
            found[input_name(name, place)] = part.astype(np.float32) if name == "pixels" else part
    found[PRESENT] = np.stack([each.present[rows] for each in values], 1).astype(np.float32)
    return found


class TrainingBatches:
    """The samples that a network is trained on, batch by batch.

    What is drawn depends on the seed and the epoch alone, so that both engines see the same.

    Parameters
    ----------
    modalities : sequence of Modality
        What was learned of each modality.
    values : sequence of Values
        The values of each.
    targets : numpy.ndarray
        A class or a number for each sample.
    rows : numpy.ndarray
        Which samples.
    batch_size : int
        The samples of a batch.
    left_out : float
        How often a modality is left out of a sample (Neverova et al. 2016).
    absent : numpy.ndarray
        What stands for numbers that are missing.
    epochs : int
        How many epochs there are.
    seed : int
        What is drawn from.
    """

    def __init__(
        self,
        modalities: Sequence[Modality],
        values: Sequence[Values],
        targets: np.ndarray,
        rows: np.ndarray,
        batch_size: int,
        left_out: float,
        absent: np.ndarray,
        epochs: int,
        seed: int,
    ) -> None:
        self.modalities, self.values, self.targets = modalities, values, targets
        self.rows, self.size, self.left_out = rows, batch_size, left_out
        self.absent, self.epochs, self.seed = absent, epochs, seed
        self.batches = -(-len(rows) // batch_size)

    def open(self, epoch: int) -> Iterator[tuple[Inputs, np.ndarray]]:
        """Give the batches of an epoch.

        Parameters
        ----------
        epoch : int
            Its number.
        """
        generator = np.random.Generator(np.random.PCG64([self.seed, epoch, 1]))
        order = drawn_order(len(self.rows), self.seed, epoch)
        order = self.rows if order is None else self.rows[order]
        strength = _strength(epoch / self.epochs)
        for start in range(0, len(order), self.size):
            rows = order[start : start + self.size]
            x = network_inputs(self.values, rows)
            for place, each in enumerate(self.modalities):
                if isinstance(each, ImageColumn) and each.augmentation.changes and strength:
                    name = input_name("pixels", place)
                    x[name] = augmented(x[name], _weaker(each.augmentation, strength), generator)
            left_out = self.left_out * strength
            if left_out:
                x[PRESENT] *= generator.random(x[PRESENT].shape) >= left_out
                self._leave_columns_out(x, left_out, generator)
            yield x, self.targets[rows]

    def _leave_columns_out(
        self, x: Inputs, left_out: float, generator: np.random.Generator
    ) -> None:
        """Have single values of a table be missing: half as often as whole modalities."""
        for place in range(len(self.modalities)):
            for name, absent in _absent(self.absent).items():
                given = x.get(input_name(name, place))
                if given is None:
                    continue
                columns = given.shape[1] // 2 if name == "numbers" else given.shape[1]
                gone = generator.random((len(given), columns)) < left_out / 2
                if name == "numbers":
                    # After the numbers come their indicators.
                    gone = np.hstack([gone, gone])
                x[input_name(name, place)] = np.where(gone, absent, given).astype(given.dtype)


def _strength(share: float) -> float:
    """Return how strongly samples are changed: not at all until a part of the training is over.

    What only several modalities say together is found when all are there, and kept thereafter.

    Parameters
    ----------
    share : float
        The share of the training that is over.
    """
    return min(1.0, max(0.0, (share - _UNCHANGED) / (CHANGED - _UNCHANGED)))


def _weaker(plan: ImageAugmentation, strength: float) -> ImageAugmentation:
    names = ("rotate", "shift", "zoom", "shear", "crop", "colour")
    return plan.replace(**{name: getattr(plan, name) * strength for name in names})


def _absent(numbers: np.ndarray) -> Mapping[str, np.ndarray | int]:
    return {"numbers": numbers, "levels": -1, "codes": 0}


class PlainBatches:
    """Samples as they are, in order.

    Parameters
    ----------
    values : sequence of Values
        The values of each modality.
    targets : numpy.ndarray
        A class or a number for each sample.
    rows : numpy.ndarray
        Which samples.
    batch_size : int
        The samples of a batch.
    """

    def __init__(
        self, values: Sequence[Values], targets: np.ndarray, rows: np.ndarray, batch_size: int
    ) -> None:
        self.values, self.targets, self.rows, self.size = values, targets, rows, batch_size
        self.batches = -(-len(rows) // batch_size)

    def open(self, epoch: int) -> Iterator[tuple[Inputs, np.ndarray]]:
        """Give the batches.

        Parameters
        ----------
        epoch : int
            Not used: each pass is the same.
        """
        for start in range(0, len(self.rows), self.size):
            rows = self.rows[start : start + self.size]
            yield network_inputs(self.values, rows), self.targets[rows]
