"""A model's weights, read, changed and kept in files: methods of `Model`, written as functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rdeep.errors import ArgumentError, ShapeError
from rdeep.models.interface import WeightedModel
from rdeep.saving import archive, disk


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
    """Save the weights alone, by name, as a `.safetensors` file.

    Parameters
    ----------
    path : str
        The file.
    overwrite : bool
        Whether to replace a file that exists.
    """
    disk.check_free(path, overwrite)
    archive.save_arrays(model._built().named(), path)


def load_weights(model: WeightedModel, /, path: str, skip_mismatch: bool = False) -> None:
    """Read weights that `save_weights` wrote.

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
    weights = archive.load_arrays(path)
    if skip_mismatch:
        own = model._built().named()
        fits = {n: w for n, w in weights.items() if n in own and own[n].shape == w.shape}
        model.set_weights(fits)
        return
    missing = [name for name in model.graph.weights() if name not in weights]
    if missing:
        raise ArgumentError(
            f"'{path}' has no weight {missing[0]!r}: it was saved from another model.",
            argument="filepath",
        )
    model.set_weights(weights)
