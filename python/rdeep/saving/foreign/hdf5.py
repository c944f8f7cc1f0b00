"""HDF5 files as Keras writes them, read without libhdf5: each byte is looked at where it lies.

What is read is what h5py writes by default: groups, whole arrays of numbers, and attributes. Links
to other files, arrays stored elsewhere, in chunks or compressed are refused. Arrays are views of
the file's bytes and may not overlap, so that a file costs no more memory than it has bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from rdeep.saving.faults import Damage
from rdeep.saving.plain_json import Buffer

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_UNDEFINED = 0xFFFF_FFFF_FFFF_FFFF
# More than any model has; what is read of a crafted file stays small.
_DEEPEST, _MOST_OBJECTS, _LONGEST_NAME, _LONGEST_PATH = 32, 50_000, 255, 1_000
_MOST_MESSAGES, _LARGEST = 65_536, 2**31
# The kinds of messages of an object's header.
_DATASPACE, _LINK_INFO, _DATATYPE, _LINK, _EXTERNAL, _LAYOUT = 0x01, 0x02, 0x03, 0x06, 0x07, 0x08
_FILTERS, _ATTRIBUTE, _CONTINUATION, _SYMBOLS = 0x0B, 0x0C, 0x10, 0x11
_SHARED = 0x02


@dataclass
class Hdf5:
    """What a file holds.

    Attributes
    ----------
    arrays : dict of str to numpy.ndarray
        The arrays by their paths, such as `layers/dense/vars/0`: views of the file's bytes.
    groups : dict of str to list of str
        What each group holds, by the group's path; the root's is `""`.
    attributes : dict of str to dict
        The attributes of each group and array that has some: texts, numbers and lists of texts.
    """

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_hdf5(data: Buffer) -> Hdf5:
    """Return what a file holds.

    Parameters
    ----------
    data : bytes
        The file, of which the arrays are views.

    Raises
    ------
    Damage
        If it is damaged, or holds what is not read.
    """
    reader = _Reader(memoryview(data))
    reader.walk("", reader.root(), 0)
    reader.check_apart()
    return reader.found


class _Reader:
    """The bytes of a file, and what was found in them by now."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.found = data, Hdf5()
        self.seen: set[int] = set()
        self.extents: list[tuple[int, int]] = []
        self.texts = 0
        self.messages_left = _MOST_MESSAGES + len(data) // 16

    # Bytes -----------------------------------------------------------------------------------

    def bytes_at(self, start: int, size: int) -> memoryview:
        """Return bytes, or say that the file is too short for them."""
        if not 0 <= start <= start + size <= len(self.data):
            raise Damage("it points beyond its end")
        return self.data[start : start + size]

    def numbers(self, layout: str, start: int) -> tuple[Any, ...]:
        """Return numbers of a layout."""
        return struct.unpack(f"<{layout}", self.bytes_at(start, struct.calcsize(f"<{layout}")))

    def once(self, start: int) -> None:
        """Refuse what is there a second time: a ring, or one thing in two places."""
        if start in self.seen:
            raise Damage("one object stands in two places")
        self.seen.add(start)

    # The file --------------------------------------------------------------------------------

    def root(self) -> int:
        """Return where the header of the root group is."""
        if bytes(self.data[:8]) != SIGNATURE:
            raise Damage("it is no HDF5 file")
        version = self.numbers("B", 8)[0]
        if version == 0:
            sizes, base, end, root = self.numbers("BB", 13), 24, 40, 64
        elif version in (2, 3):
            sizes, base, end, root = self.numbers("BB", 9), 12, 28, 36
        else:
            raise Damage(f"its HDF5 superblock has the version {version}")
        if sizes != (8, 8) or self.numbers("Q", base)[0] != 0:
            raise Damage("its addresses are not of 64 bits from the start of the file")
        if self.numbers("Q", end)[0] != len(self.data):
            raise Damage("it is not as long as it says: it was cut, or something was added")
        return int(self.numbers("Q", root)[0])

    def walk(self, path: str, header: int, depth: int) -> None:
        """Read a group or an array, and all that is in it."""
        if depth > _DEEPEST:
            raise Damage("its groups are too deep")
        if len(path) > _LONGEST_PATH or len(self.seen) > 4 * _MOST_OBJECTS:
            raise Damage("it holds more than models do")
        self.once(header)
        messages = list(islice(self.messages(header), _MOST_MESSAGES))
        kinds = [kind for kind, _, _ in messages]
        attributes = dict(
            self.attribute(start, size) for kind, start, size in messages if kind == _ATTRIBUTE
        )
        if attributes:
            self.found.attributes[path] = attributes
        if _LAYOUT in kinds or _DATATYPE in kinds:
            self.found.arrays[path] = self.array(path, messages)
            return
        names: dict[str, None] = {}
        for name, target in self.members(messages):
            if not name or name in (".", "..") or "/" in name or name in names:
                raise Damage(f"a group holds the name {name[:_LONGEST_NAME]!r}")
            names[name] = None
            self.walk(f"{path}/{name}" if path else name, target, depth + 1)
        self.found.groups[path] = list(names)

    def check_apart(self) -> None:
        """Refuse arrays that share bytes: each is to be paid for by the file's own size."""
        end = 0
        for start, size in sorted(self.extents):
            if start < end:
                raise Damage("two arrays share bytes")
            end = start + size

    # An object's header ----------------------------------------------------------------------

    def messages(self, header: int) -> Iterator[tuple[int, int, int]]:
        """Yield the messages of a header: each one's kind, start and size."""
        if bytes(self.bytes_at(header, 4)) == b"OHDR":
            yield from self._messages_2(header)
        else:
            yield from self._messages_1(header)

    def _message(self, kind: int, flags: int, start: int, size: int) -> tuple[int, int, int]:
        self.messages_left -= 1
        if self.messages_left < 0:
            raise Damage("its headers have no end")
        if kind in (_EXTERNAL, _FILTERS):
            what = "in another file" if kind == _EXTERNAL else "compressed"
            raise Damage(f"an array is stored {what}")
        if flags & _SHARED and kind in (_DATASPACE, _DATATYPE, _LAYOUT, _ATTRIBUTE):
            raise Damage("objects share a part of their headers")
        self.bytes_at(start, size)
        return kind, start, size

    def _messages_1(self, header: int) -> Iterator[tuple[int, int, int]]:
        version, _, count, _, size = self.numbers("BBHII", header)
        if version != 1:
            raise Damage("an object has no header")
        blocks = [(header + 16, size)]
        while blocks:
            at, left = blocks.pop(0)
            while left >= 8 and count:
                kind, length, flags = self.numbers("HHB", at)
                if 8 + length > left:
                    raise Damage("a header is longer than it says")
                count -= 1
                found = self._message(kind, flags, at + 8, length)
                if kind == _CONTINUATION:
                    blocks.append(self._continued(at + 8, length))
                else:
                    yield found
                at, left = at + 8 + length, left - 8 - length
        if count:
            raise Damage("a header is shorter than it says")

    def _messages_2(self, header: int) -> Iterator[tuple[int, int, int]]:
        version, flags = self.numbers("BB", header + 4)
        if version != 2:
            raise Damage("an object has no header")
        at = header + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = int.from_bytes(self.bytes_at(at, width), "little")
        head = 6 if flags & 4 else 4
        blocks = [(at + width, size)]
        while blocks:
            at, left = blocks.pop(0)
            while left >= head:
                kind, length, marks = self.numbers("BHB", at)
                if head + length > left:
                    raise Damage("a header is longer than it says")
                found = self._message(kind, marks, at + head, length)
                if kind == _CONTINUATION:
                    start, extent = self._continued(at + head, length)
                    if extent < 8 or bytes(self.bytes_at(start, 4)) != b"OCHK":
                        raise Damage("a header does not go on where it says")
                    blocks.append((start + 4, extent - 8))
                else:
                    yield found
                at, left = at + head + length, left - head - length

    def _continued(self, start: int, size: int) -> tuple[int, int]:
        if size < 16:
            raise Damage("a header does not say where it goes on")
        at, extent = self.numbers("QQ", start)
        self.once(at)
        self.bytes_at(at, extent)
        return at, extent

    # Groups ----------------------------------------------------------------------------------

    def members(self, messages: list[tuple[int, int, int]]) -> Iterator[tuple[str, int]]:
        """Yield the name and the header of each object that a group holds."""
        for kind, start, size in messages:
            if kind == _SYMBOLS:
                if size < 16:
                    raise Damage("a group does not say what it holds")
                tree, heap = self.numbers("QQ", start)
                names = self.heap(heap)
                for name, header in self.symbols(tree, None):
                    yield _text(names, name), header
            elif kind == _LINK:
                yield self.link(start, size)
            elif kind == _LINK_INFO:
                flags = self.numbers("B", start + 1)[0]
                if self.numbers("Q", start + (10 if flags & 1 else 2))[0] != _UNDEFINED:
                    raise Damage("a group is stored in a form that h5py does not write by itself")

    def heap(self, start: int) -> memoryview:
        """Return the names of a group's members."""
        if bytes(self.bytes_at(start, 4)) != b"HEAP":
            raise Damage("a group has no names")
        size, _, at = self.numbers("QQQ", start + 8)
        return self.bytes_at(at, size)

    def symbols(self, start: int, above: int | None) -> Iterator[tuple[int, int]]:
        """Yield the places of names, and headers, of a group's tree; levels sink."""
        self.once(start)
        mark = bytes(self.bytes_at(start, 4))
        if mark == b"SNOD" and above in (None, 0):
            count = self.numbers("H", start + 6)[0]
            for index in range(count):
                name, header, cache = self.numbers("QQI", start + 8 + 40 * index)
                if cache == 2:
                    raise Damage("it holds a link, which may lead anywhere")
                yield name, header
            return
        if mark != b"TREE":
            raise Damage("a group is damaged")
        kind, level, count = self.numbers("BBH", start + 4)
        if kind != 0 or (above is not None and level != above - 1):
            raise Damage("a group is damaged")
        for index in range(count):
            yield from self.symbols(self.numbers("Q", start + 32 + 16 * index)[0], level)

    def link(self, start: int, size: int) -> tuple[str, int]:
        """Return the name and the header of an object that a link leads to."""
        version, flags = self.numbers("BB", start)
        at = start + 2
        kind = 0
        if flags & 8:
            kind, at = self.numbers("B", at)[0], at + 1
        if version != 1 or kind != 0:
            raise Damage("it holds a link, which may lead anywhere")
        at += (8 if flags & 4 else 0) + (1 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        length = int.from_bytes(self.bytes_at(at, width), "little")
        if at + width + length + 8 > start + size:
            raise Damage("a link is damaged")
        name = _decoded(self.bytes_at(at + width, length))
        return name, self.numbers("Q", at + width + length)[0]

    # Arrays ----------------------------------------------------------------------------------

    def array(self, path: str, messages: list[tuple[int, int, int]]) -> np.ndarray:
        """Return an array as a view of the file's bytes."""
        wanted: dict[int, list[tuple[int, int]]] = {_DATASPACE: [], _DATATYPE: [], _LAYOUT: []}
        for kind, start, size in messages:
            if kind in wanted:
                wanted[kind].append((start, size))
        if any(len(found) != 1 for found in wanted.values()):
            raise Damage(f"the array {path!r} is not described once")
        shape = self.shape(*wanted[_DATASPACE][0])
        dtype = self.number_type(path, wanted[_DATATYPE][0][0])
        size = dtype.itemsize
        for extent in shape:
            size *= extent
        at, stored = self.stored(path, *wanted[_LAYOUT][0])
        if any(extent > _LARGEST for extent in shape):
            raise Damage(f"the array {path!r} has no such shape")
        if size == 0:
            return np.zeros(shape, dtype)
        if stored != size:
            raise Damage(f"the array {path!r} has {stored} bytes, and its shape needs {size}")
        self.extents.append((at, size))
        return np.frombuffer(self.bytes_at(at, size), dtype).reshape(shape)

    def stored(self, path: str, start: int, size: int) -> tuple[int, int]:
        """Return where an array is, and how many bytes it has."""
        version, kind = self.numbers("BB", start)
        if version in (3, 4) and kind == 0:
            length = self.numbers("H", start + 2)[0]
            if 4 + length > size:
                raise Damage(f"the array {path!r} is damaged")
            return start + 4, length
        if version in (3, 4) and kind == 1:
            at, length = self.numbers("QQ", start + 2)
            return (0, 0) if at == _UNDEFINED else (at, length)
        raise Damage(f"the array {path!r} is stored in parts, or in other files")

    def shape(self, start: int, size: int) -> tuple[int, ...]:
        """Return a shape."""
        version, rank, flags, kind = self.numbers("BBBB", start)
        if version not in (1, 2) or rank > 32 or (version == 2 and kind == 2):
            raise Damage("an array has no shape")
        head = 8 if version == 1 else 4
        if head + 8 * rank * (2 if flags & 1 else 1) > size:
            raise Damage("an array's shape is damaged")
        return self.numbers(f"{rank}Q", start + head)

    def number_type(self, path: str, start: int) -> np.dtype[Any]:
        """Return the type of an array of numbers."""
        kind, bits, size = self._type(start)
        order = ">" if bits & 1 else "<"
        if kind == 0 and size in (1, 2, 4, 8):
            offset, precision = self.numbers("HH", start + 8)
            if (offset, precision) == (0, 8 * size) and bits & ~0x09 == 0:
                return np.dtype(f"{order}{'i' if bits & 8 else 'u'}{size}")
        if kind == 1 and size in _FLOATS:
            properties = self.numbers("HHBBBBI", start + 8)
            if properties == _FLOATS[size] and bits == (8 * size - 1) << 8 | 0x20 | (bits & 1):
                return np.dtype(f"{order}f{size}")
        raise Damage(f"the array {path!r} holds no plain numbers")

    def _type(self, start: int) -> tuple[int, int, int]:
        head, size = self.numbers("II", start)
        if (head & 0xF0) >> 4 not in (1, 2, 3):
            raise Damage("a type is damaged")
        return head & 0x0F, head >> 8, size

    # Attributes ------------------------------------------------------------------------------

    def attribute(self, start: int, size: int) -> tuple[str, Any]:
        """Return the name and the value of an attribute; `None` for what nobody asks for."""
        version, _, name_size, type_size, shape_size = self.numbers("BBHHH", start)
        if version not in (1, 2, 3):
            raise Damage("an attribute is damaged")
        pad = 8 if version == 1 else 1
        at = start + (9 if version == 3 else 8)
        places = []
        for length in (name_size, type_size, shape_size):
            places.append(at)
            at += -(-length // pad) * pad
        if at > start + size:
            raise Damage("an attribute is damaged")
        name = _text(self.bytes_at(places[0], name_size), 0)
        shape = self.shape(places[2], shape_size) if shape_size else ()
        return name, self._value(places[1], shape, at, start + size - at)

    def _value(self, kind_at: int, shape: tuple[int, ...], at: int, size: int) -> Any:
        kind, bits, width = self._type(kind_at)
        count = 1
        for extent in shape:
            count *= extent
        if width == 0 or count * width > size:
            raise Damage("an attribute is shorter than it says")
        if kind == 3:
            texts = [_stripped(self.bytes_at(at + i * width, width)) for i in range(count)]
        elif kind == 9 and bits & 0x0F == 1 and width == 16:
            texts = [self.far_text(at + 16 * i) for i in range(count)]
        elif kind in (0, 1) and not shape:
            dtype = self.number_type("of an attribute", kind_at)
            return np.frombuffer(self.bytes_at(at, width), dtype)[0].item()
        else:
            return None
        return texts if shape else texts[0]

    def far_text(self, at: int) -> str:
        """Return a text that lies in a heap; together they may have twice the file's size."""
        length, heap, index = self.numbers("IQI", at)
        if length == 0:
            return ""
        self.texts += length
        if self.texts > 2 * len(self.data):
            raise Damage("its attributes are larger than it is")
        if bytes(self.bytes_at(heap, 4)) != b"GCOL":
            raise Damage("a text is not where it should be")
        size = self.numbers("Q", heap + 8)[0]
        place, end = heap + 16, heap + size
        self.bytes_at(heap, size)
        while place + 16 <= end:
            self.messages_left -= 1
            if self.messages_left < 0:
                raise Damage("its texts have no end")
            own, _, _, extent = self.numbers("HHIQ", place)
            if own == 0:
                break
            if own == index:
                if extent < length:
                    raise Damage("a text is longer than it says")
                return _stripped(self.bytes_at(place + 16, length))
            place += 16 + -(-extent // 8) * 8
        raise Damage("a text is not where it should be")


# Offset, precision, then place and size of exponent and mantissa, and the exponent's bias: IEEE's.
_FLOATS = {
    2: (0, 16, 10, 5, 0, 10, 15),
    4: (0, 32, 23, 8, 0, 23, 127),
    8: (0, 64, 52, 11, 0, 52, 1023),
}


def _text(data: memoryview, start: int) -> str:
    """Return the text that ends with a zero byte."""
    if start >= len(data):
        raise Damage("a name is not where it should be")
    tail = bytes(data[start : start + _LONGEST_NAME + 1])
    return _decoded(tail.partition(b"\0")[0])


def _stripped(data: memoryview) -> str:
    return _decoded(bytes(data).rstrip(b"\0 "))


def _decoded(data: bytes | memoryview) -> str:
    try:
        return bytes(data).decode("utf-8")
    except UnicodeDecodeError:
        raise Damage("a name is no text") from None
