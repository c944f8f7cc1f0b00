"""A checked zip: exactly the members that are known, stored, each with its hash, nothing else.

It is a zip that any program opens. What is more than that is refused: compression, encryption,
comments, extra fields, members twice, and bytes before, between or behind the members.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Union

import numpy as np

from rdeep.saving.faults import Damage, shown_value
from rdeep.saving.plain_json import Buffer, read_json, write_json
from rdeep.saving.sources import Source, Stream, fill, next_bytes, opened
from rdeep.saving.tensors import Header, read_header_from, read_tensors_from

MANIFEST = "manifest.json"
"""The member that holds the others' hashes: it is written last, and read first."""

_LOCAL, _CENTRAL = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")
_END, _END_64, _LOCATOR = (
    struct.Struct("<4s4H2LH"),
    struct.Struct("<4sQ2H2L4Q"),
    struct.Struct("<4sLQL"),
)
_LOCATOR_MARK = b"PK\6\7"
_FULL, _FULL_SHORT = 0xFFFFFFFF, 0xFFFF
_LARGEST = 0x7FFFFFFF
"""From here on, sizes and places are written with 64 bits."""
_DATE, _MODE, _ON_UNIX = (1 << 5) | 1, 0o600 << 16, 3
_SYSTEMS, _VERSIONS = {0, _ON_UNIX}, {20, 45}
_LONGEST_NAME, _LONGEST_MANIFEST = 200, 100_000


@dataclass(frozen=True)
class Member:
    """What a member of a container may be.

    Parameters
    ----------
    limit : int, optional
        How many bytes it may have; by default as many as the file has.
    optional : bool
        Whether it may be missing.
    """

    limit: int | None = None
    optional: bool = False


@dataclass(frozen=True)
class _Entry:
    """A member as the directory has it: its data lies between two places of the file."""

    name: str
    crc: int
    begin: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.begin


class Section:
    """A member's bytes, read in turn; at its end they are held against their hash.

    Parameters
    ----------
    stream : binary stream
        The file, which stands where the member begins.
    entry : _Entry
        The member.
    digest : str or None
        Its hash, in the files that have one.
    """

    def __init__(self, stream: Stream, entry: _Entry, digest: str | None) -> None:
        self.size, self._stream, self._entry = entry.size, stream, entry
        self._left, self._digest = entry.size, digest
        self._crc, self._hash = 0, hashlib.sha256()

    def readinto(self, target: memoryview, /) -> int:
        """Fill memory with the next bytes; return how many there were."""
        part = target[: min(len(target), self._left)]
        if not len(part):
            return 0
        fill(self._stream, part)
        self._left -= len(part)
        self._crc = zlib.crc32(part, self._crc)
        if self._digest is not None:
            self._hash.update(part)
        return len(part)

    def check_end(self) -> None:
        """Refuse the member if it was not read whole, or is not what was written."""
        if self._left:
            raise Damage(f"{self._left} bytes are left over")
        is_same = self._digest is None or self._hash.hexdigest() == self._digest
        if self._crc != self._entry.crc or not is_same:
            raise Damage("its bytes are not those that were written")


