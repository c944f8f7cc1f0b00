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
from rdeep.catalogue.layers.image_preprocessing import AutoContrast, Equalization
from rdeep.catalogue.layers.run import Run
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
        # (batch, 1, ...)
        weight = ops.reshape(drawn["mix_weight"], (-1, *[1] * (len(labels.shape) - 1)))
        return weight * labels + (1.0 - weight) * other


class MixUp(_Mixing):
    """MixUp augmentation layer: blends each image with another of its batch while training.

    An image becomes `w * image + (1 - w) * other`, where `w` has a beta distribution.

    In a model only images are mixed: a network's layers do not see the labels. To mix both, call
    the layer on arrays by name, `images` and one-hot `labels`.

    References
    ----------
    Zhang, H., Cisse, M., Dauphin, Y. N. and Lopez-Paz, D. (2018). mixup: beyond empirical risk
    minimization. arXiv:1710.09412.

    Examples
    --------
    >>> MixUp(alpha=0.2).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
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
    """CutMix augmentation layer: replaces a box of each image by that of another while training.

    The share of an image that is kept has a beta distribution and is drawn once for each batch.

    In a model only images are mixed: a network's layers do not see the labels. To mix both, call
    the layer on arrays by name, `images` and one-hot `labels`.

    References
    ----------
    Yun, S. et al. (2019). CutMix: regularization strategy to train strong classifiers with
    localizable features. arXiv:1905.04899.

    Examples
    --------
    >>> CutMix().output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    compiles = False
    sized = True
    factor: tuple[float, float] = option(
        Factor(0, 1),
        1.0,
        "The bounds of the parameters of the beta distribution: two numbers, or one number "
        "`f` for `(0, f)`.",
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


class ReplayedRun:
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
        self.ops, self._numbers, self._position = ops, numbers, 0

    def uniform(self, shape: Any) -> Any:
        """Return the next number of each image."""
        self._position += 1
        return self.ops.reshape(self._numbers[self._position - 1], tuple(shape))


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
    return layer.transformation(ReplayedRun(numbers, ops), shape) if layer.random else {}


class RandAugment(_Choosing):
    """RandAugment layer: applies randomly chosen augmentations while training.

    For each batch, `num_ops` times one of eleven augmentations is chosen: shear, translation,
    rotation, brightness, color degeneration, contrast, sharpness, posterization, solarization,
    auto-contrast, equalization. Its strength is drawn for each image.

    References
    ----------
    Cubuk, E. D., Zoph, B., Shlens, J. and Le, Q. V. (2020). RandAugment: practical automated data
    augmentation with a reduced search space. arXiv:1909.13719.

    Examples
    --------
    >>> RandAugment().output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    value_range: tuple[float, float] = VALUE_RANGE
    num_ops: int = option(Count(), 2, "The number of augmentations applied to images.")
    factor: tuple[float, float] = option(
        Factor(0, 1), 0.5, "The `factor` of all augmentations: the strength of the changes."
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
    """AugMix layer: mixes images with chains of augmentations of them while training.

    Each of `num_chains` chains has up to `chain_depth` augmentations, chosen for each batch: shear,
    translation, rotation, posterization, solarization, auto-contrast, equalization, and with
    `all_ops` also brightness, color degeneration, contrast and sharpness. The images of the chains
    are averaged with weights of a Dirichlet distribution, and the result is blended with the images
    by a weight of a beta distribution.

    References
    ----------
    Hendrycks, D. et al. (2020). AugMix: a simple data processing method to improve robustness and
    uncertainty. arXiv:1912.02781.

    Examples
    --------
    >>> AugMix().output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    value_range: tuple[float, float] = VALUE_RANGE
    num_chains: int = option(Count(), 3, "The number of chains.")
    chain_depth: int = option(Count(), 3, "The largest number of augmentations in a chain.")
    factor: tuple[float, float] = option(
        Factor(0, 1), 0.3, "The `factor` of all augmentations: the strength of the changes."
    )
    alpha: float = option(
        Number(0, open_low=True), 1.0, "The parameter of the Dirichlet and beta distributions."
    )
    all_ops: bool = option(
        Flag(), True, "Whether to use brightness, color degeneration, contrast and sharpness too."
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
