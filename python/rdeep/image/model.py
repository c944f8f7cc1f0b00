"""`ImageModel`: a ready-made model of images, which predicts a class or a number of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from rdeep.catalogue import layers
from rdeep.catalogue.layers import Layer
from rdeep.errors import ArgumentError, show
from rdeep.errors.damage import Damage
from rdeep.image import grad_cam, predicting
from rdeep.image.architecture import image_network, input_facts, preprocess_of
from rdeep.image.batches import PlainBatches, TrainingBatches
from rdeep.image.recipe import chosen_recipe, loss_of, metrics_of
from rdeep.image.settings import (
    ImageAugmentation,
    ImageLearned,
    ImageSettings,
    as_augmentation,
    description_of,
)
from rdeep.image.training_set import TrainingSet, read_training_set
from rdeep.models import Model
from rdeep.ready import ReadyModel, Stage, all_or_nothing
from rdeep.seeds import stream


class ImageModel(ReadyModel):
    """A ready-made model of images.

    Images come as a folder of folders of classes, as files, as an array, or as a list of arrays of
    several sizes; classes or numbers are predicted. A small residual network is trained, or a
    network that was trained before is, of which at first only the new output layer is.

    Parameters
    ----------
    network : Model, layer, list of layers, or function of a tensor, optional
        One's own layers, which are given pixels as `preprocess` says. A whole model, such as one of
        `rdeep.applications` without its top, is frozen at first, and then fine-tuned.
    augment : {"auto", "none"}, dict or ImageAugmentation
        How images are changed in training. `"auto"` turns, moves, zooms and slants them a little,
        changes colours of colour images, and mirrors photographs only (colour JPEG files).
    backend, device : str, optional
        Where networks run, as for `Model`.
    **settings
        The fields of `rdeep.image.ImageSettings`: `image_size`, `resize`, `epochs`, `batch_size`,
        `learning_rate`, `weight_decay`, `patience`, `validation`, `label_smoothing`, `dropout`,
        `preprocess`, `freeze`, `fine_tune`, `fine_tune_epochs`, `fine_tune_learning_rate`.

    Examples
    --------
    >>> import numpy as np
    >>> from rdeep.image import ImageModel
    >>> x = np.zeros((40, 8, 8))
    >>> x[::2, :4] = 1.0
    >>> model = ImageModel(epochs=3).fit(x, ["top", "none"] * 20, verbose=0)
    >>> model.predict(x, "prob").shape
    (40, 2)
    """

    kind = "image"
    settings_class = ImageSettings
    learned_class = ImageLearned
    array_types: ClassVar = {"residuals": ("F64", 1)}

    def __init__(
        self,
        network: Any = None,
        augment: Any = "auto",
        backend: str | None = None,
        device: str | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(network, backend, device, augment=as_augmentation(augment), **settings)
        self._data: TrainingSet | None = None
        self._seed = 0

    # Fitting --------------------------------------------------------------------------------------

    def fit(
        self,
        x: Any,
        y: Any = None,
        levels: Sequence[str] | None = None,
        on_bad: str = "fail",
        verbose: object = "auto",
    ) -> ImageModel:
        """Fit to images.

        Parameters
        ----------
        x : str, path, array, or list of paths or arrays
            A folder that holds a folder for each class; paths of files; an array `(n, height,
            width)` or `(n, height, width, channels)`; a list of arrays. White is 1, 255 or 65535 in
            arrays: the smallest that no pixel is above.
        y : sequence, optional
            A class or a number for each image; not for a folder of classes.
        levels : sequence of str, optional
            The classes in order.
        on_bad : {"fail", "drop"}
            Whether images that cannot be used are an error, or left out with a warning.
        verbose : {"auto", 0, 1, 2}
            As in `Model.fit`.

        Raises
        ------
        DataError
            If there are images that cannot be used, or no outcome.
        """
        self.prepare(x, y, levels, on_bad=on_bad)
        self.train(verbose)
        return self

    @all_or_nothing
    def prepare(
        self,
        x: Any,
        y: Any = None,
        levels: Sequence[str] | None = None,
        type: str | None = None,
        on_bad: str = "fail",
    ) -> None:
        """Read images, and make a network for them; `train` is next.

        Parameters
        ----------
        x, y, levels, on_bad
            As in `fit`.
        type : {"class", "number"}, optional
            What is predicted, where the values do not say it.
        """
        self.check_trains()
        settings, own = self.settings, self.own_network
        size, channels = input_facts(own)
        if size and settings.image_size and size != settings.image_size:
            raise ArgumentError(
                f"'network' takes images of {size[0]} x {size[1]} pixels, and 'image_size' is "
                f"{settings.image_size[0]} x {settings.image_size[1]}.",
                argument="image_size",
                received=settings.image_size,
                hint="Leave 'image_size' out.",
            )
        data = read_training_set(
            x,
            y,
            levels,
            type,
            on_bad,
            settings.image_size or size,
            channels,
            settings.resize,
            settings.validation,
        )
        preprocess = settings.preprocess
        if preprocess == "auto":
            preprocess = preprocess_of(own)
        _, high, wide, depth = data.images.shape
        _check_preprocess(preprocess, depth)
        self.learned = ImageLearned(
            data.outcome,
            (high, wide),
            depth,
            data.scale,
            settings.resize,
            settings.augment or _suitable(data),
            preprocess,
            len(data.images),
            int(data.held.sum()),
        )
        if isinstance(own, Model) and own.is_built:
            # The user's stays as it is.
            own = own.to_backend(self.backend, self.device)
        recipe = chosen_recipe(settings, int((~data.held).sum()), self.freezes, "whole")
        network = image_network(
            own,
            self.learned,
            data.moments(),
            settings.dropout,
            recipe.steps(int((~data.held).sum())),
            self.backend,
            self.device,
        )
        self.networks, self._own = [network], own
        self._data, self._seed = data, stream.next()

    @property
    def freezes(self) -> bool:
        """Whether one's own network stays as it is at first."""
        asked = self.settings.freeze
        whole = isinstance(self.own_network, Model) and self.own_network.is_built
        if asked and not whole:
            raise ArgumentError(
                f"'freeze' is {show(True)}, and 'network' is no whole model that was trained "
                "before.",
                argument="freeze",
                received=True,
            )
        return whole if asked is None else bool(asked)

    @property
    def stages(self) -> int:
        """How many trainings follow each other: two where a network is fine-tuned."""
        return 2 if self.freezes and self.settings.fine_tune else 1

    def stage(self, number: int) -> Stage:
        """Return what a stage of training needs, once the images are prepared.

        Parameters
        ----------
        number : int
            0, or 1 for fine-tuning.
        """
        data, settings = self._data, self.settings
        assert data is not None
        name = "whole"
        if self.freezes:
            name = ("frozen", "fine_tuned")[number]
            self._own.trainable = number == 1
        rows, held = np.flatnonzero(~data.held), np.flatnonzero(data.held)
        recipe = chosen_recipe(settings, len(rows), self.freezes, name)
        targets = data.targets
        batches = TrainingBatches(
            data.images,
            targets,
            rows,
            recipe.batch_size,
            self.learned.augmentation,
            self._seed + number,
        )
        validation = None
        if len(held):
            validation = PlainBatches(data.images, targets, held, recipe.batch_size)
        return Stage(
            self.networks[0],
            batches,
            None,
            recipe.optimizer(recipe.steps(len(rows))),
            loss_of(data.outcome, settings.label_smoothing),
            None,
            recipe.epochs,
            metrics=metrics_of(data.outcome),
            validation=validation,
            patience=settings.patience,
        )

    def finished(self) -> None:
        """Score the held-out images, and keep the errors of numbers."""
        data, self._data, self._own = self._data, None, None
        self.scores, self.arrays = {}, {}
        if data is None or not data.held.any():
            return
        rows = np.flatnonzero(data.held)
        outputs = predicting.outputs_of(self.network, data.images, rows)
        self.scores = data.outcome.scores(data.encoded[rows], outputs)
        if not data.outcome.is_class:
            outcome = data.outcome
            true = data.encoded[rows] * outcome.spread + outcome.centre
            self.arrays = {"residuals": np.sort(np.abs(true - outcome.response(outputs)))}

    # What is asked of a fitted model --------------------------------------------------------------

    def predict(
        self, x: Any, type: str | None = None, level: float = 0.95, on_bad: str = "fail"
    ) -> np.ndarray:
        """Return predictions, a row for each image.

        Parameters
        ----------
        x : str, path, array, or list of paths or arrays
            Images as in `fit`; a folder may hold images alone.
        type : {"class", "prob", "response", "interval"}, optional
            The most probable class or the probabilities of all; numbers, or numbers between the
            limits of an interval, `(n, 3)`. By default the class, or numbers.
        level : float
            The share of numbers that intervals are to hold.
        on_bad : {"fail", "drop"}
            Whether images that cannot be used are an error, or have no prediction (`nan`, and
            `None` for a class) and a warning.
        """
        return predicting.predict(self, x, type, level, on_bad)

    def evaluate(self, x: Any, y: Any = None, on_bad: str = "fail") -> dict[str, float]:
        """Return how good predictions of new images are.

        Parameters
        ----------
        x, y, on_bad
            As in `fit`.

        Returns
        -------
        dict of str to float
            `accuracy` and `log_loss` of classes; `rmse` and `r_squared` of numbers.
        """
        return predicting.evaluate(self, x, y, on_bad)

    def shown(self, x: Any, on_bad: str = "fail") -> dict[str, Any]:
        """Return images as the network is given them.

        Parameters
        ----------
        x, on_bad
            As in `explain`.

        Returns
        -------
        dict
            `images`, `(n, height, width, channels)` from 0 to 255, and `rows`, the number of each.
        """
        return predicting.shown(self, x, on_bad)

    def described(self) -> dict[str, Any]:
        """Return what became of the images, as `lines` for printing, and how many `samples`."""
        return {"samples": self.learned.samples, "lines": description_of(self.learned)}

    def files(self, x: Any) -> dict[str, Any]:
        """Return the files that a folder holds, and their classes.

        Parameters
        ----------
        x : str or path
            The folder.

        Returns
        -------
        dict
            `paths`, and `labels`, which is `None` where the folder holds images alone.
        """
        return predicting.files_of(x)

    def explain(
        self, x: Any, classes: Sequence[str] | str | None = None, on_bad: str = "fail"
    ) -> dict[str, Any]:
        """Return which parts of images speak for a class, by Grad-CAM (Selvaraju et al. 2017).

        The last feature map, weighted by how the class's logit changes with each of its features,
        as far as it speaks for the class, and brought to the images' size. Engines give the
        gradients: NumPy alone cannot.

        Parameters
        ----------
        x : str, path, array, or list of paths or arrays
            Images as in `predict`.
        classes : str or sequence of str, optional
            The class of each image, or one for all; by default the one that is predicted.
        on_bad : {"fail", "drop"}
            Whether images that cannot be used are an error, or left out.

        Returns
        -------
        dict
            `maps`, `(n, height, width)` from 0 to 1; `images`, `(n, height, width, channels)` from
            0 to 255; `classes`, `predictions` and `rows`, the number of each image.
        """
        return grad_cam.explain(self, x, classes, on_bad)

    def output_activation(self) -> Layer | None:
        """Return what makes predictions of the network's outputs: softmax, or the scale of `y`."""
        outcome = self.learned.outcome
        if outcome.is_class:
            return layers.Activation("softmax")
        return layers.Rescaling(outcome.spread, outcome.centre)

    def check_loaded(self) -> None:
        """Refuse a network that does not take such images, or does not give such an outcome."""
        network, learned = self.networks[0], self.learned
        if network.input_shape != (None, *learned.image_size, learned.channels):
            raise Damage("it takes other images than were learned of", place="networks[0]")
        if network.output_shape != (None, learned.outcome.units):
            raise Damage("it gives another outcome than was learned", place="networks[0]")


def _suitable(data: TrainingSet) -> ImageAugmentation:
    """Return how images are changed if nobody says it: so that digits stay what they are."""
    colour = data.images.shape[3] == 3
    flip = "horizontal" if data.photographs else "none"
    return ImageAugmentation(flip) if colour else ImageAugmentation(flip, colour=0.0)


def _check_preprocess(preprocess: str, channels: int) -> None:
    if preprocess in ("caffe", "torch") and channels != 3:
        raise ArgumentError(
            f"'preprocess' is {show(preprocess)}, which is for three channels, and the images have "
            f"{channels}.",
            argument="preprocess",
            received=preprocess,
        )
