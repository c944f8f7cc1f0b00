"""Models of configurations in Keras's schema, and models that are made again of one another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import Any

from rdeep.catalogue.custom_objects import custom_object_scope, get_registered_object
from rdeep.catalogue.layers import Layer
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, class_name, show
from rdeep.errors.damage import Damage
from rdeep.graph import plain
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Node, SymbolicTensor
from rdeep.models.keras_graphs import KerasGraphs
from rdeep.models.keras_reading import compile_as
from rdeep.models.model import Model
from rdeep.models.sequential import Sequential
from rdeep.saving.configurations import deserialize_keras_object
from rdeep.saving.foreign.keras_objects import Plain


def model_of_config(config: Any, backend: str | None = None) -> Model:
    """Return the model that a description in Keras's schema is of, with weights of its own.

    Parameters
    ----------
    config : dict
        The class and the configuration, as `serialize_keras_object` writes them.
    backend : str, optional
        The engine.
    """
    with _configured("config"):
        own: dict[str, Any] = {}
        whole = _prepared(config, own, False)
        options = {"backend": backend or backends.default(), "device": None, "seed": None}
        graphs = KerasGraphs(options, own=own)
        model = graphs.model(whole, "", "config")
        compile_as(model, graphs, whole.get("compile_config"), "config.compile_config")
    return model


def model_from_json(
    json_string: str, custom_objects: Mapping[str, Any] | None = None, backend: str | None = None
) -> Model:
    """Return the model that JSON describes, of rdeep or of Keras, with weights of its own.

    Parameters
    ----------
    json_string : str
        What `Model.to_json` returned.
    custom_objects : dict, optional
        Classes and functions of your own, by name.
    backend : {"torch", "tensorflow", "numpy"}, optional
        The engine; by default that of models that name none.

    Examples
    --------
    >>> from rdeep import Sequential, models
    >>> from rdeep.layers import Dense
    >>> model = Sequential([Dense(1)], input_shape=(2,))
    >>> models.model_from_json(model.to_json()).count_params()
    3
    """
    try:
        config = json.loads(json_string)
    except (TypeError, ValueError):
        config = None
    if not isinstance(config, dict) or "class_name" not in config:
        raise ArgumentError(
            f"'json_string' must be a model's configuration as JSON, not {show(json_string)}.",
            argument="json_string",
            received=json_string,
        )
    with custom_object_scope(custom_objects):
        own = get_registered_object(str(config.get("registered_name") or config["class_name"]))
        if own is not None:
            return own.from_config(config["config"])
        return model_of_config(config, backend)


def clone_model(
    model: Model,
    input_tensors: Any = None,
    clone_function: Callable[[Layer], Layer] | None = None,
    call_function: None = None,
    recursive: bool = False,
) -> Model:
    """Return a model of the same layers with weights of its own, freshly drawn.

    Parameters
    ----------
    model : Model
        The model.
    input_tensors : SymbolicTensor or list of them, optional
        Where data is to enter; by default by inputs like the model's.
    clone_function : function of a layer, optional
        Returns the layer that takes the place of one: a copy, another one, or the same, which is
        shared then. By default a layer of the same options.
    call_function : None
        Not offered: layers are applied as they were.
    recursive : bool
        Whether models within the model are gone through, too.

    Examples
    --------
    >>> from rdeep import Sequential, models
    >>> from rdeep.layers import Dense
    >>> model = Sequential([Dense(1)], input_shape=(2,))
    >>> models.clone_model(model).count_params()
    3
    """
    if not isinstance(model, Model):
        raise ArgumentError(
            f"'model' must be a model, not {show(model)}.", argument="model", received=model
        )
    if call_function is not None or recursive:
        name = "recursive" if call_function is None else "call_function"
        raise ArgumentError(f"clone_model() has no {name!r}.", argument=name, hint="Leave it out.")
    if clone_function is None and input_tensors is None:
        return model.clone()
    return _rebuilt(model, input_tensors, clone_function or _like)


def _like(layer: Layer) -> Layer:
    return plain.records_from_data(plain.records_to_data([layer]))[0]


def _rebuilt(model: Model, input_tensors: Any, clone: Callable[[Layer], Layer]) -> Model:
    """Return a model whose layers a function makes of another's."""
    if not model.is_built:
        layers = [_cloned(layer, clone) for layer in getattr(model, "records", [])]
        return Sequential(layers, name=model.name, backend=model.backend)
    graph: Graph = model.graph
    given = input_tensors if isinstance(input_tensors, (list, tuple)) else [input_tensors]
    tensors: dict[int, SymbolicTensor] = {}
    if input_tensors is not None:
        if len(given) != len(graph.inputs):
            raise ArgumentError(
                f"'input_tensors' must be {len(graph.inputs)} tensors, not {len(given)}.",
                argument="input_tensors",
                received=input_tensors,
            )
        tensors = {id(old): new for old, new in zip(graph.inputs, given)}
    else:
        for old in graph.inputs:
            fresh = _like(old.node.layer)
            tensors[id(old)] = Node(fresh, ()).outputs[0]
    ends = [tensors[id(old)] for old in graph.inputs]
    layers_made: dict[int, Layer] = {}
    for node in graph.nodes:
        if not node.inputs and all(id(out) in tensors for out in node.outputs):
            continue
        made = layers_made.setdefault(id(node.layer), _cloned(node.layer, clone))
        inputs = [tensors[id(tensor)] for tensor in node.inputs]
        again = Node(made, inputs, node.training)
        tensors.update({id(old): new for old, new in zip(node.outputs, again.outputs)})
    if isinstance(model, Sequential):
        chain = [layers_made[id(node.layer)] for node in graph.nodes[1:]]
        return Sequential([ends[0], *chain], name=model.name, backend=model.backend)
    outputs = [tensors[id(old)] for old in graph.outputs]
    return Model(ends, outputs, name=model.name, backend=model.backend)


