"""Operations of windows that move over images and sequences."""

from __future__ import annotations

from rdeep.catalogue.operations.base import DATA_FORMAT, Operation
from rdeep.catalogue.options import Choice, Count, Counts, Operand, Option, Sizes, Wholes, option

_INPUTS = option(
    Operand(), doc="A batch of sequences, images or volumes: 3, 4 or 5 dimensions, channels last."
)
_STRIDES = option(Counts(), 1, "The stride: how far the window moves at each step.")
_PADDING = option(
    Choice("valid", "same"),
    "valid",
    '`"same"` pads the input with zeros, so that the output has its size (divided by the strides).',
)
_DILATION = option(Counts(), 1, "The dilation rate: the spacing of the kernel's elements.")
_POOL = option(Counts(), doc="The size of the window.")
_POOL_STRIDES = option(Counts(), None, "The stride; the window's size by default.")


def _kernel(layout: str) -> Option:
    kernel: Option = option(Operand(), doc=f"The kernel, of shape `(*size, {layout})`.")
    return kernel


def _moving(kernels: dict[str, Option], **more: Option) -> dict[str, Option]:
    return {
        "inputs": _INPUTS,
        **kernels,
        "strides": _STRIDES,
        "padding": _PADDING,
        **more,
        "data_format": DATA_FORMAT,
        "dilation_rate": _DILATION,
    }


conv = Operation(
    "conv",
    "Convolution over one, two or three dimensions.",
    _moving({"kernel": _kernel("channels, filters")}),
    details="A kernel with fewer channels than the input gives a grouped convolution.",
    example=(
        "[[[1], [2], [3], [4]]], [[[1]], [[-1]]] -> tensor([[[-1.],\n"
        "         [-1.],\n"
        "         [-1.]]])"
    ),
)
conv_transpose = Operation(
    "conv_transpose",
    "Transposed convolution over one, two or three dimensions.",
    _moving(
        {"kernel": _kernel("filters, channels")},
        output_padding=option(Wholes(0), None, "A number added to the output's size."),
    ),
    example=(
        "[[[1], [2]]], [[[1]], [[10]]], strides=2 -> tensor([[[ 1.],\n"
        "         [10.],\n"
        "         [ 2.],\n"
        "         [20.]]])"
    ),
)
depthwise_conv = Operation(
    "depthwise_conv",
    "Depthwise convolution: each channel by itself.",
    _moving({"kernel": _kernel("channels, multiplier")}),
    example=(
        "ops.depthwise_conv(ops.ones((1, 4, 4, 2)), ops.ones((2, 2, 2, 1))).shape"
        " -> torch.Size([1, 3, 3, 2])"
    ),
)
separable_conv = Operation(
    "separable_conv",
    "Separable convolution: depthwise, then pointwise.",
    _moving(
        {
            "depthwise_kernel": _kernel("channels, multiplier"),
            "pointwise_kernel": option(
                Operand(), doc="The pointwise kernel, of shape `(1, 1, channels, filters)`."
            ),
        }
    ),
    example=(
        "x = ops.ones((1, 4, 4, 2))\n"
        "ops.separable_conv(x, ops.ones((2, 2, 2, 1)), ops.ones((1, 1, 2, 3))).shape"
        " -> torch.Size([1, 3, 3, 3])"
    ),
)


def _pool(name: str, summary: str, example: str, details: str = "") -> Operation:
    options = {
        "inputs": _INPUTS,
        "pool_size": _POOL,
        "strides": _POOL_STRIDES,
        "padding": _PADDING,
        "data_format": DATA_FORMAT,
    }
    return Operation(name, summary, options, details=details, example=example)


max_pool = _pool(
    "max_pool",
    "Max pooling: the maximum of each window.",
    "[[[1.0], [4], [2], [3]]], pool_size=2 -> tensor([[[4.],\n         [3.]]])",
)
average_pool = _pool(
    "average_pool",
    "Average pooling: the mean of each window.",
    "[[[1], [4], [2], [3]]], pool_size=2 -> tensor([[[2.5000],\n         [2.5000]]])",
    "Padding is not counted in the mean.",
)


# Windows of other shapes ------------------------------------------------------------------------


def _adaptive_pool(name: str, summary: str, example: str) -> Operation:
    options = {
        "inputs": _INPUTS,
        "output_size": option(Counts(), doc="The size of the output in each dimension."),
        "data_format": DATA_FORMAT,
    }
    details = "Window `i` of `n` covers a dimension from `i / n` to `(i + 1) / n` of its size."
    return Operation(name, summary, options, details=details, example=example)


adaptive_average_pool = _adaptive_pool(
    "adaptive_average_pool",
    "Adaptive average pooling: means of windows in an output of a given size.",
    "[[[1.0], [3], [5]]], 2 -> tensor([[[2.],\n         [4.]]])",
)
adaptive_max_pool = _adaptive_pool(
    "adaptive_max_pool",
    "Adaptive max pooling: maxima of windows in an output of a given size.",
    "[[[1.0], [3], [5]]], 2 -> tensor([[[3.],\n         [5.]]])",
)
_BLOCKS = {
    "x": option(Operand(), doc="A batch of images."),
    "block_size": option(Count(2), doc="The height and width of a block."),
    "data_format": option(
        Choice("channels_last", "channels_first"), "channels_last", "The position of the channels."
    ),
}
depth_to_space = Operation(
    "depth_to_space",
    "Depth to space (pixel shuffle): channels rearranged into blocks of pixels.",
    _BLOCKS,
    details="The channels become fewer by the square of `block_size`.",
    example="ops.depth_to_space(ops.ones((1, 2, 2, 12)), 2).shape -> torch.Size([1, 4, 4, 3])",
)
space_to_depth = Operation(
    "space_to_depth",
    "Space to depth (pixel unshuffle): blocks of pixels rearranged into channels.",
    _BLOCKS,
    details="The reverse of `ops.depth_to_space`.",
    example="ops.space_to_depth(ops.ones((1, 4, 4, 3)), 2).shape -> torch.Size([1, 2, 2, 12])",
)
_SLIDING = {
    "kernel_size": option(Sizes(2), doc="The height and width of a window."),
    "dilation": option(Sizes(2), 1, "The spacing of a window's pixels."),
    "padding": option(Sizes(2, least=0), 0, "How many zeros to add on each side."),
    "stride": option(Sizes(2), 1, "The step between windows."),
}
unfold = Operation(
    "unfold",
    "Sliding windows of images, in columns (im2col).",
    {"x": option(Operand(), doc="Images of shape `(batch, channels, height, width)`."), **_SLIDING},
    details="The result has shape `(batch, channels * window pixels, windows)`.",
    example="ops.unfold(ops.ones((1, 3, 4, 4)), 2).shape -> torch.Size([1, 12, 9])",
)
fold = Operation(
    "fold",
    "Sum sliding windows into images (col2im).",
    {
        "x": option(
            Operand(), doc="Windows of shape `(batch, channels * window pixels, windows)`."
        ),
        "output_size": option(Sizes(2), doc="The height and width of the images."),
        **_SLIDING,
    },
    details="The reverse of `ops.unfold`; values of windows that overlap are added.",
    example="ops.fold(ops.ones((1, 4, 4)), 3, 2)[0, 0] -> tensor([[1., 2., 1.],\n"
    "        [2., 4., 2.],\n        [1., 2., 1.]])",
)
