"""A layer of one's own applied to each step of a sequence: what its wrapper becomes in a graph."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.layers import TimeDistributed
from rdeep.catalogue.layers.base import Layer
from rdeep.graph import tensor as graph_tensor
from rdeep.graph.composite import Composite
from rdeep.graph.custom import CustomLayer
from rdeep.ops.dispatch import function


class StepByStep(CustomLayer):
    """Applies a layer that is a graph to each step, as `TimeDistributed` does one of the catalogue.

    Parameters
    ----------
    wrapper : TimeDistributed
        The wrapper of the layer.
    """

    supports_masking = True

    def __init__(self, wrapper: TimeDistributed) -> None:
        super().__init__(name=wrapper.name, trainable=wrapper.trainable)
        title = wrapper.named_after()
        self.__dict__.update(title=title, key=title, inside=wrapper.layer)

    def call(self, inputs: Any) -> Any:
        """Return the outputs of all steps."""
        inside, steps = self.__dict__["inside"], inputs.shape[1]
        if steps is not None:
            # Folded, an open batch of so many steps each could not be told from any other.
            found = [inside(inputs[:, step]) for step in range(steps)]
            return function("stack")(found, axis=1)  # (batch, steps, ...)
        shape, reshape = function("shape"), function("reshape")
        found = inside(reshape(inputs, (-1, *inputs.shape[2:])))  # (batch * steps, ...)
        return reshape(found, (-1, shape(inputs)[1], *found.shape[1:]))  # (batch, steps, ...)


def apply_layer(layer: Layer, inputs: Any, training: bool | None = None) -> Any:
    """Return what a layer makes of symbolic tensors, as `rdeep.graph.tensor.apply_layer`.

    Parameters
    ----------
    layer : Layer
        The layer.
    inputs : SymbolicTensor or sequence of them
        What it is applied to.
    training : bool, optional
        Whether it always acts as it does in training, or never.
    """
    if isinstance(layer, TimeDistributed) and isinstance(layer.layer, Composite):
        known = layer.__dict__.get("_step_by_step")
        made = StepByStep(layer) if known is None else known
        layer.__dict__["_step_by_step"] = made
        layer = made
    return graph_tensor.apply_layer(layer, inputs, training)
