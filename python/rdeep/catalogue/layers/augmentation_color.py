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
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
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
    "A number of at most 1, or two bounds; one number `f` stands for `(-f, f)`. At 0.5 "
    "the saturation is unchanged, at 1 colors are pure, below 0 images are gray."
)


class RandomBrightness(Augmentation):
    """Random brightness augmentation layer: makes images brighter or darker while training.

    A number is drawn for each image and added to all its pixels; the result is clipped to
    `value_range`.

    Examples
    --------
    >>> images = np.full((1, 2, 2, 3), 128.0)
    >>> RandomBrightness(0.2)(images, training=False)[0, 0, 0]
    array([128., 128., 128.], dtype=float32)
    """

    factor: tuple[float, float] = option(
        Factor(-1, 1),
        doc="The number that is added, as a fraction of the range: two bounds, or one number `f` "
        "for `(-f, f)`.",
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
    """Random contrast augmentation layer: changes the contrast of images while training.

    Each channel of an image becomes `(x - mean) * factor + mean`, clipped to `value_range`; the
    factor is drawn for each image between `1 - lower` and `1 + upper`.

    Examples
    --------
    >>> RandomContrast(0.2).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    factor: tuple[float, float] = option(
        Factor(0, 1),
        doc="The numbers `lower` and `upper`, in ascending order. As in Keras, one number `f` "
        "stands for `(0, f)`: contrast then only increases.",
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
    """Random color degeneration augmentation layer: blends images with grayscale while training.

    The share of the grayscale is drawn for each image.

    Examples
    --------
    >>> RandomColorDegeneration(0.5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    colours = (1, 3)
    factor: tuple[float, float] = option(
        Factor(-1, 1),
        doc="The strength: 0 leaves an image unchanged, 1 makes it gray, less than 0 increases "
        "its color. Two bounds, or one number `f` for `(-f, f)`.",
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
    """Random grayscale augmentation layer: converts some images to grayscale while training.

    The images keep three channels.

    Examples
    --------
    >>> RandomGrayscale(0.5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    colours = (1, 3)
    factor: float = option(Number(0, 1), 0.5, "The fraction of images that become gray.")
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images become grey."""
        return {"should_apply": run.uniform((shape[0], 1, 1, 1)) < self.factor}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images, some of them grey."""
        return ops.where(drawn["should_apply"], ops.image_rgb_to_grayscale(images), images)


class RandomSaturation(Augmentation):
    """Random saturation augmentation layer: changes the color saturation of images while training.

    A number `f` is drawn for each image, and the saturation is multiplied by `f / (1 - f)`.

    Examples
    --------
    >>> RandomSaturation(0.3).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
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
        # each (batch, height, width)
        hue, saturation, value = ops.unstack(ops.image_rgb_to_hsv(images), axis=-1)
        factor = ops.reshape(drawn["factor"], (-1, 1, 1))
        saturation = ops.clip(saturation * factor, *self.value_range)
        return ops.image_hsv_to_rgb(ops.stack([hue, saturation, value], axis=-1))


class RandomHue(Augmentation):
    """Random hue augmentation layer: shifts the hue of images while training.

    The shift is drawn for each image; a factor of 1 shifts a hue by up to half of the color circle,
    in either direction.

    Examples
    --------
    >>> RandomHue(0.2).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    colours = (3,)
    factor: tuple[float, float] = option(
        Factor(0, 1),
        doc="The shift, as a fraction of half a circle: two bounds, or one number `f` for `(0, "
        "f)`.",
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
        # each (batch, height, width)
        hue, saturation, value = ops.unstack(ops.image_rgb_to_hsv(images), axis=-1)
        hue = hue + ops.reshape(drawn["factor"], (-1, 1, 1))
        hue = ops.where(hue > 1.0, hue - 1.0, hue)
        hue = ops.where(hue < 0.0, hue + 1.0, hue)
        images = ops.image_hsv_to_rgb(ops.stack([hue, saturation, value], axis=-1))
        return rescaled(ops.clip(images, 0.0, 1.0), (0.0, 1.0), self.value_range)


class RandomColorJitter(Augmentation):
    """Random color jitter augmentation layer: changes brightness, contrast, saturation and hue.

    The changes are made while training, in this order, by numbers drawn for each image. What has no
    factor is unchanged.

    Examples
    --------
    >>> RandomColorJitter(brightness_factor=0.2, hue_factor=0.1).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
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
    """Random invert augmentation layer: inverts the colors of some images while training.

    An inverted pixel is the largest value of the range minus the pixel.

    Examples
    --------
    >>> RandomInvert(0.5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    factor: tuple[float, float] = option(
        Factor(0, 1),
        1.0,
        "The probability: two bounds that the probability of each image is drawn from, or one "
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
    """Random posterization augmentation layer: reduces the bits of colors while training.

    The number of bits is drawn for each image.

    Examples
    --------
    >>> RandomPosterization((3, 6)).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    factor: tuple[float, float] = option(
        Factor(1, 8, whole=True),
        doc="The number of bits, of 8, that are kept: the smallest number, and the one that it "
        "stays below; of two equal numbers, this one. One number `f` stands for `(1, f)`.",
    )
    value_range: tuple[float, float] = VALUE_RANGE
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"factor": 4}, (6, 6, 3))]

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
    """Random sharpness augmentation layer: sharpens or smooths images while training.

    A number `f` is drawn for each image, which becomes `x + (1 - 2 * f) * (smooth - x)`, where
    `smooth` is the image smoothed by a kernel of 3 by 3, clipped to `value_range`.

    Examples
    --------
    >>> RandomSharpness(0.5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    compiles = False
    factor: tuple[float, float] = option(
        Factor(0, 1),
        doc="Two bounds of `f`, or one number for `(0, f)`: below 0.5 images become smoother, "
        "above it sharper.",
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
    """Random Gaussian blur augmentation layer: blurs some images while training.

    The standard deviations of the blur are drawn once for each batch, one for each direction.

    Examples
    --------
    >>> RandomGaussianBlur(factor=0.5, kernel_size=5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    compiles = False
    factor: tuple[float, float] = option(
        Factor(0, 1),
        1.0,
        "The probability: two bounds that the probability of each image is drawn from, or one "
        "number `f` for `(0, f)`.",
    )
    kernel_size: tuple[int, int] = option(
        OddSizes(), 3, "The size of the kernel along the width and along the height."
    )
    sigma: tuple[float, float] = option(
        Factor(0, 1),
        1.0,
        "The standard deviation of the kernel, in pixels: two bounds, or one number `f` for "
        "`(0, f)`.",
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
            kernel = ops.repeat(kernel, channels, axis=2)  # (height, width, channels, 1)
            blurred = ops.depthwise_conv(blurred, kernel, padding="same")
        blurred = ops.where(each_image(drawn["should_apply_blur"], ops), blurred, images)
        return ops.clip(blurred, *self.value_range)


class Solarization(Augmentation):
    """Solarization augmentation layer: inverts bright pixels while training.

    On a scale up to 255, a number drawn for each image is added to its pixels, and pixels that are
    not below a threshold, drawn for each image too, become 255 minus themselves.

    Examples
    --------
    >>> Solarization(threshold_factor=0.5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    addition_factor: tuple[float, float] = option(
        Factor(0, 1),
        0.0,
        "The bounds of the number that is added: the first, and 255 times the second; one "
        "number `f` stands for `(0, f)`.",
    )
    threshold_factor: tuple[float, float] = option(
        Factor(0, 1), 0.0, "The bounds of the threshold, likewise."
    )
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
