"""Changes of a zip's structure. A zip is written byte by byte, so that anything can be wrong."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from torture.mutations import ANY, REFUSED, SAME, Mutant, Random


@dataclass
class Member:
    """A member of a zip, and what the zip says of it, which may be untrue.

    What is `None` is said as it is; `local` and `central` overwrite fields of one header alone.
    """

    name: bytes
    data: bytes
    method: int = 0
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    date: int = 0x21
    version: int = 20
    attributes: int = 0
    local: dict[str, int | bytes] = field(default_factory=dict)
    central: dict[str, int | bytes] = field(default_factory=dict)

    def packed(self) -> bytes:
        """Return the data as the zip holds them."""
        if self.method != 8:
            return self.data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()


@dataclass
class Zip:
    """A zip that can be wrong in any way."""

    members: list[Member]
    before: bytes = b""
    between: bytes = b""
    after: bytes = b""
    comment: bytes = b""
    end: dict[str, int] = field(default_factory=dict)

    def __bytes__(self) -> bytes:
        out, directory = bytearray(self.before), bytearray()
        for member in self.members:
            packed = member.packed()
            said = {
                "version": member.version,
                "flags": member.flags,
                "method": member.method,
                "time": 0,
                "date": member.date,
                "crc": zlib.crc32(member.data) if member.crc is None else member.crc,
                "packed": len(packed) if member.packed_size is None else member.packed_size,
                "size": len(member.data) if member.size is None else member.size,
                "name": member.name,
                "extra": member.extra,
                "offset": len(out),
            }
            here, there = {**said, **member.local}, {**said, **member.central}
            out += b"PK\3\4" + _fields(here) + here["name"] + here["extra"] + packed
            directory += b"PK\1\2" + struct.pack("<H", 20) + _fields(there)
            directory += struct.pack(
                "<HHHII", len(member.comment), 0, 0, member.attributes, there["offset"]
            )
            directory += there["name"] + there["extra"] + member.comment
            out += self.between
        end = {
            "disk": 0,
            "start_disk": 0,
            "here": len(self.members),
            "count": len(self.members),
            "size": len(directory),
            "offset": len(out),
            "comment": len(self.comment),
            **self.end,
        }
        out += directory + b"PK\5\6" + struct.pack("<HHHHIIH", *end.values())
        return bytes(out + self.comment + self.after)


def _fields(said: dict[str, int | bytes]) -> bytes:
    return struct.pack(
        "<HHHHHIIIHH",
        *(
            said[name]
            for name in ("version", "flags", "method", "time", "date", "crc", "packed", "size")
        ),
        len(said["name"]),  # type: ignore[arg-type]
        len(said["extra"]),  # type: ignore[arg-type]
    )


def members_of(data: bytes) -> list[Member]:
    """Return the members of a valid zip, as this package writes them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [
            Member(
                info.filename.encode(),
                archive.read(info),
                info.compress_type,
                attributes=info.external_attr,
            )
            for info in archive.infolist()
        ]


ODD_NAMES = (
    b"../../x",
    b"/etc/passwd",
    b"..\\..\\x",
    b"C:\\x",
    b"a/",
    b"",
    b"\xff\xfe",
    b"model.json\0.txt",
    b"./model.json",
    b"MODEL.JSON",
    b"x" * 60000,
)
Change = Callable[[Random, Zip], str]


def _any(rng: Random, archive: Zip) -> Member:
    return rng.choice(archive.members)


def twice(rng: Random, archive: Zip) -> str:
    """A member stands there twice, equal or not."""
    member = _any(rng, archive)
    other = replace(member, data=rng.choice((member.data, member.data[:-3], b"{}", b"")))
    archive.members.insert(rng.randrange(len(archive.members) + 1), other)
    return REFUSED


def extra_member(rng: Random, archive: Zip) -> str:
    name = rng.choice((*ODD_NAMES, b"extra.txt", b"code.py", b"data.pkl", b"__init__.py"))
    archive.members.insert(rng.randrange(len(archive.members) + 1), Member(name, b"x"))
    return REFUSED


def many_members(rng: Random, archive: Zip) -> str:
    count = rng.choice((100, 5000, 70000))
    archive.members += [Member(b"m%d" % i, b"") for i in range(count)]
    archive.end = {"here": count % 65536, "count": count % 65536}
    return REFUSED


def missing_member(rng: Random, archive: Zip) -> str:
    member = _any(rng, archive)
    archive.members.remove(member)
    # Without the optimizer's slots a file holds a model that was not trained yet.
    return ANY if b"optimizer" in member.name else REFUSED


def renamed(rng: Random, archive: Zip) -> str:
    member = _any(rng, archive)
    member.name = rng.choice((*ODD_NAMES, b"x", member.name.upper(), member.name + b" "))
    return ANY if b"optimizer" in member.name else REFUSED


