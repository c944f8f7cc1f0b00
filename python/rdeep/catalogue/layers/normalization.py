"""Layers that keep the scale of what flows through a network."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.constraints import Constraint
from rdeep.catalogue.initializers import Initializer, Ones
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.formula import Formula, Run
from rdeep.catalogue.layers.shared import (
    BETA_CONSTRAINT,
    BETA_INITIALIZER,
    BETA_REGULARIZER,
    CENTER,
    EPSILON,
    GAMMA_CONSTRAINT,
    GAMMA_INITIALIZER,
    GAMMA_REGULARIZER,
    SCALE,
    affine_weights,
)
from rdeep.catalogue.options import Axes, Axis, Flag, Groups, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ShapeError, format_shape

__all__ = [
    "BatchNormalization",
    "GroupNormalization",
    "LayerNormalization",
    "RMSNormalization",
    "UnitNormalization",
]


class BatchNormalization(Layer):
    """Normalizes each channel by the batch's mean and variance (Ioffe and Szegedy, 2015).

    While training `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the batch's mean and
    variance; afterwards with their moving averages, `moving * momentum + batch * (1 - momentum)`.
    A layer with `trainable = False` always uses the moving averages.
    """

    axis: int = option(Axis(), -1, "The axis of the channels.")
    momentum: float = option(
        Number(0.0, 1.0), 0.99, "The share of the moving averages that is kept."
    )
    epsilon: float = EPSILON
    center: bool = CENTER
    scale: bool = SCALE
    beta_initializer: Initializer = BETA_INITIALIZER
    gamma_initializer: Initializer = GAMMA_INITIALIZER
    moving_mean_initializer: Initializer = option(
        Ref("initializer"), "zeros", "How the moving mean starts."
    )
    moving_variance_initializer: Initializer = option(
        Ref("initializer"), "ones", "How the moving variance starts."
    )
    beta_regularizer: Regularizer | None = BETA_REGULARIZER
    gamma_regularizer: Regularizer | None = GAMMA_REGULARIZER
    beta_constraint: Constraint | None = BETA_CONSTRAINT
    gamma_constraint: Constraint | None = GAMMA_CONSTRAINT
    synchronized: bool = option(
        Flag(),
        False,
        "Whether several devices that share a batch take its mean and variance together. A model "
        "is trained on one device, which sees the whole batch: this changes nothing.",
    )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return gamma, beta, the moving mean and the moving variance, each `(channels,)`."""
        shape = _lengths(self, shapes[0], (self.axis,))
        return [
            *affine_weights(self, shape),
            Weight("moving_mean", shape, self.moving_mean_initializer, buffer=True),
            Weight("moving_variance", shape, self.moving_variance_initializer, buffer=True),
        ]


class LayerNormalization(Layer):
    """Normalizes each sample by its own mean and variance along an axis (Ba et al., 2016).

    `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, while training and afterwards. Along
    several axes, mean and variance are of all their values together.
    """

    axis: int | tuple[int, ...] = option(Axes(), -1, "The axis to normalize along, or several.")
    epsilon: float = EPSILON
    center: bool = CENTER
    scale: bool = SCALE
    beta_initializer: Initializer = BETA_INITIALIZER
    gamma_initializer: Initializer = GAMMA_INITIALIZER
    beta_regularizer: Regularizer | None = BETA_REGULARIZER
    gamma_regularizer: Regularizer | None = GAMMA_REGULARIZER
    beta_constraint: Constraint | None = BETA_CONSTRAINT
    gamma_constraint: Constraint | None = GAMMA_CONSTRAINT

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return gamma and beta, as long as the axes."""
        return affine_weights(self, _lengths(self, shapes[0], _several(self.axis)))


