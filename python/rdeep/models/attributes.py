"""What Keras's layers and models say of themselves, for whoever reads it by its name there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from rdeep.catalogue.layers.base import Layer
from rdeep.graph.layer import GraphLayer
from rdeep.models.layer_calls import (
    layer_is_built,
    layer_model,
    layer_states,
    record_of,
    reset_layer_states,
)
from rdeep.models.model import Model
from rdeep.models.stateless import stateless_call
from rdeep.precision import DTypePolicy, dtype_policy

_COMPUTE = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}


def _learned(name: str) -> Callable[[Any, Layer], Any]:
    def value(layer: Any, record: Layer) -> Any:
        adapted = getattr(record, "adapted", None)
        found = None if adapted is None else adapted.get(name)
        # As Keras keeps it: with an axis for the samples.
        return getattr(record, name, None) if found is None else np.asarray(found)[None]

    return value


def _compute_dtype(layer: Any, record: Layer) -> str:
    own = record.own_dtype or _dtype_option(record)
    return _COMPUTE.get(dtype_policy(), "float32") if own is None else own


def _variable_dtype(layer: Any, record: Layer) -> str:
    # Weights are float32; a layer in float64 computes with them in 64 bits.
    return "float64" if record.own_dtype == "float64" else "float32"


def _dtype_option(record: Layer) -> str | None:
    return record.__dict__.get("dtype") if "dtype" in record.options else None


def _losses(layer: Any, record: Layer) -> list[Any]:
    return layer_model(record).losses if layer_is_built(record) else []


def _end(name: str) -> Callable[[Any, Layer], Any]:
    def tensor(layer: Any, record: Layer) -> Any:
        if isinstance(layer, GraphLayer):
            return getattr(layer, name)
        use = record.__dict__.get("_first_use")
        node = None if use is None else use()
        tensors = [] if node is None else list(getattr(node, f"{name}s"))
        return tensors[0] if len(tensors) == 1 else tensors or None

    return tensor


def _shape_of(name: str) -> Callable[[Any, Layer], Any]:
    tensor_of = _end(name)

    def shape(layer: Any, record: Layer) -> Any:
        tensors = tensor_of(layer, record)
        if tensors is not None:
            return [t.shape for t in tensors] if isinstance(tensors, list) else tensors.shape
        told = record.first_input if name == "input" else None
        if told is None:
            return None
        return told.get("batch_shape") or (None, *_sizes(told["shape"]))

    return shape


def _sizes(shape: Any) -> tuple[Any, ...]:
    return tuple(shape) if isinstance(shape, (list, tuple)) else (shape,)


def _states(layer: Any, record: Layer) -> list[Any]:
    _refuse_other(layer, record, "states")
    return layer_states(record)


def _reset(name: str) -> Callable[[Any, Layer], Any]:
    def method(layer: Any, record: Layer) -> Callable[[], None]:
        _refuse_other(layer, record, name)
        return partial(reset_layer_states, record)

    return method


def _refuse_other(layer: Any, record: Layer, name: str) -> None:
    """Say that only recurrent layers have a member."""
    if "stateful" not in record.options:
        raise AttributeError(f"{type(layer).__name__!r} object has no attribute {name!r}")


_OF_LAYERS: dict[str, Callable[[Any, Layer], Any]] = {
    "built": lambda layer, record: isinstance(layer, GraphLayer) or layer_is_built(record),
    "compute_dtype": _compute_dtype,
    "dtype": lambda layer, record: _dtype_option(record) or _variable_dtype(layer, record),
    "dtype_policy": lambda layer, record: DTypePolicy(
        _dtype_option(record) or record.own_policy or dtype_policy()
    ),
    "input": _end("input"),
    "input_shape": _shape_of("input"),
    "input_spec": lambda layer, record: None,
    "losses": _losses,
    "mean": _learned("mean"),
    "metrics": lambda layer, record: [],
    "output": _end("output"),
    "output_shape": _shape_of("output"),
    "path": lambda layer, record: layer.name,
    "reset_state": _reset("reset_state"),
    "reset_states": _reset("reset_states"),
    "stateless_call": lambda layer, record: partial(stateless_call, layer_model(record)),
    "states": _states,
    "supports_masking": lambda layer, record: record.mask != "stop",
    "variable_dtype": _variable_dtype,
    "variance": _learned("variance"),
}


def layer_attribute(layer: Any, name: str) -> Any:
    """Return what a layer says of itself.

    Parameters
    ----------
    layer : Layer or GraphLayer
        The layer.
    name : str
        Keras's name of it.

    Raises
    ------
    AttributeError
        If it is none.
    """
    if name not in _OF_LAYERS:
        raise AttributeError(f"{type(layer).__name__!r} object has no attribute {name!r}")
    return _OF_LAYERS[name](layer, record_of(layer))


def _alone(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


_OF_MODELS: dict[str, Callable[[Model], Any]] = {
    "built": lambda model: model.is_built,
    "compiled": lambda model: model.is_compiled,
    "compute_dtype": lambda model: _COMPUTE.get(dtype_policy(), "float32"),
    "dtype": lambda model: "float32",
    "input_shape": lambda model: _alone(model.input_shapes),
    "loss": lambda model: model.trainer.compiled.loss,
    "losses": lambda model: model.losses,
    "metrics_names": lambda model: list(model.log_directions()),
    "output_shape": lambda model: _alone(model.output_shapes),
}


def model_attribute(model: Model, name: str) -> Any:
    """Return what a model says of itself.

    Parameters
    ----------
    model : Model
        The model.
    name : str
        Keras's name of it.
    """
    return _OF_MODELS[name](model)
