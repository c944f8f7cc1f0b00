"""`DetectionModel`: a ready-made model that finds objects in images, and what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue.options import Choice, Count, Number, OrNone, checked
from rdeep.detection import predicting
from rdeep.detection.architecture import STEP, detection_network, map_stride
from rdeep.detection.batches import BoxedBatches
from rdeep.detection.boxes import FORMATS
from rdeep.detection.settings import DetectionLearned, DetectionSettings, description_of
from rdeep.detection.targets import DetectionLoss
from rdeep.detection.training_set import BoxedImages, read_boxed_images
from rdeep.errors import ArgumentError
from rdeep.errors.damage import Damage
from rdeep.image.recipe import Recipe
from rdeep.image.settings import ImageAugmentation, as_augmentation
from rdeep.image.training_set import channel_moments
from rdeep.ready import ReadyModel, Stage, all_or_nothing
from rdeep.seeds import stream

_LEARNING_RATE, _WEIGHT_DECAY = 4e-3, 0.01
# How many images are seen in all, if that makes a fair number of epochs.
_SEEN, _LARGE = 16_000, 128
_FILTERS = 16


class DetectionModel(ReadyModel):
    """A ready-made model that finds objects in images: boxes around them, and their classes.

    A small residual network with a feature pyramid says for each place of an image whether it is
    the middle of an object, of which class, and how far its edges are (Zhou et al. 2019, Liu et
    al. 2020). Of boxes of a class that overlap, the surest stays.

    Boxes are in pixels, from the left and the upper edge of the image to the edges of pixels: the
    whole of an image 40 pixels wide and 30 high is `xmin=0, ymin=0, xmax=40, ymax=30`.

    Parameters
    ----------
    network : Model, layer, list of layers, or function of a tensor, optional
        One's own layers in the place of the residual network: from images to a map of features.
    augment : {"auto", "none"}, dict or ImageAugmentation
        How images and their boxes are changed in training, as for `ImageModel`; images are not
        blended. `"auto"` moves and zooms them, and mirrors photographs only.
    backend, device : str, optional
        Where networks run, as for `Model`.
    **settings
        The fields of `DetectionSettings`: `image_size`, `resize`, `filters`, `epochs`,
        `batch_size`, `learning_rate`, `weight_decay`, `patience`, `validation`.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.detection import DetectionModel
    >>> x = np.zeros((20, 32, 32))
    >>> x[:, 4:12, 6:16] = 1.0
    >>> boxes = {"image": range(20), "xmin": [6] * 20, "ymin": [4] * 20}
    >>> boxes |= {"xmax": [16] * 20, "ymax": [12] * 20}
    >>> model = DetectionModel(epochs=1, filters=4).fit(x, boxes, verbose=0)
    >>> list(model.predict(x))
    ['image', 'class', 'score', 'xmin', 'ymin', 'xmax', 'ymax']
    """

    kind = "detect"
    settings_class = DetectionSettings
    learned_class = DetectionLearned
    array_types: ClassVar = {"precisions": ("F64", 2)}

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
                "Images with boxes cannot be blended: 'augment' has 'mixup' or 'cutmix'.",
                argument="augment",
            )
        super().__init__(network, backend, device, augment=plan, **settings)
        self._data: BoxedImages | None = None
        self._seed = 0

    # Fitting --------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any,
        boxes: Any,
        ids: Sequence[str] | None = None,
        levels: Sequence[str] | None = None,
        box_format: str = "auto",
        on_bad: str = "fail",
        verbose: object = "auto",
    ) -> DetectionModel:
        """Fit to images and the boxes in them.

        Parameters
        ----------
        x : str, path, array, or list of paths or arrays
            Images as for `ImageModel.fit`; a folder holds images alone.
        boxes : table, dict of columns, or list
            A row for each box: `image` (the number of the image from 0, its path, or its name in
            `ids`), `class`, and `xmin`, `ymin`, `xmax`, `ymax`. Without `class` there is one class,
            `"object"`. Or a list with such a table for each image, without `image`. Images without
            boxes are images of nothing.
        ids : sequence of str, optional
            Names of the images, that `boxes` calls them by.
        levels : sequence of str, optional
            The classes in order.
        box_format : str
            How boxes are written: corners (`"xyxy"`), the upper left corner with width and height
            (`"xywh"`: `x`, `y`, `width`, `height`), the middle with these (`"center_xywh"`: `cx`,
            `cy`, or `x`, `y`), or one of these as shares of the image's size (`"rel_xyxy"` and so
            on). `"auto"` goes by the names of the columns.
        on_bad : {"fail", "drop"}
            Whether images and boxes that cannot be used are an error, or left out with a warning.
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.

        Raises
        ------
        DataError
            If there are images or boxes that cannot be used, or no boxes at all.
        """
        self.prepare(x, boxes, ids, levels, box_format, on_bad)
        self.train(verbose)
        return self

    @all_or_nothing
    def prepare(
        self,
        x: Any,
        boxes: Any,
        ids: Sequence[str] | None = None,
        levels: Sequence[str] | None = None,
        box_format: str = "auto",
        on_bad: str = "fail",
    ) -> None:
        """Read images and boxes, and make a network for them; `train` is next.

        Parameters
        ----------
        x, boxes, ids, levels, box_format, on_bad
            As in `fit`.
        """
        self.check_trains()
        settings = self.settings
        data = read_boxed_images(
            x,
            boxes,
            ids,
            levels,
            box_format,
            on_bad,
            settings.image_size,
            settings.resize,
            settings.validation,
        )
        _, high, wide, channels = data.images.shape
        sides = np.concatenate(data.boxes)
        middle_size = float(np.median(np.sqrt(np.prod(sides[:, 2:] - sides[:, :2], axis=1))))
        learned = DetectionLearned(
            data.outcome,
            (high, wide),
            channels,
            data.scale,
            settings.resize,
            settings.augment or _suitable(channels, data.photographs),
            box_format=data.box_format,
            samples=len(data.images),
            held_out=int(data.held.sum()),
            boxes=data.count,
        )
        moments = channel_moments(data.images, np.flatnonzero(~data.held))
        network = detection_network(
            self.own_network,
            learned,
            moments,
            settings.filters or _FILTERS,
            self.backend,
            self.device,
        )
        stride = map_stride((high, wide), network.output_shape)
        self.learned = learned.replace(stride=stride, box_size=middle_size / stride)
        self.networks, self._data, self._seed = [network], data, stream.next()

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
        # Large images take long: they are seen less often.
        seen = _SEEN * min(1.0, _LARGE / float(np.sqrt(np.prod(learned.image_size))))
        recipe = Recipe(
            settings.epochs or int(np.clip(round(seen / len(rows)), 10, 150)),
            settings.batch_size or (16 if len(rows) >= 200 else 8),
            settings.learning_rate or _LEARNING_RATE,
            _WEIGHT_DECAY if settings.weight_decay is None else settings.weight_decay,
        )
        classes = len(learned.outcome.levels)

        def batches(chosen: np.ndarray, plan: ImageAugmentation | None) -> BoxedBatches:
            return BoxedBatches(
                data.images,
                data.boxes,
                data.labels,
                chosen,
                recipe.batch_size,
                classes,
                learned.stride,
                plan,
                self._seed,
            )

        return Stage(
            self.networks[0],
            batches(rows, learned.augmentation),
            None,
            recipe.optimizer(recipe.steps(len(rows))),
            DetectionLoss(classes, learned.box_size, data.count / len(data.images)),
            None,
            recipe.epochs,
            validation=batches(held, None) if len(held) else None,
            patience=settings.patience,
        )

    def finished(self) -> None:
        """Score the held-out images."""
        data, self._data = self._data, None
        self.scores, self.arrays = {}, {}
        if data is not None and data.held.any():
            self.scores, self.arrays["precisions"] = predicting.held_out_scores(self, data)

    # What is asked of a fitted model --------------------------------------------------------------

    def predict(
        self,
        x: Any,
        threshold: float = 0.3,
        overlap: float = 0.5,
        most: int = 100,
        box_format: str | None = None,
        on_bad: str = "fail",
    ) -> dict[str, Any]:
        """Return the boxes that are found in images, as columns of a table.

        Parameters
        ----------
        x : str, path, array, or list of paths or arrays
            Images as in `fit`.
        threshold : float
            The score from which on a box counts.
        overlap : float
            Of two boxes of a class that overlap more than that, as intersection over union, the
            surer one stays.
        most : int
            How many boxes of an image there are, at most.
        box_format : str, optional
            How boxes are written, as in `fit`; by default corners.
        on_bad : {"fail", "drop"}
            Whether images that cannot be used are an error, or have no boxes and a warning.

        Returns
        -------
        dict
            `image`, the number of the image from 0; `class`; `score`, from 0 to 1; `xmin`, `ymin`,
            `xmax`, `ymax` in the image's own pixels. By image, the surest box first.
        """
        threshold = checked(Number(0.0, 1.0), threshold, "threshold")
        overlap = checked(Number(0.0, 1.0), overlap, "overlap")
        most = checked(Count(), most, "most")
        box_format = checked(OrNone(Choice(*FORMATS)), box_format, "box_format")
        return predicting.predict(self, x, threshold, overlap, most, box_format, on_bad)

    def evaluate(
        self,
        x: Any,
        boxes: Any,
        ids: Sequence[str] | None = None,
        box_format: str = "auto",
        on_bad: str = "fail",
    ) -> dict[str, float]:
        """Return how good boxes in new images are.

        Parameters
        ----------
        x, boxes, ids, box_format, on_bad
            As in `fit`.

        Returns
        -------
        dict of str to float
            `map`, the mean average precision over classes and overlaps from 0.5 to 0.95, and
            `map_50`, at an overlap of 0.5: see `rdeep.detection.scores`.
        """
        return predicting.evaluate(self, x, boxes, ids, box_format, on_bad)[0]

    def evaluate_classes(
        self,
        x: Any,
        boxes: Any,
        ids: Sequence[str] | None = None,
        box_format: str = "auto",
        on_bad: str = "fail",
    ) -> dict[str, list[Any]]:
        """Return the average precision of each class: `class`, `ap` and `ap_50`.

        Parameters
        ----------
        x, boxes, ids, box_format, on_bad
            As in `fit`.
        """
        return self._of_classes(predicting.evaluate(self, x, boxes, ids, box_format, on_bad)[1])

    def class_scores(self) -> dict[str, list[Any]]:
        """Return the average precision of each class on held-out images."""
        found = self.arrays.get("precisions")
        levels = len(self.learned.outcome.levels)
        return self._of_classes(np.full((levels, 1), np.nan) if found is None else found)

    def _of_classes(self, precisions: np.ndarray) -> dict[str, list[Any]]:
        return {
            "class": list(self.learned.outcome.levels),
            "ap": precisions.mean(axis=1).tolist(),
            "ap_50": precisions[:, 0].tolist(),
        }

    def pixels(self, x: Any, on_bad: str = "fail") -> list[Any]:
        """Return images as they are, `(height, width, channels)` from 0 to 255, to draw boxes in.

        Parameters
        ----------
        x, on_bad
            As in `predict`; an image that cannot be used is `None`.
        """
        return predicting.pixels(self, x, on_bad)

    def described(self) -> dict[str, Any]:
        """Return what became of the images, as `lines` for printing, and how many `samples`."""
        return {"samples": self.learned.samples, "lines": description_of(self.learned)}

    def check_loaded(self) -> None:
        """Refuse a network that does not take such images, or does not give such maps."""
        network, learned = self.networks[0], self.learned
        size, outcome = learned.image_size, learned.outcome
        if network.input_shape != (None, *size, learned.channels) or any(s % STEP for s in size):
            raise Damage("it takes other images than were learned of", place="networks[0]")
        if not outcome.is_class or not outcome.levels:
            raise Damage("there are no classes", place="learned")
        high, wide = (side // learned.stride for side in size)
        if network.output_shape != (None, high, wide, len(outcome.levels) + 4):
            raise Damage("it gives other maps than were learned of", place="networks[0]")


def _suitable(channels: int, photographs: bool) -> ImageAugmentation:
    """Return how images are changed if nobody says it: boxes stay close to what they hold."""
    return ImageAugmentation(
        "horizontal" if photographs else "none",
        rotate=0.0,
        shear=0.0,
        shift=0.1,
        zoom=0.2,
        colour=0.15 if channels == 3 else 0.1,
    )
