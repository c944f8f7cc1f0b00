"""Reading models from files."""

from __future__ import annotations

from typing import BinaryIO

from rdeep.engines import registry as backends
from rdeep.errors import FileError, called
from rdeep.models.foreign import load_foreign
from rdeep.models.model import Model
from rdeep.models.reading import read_network
from rdeep.saving import archive, schema
from rdeep.saving.faults import shown_source
from rdeep.saving.foreign.kinds import kind_of


def load_model(
    path: str | BinaryIO, backend: str | None = None, device: str | None = None
) -> Model:
    """Read a model that `Model.save` wrote, or that Keras saved.

    Files of Keras (`.keras`, or a whole model in HDF5) become models of rdeep's layers, on any
    engine: nothing in them is imported or run. Layers that are code, and layers that rdeep does not
    have, are refused.

    Parameters
    ----------
    path : str or binary stream
        The file.
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
    kind = kind_of(path)
    if kind != "rdeep":
        return load_foreign(path, kind, backend, device)
    with archive.opened(path) as file:
        if schema.kind_of(file.description) == "tabular":
            raise FileError(
                f"{shown_source(path)} holds a model of another kind, 'tabular'.",
                argument="filepath",
                hint=f"Read it with {called('rdeep.tabular.load_tabular')}.",
            )
        saved = schema.backend(file.description.get("backend"), "backend")
        return read_network(file, backend or backends.available(saved), device)
