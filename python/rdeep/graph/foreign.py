"""Layers that are an engine's own objects: they run on that engine alone, and not from files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.initializers import Initializer
from rdeep.catalogue.layers.base import Dims, Layer, Weight
from rdeep.errors import BackendError, class_name
from rdeep.graph.composite import Composite
from rdeep.graph.network import Graph


class GivenValues(Initializer):
    """The values that an object came with."""

    internal = True

    def __init__(self, values: np.ndarray) -> None:
        self.__dict__["values"] = np.asarray(values, dtype=np.float32)

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """Return the values."""
        return self.__dict__["values"]


def holds_foreign(graph: Graph) -> bool:
    """Return whether a layer of a graph, or of one within, is an engine's own object.

    Parameters
    ----------
    graph : Graph
        The graph.
    """
    for layer in graph.layers:
        record = layer.record
        if isinstance(record, Foreign):
            return True
        if isinstance(record, Composite):
            inner = record.inner_for(layer.input_shapes)
            if holds_foreign(inner.graph):
                return True
    return False


def refuse_foreign(layer: Layer, name: str, engine: str) -> None:
    """Refuse an object of another engine.

    Parameters
    ----------
    layer : Layer
        The layer, for which this engine has no native form.
    name : str
        Its name in the model.
    engine : str
        This engine.

    Raises
    ------
    BackendError
        If the layer is one.
    """
    if isinstance(layer, Foreign):
        raise BackendError(
            f"Layer {name!r} ({class_name(layer)}) cannot be built on {engine}.",
            layer=name,
            hint=f"It is an object of {layer.engine}, and runs on that alone.",
        )


class Foreign(Layer):
    """A layer that an engine computes by an object of its own.

    Parameters
    ----------
    thing : object
        What computes.
    parameters, buffers : mapping of str to numpy.ndarray
        What training changes by gradients, and what else the object keeps, with present values.
    name, trainable
        As for any layer.
    """

    internal = True
    mask = "stop"
    engine: str
    thing: Any

    def __init__(
        self,
        thing: object,
        parameters: Mapping[str, np.ndarray],
        buffers: Mapping[str, np.ndarray],
        name: str | None = None,
        trainable: bool = True,
    ) -> None:
        super().__init__(name=name, trainable=trainable)
        values = [(n, v, False) for n, v in parameters.items()]
        values += [(n, v, True) for n, v in buffers.items()]
        self.__dict__["thing"] = thing
        self.__dict__["_weights"] = [
            Weight(n, tuple(np.shape(v)), GivenValues(v), buffer=kept) for n, v, kept in values
        ]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the object gives."""
        raise NotImplementedError

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return what the object holds."""
        return self.__dict__["_weights"]

    def to_data(self) -> dict[str, Any]:
        """Refuse: there is no code in files."""
        title = self.name or type(self).__name__
        raise BackendError(
            f"Layer {title!r} is an object of {self.engine}, which a file of rdeep cannot hold.",
            layer=title,
            hint="Keep the weights by save_model_weights(), and make the model again by its code.",
        )
