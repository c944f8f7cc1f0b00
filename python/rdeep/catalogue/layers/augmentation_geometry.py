"""Augmentation that moves pixels: crops, flips, rotations and their like, and erasing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rdeep.catalogue.layers.augmentation import (
    FILL_MODE,
    FILL_VALUE,
    INTERPOLATION,
    SEED,
    VALUE_RANGE,
    Augmentation,
    Transformation,
    beside,
    box_masks,
    each_image,
)
from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.image_preprocessing import largest_window
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.sampling import between, happens, sign
from rdeep.catalogue.layers.spatial import DATA_FORMAT
from rdeep.catalogue.options import Choice, Colour, Count, Factor, Number, option

__all__ = [
    "RandomCrop",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomPerspective",
    "RandomRotation",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
]

_CHANCE = (
    "The probability: two bounds that the probability of each image is drawn from, or one "
    "number `f` for `(0, f)`."
)


class RandomCrop(Augmentation):
    """Random crop augmentation layer: crops images at a random position while training.

    The position is drawn once for each batch. In prediction, and where images are smaller than the
    crop, the largest window of its aspect ratio is taken from the middle and resized.

    Output shape
    ------------
    `(batch, height, width, channels)`, with the height and width that are asked for.

    Examples
    --------
    >>> RandomCrop(16, 24).output_shape((None, 32, 32, 3))
    (None, 16, 24, 3)
    """

    compiles = False
    sized = True
    height: int = option(Count(), doc="The height of the crop, in pixels.")
    width: int = option(Count(), doc="The width of the crop, in pixels.")
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape with the part's height and width."""
        return self.joined(shapes[0][0], (self.height, self.width), self.channels(shapes[0]))

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw the place."""
        spare = (shape[1] - self.height, shape[2] - self.width)
        if min(spare) < 0:
            return {}
        starts = [run.ops.floor(run.uniform((1,))[0] * (rest + 1)) for rest in spare]
        return {"top": starts[0], "left": starts[1]}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the parts."""
        if not drawn:
            return largest_window(images, self.height, self.width, ops)
        for axis, start, size in ((1, "top", self.height), (2, "left", self.width)):
            place = drawn[start] + beside(np.arange(size), images, ops)
            images = ops.take(images, ops.cast(place, "int32"), axis=axis)
        return images

    def unchanged(self, images: Any, run: Run) -> Any:
        """Return the middle of the images."""
        return largest_window(images, self.height, self.width, run.ops)


class RandomFlip(Augmentation):
    """Random flip augmentation layer: mirrors half of the images while training.

    Examples
    --------
    >>> RandomFlip("horizontal").output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    mode: str = option(
        Choice("horizontal", "vertical", "horizontal_and_vertical"),
        "horizontal_and_vertical",
        "The direction of the flip: left and right, top and bottom, or both.",
    )
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images are flipped."""
        return {"flips": run.uniform((shape[0], 1, 1, 1)) <= 0.5}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images, some of them flipped."""
        axes = {"horizontal": (2,), "vertical": (1,)}.get(self.mode, (1, 2))
        return ops.where(drawn["flips"], ops.flip(images, axis=axes), images)


class _Affine(Augmentation, abstract=True):
    """Images whose pixels are read where a matrix of each image takes them."""

    compiles = False
    fill_mode: str
    interpolation: str
    fill_value: float

    def matrices(self, drawn: Transformation, shape: Any, ops: Any) -> list[Any]:
        """Return six entries of each image's matrix, row by row, for x and y."""
        raise NotImplementedError

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images as the matrices take them."""
        entries = self.matrices(drawn, ops.shape(images), ops)
        one = next(entry for entry in entries if not isinstance(entry, float))
        rows = [one * 0.0 + entry if isinstance(entry, float) else entry for entry in entries]
        matrices = ops.stack([*rows, one * 0.0, one * 0.0], axis=1)  # (batch, 8)
        return ops.image_affine_transform(
            images,
            matrices,
            interpolation=self.interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
        )


def _extent(size: Any, ops: Any) -> Any:
    """Return a size as a number to compute with; one that is open is a tensor."""
    return float(size) if isinstance(size, int) else ops.cast(size, "float32")


def _middle(shape: Any, ops: Any) -> tuple[Any, Any]:
    """Return x and y of the middle of images."""
    return (_extent(shape[2], ops) - 1.0) / 2.0, (_extent(shape[1], ops) - 1.0) / 2.0


class RandomRotation(_Affine):
    """Random rotation augmentation layer: rotates images about their center while training.

    The angle is drawn for each image.

    Examples
    --------
    >>> RandomRotation(0.1).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    factor: tuple[float, float] = option(
        Factor(-1, 1),
        doc="The angle as a fraction of a full circle, counter-clockwise: two bounds, or one "
        "number `f` for `(-f, f)`.",
    )
    fill_mode: str = FILL_MODE
    interpolation: str = INTERPOLATION
    seed: int | None = SEED
    fill_value: float = FILL_VALUE
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw each image's angle, in degrees."""
        low, high = self.factor
        return {"angle": between(run, (shape[0],), (low * 360.0, high * 360.0))}

    def matrices(self, drawn: Transformation, shape: Any, ops: Any) -> list[Any]:
        """Return the matrices of rotations about the middle."""
        angle = drawn["angle"] * (math.pi / 180.0)
        cos, sin = ops.cos(angle), ops.sin(angle)
        x, y = _middle(shape, ops)
        return [cos, -sin, x - x * cos + y * sin, sin, cos, y - x * sin - y * cos]


