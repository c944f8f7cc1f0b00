"""Layers that act while training only, against overfitting."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import Dims, Layer
from rdeep.catalogue.layers.formula import Formula, Run
from rdeep.catalogue.options import Count, Number, Shape, option
from rdeep.catalogue.regularizers import L1L2, Regularizer

__all__ = ["ActivityRegularization", "Dropout"]


class ActivityRegularization(Formula):
    """A penalty on what passes through, added to the loss; the output is the input.

    The penalty is `l1 * sum(|x|) + l2 * sum(x^2)`, divided by the number of samples.
    """

    l1: float = option(Number(0.0), 0.0, "The factor of the absolute values.")
    l2: float = option(Number(0.0), 0.0, "The factor of the squares.")

    def penalty_on_output(self) -> Regularizer | None:
        """Return the penalty."""
        return L1L2(self.l1, self.l2)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input."""
        return inputs


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
