"""Reading models that others wrote."""

from __future__ import annotations

from rdeep.models.foreign_weights import whole
from rdeep.models.keras_reading import load_keras, load_legacy
from rdeep.models.model import Model
from rdeep.saving.faults import reading
from rdeep.saving.foreign.hdf5 import read_hdf5
from rdeep.saving.foreign.keras_legacy import is_legacy, read_legacy
from rdeep.saving.foreign.kinds import WANTED, Kind, refuse_weights_alone
from rdeep.saving.sources import Source


def load_foreign(source: Source, kind: Kind, backend: str | None, device: str | None) -> Model:
    """Return the model of a file that others wrote.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        The file.
    kind : str
        What kind of file it is.
    backend, device : str, optional
        Where it is to run.

    Raises
    ------
    FileError
        If it is damaged, or holds what rdeep does not have.
    """
    if kind in ("torch", "safetensors"):
        raise refuse_weights_alone(source, WANTED[kind])
    with reading(source, WANTED[kind]):
        data = whole(source)
        if kind == "keras":
            return load_keras(data, backend, device)
        file = read_hdf5(data)
        legacy = read_legacy(file, len(data)) if is_legacy(file) else None
        if legacy is not None and legacy.config is not None:
            return load_legacy(legacy, backend, device)
    raise refuse_weights_alone(source, "a file of Keras's weights")
