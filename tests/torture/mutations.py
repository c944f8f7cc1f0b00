"""Changes of a file's bytes, whatever it holds, and what becomes of a file that was changed."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

REFUSED, SAME, ANY = "refused", "same", "any"
"""What may become of a changed file: it must be refused; or it may be read, with the meaning that
it had; or it may be another file that is valid too."""


@dataclass(frozen=True)
class Mutant:
    """A file that was changed, what was done to it, and what may become of it."""

    data: bytes
    what: str
    allowed: str


Random = random.Random


def spot(rng: Random, data: bytes) -> int:
    """Return a place in the data: often near its ends, where formats keep what they go by."""
    size = max(len(data), 1)
    kind = rng.random()
    if kind < 0.25:
        return rng.randrange(min(size, 64))
    if kind < 0.6:
        return size - 1 - rng.randrange(min(size, 512))
    return rng.randrange(size)


def length(rng: Random) -> int:
    """Return the length of a piece: short ones mostly."""
    return int(2 ** rng.uniform(0, rng.choice((2, 6, 12))))


def flip_bit(rng: Random, data: bytes) -> bytes:
    at = spot(rng, data)
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def set_byte(rng: Random, data: bytes) -> bytes:
    at = spot(rng, data)
    return data[:at] + bytes([rng.choice((0, 1, 0x7F, 0x80, 0xFF))]) + data[at + 1 :]


def set_bytes(rng: Random, data: bytes) -> bytes:
    at, size = spot(rng, data), length(rng)
    return data[:at] + rng.randbytes(size) + data[at + size :]


def cut(rng: Random, data: bytes) -> bytes:
    return data[: rng.choice((spot(rng, data), rng.randrange(len(data) + 1)))]


def cut_start(rng: Random, data: bytes) -> bytes:
    return data[length(rng) :]


def remove(rng: Random, data: bytes) -> bytes:
    at = spot(rng, data)
    return data[:at] + data[at + length(rng) :]


def insert(rng: Random, data: bytes) -> bytes:
    at = spot(rng, data)
    return data[:at] + rng.randbytes(length(rng)) + data[at:]


def duplicate(rng: Random, data: bytes) -> bytes:
    at, size = spot(rng, data), length(rng)
    return data[:at] + data[at : at + size] * rng.choice((2, 3, 20)) + data[at + size :]


def move(rng: Random, data: bytes) -> bytes:
    at, size = spot(rng, data), length(rng)
    piece, rest = data[at : at + size], data[:at] + data[at + size :]
    to = rng.randrange(len(rest) + 1)
    return rest[:to] + piece + rest[to:]


def zeros(rng: Random, data: bytes) -> bytes:
    at, size = spot(rng, data), length(rng)
    return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]


def number(rng: Random, data: bytes) -> bytes:
    """Write an interesting whole number over some bytes."""
    form = rng.choice(("<H", "<I", "<Q", ">H", ">I", ">Q"))
    size = struct.calcsize(form)
    top = 2 ** (8 * size)
    value = rng.choice(
        (0, 1, top - 1, top // 2, top // 2 - 1, len(data), len(data) + 1, 255, 65536)
    )
    at = spot(rng, data)
    return data[:at] + struct.pack(form, value % top) + data[at + size :]


BYTE_CHANGES: tuple[Callable[[Random, bytes], bytes], ...] = (
    flip_bit,
    flip_bit,
    set_byte,
    set_bytes,
    cut,
    cut_start,
    remove,
    insert,
    duplicate,
    move,
    zeros,
    number,
    number,
)


def changed_bytes(rng: Random, data: bytes, others: Sequence[bytes]) -> tuple[bytes, str]:
    """Return the data with one change of its bytes, or several, and the changes' names."""
    if rng.random() < 0.05 and others:
        other = rng.choice(others)
        return data[: spot(rng, data)] + other[spot(rng, other) :], "splice"
    if rng.random() < 0.02:
        return rng.choice((b"", b"\n", b"PK", bytes(22), rng.randbytes(length(rng)))), "nothing"
    names = []
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        change = rng.choice(BYTE_CHANGES)
        names.append(change.__name__)
        data = change(rng, data or b"\0")
    return data, "+".join(names)


def of_bytes(rng: Random, data: bytes, others: Sequence[bytes], allowed: str = SAME) -> Mutant:
    """Return a file with changed bytes."""
    after, what = changed_bytes(rng, data, others)
    return Mutant(after, f"bytes: {what}", allowed)
