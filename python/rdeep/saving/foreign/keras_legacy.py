"""HDF5 files of Keras in the form of versions before 3: weights by layers, or whole models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.foreign.hdf5 import Hdf5
from rdeep.saving.plain_json import read_json

_MODEL, _TRAINING, _WEIGHTS = "model_config", "training_config", "model_weights"


@dataclass
class LegacyFile:
    """What such a file holds.

    Attributes
    ----------
    layers : dict of str to list
        The names and arrays of each layer that has some, by the layer's name, in their order.
    config : dict or None
        How the model is made, in files of whole models.
    compiled : dict or None
        How it is compiled, where it is.
    """

    layers: dict[str, list[tuple[str, np.ndarray]]]
    config: dict[str, Any] | None
    compiled: dict[str, Any] | None


def is_legacy(file: Hdf5) -> bool:
    """Return whether a file is of this kind.

    Parameters
    ----------
    file : Hdf5
        The file.
    """
    root = file.attributes.get("", {})
    return "model_config" in root or any(name.startswith("layer_names") for name in root)


def read_legacy(file: Hdf5, size: int) -> LegacyFile:
    """Return what a file holds.

    Parameters
    ----------
    file : Hdf5
        The file.
    size : int
        How many bytes it has.

    Raises
    ------
    Damage
        If it is damaged.
    """
    root = file.attributes.get("", {})
    whole = _MODEL in root
    path = _WEIGHTS if whole else ""
    layers = {}
    for layer in _names(file, path, "layer_names"):
        group = f"{path}/{layer}" if path else layer
        arrays = []
        for name in _names(file, group, "weight_names"):
            full = f"{group}/{name}"
            if full not in file.arrays:
                raise Damage(f"it has no array {shown_value(full)}")
            arrays.append((name, file.arrays[full]))
        if arrays:
            layers[layer] = arrays
    config = _json(root.get(_MODEL), _MODEL, size) if whole else None
    compiled = _json(root[_TRAINING], _TRAINING, size) if whole and _TRAINING in root else None
    return LegacyFile(layers, config, compiled)


def _names(file: Hdf5, path: str, what: str) -> list[str]:
    """Return a list of names, which may be written in several parts."""
    attributes = file.attributes.get(path, {})
    found = attributes.get(what)
    if found is None:
        numbered = (f"{what}{number}" for number in range(len(attributes)))
        parts = [attributes[name] for name in numbered if name in attributes]
        found = [name for part in parts if isinstance(part, list) for name in part]
    if isinstance(found, list) and all(isinstance(name, str) for name in found):
        if len(set(found)) != len(found):
            raise Damage(f"a name comes twice in {shown_value(what)}", place=path)
        return found
    if isinstance(found, list) or found is None:
        return []
    raise Damage(f"{shown_value(what)} is no list of names", place=path)


def _json(text: Any, place: str, size: int) -> dict[str, Any]:
    if not isinstance(text, str):
        raise Damage("it is no text", place=place)
    try:
        found = read_json(text.encode(), room=size, not_finite=True)
    except Damage as damage:
        raise damage.within(place) from None
    if not isinstance(found, dict):
        raise Damage("it is no object", place=place)
    return found
