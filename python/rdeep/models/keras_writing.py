"""Writing models as Keras reads them: `.keras`, and weights in `.weights.h5`."""

from __future__ import annotations

import json
import re
import warnings
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from rdeep.catalogue.layers import InputLayer, Layer, LayerNormalization
from rdeep.catalogue.record import Record
from rdeep.errors import RdeepWarning
from rdeep.graph.composite import AddedLoss, Borrowed, Composite, Updated, Variable
from rdeep.graph.masks import MaskOf, WithMask
from rdeep.graph.network import Graph
from rdeep.graph.operation import OperationLayer
from rdeep.graph.tensor import Node, SymbolicTensor
from rdeep.models.interface import SavedModel, WeightedModel
from rdeep.models.keras_calls import given_ends
from rdeep.models.keras_lacks import Missing, Own, lacked_by_keras, refuse_classes
from rdeep.models.keras_operations import keras_application, keras_operation
from rdeep.models.keras_places import Places, keras_places
from rdeep.models.keras_weights import trained_weights
from rdeep.ops.custom import CustomLoss, CustomMetric
from rdeep.saving.foreign.hdf5_writing import write_hdf5
from rdeep.saving.foreign.keras_archives import CONFIG, METADATA, WEIGHTS
from rdeep.saving.foreign.keras_configs import (
    POLICY,
    NotInKeras,
    keras_layer,
    keras_object,
    keras_record,
    keras_value,
)
from rdeep.saving.foreign.keras_layers import CALLS
from rdeep.saving.foreign.keras_objects import Plain
from rdeep.saving.foreign.keras_order import keras_order
from rdeep.saving.foreign.keras_places import copies_of, places_of
from rdeep.saving.foreign.keras_training import (
    COMPUTED,
    FILLER,
    ITERATIONS,
    PRODUCT,
    RATE,
    variables_of,
)
from rdeep.training.trainer import Trainer

KERAS = "3.10.0"
"""The version whose files these are: newer ones read them too."""
_DATE = (1980, 1, 1, 0, 0, 0)


def write_keras(model: SavedModel, target: BinaryIO) -> None:
    """Write a model as Keras's `.keras`.

    Parameters
    ----------
    model : Model
        The model.
    target : binary stream
        Where to write.

    Raises
    ------
    FileError
        If Keras lacks something that the model has.
    """
    refuse_classes(model)
    config = described(model)
    trainer = model._trainer
    compiled = None if trainer is None else _compiled(trainer, model)
    if compiled is not None:
        config["compile_config"] = compiled
    arrays, groups = _arrays(model)
    if compiled is not None and trainer is not None:
        arrays.update(_optimizer_arrays(trainer, model))
    metadata = {"keras_version": KERAS, "date_saved": "", "writer": "rdeep"}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in ((METADATA, metadata), (CONFIG, config)):
            archive.writestr(zipfile.ZipInfo(name, _DATE), json.dumps(data))
        with archive.open(zipfile.ZipInfo(WEIGHTS, _DATE), "w", force_zip64=True) as member:
            for part in write_hdf5(arrays, groups):
                member.write(part)


def write_keras_weights(model: WeightedModel, target: BinaryIO) -> None:
    """Write a model's weights as Keras's `.weights.h5`.

    Parameters
    ----------
    model : Model
        The model.
    target : binary stream
        Where to write.
    """
    described(model)
    for part in write_hdf5(*_arrays(model)):
        target.write(part)


# Layers ------------------------------------------------------------------------------------------


def described(model: WeightedModel, own: Own | None = None) -> Plain:
    """Return a model without its weights as Keras writes it.

    Parameters
    ----------
    model : Model
        The model.
    own : function, optional
        Returns what is written of a layer of a name that Keras lacks, `None` for all others.

    Raises
    ------
    FileError
        If Keras lacks something that the model has.
    """
    missing = Missing(own, model.graph if model.is_built else None)
    if model.is_built:
        names = _Names(model.graph)
        if model.kind == "sequential":
            config = _chain(model.graph, names, missing)
            found = keras_object("keras", "Sequential", config)
        else:
            found = _functional(model.graph, names, missing)
        found["config"]["name"] = _safe(model.name)
    else:
        records = getattr(model, "records", None)
        if records is None:
            raise lacked_by_keras(["a model of a class, before it has seen data"])
        layers = [_layer(each, each.name, missing) for each in records]
        config = {"name": _safe(model.name), "trainable": True, "dtype": POLICY, "layers": layers}
        found = keras_object("keras", "Sequential", config)
    if missing:
        raise lacked_by_keras(missing)
    return found


