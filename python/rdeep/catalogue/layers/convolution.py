"""Convolutions over one, two or three spatial dimensions."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.shared import (
    ACTIVITY_REGULARIZER,
    BIAS_CONSTRAINT,
    BIAS_REGULARIZER,
    KERNEL_CONSTRAINT,
    KERNEL_REGULARIZER,
)
from rdeep.catalogue.layers.spatial import DATA_FORMAT, Spatial, reach, window_outputs
from rdeep.catalogue.options import Choice, Count, Flag, Ref, Sizes, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, ShapeError, constructor, format_shape, layer_title

__all__ = ["Conv1D", "Conv2D", "Conv3D"]

# Options that all convolutions have; those of a window are declared for each rank.
FILTERS = option(Count(), doc="The number of output channels.")
KERNEL_SIZE = {
    1: option(Sizes(1), doc="The length of the kernel."),
    2: option(Sizes(2), doc="The height and width of the kernel."),
    3: option(Sizes(3), doc="The size of the kernel in each dimension."),
}
STRIDES = {
    1: option(Sizes(1), 1, "The stride of the convolution."),
    2: option(Sizes(2), (1, 1), "The strides along the height and the width."),
    3: option(Sizes(3), (1, 1, 1), "The stride in each dimension."),
}
DILATION_RATE = {
    1: option(Sizes(1), 1, "The dilation rate: the spacing of the kernel's values."),
    2: option(Sizes(2), (1, 1), "The dilation rates: the spacing of the kernel's values."),
    3: option(Sizes(3), (1, 1, 1), "The dilation rates: the spacing of the kernel's values."),
}
PADDING = option(
    Choice("valid", "same"),
    "valid",
    '`"valid"`: no padding; `"same"`: zeros around, so that a stride of 1 keeps the size.',
)
ACTIVATION = option(Ref("activation"), None, "The activation function; none by default.")
USE_BIAS = option(Flag(), True, "Whether to add a bias.")
BIAS_INITIALIZER = option(Ref("initializer"), "zeros", "The initializer of the bias.")


class Convolution(Spatial, abstract=True):
    """What all convolutions share: kernels that are used at each place of a grid."""

    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    dilation_rate: tuple[int, ...]
    use_bias: bool
    bias_initializer: Initializer
    bias_regularizer: Regularizer | None
    bias_constraint: Constraint | None

    def places(self, shape: Dims) -> Dims:
        """Return the sizes of the grid at whose places the kernels are used."""
        return tuple(
            window_outputs(size, window, stride, dilation, self.padding, self)
            for size, window, stride, dilation in zip(
                self.sizes(shape), self.kernel_size, self.strides, self.dilation_rate
            )
        )

    def refuse_strides_with_dilation(self) -> None:
        """Refuse strides together with dilation."""
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ArgumentError(
                f"{constructor(self)}: 'strides' and 'dilation_rate' cannot both be above 1.",
                argument="dilation_rate",
                received=self.dilation_rate,
            )

    def input_channels(self, shape: Dims) -> int:
        """Return how many channels the input has."""
        return known(self.channels(shape), self, "the channels")

    def declared_bias(self, width: int) -> list[Weight]:
        """Return the bias, if there is one."""
        if not self.use_bias:
            return []
        how = (self.bias_initializer, self.bias_regularizer)
        return [Weight("bias", (width,), *how, constraint=self.bias_constraint)]

    def with_bias(self, y: Any, run: Run) -> Any:
        """Return the outputs of the kernels with the bias, if there is one."""
        if not self.use_bias:
            return y
        bias = run.weights["bias"]
        if self.channels_first:
            bias = run.ops.reshape(bias, (-1, *(1,) * self.rank))  # (filters, 1, ...)
        return y + bias


class _Conv(Convolution, abstract=True):
    """What convolutions share; the kernel is `(*kernel_size, channels / groups, filters)`."""

    # Options in Keras's order; those of type Sizes(0) are declared again for each rank.
    filters: int = FILTERS
    kernel_size: tuple[int, ...] = option(Sizes(0))
    strides: tuple[int, ...] = option(Sizes(0))
    padding: str = PADDING
    data_format: str | None = DATA_FORMAT
    dilation_rate: tuple[int, ...] = option(Sizes(0))
    groups: int = option(
        Count(), 1, "The number of groups of channels that are convolved separately."
    )
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
        """Return uses with each padding, in groups, with strides and with dilation."""
        shape, plain = (*(7, 6, 5)[: cls.rank], 2), {"filters": 4, "kernel_size": 3}
        more: list[dict[str, Any]] = [
            *({"activation": "tanh"}, {"padding": "same", "strides": 2}),
            {"dilation_rate": 2, "groups": 2},
        ]
        if cls.rank == 1:
            more.append({"padding": "causal", "dilation_rate": 2})
        return [case({**plain, **options}, shape) for options in more]

    def validate(self) -> None:
        """Refuse strides together with dilation, and groups that do not divide the filters."""
        self.refuse_strides_with_dilation()
        if self.filters % self.groups:
            raise ArgumentError(
                f"{constructor(self)}: 'filters' ({self.filters}) must be a multiple of "
                f"'groups' ({self.groups}).",
                argument="groups",
                received=self.groups,
            )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch, the places of the window in each dimension, and the filters."""
        return self.joined(shapes[0][0], self.places(shapes[0]), self.filters)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel and the bias `(filters,)`."""
        channels = self.input_channels(shapes[0])
        if channels % self.groups:
            title = self.name or type(self).__name__
            raise ShapeError(
                f"{layer_title(self)} has {self.groups} groups, which do not divide the {channels} "
                f"channels of its input {format_shape(shapes[0])}.",
                layer=title,
                argument="groups",
                received=self.groups,
            )
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        how = (self.kernel_initializer, self.kernel_regularizer)
        kernel = Weight("kernel", shape, *how, constraint=self.kernel_constraint)
        return [kernel, *self.declared_bias(self.filters)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the convolution with the bias."""
        padding = self.padding
        if padding == "causal":
            inputs, padding = self._padded_before(inputs, run.ops), "valid"
        y = run.ops.conv(
            inputs,
            run.weights["kernel"],
            self.strides,
            padding,
            self.data_format,
            self.dilation_rate,
        )
        return self.with_bias(y, run)  # (batch, *sizes, filters)

    def _padded_before(self, inputs: Any, ops: Any) -> Any:
        """Return a sequence with as many zeros before it as the window is long."""
        pads = [[0, 0]] * 3
        pads[2 if self.channels_first else 1] = [
            reach(*self.kernel_size, *self.dilation_rate) - 1,
            0,
        ]
        return ops.pad(inputs, pads)


