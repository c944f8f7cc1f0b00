"""The file format: JSON and safetensors in a zip. There is no code in it, and no pickle."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import numpy as np

from rdeep.errors import FileError
from rdeep.saving import disk

FORMAT = 1
"""The number of the format; a reader refuses a larger one."""

_MODEL, _WEIGHTS, _SLOTS = "model.json", "weights.safetensors", "optimizer.safetensors"


def write(
    description: Mapping[str, Any],
    weights: Mapping[str, np.ndarray],
    slots: Mapping[str, np.ndarray],
    target: BinaryIO,
) -> None:
    """Write a model to a binary stream.

    Parameters
    ----------
    description : mapping
        The model as plain data.
    weights, slots : mapping of str to numpy.ndarray
        The weights, and what the optimizer keeps.
    target : binary stream
        Where to write.
    """
    from safetensors.numpy import save

    # Arrays hardly compress, and a fixed date makes equal models equal files.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        text = json.dumps({"format": FORMAT, **description}, indent=1, default=_named)
        archive.writestr(zipfile.ZipInfo(_MODEL), text)
        archive.writestr(zipfile.ZipInfo(_WEIGHTS), save(_contiguous(weights)))
        if slots:
            archive.writestr(zipfile.ZipInfo(_SLOTS), save(_contiguous(slots)))


def _named(value: object) -> dict[str, str]:
    """Return what stands for a function in a file: its name alone, since there is no code in it."""
    if not callable(value):
        raise TypeError(f"{value!r} cannot be written to a file.")
    return {"function": getattr(value, "__name__", type(value).__name__)}


def read(
    source: str | BinaryIO,
) -> tuple[dict[str, Any], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return a model's description, weights and optimizer slots.

    Parameters
    ----------
    source : str or binary stream
        A path or a stream.

    Raises
    ------
    FileError
        If it is not there, or not a model that rdeep wrote.
    """
    from safetensors.numpy import load

    def parts(archive: zipfile.ZipFile) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        slots = load(archive.read(_SLOTS)) if _SLOTS in archive.namelist() else {}
        return load(archive.read(_WEIGHTS)), slots

    description, (weights, slots) = _opened(source, parts)
    return description, weights, slots


def read_description(source: str | BinaryIO) -> dict[str, Any]:
    """Return a model's description alone; arguments and errors as for `read`."""
    return _opened(source, lambda archive: None)[0]


def _opened(
    source: str | BinaryIO, read_more: Callable[[zipfile.ZipFile], Any]
) -> tuple[dict[str, Any], Any]:
    """Return a file's description, and what a function reads beside it."""
    from safetensors import SafetensorError

    shown = f"'{source}'" if isinstance(source, str) else "the data"
    try:
        with zipfile.ZipFile(source) as archive:
            description = json.loads(archive.read(_MODEL))
            more = read_more(archive)
    except FileNotFoundError:
        raise FileError(f"There is no file {shown}.", argument="filepath") from None
    except IsADirectoryError:
        raise FileError(f"{shown} is a folder, not a model.", argument="filepath") from None
    except (zipfile.BadZipFile, KeyError, ValueError, SafetensorError):
        raise FileError(
            f"{shown} is not a model that rdeep saved, or it is damaged.", argument="filepath"
        ) from None
    if description.get("format", 0) > FORMAT:
        raise FileError(
            f"{shown} was saved by a newer rdeep (format {description['format']}).",
            argument="filepath",
            hint="Update rdeep to read it.",
        )
    return description, more


def save_arrays(arrays: Mapping[str, np.ndarray], path: str) -> None:
    """Write arrays alone, as a `.safetensors` file.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray
        The arrays.
    path : str
        The file.
    """
    from safetensors.numpy import save

    data = save(_contiguous(arrays))
    disk.replace_file(path, lambda stream: stream.write(data))


def load_arrays(path: str) -> dict[str, np.ndarray]:
    """Return the arrays of a `.safetensors` file.

    Parameters
    ----------
    path : str
        The file.

    Raises
    ------
    FileError
        If it is not there, or not such a file.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except FileNotFoundError:
        raise FileError(f"There is no file '{path}'.", argument="filepath") from None
    except (SafetensorError, OSError):
        raise FileError(
            f"'{path}' does not hold weights that rdeep saved.", argument="filepath"
        ) from None


def to_bytes(write_to: Any) -> bytes:
    """Return what a function writes to a stream.

    Parameters
    ----------
    write_to : callable
        Writes to the binary stream that it is given.
    """
    stream = io.BytesIO()
    write_to(stream)
    return stream.getvalue()


def _contiguous(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    # Not by ascontiguousarray(), which makes an array of one value out of a scalar.
    return {name: np.asarray(array, order="C") for name, array in arrays.items()}
