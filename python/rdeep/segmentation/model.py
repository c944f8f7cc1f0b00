"""`SegmentationModel`: a ready-made model that finds what each pixel of an image belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue import layers
from rdeep.catalogue.layers import Layer
from rdeep.catalogue.options import Choice, checked
from rdeep.errors import ArgumentError, DataError
from rdeep.errors.damage import Damage
from rdeep.image.pictures import as_pictures, common_channels
from rdeep.image.recipe import Recipe
from rdeep.image.resizing import chosen_size
from rdeep.image.settings import ImageAugmentation, as_augmentation
from rdeep.image.training_set import channel_moments
from rdeep.ready import BadRows, ReadyModel, Stage, all_or_nothing, held_out_rows
from rdeep.seeds import stream
from rdeep.segmentation import predicting
from rdeep.segmentation.batches import MaskedBatches
from rdeep.segmentation.masks import as_masks, encoded_masks, learned_values, read_masks
from rdeep.segmentation.measures import Confusion, segmentation_loss
from rdeep.segmentation.settings import SegmentationLearned, SegmentationSettings
from rdeep.segmentation.unet import chosen_depth, segmentation_network

_MOST_PIXELS = 256
_LEARNING_RATE, _WEIGHT_DECAY = 4e-3, 0.01
# How many images are seen in all, if that makes a fair number of epochs.
_SEEN = 16_000
_MANY = 2_000


@dataclass
class _Data:
    """Images and masks of one size, and which of them are held out."""

    images: np.ndarray
    masks: np.ndarray
    held: np.ndarray
    seed: int


class SegmentationModel(ReadyModel):
    """A ready-made model that finds what each pixel of an image belongs to.

    A U-Net is trained on images and their masks, which hold the number of a class for each pixel,
    by cross-entropy and the Dice loss.

    Parameters
    ----------
    network : Model, layer, list of layers, or function of a tensor, optional
        One's own layers in the place of the U-Net, from images to features of each pixel.
    augment : {"auto", "none"}, dict or ImageAugmentation
        How images and masks are changed in training, as for `ImageModel`; images are not blended.
    backend, device : str, optional
        Where networks run, as for `Model`.
    **settings
        The fields of `SegmentationSettings`: `image_size`, `resize`, `filters`, `depth`, `dice`,
        `epochs`, `batch_size`, `learning_rate`, `weight_decay`, `patience`, `validation`.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.segmentation import SegmentationModel
    >>> x = np.zeros((20, 16, 16))
    >>> x[:, 4:9, 4:9] = 1.0
    >>> model = SegmentationModel(epochs=2, filters=4).fit(x, x > 0, verbose=0)
    >>> model.predict(x).shape
    (20, 16, 16)
    """

    kind = "segment"
    settings_class = SegmentationSettings
    learned_class = SegmentationLearned
    array_types: ClassVar = {"classes": ("F64", 2)}

    def __init__(
        self,
        network: Any = None,
        augment: Any = "auto",
        backend: str | None = None,
        device: str | None = None,
        **settings: Any,
    ) -> None:
        plan = as_augmentation(augment)
        if plan is not None and (plan.mixup or plan.cutmix):
            raise ArgumentError(
                "Masks cannot be blended: 'augment' has 'mixup' or 'cutmix'.", argument="augment"
            )
        super().__init__(network, backend, device, augment=plan, **settings)
        self._data: _Data | None = None

    # Fitting --------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any,
        y: Any = None,
        levels: Sequence[str] | None = None,
        on_bad: str = "fail",
        verbose: object = "auto",
    ) -> SegmentationModel:
        """Fit to images and masks.

        Parameters
        ----------
        x : array, or list of paths or arrays
            Images as for `ImageModel.fit`.
        y : array, or list of paths or arrays
            For each image a mask of its height and width: the number of a class in each pixel, in
            an array or a grey or palette image. Pixels that are `nan` or -1 have no part in
            training.
        levels : sequence of str, optional
            Names of the classes, in the order of the numbers in the masks.
        on_bad : {"fail", "drop"}
            Whether images that cannot be used are an error, or left out with a warning.
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.

        Raises
        ------
        DataError
            If there are images or masks that cannot be used, or masks of one class.
        """
        self.prepare(x, y, levels, on_bad)
        self.train(verbose)
        return self

    @all_or_nothing
    def prepare(
        self, x: Any, y: Any = None, levels: Sequence[str] | None = None, on_bad: str = "fail"
    ) -> None:
        """Read images and masks, and make a network for them; `train` is next.

        Parameters
        ----------
        x, y, levels, on_bad
            As in `fit`.
        """
        self.check_trains()
        settings, bad = self.settings, BadRows(on_bad, "images")
        pictures, _ = as_pictures(x, on_bad)
        masks = as_masks(y, len(pictures))
        pictures.look(bad)
        rows = np.array([row for row in range(len(pictures)) if row not in bad], dtype=np.int64)
        found = read_masks(masks, rows, pictures.shapes, bad)
        shapes = [pictures.shapes[row] for row in rows if row not in bad]
        size = settings.image_size or (chosen_size(shapes, _MOST_PIXELS) if shapes else (1, 1))
        channels = common_channels(shapes) if shapes else 1
        images = pictures.pixels(rows, size, channels, settings.resize, bad)
        kept = np.isin(rows, bad.kept(len(pictures)))
        if kept.sum() < 2:
            raise DataError("At least two images are needed.", argument="x")
        usable = [mask for mask, use in zip(found, kept) if use and mask is not None]
        values, names = learned_values(usable, levels)
        encoded = encoded_masks(usable, values, size, settings.resize)
        held = held_out_rows(len(usable), settings.validation)
        depth = settings.depth or chosen_depth(size)
        self.learned = SegmentationLearned(
            names,
            values,
            size,
            channels,
            pictures.scale,
            settings.resize,
            settings.augment or _suitable(channels),
            len(usable),
            int(held.sum()),
        )
        images = images[kept]
        moments = channel_moments(images, np.flatnonzero(~held))
        network = segmentation_network(
            self.own_network,
            self.learned,
            moments,
            settings.filters or (12 if len(usable) < _MANY else 16),
            depth,
            chosen_recipe(settings, int((~held).sum())).steps(int((~held).sum())),
            self.backend,
            self.device,
        )
        self.networks, self._data = [network], _Data(images, encoded, held, stream.next())

    def stage(self, number: int) -> Stage:
        """Return what training needs, once the images are prepared.

        Parameters
        ----------
        number : int
            0: there is one stage.
        """
        data, settings, learned = self._data, self.settings, self.learned
        assert data is not None
        rows, held = np.flatnonzero(~data.held), np.flatnonzero(data.held)
        recipe = chosen_recipe(settings, len(rows))
        batches = MaskedBatches(
            data.images, data.masks, rows, recipe.batch_size, learned.augmentation, data.seed
        )
        validation = None
        if len(held):
            validation = MaskedBatches(data.images, data.masks, held, recipe.batch_size)
        return Stage(
            self.networks[0],
            batches,
            None,
            recipe.optimizer(recipe.steps(len(rows))),
            segmentation_loss(len(learned.levels), settings.dice),
            None,
            recipe.epochs,
            validation=validation,
            patience=settings.patience,
        )

    def finished(self) -> None:
        """Score the held-out images."""
        data, self._data = self._data, None
        self.scores, self.arrays = {}, {}
        if data is None or not data.held.any():
            return
        confusion, masks = Confusion(len(self.learned.levels)), data.masks[data.held]
        for start, shares in predicting.probabilities(self.network, data.images[data.held]):
            confusion.add(masks[start : start + len(shares)], shares.argmax(axis=-1))
        self.scores, self.arrays["classes"] = confusion.scores()

    # What is asked of a fitted model --------------------------------------------------------------

    def predict(self, x: Any, type: str = "class", on_bad: str = "fail") -> Any:
        """Return masks of images, in the images' own sizes.

        Parameters
        ----------
        x : array, or list of paths or arrays
            Images as in `fit`.
        type : {"class", "prob"}
            Masks that hold what those of `fit` hold, `(height, width)` each; or probabilities of
            the classes, `(height, width, classes)`.
        on_bad : {"fail", "drop"}
            Whether images that cannot be used are an error, or `None` with a warning.

        Returns
        -------
        numpy.ndarray or list
            One array where all images have a size; else a list of them.
        """
        found = predicting.predict(self, x, checked(Choice("class", "prob"), type, "type"), on_bad)
        alike = len({None if each is None else each.shape for each in found}) == 1
        return np.stack(found) if alike and found[0] is not None else found

    def predict_list(self, x: Any, type: str = "class", on_bad: str = "fail") -> list[Any]:
        """Return what `predict` does, always as a list.

        Parameters
        ----------
        x, type, on_bad
            As in `predict`.
        """
        return predicting.predict(self, x, checked(Choice("class", "prob"), type, "type"), on_bad)

    def evaluate(self, x: Any, y: Any, on_bad: str = "fail") -> dict[str, float]:
        """Return how good masks of new images are.

        Parameters
        ----------
        x, y, on_bad
            As in `fit`.

        Returns
        -------
        dict of str to float
            `iou`, intersection over union, and `dice`, means over the classes that occur;
            `accuracy`, the share of pixels.
        """
        return predicting.evaluate(self, x, y, on_bad)[0]

    def class_scores(self) -> dict[str, list[float]]:
        """Return how good each class is on held-out images: `iou` and `dice`."""
        found = self.arrays.get("classes")
        found = np.full((len(self.learned.levels), 2), np.nan) if found is None else found
        return {"iou": found[:, 0].tolist(), "dice": found[:, 1].tolist()}

    @property
    def class_data(self) -> dict[str, Any]:
        """The classes, what masks hold for them, and how many images there were, as plain data."""
        learned = self.learned
        found = {"levels": list(learned.levels), "values": list(learned.values)}
        return {**found, "samples": learned.samples}

    def pixels(self, x: Any) -> list[np.ndarray]:
        """Return how bright each pixel of images is, from 0 to 1, `(height, width)` each.

        Parameters
        ----------
        x : array, or list of paths or arrays
            Images as in `fit`.
        """
        return predicting.brightness(self, x)

    def output_activation(self) -> Layer | None:
        """Return what makes probabilities of logits."""
        return layers.Softmax()

    def check_loaded(self) -> None:
        """Refuse a network that does not take such images, or does not give such classes."""
        network, learned = self.networks[0], self.learned
        if network.input_shape != (None, *learned.image_size, learned.channels):
            raise Damage("it takes other images than were learned of", place="networks[0]")
        if network.output_shape != (None, *learned.image_size, len(learned.levels)):
            raise Damage("it gives other classes than were learned", place="networks[0]")
        if len(learned.values) != len(learned.levels):
            raise Damage("there are not as many names as values", place="learned")


def chosen_recipe(settings: SegmentationSettings, samples: int) -> Recipe:
    """Return how a network is trained, where nobody says it.

    Parameters
    ----------
    settings : SegmentationSettings
        What was asked for.
    samples : int
        How many images it is trained on.
    """
    return Recipe(
        settings.epochs or int(np.clip(round(_SEEN / samples), 10, 60)),
        min(settings.batch_size or (4 if samples < 1000 else 8), samples),
        settings.learning_rate or _LEARNING_RATE,
        _WEIGHT_DECAY if settings.weight_decay is None else settings.weight_decay,
    )


def _suitable(channels: int) -> ImageAugmentation:
    """Return how images are changed if nobody says it."""
    return ImageAugmentation() if channels == 3 else ImageAugmentation(colour=0.1)