def _layer(record: Layer, name: str | None, missing: Missing) -> dict[str, Any]:
    title = name or type(record).__name__
    own = None if missing.own is None else missing.own(record, name)
    if own is not None:
        return own
    try:
        if isinstance(record, Composite):
            return _part(record, name, missing)
        if isinstance(record, OperationLayer):
            return keras_operation(record, title)
        if type(record) in _PARTS_OF_OWN:
            raise NotInKeras(f"{_PARTS_OF_OWN[type(record)]} of your own, in a graph")
        return missing.numbered(record, keras_layer(record, name))
    except NotInKeras as error:
        missing.append(f"{error} (layer {title!r})")
        return {}


_PARTS_OF_OWN: dict[type, str] = {
    **dict.fromkeys((Variable, Borrowed), "a weight of a layer"),
    **{AddedLoss: "a loss of a layer"},
    MaskOf: "the use of a mask in a layer",
    WithMask: "a mask that a layer was given",
    Updated: "what a layer assigns to its weights",
}


def _part(record: Composite, name: str | None, missing: Missing) -> dict[str, Any]:
    """Return a model within the model, or a layer of the user's that is a graph."""
    inner = record.inner_graph
    if inner.by_mode:
        raise NotInKeras("a layer of your own that differs in training")
    found = _functional(inner.graph, _Names(inner.graph), missing)
    found["config"]["name"] = name
    found["config"]["trainable"] = record.trainable
    return found


class _Names:
    """The names that Keras allows for a graph's layers, each one's own."""

    def __init__(self, graph: Graph) -> None:
        taken: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self.own: set[int] = set()
        """The layers that are written by their class: no models within the model."""
        for layer in graph.layers:
            name = _safe(layer.name)
            while name in taken:
                name = f"{name}_"
            taken[name] = 1
            self._names[id(layer.record)] = name

    def of(self, record: Layer) -> str:
        """Return a layer's name."""
        return self._names[id(record)]


def _safe(name: str) -> str:
    found = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    return found if found[:1].isalnum() else f"layer{found}"


def _chain(graph: Graph, names: _Names, missing: Missing) -> dict[str, Any]:
    layers = []
    for node in graph.nodes:
        name = names.of(node.layer)
        saved = _input(node) if isinstance(node.layer, InputLayer) else None
        layers.append(saved or _layer(node.layer, name, missing))
    head = graph.nodes[0].layer
    layers[0]["config"]["name"] = names.of(head)
    shape = layers[0]["config"]["batch_shape"]
    return {
        "trainable": True,
        "dtype": POLICY,
        "layers": layers,
        "build_input_shape": shape,
    }


def _input(node: Node) -> Plain:
    record: Any = node.layer
    shape = [record.batch_size, *record.shape]
    config = {"batch_shape": shape, "dtype": record.dtype, "sparse": False}
    return keras_object("keras.layers", "InputLayer", config)


def _functional(graph: Graph, names: _Names, missing: Missing) -> Plain:
    layers = []
    uses = {id(node): at for each in graph.layers for at, node in enumerate(each.nodes)}
    for layer in keras_order(graph):
        name = names.of(layer.record)
        if isinstance(layer.record, InputLayer):
            saved = _input(layer.nodes[0])
            saved["config"]["name"] = name
            calls: list[Any] = []
        else:
            saved = _layer(layer.record, name, missing)
            try:
                write = _call
                if _is_own(saved):
                    names.own.add(id(layer.record))
                    write = _own_call
                calls = [write(node, names, uses) for node in layer.nodes if saved]
            except NotInKeras as error:
                missing.append(f"{error} (layer {layer.name!r})")
                calls = []
        layers.append({**saved, "name": name, "inbound_nodes": calls})
    config: Plain = {
        "trainable": True,
        "layers": layers,
        **given_ends(
            graph,
            [_end(tensor, names, uses, 0) for tensor in graph.inputs],
            [_end(tensor, names, uses, 1) for tensor in graph.outputs],
        ),
    }
    found = keras_object("keras.src.models.functional", "Functional", config)
    return {**found, "registered_name": "Functional"}