def two_names(rng: Random, archive: Zip) -> str:
    _any(rng, archive).local["name"] = rng.choice((*ODD_NAMES, b"x"))
    return REFUSED


def swapped(rng: Random, archive: Zip) -> str:
    one, other = rng.sample(archive.members, 2)
    if one.data == other.data:
        return ANY
    one.data, other.data = other.data, one.data
    return REFUSED


def order(rng: Random, archive: Zip) -> str:
    rng.shuffle(archive.members)
    return SAME


def before(rng: Random, archive: Zip) -> str:
    archive.before = rng.choice((b"\n", b"#!/bin/sh\n", bytes(4096), b"PK\3\4", b"MZ"))
    if rng.random() < 0.5:  # as a self-extracting archive has it: offsets count from its start
        shift = len(archive.before)
        for member in archive.members:
            member.central["offset"] = max(_offset(archive, member) - shift, 0)
        archive.end["offset"] = _directory_offset(archive) - shift
    return REFUSED


def between(rng: Random, archive: Zip) -> str:
    archive.between = rng.choice((b"\0", b"hidden", rng.randbytes(300)))
    return REFUSED


def after(rng: Random, archive: Zip) -> str:
    archive.after = rng.choice((b"\0", b"trailing", b"PK\5\6", rng.randbytes(300), bytes(70000)))
    return REFUSED


def comment(rng: Random, archive: Zip) -> str:
    archive.comment = rng.choice((b"c", b"PK\5\6" + bytes(18), rng.randbytes(65535)))
    return SAME


def another_zip_behind(rng: Random, archive: Zip) -> str:
    """Two whole zips in one file: readers differ in which they see."""
    archive.after = bytes(Zip([Member(m.name, m.data[:-1]) for m in archive.members]))
    return REFUSED


def packed(rng: Random, archive: Zip) -> str:
    """Members that are deflated, as other programs pack them."""
    _any(rng, archive).method = 8
    return SAME