class Container:
    """The members of a file that `opened_container` has checked.

    Attributes
    ----------
    size : int
        How many bytes the file has.
    names : list of str
        The members there are, without the manifest.
    is_hashed : bool
        Whether the file has hashes of them.
    """

    def __init__(self, stream: Stream, size: int, entries: Mapping[str, _Entry]) -> None:
        self.size, self._stream, self._entries = size, stream, entries
        self.names = [name for name in entries if name != MANIFEST]
        self.is_hashed = MANIFEST in entries
        self._digests: dict[str, str] = {}
        if self.is_hashed:
            self._digests = self._manifest()

    def _manifest(self) -> dict[str, str]:
        said = self.json(MANIFEST)
        digests = said.get("sha256") if isinstance(said, dict) and len(said) == 1 else None
        if not isinstance(digests, dict) or not all(map(_is_digest, digests.values())):
            raise Damage("it must hold the members' hashes, and nothing else", place=MANIFEST)
        if digests.keys() != set(self.names):
            raise Damage("it must name exactly the members that are there", place=MANIFEST)
        return digests

    @contextmanager
    def section(self, name: str) -> Iterator[Section]:
        """Open a member, which is then read to its end.

        Parameters
        ----------
        name : str
            One of `names`.

        Raises
        ------
        Damage
            If it is not read whole, or is not what was written.
        """
        entry = self._entries[name]
        self._stream.seek(entry.begin)
        section = Section(self._stream, entry, self._digests.get(name))
        try:
            yield section
            section.check_end()
        except Damage as damage:
            raise damage.within(name) from None

    def read(self, name: str) -> bytes:
        """Return a member's bytes.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        with self.section(name) as section:
            return next_bytes(section, section.size)

    def json(self, name: str, not_finite: bool = False) -> Any:
        """Return the plain data that a member holds as JSON.

        Parameters
        ----------
        name : str
            One of `names`.
        not_finite : bool
            As for `read_json`.
        """
        data = self.read(name)
        try:
            return read_json(data, room=self.size, not_finite=not_finite)
        except Damage as damage:
            raise damage.within(name) from None

    def header(self, name: str) -> Header:
        """Return what a member that holds arrays says of them; they are not read.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        entry = self._entries[name]
        self._stream.seek(entry.begin)
        try:
            return read_header_from(self._stream, entry.size)
        except Damage as damage:
            raise damage.within(name) from None

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """Return the arrays that a member holds as safetensors, each in memory of its own.

        Parameters
        ----------
        name : str
            One of `names`.
        """
        with self.section(name) as section:
            return read_tensors_from(section, section.size)


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


# Reading ----------------------------------------------------------------------------------------


@contextmanager
def opened_container(source: Source, members: Mapping[str, Member]) -> Iterator[Container]:
    """Open a file of members; all of the zip is checked before any of them is read.

    Parameters
    ----------
    source : str, os.PathLike or binary stream
        A path, or a stream that can seek.
    members : mapping of str to Member
        The members that may be there.

    Raises
    ------
    Damage
        If it is not such a file.
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> write_container(file, {"greeting": b"hello"})
    >>> with opened_container(file, {"greeting": Member(limit=100)}) as container:
    ...     container.read("greeting")
    b'hello'
    """
    with opened(source) as (stream, size):
        count, begin, end = _find_directory(stream, size)
        if count > len(members) + 1:
            raise Damage(f"it has {count} members, more than there are")
        if end - begin > count * (_CENTRAL.size + _LONGEST_NAME + 28):
            raise Damage("its directory is longer than it may be")
        stream.seek(begin)
        entries = _read_directory(next_bytes(stream, end - begin), count)
        _check_names(entries, members)
        yield Container(stream, size, _check_layout(stream, entries, begin))


def _find_directory(stream: Stream, size: int) -> tuple[int, int, int]:
    """Return how many entries the directory has, and where it begins and ends."""
    if size < _END.size:
        raise Damage("it is too short for a zip")
    end = size - _END.size
    stream.seek(end)
    found = _END.unpack(next_bytes(stream, _END.size))
    mark, disk, first, here, count, length, begin, comment = found
    if mark != b"PK\5\6" or comment or disk or first:
        raise Damage("it is no zip, or something is behind its end")
    large = _large_directory(stream, end)
    if large is not None:
        # The short numbers are those of the long form, or as large as they can be.
        shown = (min(large[0], _FULL_SHORT), min(large[1], _FULL), min(large[2], _FULL))
        if here != count or (count, length) != shown[:2] or begin not in (shown[2], _FULL):
            raise Damage("its directory is not where its end says")
        here, (count, length, begin) = count, large
        end -= _LOCATOR.size + _END_64.size
    if here != count or begin + length != end:
        raise Damage("its directory is not where its end says")
    return count, begin, end


