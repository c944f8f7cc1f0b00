"""Layers that normalize."""

from __future__ import annotations

from rdeep.catalogue.initializers import Initializer, Ones
from rdeep.catalogue.layers.base import Dims, Layer, Weight, format_shape, known
from rdeep.catalogue.options import Axis, Flag, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ShapeError

__all__ = ["BatchNormalization", "LayerNormalization", "RMSNormalization"]


class BatchNormalization(Layer):
    """Normalizes each channel by the batch's mean and variance (Ioffe and Szegedy, 2015).

    While training `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, with the batch's mean and
    variance; afterwards with their moving averages, `moving * momentum + batch * (1 - momentum)`.
    A layer with `trainable = False` always uses the moving averages.
    """

    example = (
        "keras_model_sequential(input_shape = 4) |> layer_dense(8) |> layer_batch_normalization()"
    )
    axis: int = option(Axis(), -1, "The axis of the channels.")
    momentum: float = option(
        Number(0.0, 1.0), 0.99, "The share of the moving averages that is kept."
    )
    epsilon: float = option(Number(0.0), 1e-3, "A small number that keeps the division finite.")
    center: bool = option(Flag(), True, "Whether to add `beta`.")
    scale: bool = option(Flag(), True, "Whether to multiply by `gamma`.")
    beta_initializer: Initializer = option(Ref("initializer"), "zeros", "How `beta` starts.")
    gamma_initializer: Initializer = option(Ref("initializer"), "ones", "How `gamma` starts.")
    moving_mean_initializer: Initializer = option(
        Ref("initializer"), "zeros", "How the moving mean starts."
    )
    moving_variance_initializer: Initializer = option(
        Ref("initializer"), "ones", "How the moving variance starts."
    )
    beta_regularizer: Regularizer | None = option(Ref("regularizer"), None, "A penalty on `beta`.")
    gamma_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on `gamma`."
    )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return gamma, beta, the moving mean and the moving variance, each `(channels,)`."""
        shape = (known(shapes[0][self.axis], self, "the axis of the channels"),)
        weights = []
        if self.scale:
            weights.append(Weight("gamma", shape, self.gamma_initializer, self.gamma_regularizer))
        if self.center:
            weights.append(Weight("beta", shape, self.beta_initializer, self.beta_regularizer))
        weights.append(Weight("moving_mean", shape, self.moving_mean_initializer, buffer=True))
        weights.append(
            Weight("moving_variance", shape, self.moving_variance_initializer, buffer=True)
        )
        return weights


class LayerNormalization(Layer):
    """Normalizes each sample by its own mean and variance along an axis (Ba et al., 2016).

    `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, while training and afterwards.
    """

    example = (
        "keras_model_sequential(input_shape = 4) |> layer_dense(8) |> layer_layer_normalization()"
    )
    axis: int = option(Axis(), -1, "The axis to normalize along.")
    epsilon: float = option(Number(0.0), 1e-3, "A small number that keeps the division finite.")
    center: bool = option(Flag(), True, "Whether to add `beta`.")
    scale: bool = option(Flag(), True, "Whether to multiply by `gamma`.")
    beta_initializer: Initializer = option(Ref("initializer"), "zeros", "How `beta` starts.")
    gamma_initializer: Initializer = option(Ref("initializer"), "ones", "How `gamma` starts.")
    beta_regularizer: Regularizer | None = option(Ref("regularizer"), None, "A penalty on `beta`.")
    gamma_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on `gamma`."
    )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return gamma and beta, each as long as the axis."""
        shape = (_length(self, shapes[0], self.axis),)
        weights = []
        if self.scale:
            weights.append(Weight("gamma", shape, self.gamma_initializer, self.gamma_regularizer))
        if self.center:
            weights.append(Weight("beta", shape, self.beta_initializer, self.beta_regularizer))
        return weights


class RMSNormalization(Layer):
    """Normalizes each sample by the root of its mean square along an axis (Zhang et al., 2019).

    `scale * x / sqrt(mean(x**2) + epsilon)`, while training and afterwards.
    """

    key = "rms_normalization"
    example = (
        "keras_model_sequential(input_shape = 4) |> layer_dense(8) |> layer_rms_normalization()"
    )
    axis: int = option(Axis(), -1, "The axis to normalize along.")
    epsilon: float = option(Number(0.0), 1e-6, "A small number that keeps the division finite.")

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the scale, as long as the axis."""
        return [Weight("scale", (_length(self, shapes[0], self.axis),), Ones())]


def _length(layer: Layer, shape: Dims, axis: int) -> int:
    """Return the size of the axis that a layer normalizes along."""
    if not -len(shape) < axis < len(shape) or axis == 0:
        title = layer.name or type(layer).__name__
        raise ShapeError(
            f"Layer {title!r} cannot normalize along 'axis': its input has shape "
            f"{format_shape(shape)}, of which the first axis is the batch.",
            layer=title,
            argument="axis",
            received=axis,
        )
    return known(shape[axis], layer, "the axis to normalize along")
