"""Layers without a model: applied to data, asked for their weights.

A layer by itself gets a model of one layer, for each kind of input. Models that have the layer
share its weights, so that what is seen here is what they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.layers.base import Layer, is_described
from rdeep.catalogue.layers.formula import Eager
from rdeep.engines import registry as backends
from rdeep.errors import StateError, layer_title
from rdeep.graph.composite import Composite
from rdeep.graph.holder import value_of
from rdeep.graph.layer import GraphLayer
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models.model import Model
from rdeep.models.tensors import kind_of, on_engine
from rdeep.ops.dispatch import default_backend, engine_of

Entry = tuple[tuple[Any, ...], str]


def call_layer(
    layer: Layer | GraphLayer, inputs: object, training: bool = False, backend: str | None = None
) -> Any:
    """Return what a layer makes of data.

    Parameters
    ----------
    layer : Layer
        The layer; its weights are made if it has none yet.
    inputs : array, tensor, or list of them
        The data, the samples first.
    training : bool
        Whether the layer acts as it does in training.
    backend : str, optional
        The engine for plain arrays; by default the first that is installed.

    Returns
    -------
    tensor or list of tensor
        Tensors of the engine.
    """
    layer = record_of(layer)
    if is_described():
        return layer(inputs, training=training or None)
    inputs = value_of(inputs)
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    engine = engine_of(given) or backend or default_backend()
    parts = [np.asarray(x) if engine_of([x]) is None else on_engine(x, engine) for x in given]
    if isinstance(layer, Eager) and layer.ndim is not None and parts[0].ndim == layer.ndim - 1:
        # One picture, not several.
        return call_layer(layer, [each[None] for each in parts], training, engine)[0]
    entries = [((None, *tuple(x.shape)[1:]), _dtype(layer, x)) for x in parts]
    found = model_of(layer, entries, engine)(parts, training)
    if layer.compute_dtype is None or isinstance(found, (list, tuple)):
        return found
    return backends.load(engine).ops.cast(found, layer.compute_dtype)


def record_of(layer: Any) -> Layer:
    """Return a layer's record; a layer of a model has it inside.

    Parameters
    ----------
    layer : Layer or GraphLayer
        The layer.
    """
    return layer.record if isinstance(layer, GraphLayer) else layer


def _dtype(layer: Layer, x: Any) -> str:
    whole = kind_of(x) in "iu"
    takes_whole = isinstance(layer, Composite) or layer.code_limits() is not None
    return "int32" if whole and takes_whole else "float32"


def model_of(layer: Layer, entries: Sequence[Entry], backend: str) -> Model:
    """Return the model that consists of a layer, always the same for the same kind of input.

    Parameters
    ----------
    layer : Layer
        The layer.
    entries : sequence of (shape, dtype)
        What goes in.
    backend : str
        The engine.
    """
    models: dict[Any, Model] = layer.__dict__.setdefault("_models", {})
    key = (tuple(entries), backend)
    if key not in models:
        inputs = [Input(shape[1:], dtype) for shape, dtype in entries]
        models[key] = Model(inputs, _applied(layer, inputs), backend=backend)
    return models[key]


def _applied(layer: Layer, inputs: list[SymbolicTensor]) -> Any:
    listed = len(inputs) > 1 or (layer.merges and not layer.lone)
    return layer(inputs if listed else inputs[0])


def build_layer(layer: Layer, shape: Any) -> None:
    """Make a layer's weights for an input of a shape.

    Parameters
    ----------
    layer : Layer
        The layer.
    shape : sequence of int or None, or several of them
        The input's shape, the batch first.
    """
    several = any(isinstance(size, (list, tuple)) for size in shape)
    shapes = shape if several else [shape]
    dtype = "float32" if layer.code_limits() is None else "int32"
    entries = [((None, *tuple(each)[1:]), dtype) for each in shapes]
    model_of(layer, entries, default_backend())


def layer_is_built(layer: object) -> bool:
    """Return whether a layer was applied to something, and so has its weights.

    Parameters
    ----------
    layer : Layer
        The layer.
    """
    return bool(record_of(layer).__dict__.get("_entries"))


def layer_model(layer: Layer) -> Model:
    """Return a model whose weights are those of a layer.

    Parameters
    ----------
    layer : Layer
        The layer.

    Raises
    ------
    StateError
        If the layer was not applied to anything: the weights' shapes are not known.
    """
    layer = record_of(layer)
    if not layer_is_built(layer):
        title = layer.name or layer.shown_kind
        raise StateError(
            f"{layer_title(layer)} has no weights yet: it was not applied to anything.",
            hint="Apply it to a symbolic tensor or to data, or call its `build()` with a shape.",
            layer=title,
        )
    made = layer.__dict__.get("_models")
    return (
        next(iter(made.values()))
        if made
        else model_of(layer, layer.__dict__["_entries"], default_backend())
    )