def _large_directory(stream: Stream, end: int) -> tuple[int, int, int] | None:
    """Return the directory's entries, length and place where they are written with 64 bits."""
    place = end - _LOCATOR.size - _END_64.size
    if place < 0:
        return None
    stream.seek(place)
    found = _END_64.unpack(next_bytes(stream, _END_64.size))
    locator = next_bytes(stream, _LOCATOR.size)
    if not locator.startswith(_LOCATOR_MARK):
        return None
    count, length, begin = found[-3:]
    is_whole = found[:-3] == (b"PK\6\6", _END_64.size - 12, 45, 45, 0, 0, count)
    if not is_whole or _LOCATOR.unpack(locator)[1:] != (0, place, 1):
        raise Damage("its directory is not where its end says")
    return count, length, begin


@dataclass(frozen=True)
class _Listed:
    """An entry of the directory: what the member's own header has to say too, and where it is."""

    name: bytes
    flags: int
    method: int
    crc: int
    size: int
    place: int


def _read_directory(data: bytes, count: int) -> list[_Listed]:
    entries, at = [], 0
    for _ in range(count):
        if len(data) - at < _CENTRAL.size:
            raise Damage("its directory is cut off")
        found = _CENTRAL.unpack_from(data, at)
        mark, made_by, version, flags, method, time, date, crc, packed, size = found[:10]
        name_length, extra_length, comment, disk, inside, mode, place = found[10:]
        at += _CENTRAL.size
        name, extra = data[at : at + name_length], data[at + name_length :][:extra_length]
        at += name_length + extra_length
        # What rdeep and Python's zipfile write, on any system.
        is_usual = made_by >> 8 in _SYSTEMS and {made_by & 255, version} <= _VERSIONS
        is_usual = is_usual and (time, date, inside, mode) == (0, _DATE, 0, _MODE)
        if mark != b"PK\1\2" or at > len(data) or comment or disk or not is_usual:
            raise Damage("its directory has an entry that cannot be read")
        packed, size, place = _with_large(extra, [packed, size, place])
        if packed != size:
            raise Damage("a member in it is compressed")
        entries.append(_Listed(name, flags, method, crc, size, place))
    if at != len(data):
        raise Damage("its directory has bytes left over")
    return entries


def _with_large(extra: bytes, numbers: Sequence[int]) -> list[int]:
    """Return sizes and places, those with 64 bits from the extra field, which holds no more."""
    large = sum(number == _FULL for number in numbers)
    if not large and not extra:
        return list(numbers)
    if not large or extra[:4] != struct.pack("<2H", 1, 8 * large) or len(extra) != 4 + 8 * large:
        raise Damage("an entry of it has an extra field")
    values = iter(struct.unpack(f"<{large}Q", extra[4:]))
    return [next(values) if number == _FULL else number for number in numbers]


def _check_names(entries: Sequence[_Listed], members: Mapping[str, Member]) -> None:
    known = {**members, MANIFEST: Member(_LONGEST_MANIFEST, optional=True)}
    seen = set()
    for entry in entries:
        name = entry.name.decode("ascii", "replace")
        if name not in known:
            raise Damage(f"it has a member {shown_value(name)}, which does not belong there")
        if name in seen:
            raise Damage(f"it has the member {shown_value(name)} twice")
        seen.add(name)
        if entry.flags or entry.method:
            raise Damage("it is compressed, encrypted or written in another way", place=name)
        limit = known[name].limit
        if limit is not None and entry.size > limit:
            raise Damage(f"it has {entry.size} bytes, more than {limit}", place=name)
    missing = [name for name in known if name not in seen and not known[name].optional]
    if missing:
        raise Damage(f"it has no member {shown_value(missing[0])}")


