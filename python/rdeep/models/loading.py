"""Reading models from files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from rdeep.catalogue.custom_objects import custom_object_scope
from rdeep.engines import registry as backends
from rdeep.errors import ArgumentError, FileError, called, show
from rdeep.models.foreign import load_foreign
from rdeep.models.model import Model
from rdeep.models.reading import read_network
from rdeep.saving import archive, schema
from rdeep.saving.faults import shown_source
from rdeep.saving.foreign.kinds import kind_of

_READERS = {
    "tabular": "rdeep.tabular.load_tabular",
    "ready": "rdeep.load_ready",
    "auto": "rdeep.auto.load_auto",
}
"""What reads the files that hold more than a network."""


def load_model(
    filepath: str | BinaryIO,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
    *,
    backend: str | None = None,
    device: str | None = None,
) -> Model:
    """Read a model that `Model.save` wrote, or that Keras saved.

    Files of Keras (`.keras`, or a whole model in HDF5) become models of rdeep's layers, on any
    engine: nothing in them is imported or run. Layers that are code, and layers that rdeep does not
    have, are refused.

    Parameters
    ----------
    filepath : str or binary stream
        The file.
    custom_objects : dict, optional
        Not needed: files hold what layers and losses compute.
    compile : bool
        Whether the model is compiled as the file says, and goes on training from there.
    safe_mode : bool
        Without effect: files hold no code, and nothing in them is run.
    backend : {"torch", "tensorflow", "numpy"}, optional
        The engine to run on; by default the one it was saved from, or else the one that is
        installed. Where no engine is installed, NumPy predicts.
    device : str, optional
        The device there.

    Returns
    -------
    Model

    Raises
    ------
    FileError
        If it is not there, or not such a file.

    Examples
    --------
    >>> import os, tempfile
    >>> from rdeep import Sequential, load_model
    >>> from rdeep.layers import Dense
    >>> path = os.path.join(tempfile.mkdtemp(), "model.rdeep")
    >>> Sequential([Dense(1)], input_shape=(2,)).save(path)
    >>> load_model(path, backend="tensorflow").count_params()
    3
    """
    with custom_object_scope(custom_objects):
        model = _loaded(filepath, backend, device)
    if not compile:
        model._trainer = None
    return model


def save_model(
    model: Model, filepath: str, overwrite: bool = True, zipped: bool | None = None
) -> None:
    """Save a model as `Model.save` does.

    Parameters
    ----------
    model : Model
        The model.
    filepath : str
        The file.
    overwrite : bool
        Whether to replace a file that exists.
    zipped : bool, optional
        Not needed: files are archives.

    Examples
    --------
    >>> import os, tempfile
    >>> from rdeep import Sequential, models
    >>> from rdeep.layers import Dense
    >>> path = os.path.join(tempfile.mkdtemp(), "model.keras")
    >>> models.save_model(Sequential([Dense(1)], input_shape=(2,)), path)
    >>> os.path.exists(path)
    True
    """
    if not isinstance(model, Model):
        raise ArgumentError(
            f"'model' must be a model, not {show(model)}.", argument="model", received=model
        )
    model.save(filepath, overwrite=overwrite, zipped=zipped)


def _loaded(path: str | BinaryIO, backend: str | None, device: str | None) -> Model:
    kind = kind_of(path)
    if kind != "rdeep":
        return load_foreign(path, kind, backend, device)
    with archive.opened(path) as file:
        held = schema.kind_of(file.description)
        if held in _READERS:
            raise FileError(
                f"{shown_source(path)} holds a model of another kind, '{held}'.",
                argument="filepath",
                hint=f"Read it with {called(_READERS[held])}.",
            )
        saved = schema.backend(file.description.get("backend"), "backend")
        return read_network(file, backend or backends.available(saved), device)
