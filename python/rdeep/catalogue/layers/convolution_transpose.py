"""Transposed convolutions over one, two or three spatial dimensions."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Weight
from rdeep.catalogue.layers.case import Case, case
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
from rdeep.catalogue.layers.run import Run
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
from rdeep.errors import ArgumentError, ShapeError, constructor, format_shape, layer_title, show

__all__ = ["Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"]

_OUTPUT_PADDING = (
    'The additional size of the output, smaller than the strides. By default `"valid"` '
    "gives all that the kernels cover, but at least `strides` for each position, and "
    '`"same"` gives `strides` times the input\'s size.'
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
        '`"valid"`: all that the kernels cover; `"same"`: cropped so that the output is '
        "`strides` times as large as the input.",
    )
    output_padding: tuple[int, ...] | None = option(Sizes(0), None)
    data_format: str | None = DATA_FORMAT
    dilation_rate: tuple[int, ...] = option(Sizes(0))
    activation: Activation | None = ACTIVATION
    use_bias: bool = USE_BIAS
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "The initializer of the kernel."
    )
    bias_initializer: Initializer = BIAS_INITIALIZER
    kernel_regularizer: Regularizer | None = KERNEL_REGULARIZER
    bias_regularizer: Regularizer | None = BIAS_REGULARIZER
    activity_regularizer: Regularizer | None = ACTIVITY_REGULARIZER
    kernel_constraint: Constraint | None = KERNEL_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses with each padding, with strides and with output padding."""
        shape, plain = (*(3, 2, 2)[: cls.rank], 2), {"filters": 3, "kernel_size": 3}
        more: tuple[dict[str, Any], ...] = (
            *({}, {"padding": "same", "strides": 2}, {"dilation_rate": 2, "use_bias": False}),
            *({"strides": 3, "output_padding": 1}, {"strides": 4}),
            {"padding": "same", "strides": 2, "output_padding": 1},
        )
        return [case({**plain, **options}, shape) for options in more]

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
                f"{layer_title(self)} would leave nothing of its input: its output would have the "
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
        return [kernel, *self.declared_bias(self.filters)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return what the windows cover, with its edges cut or zeros after it, and the bias."""
        ops = run.ops
        y = ops.conv_transpose(
            inputs,
            run.weights["kernel"],
            self.strides,
            "valid",
            None,
            self.data_format,
            self.dilation_rate,
        )
        inner, pads = [slice(None)] * len(y.shape), [[0, 0]] * len(y.shape)
        for axis, (before, more) in enumerate(self._edges(), start=2 if self.channels_first else 1):
            inner[axis], pads[axis] = slice(before, -more if more > 0 else None), [0, max(-more, 0)]
        y = y[tuple(inner)]
        return self.with_bias(ops.pad(y, pads) if any(map(any, pads)) else y, run)

    def _edges(self) -> list[tuple[int, int]]:
        """Return what is cut off before and after the output of `"valid"`, in each dimension."""
        spanned = map(reach, self.kernel_size, self.dilation_rate)
        # That output is as long for each place as the strides at least.
        return [
            (before, after + max(stride - window, 0))
            for (before, after), window, stride in zip(self.crops(), spanned, self.strides)
        ]


class Conv1DTranspose(_ConvTranspose):
    """1D transposed convolution layer (deconvolution), over sequences.

    Each input value is multiplied by the kernel and added to the output: the shapes are those of
    the gradient of a convolution.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Output shape
    ------------
    `(batch, new_steps, filters)`, where `new_steps` is about `steps * strides`.

    Examples
    --------
    >>> Conv1DTranspose(8, 3, strides=2).output_shape((None, 14, 2))
    (None, 29, 8)
    """

    ndim, rank = 3, 1
    kernel_size: tuple[int, ...] = KERNEL_SIZE[1]
    strides: tuple[int, ...] = STRIDES[1]
    output_padding: tuple[int, ...] | None = option(Sizes(1, least=0), None, _OUTPUT_PADDING)
    dilation_rate: tuple[int, ...] = DILATION_RATE[1]


class Conv2DTranspose(_ConvTranspose):
    """2D transposed convolution layer (deconvolution), over images.

    Each input value is multiplied by the kernel and added to the output: the shapes are those of
    the gradient of a convolution.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_height, new_width, filters)`, with sizes of about the input's times `strides`.

    Examples
    --------
    >>> Conv2DTranspose(8, 3, strides=2, padding="same").output_shape((None, 14, 14, 2))
    (None, 28, 28, 8)
    """

    ndim, rank = 4, 2
    kernel_size: tuple[int, ...] = KERNEL_SIZE[2]
    strides: tuple[int, ...] = STRIDES[2]
    output_padding: tuple[int, ...] | None = option(Sizes(2, least=0), None, _OUTPUT_PADDING)
    dilation_rate: tuple[int, ...] = DILATION_RATE[2]


class Conv3DTranspose(_ConvTranspose):
    """3D transposed convolution layer (deconvolution), over volumes.

    Each input value is multiplied by the kernel and added to the output: the shapes are those of
    the gradient of a convolution.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_depth, new_height, new_width, filters)`, with sizes of about the input's times
    `strides`.

    Examples
    --------
    >>> Conv3DTranspose(8, 3, strides=2).output_shape((None, 7, 7, 7, 2))
    (None, 15, 15, 15, 8)
    """

    ndim, rank = 5, 3
    kernel_size: tuple[int, ...] = KERNEL_SIZE[3]
    strides: tuple[int, ...] = STRIDES[3]
    output_padding: tuple[int, ...] | None = option(Sizes(3, least=0), None, _OUTPUT_PADDING)
    dilation_rate: tuple[int, ...] = DILATION_RATE[3]
