"""Augmentation that mixes images, or chooses among other augmentation."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers import augmentation_color as color
from rdeep.catalogue.layers import augmentation_geometry as geometry
from rdeep.catalogue.layers.augmentation import (
    INTERPOLATION,
    SEED,
    VALUE_RANGE,
    Augmentation,
    Transformation,
    box_masks,
    each_image,
)
from rdeep.catalogue.layers.formula import Run
from rdeep.catalogue.layers.image_preprocessing import AutoContrast, Equalization
from rdeep.catalogue.layers.sampling import beta, between, dirichlet, permutation
from rdeep.catalogue.layers.spatial import DATA_FORMAT
from rdeep.catalogue.options import Count, Factor, Flag, Number, option

__all__ = ["AugMix", "CutMix", "MixUp", "RandAugment"]

_DRAWS = 3
"""How many numbers for each image any of the layers to choose from draws at most."""


class _Mixing(Augmentation, abstract=True):
    """Each image is mixed with another one of its batch, and so are their labels."""

    def transform_labels(self, labels: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the labels, mixed as the images are."""
        labels = ops.cast(labels, "float32")
        other = ops.take(labels, drawn["permutation_order"], axis=0)
        weight = ops.reshape(drawn["mix_weight"], (-1, *[1] * (len(labels.shape) - 1)))
        return weight * labels + (1.0 - weight) * other


class MixUp(_Mixing):
    """Mixes each image with another one of its batch while training (Zhang et al., 2018).

    An image becomes `w * image + (1 - w) * other`, where `w` has a beta distribution.

    In a model only images are mixed: a network's layers do not see the labels. To mix both, call
    the layer on arrays, a dict of `images` and `labels`, the latter coded as one of several.
    """

    alpha: float = option(
        Number(0, open_low=True), 0.2, "Both parameters of the beta distribution."
    )
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images are mixed, and how much of each stays."""
        return {
            "permutation_order": permutation(run, shape[0]),
            "mix_weight": beta(run, shape[0], self.alpha),
        }

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the mixed images."""
        weight = each_image(drawn["mix_weight"], ops)
        other = ops.take(images, drawn["permutation_order"], axis=0)
        return weight * images + (1.0 - weight) * other


class CutMix(_Mixing):
    """Puts a box of another image of the batch into each image while training (Yun et al., 2019).

    The share of an image that stays has a beta distribution, whose parameters are one number for
    all images of a batch.

    In a model only images are mixed: a network's layers do not see the labels. To mix both, call
    the layer on arrays, a dict of `images` and `labels`, the latter coded as one of several.
    """

    compiles = False
    sized = True
    factor: tuple[float, float] = option(
        Factor(0, 1),
        1.0,
        "Two numbers that the parameters are drawn between, or one number `f` for `(0, f)`.",
    )
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images are mixed, and the box of each."""
        ops = run.ops
        alpha = between(run, (1,), self.factor)[0] + 1e-6
        ratio = ops.sqrt(1.0 - beta(run, shape[0], alpha))
        masks, stays = box_masks(run, shape, (ratio, ratio))
        order = permutation(run, shape[0])
        return {"permutation_order": order, "batch_masks": masks, "mix_weight": stays}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images with a box of others."""
        other = ops.take(images, drawn["permutation_order"], axis=0)
        return ops.where(drawn["batch_masks"], other, images)


class Dealt:
    """A run that deals out numbers which were drawn before.

    What a layer that is chosen at random draws must be drawn whether it is chosen or not: else
    engines that compute all choices, and those that compute one, would draw different numbers.

    Parameters
    ----------
    numbers : tensor
        Numbers from 0 to below 1, of shape `(draws, batch)`.
    ops : module
        The array functions.
    """

    training = True

    def __init__(self, numbers: Any, ops: Any) -> None:
        self.ops, self._numbers, self._dealt = ops, numbers, 0

    def uniform(self, shape: Any) -> Any:
        """Return the next number of each image."""
        self._dealt += 1
        return self.ops.reshape(self._numbers[self._dealt - 1], tuple(shape))


class _Choosing(Augmentation, abstract=True):
    """Images go through layers that are chosen at random."""

    compiles = False
    colours = (1, 3)
    factor: tuple[float, float]
    interpolation: str
    value_range: tuple[float, float]

    def validate(self) -> None:
        """Make the layers to choose from."""
        self.__dict__["choices"] = self._choices()

    @property
    def choices(self) -> dict[str, Any]:
        """The layers to choose from, by name."""
        return self.__dict__["choices"]

    def _choices(self) -> dict[str, Any]:
        raise NotImplementedError

    def _moving(self) -> dict[str, Any]:
        factor, reading = self.factor, {"interpolation": self.interpolation}
        # As large as a number, or drawn between two that both are not negative.
        return {
            "random_shear": geometry.RandomShear(factor, factor, **reading),
            "random_translation": geometry.RandomTranslation(factor, factor, **reading),
            "random_rotation": geometry.RandomRotation(factor, **reading),
        }

    def _colouring(self) -> dict[str, Any]:
        factor, values = self.factor, {"value_range": self.value_range}
        return {
            "random_brightness": color.RandomBrightness(factor, **values),
            "random_color_degeneration": color.RandomColorDegeneration(factor, **values),
            "random_contrast": color.RandomContrast(factor, **values),
            "random_sharpness": color.RandomSharpness(factor, **values),
        }

    def _levelling(self) -> dict[str, Any]:
        factor, values = self.factor, {"value_range": self.value_range}
        bits = max(1, int(8 * factor[1]))
        return {
            "random_posterization": color.RandomPosterization(bits, **values),
            "solarization": color.Solarization(factor, factor, **values),
            "auto_contrast": AutoContrast(**values),
            "equalization": Equalization(**values),
        }


