"""A model as plain data, and in files: methods of `Model`, written as functions of one."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO

import numpy as np

from rdeep.errors import ArgumentError, RdeepWarning, setting, show, worded
from rdeep.graph.composite import Composite
from rdeep.graph.network import Graph
from rdeep.models.frozen import unlike_now
from rdeep.models.interface import SavedModel
from rdeep.models.keras_lacks import LackedByKeras
from rdeep.models.keras_writing import write_keras
from rdeep.models.own_loss import adopt_rest, rest_of_weights
from rdeep.ops.traced import Traced
from rdeep.saving import archive, disk
from rdeep.saving.foreign.kinds import is_keras
from rdeep.training.computing import restored_computing
from rdeep.training.descriptions import trainer_from_data, trainer_to_data
from rdeep.training.history import History
from rdeep.training.plans import lay_flat, losses
from rdeep.training.restoring import slot_shapes
from rdeep.training.trainer import Trainer


def description(model: SavedModel, /) -> dict[str, Any]:
    """Return the model without its weights, as plain data."""
    return {
        "kind": model.kind,
        "name": model.name,
        "backend": model.backend,
        **model._structure(),
        "compile": _compiled(model),
        "history": None if model.history is None else model.history.data(),
        "annotations": model.annotations,
    }


def _compiled(model: SavedModel) -> dict[str, Any] | None:
    """Return how the model is compiled, and which layers are trained."""
    trainer = model._trainer
    if trainer is None:
        return None
    if model.is_built:
        lay_flat(trainer.compiled, model.graph)
    _look_at_measures(model, trainer)
    trained = unlike_now(trainer, model._all_records())
    found = trainer_to_data(trainer)
    excluded = trainer.compiled.optimizer.excluded
    if excluded is not None and model.is_built:
        found["excluded"] = [name for name in model.graph.weights() if excluded.holds(name)]
    steps = _by_hand(model)
    if steps is not None:
        found["steps_taken"] = steps[0]
    return found if trained is None else {**found, "trained": trained}


def _by_hand(model: SavedModel) -> tuple[int, dict[str, np.ndarray]] | None:
    """Return what the optimizer came to by steps that the user took, where they are the last.

    It is known for all weights that are trained, or not at all.
    """
    trainer = model._trainer
    taken = None if trainer is None else trainer.compiled.optimizer.__dict__.get("_steps")
    if trainer is None or taken is None or trainer.phases is not None or not model.is_built:
        return None
    steps, slots = taken.kept()
    wanted = slot_shapes(trainer.compiled.optimizer, model.graph, trainer.flags)
    known = {name: tuple(value.shape) for name, value in slots.items()} == wanted
    return (steps, slots) if known and steps > trainer._fitted_steps() else None


def _look_at_measures(model: SavedModel, trainer: Trainer) -> None:
    """Have functions that were never used be what they compute of such outputs."""
    if not model.is_built or trainer.compiled.loss is None or trainer.phases is not None:
        return
    graph, compiled = model.graph, trainer.compiled
    found: list[tuple[Any, Any]] = [*zip(losses(compiled, graph), graph.outputs)]
    for metrics in (compiled.metrics, compiled.weighted_metrics):
        found += [(metrics, output) for output in graph.outputs]
    for measures, output in found:
        for function in _functions_of(measures):
            if not function.is_traced:
                # Where it fails, it is said when the function is used.
                with suppress(Exception):
                    function.graph_for([(output.shape, "float32")] * 2)


def _functions_of(measures: Any) -> list[Traced]:
    """Return the functions among a loss, or metrics in lists or by outputs' names."""
    if isinstance(measures, Mapping):
        measures = list(measures.values())
    if isinstance(measures, list | tuple):
        return [function for each in measures for function in _functions_of(each)]
    function = getattr(measures, "function", None)
    return [function] if isinstance(function, Traced) else []


