"""Reading models that Keras saved: `.keras`, and full models in HDF5."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.layers import Layer, LayerNormalization
from rdeep.catalogue.optimizers import ParameterInfo
from rdeep.engines import registry as backends
from rdeep.errors import RdeepWarning, format_shape
from rdeep.errors.damage import making
from rdeep.graph.network import Graph
from rdeep.models.keras_graphs import KerasGraphs
from rdeep.models.model import Model
from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.exact import exact_float32
from rdeep.saving.foreign.keras_archives import CONFIG, WEIGHTS, KerasFile, read_keras
from rdeep.saving.foreign.keras_places import copies_of, places_of
from rdeep.saving.foreign.keras_training import compiled_of, slots_of
from rdeep.training.trainer import Trainer

_MOST_DRAWN = 2**22


def load_keras(data: bytes, backend: str | None, device: str | None) -> Model:
    """Return the model of a `.keras` file.

    Parameters
    ----------
    data : bytes
        The file.
    backend, device : str, optional
        Where it is to run.

    Raises
    ------
    Damage
        If it is not such a file, or holds what rdeep does not have.
    """
    return model_of(read_keras(data), backend, device)


def model_of(file: KerasFile, backend: str | None, device: str | None) -> Model:
    """Return the model that a file of Keras's describes, with its weights and its training.

    Parameters
    ----------
    file : KerasFile
        The file.
    backend, device : str, optional
        Where it is to run.
    """
    chosen = backend or backends.default()
    graphs = KerasGraphs({"backend": chosen, "device": device, "seed": None}, file.assets)
    graphs.rarities = lambda path: file.weights.arrays.get(f"{path}vars/idf_weights")
    model = graphs.model(file.config, "", CONFIG)
    if model.is_built:
        arrays = file.weights.arrays
        weights, used = weights_by_places(model, graphs.places, arrays)
        _check_used(arrays, used)
        model.set_weights(weights)
    _compile(model, graphs, file)
    return model


def weights_by_places(
    model: Model, places: Mapping[int, tuple[Layer, str]], arrays: Mapping[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], set[str]]:
    """Return a model's weights, and the paths of those that were read.

    Parameters
    ----------
    model : Model
        The model.
    places : mapping
        Where each layer has its weights, by the layer's identity.
    arrays : mapping of str to numpy.ndarray
        The file's arrays by their paths.
    """
    shapes = {name: weight.shape for name, weight in model.graph.weights().items()}
    found: dict[str, np.ndarray] = {}
    used: set[str] = set()
    for key, (record, names) in model.graph.holdings().items():
        if key not in places:
            raise Damage(f"the layer {shown_value(record.name)} is not in the file")
        path = places[key][1]
        inside = places_of(record, list(names))
        for own, full in names.items():
            place = f"{path}/{inside[own]}"
            if own.startswith("lora_") and place not in arrays:
                # Keras adds what was learned to the kernel when it saves, and begins anew.
                if math.prod(shapes[full]) > _MOST_DRAWN:
                    raise Damage("it has an addition of too high a rank", place=path)
                continue
            if place not in arrays:
                raise Damage(f"it has no array {shown_value(place)}", place=WEIGHTS)
            found[full] = as_weight(
                _reshaped(record, arrays[place], shapes[full]), shapes[full], place
            )
            used.add(place)
        used.update(f"{path}/{copy}" for copy in copies_of(record).values())
    return found, used


def _reshaped(record: Layer, array: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Return a weight of several axes in their order: Keras sorts those from the end first."""
    several = isinstance(record, LayerNormalization) and len(shape) > 1
    alike = sorted(array.shape) == sorted(shape)
    return array.reshape(tuple(shape)) if several and alike else array


def as_weight(array: np.ndarray, shape: Sequence[int], place: str) -> np.ndarray:
    """Return an array as a weight: of the shape that is wanted, and of exactly its numbers.

    Parameters
    ----------
    array : numpy.ndarray
        The array.
    shape : tuple of int
        The shape.
    place : str
        Where it stands, for messages.
    """
    if array.shape != tuple(shape):
        raise Damage(
            f"it has the shape {format_shape(array.shape)}, and the layer's weight has "
            f"{format_shape(shape)}",
            place=place,
        )
    if array.dtype.kind not in "fiu":
        raise Damage("it holds no numbers", place=place)
    return exact_float32(array, place)


def _check_used(arrays: Mapping[str, np.ndarray], used: set[str]) -> None:
    for path in arrays:
        is_state = "seed_generator" in path or path.endswith("/idf_weights")
        if path.startswith("layers/") and path not in used and not is_state:
            raise Damage(f"it has an array {shown_value(path)} that no layer has", place=WEIGHTS)


# Training ----------------------------------------------------------------------------------------


def _compile(model: Model, graphs: KerasGraphs, file: KerasFile) -> None:
    saved = file.config.get("compile_config")
    if not saved:
        return
    keys = graphs.output_keys if model.is_built else None
    names = dict(zip(keys, model.output_names)) if keys else {}
    place = f"{CONFIG}.compile_config"
    data = compiled_of(saved, names, place)
    if data is None:
        return
    with making(place):
        trainer = Trainer.from_data(data, {})
        if model.is_built:
            _go_on(trainer, model, graphs, file, data)
            trainer.check(model.graph)
    model._trainer = trainer
    model._settle()


def _go_on(
    trainer: Trainer, model: Model, graphs: KerasGraphs, file: KerasFile, data: dict[str, Any]
) -> None:
    """Have training go on from where the optimizer was."""
    group = "optimizer/vars"
    count = len(file.weights.groups.get(group, ()))
    arrays = file.weights.arrays
    if not count:
        return
    if any(f"{group}/{index}" not in arrays for index in range(count)):
        raise Damage("its arrays are not numbered", place=f"{WEIGHTS}/{group}")
    optimizer = trainer.compiled.optimizer
    found = slots_of(
        optimizer,
        trained_weights(model.graph, graphs.places),
        [arrays[f"{group}/{index}"] for index in range(count)],
        f"{WEIGHTS}/{group}",
    )
    if found is None:
        title = type(optimizer).__name__
        text = f"What {title} has learned of the gradients is not read: training begins anew."
        warnings.warn(RdeepWarning(text), stacklevel=5)
        return
    slots, steps, rate = found
    trainer.go_on_from(slots, steps)
    if rate is not None:
        trainer._learning_rate = rate


def trained_weights(graph: Graph, places: Mapping[int, tuple[Layer, str]]) -> list[ParameterInfo]:
    """Return the weights that are trained, in Keras's order.

    Parameters
    ----------
    graph : Graph
        The model's graph.
    places : mapping
        The layers in Keras's order, by identity.
    """
    holdings, weights = graph.holdings(), graph.weights()
    trained = set(graph.trainable_names())
    return [
        ParameterInfo(full, weights[full].shape)
        for key in places
        if key in holdings
        for full in holdings[key][1].values()
        if full in trained
    ]
