"""Operations on images, one or a batch of them."""

from __future__ import annotations

from rdeep.catalogue.operations.base import DATA_FORMAT, Operation
from rdeep.catalogue.options import (
    Choice,
    Count,
    Counts,
    Flag,
    Number,
    Numbers,
    Operand,
    Seed,
    Sizes,
    option,
)

_IMAGES = option(Operand(), doc="An image (3 dimensions) or a batch (4), channels last.")
_COLOURS = option(
    Operand(), doc="An image (3 dimensions) or a batch (4) of three channels, from 0 to 1."
)
_INTERPOLATION = option(Choice("bilinear", "nearest"), "bilinear", "How to read between pixels.")
_FILL_VALUE = option(Number(), 0.0, 'The value beyond the border, if `fill_mode` is "constant".')
_MODES = (
    '"constant": `fill_value`; "nearest": the pixel at the border; "wrap": the other side; '
    '"reflect": mirrored at the border'
)
_FILL_MODE = option(
    Choice("constant", "nearest", "wrap", "reflect"), "constant", f"What lies beyond it. {_MODES}."
)
_ONE = "array(runif(48), c(4, 4, 3))"


def _converting(name: str, summary: str, details: str = "", any_values: bool = False) -> Operation:
    return Operation(
        name,
        summary,
        {"images": _IMAGES if any_values else _COLOURS, "data_format": DATA_FORMAT},
        details=details,
        example=f"op_{name}({_ONE})",
    )


