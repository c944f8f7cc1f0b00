"""The file format: JSON and safetensors in a checked zip. There is no code in it, and no pickle."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np

from rdeep.errors import FileError, StateError
from rdeep.saving import disk
from rdeep.saving.container import Container, Member, opened_container, write_container
from rdeep.saving.faults import Damage, reading, shown_source, shown_value
from rdeep.saving.plain_json import read_json, write_json
from rdeep.saving.sources import Source
from rdeep.saving.tensors import Tensor, write_tensors

FORMAT = 2
"""The number of the format; a reader refuses a larger one. The first had no hashes."""

_MODEL, _WEIGHTS, _SLOTS = "model.json", "weights.safetensors", "optimizer.safetensors"
_MEMBERS = {_MODEL: Member(), _WEIGHTS: Member(), _SLOTS: Member(optional=True)}


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

    Raises
    ------
    StateError
        If the description is such as no reader takes: too long for its weights, nested too deeply.
    """
    members: dict[str, Any] = {
        _MODEL: described({"format": FORMAT, **description}),
        _WEIGHTS: write_tensors(weights),
    }
    if slots:
        members[_SLOTS] = write_tensors(slots)
    _check_readable(members[_MODEL], weights)
    write_container(target, members)


def described(description: Mapping[str, Any]) -> bytes:
    """Return a description as files have it: JSON.

    Parameters
    ----------
    description : mapping
        A model as plain data.
    """
    return write_json(_named(description))


def _named(value: Any) -> Any:
    """Return plain data with what stands for functions: their names, since there is no code."""
    if isinstance(value, dict):
        return {name: _named(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_named(each) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    if callable(value):
        return {"function": getattr(value, "__name__", type(value).__name__)}
    return value


def _check_readable(text: bytes, weights: Mapping[str, np.ndarray]) -> None:
    try:
        read_json(text, room=sum(each.nbytes for each in weights.values()))
    except Damage as damage:
        raise StateError(
            f"The model cannot be written to a file, since no reader would take it: "
            f"{damage.wording['message']}",
            hint="Vocabularies of millions of tokens are better looked up before the model.",
        ) from None


class ModelFile:
    """A model's file, opened: what it says of the model, and the arrays in it.

    Attributes
    ----------
    description : dict
        The model as plain data; of its fields only the format was looked at.
    """

    def __init__(self, container: Container, source: Source) -> None:
        self._container = container
        # What is not finite stood for itself in the first format.
        found = container.json(_MODEL, not_finite=not container.is_hashed)
        if not isinstance(found, dict):
            raise Damage("it must describe a model", place=_MODEL)
        number = found.pop("format", None)
        if type(number) is not int or number < 1:
            raise Damage(f"{shown_value(number)} is no number of a format", place=_MODEL)
        if number > FORMAT:
            raise FileError(
                f"{shown_source(source)} was saved by a newer rdeep (format {number}).",
                argument="filepath",
                hint="Update rdeep to read it.",
            )
        if (number == 1) == container.is_hashed:
            raise Damage(f"a file of format {number} does not have such members", place=_MODEL)
        self.description: dict[str, Any] = found

    def headers(self) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Return what weights and slots are like, before any of them is read."""
        names = [name for name in (_WEIGHTS, _SLOTS) if name in self._container.names]
        found = {name: self._container.header(name).tensors for name in names}
        return found[_WEIGHTS], found.get(_SLOTS, {})

    def weights(self) -> dict[str, np.ndarray]:
        """Return the weights."""
        return self._container.tensors(_WEIGHTS)

    def slots(self) -> dict[str, np.ndarray]:
        """Return what the optimizer keeps."""
        return self._container.tensors(_SLOTS) if _SLOTS in self._container.names else {}


@contextmanager
def opened(source: Source) -> Iterator[ModelFile]:
    """Open a model's file; whatever is wrong with it until it is closed is one error.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        A path, or a stream that can seek.

    Raises
    ------
    FileError
        If it is not there, or not a model that rdeep wrote.
    """
    with reading(source), opened_container(source, _MEMBERS) as container:
        yield ModelFile(container, source)


def save_arrays(arrays: Mapping[str, np.ndarray], path: str) -> None:
    """Write arrays alone, as a `.safetensors` file.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray
        The arrays.
    path : str
        The file.
    """
    parts = write_tensors(arrays)
    disk.replace_file(path, lambda stream: stream.writelines(parts))


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
