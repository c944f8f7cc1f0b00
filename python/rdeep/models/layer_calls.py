"""Layers without a model: applied to data, asked for their weights.

A layer by itself gets a model of one layer, for each kind of input. Models that have the layer
share its weights, so that what is seen here is what they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.layers.base import Layer, is_described
from rdeep.catalogue.layers.call_options import called_with, current_call
from rdeep.catalogue.layers.formula import Eager
from rdeep.engines import registry as backends
from rdeep.errors import StateError, layer_title
from rdeep.graph.composite import Composite
from rdeep.graph.holder import value_of
from rdeep.graph.layer import GraphLayer
from rdeep.graph.masks import MaskOf, with_mask
from rdeep.graph.nesting import unnested
from rdeep.graph.tensor import Input, SymbolicTensor
from rdeep.models.model import Model
from rdeep.models.tensors import kind_of, on_engine
from rdeep.ops.dispatch import default_backend, engine_of

Entry = tuple[tuple[Any, ...], str]
MASK = "_keras_mask"
"""What a tensor's mask goes by, as in Keras."""


def call_layer(
    layer: Layer | GraphLayer,
    inputs: object,
    training: bool = False,
    backend: str | None = None,
    mask: object = None,
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
    mask : array, or list of array, optional
        The mask of each input; by default what it carries, if a layer made it.

    Returns
    -------
    tensor or list of tensor
        Tensors of the engine.
    """
    layer = record_of(layer)
    if is_described():
        return layer(inputs, training=training or None, mask=mask)
    inputs = value_of(inputs)
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    engine = engine_of(given) or backend or default_backend()
    parts = [_entering(each, engine) for each in given]
    if isinstance(layer, Eager) and layer.ndim is not None and parts[0].ndim == layer.ndim - 1:
        # One picture, not several.
        return call_layer(layer, [each[None] for each in parts], training, engine)[0]
    entries = [((None, *tuple(x.shape)[1:]), _dtype(layer, x)) for x in parts]
    ops = backends.load(engine).ops
    # Arrays enter networks as float32: what keeps its 64 bits is a tensor already.
    wide = [dtype == "float64" for _, dtype in entries]
    parts = [ops.convert_to_tensor(x, "float64") if w else x for x, w in zip(parts, wide)]
    said = [_mask_of(each) for each in given] if mask is None else _listed(value_of(mask))
    masks = [None if each is None else _entering(each, engine) for each in said]
    masked = tuple(None if each is None else tuple(each.shape)[1:] for each in masks)
    model = model_of(layer, entries, engine, masked)
    parts += [_whole(each, engine) for each in masks if each is not None]
    found = model(parts, training)
    if layer.own_dtype is not None and not isinstance(found, (list, tuple)):
        found = ops.cast(found, layer.own_dtype)
    if any(tensor.masked for tensor in model.graph.outputs):
        _carry(layer, model, parts, unnested(found)[0])
    return found


def _entering(x: Any, engine: str) -> Any:
    """Return an array as it is, and a tensor as one of the engine, with its gradients."""
    return np.asarray(x) if engine_of([x]) is None else on_engine(x, engine)


def _whole(mask: Any, engine: str) -> Any:
    """Return a mask as whole numbers, which models take."""
    if isinstance(mask, np.ndarray):
        return mask.astype("int32")
    return backends.load(engine).ops.cast(mask, "int32")


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _mask_of(value: object) -> Any:
    """Return the mask that a layer has left on a tensor."""
    return getattr(value, MASK, None)


def _carry(layer: Layer, model: Model, arrays: list[Any], found: list[Any]) -> None:
    """Leave the masks that outputs carry on the tensors, for the layers that come after."""
    outputs = model.graph.outputs
    carrying = [index for index, tensor in enumerate(outputs) if tensor.masked]
    models: dict[int, Model] = layer.__dict__.setdefault("_mask_models", {})
    if id(model) not in models:
        masks: Any = [MaskOf()(outputs[index]) for index in carrying]
        models[id(model)] = Model(list(model.graph.inputs), masks, backend=model.backend)
    for index, mask in zip(carrying, _listed(models[id(model)](arrays))):
        if not isinstance(found[index], np.ndarray):
            setattr(found[index], MASK, mask)


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
    if layer.own_dtype == "float64" and not whole:
        return "float64"
    return "int32" if whole and takes_whole else "float32"


def model_of(
    layer: Layer,
    entries: Sequence[Entry],
    backend: str,
    masked: tuple[tuple[int, ...] | None, ...] = (),
) -> Model:
    """Return the model that consists of a layer, always the same for the same kind of input.

    Parameters
    ----------
    layer : Layer
        The layer.
    entries : sequence of (shape, dtype)
        What goes in.
    backend : str
        The engine.
    masked : tuple of tuple or None
        The shape of the mask that comes with each input, without the batch; the masks are further
        inputs.
    """
    models: dict[Any, Model] = layer.__dict__.setdefault("_models", {})
    shapes = masked if any(each is not None for each in masked) else ()
    key = (tuple(entries), backend, shapes, *sorted(current_call().items()))
    if key not in models:
        inputs = [Input(shape[1:], dtype) for shape, dtype in entries]
        for tensor, (_, dtype) in zip(inputs, entries):
            # What models take as float32 comes here as it is.
            tensor.dtype = "float64" if dtype == "float64" else tensor.dtype
        masks = [None if shape is None else Input(shape, "int32") for shape in masked]
        given = [*map(with_mask, inputs, masks), *inputs[len(masks) :]]
        entered = [*inputs, *(each for each in masks if each is not None)]
        models[key] = Model(entered, _applied(layer, given), backend=backend)
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
    return next(iter(made.values())) if made else model_of_entries(layer, default_backend())


def model_of_entries(layer: Layer, backend: str) -> Model:
    """Return the model that consists of a layer, for what it was applied to first.

    Parameters
    ----------
    layer : Layer
        The layer.
    backend : str
        The engine.
    """
    with called_with(layer.__dict__.get("_entered_with") or {}):
        return model_of(layer, layer.__dict__["_entries"], backend)


def _own_models(layer: Any) -> tuple[Layer, list[Model]]:
    record = record_of(layer)
    return record, list(record.__dict__.get("_models", {}).values())


def layer_states(layer: Any) -> list[Any]:
    """Return the states that a recurrent layer has kept of the data that it was called on last.

    Parameters
    ----------
    layer : Layer
        The layer.

    Returns
    -------
    list of tensor
        Tensors of the engine; none before the first call, and of a layer that keeps none.
    """
    for model in reversed(_own_models(layer)[1]):
        kept = model.network.get_states()
        if kept:
            ops = backends.load(model.backend).ops
            return [ops.as_tensor(kept[name]) for name in sorted(kept)]
    return []


def reset_layer_states(layer: Any) -> None:
    """Have a recurrent layer that was called on data start the next call from zeros.

    Parameters
    ----------
    layer : Layer
        The layer.
    """
    for model in _own_models(layer)[1]:
        model.reset_states()
