"""Zips as other programs write them: the directory is held against the file before it is used.

Members may be compressed, and have data descriptors and padding; they may not overlap, come twice,
or be larger together than a bound that follows from the file's size.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from rdeep.saving.faults import Damage, shown_value

_LOCAL, _CENTRAL = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")
_END, _LOCATOR = struct.Struct("<4s4H2LH"), struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIBED_AFTER, _KNOWN_FLAGS = 0x0001, 0x0008, 0x080E
_FULL, _FULL_SHORT = 0xFFFFFFFF, 0xFFFF
_MOST_MEMBERS, _LONGEST_NAME, _LONGEST_GAP = 50_000, 1_000, 24
_FREE = 48_000_000
_CHUNK = 1 << 13


@dataclass(frozen=True)
class _Member:
    name: str
    method: int
    crc: int
    packed: int
    size: int
    place: int
    described_after: bool


class Zip:
    """The members of a zip.

    Parameters
    ----------
    data : bytes
        The file.

    Attributes
    ----------
    names : list of str
        The members' names; folders are left out.

    Raises
    ------
    Damage
        If the directory is not that of the file.

    Examples
    --------
    >>> import io, zipfile
    >>> file = io.BytesIO()
    >>> with zipfile.ZipFile(file, "w") as archive:
    ...     archive.writestr("greeting", "hello")
    >>> Zip(file.getvalue()).read("greeting")
    b'hello'
    """

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        count, begin, end = self._directory()
        self._members: dict[str, _Member] = {}
        for member in self._entries(count, begin, end):
            if member.name in self._members:
                raise Damage(f"it has the member {shown_value(member.name)} twice")
            self._members[member.name] = member
        self._starts = self._layout(begin)
        if sum(member.size for member in self._members.values()) > len(data) + _FREE:
            raise Damage("its members would be far larger than it is")
        self.names = [name for name in self._members if not name.endswith("/")]

    def size(self, name: str) -> int:
        """Return how many bytes a member holds.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        return self._members[name].size

    def read(self, name: str) -> bytes:
        """Return a member's bytes, which are held against their sum.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        view = self.view(name)
        return bytes(view)

    def view(self, name: str) -> memoryview:
        """Return a member's bytes: those of the file itself, where they are stored as they are.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        member = self._members[name]
        start = self._starts[name]
        packed = self._data[start : start + member.packed]
        found = packed if member.method == _STORED else _inflated(packed, member)
        if zlib.crc32(found) != member.crc:
            raise Damage("its bytes are not those that were written", place=name)
        return found

    # The directory ---------------------------------------------------------------------------

    def _directory(self) -> tuple[int, int, int]:
        """Return how many members there are, and where the directory begins and ends."""
        end = len(self._data) - _END.size
        if end < 0:
            raise Damage("it is too short for a zip")
        mark, disk, first, here, count, size, begin, comment = _END.unpack_from(self._data, end)
        if mark != b"PK\5\6" or comment:
            raise Damage("it is no zip, or it was cut, or something was added to it")
        if begin == _FULL or size == _FULL or count == _FULL_SHORT or self._is_large(end):
            end, disk, first, here, count, size, begin = self._large_directory(end)
        if disk or first or here != count or begin + size != end:
            raise Damage("its directory is not where its end says")
        if count > _MOST_MEMBERS:
            raise Damage(f"it has {count} members")
        return count, begin, end

    def _is_large(self, end: int) -> bool:
        place = end - _LOCATOR.size
        return place >= 0 and bytes(self._data[place : place + 4]) == b"PK\6\7"

    def _large_directory(self, end: int) -> tuple[int, int, int, int, int, int, int]:
        place = end - _LOCATOR.size - _END_64.size
        if place < 0:
            raise Damage("its directory is not where its end says")
        found = _END_64.unpack_from(self._data, place)
        mark, rest, _, _, disk, first, here, count, size, begin = found
        locator = _LOCATOR.unpack_from(self._data, place + _END_64.size)
        if mark != b"PK\6\6" or rest != _END_64.size - 12 or locator[:3] != (b"PK\6\7", 0, place):
            raise Damage("its directory is not where its end says")
        return place, disk, first, here, count, size, begin

    def _entries(self, count: int, at: int, end: int) -> list[_Member]:
        members = []
        for _ in range(count):
            if end - at < _CENTRAL.size:
                raise Damage("its directory is cut off")
            found = _CENTRAL.unpack_from(self._data, at)
            mark, _, _, flags, method, _, _, crc, packed, size = found[:10]
            name_size, extra_size, comment, disk, _, _, place = found[10:]
            at += _CENTRAL.size
            name = _name(bytes(self._data[at : at + name_size]))
            extra = bytes(self._data[at + name_size : at + name_size + extra_size])
            at += name_size + extra_size + comment
            if mark != b"PK\1\2" or at > end or disk:
                raise Damage("its directory has an entry that cannot be read")
            if flags & _ENCRYPTED or flags & ~_KNOWN_FLAGS or method not in (_STORED, _DEFLATED):
                raise Damage("it is encrypted, or compressed in a way that is not read", place=name)
            size, packed, place = _large(extra, [size, packed, place])
            if method == _STORED and packed != size:
                raise Damage("it has two sizes", place=name)
            after = bool(flags & _DESCRIBED_AFTER)
            members.append(_Member(name, method, crc, packed, size, place, after))
        if at != end:
            raise Damage("its directory has bytes left over")
        return members

    def _layout(self, end: int) -> dict[str, int]:
        """Return where each member's bytes begin; they follow one another from the first byte."""
        starts, at = {}, 0
        for member in sorted(self._members.values(), key=lambda member: member.place):
            if not at <= member.place <= at + (_LONGEST_GAP if at else 0):
                raise Damage("members overlap, or something is between them", place=member.name)
            if end - member.place < _LOCAL.size:
                raise Damage("it is not where the directory says", place=member.name)
            found = _LOCAL.unpack_from(self._data, member.place)
            mark, _, flags, method, _, _, crc, packed, size, name_size, extra_size = found
            start = member.place + _LOCAL.size
            name = bytes(self._data[start : start + name_size])
            start += name_size
            extra = bytes(self._data[start : start + extra_size])
            at = start + extra_size + member.packed
            said = [member.size, member.packed]
            same = _large(extra, [size, packed]) == said and crc == member.crc
            later = member.described_after and flags & _DESCRIBED_AFTER
            if (
                mark != b"PK\3\4"
                or name != member.name.encode()
                or method != member.method
                or not (same or later)
                or at > end
            ):
                raise Damage("its header is not as the directory says", place=member.name)
            starts[member.name] = start + extra_size
        if not at <= end <= at + _LONGEST_GAP:
            raise Damage("bytes between its members and its directory belong to none")
        return starts


