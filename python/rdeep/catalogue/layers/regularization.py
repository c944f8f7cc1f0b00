"""Layers that act while training only, against overfitting."""

from __future__ import annotations

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.options import Count, Number, Shape, option

__all__ = ["Dropout"]


class Dropout(Layer):
    """Sets a share of the values to zero while training and scales up the rest.

    Values that stay are multiplied by `1 / (1 - rate)`, so that their expected sum is unchanged.
    The mask depends on the seed, the step and the layer alone: both engines draw the same.
    """

    random = True
    example = "keras_model_sequential(input_shape = 4) |> layer_dense(8) |> layer_dropout(0.5)"
    rate: float = option(Number(0.0, 1.0, open_high=True), doc="The share of values set to zero.")
    noise_shape: Dims | None = option(
        Shape(),
        None,
        "The shape of the mask with the batch first, `None` for a size of the input; where it has "
        "1 the same mask is used along that axis.",
    )
    seed: int | None = option(
        Count(0), None, "A seed of its own; without one the model's seed governs."
    )
