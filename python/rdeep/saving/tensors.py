"""Checked safetensors: arrays by name, whose header is held against the data before any is read.

A file is the length of a header (8 bytes), the header (JSON: for each name a type, a shape and a
span of bytes), and the data.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.saving.faults import Damage, reading, shown_value
from rdeep.saving.plain_json import Buffer, read_json, write_json
from rdeep.saving.sources import Readable, fill, next_bytes, opened

DTYPES = {
    **{"F64": "<f8", "I64": "<i8", "U64": "<u8", "C64": "<c8"},
    **{"F32": "<f4", "I32": "<i4", "U32": "<u4", "BF16": "<u2"},
    **{"F16": "<f2", "I16": "<i2", "U16": "<u2", "I8": "|i1", "U8": "|u1", "BOOL": "|b1"},
}
"""The types of safetensors, each with NumPy's; NumPy has none for BF16, which comes as float32."""

_NAMES = {np.dtype(numpy): name for name, numpy in DTYPES.items() if name != "BF16"}
_METADATA = "__metadata__"
_LARGEST_HEADER = 100_000_000
# What NumPy can hold, in any version.
_MOST_AXES, _LONGEST = 32, 2**48


@dataclass(frozen=True)
class Tensor:
    """What a header says of an array.

    Parameters
    ----------
    dtype : str
        One of `DTYPES`.
    shape : tuple of int
        Its shape.
    begin, end : int
        Its bytes, counted from where the data begins.
    """

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class Header:
    """What a file of arrays says of itself.

    Parameters
    ----------
    tensors : dict of str to Tensor
        The arrays, in the order of their data.
    metadata : dict of str to str
        What was written beside them.
    start : int
        Where the data begins.
    """

    tensors: dict[str, Tensor]
    metadata: dict[str, str]
    start: int


def write_tensors(
    arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None
) -> list[Buffer]:
    """Return what a file of arrays consists of: the header and views of the arrays, in turn.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray
        The arrays; what is contiguous is not copied.
    metadata : mapping of str to str, optional
        What to write beside them.

    Raises
    ------
    TypeError
        If safetensors has no such type.

    Examples
    --------
    >>> whole = b"".join(write_tensors({"a": np.arange(3.0)}))
    >>> read_tensors(whole)["a"]
    array([0., 1., 2.])
    """
    header: dict[str, Any] = {} if not metadata else {_METADATA: dict(metadata)}
    ready: list[Buffer] = []
    begin = 0
    # The largest items first, so that all begin where their type wants them to.
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
        # Not by ascontiguousarray(), which makes an array of one value out of a scalar.
        array = np.asarray(array, order="C")
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        if array.dtype not in _NAMES or name == _METADATA:
            raise TypeError(f"{name!r} cannot be written: an array of {array.dtype}")
        span = [begin, begin + array.nbytes]
        header[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": span,
        }
        begin = span[1]
        if array.nbytes:
            ready.append(array.reshape(-1).view(np.uint8).data)
    text = write_json(header)
    text += b" " * (-len(text) % 8)
    return [struct.pack("<Q", len(text)) + text, *ready]


def read_header(beginning: Buffer, size: int) -> Header:
    """Return what a file of arrays says of itself, held against its size.

    Parameters
    ----------
    beginning : bytes
        Its first bytes: at least the header, as `header_length` says.
    size : int
        How many bytes it has in all.

    Raises
    ------
    Damage
        If arrays are of no known type, have no real shape, overlap, or leave bytes over.
    """
    start = 8 + header_length(beginning, size)
    if len(beginning) < start:
        raise Damage("its header is cut off")
    text = bytes(memoryview(beginning)[8:start])
    # What fills up to the next eight bytes are spaces behind the object, nothing before it.
    if not text.startswith(b"{") or not text.rstrip(b" ").endswith(b"}"):
        raise Damage("its header is no object of JSON")
    found = read_json(text, room=size)
    metadata = found.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise Damage(f"{_METADATA} in its header must hold text alone")
    tensors = {name: _tensor(name, said) for name, said in found.items()}
    in_turn = dict(sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end)))
    end = 0
    for name, tensor in in_turn.items():
        if tensor.begin != end:
            raise Damage(f"it begins at byte {tensor.begin} of the data, not at {end}", place=name)
        end = tensor.end
    if start + end != size:
        raise Damage(f"its arrays take {end} bytes, and it has {size - start} of data")
    return Header(in_turn, metadata, start)


