"""The weights in files that others wrote, as those of a model: by paths, by layers, or by names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.graph.layer import GraphLayer
from rdeep.models.interface import WeightedModel
from rdeep.models.keras_places import keras_places
from rdeep.models.keras_weights import as_weight, weights_by_places
from rdeep.models.state_dicts import weights_of_state_dict
from rdeep.saving.faults import Damage, reading, shown_value
from rdeep.saving.foreign.exact import exact_float32
from rdeep.saving.foreign.hdf5 import Hdf5, read_hdf5
from rdeep.saving.foreign.keras_archives import WEIGHTS
from rdeep.saving.foreign.keras_legacy import LegacyFile, is_legacy, read_legacy
from rdeep.saving.foreign.keras_order import keras_order
from rdeep.saving.foreign.kinds import WANTED, Kind
from rdeep.saving.foreign.torch_archives import read_state_dict
from rdeep.saving.foreign.zips import Zip
from rdeep.saving.sources import Source, next_bytes, opened

Weights = dict[str, np.ndarray]


def whole(source: Source) -> bytes:
    """Return the bytes of a file.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        The file.
    """
    with opened(source) as (stream, size):
        return next_bytes(stream, size)


def foreign_weights(
    model: WeightedModel, source: Source, kind: Kind, skip_mismatch: bool
) -> Weights:
    """Return the weights of a file that Keras or torch wrote, by the model's names.

    Parameters
    ----------
    model : Model
        The model.
    source : str, os.PathLike or binary stream
        The file.
    kind : str
        What kind of file it is.
    skip_mismatch : bool
        Whether to leave out what does not fit.

    Raises
    ------
    FileError
        If it is damaged, or does not have the weights of such a model.
    """
    with reading(source, WANTED[kind]):
        data = whole(source)
        if kind == "torch":
            tensors = read_state_dict(data)
            own = of_own_module(model, tensors)
            return own or weights_of_state_dict(model.graph, tensors, skip_mismatch)
        file = read_hdf5(Zip(data).view(WEIGHTS) if kind == "keras" else data)
        if kind == "hdf5" and is_legacy(file):
            return weights_by_layers(model, read_legacy(file, len(data)), skip_mismatch)
        is_chain = model.kind == "sequential"
        places = keras_places(model.graph, is_chain, groups=file.groups)
        found, used = weights_by_places(model.graph, places, file.arrays, skip_mismatch)
        if not skip_mismatch:
            check_used(file, used)
        return found


def of_own_module(model: WeightedModel, tensors: Mapping[str, np.ndarray]) -> Weights | None:
    """Return the weights in a state dict of the model's own module; `None` if it is another's.

    Parameters
    ----------
    model : Model
        The model.
    tensors : mapping of str to numpy.ndarray
        The state dict.
    """
    if model.backend != "torch" or not tensors:
        return None
    network = model.network
    own = network.native.state_dict()
    shapes = {name: tuple(tensor.shape) for name, tensor in own.items()}
    if shapes != {name: tensor.shape for name, tensor in tensors.items()}:
        return None
    before = {name: tensor.clone() for name, tensor in own.items()}
    try:
        # The module's own layouts are its engine's to know: they are read back in Keras's.
        for name, tensor in own.items():
            tensor.copy_(tensor.new_tensor(exact_float32(tensors[name], name)))
        return network.get_weights()
    finally:
        for name, tensor in own.items():
            tensor.copy_(before[name])


def named_weights(
    model: WeightedModel, source: Source, arrays: Mapping[str, np.ndarray], skip_mismatch: bool
) -> Weights:
    """Return the weights that a file has by a torch module's names, by the model's names.

    Parameters
    ----------
    model : Model
        The model.
    source : str, os.PathLike or binary stream
        The file.
    arrays : mapping of str to numpy.ndarray
        What it holds.
    skip_mismatch : bool
        Whether to leave out what does not fit.
    """
    with reading(source, "a file of the model's weights"):
        # Safetensors are sorted by their names: numbers among these say what came after what.
        ordered = {name: arrays[name] for name in sorted(arrays, key=_natural)}
        return weights_of_state_dict(model.graph, ordered, skip_mismatch, ordered=False)


def _natural(name: str) -> list[tuple[bool, int, str]]:
    parts = name.split(".")
    return [(not p.isdigit(), int(p) if p.isdigit() and len(p) < 9 else 0, p) for p in parts]


def check_used(file: Hdf5, used: set[str]) -> None:
    """Refuse arrays of layers that the model does not have.

    Parameters
    ----------
    file : Hdf5
        The file.
    used : set of str
        The paths of the arrays that were read.
    """
    for path in file.arrays:
        is_state = "seed_generator" in path or path.endswith("/idf_weights")
        if path.startswith("layers/") and path not in used and not is_state:
            raise Damage(f"it has an array {shown_value(path)} that no layer has")


def weights_by_layers(model: WeightedModel, file: LegacyFile, skip_mismatch: bool) -> Weights:
    """Return the weights that a file has for each layer, matched by the order of the layers.

    Parameters
    ----------
    model : Model
        The model.
    file : LegacyFile
        The file.
    skip_mismatch : bool
        Whether to leave out what does not fit.

    Raises
    ------
    Damage
        If there are other layers, or of other weights.
    """
    layers = [layer for layer in keras_order(model.graph, inputs=False) if layer.declared]
    by_name = {layer.name: layer for layer in layers}
    names = list(file.layers)
    if set(names) == set(by_name):
        layers = [by_name[name] for name in names]
    elif len(names) != len(layers):
        raise Damage(
            f"it has the weights of {len(names)} layers, and the model has {len(layers)} with some"
        )
    found: Weights = {}
    for layer, name in zip(layers, names):
        wanted = _legacy_order(layer)
        arrays = [array for _, array in file.layers[name]]
        fits = [w.shape for w in wanted.values()] == [array.shape for array in arrays]
        if skip_mismatch and not fits:
            continue
        if len(arrays) != len(wanted):
            raise Damage(
                f"it has {len(arrays)} arrays, and the layer {layer.name!r} has {len(wanted)}",
                place=name,
            )
        for (full, weight), array in zip(wanted.items(), arrays):
            found[full] = as_weight(array, weight.shape, name)
    return found


def _legacy_order(layer: GraphLayer) -> dict[str, Any]:
    """Return a layer's weights by their names in the model, those that are trained first."""
    weights = dict(zip(layer.weight_names, layer.declared))
    trained = {
        name: w for name, w in weights.items() if layer.trainable and w.trainable and not w.buffer
    }
    return {**trained, **{name: w for name, w in weights.items() if name not in trained}}
