"""Operations of windows that move over images and sequences."""

from __future__ import annotations

from rdeep.catalogue.operations.base import DATA_FORMAT, Operation
from rdeep.catalogue.options import Choice, Counts, Operand, Option, Wholes, option

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
