"""Reading files that others wrote: models of Keras's, and weights of Keras's and torch's."""

from __future__ import annotations

from rdeep.models.keras_reading import load_keras
from rdeep.models.model import Model
from rdeep.saving.faults import reading
from rdeep.saving.foreign.kinds import Kind, refuse_weights_alone
from rdeep.saving.sources import Source, next_bytes, opened

_WANTED = {
    "keras": "a model that Keras saved",
    "hdf5": "a model or weights that Keras saved",
    "torch": "a state dict that torch saved",
    "safetensors": "a file of weights",
}


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
        raise refuse_weights_alone(source, _WANTED[kind])
    with reading(source, _WANTED[kind]):
        data = _whole(source)
        return load_keras(data, backend, device)


def _whole(source: Source) -> bytes:
    with opened(source) as (stream, size):
        return next_bytes(stream, size)