image_rgb_to_grayscale = _converting(
    "image_rgb_to_grayscale",
    "Images in shades of gray.",
    "`0.2989 red + 0.587 green + 0.114 blue`; images of one channel stay as they are.",
    any_values=True,
)
image_rgb_to_hsv = _converting(
    "image_rgb_to_hsv", "The hue, saturation and value of colours.", "All are from 0 to 1."
)
image_hsv_to_rgb = _converting("image_hsv_to_rgb", "The colours of hues, saturations and values.")
image_resize = Operation(
    "image_resize",
    "Images of another size.",
    {
        "images": _IMAGES,
        "size": option(Sizes(2), doc="The height and the width."),
        "interpolation": option(
            Choice("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5", "area"),
            "bilinear",
            "How to read between pixels.",
        ),
        "antialias": option(
            Flag(), False, "Whether to smooth what gets smaller, so that nothing is passed over."
        ),
        "crop_to_aspect_ratio": option(
            Flag(), False, "Whether to cut images to the aspect of `size` first."
        ),
        "pad_to_aspect_ratio": option(
            Flag(), False, "Whether to fill images up to the aspect of `size` first."
        ),
        "fill_mode": option(Choice("constant"), "constant", "With what."),
        "fill_value": option(Number(), 0.0, "With what value."),
        "data_format": DATA_FORMAT,
    },
    details=(
        "Pixels are samples at their middles, and numbers those of `tf.image.resize`; whole "
        "numbers are rounded."
    ),
    example=f"op_image_resize({_ONE}, size = c(8, 8))",
)
image_affine_transform = Operation(
    "image_affine_transform",
    "Images moved, turned, scaled and sheared.",
    {
        "images": _IMAGES,
        "transform": option(
            Operand(),
            doc="Eight numbers, or eight for each image: the pixel at (x, y) is read at "
            "`((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)`, with `k = c0 x + c1 y + 1`, "
            "counting pixels from 0; they come as `a0, a1, a2, b0, b1, b2, c0, c1`.",
        ),
        "interpolation": _INTERPOLATION,
        "fill_mode": _FILL_MODE,
        "fill_value": _FILL_VALUE,
        "data_format": DATA_FORMAT,
    },
    example=f"op_image_affine_transform({_ONE}, c(1, 0, 1, 0, 1, 0, 0, 0))",
)
image_perspective_transform = Operation(
    "image_perspective_transform",
    "Images seen from another place: four points move, and all others with them.",
    {
        "images": _IMAGES,
        "start_points": option(
            Operand(), doc="Four points (x, y), or four for each image, counted from 0."
        ),
        "end_points": option(Operand(), doc="Where they go."),
        "interpolation": _INTERPOLATION,
        "fill_value": option(Number(), 0.0, "The value beyond the border."),
        "data_format": DATA_FORMAT,
    },
    example=(
        "corners <- rbind(c(0, 0), c(3, 0), c(0, 3), c(3, 3))\n"
        f"op_image_perspective_transform({_ONE}, corners, corners + c(0, 1, 0, 0))"
    ),
)
image_map_coordinates = Operation(
    "image_map_coordinates",
    "An array's values at coordinates, which may lie between its elements.",
    {
        "inputs": option(Operand(), doc="An array of any number of dimensions."),
        "coordinates": option(
            Operand(), doc="A coordinate for each dimension, along the first axis, from 0."
        ),
        "order": option(Count(0), doc="0 for the nearest element, 1 for a linear interpolation."),
        "fill_mode": option(
            Choice("constant", "nearest", "wrap", "mirror", "reflect"),
            "constant",
            f'What lies beyond the border. {_MODES}, "mirror": mirrored at the middle of the '
            "last element.",
        ),
        "fill_value": _FILL_VALUE,
    },
    details="Borders are as in `scipy.ndimage.map_coordinates`.",
    example="op_image_map_coordinates(diag(3), rbind(c(0, 0.5), c(0, 1)), order = 1)",
)
image_gaussian_blur = Operation(
    "image_gaussian_blur",
    "Images blurred.",
    {
        "images": option(Operand(), doc="An image or a batch of floats, channels last."),
        "kernel_size": option(Sizes(2), (3, 3), "How many pixels count, along x and along y."),
        "sigma": option(
            Numbers(0.0), (1.0, 1.0), "The Gaussian's standard deviation, along x and along y."
        ),
        "data_format": DATA_FORMAT,
    },
    details="What lies beyond the border is 0.",
    example=f"op_image_gaussian_blur({_ONE})",
)
image_elastic_transform = Operation(
    "image_elastic_transform",
    "Images with pixels displaced by a smooth random field.",
    {
        "images": _IMAGES,
        "alpha": option(Number(), 20.0, "How far."),
        "sigma": option(Number(0.0, open_low=True), 5.0, "How smooth the field is, in pixels."),
        "interpolation": _INTERPOLATION,
        "fill_mode": option(
            Choice("constant", "nearest", "wrap", "reflect", "mirror"),
            "reflect",
            f"What lies beyond the border. {_MODES}.",
        ),
        "fill_value": _FILL_VALUE,
        "seed": option(Seed(), None, "What the field depends on."),
        "data_format": DATA_FORMAT,
    },
    details=(
        "Simard et al. (2003). Each image has a field of its own, and each of its directions "
        "too; the engines draw the same ones."
    ),
    example=f"op_image_elastic_transform({_ONE}, alpha = 2, sigma = 1, seed = 1)",
)
image_extract_patches = Operation(
    "image_extract_patches",
    "The patches of images, the values of each in a row.",
    {
        "images": option(Operand(), doc="An image or a batch of them, or volumes."),
        "size": option(Counts(), doc="The size of a patch: one, two or three numbers."),
        "strides": option(Counts(), None, "How far apart patches are; their size by default."),
        "dilation_rate": option(Counts(), 1, "How far apart the pixels of a patch are."),
        "padding": option(
            Choice("valid", "same"), "valid", '"same" adds zeros around, for patches at the border.'
        ),
        "data_format": DATA_FORMAT,
    },
    example=f"op_image_extract_patches({_ONE}, size = 2)",
)

_SIDES = ("top", "left", "bottom", "right")


def _framing(name: str, summary: str, word: str, doc: str, example: str) -> Operation:
    amounts = {f"{side}_{word}": option(Count(0), None, doc.format(side=side)) for side in _SIDES}
    return Operation(
        name,
        summary,
        {
            "images": _IMAGES,
            **amounts,
            "target_height": option(Count(1), None, "The height that comes out."),
            "target_width": option(Count(1), None, "The width that comes out."),
            "data_format": DATA_FORMAT,
        },
        details=(
            "Along the height, two of the three numbers must be given (top, bottom, and what "
            "comes out), and along the width too."
        ),
        example=example,
    )


image_crop = _framing(
    "image_crop",
    "A part of images.",
    "cropping",
    "How many pixels go at the {side}.",
    f"op_image_crop({_ONE}, 1, 1, target_height = 2, target_width = 2)",
)
image_pad = _framing(
    "image_pad",
    "Images with zeros around them.",
    "padding",
    "How many pixels come at the {side}.",
    f"op_image_pad({_ONE}, 1, 1, target_height = 6, target_width = 6)",
)