class RMSNormalization(Layer):
    """Normalizes each sample by the root of its mean square along an axis (Zhang et al., 2019).

    `scale * x / sqrt(mean(x**2) + epsilon)`, while training and afterwards.
    """

    key = "rms_normalization"
    mask = "stop"
    axis: int | tuple[int, ...] = option(Axes(), -1, "The axis to normalize along, or several.")
    epsilon: float = option(Number(0.0), 1e-6, "A small number that keeps the division finite.")

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the scale, as long as the axes."""
        return [Weight("scale", _lengths(self, shapes[0], _several(self.axis)), Ones())]


class GroupNormalization(Formula):
    """Normalizes each sample by the mean and variance of groups of channels (Wu and He, 2018).

    `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, while training and afterwards, where
    mean and variance are of all places and of those channels that are a group. One group is nearly
    layer normalization, and a group for each channel is instance normalization.
    """

    groups: int = option(
        Groups(), 32, "How many groups the channels are divided into; -1 for one of each channel."
    )
    axis: int = option(Axis(), -1, "The axis of the channels.")
    epsilon: float = EPSILON
    center: bool = CENTER
    scale: bool = SCALE
    beta_initializer: Initializer = BETA_INITIALIZER
    gamma_initializer: Initializer = GAMMA_INITIALIZER
    beta_regularizer: Regularizer | None = BETA_REGULARIZER
    gamma_regularizer: Regularizer | None = GAMMA_REGULARIZER
    beta_constraint: Constraint | None = BETA_CONSTRAINT
    gamma_constraint: Constraint | None = GAMMA_CONSTRAINT

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse channels that cannot be divided into the groups."""
        super().check_inputs(*shapes)
        (channels,) = _lengths(self, shapes[0], (self.axis,))
        if self.groups != -1 and channels % self.groups:
            title = self.name or "GroupNormalization"
            raise ShapeError(
                f"Layer {title!r} cannot divide {channels} channels into {self.groups} groups of "
                "equal size.",
                layer=title,
                argument="groups",
                received=self.groups,
                expected=f"a number that divides {channels}, or -1",
            )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return gamma and beta, each `(channels,)`."""
        return affine_weights(self, _lengths(self, shapes[0], (self.axis,)))

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the normalized tensor."""
        ops = run.ops
        rank = len(inputs.shape)
        axis = self.axis % rank
        sizes, channels = list(ops.shape(inputs)), inputs.shape[axis]
        groups = channels if self.groups == -1 else self.groups
        # In 32 bits, as other layers that normalize.
        wide = ops.cast(inputs, "float32")
        split = [*sizes[:axis], groups, channels // groups, *sizes[axis + 1 :]]
        grouped = ops.reshape(wide, split)
        within = [place for place in range(1, rank + 1) if place != axis]
        mean = ops.mean(grouped, within, keepdims=True)
        variance = ops.mean(ops.square(grouped - mean), within, keepdims=True)
        found = ops.reshape((grouped - mean) * ops.rsqrt(variance + self.epsilon), sizes)
        shape = [1] * rank
        shape[axis] = channels
        if self.scale:
            found = found * ops.reshape(ops.cast(run.weights["gamma"], "float32"), shape)
        if self.center:
            found = found + ops.reshape(ops.cast(run.weights["beta"], "float32"), shape)
        return ops.cast(found, inputs.dtype)


class UnitNormalization(Formula):
    """Divides each sample by its length along an axis: the root of the sum of its squares."""

    axis: int | tuple[int, ...] = option(Axes(), -1, "The axis to normalize along, or several.")

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse axes that the input does not have."""
        super().check_inputs(*shapes)
        _places(self, shapes[0], _several(self.axis))

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return `x / max(|x|, 1e-12)`."""
        ops = run.ops
        squares = ops.sum(ops.square(inputs), list(_several(self.axis)), keepdims=True)
        # The least length is put under the root, where it leaves zeros a gradient.
        return inputs * ops.rsqrt(ops.maximum(squares, 1e-24))


def _several(axis: int | tuple[int, ...]) -> tuple[int, ...]:
    return (axis,) if isinstance(axis, int) else axis


def places_of(axis: int | tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Return axes counted from the front, in order.

    Parameters
    ----------
    axis : int or tuple of int
        One axis or several.
    rank : int
        How many there are.
    """
    return tuple(sorted(place % rank for place in _several(axis)))


def _places(layer: Layer, shape: Dims, axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return axes counted from the front; the batch's is not one to normalize along."""
    rank = len(shape)
    places = places_of(axes, rank)
    there = all(-rank < axis < rank for axis in axes)
    if not there or 0 in places or len(set(places)) < len(places):
        title = layer.name or type(layer).__name__
        raise ShapeError(
            f"Layer {title!r} cannot normalize along 'axis': its input has shape "
            f"{format_shape(shape)}, of which the first axis is the batch.",
            layer=title,
            argument="axis",
            received=axes[0] if len(axes) == 1 else axes,
        )
    return places


def _lengths(layer: Layer, shape: Dims, axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sizes of the axes that a layer normalizes along."""
    places = _places(layer, shape, axes)
    return tuple(known(shape[place], layer, "the axis to normalize along") for place in places)