class Conv1D(_Conv):
    """1D convolution layer, over sequences.

    `activation(conv(x, kernel) + bias)`; the kernel has the shape
    `(*kernel_size, channels / groups, filters)`.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Output shape
    ------------
    `(batch, new_steps, filters)`.

    Examples
    --------
    >>> Conv1D(8, 3).output_shape((None, 28, 2))
    (None, 26, 8)
    """

    ndim, rank = 3, 1
    kernel_size: tuple[int, ...] = KERNEL_SIZE[1]
    strides: tuple[int, ...] = STRIDES[1]
    padding: str = option(
        Choice("valid", "same", "causal"),
        "valid",
        '`"valid"`: no padding; `"same"`: zeros on both sides, so that a stride of 1 keeps '
        'the length; `"causal"`: zeros before, so that no output depends on later input.',
    )
    dilation_rate: tuple[int, ...] = DILATION_RATE[1]


class Conv2D(_Conv):
    """2D convolution layer, over images.

    `activation(conv(x, kernel) + bias)`; the kernel has the shape
    `(*kernel_size, channels / groups, filters)`.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_height, new_width, filters)`.

    Examples
    --------
    >>> Conv2D(8, 3).output_shape((None, 28, 28, 1))
    (None, 26, 26, 8)
    >>> Conv2D(8, 3, strides=2, padding="same").output_shape((None, 28, 28, 1))
    (None, 14, 14, 8)
    """

    ndim, rank = 4, 2
    kernel_size: tuple[int, ...] = KERNEL_SIZE[2]
    strides: tuple[int, ...] = STRIDES[2]
    dilation_rate: tuple[int, ...] = DILATION_RATE[2]


class Conv3D(_Conv):
    """3D convolution layer, over volumes or videos.

    `activation(conv(x, kernel) + bias)`; the kernel has the shape
    `(*kernel_size, channels / groups, filters)`.

    Input shape
    -----------
    `(batch, depth, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_depth, new_height, new_width, filters)`.

    Examples
    --------
    >>> Conv3D(8, 3).output_shape((None, 16, 16, 16, 1))
    (None, 14, 14, 14, 8)
    """

    ndim, rank = 5, 3
    kernel_size: tuple[int, ...] = KERNEL_SIZE[3]
    strides: tuple[int, ...] = STRIDES[3]
    dilation_rate: tuple[int, ...] = DILATION_RATE[3]