def _name(data: bytes) -> str:
    try:
        name = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Damage("a member's name is no text") from None
    parts = name.rstrip("/").split("/")
    if len(name) > _LONGEST_NAME or "\\" in name or "\0" in name or {"", ".", ".."} & set(parts):
        raise Damage(f"it has a member {shown_value(name)}, which leads out of it")
    return name


def _large(extra: bytes, numbers: list[int]) -> list[int]:
    """Return sizes and places, those that need 64 bits from the extra field."""
    wide = [number == _FULL for number in numbers]
    at = 0
    while any(wide) and at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            if size < 8 * sum(wide) or at + 4 + size > len(extra):
                break
            values = iter(struct.unpack_from(f"<{sum(wide)}Q", extra, at + 4))
            return [next(values) if each else number for each, number in zip(wide, numbers)]
        at += 4 + size
    return numbers


def _inflated(packed: memoryview, member: _Member) -> memoryview:
    """Return what a compressed member holds: as many bytes as were said, and no more."""
    worker, found = zlib.decompressobj(-zlib.MAX_WBITS), bytearray()
    try:
        for at in range(0, len(packed), _CHUNK):
            found += worker.decompress(packed[at : at + _CHUNK], member.size + 1 - len(found))
            if worker.unconsumed_tail or worker.unused_data or len(found) > member.size:
                break
    except zlib.error:
        raise Damage("its compressed bytes are damaged", place=member.name) from None
    if not worker.eof or worker.unused_data or len(found) != member.size:
        raise Damage("it is not as large as the directory says", place=member.name)
    return memoryview(found)