def bomb(rng: Random, archive: Zip) -> str:
    """A member that is small in the file and large in memory."""
    member = _any(rng, archive)
    megabytes = rng.choice((50, 300, 800, 3000))
    json = member.name.endswith(b".json")
    start, end = (member.data.rstrip()[:-1], b"}") if json else (member.data, b"")
    block = (b" " if json else b"\0") * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stuffed = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    # A block that refers to nothing before it can be repeated as it is.
    stuffed += (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes
    stuffed += packer.compress(end) + packer.flush()
    crc = zlib.crc32(start)
    for _ in range(megabytes):
        crc = zlib.crc32(block, crc)
    member.crc = zlib.crc32(end, crc)
    member.size = len(start) + len(end) + (megabytes << 20)
    member.data, member.method = stuffed, 0
    member.local["method"] = member.central["method"] = 8
    if rng.random() < 0.4:  # and the directory says that it is small
        member.size = rng.choice((0, 10, len(stuffed)))
    return REFUSED


def wrong_method(rng: Random, archive: Zip) -> str:
    member = _any(rng, archive)
    method = rng.choice((1, 6, 8, 9, 12, 14, 93, 95, 98, 99, 65535))
    rng.choice((member.local, member.central, member.__dict__))["method"] = method
    if member.method == 8:
        member.data = b"\0" + member.data
    return REFUSED if member.method or "method" in member.central else SAME


def wrong_size(rng: Random, archive: Zip) -> str:
    member = _any(rng, archive)
    size = len(member.data)
    value = rng.choice((0, 1, size - 1, size + 1, 2 * size, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1))
    where = rng.choice(("local", "central", "both"))
    names = rng.choice((("size",), ("packed",), ("size", "packed")))
    for header in ("local", "central"):
        if where in (header, "both"):
            getattr(member, header).update({name: max(value, 0) for name in names})
    return SAME if where == "local" else REFUSED


def wrong_crc(rng: Random, archive: Zip) -> str:
    member = _any(rng, archive)
    where = rng.choice((member.local, member.central, member.__dict__))
    where["crc"] = rng.choice((0, 1, 0xFFFFFFFF, rng.getrandbits(32)))
    return SAME if where is member.local else REFUSED


def wrong_offset(rng: Random, archive: Zip) -> str:
    member, other = _any(rng, archive), _any(rng, archive)
    at = _offset(archive, other)
    member.central["offset"] = rng.choice((at, at + 1, max(at - 1, 0), 2**32 - 1, 2**31, 0))
    return REFUSED if member.central["offset"] != _offset(archive, member) else SAME


def overlapping(rng: Random, archive: Zip) -> str:
    """Several members that share their bytes."""
    member = _any(rng, archive)
    for other in archive.members:
        other.central["offset"] = _offset(archive, member)
    return REFUSED if len(archive.members) > 1 else SAME


def encrypted(rng: Random, archive: Zip) -> str:
    _any(rng, archive).flags = rng.choice((1, 0x41, 0x2001))
    return REFUSED


def odd_flags(rng: Random, archive: Zip) -> str:
    member = _any(rng, archive)
    where = rng.choice((member.local, member.central))
    where["flags"] = rng.choice((2, 4, 8, 0x10, 0x20, 0x800, 0x1000, 0xFFFE & ~0x2041))
    return SAME


def extra_field(rng: Random, archive: Zip) -> str:
    member = _any(rng, archive)
    wide = struct.pack("<HHQQ", 1, 16, len(member.data), len(member.data))
    fields = (
        wide,
        struct.pack("<HHQ", 1, 8, 2**63),
        struct.pack("<HH", 1, 4) + b"\0\0\0\0",
        struct.pack("<HH", 1, 60000),
        struct.pack("<HHBI", 0x7075, 5, 1, 0) + b"x",
        b"\0",
        rng.randbytes(20),
        bytes(65535),
    )
    rng.choice((member.local, member.central, member.__dict__))["extra"] = rng.choice(fields)
    if rng.random() < 0.4:
        member.central |= {"size": 2**32 - 1, "packed": 2**32 - 1}
    return SAME


def odd_end(rng: Random, archive: Zip) -> str:
    name = rng.choice(("disk", "start_disk", "here", "count", "size", "offset", "comment"))
    value = rng.choice((0, 1, 2, 65535))
    archive.end[name] = (
        rng.choice((value, 2**32 - 1, 2**31)) if name in ("size", "offset") else value
    )
    return SAME


def zip64(rng: Random, archive: Zip) -> str:
    """Records of zip64 between the directory and its end, true or not."""
    count, offset = len(archive.members), _directory_offset(archive)
    whole = bytes(Zip(archive.members))
    size = len(whole) - 22 - offset
    count, size, offset = (
        rng.choice((value, value, value, value + 1, 0, 2**63)) for value in (count, size, offset)
    )
    record = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = b"PK\6\7" + struct.pack("<IQI", 0, len(whole) - 22, rng.choice((1, 1, 0, 9)))
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    archive.members, archive.before = [], whole[:-22] + record + locator + end
    archive.end = {"raw": 0}
    return SAME


def attributes(rng: Random, archive: Zip) -> str:
    """What a zip says that makes a link, a folder or a program of a member."""
    member = _any(rng, archive)
    member.attributes = rng.choice((0o120777 << 16, 0o40755 << 16, 0o104777 << 16, 0xFFFFFFFF, 16))
    member.date = rng.choice((0, 0xFFFF, 0x21))
    member.version = rng.choice((0, 10, 45, 63, 255, 65535))
    return SAME


ZIP_CHANGES: tuple[Change, ...] = (
    twice,
    extra_member,
    missing_member,
    renamed,
    two_names,
    swapped,
    order,
    before,
    between,
    after,
    comment,
    another_zip_behind,
    packed,
    wrong_method,
    wrong_size,
    wrong_crc,
    wrong_offset,
    overlapping,
    encrypted,
    odd_flags,
    extra_field,
    odd_end,
    zip64,
    attributes,
)
RARE: tuple[Change, ...] = (bomb, many_members)


def of_zip(rng: Random, data: bytes) -> Mutant:
    """Return a zip whose structure was changed."""
    archive = Zip(members_of(data))
    rare = rng.random() < 0.01
    names, allowed = [], SAME
    for _ in range(1 if rare else rng.choice((1, 1, 1, 2))):
        change = rng.choice(RARE if rare else ZIP_CHANGES)
        if len(archive.members) < 2:
            break
        names.append(change.__name__)
        became = change(rng, archive)
        # Where two things were changed, one may undo the other.
        allowed = became if len(names) == 1 else ANY
    if archive.end.get("raw") == 0:
        return Mutant(archive.before, f"zip: {'+'.join(names)}", allowed)
    return Mutant(bytes(archive), f"zip: {'+'.join(names)}", allowed)


def _offset(archive: Zip, member: Member) -> int:
    at = len(archive.before)
    for each in archive.members:
        if each is member:
            return at
        name = each.local.get("name", each.name)
        extra = each.local.get("extra", each.extra)
        at += 30 + len(name) + len(extra) + len(each.packed()) + len(archive.between)  # type: ignore[arg-type]
    raise ValueError("no such member")


def _directory_offset(archive: Zip) -> int:
    last = archive.members[-1]
    name, extra = last.local.get("name", last.name), last.local.get("extra", last.extra)
    at = _offset(archive, last) + 30 + len(name) + len(extra)  # type: ignore[arg-type]
    return at + len(last.packed()) + len(archive.between)
