"""Depthwise and separable convolutions."""

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
    PADDING,
    STRIDES,
    USE_BIAS,
    Convolution,
)
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.shared import (
    ACTIVITY_REGULARIZER,
    BIAS_CONSTRAINT,
    BIAS_REGULARIZER,
    DEPTHWISE_CONSTRAINT,
    DEPTHWISE_REGULARIZER,
    POINTWISE_CONSTRAINT,
    POINTWISE_REGULARIZER,
)
from rdeep.catalogue.layers.spatial import DATA_FORMAT
from rdeep.catalogue.options import Count, Ref, Sizes, option
from rdeep.catalogue.regularizers import Regularizer

__all__ = ["DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"]

_DEPTH_MULTIPLIER = option(Count(), 1, "The number of output channels for each input channel.")
_DEPTHWISE_INITIALIZER = option(
    Ref("initializer"), "glorot_uniform", "The initializer of the depthwise kernel."
)


class _Depthwise(Convolution, abstract=True):
    """What convolutions of single channels share."""

    depth_multiplier: int
    depthwise_initializer: Initializer
    depthwise_regularizer: Regularizer | None
    depthwise_constraint: Constraint | None

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses with each padding, with strides and with dilation."""
        shape, plain = (*(7, 6)[: cls.rank], 2), {"kernel_size": 3, "depth_multiplier": 2}
        if "filters" in cls.options:
            plain["filters"] = 3
        more: tuple[dict[str, Any], ...] = (
            *({"activation": "tanh"}, {"padding": "same", "strides": 2}, {"dilation_rate": 2}),
        )
        return [case({**plain, **options}, shape) for options in more]

    def depthwise_weight(self, name: str, shape: Dims) -> Weight:
        """Return the kernel `(*kernel_size, channels, depth_multiplier)`."""
        kernel = (*self.kernel_size, self.input_channels(shape), self.depth_multiplier)
        how = (self.depthwise_initializer, self.depthwise_regularizer)
        return Weight(name, kernel, *how, constraint=self.depthwise_constraint)


class _DepthwiseConv(_Depthwise, abstract=True):
    # Options in Keras's order; those of type Sizes(0) are declared again for each rank.
    kernel_size: tuple[int, ...] = option(Sizes(0))
    strides: tuple[int, ...] = option(Sizes(0))
    padding: str = PADDING
    depth_multiplier: int = _DEPTH_MULTIPLIER
    data_format: str | None = DATA_FORMAT
    dilation_rate: tuple[int, ...] = option(Sizes(0))
    activation: Activation | None = ACTIVATION
    use_bias: bool = USE_BIAS
    depthwise_initializer: Initializer = _DEPTHWISE_INITIALIZER
    bias_initializer: Initializer = BIAS_INITIALIZER
    depthwise_regularizer: Regularizer | None = DEPTHWISE_REGULARIZER
    bias_regularizer: Regularizer | None = BIAS_REGULARIZER
    activity_regularizer: Regularizer | None = ACTIVITY_REGULARIZER
    depthwise_constraint: Constraint | None = DEPTHWISE_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch, the places of the window, and `channels * depth_multiplier`."""
        width = self.input_channels(shapes[0]) * self.depth_multiplier
        return self.joined(shapes[0][0], self.places(shapes[0]), width)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel and the bias `(channels * depth_multiplier,)`."""
        width = self.input_channels(shapes[0]) * self.depth_multiplier
        return [self.depthwise_weight("kernel", shapes[0]), *self.declared_bias(width)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the convolutions of the channels, with the bias."""
        y = run.ops.depthwise_conv(
            inputs,
            run.weights["kernel"],
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
        )
        return self.with_bias(y, run)


class DepthwiseConv1D(_DepthwiseConv):
    """1D depthwise convolution layer: convolves each channel of sequences separately.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Output shape
    ------------
    `(batch, new_steps, channels * depth_multiplier)`.

    Examples
    --------
    >>> DepthwiseConv1D(3, depth_multiplier=2).output_shape((None, 28, 4))
    (None, 26, 8)
    """

    ndim, rank = 3, 1
    kernel_size: tuple[int, ...] = KERNEL_SIZE[1]
    strides: tuple[int, ...] = STRIDES[1]
    dilation_rate: tuple[int, ...] = DILATION_RATE[1]