class RandomTranslation(_Affine):
    """Random translation augmentation layer: shifts images while training.

    The shifts are drawn for each image.

    Examples
    --------
    >>> RandomTranslation(0.1, 0.2).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    height_factor: tuple[float, float] = option(
        Factor(-1, 1),
        doc="The shift down, as a fraction of the height: two bounds, or one number `f` for `(-f, "
        "f)`.",
    )
    width_factor: tuple[float, float] = option(
        Factor(-1, 1), doc="The shift to the right, as a fraction of the width."
    )
    fill_mode: str = FILL_MODE
    interpolation: str = INTERPOLATION
    seed: int | None = SEED
    fill_value: float = FILL_VALUE
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw how far each image moves: to the right and down, in pixels."""
        moves = [
            between(run, (shape[0], 1), factor) * _extent(size, run.ops)
            for factor, size in ((self.height_factor, shape[1]), (self.width_factor, shape[2]))
        ]
        return {"translations": run.ops.concatenate(moves[::-1], axis=1)}  # (batch, 2)

    def matrices(self, drawn: Transformation, shape: Any, ops: Any) -> list[Any]:
        """Return the matrices of translations."""
        moves = drawn["translations"]
        return [1.0, 0.0, -moves[:, 0], 0.0, 1.0, -moves[:, 1]]


class RandomZoom(_Affine):
    """Random zoom augmentation layer: zooms into images or out of them while training.

    The zoom is drawn for each image.

    Examples
    --------
    >>> RandomZoom(0.2).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    height_factor: tuple[float, float] = option(
        Factor(-1, 1, open_low=True),
        doc="The zoom along the height, as a fraction of it: above 0 zooms out, below 0 zooms in. "
        "Two bounds, or one number `f` for `(-f, f)`.",
    )
    width_factor: tuple[float, float] | None = option(
        Factor(-1, 1, open_low=True),
        None,
        "The zoom along the width; by default the aspect ratio is kept.",
    )
    fill_mode: str = FILL_MODE
    interpolation: str = INTERPOLATION
    seed: int | None = SEED
    fill_value: float = FILL_VALUE
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw how much is seen of each image's height and width."""
        low, high = self.height_factor
        tall = wide = between(run, (shape[0], 1), (1.0 + low, 1.0 + high))
        if self.width_factor is not None:
            low, high = self.width_factor
            wide = between(run, (shape[0], 1), (1.0 + low, 1.0 + high))
        return {"height_zoom": tall, "width_zoom": wide}

    def matrices(self, drawn: Transformation, shape: Any, ops: Any) -> list[Any]:
        """Return the matrices of zooms about the middle."""
        tall, wide = drawn["height_zoom"][:, 0], drawn["width_zoom"][:, 0]
        x, y = _middle(shape, ops)
        return [wide, 0.0, x * (1.0 - wide), 0.0, tall, y * (1.0 - tall)]


