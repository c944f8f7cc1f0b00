"""Operations on images, one or a batch of them."""

from __future__ import annotations

from rdeep.catalogue.operations.base import DATA_FORMAT, Operation
from rdeep.catalogue.options import (
    Choice,
    Count,
    Counts,
    Extents,
    Flag,
    Number,
    Numbers,
    Operand,
    Option,
    Seed,
    Sizes,
    Wholes,
    option,
)

_IMAGES = option(Operand(), doc="An image (3 dimensions) or a batch (4), channels last.")
_COLOURS = option(
    Operand(), doc="An image (3 dimensions) or a batch (4) of three channels, from 0 to 1."
)
_INTERPOLATION = option(
    Choice("bilinear", "nearest"), "bilinear", "The interpolation between pixels."
)
_FILL_VALUE = option(
    Number(), 0.0, 'The value outside of the border, if `fill_mode` is `"constant"`.'
)
_MODES = (
    '`"constant"`: `fill_value`; `"nearest"`: the pixel at the border; `"wrap"`: the other side; '
    '`"reflect"`: mirrored at the border'
)
_FILL_MODE = option(
    Choice("constant", "nearest", "wrap", "reflect"),
    "constant",
    f"How to fill points outside of the border. {_MODES}.",
)


def _converting(
    name: str, summary: str, example: str, details: str = "", images: Option = _COLOURS
) -> Operation:
    options = {"images": images, "data_format": DATA_FORMAT}
    return Operation(name, summary, options, details=details, example=example)


