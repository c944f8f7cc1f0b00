"""Opening what is read: a regular file or a stream in memory, of a size that is known."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Protocol, Union

from rdeep.saving.faults import Damage

Source = Union[str, "os.PathLike[str]", BinaryIO]

_CHUNK = 1 << 24


class Readable(Protocol):
    """Bytes that are read in turn."""

    def readinto(self, target: memoryview, /) -> int | None:
        """Fill memory with the next bytes; return how many there were."""


class Stream(Readable, Protocol):
    """Bytes that are read anywhere."""

    def seek(self, place: int, whence: int = 0, /) -> int:
        """Go to a place; return it."""


@contextmanager
def opened(source: Source) -> Iterator[tuple[Stream, int]]:
    """Open what is read, and say how many bytes it has.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        A path, or a stream that can seek.

    Raises
    ------
    Damage
        If it is no regular file: a folder, a device, or a pipe that might never end.
    OSError
        If it cannot be opened.
    """
    if isinstance(source, (str, os.PathLike)):
        with _regular_file(os.fspath(source)) as stream:
            yield stream, os.fstat(stream.fileno()).st_size
    else:
        yield _sized(source)


def _regular_file(path: str) -> io.BufferedReader:
    if "\0" in path:
        raise Damage("a path cannot hold a NUL character")
    # Looked at before, since to open a device can do something, and after: it may be another.
    _check_regular(os.stat(path))
    stream = open(path, "rb", opener=_without_waiting)  # noqa: SIM115
    try:
        _check_regular(os.fstat(stream.fileno()))
    except BaseException:
        stream.close()
        raise
    return stream


def _without_waiting(path: str, flags: int) -> int:
    # A pipe that is there by now would wait for somebody who writes.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise Damage("it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise Damage("it is no regular file")


def _sized(stream: Any) -> tuple[Stream, int]:
    try:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
    except (AttributeError, OSError, ValueError):
        size = None
    if type(size) is not int or not hasattr(stream, "readinto"):
        raise Damage("it is neither a path nor a binary stream that can seek")
    return stream, size


def fill(source: Readable, target: memoryview) -> None:
    """Fill memory with the next bytes of a source.

    Parameters
    ----------
    source : binary stream
        Where to read.
    target : memoryview
        What to fill.

    Raises
    ------
    Damage
        If the source ends before.
    """
    done = 0
    while done < len(target):
        read = source.readinto(target[done : done + _CHUNK])
        if not read or read > len(target) - done:
            raise Damage("it ends too early")
        done += read


def next_bytes(source: Readable, size: int) -> bytes:
    """Return the next bytes of a source.

    Parameters
    ----------
    source : binary stream
        Where to read.
    size : int
        How many.

    Raises
    ------
    Damage
        If there are not so many.
    """
    memory = bytearray(size)
    fill(source, memoryview(memory))
    return bytes(memory)


def read_whole(path: str) -> bytes:
    """Return what a regular file holds.

    Parameters
    ----------
    path : str
        The file.
    """
    with opened(path) as (stream, size):
        return next_bytes(stream, size)
