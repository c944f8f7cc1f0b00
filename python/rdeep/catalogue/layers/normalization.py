"""Layers that normalize."""

from __future__ import annotations

from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.options import Axis, Flag, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer

__all__ = ["BatchNormalization"]


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