image_rgb_to_grayscale = _converting(
    "image_rgb_to_grayscale",
    "Convert RGB images to grayscale.",
    "ops.ones((1, 1, 3)) -> tensor([[[0.9999]]])",
    "`0.2989 * red + 0.587 * green + 0.114 * blue`; images of one channel are unchanged.",
    images=_IMAGES,
)
image_rgb_to_hsv = _converting(
    "image_rgb_to_hsv",
    "Convert images from RGB to HSV (hue, saturation, value).",
    "[[[0.2, 0.4, 0.4]]] -> tensor([[[0.5000, 0.5000, 0.4000]]])",
    "All are from 0 to 1.",
)
image_hsv_to_rgb = _converting(
    "image_hsv_to_rgb",
    "Convert images from HSV (hue, saturation, value) to RGB.",
    "[[[0.5, 0.5, 0.4]]] -> tensor([[[0.2000, 0.4000, 0.4000]]])",
)
image_resize = Operation(
    "image_resize",
    "Resize images.",
    {
        "images": _IMAGES,
        "size": option(Sizes(2), doc="The height and the width."),
        "interpolation": option(
            Choice("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5", "area"),
            "bilinear",
            "The interpolation between pixels.",
        ),
        "antialias": option(
            Flag(), False, "Whether to apply an antialiasing filter when downsampling."
        ),
        "crop_to_aspect_ratio": option(
            Flag(), False, "Whether to crop images to the aspect ratio of `size` first."
        ),
        "pad_to_aspect_ratio": option(
            Flag(), False, "Whether to pad images to the aspect ratio of `size` first."
        ),
        "fill_mode": option(Choice("constant"), "constant", "The mode of padding."),
        "fill_value": option(Number(), 0.0, "The value of padding."),
        "data_format": DATA_FORMAT,
    },
    details=(
        "Pixels are sampled at their centres, as in `tf.image.resize`; integer images are rounded."
    ),
    example="ops.image_resize(ops.ones((4, 4, 3)), size=(8, 6)).shape -> torch.Size([8, 6, 3])",
)
image_affine_transform = Operation(
    "image_affine_transform",
    "Affine transformation of images: translation, rotation, scaling, shear.",
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
    example=(
        "moved = ops.image_affine_transform([[[1], [2], [3]]], [1, 0, 1, 0, 1, 0, 0, 0])\n"
        "ops.squeeze(moved)"
        " -> tensor([2, 3, 0], dtype=torch.int32)"
    ),
)
image_perspective_transform = Operation(
    "image_perspective_transform",
    "Perspective transformation of images, given by four points.",
    {
        "images": _IMAGES,
        "start_points": option(
            Operand(), doc="Four points (x, y), or four for each image, counted from 0."
        ),
        "end_points": option(Operand(), doc="The points that they move to."),
        "interpolation": _INTERPOLATION,
        "fill_value": option(Number(), 0.0, "The value outside of the border."),
        "data_format": DATA_FORMAT,
    },
    example=(
        "points = ops.array([[0, 0], [3, 0], [0, 3], [3, 3]])\n"
        "ops.image_perspective_transform(ops.ones((4, 4, 3)), points, points + 1).shape"
        " -> torch.Size([4, 4, 3])"
    ),
)
image_map_coordinates = Operation(
    "image_map_coordinates",
    "Interpolate an array at given coordinates.",
    {
        "inputs": option(Operand(), doc="An array of any number of dimensions."),
        "coordinates": option(
            Operand(), doc="A coordinate for each dimension, along the first axis, from 0."
        ),
        "order": option(Count(0), doc="0 for the nearest element, 1 for a linear interpolation."),
        "fill_mode": option(
            Choice("constant", "nearest", "wrap", "mirror", "reflect"),
            "constant",
            f'How to fill points outside of the border. {_MODES}, `"mirror"`: mirrored at the '
            "middle of the "
            "last element.",
        ),
        "fill_value": _FILL_VALUE,
    },
    details="Borders are as in `scipy.ndimage.map_coordinates`.",
    example="[[1, 2], [3, 4]], [[0, 0.5], [0, 0.5]], order=1 -> tensor([1, 2], dtype=torch.int32)",
)
image_gaussian_blur = Operation(
    "image_gaussian_blur",
    "Gaussian blur of images.",
    {
        "images": option(Operand(), doc="An image or a batch of floats, channels last."),
        "kernel_size": option(Sizes(2), (3, 3), "The size of the kernel, along x and along y."),
        "sigma": option(
            Numbers(0.0), (1.0, 1.0), "The Gaussian's standard deviation, along x and along y."
        ),
        "data_format": DATA_FORMAT,
    },
    details="Pixels outside of the border are 0.",
    example="ops.image_gaussian_blur(ops.ones((4, 4, 3))).shape -> torch.Size([4, 4, 3])",
)
image_elastic_transform = Operation(
    "image_elastic_transform",
    "Elastic deformation of images by a smooth random field.",
    {
        "images": _IMAGES,
        "alpha": option(Number(), 20.0, "The magnitude of displacements, in pixels."),
        "sigma": option(
            Number(0.0, open_low=True),
            5.0,
            "The smoothness of the field: the standard deviation of its Gaussian filter, in "
            "pixels.",
        ),
        "interpolation": _INTERPOLATION,
        "fill_mode": option(
            Choice("constant", "nearest", "wrap", "reflect", "mirror"),
            "reflect",
            f"How to fill points outside of the border. {_MODES}.",
        ),
        "fill_value": _FILL_VALUE,
        "seed": option(Seed(), None, "The seed of the field."),
        "data_format": DATA_FORMAT,
    },
    details=(
        "Each image has a displacement field of its own in each direction; "
        "both engines draw the same ones."
    ),
    example=(
        "ops.image_elastic_transform(ops.ones((4, 4, 3)), alpha=2, sigma=1, seed=1).shape"
        " -> torch.Size([4, 4, 3])"
    ),
    references=(
        "Simard, P. Y., Steinkraus, D. and Platt, J. C. (2003). Best practices for "
        "convolutional neural networks applied to visual document analysis. ICDAR."
    ),
)
image_extract_patches = Operation(
    "image_extract_patches",
    "Extract patches from images.",
    {
        "images": option(Operand(), doc="An image or a batch of them, or volumes."),
        "size": option(Counts(), doc="The size of a patch: one, two or three numbers."),
        "strides": option(Counts(), None, "The stride between patches; their size by default."),
        "dilation_rate": option(Counts(), 1, "The dilation rate: the spacing of a patch's pixels."),
        "padding": option(
            Choice("valid", "same"),
            "valid",
            '`"same"` pads the images with zeros, for patches at the border.',
        ),
        "data_format": DATA_FORMAT,
    },
    example=(
        "ops.image_extract_patches(ops.ones((4, 4, 3)), size=2).shape -> torch.Size([2, 2, 12])"
    ),
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
            "target_height": option(Count(1), None, "The height of the result."),
            "target_width": option(Count(1), None, "The width of the result."),
            "data_format": DATA_FORMAT,
        },
        details=(
            "Two of the three numbers along the height must be given (top, bottom, target "
            "height), and two along the width."
        ),
        example=example,
    )