class RandomShear(_Affine):
    """Random shear augmentation layer: shears images while training.

    The shear is drawn for each image, in either direction.

    Examples
    --------
    >>> RandomShear(0.2, 0.2).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    x_factor: tuple[float, float] = option(
        Factor(0, 1, mirrored=True),
        0.0,
        "The horizontal shear: how far a row is moved for each row above it. Two bounds, or "
        "one number `f` for `(-f, f)`.",
    )
    y_factor: tuple[float, float] = option(
        Factor(0, 1, mirrored=True), 0.0, "The vertical shear, likewise of columns."
    )
    interpolation: str = INTERPOLATION
    fill_mode: str = FILL_MODE
    fill_value: float = FILL_VALUE
    data_format: str | None = DATA_FORMAT
    seed: int | None = SEED

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw how each image is sheared along x and along y."""
        size = (shape[0], 1)
        direction = sign(run, size)
        vertical = between(run, size, self.y_factor)
        horizontal = between(run, size, self.x_factor)
        factors = run.ops.concatenate([horizontal, vertical], axis=1)  # (batch, 2)
        return {"shear_factor": factors * direction}

    def matrices(self, drawn: Transformation, shape: Any, ops: Any) -> list[Any]:
        """Return the matrices of shears."""
        factor = drawn["shear_factor"]
        return [1.0, factor[:, 0], 0.0, factor[:, 1], 1.0, 0.0]