def _end(tensor: SymbolicTensor, names: _Names, uses: Mapping[int, int], more: int) -> list[Any]:
    # Of a model within a model Keras counts a use that is no use.
    record = tensor.node.layer
    counted = more if isinstance(record, Composite) and id(record) not in names.own else 0
    return [names.of(tensor.node.layer), uses[id(tensor.node)] + counted, tensor.index]


def _marker(tensor: SymbolicTensor, names: _Names, uses: Mapping[int, int]) -> dict[str, Any]:
    history = _end(tensor, names, uses, 0)
    config = {"shape": list(tensor.shape), "dtype": tensor.dtype, "keras_history": history}
    return {"class_name": "__keras_tensor__", "config": config}


def _is_own(saved: Mapping[str, Any]) -> bool:
    return bool(saved) and str(saved.get("module")).partition(".")[0] != "keras"


def _own_call(node: Node, names: _Names, uses: Mapping[int, int]) -> dict[str, Any]:
    """Return a call of a layer that Keras lacks, as its own `call` gets it."""
    tensors = [_marker(tensor, names, uses) for tensor in node.inputs]
    write = getattr(node.layer, "arguments_with", None)
    if write is None:
        return {"args": tensors if len(tensors) == 1 else [tensors], "kwargs": {}}
    args, kwargs = write(tuple(tensor.shape for tensor in node.inputs), tensors)
    return {"args": args, "kwargs": kwargs}


def _call(node: Node, names: _Names, uses: Mapping[int, int]) -> dict[str, Any]:
    record: Any = node.layer
    tensors = [_marker(tensor, names, uses) for tensor in node.inputs]
    args: list[Any]
    kwargs: dict[str, Any] = {}
    if isinstance(record, OperationLayer):
        return keras_application(record, tensors)
    if node.training:
        raise NotInKeras("a layer that always acts as it does in training")
    named = CALLS.get(type(record).__name__, ())
    for option in ("use_causal_mask", "return_attention_scores"):
        if option in named and node.call.get(option, getattr(record, option, False)):
            kwargs[option] = True
    if "query" in named:
        if node.call.get("use_attention_mask", getattr(record, "use_attention_mask", False)):
            kwargs["attention_mask"] = tensors.pop()
        args = tensors * 2 if len(tensors) == 1 else tensors
    elif record.takes_states:
        args = tensors[:1]
        if len(tensors) > 1:
            kwargs["initial_state"] = tensors[1:]
    elif len(tensors) > 1 or (record.merges and not record.lone):
        args = [tensors]
    else:
        args = tensors
    return {"args": args, "kwargs": kwargs}


# Weights -----------------------------------------------------------------------------------------


def _places(model: WeightedModel) -> Places:
    return keras_places(model.graph, model.kind == "sequential")


def _arrays(model: WeightedModel) -> tuple[dict[str, np.ndarray], list[str]]:
    """Return the arrays by their paths, and the groups that are there without any."""
    groups = ["vars", "layers"]
    found: dict[str, np.ndarray] = {}
    if not model.is_built:
        return found, groups
    weights = model._built().named()
    holdings = model.graph.holdings()
    for key, (record, path) in _places(model).items():
        groups.append(f"{path}/vars")
        if key not in holdings:
            continue
        names = holdings[key][1]
        own = {name: weights[full] for name, full in names.items()}
        kept = _as_keras(record, own)
        inside = places_of(record, list(kept))
        for name, array in kept.items():
            found[f"{path}/{inside[name]}"] = array
        for name, place in copies_of(record).items():
            found[f"{path}/{place}"] = own[name]
    return found, groups


