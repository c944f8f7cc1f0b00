"""A model without its weights, in Keras's schema: methods of `Model`, as functions of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from rdeep.catalogue import dispatch
from rdeep.catalogue.custom_objects import custom_object_scope
from rdeep.catalogue.layers import Layer
from rdeep.graph import plain
from rdeep.graph.composite import Composite
from rdeep.graph.custom import CustomLayer
from rdeep.graph.operation import OperationLayer
from rdeep.models.interface import SavedModel
from rdeep.models.keras_operations import keras_operation
from rdeep.models.keras_writing import compile_config, described
from rdeep.saving.configurations import serialize_keras_object
from rdeep.saving.foreign.keras_configs import NotInKeras, keras_layer, keras_object
from rdeep.saving.foreign.keras_objects import Plain


def get_config(model: SavedModel, /) -> Plain:
    """Return the layers in Keras's schema, without weights: what `from_config` takes.

    Returns
    -------
    dict
        Plain data, which Keras reads too as long as it has all of the layers.
    """
    return in_keras_schema(model)["config"]


def from_config(cls: Any, config: Mapping[str, Any], custom_objects: Any = None) -> Any:
    """Return the model that a configuration describes, with weights of its own.

    Parameters
    ----------
    config : dict
        What `get_config` returned, here or in Keras.
    custom_objects : dict, optional
        Classes and functions of your own, by name.
    """
    with custom_object_scope(custom_objects):
        if "layers" not in config and cls.__module__.partition(".")[0] != "rdeep":
            return cls(**config)
        name = "Functional" if "input_layers" in config else "Sequential"
        return dispatch.calls().model_of(keras_object("keras", name, config))


def in_keras_schema(model: SavedModel, /) -> Plain:
    """Return the model as Keras writes it: its module, its class and its configuration."""
    return described(model, _own)


def to_json(model: SavedModel, /, **options: Any) -> str:
    """Return the model without its weights as JSON, which Keras reads too.

    Parameters
    ----------
    **options
        As for `json.dumps`.
    """
    found = in_keras_schema(model)
    if model._trainer is not None:
        # Else the layers alone: a configuration is no file of a model.
        with suppress(NotInKeras):
            found["compile_config"] = compile_config(model._trainer)
    return json.dumps(found, **options)


def _own(record: Layer, name: str | None) -> Plain | None:
    """Return what is written of a layer that Keras lacks: its class, or what it computes."""
    cls = type(record)
    if isinstance(record, CustomLayer) and _is_made_again(cls):
        found: Plain = serialize_keras_object(record)
        return {**found, "config": {**found["config"], "name": name}}
    if isinstance(record, Composite):
        if not isinstance(record, CustomLayer):
            return None if not record.inner_graph.by_mode else _as_data(record, name)
        return _as_data(record, name)
    try:
        if isinstance(record, OperationLayer):
            keras_operation(record, "")
        else:
            keras_layer(record, name)
        return None
    except NotInKeras:
        pass
    if record.internal or isinstance(record, OperationLayer):
        return _as_data(record, name)
    found = serialize_keras_object(record)
    return {**found, "config": {**found["config"], "name": name}}


def _is_made_again(cls: type[Layer]) -> bool:
    """Return whether a class says what its layers are made of."""
    if cls.__module__.partition(".")[0] == "rdeep":
        return False
    return cls.get_config is not CustomLayer.get_config or cls.__init__ is CustomLayer.__init__


def _as_data(record: Layer, name: str | None) -> Plain:
    data = plain.records_to_data([record])[0]
    data["options"]["name"] = name
    # A class of the user's by its own name, as Keras lists it; "data" is what is read.
    shown = record.shown_kind if isinstance(record, CustomLayer) else data["class"]
    return keras_object("rdeep", shown, {"name": name, "data": data})
