"""HDF5 files of arrays in groups, written as h5py does by default: any program reads them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from rdeep.saving.foreign.hdf5 import SIGNATURE

_UNDEFINED = 0xFFFF_FFFF_FFFF_FFFF
_SUPERBLOCK = 96
_USUAL, _LARGE = (4, 16), 32
_TYPES = {
    np.dtype("<f4"): (0x11 | 0x1F20 << 8, struct.pack("<2H4BI", 0, 32, 23, 8, 0, 23, 127)),
    np.dtype("<i4"): (0x10 | 0x08 << 8, struct.pack("<2H", 0, 32)),
    np.dtype("<i8"): (0x10 | 0x08 << 8, struct.pack("<2H", 0, 64)),
    np.dtype("<u4"): (0x10, struct.pack("<2H", 0, 32)),
}


@dataclass
class _Group:
    groups: dict[str, _Group] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def all(self) -> Iterable[_Group]:
        """Return the group, and all within it."""
        yield self
        for group in self.groups.values():
            yield from group.all()

    def __len__(self) -> int:
        return len(self.groups) + len(self.arrays)


def write_hdf5(arrays: Mapping[str, np.ndarray], groups: Iterable[str] = ()) -> list[memoryview]:
    """Return the bytes of a file, in parts: what is large is not copied.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray
        The arrays by their paths: float32 or whole numbers.
    groups : iterable of str
        The paths of groups that are there although they are empty.

    Examples
    --------
    >>> from rdeep.saving.foreign.hdf5 import read_hdf5
    >>> data = b"".join(write_hdf5({"vars/0": np.ones(2, "float32")}))
    >>> read_hdf5(data).arrays
    {'vars/0': array([1., 1.], dtype=float32)}
    """
    root = _Group()
    for path in groups:
        _group_at(root, path)
    for path, array in arrays.items():
        folder, _, name = path.rpartition("/")
        held = np.asarray(array, order="C")
        _group_at(root, folder).arrays[name] = held.astype(held.dtype.newbyteorder("<"), copy=False)
    return _Writer(root).parts()


def _group_at(root: _Group, path: str) -> _Group:
    for name in path.split("/") if path else ():
        root = root.groups.setdefault(name, _Group())
    return root


class _Writer:
    """The file that is written: its structure in one part, then the arrays."""

    def __init__(self, root: _Group) -> None:
        most = max(len(group) for group in root.all())
        leaf, inner = _USUAL
        if most > 2 * leaf * 2 * inner:
            leaf = _LARGE
        # Each node of a tree has room for this many, as the first bytes of the file say.
        self.leaf, self.inner = 2 * leaf, max(2 * inner, 2 * (-(-most // (2 * leaf)) // 2 + 1))
        self.head = bytearray(_SUPERBLOCK)
        self.layouts: list[tuple[int, np.ndarray]] = []
        self.root = root

    def parts(self) -> list[memoryview]:
        """Return the whole file."""
        header, tree, heap = self._group(self.root)
        place = len(self.head)
        bodies: list[memoryview] = []
        for at, array in self.layouts:
            size = array.nbytes
            struct.pack_into("<2Q", self.head, at, place if size else _UNDEFINED, size)
            if size:
                bodies.append(array.reshape(-1).view(np.uint8).data)
                bodies.append(memoryview(bytes(-size % 8)))
                place += size + -size % 8
        start = struct.pack("<8s8B2HI", SIGNATURE, 0, 0, 0, 0, 0, 8, 8, 0, *self._sizes(), 0)
        addresses = struct.pack("<4Q", 0, _UNDEFINED, place, _UNDEFINED)
        entry = struct.pack("<2Q2I2Q", 0, header, 1, 0, tree, heap)
        self.head[:_SUPERBLOCK] = start + addresses + entry
        return [memoryview(self.head), *bodies]

    def _sizes(self) -> tuple[int, int]:
        return self.leaf // 2, self.inner // 2

    def _add(self, data: bytes) -> int:
        """Add bytes at a multiple of eight, and return where."""
        place = len(self.head)
        self.head += data + bytes(-len(data) % 8)
        return place

    def _group(self, group: _Group) -> tuple[int, int, int]:
        """Write a group, and return where its header, its tree and its names are."""
        members = {name: self._array(array) for name, array in group.arrays.items()}
        members.update({name: self._group(each)[0] for name, each in group.groups.items()})
        ordered = sorted((name.encode(), place) for name, place in members.items())
        names, offsets = bytearray(8), []
        for name, _ in ordered:
            offsets.append(len(names))
            names += name + bytes(8 - len(name) % 8)
        data = self._add(bytes(names))
        heap = self._add(struct.pack("<4s4x3Q", b"HEAP", len(names), 1, data))
        leaves, keys = [], [0]
        for first in range(0, len(ordered), self.leaf):
            chosen = range(first, min(first + self.leaf, len(ordered)))
            entries = b"".join(
                struct.pack("<2Q2I16x", offsets[index], ordered[index][1], 0, 0) for index in chosen
            )
            leaf = struct.pack("<4s2BH", b"SNOD", 1, 0, len(chosen)) + entries
            leaves.append(self._add(leaf.ljust(8 + 40 * self.leaf, b"\0")))
            keys.append(offsets[chosen[-1]])
        tree = struct.pack("<4s2BH2Q", b"TREE", 0, 0, len(leaves), _UNDEFINED, _UNDEFINED)
        for key, leaf_at in zip(keys, leaves):
            tree += struct.pack("<2Q", key, leaf_at)
        tree += struct.pack("<Q", keys[-1])
        tree_at = self._add(tree.ljust(24 + 8 * (2 * self.inner + 1), b"\0"))
        return self._header([(0x11, struct.pack("<2Q", tree_at, heap))]), tree_at, heap

    def _array(self, array: np.ndarray) -> int:
        kind, properties = _TYPES[array.dtype]
        shape = struct.pack(f"<BBB5x{array.ndim}Q", 1, array.ndim, 0, *array.shape)
        dtype = struct.pack("<2I", kind, array.itemsize) + properties
        fill = struct.pack("<4BI", 2, 2, 2, 1, 0)
        layout = struct.pack("<2B2Q", 3, 1, 0, 0)
        place = self._header([(0x01, shape), (0x03, dtype), (0x05, fill), (0x08, layout)])
        self.layouts.append((len(self.head) - 24 + 2, array))
        return place

    def _header(self, messages: list[tuple[int, bytes]]) -> int:
        body = b""
        for kind, data in messages:
            data += bytes(-len(data) % 8)
            body += struct.pack("<2HB3x", kind, len(data), 0) + data
        return self._add(struct.pack("<BxHII4x", 1, len(messages), 1, len(body)) + body)