image_crop = _framing(
    "image_crop",
    "Crop images.",
    "cropping",
    "The number of pixels to remove at the {side}.",
    (
        "ops.image_crop(ops.ones((4, 4, 3)), 1, 1, target_height=2, target_width=2).shape"
        " -> torch.Size([2, 2, 3])"
    ),
)
image_pad = _framing(
    "image_pad",
    "Pad images with zeros.",
    "padding",
    "The number of pixels to add at the {side}.",
    (
        "ops.image_pad(ops.ones((4, 4, 3)), 1, 1, target_height=6, target_width=6).shape"
        " -> torch.Size([6, 6, 3])"
    ),
)
image_extract_patches_3d = Operation(
    "image_extract_patches_3d",
    "Extract patches from volumes.",
    {
        "volumes": option(Operand(), doc="A volume (4 dimensions) or a batch (5)."),
        "size": option(Sizes(3), doc="The size of a patch: one or three numbers."),
        "strides": option(Sizes(3), None, "The stride between patches; their size by default."),
        "dilation_rate": option(Sizes(3), 1, "The dilation rate: the spacing of a patch's voxels."),
        "padding": option(
            Choice("valid", "same"),
            "valid",
            '`"same"` pads the volumes with zeros, for patches at the border.',
        ),
        "data_format": DATA_FORMAT,
    },
    example=(
        "ops.image_extract_patches_3d(ops.ones((4, 4, 4, 1)), size=2).shape"
        " -> torch.Size([2, 2, 2, 8])"
    ),
)
image_scale_and_translate = Operation(
    "image_scale_and_translate",
    "Scale and translate images.",
    {
        "images": option(Operand(), doc="A tensor."),
        "output_shape": option(Extents(), doc="The shape of the result."),
        "scale": option(Operand(), doc="The factor along each of the scaled axes."),
        "translation": option(Operand(), doc="The shift along each of them, in result pixels."),
        "spatial_dims": option(Wholes(), doc="The axes that are scaled."),
        "method": option(
            Choice(
                *("linear", "bilinear", "trilinear", "cubic", "bicubic", "tricubic", "lanczos3"),
                "lanczos5",
            ),
            doc="The interpolation between pixels.",
        ),
        "antialias": option(
            Flag(), True, "Whether to apply an antialiasing filter when downsampling."
        ),
    },
    details=(
        "A point `x` of an image goes to `x * scale + translation`. What lies outside of the image "
        "is 0."
    ),
    example=(
        "x = ops.array([[1.0, 2.0], [3.0, 4.0]])\n"
        'ops.image_scale_and_translate(x, (2, 2), [1.0, 1.0], [0.0, 1.0], [0, 1], "linear")'
        " -> tensor([[0., 1.],\n        [0., 3.]])"
    ),
)
image_sobel_edges = Operation(
    "image_sobel_edges",
    "Sobel edges: how fast an image changes along its height and width.",
    {
        "images": option(Operand(), doc="A batch of images."),
        "data_format": DATA_FORMAT,
    },
    details="The changes along the height and along the width are in a new last axis.",
    example="ops.image_sobel_edges(ops.ones((1, 4, 4, 3))).shape -> torch.Size([1, 4, 4, 3, 2])",
)
image_ssim = Operation(
    "image_ssim",
    "Structural similarity (SSIM) of two images.",
    {
        "image1": option(Operand(), doc="An image (3 dimensions) or a batch (4)."),
        "image2": option(Operand(), doc="Another, of the same shape."),
        "max_val": option(Number(0.0), 1.0, "The largest value that a pixel can have."),
        "filter_size": option(Count(), 11, "The size of the Gaussian filter."),
        "filter_sigma": option(
            Number(0.0, open_low=True), 1.5, "The standard deviation of the Gaussian filter."
        ),
        "k1": option(Number(0.0), 0.01, "The first constant that keeps divisors away from 0."),
        "k2": option(Number(0.0), 0.03, "The second one."),
        "data_format": DATA_FORMAT,
    },
    details="A number for each image: 1 where both are the same.",
    example="ops.image_ssim(ops.ones((1, 12, 12, 1)), ops.ones((1, 12, 12, 1))) -> tensor([1.])",
    references=(
        "Wang, Z., Bovik, A. C., Sheikh, H. R. and Simoncelli, E. P. (2004). Image quality "
        "assessment: from error visibility to structural similarity. IEEE Transactions on Image "
        "Processing, 13(4)."
    ),
)
