"""A model's weights, read, changed and kept in files: methods of `Model`, written as functions."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np

from rdeep.errors import ArgumentError, RdeepWarning, ShapeError
from rdeep.models.foreign_weights import foreign_weights, named_weights
from rdeep.models.interface import WeightedModel
from rdeep.models.keras_writing import write_keras_weights
from rdeep.saving import archive, disk
from rdeep.saving.faults import shown_source
from rdeep.saving.foreign.kinds import is_keras_weights, kind_of


def get_weights(
    model: WeightedModel, /, trainable: bool | None = None, layer: str | None = None
) -> list[np.ndarray]:
    """Return copies of the weights, in Keras's order and layout.

    Parameters
    ----------
    trainable : bool, optional
        Only those that training changes by gradients, or only the others.
    layer : str, optional
        Only those of the layer of this name.
    """
    chosen = set(model.graph.trainable_names())
    of_layer = None if layer is None else set(model.graph.find_layer(layer).weight_names)
    return [
        weight.copy()
        for name, weight in model._built().named().items()
        if (trainable is None or (name in chosen) == trainable)
        and (of_layer is None or name in of_layer)
    ]


def set_layer_weights(model: WeightedModel, /, layer: str, weights: Sequence[np.ndarray]) -> None:
    """Change the weights of one layer.

    Parameters
    ----------
    layer : str
        The layer's name.
    weights : sequence of arrays
        As `get_weights(layer=layer)` returns them.

    Raises
    ------
    ShapeError
        If there are too many or too few, or a shape differs.
    """
    names = model.graph.find_layer(layer).weight_names
    if len(names) != len(weights):
        raise ShapeError(
            f"Layer {layer!r} has {len(names)} weights, not {len(weights)}.",
            argument="weights",
            received=len(weights),
            expected=str(len(names)),
        )
    model.set_weights(dict(zip(names, weights)))


def get_named_weights(model: WeightedModel, /) -> dict[str, np.ndarray]:
    """Return copies of the weights by name, such as `dense/kernel`."""
    return {name: weight.copy() for name, weight in model._built().named().items()}


def set_weights(
    model: WeightedModel, /, weights: Sequence[np.ndarray] | Mapping[str, np.ndarray]
) -> None:
    """Change all weights, or those that are named.

    Parameters
    ----------
    weights : sequence or mapping of arrays
        As `get_weights` or `get_named_weights` returns them.

    Raises
    ------
    ShapeError
        If there are too many or too few, or a shape differs.
    ArgumentError
        If a name is unknown.
    """
    model._built().change(weights)


def save_weights(model: WeightedModel, /, path: str, overwrite: bool = False) -> None:
    """Save the weights alone, by name, as a `.safetensors` file, or as Keras's `.weights.h5`.

    Parameters
    ----------
    path : str
        The file; one that ends in `.weights.h5` is written as Keras's.
    overwrite : bool
        Whether to replace a file that exists.
    """
    disk.check_free(path, overwrite)
    if is_keras_weights(path):
        disk.replace_file(path, lambda target: write_keras_weights(model, target))
        return
    archive.save_arrays(model._built().named(), path)


def load_weights(model: WeightedModel, /, path: str, skip_mismatch: bool = False) -> None:
    """Read weights that `save_weights` wrote, or that Keras or torch saved.

    Those of Keras (`.weights.h5`, `.keras`, and older `.h5`) are matched as Keras does, by the
    order of the layers. Those of torch (a state dict that `torch.save` wrote, or safetensors with a
    module's names) are matched to the layers by their names, or else in their order, and brought
    into Keras's layout. Nothing in such a file is run.

    Parameters
    ----------
    path : str
        The file.
    skip_mismatch : bool
        Whether to leave out weights that the model lacks or has in another shape, and to keep
        those that the file lacks.

    Raises
    ------
    ArgumentError, ShapeError
        If they are not those of this model.
    """
    kind = kind_of(path)
    if kind in ("keras", "hdf5", "torch"):
        _set_fitting(model, foreign_weights(model, path, kind, skip_mismatch), path)
        return
    weights = archive.load_arrays(path)
    own_names = model.graph.weights()
    if not own_names.keys() & weights.keys() and any("." in name for name in weights):
        _set_fitting(model, named_weights(model, path, weights, skip_mismatch), path)
        return
    if skip_mismatch:
        own = model._built().named()
        fits = {n: w for n, w in weights.items() if n in own and own[n].shape == w.shape}
        _set_fitting(model, fits, path)
        return
    missing = [name for name in model.graph.weights() if name not in weights]
    if missing:
        raise ArgumentError(
            f"'{path}' has no weight {missing[0]!r}: it was saved from another model.",
            argument="filepath",
        )
    model.set_weights(weights)


def _set_fitting(model: WeightedModel, weights: Mapping[str, np.ndarray], path: str) -> None:
    """Change the weights that a file has, and say so if it has none."""
    if not weights and model.graph.weights():
        text = f"Nothing in {shown_source(path)} fits the model: its weights stay as they are."
        warnings.warn(RdeepWarning(text), stacklevel=3)
    model.set_weights(weights)