def _cloned(layer: Layer, clone: Callable[[Layer], Layer]) -> Layer:
    found = _like(layer) if layer.internal else clone(layer)
    if not isinstance(found, Layer):
        raise ArgumentError(
            f"'clone_function' must return a layer, not {show(found)}.",
            argument="clone_function",
            received=found,
        )
    return found


# What a configuration holds beside Keras's own ---------------------------------------------------


def _prepared(value: Any, own: dict[str, Any], listed: bool) -> Any:
    """Return a configuration with layers that Keras lacks made, and lists in the place of tuples.

    Parameters
    ----------
    value : object
        The configuration, or a part of it.
    own : dict
        Where what was made is entered, by what stands for its class.
    listed : bool
        Whether it is among the layers of a model: there a class stands for it.
    """
    if isinstance(value, (list, tuple)):
        return [_prepared(each, own, listed) for each in value]
    if not isinstance(value, Mapping):
        return value
    if "class_name" in value and _is_own(value):
        made = _made(value)
        if not listed:
            return made
        name = f"Own{len(own)}"
        own[name] = made
        rest = {k: _prepared(v, own, False) for k, v in value.items() if k in ("inbound_nodes",)}
        return {"module": "keras.layers", "class_name": name, "config": {}, **_name(value), **rest}
    found = {key: _prepared(each, own, key == "layers") for key, each in value.items()}
    for key in ("config", "kwargs"):
        if found.get(key) == []:
            found[key] = {}
    return found


def _name(saved: Mapping[str, Any]) -> Plain:
    name = saved.get("name") or saved["config"].get("name")
    return {"name": name, "config": {"name": name}}


def _is_own(saved: Mapping[str, Any]) -> bool:
    if str(saved.get("module")).partition(".")[0] == "rdeep":
        return True
    name = saved.get("registered_name") or saved["class_name"]
    known = (get_registered_object(str(each)) for each in (name, saved["class_name"]))
    return any(each is not None for each in known)


def _made(saved: Mapping[str, Any]) -> Any:
    config = saved.get("config")
    if saved.get("module") == "rdeep" and isinstance(config, Mapping):
        return plain.records_from_data([config["data"]])[0]
    return deserialize_keras_object(saved)


@contextmanager
def _configured(argument: str) -> Any:
    """Have what is wrong with a configuration said of an argument, not of a file."""
    try:
        yield
    except Damage as error:
        raise ArgumentError(
            f"'{argument}' is no configuration of a model: {error.place} says that {error.clause}.",
            argument=argument,
            hint=error.advice,
        ) from None
    except (KeyError, TypeError) as error:
        raise ArgumentError(
            f"'{argument}' is no configuration of a model: {class_name(error)}: {error}.",
            argument=argument,
        ) from error
