"""Augmentation that changes what colours pixels have, and not where they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.catalogue.layers.augmentation import (
    SEED,
    VALUE_RANGE,
    Augmentation,
    Transformation,
    beside,
    each_image,
    rescaled,
)
from rdeep.catalogue.layers.formula import Run
from rdeep.catalogue.layers.sampling import between, happens, sign
from rdeep.catalogue.layers.spatial import DATA_FORMAT
from rdeep.catalogue.options import Factor, Number, OddSizes, option

__all__ = [
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPosterization",
    "RandomSaturation",
    "RandomSharpness",
    "Solarization",
]

_BYTES = (0.0, 255.0)
_SATURATION = (
    "A number of at most 1, or two that it is drawn between; one number `f` stands for "
    "`(-f, f)`. At 0.5 the saturation stays, at 1 colours are pure, below 0 there are none."
)


class RandomBrightness(Augmentation):
    """Makes images brighter or darker while training, each by an amount of its own.

    The same number is added to all pixels of an image, and the result is kept within the range.
    """

    factor: tuple[float, float] = option(
        Factor(-1, 1),
        doc="What is added, as a share of the range: two numbers that it is drawn between, or one "
        "number `f` for `(-f, f)`.",
    )
    value_range: tuple[float, float] = VALUE_RANGE
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw what is added to each image."""
        low, high = self.value_range
        return {"rgb_delta": between(run, (shape[0], 1, 1, 1), self.factor) * (high - low)}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images with it."""
        return ops.clip(images + drawn["rgb_delta"], *self.value_range)


class RandomContrast(Augmentation):
    """Changes the contrast of images while training, each by a factor of its own.

    Each channel becomes `(x - mean) * factor + mean`, kept within the range; the factor is drawn
    between `1 - lower` and `1 + upper`.
    """

    factor: tuple[float, float] = option(
        Factor(0, 1),
        doc="The numbers `lower` and `upper`, from the smaller to the larger. As in Keras, one "
        "number `f` stands for `(0, f)`: contrast then only grows.",
    )
    value_range: tuple[float, float] = VALUE_RANGE
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw each image's factor."""
        lower, upper = self.factor
        factor = between(run, (shape[0], 1, 1, 1), (1.0 - lower, 1.0 + upper))
        return {"contrast_factor": factor}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images with another contrast."""
        mean = ops.mean(images, axis=(1, 2), keepdims=True)
        return ops.clip((images - mean) * drawn["contrast_factor"] + mean, *self.value_range)


class RandomColorDegeneration(Augmentation):
    """Moves images towards grey while training, each by an amount of its own."""

    colours = (1, 3)
    factor: tuple[float, float] = option(
        Factor(-1, 1),
        doc="How far: 0 leaves an image, 1 makes it grey, less than 0 makes it more colourful. "
        "Two numbers that it is drawn between, or one number `f` for `(-f, f)`.",
    )
    value_range: tuple[float, float] = VALUE_RANGE
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw how far each image moves."""
        return {"factor": between(run, (shape[0], 1, 1, 1), self.factor)}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return images that are greyer."""
        grey = ops.image_rgb_to_grayscale(images)
        return ops.clip(images + drawn["factor"] * (grey - images), *self.value_range)


class RandomGrayscale(Augmentation):
    """Makes some images grey while training; they keep three channels."""

    colours = (1, 3)
    factor: float = option(Number(0, 1), 0.5, "The share of images that become grey.")
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images become grey."""
        return {"should_apply": run.uniform((shape[0], 1, 1, 1)) < self.factor}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images, some of them grey."""
        return ops.where(drawn["should_apply"], ops.image_rgb_to_grayscale(images), images)


class RandomSaturation(Augmentation):
    """Changes the saturation of images while training, each by a factor of its own.

    A number `f` is drawn for each image, and the saturation is multiplied by `f / (1 - f)`.
    """

    colours = (3,)
    factor: tuple[float, float] = option(Factor(-1, 1), doc=_SATURATION)
    value_range: tuple[float, float] = VALUE_RANGE
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw each image's factor."""
        factor = between(run, (shape[0],), self.factor)
        return {"factor": factor / (1.0 - factor + 1e-7)}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images with another saturation."""
        hue, saturation, value = ops.unstack(ops.image_rgb_to_hsv(images), axis=-1)
        factor = ops.reshape(drawn["factor"], (-1, 1, 1))
        saturation = ops.clip(saturation * factor, *self.value_range)
        return ops.image_hsv_to_rgb(ops.stack([hue, saturation, value], axis=-1))


class RandomHue(Augmentation):
    """Turns the hues of images while training, each image by an angle of its own.

    At a factor of 1 a hue is turned by half a circle, in either direction.
    """

    colours = (3,)
    factor: tuple[float, float] = option(
        Factor(0, 1),
        doc="How far, as a share of half a circle: two numbers that it is drawn between, or one "
        "number `f` for `(0, f)`.",
    )
    value_range: tuple[float, float] = VALUE_RANGE
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw each image's angle."""
        turns = sign(run, (shape[0],))
        return {"factor": turns * between(run, (shape[0],), self.factor) * 0.5}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images with other hues."""
        images = rescaled(images, self.value_range, (0.0, 1.0))
        hue, saturation, value = ops.unstack(ops.image_rgb_to_hsv(images), axis=-1)
        hue = hue + ops.reshape(drawn["factor"], (-1, 1, 1))
        hue = ops.where(hue > 1.0, hue - 1.0, hue)
        hue = ops.where(hue < 0.0, hue + 1.0, hue)
        images = ops.image_hsv_to_rgb(ops.stack([hue, saturation, value], axis=-1))
        return rescaled(ops.clip(images, 0.0, 1.0), (0.0, 1.0), self.value_range)


class RandomColorJitter(Augmentation):
    """Changes brightness, contrast, saturation and hue while training, in this order.

    Each image is changed by amounts of its own; what has no factor stays.
    """

    value_range: tuple[float, float] = VALUE_RANGE
    brightness_factor: tuple[float, float] | None = option(
        Factor(-1, 1), None, "As `factor` of `RandomBrightness`."
    )
    contrast_factor: tuple[float, float] | None = option(
        Factor(0, 1), None, "As `factor` of `RandomContrast`."
    )
    saturation_factor: tuple[float, float] | None = option(
        Factor(-1, 1), None, "As `factor` of `RandomSaturation`."
    )
    hue_factor: tuple[float, float] | None = option(
        Factor(0, 1), None, "As `factor` of `RandomHue`."
    )
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def validate(self) -> None:
        """Make the layers that the changes are those of."""
        made = {
            "brightness": (RandomBrightness, self.brightness_factor),
            "contrast": (RandomContrast, self.contrast_factor),
            "saturation": (RandomSaturation, self.saturation_factor),
            "hue": (RandomHue, self.hue_factor),
        }
        self.__dict__["changes"] = {
            name: kind(factor, self.value_range)
            for name, (kind, factor) in made.items()
            if factor is not None
        }
        coloured = self.saturation_factor is not None or self.hue_factor is not None
        self.__dict__["colours"] = (3,) if coloured else ()

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw what each change does."""
        changes = self.__dict__["changes"]
        return {name: layer.transformation(run, shape) for name, layer in changes.items()}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images after all changes."""
        for name, layer in self.__dict__["changes"].items():
            images = layer.transform(images, drawn[name], ops)
        return images


class RandomInvert(Augmentation):
    """Makes negatives of some images while training: the largest value minus each pixel."""

    factor: tuple[float, float] = option(
        Factor(0, 1),
        1.0,
        "How probable it is: two numbers that each image's probability is drawn between, or one "
        "number `f` for `(0, f)`.",
    )
    value_range: tuple[float, float] = VALUE_RANGE
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images are inverted."""
        return {"apply_inversion": happens(run, shape[0], self.factor)}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images, some of them inverted."""
        inverted = self.value_range[1] - images
        return ops.where(each_image(drawn["apply_inversion"], ops), inverted, images)


class RandomPosterization(Augmentation):
    """Keeps only some bits of each colour while training, a number for each image."""

    factor: tuple[float, float] = option(
        Factor(1, 8, whole=True),
        doc="How many of 8 bits are kept: the smallest number, and the one that it stays below; "
        "of two equal numbers, this one. One number `f` stands for `(1, f)`.",
    )
    value_range: tuple[float, float] = VALUE_RANGE
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw how many bits each image loses."""
        low, high = map(int, self.factor)
        kept = run.ops.floor(between(run, (shape[0],), (low, high)))
        # The largest number times a difference may be rounded up.
        return {"shift_factor": 8.0 - run.ops.minimum(kept, max(high - 1, low))}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return images of fewer colours."""
        # Bits that are shifted out and zeros that are shifted in, in arithmetic of floats.
        step = each_image(2.0 ** drawn["shift_factor"], ops)
        images = ops.floor(ops.clip(rescaled(images, self.value_range, _BYTES), *_BYTES))
        return rescaled(ops.floor(images / step) * step, _BYTES, self.value_range)


class RandomSharpness(Augmentation):
    """Makes images sharper or softer while training, each by a factor of its own.

    A number `f` is drawn for each image, which becomes `x + (1 - 2 f) * (smooth - x)`, where
    `smooth` is the image smoothed by a kernel of 3 by 3, kept within the range.
    """

    compiles = False
    factor: tuple[float, float] = option(
        Factor(0, 1),
        doc="Two numbers that `f` is drawn between, or one number for `(0, f)`: below 0.5 images "
        "become softer, above it sharper.",
    )
    value_range: tuple[float, float] = VALUE_RANGE
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw each image's number."""
        return {"factor": between(run, (shape[0],), self.factor)}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return images that are sharper or softer."""
        kernel = np.ones((3, 3, int(images.shape[-1]), 1))
        kernel[1, 1] = 5.0
        smooth = ops.depthwise_conv(images, beside(kernel / 13.0, images, ops), padding="same")
        share = 1.0 - each_image(drawn["factor"], ops) * 2.0
        return ops.clip(images + share * (smooth - images), *self.value_range)


class RandomGaussianBlur(Augmentation):
    """Blurs some images while training.

    How strongly is one number for each direction, for all images of a batch.
    """

    compiles = False
    factor: tuple[float, float] = option(
        Factor(0, 1),
        1.0,
        "How probable it is: two numbers that each image's probability is drawn between, or one "
        "number `f` for `(0, f)`.",
    )
    kernel_size: tuple[int, int] = option(
        OddSizes(), 3, "The kernel's size along the width and along the height."
    )
    sigma: tuple[float, float] = option(
        Factor(0, 1),
        1.0,
        "The kernel's standard deviation, in pixels: two numbers that it is drawn between, or one "
        "number `f` for `(0, f)`.",
    )
    value_range: tuple[float, float] = VALUE_RANGE
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images are blurred, and how strongly."""
        return {
            "should_apply_blur": happens(run, shape[0], self.factor),
            "blur_factor": between(run, (2,), self.sigma) + 1e-6,
        }

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images, some of them blurred."""
        channels, blurred = int(images.shape[-1]), images
        shapes = ((1, -1, 1, 1), (-1, 1, 1, 1))
        for place, (size, shape) in enumerate(zip(self.kernel_size, shapes)):
            x = beside(np.arange(size) - (size - 1) / 2, images, ops)
            weights = ops.exp(-0.5 * (x / drawn["blur_factor"][place]) ** 2)
            kernel = ops.reshape(weights / ops.sum(weights), shape)
            kernel = ops.repeat(kernel, channels, axis=2)
            blurred = ops.depthwise_conv(blurred, kernel, padding="same")
        blurred = ops.where(each_image(drawn["should_apply_blur"], ops), blurred, images)
        return ops.clip(blurred, *self.value_range)


class Solarization(Augmentation):
    """Adds to images and makes negatives of what is bright in them, while training.

    On a scale up to 255: each image has a number of its own added, and pixels that are not below
    a threshold of its own become 255 minus themselves.
    """

    addition_factor: tuple[float, float] = option(
        Factor(0, 1),
        0.0,
        "What is added is drawn between the first number and 255 times the second; one number `f` "
        "stands for `(0, f)`.",
    )
    threshold_factor: tuple[float, float] = option(Factor(0, 1), 0.0, "Likewise for the threshold.")
    value_range: tuple[float, float] = VALUE_RANGE
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw what is added to each image, and its threshold."""
        size = (shape[0], 1, 1, 1)
        factors = {"additions": self.addition_factor, "thresholds": self.threshold_factor}
        return {
            name: between(run, size, (low, high * 255.0)) for name, (low, high) in factors.items()
        }

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images with it."""
        images = rescaled(images, self.value_range, _BYTES)
        images = ops.clip(images + drawn["additions"], *_BYTES)
        images = ops.where(images < drawn["thresholds"], images, 255.0 - images)
        return rescaled(images, _BYTES, self.value_range)
