"""Operations of windows that move over images and sequences."""

from __future__ import annotations

from rdeep.catalogue.operations.base import DATA_FORMAT, Operation
from rdeep.catalogue.options import Choice, Counts, Operand, Wholes, option

_INPUTS = option(
    Operand(), doc="A batch of sequences, images or volumes: 3, 4 or 5 dimensions, channels last."
)
_STRIDES = option(Counts(), 1, "How far the window moves at each step.")
_PADDING = option(
    Choice("valid", "same"),
    "valid",
    '"same" adds zeros around the input, so that the output has its size (over the strides).',
)
_DILATION = option(Counts(), 1, "How far apart the window's elements are.")
_POOL = option(Counts(), doc="The window's size.")
_POOL_STRIDES = option(Counts(), None, "How far it moves; by its size by default.")


def _kernel(layout: str) -> object:
    return option(Operand(), doc=f"The weights, of shape `(*size, {layout})`.")


def _moving(kernels: dict[str, object], **more: object) -> dict[str, object]:
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
    "A convolution over one, two or three dimensions.",
    _moving({"kernel": _kernel("channels, filters")}),  # type: ignore[arg-type]
    details="A kernel with fewer channels than the input convolves groups of channels.",
    example="op_conv(array(1:16, c(1, 4, 4, 1)), array(1, c(3, 3, 1, 1)))",
)
conv_transpose = Operation(
    "conv_transpose",
    "A transposed convolution: the way back of a convolution's shapes.",
    _moving(  # type: ignore[arg-type]
        {"kernel": _kernel("filters, channels")},
        output_padding=option(Wholes(0), None, "What is added to the output's size."),
    ),
    example="op_conv_transpose(array(1:4, c(1, 2, 2, 1)), array(1, c(2, 2, 1, 1)), strides = 2)",
)
depthwise_conv = Operation(
    "depthwise_conv",
    "A convolution of each channel by itself.",
    _moving({"kernel": _kernel("channels, multiplier")}),  # type: ignore[arg-type]
    example="op_depthwise_conv(array(1:32, c(1, 4, 4, 2)), array(1, c(2, 2, 2, 1)))",
)
separable_conv = Operation(
    "separable_conv",
    "A convolution of each channel by itself, and then one over the channels.",
    _moving(  # type: ignore[arg-type]
        {
            "depthwise_kernel": _kernel("channels, multiplier"),
            "pointwise_kernel": option(
                Operand(), doc="The weights over channels, of shape `(1, 1, channels, filters)`."
            ),
        }
    ),
    example=(
        "op_separable_conv(\n"
        "  array(1:32, c(1, 4, 4, 2)), array(1, c(2, 2, 2, 1)), array(1, c(1, 1, 2, 3))\n"
        ")"
    ),
)


def _pool(name: str, summary: str, details: str = "") -> Operation:
    options = {
        "inputs": _INPUTS,
        "pool_size": _POOL,
        "strides": _POOL_STRIDES,
        "padding": _PADDING,
        "data_format": DATA_FORMAT,
    }
    example = f"op_{name}(array(1:16, c(1, 4, 4, 1)), pool_size = 2)"
    return Operation(name, summary, options, details=details, example=example)


max_pool = _pool("max_pool", "The largest value of each window.")
average_pool = _pool("average_pool", "The mean of each window.", "Padding does not count.")