def _drawn_by(layer: Any, numbers: Any, shape: Any, ops: Any) -> Transformation:
    """Return what a layer draws, if it draws anything, made of numbers that are given."""
    return layer.transformation(Dealt(numbers, ops), shape) if layer.random else {}


class RandAugment(_Choosing):
    """Sends images through some layers that are chosen at random (Cubuk et al., 2020).

    For each batch while training, `num_ops` times one of eleven layers is chosen: shear,
    translation, rotation, brightness, colour degeneration, contrast, sharpness, posterization,
    solarization, contrast stretched, values equalized. What the layer does is drawn for each
    image.
    """

    value_range: tuple[float, float] = VALUE_RANGE
    num_ops: int = option(Count(), 2, "How many layers images go through.")
    factor: tuple[float, float] = option(
        Factor(0, 1), 0.5, "The `factor` of all layers: how strong the changes are."
    )
    interpolation: str = INTERPOLATION
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def _choices(self) -> dict[str, Any]:
        return {**self._moving(), **self._colouring(), **self._levelling()}

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which layers are chosen, and what each of them does."""
        ops, count = run.ops, len(self.choices)
        chosen = ops.minimum(run.uniform((self.num_ops,)) * count, count - 1)
        numbers = run.uniform((count, _DRAWS, shape[0]))
        transforms = {
            name: _drawn_by(layer, numbers[place], shape, ops)
            for place, (name, layer) in enumerate(self.choices.items())
        }
        return {"layer_idxes": ops.cast(chosen, "int32"), "transforms": transforms}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images after the layers."""
        branches = [
            lambda x, layer=layer, name=name: layer.transform(x, drawn["transforms"][name], ops)
            for name, layer in self.choices.items()
        ]
        for number in range(self.num_ops):
            images = ops.switch(drawn["layer_idxes"][number], branches, images)
        return images


class AugMix(_Choosing):
    """Mixes images with what chains of layers make of them (Hendrycks et al., 2020).

    Each of `num_chains` chains has up to `chain_depth` layers, chosen at random for each batch
    while training: shear, translation, rotation, posterization, solarization, contrast stretched,
    values equalized, and with `all_ops` also brightness, colour degeneration, contrast and
    sharpness. The chains' images are mixed by weights of a Dirichlet distribution, and the result
    with the images by one of a beta distribution.
    """

    value_range: tuple[float, float] = VALUE_RANGE
    num_chains: int = option(Count(), 3, "How many chains there are.")
    chain_depth: int = option(Count(), 3, "How many layers a chain has at most.")
    factor: tuple[float, float] = option(
        Factor(0, 1), 0.3, "The `factor` of all layers: how strong the changes are."
    )
    alpha: float = option(
        Number(0, open_low=True), 1.0, "The parameter of both distributions of weights."
    )
    all_ops: bool = option(
        Flag(), True, "Whether brightness, colour, contrast and sharpness are among the layers."
    )
    interpolation: str = INTERPOLATION
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def _choices(self) -> dict[str, Any]:
        more = self._colouring() if self.all_ops else {}
        return {**self._moving(), **self._levelling(), **more}

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw the weights, which layers are chosen, and the numbers that they draw."""
        ops, sizes = run.ops, (self.num_chains, self.chain_depth)
        count = len(self.choices)
        # One more stands for no layer.
        chosen = ops.minimum(run.uniform(sizes) * (count + 1), count)
        return {
            "chain_mixing_weights": dirichlet(run, self.num_chains, self.alpha),
            "weight_sample": beta(run, 1, self.alpha)[0],
            "layer_idxes": ops.cast(chosen, "int32"),
            "numbers": run.uniform((*sizes, _DRAWS, shape[0])),
        }

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the mixtures."""
        shape = ops.shape(images)
        branches: list[Any] = [
            lambda x, n, layer=layer: layer.transform(x, _drawn_by(layer, n, shape, ops), ops)
            for layer in self.choices.values()
        ]
        branches.append(lambda x, numbers: x)
        mixed: Any = 0.0
        for chain in range(self.num_chains):
            x = images
            for depth in range(self.chain_depth):
                chosen, numbers = drawn["layer_idxes"][chain, depth], drawn["numbers"][chain, depth]
                x = ops.switch(chosen, branches, x, numbers)
            mixed = mixed + x * drawn["chain_mixing_weights"][chain]
        weight = drawn["weight_sample"]
        return ops.clip(weight * images + (1.0 - weight) * mixed, *self.value_range)
