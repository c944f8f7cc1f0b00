"""Reading models from files."""

from __future__ import annotations

from typing import BinaryIO

from rdeep.engines import registry as backends
from rdeep.errors import FileError, called
from rdeep.models.foreign import load_foreign
from rdeep.models.model import Model
from rdeep.models.sequential import Sequential
from rdeep.saving import archive
from rdeep.saving.foreign.kinds import kind_of

_KINDS = {model.kind: model for model in (Model, Sequential)}


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
    description, weights, slots = archive.read(path)
    if description["kind"] not in _KINDS:
        raise FileError(
            f"The file holds a model of another kind, {description['kind']!r}.",
            argument="filepath",
            hint=f"Read it with {called('rdeep.tabular.load_tabular')}.",
        )
    made = _KINDS[description["kind"]]
    chosen = backend or backends.available(description["backend"])
    return made.from_data(description, weights, slots, chosen, device)
