"""The weights of a graph in the files of Keras: by their paths, and in Keras's order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from rdeep.catalogue.layers import Layer, LayerNormalization
from rdeep.catalogue.optimizers import ParameterInfo
from rdeep.errors import format_shape
from rdeep.graph.network import Graph
from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.exact import exact_float32
from rdeep.saving.foreign.keras_places import copies_of, places_of

_MOST_DRAWN = 2**22


def weights_by_places(
    graph: Graph,
    places: Mapping[int, tuple[Layer, str]],
    arrays: Mapping[str, np.ndarray],
    skip_mismatch: bool = False,
) -> tuple[dict[str, np.ndarray], set[str]]:
    """Return a model's weights, and the paths of those that were read.

    Parameters
    ----------
    graph : Graph
        The model's graph.
    places : mapping
        Where each layer has its weights, by the layer's identity.
    arrays : mapping of str to numpy.ndarray
        The file's arrays by their paths.
    skip_mismatch : bool
        Whether to leave out what is not there, or of another shape.
    """
    shapes = {name: weight.shape for name, weight in graph.weights().items()}
    found: dict[str, np.ndarray] = {}
    used: set[str] = set()
    shared = set(graph.twins.values())
    for key, (record, names) in graph.holdings().items():
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
            if skip_mismatch and getattr(arrays.get(place), "shape", None) != shapes[full]:
                continue
            if place not in arrays and full in shared:
                # Keras writes the weights of a layer where it first comes by it.
                continue
            if place not in arrays:
                raise Damage(f"it has no array {shown_value(place)}")
            found[full] = as_weight(
                _reshaped(record, arrays[place], shapes[full]), shapes[full], place
            )
            used.add(place)
        used.update(f"{path}/{copy}" for copy in copies_of(record).values())
    missing = [] if skip_mismatch else [name for name in shared if name not in found]
    if missing:
        raise Damage(f"it has no array for the weight {shown_value(missing[0])}")
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
