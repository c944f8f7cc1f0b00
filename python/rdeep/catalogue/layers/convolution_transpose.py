"""Transposed convolutions: from the places of a window back to what it was on."""

from __future__ import annotations

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Weight
from rdeep.catalogue.layers.convolution import (
    ACTIVATION,
    BIAS_INITIALIZER,
    DILATION_RATE,
    FILTERS,
    KERNEL_SIZE,
    STRIDES,
    USE_BIAS,
    Convolution,
)
from rdeep.catalogue.layers.shared import (
    ACTIVITY_REGULARIZER,
    BIAS_CONSTRAINT,
    BIAS_REGULARIZER,
    KERNEL_CONSTRAINT,
    KERNEL_REGULARIZER,
)
from rdeep.catalogue.layers.spatial import DATA_FORMAT, reach
from rdeep.catalogue.options import Choice, Ref, Sizes, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, ShapeError, constructor, format_shape, show

__all__ = ["Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"]

_OUTPUT_PADDING = (
    "How much longer the output is than the shortest that would give the input back, below the "
    "strides. By default `valid` gives what the windows cover, but no less than `strides` for "
    "each place, and `same` gives `strides` times the input's size."
)


class _ConvTranspose(Convolution, abstract=True):
    """What transposed convolutions share; the kernel is `(*kernel_size, filters, channels)`."""

    # Options in Keras's order; those of type Sizes(0) are declared again for each rank.
    filters: int = FILTERS
    kernel_size: tuple[int, ...] = option(Sizes(0))
    strides: tuple[int, ...] = option(Sizes(0))
    padding: str = option(
        Choice("valid", "same"),
        "valid",
        "`valid`: all that the windows cover; `same`: what is left of it where the edges are cut, "
        "so that the output is `strides` times as large as the input.",
    )
    output_padding: tuple[int, ...] | None = option(Sizes(0), None)
    data_format: str | None = DATA_FORMAT
    dilation_rate: tuple[int, ...] = option(Sizes(0))
    activation: Activation | None = ACTIVATION
    use_bias: bool = USE_BIAS
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "How the kernel starts."
    )
    bias_initializer: Initializer = BIAS_INITIALIZER
    kernel_regularizer: Regularizer | None = KERNEL_REGULARIZER
    bias_regularizer: Regularizer | None = BIAS_REGULARIZER
    activity_regularizer: Regularizer | None = ACTIVITY_REGULARIZER
    kernel_constraint: Constraint | None = KERNEL_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT

    def validate(self) -> None:
        """Refuse strides together with dilation, and an output padding of a stride or more."""
        self.refuse_strides_with_dilation()
        extra = self.output_padding
        if extra is not None and any(more >= step for more, step in zip(extra, self.strides)):
            raise ArgumentError(
                f"{constructor(self)}: 'output_padding' must be below 'strides' "
                f"{show(self.strides)} in each dimension, not {show(extra)}.",
                argument="output_padding",
                received=extra,
                expected=f"less than {show(self.strides)}",
            )

    def places(self, shape: Dims) -> Dims:
        """Return the sizes of the input: each of its values spreads by the kernel."""
        return self.sizes(shape)

    def crops(self) -> list[tuple[int, int]]:
        """Return what is cut off before and after what the windows cover, in each dimension.

        What the windows cover has the size `(size - 1) * stride + reach`. A negative number after
        it says how many zeros are added instead.
        """
        found = []
        extras = self.output_padding or (None,) * self.rank
        for window, stride, dilation, extra in zip(
            self.kernel_size, self.strides, self.dilation_rate, extras
        ):
            spanned = reach(window, dilation)
            if self.padding == "valid":
                cut = -(max(stride - spanned, 0) if extra is None else extra)
            elif extra is None:
                cut = spanned - stride
            else:
                cut = spanned - spanned % 2 - extra
            before = max(cut, 0) // 2
            found.append((before, cut - before))
        return found

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch, what is left of what the windows cover, and the filters."""
        sizes: list[int | None] = []
        for size, window, stride, dilation, cut in zip(
            self.sizes(shapes[0]), self.kernel_size, self.strides, self.dilation_rate, self.crops()
        ):
            covered = None if size is None else (size - 1) * stride + reach(window, dilation)
            sizes.append(None if covered is None else covered - sum(cut))
        if any(size is not None and size < 1 for size in sizes):
            title = self.name or type(self).__name__
            raise ShapeError(
                f"Layer {title!r} would leave nothing of its input: its output would have the "
                f"sizes {format_shape(sizes)}.",
                layer=title,
                argument="output_padding",
                received=self.output_padding,
                hint="Leave 'output_padding' out.",
            )
        return self.joined(shapes[0][0], tuple(sizes), self.filters)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel and the bias `(filters,)`."""
        shape = (*self.kernel_size, self.filters, self.input_channels(shapes[0]))
        how = (self.kernel_initializer, self.kernel_regularizer)
        kernel = Weight("kernel", shape, *how, constraint=self.kernel_constraint)
        return [kernel, *self.bias(self.filters)]


class Conv1DTranspose(_ConvTranspose):
    """Transposed convolution along one dimension: each input value spreads by the kernel.

    Input of shape `(batch, steps, channels)`; output `(batch, longer, filters)`.
    """

    ndim, rank = 3, 1
    kernel_size: tuple[int, ...] = KERNEL_SIZE[1]
    strides: tuple[int, ...] = STRIDES[1]
    output_padding: tuple[int, ...] | None = option(Sizes(1, least=0), None, _OUTPUT_PADDING)
    dilation_rate: tuple[int, ...] = DILATION_RATE[1]


class Conv2DTranspose(_ConvTranspose):
    """Transposed convolution over two dimensions: each input value spreads by the kernel.

    Input of shape `(batch, height, width, channels)`; output `(batch, higher, wider, filters)`.
    """

    ndim, rank = 4, 2
    kernel_size: tuple[int, ...] = KERNEL_SIZE[2]
    strides: tuple[int, ...] = STRIDES[2]
    output_padding: tuple[int, ...] | None = option(Sizes(2, least=0), None, _OUTPUT_PADDING)
    dilation_rate: tuple[int, ...] = DILATION_RATE[2]


class Conv3DTranspose(_ConvTranspose):
    """Transposed convolution over three dimensions: each input value spreads by the kernel.

    Input of shape `(batch, *sizes, channels)`; output `(batch, *larger, filters)`.
    """

    ndim, rank = 5, 3
    kernel_size: tuple[int, ...] = KERNEL_SIZE[3]
    strides: tuple[int, ...] = STRIDES[3]
    output_padding: tuple[int, ...] | None = option(Sizes(3, least=0), None, _OUTPUT_PADDING)
    dilation_rate: tuple[int, ...] = DILATION_RATE[3]