def _look_at_functions(graph: Graph) -> None:
    """Have functions in layers that were never used be what they compute of such outputs."""
    for layer in graph.layers:
        record = layer.record
        for inner in record.inners() if isinstance(record, Composite) else ():
            _look_at_functions(inner.graph)
        for declared in record.options.values():
            function = getattr(getattr(record, declared.attribute, None), "function", None)
            if isinstance(function, Traced) and not function.is_traced:
                # Where it fails, it is said when the layer is used.
                with suppress(Exception):
                    function.graph_for([(layer.nodes[0].outputs[0].shape, "float32")])


def kept(model: SavedModel) -> tuple[dict[str, Any], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return a model as plain data, its weights, and what its optimizer keeps.

    Parameters
    ----------
    model : Model
        The model. Its seed is among the data: it draws what it has still to draw.
    """
    if model.is_built:
        _look_at_functions(model.graph)
    weights = {**model._built().named(), **rest_of_weights(model)} if model.is_built else {}
    slots = {} if model._trainer is None else model._trainer.slots()
    by_hand = _by_hand(model)
    if by_hand is not None:
        slots = by_hand[1]
    return {**model.description(), "seed": model.seed}, weights, slots


def restore(
    model: SavedModel,
    description: Mapping[str, Any],
    weights: Mapping[str, np.ndarray],
    slots: Mapping[str, np.ndarray],
) -> None:
    """Give a model of the same layers the weights and the training that were kept.

    Parameters
    ----------
    model : Model
        The model.
    description, weights, slots
        What `kept` returned.
    """
    if weights:
        own = model._built().graph.weights()
        model.set_weights({name: value for name, value in weights.items() if name in own})
    compiled, history = description["compile"], description["history"]
    if compiled is not None:
        said, computing = compiled.get("computing"), None
        if said is not None:
            computing = restored_computing(said, model._built().graph, "compile.computing")
        model._trainer = trainer_from_data(compiled, slots, computing)
        model._settle(compiled.get("trained"))
        if weights:
            adopt_rest(model, weights)
    model.annotations = dict(description.get("annotations") or {})
    if history is not None:
        model.history = History.from_data(history)


def save(
    model: SavedModel, /, filepath: str, overwrite: bool = True, zipped: bool | None = None
) -> None:
    """Save layers, weights and training state in one file.

    Parameters
    ----------
    filepath : str
        The file; `.rdeep` is the usual ending. What ends in `.keras` is written as Keras's own
        file, which Keras reads as well; what rdeep notes beside the model (its history, names of
        columns) is not in it. A model with layers or functions of your own, or others that Keras
        lacks, is written in rdeep's format under that name, with a warning: rdeep reads it.
    overwrite : bool
        Whether to replace a file that exists.
    zipped : bool, optional
        Not needed: a model is one file.

    Raises
    ------
    FileError
        If the file exists, or its folder does not.
    """
    if zipped is False:
        raise ArgumentError(
            f"{setting('zipped', False)} asks for a folder, and a model is one file.",
            argument="zipped",
            received=zipped,
            hint="Leave it out.",
        )
    disk.check_free(filepath, overwrite)
    to_bytes_file(model, filepath)


def to_bytes(model: SavedModel, /) -> bytes:
    """Return what `save` writes."""
    return archive.to_bytes(lambda target: _write(model, target))


def to_bytes_file(model: SavedModel, /, path: str) -> None:
    """Write what `save` writes to a file, whether it exists or not."""
    if is_keras(path):
        if model._trainer is not None:
            _look_at_measures(model, model._trainer)
        try:
            return disk.replace_file(path, lambda target: write_keras(model, target))
        except LackedByKeras as error:
            text = worded(
                f"{show(os.path.basename(path))} is written in rdeep's own format, which Keras "
                f"does not read: Keras lacks what the model has, {error.lacking}."
            )
            warnings.warn(RdeepWarning(text), stacklevel=4)
    disk.replace_file(path, lambda target: _write(model, target))


def _write(model: SavedModel, target: BinaryIO) -> None:
    archive.write(*kept(model), target)
