"""Models of configurations in Keras's schema, and models that are made again of one another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rdeep.catalogue.custom_objects import custom_object_scope, get_registered_object
from rdeep.catalogue.layers import Layer
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, class_name, show
from rdeep.errors.damage import Damage
from rdeep.graph import plain
from rdeep.graph.composite import Composite, InnerGraph
from rdeep.graph.custom import CustomLayer
from rdeep.graph.nesting import nested_as, unnested
from rdeep.graph.network import Graph
from rdeep.graph.tensor import Node, SymbolicTensor
from rdeep.graph.waiting import WaitingModel
from rdeep.models.keras_graphs import KerasGraphs
from rdeep.models.keras_reading import compile_as
from rdeep.models.layer_calls import record_of
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
    call_function: Callable[..., Any] | None = None,
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
    call_function : function of a layer and what it is applied to, optional
        Applies the layer that takes the place of one, and returns what comes out.
    recursive : bool
        Whether models within the model are made anew in the same way; otherwise each is one
        layer.

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
    alone = clone_function is None and input_tensors is None and call_function is None
    if alone and model.is_built:
        return model.clone()
    making = _Cloning(clone_function or _like, call_function or _called, recursive)
    return _rebuilt(model, input_tensors, making)


def _like(layer: Layer) -> Layer:
    return plain.records_from_data(plain.records_to_data([layer]))[0]


def _called(layer: Layer, *args: Any, **kwargs: Any) -> Any:
    return layer(*args, **kwargs)


@dataclass(frozen=True)
class _Cloning:
    """How a model is made of another: what layers are made of its own, and how they are applied."""

    clone: Callable[[Layer], Layer]
    call: Callable[..., Any]
    recursive: bool

    def layer(self, layer: Layer, name: str | None = None) -> Layer:
        """Return the layer in the place of another, which has its name in the model meanwhile."""
        if isinstance(layer, WaitingModel):
            return _rebuilt(layer.model, None, self).as_layer()
        if layer.internal and not isinstance(layer, CustomLayer):
            return self._inside(layer) if self.recursive else _like(layer)
        before = layer.name
        layer.__dict__["name"] = before or name
        try:
            found = record_of(self.clone(layer))
        finally:
            layer.__dict__["name"] = before
        if not isinstance(found, Layer):
            raise ArgumentError(
                f"'clone_function' must return a layer, not {show(found)}.",
                argument="clone_function",
                received=found,
            )
        return found

    def _inside(self, layer: Layer) -> Layer:
        """Return a model that is a layer, made anew."""
        if type(layer) is not Composite or layer.inner_graph.by_mode:
            return _like(layer)
        graph = layer.inner_graph.graph
        tensors = self.tensors(graph, [_entry_like(old) for old in graph.inputs])
        inputs, outputs = ([tensors[id(t)] for t in e] for e in (graph.inputs, graph.outputs))
        made = InnerGraph(Graph(inputs, outputs, None, graph.output_keys, graph.nesting))
        return Composite(made, layer.several, layer.title, layer.name, layer.trainable)

    def tensors(self, graph: Graph, ends: list[SymbolicTensor]) -> dict[int, SymbolicTensor]:
        """Return the tensors in the place of a graph's, by their identity."""
        tensors = {id(old): new for old, new in zip(graph.inputs, ends)}
        layers: dict[int, Layer] = {}
        for node in graph.nodes:
            if not node.inputs and all(id(out) in tensors for out in node.outputs):
                continue
            name = graph.layer_of[id(node.layer)].name
            if id(node.layer) not in layers:
                layers[id(node.layer)] = self.layer(node.layer, name)
            made = layers[id(node.layer)]
            inputs = [tensors[id(tensor)] for tensor in node.inputs]
            if self.call is _called or (made.internal and not isinstance(made, CustomLayer)):
                found: Any = list(Node(made, inputs, node.training, node.call).outputs)
            else:
                found = unnested(self._applied(made, node, inputs))[0]
            tensors.update({id(old): new for old, new in zip(node.outputs, found)})
        return tensors

    def _applied(self, made: Layer, node: Node, inputs: list[SymbolicTensor]) -> Any:
        """Return what the user's function makes of a layer and its inputs."""
        if isinstance(node.layer, CustomLayer):
            shapes = tuple(tensor.shape for tensor in node.inputs)
            args, kwargs = node.layer.arguments_with(shapes, inputs)
            return self.call(made, *args, **kwargs)
        listed = len(inputs) > 1 or (made.merges and not made.lone)
        return self.call(made, inputs if listed else inputs[0])


def _entry_like(tensor: SymbolicTensor) -> SymbolicTensor:
    return Node(_like(tensor.node.layer), ()).outputs[0]


def _rebuilt(model: Model, input_tensors: Any, cloning: _Cloning) -> Model:
    """Return a model whose layers are made of another's."""
    options: dict[str, Any] = {"name": model.name, "backend": model.backend}
    if not model.is_built:
        return Sequential(
            [cloning.layer(each) for each in getattr(model, "records", [])], **options
        )
    graph: Graph = model.graph
    given = [] if input_tensors is None else unnested(graph.flat_inputs(input_tensors))[0]
    if input_tensors is not None and len(given) != len(graph.inputs):
        raise ArgumentError(
            f"'input_tensors' must be {len(graph.inputs)} tensors, not {len(given)}.",
            argument="input_tensors",
            received=input_tensors,
        )
    ends = given or [_entry_like(old) for old in graph.inputs]
    tensors = cloning.tensors(graph, ends)
    if isinstance(model, Sequential):
        chain = [tensors[id(node.outputs[0])].node.layer for node in graph.nodes[1:]]
        if len({id(each) for each in chain}) == len(chain) and cloning.call is _called:
            return Sequential([ends[0], *chain], **options)
    outputs = graph.nested_outputs([tensors[id(old)] for old in graph.outputs])
    form = graph.nesting.inputs
    return Model(ends if form is None else nested_as(form, ends), outputs, **options)


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
