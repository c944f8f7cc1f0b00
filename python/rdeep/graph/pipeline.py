"""Layers in turn, as one layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.layers.base import Layer
from rdeep.errors import ArgumentError, constructor, show
from rdeep.graph.custom import CustomLayer


class Pipeline(CustomLayer):
    """Applies layers in turn: what one gives goes into the next.

    Parameters
    ----------
    layers : list of Layer
        The layers.
    name : str, optional
        The layer's name in its model.
    trainable : bool
        Whether training changes the layers' weights.

    Examples
    --------
    >>> from rdeep import Input
    >>> from rdeep.graph.pipeline import Pipeline
    >>> from rdeep.layers import Flatten, ReLU
    >>> Pipeline([ReLU(), Flatten()])(Input((3, 4))).shape
    (None, 12)
    """

    def __init__(
        self, layers: Sequence[Layer], name: str | None = None, trainable: bool = True
    ) -> None:
        super().__init__(name=name, trainable=trainable)
        fits = isinstance(layers, (list, tuple)) and layers
        if not fits or not all(isinstance(layer, Layer) for layer in layers):
            raise ArgumentError(
                f"{constructor(self)}: 'layers' must be a list of layers, not {show(layers)}.",
                argument="layers",
                received=layers,
                expected="a list of layers",
                layer="Pipeline",
            )
        self.layers = list(layers)

    def call(self, inputs: Any) -> Any:
        """Return what the last layer gives."""
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs
