"""The layer that scales each feature, of networks whose blocks begin with next to no effect."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.initializers import Constant
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Number, option
from rdeep.catalogue.registry import register_internal

__all__ = ["LayerScale"]


@register_internal
class LayerScale(Layer):
    """Scaling layer: multiplies each feature by a trained number that starts small.

    References
    ----------
    Touvron, H., Cord, M., Sablayrolles, A., Synnaeve, G. and Jegou, H. (2021). Going deeper with
    image transformers. ICCV.

    Examples
    --------
    >>> LayerScale(0.5).output_shape((None, 4, 3))
    (None, 4, 3)
    """

    internal = True
    init_values: float = option(Number(), 1e-6, "What the numbers start with.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"init_values": 0.5}, (4, 3))]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return a number for each feature."""
        features = known(shapes[0][-1], self, "features")
        return [Weight("gamma", (features,), Constant(self.init_values))]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the features, scaled."""
        return inputs * run.weights["gamma"]