def read_header_from(source: Readable, size: int) -> Header:
    """Return what a file of arrays says of itself, when it is read in turn.

    Parameters
    ----------
    source : binary stream
        Where to read; it stands at the beginning.
    size : int
        How many bytes it has.
    """
    beginning = next_bytes(source, min(size, 8))
    return read_header(beginning + next_bytes(source, header_length(beginning, size)), size)


def header_length(beginning: Buffer, size: int) -> int:
    """Return how long the header is, held against the size of the file.

    Parameters
    ----------
    beginning : bytes
        The first 8 bytes, or more.
    size : int
        How many bytes the file has in all.
    """
    if size < 8 or len(beginning) < 8:
        raise Damage("it is too short to hold arrays")
    (length,) = struct.unpack_from("<Q", beginning)
    if length > min(size - 8, _LARGEST_HEADER):
        raise Damage(f"its header of {length} bytes is longer than the file may hold")
    return int(length)


def _tensor(name: str, said: object) -> Tensor:
    wanted = {"dtype", "shape", "data_offsets"}
    if not isinstance(said, dict) or said.keys() != wanted:
        raise Damage("its entry must have a dtype, a shape and data_offsets, no more", place=name)
    dtype, shape, span = said["dtype"], said["shape"], said["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise Damage(f"its dtype {shown_value(dtype)} is not known", place=name)
    if not _are_sizes(shape) or len(shape) > _MOST_AXES:
        raise Damage("its shape must be a list of whole numbers", place=name)
    if not _are_sizes(span) or len(span) != 2 or span[0] > span[1]:
        raise Damage("its data_offsets must be two whole numbers in order", place=name)
    # Sizes of Python, which do not overflow; where one is 0, the others are still to be sizes.
    taken = math.prod(shape) * np.dtype(DTYPES[dtype]).itemsize
    if taken != span[1] - span[0] or math.prod(n for n in shape if n) > _LONGEST:
        raise Damage(
            f"an array of shape {shown_value(shape)} and {dtype} does not take "
            f"{span[1] - span[0]} bytes",
            place=name,
        )
    return Tensor(dtype, tuple(shape), span[0], span[1])


def _are_sizes(value: object) -> bool:
    return isinstance(value, list) and all(type(n) is int and 0 <= n <= _LONGEST for n in value)


def read_tensors(data: Buffer) -> dict[str, np.ndarray]:
    """Return the arrays of a file that is in memory: views of it, where that is possible.

    Parameters
    ----------
    data : bytes
        The file.

    Raises
    ------
    Damage
        If it is not such a file, or any of it is not as it says.
    """
    whole = memoryview(data).cast("B")
    header = read_header(whole, len(whole))
    values = whole[header.start :]
    return {
        name: _as_numbers(name, tensor, _bytes_of(values[tensor.begin : tensor.end]))
        for name, tensor in header.tensors.items()
    }


def read_tensors_from(source: Readable, size: int) -> dict[str, np.ndarray]:
    """Return the arrays of a file that is read in turn: each in memory of its own.

    Parameters
    ----------
    source : binary stream
        Where to read; it stands at the beginning.
    size : int
        How many bytes it has.

    Raises
    ------
    Damage
        If it is not such a file, or any of it is not as it says.
    """
    header = read_header_from(source, size)
    found = {}
    for name, tensor in header.tensors.items():
        memory = np.empty(tensor.end - tensor.begin, np.uint8)
        fill(source, memory.data)
        found[name] = _as_numbers(name, tensor, memory)
    return found


def _bytes_of(view: memoryview) -> np.ndarray:
    return np.frombuffer(view, np.uint8) if len(view) else np.empty(0, np.uint8)


def _as_numbers(name: str, tensor: Tensor, memory: np.ndarray) -> np.ndarray:
    values = memory.view(DTYPES[tensor.dtype])
    if tensor.dtype == "BOOL" and memory.size and memory.max() > 1:
        raise Damage("it holds truth values other than 0 and 1", place=name)
    if tensor.dtype == "BF16":
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return values.reshape(tensor.shape)


def read_tensor_file(path: str) -> dict[str, np.ndarray]:
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
    with reading(path, "a file of weights"), opened(path) as (stream, size):
        return read_tensors_from(stream, size)
