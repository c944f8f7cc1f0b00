"""Convolutions over one or two spatial dimensions, channels last."""

from __future__ import annotations

from typing import ClassVar

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight, format_shape, known
from rdeep.catalogue.options import Choice, Count, Flag, Ref, Sizes, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, ShapeError

__all__ = ["Conv1D", "Conv2D"]


def window_outputs(
    size: int | None, window: int, stride: int, dilation: int, padding: str, layer: Layer
) -> int | None:
    """Return how many places a window has along a dimension.

    Parameters
    ----------
    size : int or None
        The dimension's size.
    window, stride, dilation : int
        The window's size, its step and its spread.
    padding : str
        `"valid"`, `"same"` or `"causal"`.
    layer : Layer
        The layer, for the message.

    Raises
    ------
    ShapeError
        If the window does not fit once.
    """
    if size is None:
        return None
    if padding != "valid":
        return -(-size // stride)
    reach = (window - 1) * dilation + 1
    if reach > size:
        title = layer.name or type(layer).__name__
        raise ShapeError(
            f"Layer {title!r} has a window of {reach} on a dimension of {size}: "
            "it does not fit once.",
            layer=title,
            received=size,
            expected=f"at least {reach}",
            hint="Use padding='same', or a smaller window.",
        )
    return (size - reach) // stride + 1


class _Conv(Layer):
    """What convolutions share; the kernel is `(*kernel_size, channels / groups, filters)`."""

    mask = "stop"
    rank: ClassVar[int]
    # Options in Keras's order; those of type Sizes(0) are declared again for each rank.
    filters: int = option(Count(), doc="The number of output channels.")
    kernel_size: tuple[int, ...] = option(Sizes(0))
    strides: tuple[int, ...] = option(Sizes(0))
    padding: str = option(Choice("valid", "same"))
    data_format: str | None = option(
        Choice("channels_last"), None, "Where the channels are; only last is known."
    )
    dilation_rate: tuple[int, ...] = option(Sizes(0))
    groups: int = option(Count(), 1, "The number of groups of channels convolved apart.")
    activation: Activation | None = option(
        Ref("activation"), None, "The activation; none by default."
    )
    use_bias: bool = option(Flag(), True, "Whether to add a bias.")
    kernel_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "How the kernel starts."
    )
    bias_initializer: Initializer = option(Ref("initializer"), "zeros", "How the bias starts.")
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the kernel."
    )
    bias_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the bias."
    )

    def validate(self) -> None:
        """Refuse strides together with dilation, and groups that do not divide the filters."""
        title = type(self).__name__
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ArgumentError(
                f"{title}(): 'strides' and 'dilation_rate' cannot both be above 1.",
                argument="dilation_rate",
                received=self.dilation_rate,
            )
        if self.filters % self.groups:
            raise ArgumentError(
                f"{title}(): 'filters' ({self.filters}) must be a multiple of "
                f"'groups' ({self.groups}).",
                argument="groups",
                received=self.groups,
            )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch, the places of the window in each dimension, and the filters."""
        places = (
            window_outputs(size, window, stride, dilation, self.padding, self)
            for size, window, stride, dilation in zip(
                shapes[0][1:-1], self.kernel_size, self.strides, self.dilation_rate
            )
        )
        return (shapes[0][0], *places, self.filters)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel and the bias `(filters,)`."""
        channels = known(shapes[0][-1], self, "the channels")
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
        weights = [Weight("kernel", shape, self.kernel_initializer, self.kernel_regularizer)]
        if self.use_bias:
            weights.append(
                Weight("bias", (self.filters,), self.bias_initializer, self.bias_regularizer)
            )
        return weights


class Conv1D(_Conv):
    """Convolution along one dimension, such as time.

    Input of shape `(batch, steps, channels)`; output `(batch, places, filters)`.
    """

    ndim = 3
    rank = 1
    example = "keras_model_sequential(input_shape = c(50, 16)) |> layer_conv_1d(32, 3)"
    kernel_size: tuple[int, ...] = option(Sizes(1), doc="The length of the window.")
    strides: tuple[int, ...] = option(Sizes(1), 1, "The step of the window.")
    padding: str = option(
        Choice("valid", "same", "causal"),
        "valid",
        "`valid`: only whole windows; `same`: zeros on both sides, so that a stride of 1 keeps the "
        "length; `causal`: zeros before, so that no output sees later input.",
    )
    dilation_rate: tuple[int, ...] = option(Sizes(1), 1, "The distance between a window's values.")


class Conv2D(_Conv):
    """Convolution over two dimensions, such as an image's height and width.

    Input of shape `(batch, height, width, channels)`; output `(batch, rows, columns, filters)`.
    """

    ndim = 4
    rank = 2
    example = "keras_model_sequential(input_shape = c(28, 28, 1)) |> layer_conv_2d(32, 3)"
    kernel_size: tuple[int, ...] = option(Sizes(2), doc="The window's height and width.")
    strides: tuple[int, ...] = option(Sizes(2), (1, 1), "The window's steps down and across.")
    padding: str = option(
        Choice("valid", "same"),
        "valid",
        "`valid`: only whole windows; `same`: zeros around, so that a stride of 1 keeps the size.",
    )
    dilation_rate: tuple[int, ...] = option(
        Sizes(2), (1, 1), "The distances between a window's values."
    )
