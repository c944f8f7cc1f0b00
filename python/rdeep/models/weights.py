"""A model's weights, read, changed and kept in files: methods of `Model`, written as functions."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from rdeep.errors import ArgumentError, RdeepWarning, ShapeError, listing, setting, worded
from rdeep.models.foreign_weights import foreign_weights, named_weights
from rdeep.models.interface import WeightedModel
from rdeep.models.keras_lacks import LackedByKeras
from rdeep.models.keras_writing import write_keras_weights
from rdeep.saving import archive, disk
from rdeep.saving.faults import reading, shown_source, shown_value
from rdeep.saving.foreign.kinds import is_archive, is_keras_weights, kind_of
from rdeep.saving.sources import opened
from rdeep.saving.tensors import Tensor, read_header_from, read_tensors_from


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
    own = set(model.graph.find_layer(layer).weight_names)
    names = [name for name in model.graph.weights() if name in own]
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


def save_weights(model: WeightedModel, /, filepath: str, overwrite: bool = True) -> None:
    """Save the weights alone, by name, as a `.safetensors` file, or as Keras's `.weights.h5`.

    Parameters
    ----------
    filepath : str
        The file; one that ends in `.weights.h5` is written as Keras's, or, of a model that has
        what Keras lacks, in rdeep's format under that name, with a warning.
    overwrite : bool
        Whether to replace a file that exists.
    """
    disk.check_free(filepath, overwrite)
    weights = model._built().named()
    if is_keras_weights(filepath):
        try:
            disk.replace_file(filepath, lambda target: write_keras_weights(model, target))
            return
        except LackedByKeras as error:
            text = worded(
                f"{shown_source(filepath)} is written in rdeep's own format, which Keras does not "
                f"read: Keras lacks what the model has, {error.lacking}."
            )
            warnings.warn(RdeepWarning(text), stacklevel=3)
    archive.save_arrays(weights, filepath)


def load_weights(model: WeightedModel, /, filepath: str, skip_mismatch: bool = False) -> None:
    """Read weights that `save_weights` wrote, or that Keras or torch saved.

    Of a model that `save` wrote, its weights are read. Those of Keras (`.weights.h5`, `.keras`, and
    older `.h5`) are matched as Keras does, by the order of the layers. Those of torch (a state dict
    that `torch.save` wrote, or safetensors with a module's names) are matched to the layers by
    their names, or else in their order, and brought into Keras's layout. Nothing in such a file is
    run.

    Parameters
    ----------
    filepath : str
        The file.
    skip_mismatch : bool
        Whether to leave out weights that the model lacks or has in another shape, and to keep
        those that the file lacks.

    Raises
    ------
    ArgumentError
        If they are not those of this model; with `skip_mismatch`, if none of them is.
    FileError
        If it is no such file.
    """
    own = {name: weight.shape for name, weight in model.graph.weights().items()}
    kind = kind_of(filepath)
    if kind in ("keras", "hdf5", "torch"):
        _set_fitting(model, filepath, foreign_weights(model, filepath, kind, skip_mismatch))
        return
    if kind == "rdeep" and is_archive(filepath):
        _set_own(model, filepath, skip_mismatch)
        return
    with reading(filepath, "a file of weights"), opened(filepath) as (stream, size):
        header = read_header_from(stream, size).tensors
        ours = _in_our_spelling(header, own)
        header = {ours[name]: tensor for name, tensor in header.items()}
        unfit = _unfit(header, own)
        if header and not own.keys() & header.keys() and any("." in name for name in header):
            stream.seek(0)
            arrays = read_tensors_from(stream, size)
            _set_fitting(model, filepath, named_weights(model, filepath, arrays, skip_mismatch))
            return
        if unfit and not skip_mismatch:
            raise _not_of_this_model(filepath, *next(iter(unfit.items())))
        stream.seek(0)
        read = {ours[name]: each for name, each in read_tensors_from(stream, size).items()}
    fits = {name: read[name] for name in own if name not in unfit}
    _set_fitting(model, filepath, fits, list(unfit))


def _set_own(model: WeightedModel, path: str, skip_mismatch: bool) -> None:
    """Change the weights that a model's file has."""
    own = {name: weight.shape for name, weight in model.graph.weights().items()}
    with archive.opened(path) as file:
        unfit = _unfit(file.headers()[0], own)
        if unfit and not skip_mismatch:
            raise _not_of_this_model(path, *next(iter(unfit.items())))
        read = file.weights()
    fits = {name: read[name] for name in own if name not in unfit}
    _set_fitting(model, path, fits, list(unfit))


def _set_fitting(
    model: WeightedModel, path: str, fits: Mapping[str, np.ndarray], unfit: Sequence[str] = ()
) -> None:
    """Change the weights that a file has, and say which it does not have."""
    own = model.graph.weights()
    if own and not fits:
        raise ArgumentError(
            f"{shown_source(path)} holds none of the model's weights: all of them would be left "
            "as they are.",
            argument="filepath",
            received=path,
            hint="Its names or shapes are those of another model.",
        )
    names = [*unfit, *(name for name in own if name not in fits and name not in unfit)]
    if names:
        shown = names if len(names) <= 5 else [*names[:4], f"{len(names) - 4} more"]
        warnings.warn(
            RdeepWarning(
                f"{shown_source(path)} and the model do not agree in {listing(shown, 'and')}, "
                "which stay as they are."
            ),
            stacklevel=3,
        )
    model.set_weights(fits)


def _in_our_spelling(found: Collection[str], own: Collection[str]) -> dict[str, str]:
    """Return the names of weights in a file, each as the model has it, if one is spelled alike.

    Keras calls a layer `conv2d_1` that is `conv_2d_1` here.
    """
    alike = {name.replace("_", ""): name for name in own}
    ours = {n: n if n in own else alike.get(n.replace("_", ""), n) for n in found}
    return ours if len(set(ours.values())) == len(ours) else {name: name for name in found}


def _unfit(found: Mapping[str, Tensor], own: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    """Return the weights that one lacks or has otherwise, each with what is wrong."""
    unfit = {name: "missing" for name in own if name not in found}
    for name, tensor in found.items():
        if name not in own:
            unfit[name] = "unknown"
        elif tensor.shape != tuple(own[name]):
            unfit[name] = "shape"
        elif tensor.dtype != "F32":
            unfit[name] = "type"
    return unfit


def _not_of_this_model(path: str, name: str, why: str) -> ArgumentError:
    shown, weight = shown_source(path), shown_value(name)
    reasons = {
        "missing": worded(f"{shown} has no weight {weight}: it was saved from another model."),
        "unknown": worded(f"{shown} has a weight {weight}, which the model does not have."),
        "shape": worded(f"{shown} has the weight {weight} in another shape than the model."),
        "type": worded(f"{shown} has the weight {weight} in another type than float32."),
    }
    return ArgumentError(
        reasons[why],
        argument="filepath",
        received=path,
        hint=f"{setting('skip_mismatch', True)} leaves out what does not fit.",
    )
