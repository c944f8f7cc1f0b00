"""Variables that a layer of one's own computes with: they become weights of the layer, as in Keras.

A variable is a constant for whoever describes a network. Where the `call` of a layer uses one, the
layer makes a weight that starts from the variable's value, and the variable is a face of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

import numpy as np

from rdeep.catalogue.initializers import Constant, Initializer
from rdeep.errors import ArgumentError
from rdeep.graph.tensor import SymbolicTensor


class Free(Protocol):
    """A variable by itself."""

    name: str
    trainable: bool
    joined: tuple[Any, str, SymbolicTensor] | None
    """The layer that has it as a weight, the weight's name, and what stands for it in graphs."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""

    def start(self) -> np.ndarray:
        """Return the value that it had by itself."""


class StartOf(Initializer):
    """Has a weight start from the value that a variable had before it became one.

    Parameters
    ----------
    variable : Free
        The variable.
    """

    internal = True
    variable: Free

    def __init__(self, variable: Free) -> None:
        self.__dict__["variable"] = variable

    def _values(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return self.variable.start()

    def to_data(self) -> dict[str, Any]:
        """Return the values as plain data."""
        return Constant(self.variable.start()).to_data()


_layer: ContextVar[Any] = ContextVar("layer whose call is described", default=None)


@contextmanager
def calling(layer: Any) -> Iterator[None]:
    """Have variables that are used become weights of a layer, while its `call` is described.

    Parameters
    ----------
    layer : CustomLayer
        The layer.
    """
    token = _layer.set(layer)
    try:
        yield
    finally:
        _layer.reset(token)


def as_weight(variable: Free) -> SymbolicTensor | None:
    """Return what stands for a variable in the graph of the layer that is described.

    Parameters
    ----------
    variable : Free
        The variable.

    Returns
    -------
    SymbolicTensor or None
        None where no layer is described.
    """
    layer = _layer.get()
    if layer is None:
        return None
    if variable.joined is None:
        taken = {each.weight.name for each in layer.__dict__["_variables"]}
        name, number = variable.name, 0
        while name in taken:
            number += 1
            name = f"{variable.name}_{number}"
        tensor = layer.add_weight(
            variable.shape, StartOf(variable), trainable=variable.trainable, name=name
        )
        variable.joined = (layer, name, tensor)
    owner, _, tensor = variable.joined
    if owner is not layer:
        raise ArgumentError(
            f"The variable {variable.name!r} is a weight of {owner.shown_kind} already, and "
            f"{layer.shown_kind} computes with it too: what one learns the other would not know.",
            layer=layer.name or layer.named_after(),
            hint="Compute with it in one layer, and give others what that returns.",
        )
    return tensor
