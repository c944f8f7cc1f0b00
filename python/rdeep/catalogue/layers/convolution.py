"""Convolutions over one, two or three spatial dimensions."""

from __future__ import annotations

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Weight, known
from rdeep.catalogue.layers.shared import (
    ACTIVITY_REGULARIZER,
    BIAS_CONSTRAINT,
    BIAS_REGULARIZER,
    KERNEL_CONSTRAINT,
    KERNEL_REGULARIZER,
)
from rdeep.catalogue.layers.spatial import DATA_FORMAT, Spatial, window_outputs
from rdeep.catalogue.options import Choice, Count, Flag, Ref, Sizes, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, ShapeError, constructor, format_shape

__all__ = ["Conv1D", "Conv2D", "Conv3D"]

# Options that all convolutions have; those of a window are declared for each rank.
FILTERS = option(Count(), doc="The number of output channels.")
KERNEL_SIZE = {
    1: option(Sizes(1), doc="The length of the window."),
    2: option(Sizes(2), doc="The window's height and width."),
    3: option(Sizes(3), doc="The window's size in each dimension."),
}
STRIDES = {
    1: option(Sizes(1), 1, "The step of the window."),
    2: option(Sizes(2), (1, 1), "The window's steps down and across."),
    3: option(Sizes(3), (1, 1, 1), "The window's step in each dimension."),
}
DILATION_RATE = {
    1: option(Sizes(1), 1, "The distance between a window's values."),
    2: option(Sizes(2), (1, 1), "The distances between a window's values."),
    3: option(Sizes(3), (1, 1, 1), "The distances between a window's values."),
}
PADDING = option(
    Choice("valid", "same"),
    "valid",
    "`valid`: only whole windows; `same`: zeros around, so that a stride of 1 keeps the size.",
)
ACTIVATION = option(Ref("activation"), None, "The activation; none by default.")
USE_BIAS = option(Flag(), True, "Whether to add a bias.")
BIAS_INITIALIZER = option(Ref("initializer"), "zeros", "How the bias starts.")


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

    def bias(self, width: int) -> list[Weight]:
        """Return the bias, if there is one."""
        if not self.use_bias:
            return []
        how = (self.bias_initializer, self.bias_regularizer)
        return [Weight("bias", (width,), *how, constraint=self.bias_constraint)]


class _Conv(Convolution, abstract=True):
    """What convolutions share; the kernel is `(*kernel_size, channels / groups, filters)`."""

    # Options in Keras's order; those of type Sizes(0) are declared again for each rank.
    filters: int = FILTERS
    kernel_size: tuple[int, ...] = option(Sizes(0))
    strides: tuple[int, ...] = option(Sizes(0))
    padding: str = PADDING
    data_format: str | None = DATA_FORMAT
    dilation_rate: tuple[int, ...] = option(Sizes(0))
    groups: int = option(Count(), 1, "The number of groups of channels convolved apart.")
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
                f"Layer {title!r} has {self.groups} groups, which do not divide the {channels} "
                f"channels of its input {format_shape(shapes[0])}.",
                layer=title,
                argument="groups",
                received=self.groups,
            )
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        how = (self.kernel_initializer, self.kernel_regularizer)
        kernel = Weight("kernel", shape, *how, constraint=self.kernel_constraint)
        return [kernel, *self.bias(self.filters)]


class Conv1D(_Conv):
    """Convolution along one dimension, such as time.

    Input of shape `(batch, steps, channels)`; output `(batch, places, filters)`.
    """

    ndim, rank = 3, 1
    kernel_size: tuple[int, ...] = KERNEL_SIZE[1]
    strides: tuple[int, ...] = STRIDES[1]
    padding: str = option(
        Choice("valid", "same", "causal"),
        "valid",
        "`valid`: only whole windows; `same`: zeros on both sides, so that a stride of 1 keeps the "
        "length; `causal`: zeros before, so that no output sees later input.",
    )
    dilation_rate: tuple[int, ...] = DILATION_RATE[1]


class Conv2D(_Conv):
    """Convolution over two dimensions, such as an image's height and width.

    Input of shape `(batch, height, width, channels)`; output `(batch, rows, columns, filters)`.
    """

    ndim, rank = 4, 2
    kernel_size: tuple[int, ...] = KERNEL_SIZE[2]
    strides: tuple[int, ...] = STRIDES[2]
    dilation_rate: tuple[int, ...] = DILATION_RATE[2]


class Conv3D(_Conv):
    """Convolution over three dimensions, such as those of a volume or a video.

    Input of shape `(batch, *sizes, channels)`; output `(batch, *places, filters)`.
    """

    ndim, rank = 5, 3
    kernel_size: tuple[int, ...] = KERNEL_SIZE[3]
    strides: tuple[int, ...] = STRIDES[3]
    dilation_rate: tuple[int, ...] = DILATION_RATE[3]