def _check_layout(stream: Stream, entries: Sequence[_Listed], end: int) -> dict[str, _Entry]:
    """Hold each member's own header against its entry, and account for every byte."""
    found, at = {}, 0
    for entry in sorted(entries, key=lambda entry: entry.place):
        name = entry.name.decode("ascii")
        stream.seek(at)
        if entry.place != at or end - at < _LOCAL.size:
            raise Damage("it does not begin where the directory says", place=name)
        fields = _LOCAL.unpack(next_bytes(stream, _LOCAL.size))
        mark, version, *common, packed, size, name_length, extra = fields
        if name_length != len(entry.name) or extra > 20:
            raise Damage("its header is not as the directory says", place=name)
        own_name = next_bytes(stream, name_length)
        packed, size = _with_large(next_bytes(stream, extra), [packed, size])
        said = (mark, version in _VERSIONS, *common, packed, size, own_name)
        own = (b"PK\3\4", True, 0, 0, 0, _DATE, entry.crc, entry.size, entry.size)
        if said != (*own, entry.name):
            raise Damage("its header is not as the directory says", place=name)
        begin = at + _LOCAL.size + name_length + extra
        at = begin + entry.size
        if at > end:
            raise Damage("it is longer than the file", place=name)
        found[name] = _Entry(name, entry.crc, begin, at)
    if at != end:
        raise Damage(f"{end - at} bytes between its members and its directory belong to none")
    return found


# Writing ----------------------------------------------------------------------------------------

Content = Union[bytes, bytearray, memoryview, "Sequence[Buffer]"]


def write_container(target: BinaryIO, members: Mapping[str, Content], hashed: bool = True) -> None:
    """Write members to a stream, and last of all a manifest with their hashes.

    Parameters
    ----------
    target : binary stream
        Where to write.
    members : mapping of str to bytes, or to a sequence of such
        What to write, in turn; nothing is copied. The same members give the same bytes.
    hashed : bool
        Whether to write the manifest.
    """
    at = 0
    directory: list[bytes] = []
    digests: dict[str, str] = {}
    for name, content in members.items():
        parts = _parts(content)
        at = _write_member(target, name, parts, at, directory)
        if hashed:
            digests[name] = _digest(parts)
    if hashed:
        parts = _parts(write_json({"sha256": digests}))
        at = _write_member(target, MANIFEST, parts, at, directory)
    entries = b"".join(directory)
    target.write(entries)
    target.write(_end(len(directory), len(entries), at))


def _parts(content: Content) -> list[memoryview]:
    several = [content] if isinstance(content, (bytes, bytearray, memoryview)) else content
    return [memoryview(part).cast("B") for part in several]


def _digest(parts: Sequence[memoryview]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()


def _write_member(
    target: BinaryIO, name: str, parts: Sequence[memoryview], place: int, directory: list[bytes]
) -> int:
    """Write a member, note its entry, and return where the next one begins."""
    encoded, size, crc = name.encode("ascii"), sum(len(part) for part in parts), 0
    for part in parts:
        crc = zlib.crc32(part, crc)
    is_large = size > _LARGEST
    version = 45 if is_large or place > _LARGEST else 20
    shown = _FULL if is_large else size
    extra = struct.pack("<2H2Q", 1, 16, size, size) if is_large else b""
    common = (version, 0, 0, 0, _DATE, crc, shown, shown, len(encoded))
    target.write(_LOCAL.pack(b"PK\3\4", *common, len(extra)) + encoded + extra)
    for part in parts:
        target.write(part)
    large = [size, size] * is_large + [place] * (place > _LARGEST)
    more = struct.pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    shown_place = _FULL if place > _LARGEST else place
    made_by = (_ON_UNIX << 8) | version
    entry = _CENTRAL.pack(b"PK\1\2", made_by, *common, len(more), 0, 0, 0, _MODE, shown_place)
    directory.append(entry + encoded + more)
    return place + _LOCAL.size + len(encoded) + len(extra) + size


def _end(count: int, length: int, place: int) -> bytes:
    if place <= _LARGEST:
        return _END.pack(b"PK\5\6", 0, 0, count, count, length, place, 0)
    large = _END_64.pack(b"PK\6\6", _END_64.size - 12, 45, 45, 0, 0, count, count, length, place)
    locator = _LOCATOR.pack(_LOCATOR_MARK, 0, place + length, 1)
    return large + locator + _END.pack(b"PK\5\6", 0, 0, count, count, length, _FULL, 0)