class RandomPerspective(Augmentation):
    """Random perspective augmentation layer: distorts some images while training.

    Examples
    --------
    >>> RandomPerspective(0.5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    compiles = False
    sized = True
    factor: tuple[float, float] = option(Factor(0, 1), 1.0, _CHANCE)
    scale: float = option(
        Number(0, 1),
        1.0,
        "The largest displacement of the corners, as a fraction: twice that of their coordinates.",
    )
    interpolation: str = INTERPOLATION
    fill_value: float = option(Number(), 0.0, "The value outside of the borders.")
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images change, and where their corners move to."""
        height, width = int(shape[1]) - 1.0, int(shape[2]) - 1.0
        apply = happens(run, shape[0], self.factor)
        moves = between(run, (shape[0], 4, 2), (-0.5 * self.scale, 0.5 * self.scale))
        corners = [[0.0, 0.0], [width, 0.0], [0.0, height], [width, height]]
        start = moves * 0.0 + beside([corners], moves, run.ops)
        end = start + start * moves
        return {"apply_perspective": apply, "start_points": start, "end_points": end}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images, some of them in perspective."""
        changed = ops.image_perspective_transform(
            images,
            drawn["start_points"],
            drawn["end_points"],
            interpolation=self.interpolation,
            fill_value=self.fill_value,
        )
        return ops.where(each_image(drawn["apply_perspective"], ops), changed, images)


class RandomElasticTransform(Augmentation):
    """Random elastic deformation augmentation layer: deforms some images while training.

    Pixels are displaced by smooth random fields, one for each image; their strength is drawn once
    for each batch.

    References
    ----------
    Simard, P. Y., Steinkraus, D. and Platt, J. C. (2003). Best practices for convolutional neural
    networks applied to visual document analysis. ICDAR.

    Examples
    --------
    >>> RandomElasticTransform(0.5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    compiles = False
    sized = True
    factor: tuple[float, float] = option(Factor(0, 1), 1.0, _CHANCE)
    scale: tuple[float, float] = option(
        Factor(0, 1),
        1.0,
        "The strength: two bounds, or one number `f` for `(0, f)`.",
    )
    interpolation: str = INTERPOLATION
    fill_mode: str = option(
        Choice("constant", "nearest", "wrap", "mirror", "reflect"),
        "reflect",
        'How to fill points outside of the borders: `"reflect"` and `"mirror"` mirror the '
        'image, the one with and the other without the border itself, `"wrap"` repeats it, '
        '`"constant"` is `fill_value`, `"nearest"` repeats the border.',
    )
    fill_value: float = FILL_VALUE
    value_range: tuple[float, float] = VALUE_RANGE
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images change, how strongly, and where to."""
        return {
            "apply_transform": happens(run, shape[0], self.factor),
            "distortion_factor": between(run, (1,), self.scale)[0],
            "noise": run.normal((shape[0], shape[1], shape[2], 2)),
        }

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images, some of them bent."""
        height, width = (int(size) for size in images.shape[1:3])
        strength = drawn["distortion_factor"]
        sigma = ops.maximum(strength * (0.05 * min(height, width)), 1e-6)
        # The field's two directions are channels of one image.
        field = self._smoothed(drawn["noise"] * sigma, sigma, min(height, width), ops)
        field = strength * (0.1 * max(height, width)) * field
        rows = beside(np.arange(height)[:, None], images, ops) + field[..., 1]
        columns = beside(np.arange(width)[None, :], images, ops) + field[..., 0]
        order = int(self.interpolation == "bilinear")
        bent = ops.image_sample(images, rows, columns, order, self.fill_mode, self.fill_value)
        bent = ops.where(each_image(drawn["apply_transform"], ops), bent, images)
        return ops.clip(bent, *self.value_range)

    def _smoothed(self, field: Any, sigma: Any, extent: int, ops: Any) -> Any:
        # The kernel's size depends on what was drawn: one of the largest size has zeros outside.
        widest = 3 * math.floor(0.05 * extent * self.scale[1] + 1e-6)
        x = beside(np.arange(-widest, widest + 1), field, ops)
        weights = ops.exp(-0.5 * (x / sigma) ** 2)
        weights = ops.where(ops.abs(x) <= 3.0 * ops.floor(sigma), weights, 0.0)
        weights = weights / ops.sum(weights)
        for shape in ((1, -1, 1, 1), (-1, 1, 1, 1)):
            kernel = ops.repeat(ops.reshape(weights, shape), 2, axis=2)
            field = ops.depthwise_conv(field, kernel, padding="same")
        return field


class RandomErasing(Augmentation):
    """Random erasing augmentation layer: erases a box of some images while training.

    The box is filled with noise or with a color.

    References
    ----------
    Zhong, Z., Zheng, L., Kang, G., Li, S. and Yang, Y. (2020). Random erasing data augmentation.
    arXiv:1708.04896.

    Examples
    --------
    >>> RandomErasing(0.5).output_shape((None, 32, 32, 3))
    (None, 32, 32, 3)
    """

    compiles = False
    sized = True
    factor: tuple[float, float] = option(Factor(0, 1), 1.0, _CHANCE)
    scale: tuple[float, float] = option(
        Factor(0, 1),
        (0.02, 0.33),
        "The bounds of the squared fractions of the height and of the width that a box has.",
    )
    fill_value: tuple[float, ...] | None = option(
        Colour(), None, "The color of the box; by default it is filled with noise."
    )
    value_range: tuple[float, float] = VALUE_RANGE
    seed: int | None = SEED
    data_format: str | None = DATA_FORMAT

    def validate(self) -> None:
        """Note that a colour of three numbers is for images of three channels."""
        if self.fill_value is not None and len(self.fill_value) == 3:
            self.__dict__["colours"] = (3,)

    def transformation(self, run: Run, shape: Any) -> Transformation:
        """Draw which images are erased, where, and by what."""
        ops = run.ops
        ratios = ops.sqrt(between(run, (shape[0], 2), self.scale))
        masks, _ = box_masks(run, shape, (ratios[:, 0], ratios[:, 1]))
        apply = happens(run, shape[0], self.factor)
        if self.fill_value is None:
            fill = run.normal(shape) * self.value_range[1]
        else:
            fill = beside([[[self.fill_value]]], ratios, ops)
        fill = ops.clip(fill, *self.value_range)
        return {"apply_erasing": apply, "batch_masks": masks, "fill_value": fill}

    def transform(self, images: Any, drawn: Transformation, ops: Any) -> Any:
        """Return the images, some of them with a box."""
        covered = ops.logical_and(drawn["batch_masks"], each_image(drawn["apply_erasing"], ops))
        return ops.where(covered, drawn["fill_value"], images)