class DepthwiseConv2D(_DepthwiseConv):
    """2D depthwise convolution layer: convolves each channel of images separately.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_height, new_width, channels * depth_multiplier)`.

    Examples
    --------
    >>> DepthwiseConv2D(3, depth_multiplier=2).output_shape((None, 28, 28, 4))
    (None, 26, 26, 8)
    """

    ndim, rank = 4, 2
    kernel_size: tuple[int, ...] = KERNEL_SIZE[2]
    strides: tuple[int, ...] = STRIDES[2]
    dilation_rate: tuple[int, ...] = DILATION_RATE[2]


class _SeparableConv(_Depthwise, abstract=True):
    # Options in Keras's order; those of type Sizes(0) are declared again for each rank.
    filters: int = FILTERS
    kernel_size: tuple[int, ...] = option(Sizes(0))
    strides: tuple[int, ...] = option(Sizes(0))
    padding: str = PADDING
    data_format: str | None = DATA_FORMAT
    dilation_rate: tuple[int, ...] = option(Sizes(0))
    depth_multiplier: int = _DEPTH_MULTIPLIER
    activation: Activation | None = ACTIVATION
    use_bias: bool = USE_BIAS
    depthwise_initializer: Initializer = _DEPTHWISE_INITIALIZER
    pointwise_initializer: Initializer = option(
        Ref("initializer"), "glorot_uniform", "The initializer of the pointwise kernel."
    )
    bias_initializer: Initializer = BIAS_INITIALIZER
    depthwise_regularizer: Regularizer | None = DEPTHWISE_REGULARIZER
    pointwise_regularizer: Regularizer | None = POINTWISE_REGULARIZER
    bias_regularizer: Regularizer | None = BIAS_REGULARIZER
    activity_regularizer: Regularizer | None = ACTIVITY_REGULARIZER
    depthwise_constraint: Constraint | None = DEPTHWISE_CONSTRAINT
    pointwise_constraint: Constraint | None = POINTWISE_CONSTRAINT
    bias_constraint: Constraint | None = BIAS_CONSTRAINT

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the batch, the places of the window in each dimension, and the filters."""
        return self.joined(shapes[0][0], self.places(shapes[0]), self.filters)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the depthwise and the pointwise kernel, and the bias `(filters,)`.

        The pointwise one is `(1, ..., channels * depth_multiplier, filters)`.
        """
        width = self.input_channels(shapes[0]) * self.depth_multiplier
        pointwise = Weight(
            "pointwise_kernel",
            (*(1,) * self.rank, width, self.filters),
            self.pointwise_initializer,
            self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )
        depthwise = self.depthwise_weight("depthwise_kernel", shapes[0])
        return [depthwise, pointwise, *self.declared_bias(self.filters)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the channels' convolutions, mixed at each place, with the bias."""
        y = run.ops.separable_conv(
            inputs,
            run.weights["depthwise_kernel"],
            run.weights["pointwise_kernel"],
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
        )
        return self.with_bias(y, run)


class SeparableConv1D(_SeparableConv):
    """1D separable convolution layer: a depthwise convolution, then a pointwise one.

    Input shape
    -----------
    `(batch, steps, channels)`.

    Output shape
    ------------
    `(batch, new_steps, filters)`.

    References
    ----------
    Chollet, F. (2017). Xception: deep learning with depthwise separable convolutions.
    arXiv:1610.02357.

    Examples
    --------
    >>> SeparableConv1D(8, 3).output_shape((None, 28, 4))
    (None, 26, 8)
    """

    ndim, rank = 3, 1
    kernel_size: tuple[int, ...] = KERNEL_SIZE[1]
    strides: tuple[int, ...] = STRIDES[1]
    dilation_rate: tuple[int, ...] = DILATION_RATE[1]


class SeparableConv2D(_SeparableConv):
    """2D separable convolution layer: a depthwise convolution, then a pointwise one.

    Input shape
    -----------
    `(batch, height, width, channels)`.

    Output shape
    ------------
    `(batch, new_height, new_width, filters)`.

    References
    ----------
    Chollet, F. (2017). Xception: deep learning with depthwise separable convolutions.
    arXiv:1610.02357.

    Examples
    --------
    >>> SeparableConv2D(8, 3).output_shape((None, 28, 28, 4))
    (None, 26, 26, 8)
    """

    ndim, rank = 4, 2
    kernel_size: tuple[int, ...] = KERNEL_SIZE[2]
    strides: tuple[int, ...] = STRIDES[2]
    dilation_rate: tuple[int, ...] = DILATION_RATE[2]
