"""The files that TensorBoard reads: numbers and histograms by name and step.

A file is a row of records: a length, the length's checksum, an event, the event's checksum. Events
are protocol buffers, of which the few fields that are needed are written by hand (`event.proto` and
`summary.proto` of TensorFlow): no package has to be installed for it.
"""

from __future__ import annotations

import itertools
import os
import socket
import struct
import time

import numpy as np

from rdeep.saving import disk

_files = itertools.count()

# Events are written at the end of an epoch, and when they take so many bytes.
_MOST_WAITING = 1 << 16


def _checksum_table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _checksum_table()


def _checksum(data: bytes) -> bytes:
    """Return the masked CRC-32C of some bytes."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def _varint(number: int) -> bytes:
    parts = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        parts.append(low | (0x80 if number else 0))
        if not number:
            return bytes(parts)


def _bytes(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _doubles(field: int, values: np.ndarray) -> bytes:
    return _bytes(field, np.asarray(values, "<f8").tobytes())


class EventFile:
    """A file that grows by events.

    Parameters
    ----------
    folder : str
        Where it is made; TensorBoard shows each folder as a run.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        place = f"{int(time.time())}.{socket.gethostname()}.{os.getpid()}.{next(_files)}"
        self._path = os.path.join(folder, f"events.out.tfevents.{place}.v2")
        self._waiting = bytearray()
        self._write(_bytes(3, b"brain.Event:2"))

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Add a number.

        Parameters
        ----------
        tag : str
            Its name.
        value : float
            The number.
        step : int
            When it was so.
        """
        self._summary(tag, _varint(2 << 3 | 5) + struct.pack("<f", value), step)

    def histogram(self, tag: str, values: np.ndarray, step: int) -> None:
        """Add how values are distributed, in 30 bins.

        Parameters
        ----------
        tag : str
            Their name.
        values : numpy.ndarray
            The values.
        step : int
            When they were so.
        """
        flat = np.asarray(values, np.float64).ravel()
        flat = flat[np.isfinite(flat)]
        if not flat.size:
            return
        counts, edges = np.histogram(flat, bins=30)
        numbers = (flat.min(), flat.max(), flat.size, flat.sum(), (flat**2).sum())
        parts = [_double(i, float(number)) for i, number in enumerate(numbers, 1)]
        parts += [_doubles(6, edges[1:]), _doubles(7, counts)]
        self._summary(tag, _bytes(5, b"".join(parts)), step)

    @property
    def is_full(self) -> bool:
        """Whether so much was added that it should be written."""
        return len(self._waiting) >= _MOST_WAITING

    def flush(self) -> None:
        """Write what was added since; what cannot be written waits for the next time.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        if self._waiting:
            disk.make_folder(self._folder, "log_dir")
            with disk.exclusively(self._path, "log_dir") as handle:
                disk.add_to(handle, bytes(self._waiting))
            self._waiting.clear()

    def _summary(self, tag: str, value: bytes, step: int) -> None:
        summary = _bytes(1, _bytes(1, tag.encode()) + value)
        self._write(_varint(2 << 3) + _varint(step) + _bytes(5, summary))

    def _write(self, fields: bytes) -> None:
        event = _double(1, time.time()) + fields
        length = struct.pack("<Q", len(event))
        self._waiting += length + _checksum(length) + event + _checksum(event)
