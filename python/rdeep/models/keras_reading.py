"""Reading models that Keras saved: `.keras`, and full models in HDF5."""

from __future__ import annotations

import warnings
from typing import Any

from rdeep.engines import registry as backends
from rdeep.errors import RdeepWarning
from rdeep.errors.damage import making
from rdeep.models.foreign_weights import check_used, weights_by_layers
from rdeep.models.keras_graphs import KerasGraphs
from rdeep.models.keras_weights import trained_weights, weights_by_places
from rdeep.models.model import Model
from rdeep.saving.faults import Damage
from rdeep.saving.foreign.keras_archives import CONFIG, WEIGHTS, KerasFile, read_keras
from rdeep.saving.foreign.keras_legacy import LegacyFile
from rdeep.saving.foreign.keras_training import compiled_of, slots_of
from rdeep.training.descriptions import trainer_from_data
from rdeep.training.trainer import Trainer


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


def load_legacy(file: LegacyFile, backend: str | None, device: str | None) -> Model:
    """Return the model of a whole file in HDF5; its training begins anew.

    Parameters
    ----------
    file : LegacyFile
        The file.
    backend, device : str, optional
        Where it is to run.
    """
    assert file.config is not None
    chosen = backend or backends.default()
    graphs = KerasGraphs({"backend": chosen, "device": device, "seed": None})
    model = graphs.model(file.config, "", "model_config")
    if model.is_built:
        model.set_weights(weights_by_layers(model, file, False))
    saved = dict(file.compiled or {})
    if saved:
        saved["optimizer"] = saved.pop("optimizer_config", None)
        compile_as(model, graphs, saved, "training_config")
    return model


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
        weights, used = weights_by_places(model.graph, graphs.places, arrays)
        check_used(file.weights, used)
        model.set_weights(weights)
    place = f"{CONFIG}.compile_config"
    data = compile_as(model, graphs, file.config.get("compile_config"), place)
    if data is not None and model.is_built:
        _go_on(model.trainer, model, graphs, file)
    return model


# Training ----------------------------------------------------------------------------------------


def compile_as(model: Model, graphs: KerasGraphs, saved: Any, place: str) -> Any:
    """Compile a model as Keras's description says.

    Parameters
    ----------
    model : Model
        The model.
    graphs : KerasGraphs
        What it was made by.
    saved : dict or None
        What Keras wrote.
    place : str
        Where it stands, for messages.

    Returns
    -------
    dict or None
        What was said; `None` where nothing is.
    """
    if not saved:
        return None
    keys = graphs.output_keys if model.is_built else None
    names = dict(zip(keys, model.output_names)) if keys else {}
    data = compiled_of(saved, names, place)
    if data is None:
        return None
    with making(place):
        trainer = trainer_from_data(data, {})
        if model.is_built:
            trainer.check(model.graph)
        model._trainer = trainer
        model._settle()
    return data


def _go_on(trainer: Trainer, model: Model, graphs: KerasGraphs, file: KerasFile) -> None:
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