def _as_keras(record: Layer, weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return a layer's weights as Keras keeps them in files."""
    kind = type(record).__name__
    if kind == "Normalization" and "count" in weights:
        weights["count"] = np.array(weights["count"], np.int64)
    if isinstance(record, LayerNormalization) and isinstance(record.axis, tuple):
        axes: tuple[int, ...] = record.axis
        if len(axes) > 1 and list(axes) != sorted(axes):
            raise lacked_by_keras([f"{kind} of axes that count from both ends"])
    rank = getattr(record, "lora_rank", None)
    if rank is None:
        return weights
    main = "embeddings" if kind == "Embedding" else "kernel"
    scale = (record.lora_alpha or rank) / rank  # type: ignore[attr-defined]
    first, second = (weights.pop(f"lora_{main}_{part}") for part in "ab")
    return {**weights, main: (weights[main] + scale * (first @ second)).astype(np.float32)}


# Training ----------------------------------------------------------------------------------------


def _compiled(trainer: Trainer, model: SavedModel) -> dict[str, Any] | None:
    """Return what Keras's `compile` would be given; `None` where Keras lacks a part of it."""
    try:
        return compile_config(trainer)
    except NotInKeras as error:
        text = f"Keras lacks {error}: the file holds the model, and not how it was compiled."
        warnings.warn(RdeepWarning(text), stacklevel=6)
        return None


def compile_config(trainer: Trainer) -> Plain:
    """Return what Keras's `compile` would be given.

    Parameters
    ----------
    trainer : Trainer
        How the model is compiled.

    Raises
    ------
    NotInKeras
        If Keras lacks a part of it.
    """
    compiled = trainer.compiled
    optimizer = keras_record(compiled.optimizer)
    if compiled.optimizer.schedule is None:
        optimizer["config"]["learning_rate"] = trainer.learning_rate
    parts = {
        name: _measure(getattr(compiled, name)) for name in ("loss", "metrics", "weighted_metrics")
    }
    return {
        "optimizer": optimizer,
        **parts,
        "loss_weights": compiled.loss_weights,
        "run_eagerly": False,
        "steps_per_execution": compiled.steps_per_execution,
        "jit_compile": False,
    }


_NAMES_LACKING = ("crossentropy", "ce")


def _measure(value: Any) -> Any:
    if isinstance(value, CustomLoss | CustomMetric) and value.function.is_traced:
        return _function(value)
    if isinstance(value, Record):
        return keras_record(value)
    if isinstance(value, Mapping):
        return {key: _measure(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_measure(each) for each in value]
    if isinstance(value, str):
        if value in _NAMES_LACKING:
            raise NotInKeras(f"{value!r}")
        return value
    return keras_value(value)


def _function(record: CustomLoss | CustomMetric) -> Plain:
    """Return a function as Keras names it, which needs it then, with what it computes beside."""
    named = {"module": "builtins", "class_name": "function", "registered_name": "function"}
    return {**named, "config": record.function.name, COMPUTED: record.to_data()}


def _optimizer_arrays(trainer: Trainer, model: SavedModel) -> dict[str, np.ndarray]:
    """Return the optimizer's variables by their paths."""
    if not model.is_built:
        return {}
    optimizer, slots = trainer.compiled.optimizer, trainer.slots()
    layout = variables_of(optimizer, trained_weights(model.graph, _places(model)), True)
    found: dict[str, np.ndarray] = {}
    products = [value for name, value in slots.items() if name.startswith(f"{PRODUCT}/")]
    for index, (what, weight) in enumerate(layout or ()):
        path = f"optimizer/vars/{index}"
        if what == ITERATIONS:
            found[path] = np.array(trainer.steps_taken, np.int64)
        elif what == RATE:
            found[path] = np.array(trainer.learning_rate, np.float32)
        elif weight is None:
            found[path] = np.array(products[0] if products else 1.0, np.float32).reshape(())
        elif what == FILLER:
            shape = weight.shape if len(weight.shape) >= 2 else ()
            found[path] = np.zeros(shape, np.float32)
        else:
            known = slots.get(f"{what}/{weight.name}")
            if known is None:
                declared = {**optimizer.rule.kept(), **optimizer.rule.slots(weight)}[what]
                shape = weight.shape if declared.shape is None else declared.shape
                known = np.full(shape, declared.start, np.float32)
            found[path] = np.asarray(known, np.float32)
    return found
