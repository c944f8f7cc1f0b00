"""Changes of safetensors: of the header, of the tensors, of how they lie in the file."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

from torture.mutations import ANY, REFUSED, SAME, Mutant, Random, changed_bytes
from torture.mutations_json import Cut, changed_json, written

TYPES = ("F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL")
OTHER_TYPES = ("C64", "F8_E4M3", "F8_E5M2", "X", "", "f32", None, 4, "F32 ")
_BYTES = {"F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
          "U16": 2, "I8": 1, "U8": 1, "BOOL": 1}  # fmt: skip

Tensors = dict[str, Any]
Change = Callable[[Random, Tensors, bytes], tuple[Tensors, bytes, str]]


def taken_apart(data: bytes) -> tuple[Tensors, bytes]:
    """Return the header of a valid file, and what comes after it."""
    (size,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + size]), data[8 + size :]


def put_together(header: Any, body: bytes) -> bytes:
    text = written(header).encode("utf-8", "surrogatepass")
    return struct.pack("<Q", len(text)) + text + body


def _one(rng: Random, header: Tensors) -> Any:
    names = [name for name in header if name != "__metadata__"]
    return header[rng.choice(names)]


def empty_header(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    # A model without weights has such a file.
    return {}, rng.choice((b"", body)), REFUSED if header else SAME


def missing(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    """A tensor is not there; the others lie where they did, or without a gap."""
    gone = rng.choice([name for name in header if name != "__metadata__"])
    start, end = header.pop(gone)["data_offsets"]
    if rng.random() < 0.7:
        body = body[:start] + body[end:]
        for name, tensor in header.items():
            if name != "__metadata__" and tensor["data_offsets"][0] >= end:
                tensor["data_offsets"] = [at - (end - start) for at in tensor["data_offsets"]]
    return header, body, REFUSED


def extra(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    size = rng.choice((0, 4, 4000))
    name = rng.choice(
        ("extra", "", "../x", "dense/kernel ", "x" * 10_000, "é", "\0", "__metadata__x")
    )
    tensor = {"dtype": "F32", "shape": [size // 4], "data_offsets": [len(body), len(body) + size]}
    return {**header, name: tensor}, body + bytes(size), REFUSED


def renamed(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    old = rng.choice([name for name in header if name != "__metadata__"])
    new = rng.choice(("x", old + "x", old.upper(), old.replace("/", "//"), "", "a/../" + old))
    return {(new if name == old else name): t for name, t in header.items()}, body, REFUSED


def names_swapped(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    names = [name for name in header if name != "__metadata__"]
    if len(names) < 2:
        return header, body, SAME
    one, other = rng.sample(names, 2)
    fit = all(header[one][key] == header[other][key] for key in ("dtype", "shape"))
    header[one], header[other] = header[other], header[one]
    return header, body, ANY if fit else REFUSED


def other_type(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    """Another type, of equal size or not; the bytes are the same."""
    tensor = _one(rng, header)
    old = tensor["dtype"]
    alike = [t for t in TYPES if t != old and _BYTES[t] == _BYTES.get(old)] or list(TYPES)
    tensor["dtype"] = rng.choice((rng.choice(alike), rng.choice(alike), *OTHER_TYPES))
    return header, body, REFUSED


def converted(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    """A tensor of another type that is whole and true in itself."""
    names = [name for name in header if name != "__metadata__"]
    name = rng.choice(names)
    tensor = header[name]
    count = 1
    for size in tensor["shape"]:
        count *= size
    new = rng.choice([t for t in TYPES if t != tensor["dtype"]])
    pieces, at = [], 0
    for each in names:
        start, end = header[each]["data_offsets"]
        piece = bytes(count * _BYTES[new]) if each == name else body[start:end]
        header[each]["data_offsets"] = [at, at + len(piece)]
        pieces.append(piece)
        at += len(piece)
    tensor["dtype"] = new
    return header, b"".join(pieces), REFUSED


def other_shape(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    """A shape of as many values: turned, flattened, with an axis more."""
    tensor = _one(rng, header)
    old = tensor["shape"]
    total = 1
    for size in old:
        total *= size
    new = rng.choice((old[::-1], [total], [1, *old], [*old, 1], [total, 1]))
    tensor["shape"] = new
    return header, body, SAME if new == old else REFUSED


def wrong_shape(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    tensor = _one(rng, header)
    odd = (
        [0],
        [-1],
        [2**31, 2**31],
        [2**63],
        [2**64],
        [10**30],
        [1.0],
        ["3"],
        [None],
        None,
        3,
        "3",
    )
    tensor["shape"] = rng.choice((*odd, [*tensor["shape"], 2], [[1]], [1] * 70, {}, [True]))
    return header, body, ANY


def wrong_offsets(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    tensor = _one(rng, header)
    start, end = tensor["data_offsets"]
    odd: tuple[Any, ...] = (
        [start + 1, end + 1],
        [start, end + 4],
        [start, end - 4],
        [end, start],
        [0, 0],
        [-4, end],
        [start, 2**63],
        [2**64, 2**64],
        [len(body), len(body) + end - start],
        [start],
        [start, end, end],
        [float(start), float(end)],
        ["0", "4"],
        None,
        {},
    )
    tensor["data_offsets"] = rng.choice(odd)
    return header, body, SAME if tensor["data_offsets"] == [start, end] else ANY


def overlap(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    names = [name for name in header if name != "__metadata__"]
    one, other = rng.choice(names), rng.choice(names)
    before = list(header[one]["data_offsets"])
    start, end = before
    at = header[other]["data_offsets"][0]
    header[one]["data_offsets"] = [at, at + end - start]
    return header, body, SAME if header[one]["data_offsets"] == before else REFUSED


def gap(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    return header, body + rng.choice((b"\0", bytes(4096), b"hidden")), REFUSED


def shifted(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    by = rng.choice((1, 8, 100))
    for name, tensor in header.items():
        if name != "__metadata__":
            tensor["data_offsets"] = [at + by for at in tensor["data_offsets"]]
    return header, bytes(by) + body, REFUSED


def values(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    """Other values: NaN and infinity among them."""
    after = bytearray(body)
    size = min(4, len(after))
    at = rng.randrange(max(len(after) // 4, 1)) * 4
    odd = (float("nan"), float("inf"), -float("inf"), 1e38, -1.0, 0.0, 1e-45)
    after[at : at + size] = struct.pack("<f", rng.choice(odd))[:size]
    return header, bytes(after), ANY


def metadata(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    odd: tuple[Any, ...] = ({"a": "b"}, {"a": 1}, [], None, {"format": "pt"}, {"x": "y" * 10**6}, 3)
    return {"__metadata__": rng.choice(odd), **header}, body, SAME


def repeated(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    name = rng.choice(list(header))
    pairs = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in header.items()]
    other = {**_one(rng, header), "dtype": rng.choice(TYPES)}
    pairs.insert(rng.randrange(len(pairs) + 1), f"{json.dumps(name)}: {json.dumps(other)}")
    return Cut("{" + ", ".join(pairs) + "}"), body, REFUSED  # type: ignore[return-value]


def many_tensors(rng: Random, header: Tensors, body: bytes) -> tuple[Tensors, bytes, str]:
    at = [len(body), len(body)]
    more = {f"t{i}": {"dtype": "F32", "shape": [0], "data_offsets": at} for i in range(5000)}
    return {**header, **more}, body, REFUSED


TENSOR_CHANGES: tuple[Change, ...] = (
    empty_header,
    missing,
    extra,
    renamed,
    names_swapped,
    other_type,
    converted,
    other_shape,
    wrong_shape,
    wrong_offsets,
    overlap,
    gap,
    shifted,
    values,
    metadata,
    repeated,
)


def changed_tensors(rng: Random, data: bytes) -> tuple[bytes, str, str]:
    """Return safetensors that were changed, what was done, and what may become of them."""
    header, body = taken_apart(data)
    kind = rng.random()
    if kind < 0.06:
        after, what = changed_bytes(rng, data, ())
        return after, what, ANY
    if kind < 0.12:
        size = rng.choice((0, 1, 2**16, len(data), 10**8, 2**31, 2**63, 2**64 - 1))
        return struct.pack("<Q", size) + data[8:], f"header of {size} bytes", REFUSED
    if kind < 0.3:
        words = [*TYPES, *header, "dtype", "shape", "data_offsets"]
        text, what, _ = changed_json(rng, json.dumps(header).encode(), words)
        return struct.pack("<Q", len(text)) + text + body, f"header: {what}", ANY
    names, allowed = [], SAME
    rare = rng.random() < 0.02
    for _ in range(1 if rare else rng.choice((1, 1, 1, 2))):
        change = many_tensors if rare else rng.choice(TENSOR_CHANGES)
        names.append(change.__name__)
        header, body, became = change(rng, header, body)
        allowed = became if len(names) == 1 else ANY
        if not isinstance(header, dict) or not [n for n in header if n != "__metadata__"]:
            break
    return put_together(header, body), "+".join(names), allowed


def of_tensors(rng: Random, data: bytes) -> Mutant:
    """Return safetensors that were changed."""
    after, what, allowed = changed_tensors(rng, data)
    return Mutant(after, f"tensors: {what}", allowed)
