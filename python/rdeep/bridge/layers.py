"""Layers that are no records of the catalogue, as R asks for them."""

from __future__ import annotations

import inspect
from typing import Any

from rdeep.catalogue import dispatch
from rdeep.catalogue.layers import Layer
from rdeep.catalogue.layers.base import is_described
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, BackendError, class_name
from rdeep.graph import own_classes
from rdeep.graph.composite import Composite, Variable
from rdeep.graph.pipeline import Pipeline
from rdeep.models import layer_calls
from rdeep.ops.dispatch import default_backend, engine_of

_ENGINES = {"TorchModuleWrapper": "torch", "TFSMLayer": "tensorflow"}


def call_layer(
    layer: Any,
    inputs: Any,
    training: bool = False,
    backend: str | None = None,
    mask: Any = None,
    options: dict[str, Any] | None = None,
) -> Any:
    """Return what a layer makes of data; as in `rdeep.models.layer_calls`, with call options."""
    if not options:
        return layer_calls.call_layer(layer, inputs, training, backend, mask)
    record = layer_calls.record_of(layer)
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    ops = backends.load(engine_of(given) or backend or default_backend()).ops
    check_call(record, given, **options)
    tensors = [ops.as_tensor(each) for each in given]
    called = tensors if len(tensors) > 1 else tensors[0]
    return record(called, training=training or None, **options)


def check_call(layer: object, *args: Any, **options: Any) -> None:
    """Refuse a call that a layer does not take.

    Parameters
    ----------
    layer : Layer
        The layer.
    *args, **options
        What it is called with.
    """
    try:
        inspect.signature(type(layer).__call__).bind(layer, *args, **options)
    except TypeError as error:
        raise ArgumentError(
            f"{class_name(layer)} cannot be applied with these arguments: {error}.",
            argument="...",
        ) from None


def layer_inside(layer: Any, name: str) -> Any:
    """Return a layer that a layer is made of, which a class of the user's keeps by its name.

    Parameters
    ----------
    layer : Layer
        The layer around it.
    name : str
        Its name there.

    Returns
    -------
    GraphLayer or None
        The layer; none if there is no such layer, or the layer is not made of others.
    """
    record = layer_calls.record_of(layer)
    graphs = [inner.graph for inner in record.inners()] if isinstance(record, Composite) else []
    found = (each for graph in graphs for each in graph.layers if each.name == name)
    return next(found, None)


def variable_of(layer: Any, tensor: Any) -> Any:
    """Return the weight that a symbolic tensor stands for, as a variable.

    Parameters
    ----------
    layer : Layer
        The layer.
    tensor : SymbolicTensor
        What `add_weight` has returned.

    Returns
    -------
    variable or None
        None while the layer has not been applied to anything, and for any other tensor.
    """
    record, made_by = layer_calls.record_of(layer), tensor.node.layer
    if is_described() or not isinstance(made_by, Variable) or not record.__dict__.get("_entries"):
        return None
    return dispatch.calls().variables.layer_variable(record, made_by.weight.name)


def listed_weights(holder: Any, name: str) -> list[Any]:
    """Return weights as a list: R takes what can be called for a function.

    Parameters
    ----------
    holder : Model or Layer
        The model or the layer.
    name : str
        Which of them: `"weights"`, `"trainable_weights"` and the like.
    """
    return list(getattr(holder, name))


def note_class(layer: Any, name: str, config: Any, host: Any) -> bool:
    """Keep how R's class makes a layer again; arguments as in `rdeep.graph.own_classes`."""
    return own_classes.note_class(layer_calls.record_of(layer), name, config, host)


def noted_class(layer: Any) -> dict[str, Any] | None:
    """Return what was kept of a layer's class, or what its file said."""
    return own_classes.noted_class(layer_calls.record_of(layer))


def foreign_layer(kind: str, options: dict[str, Any]) -> Layer:
    """Return a layer that is an engine's own object.

    Parameters
    ----------
    kind : str
        `"TorchModuleWrapper"` or `"TFSMLayer"`.
    options : dict
        Its arguments.
    """
    return backends.load(_ENGINES[kind]).foreign_layer(**options)


def refuse_jax(kind: str) -> None:
    """Refuse a layer that computes by JAX.

    Parameters
    ----------
    kind : str
        What was asked for.
    """
    raise BackendError(
        f"{kind} computes by JAX, and rdeep has no backend for JAX: models run on torch or on "
        "TensorFlow.",
        hint="Write the layer with op_*() functions, by Layer(), or wrap a module of torch.",
    )


def pipeline(layers: list[Layer], name: str | None = None) -> Pipeline:
    """Return layers in turn as one; arguments as for `Pipeline`."""
    return Pipeline(layers, name)
