"""A layer of the user's that has another one inside: `rdeep.layers.Wrapper`."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers.base import Layer as AnyLayer
from rdeep.errors import ArgumentError, show
from rdeep.graph.custom import CustomLayer


class Wrapper(CustomLayer):
    """A layer of your own around another: write `call`, which applies `self.layer`.

    Parameters
    ----------
    layer : Layer
        The layer inside.
    **kwargs
        As for a layer of your own.

    Examples
    --------
    >>> from rdeep import Input
    >>> from rdeep.layers import Dense
    >>> class Twice(Wrapper):
    ...     def call(self, inputs):
    ...         return 2.0 * self.layer(inputs)
    >>> Twice(Dense(3))(Input((4,))).shape
    (None, 3)
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(layer, AnyLayer):
            raise ArgumentError(
                f"'layer' must be a layer, not {show(layer)}.", argument="layer", received=layer
            )
        self.layer = layer

    def call(self, inputs: Any) -> Any:
        """Return what the layer inside gives."""
        return self.layer(inputs)

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` takes."""
        return {**super().get_config(), "layer": self.layer}
