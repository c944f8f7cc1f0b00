"""Data in files: tables and images, and how they are damaged."""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from torture.mutations import ANY, Mutant, Random, of_bytes

_HEADER = b"a,b,label,y"


class _Table:
    """Tables of numbers and labels."""

    suffix = ""
    engines: tuple[str, ...] = ("numpy",)

    def missing(self) -> str | None:
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            return "pyarrow is not installed"
        return None

    def prepare(self, original: str, engine: str) -> Any:
        # Its modules are loaded when the first file of a format is read.
        import pyarrow.compute
        import pyarrow.csv
        import pyarrow.ipc
        import pyarrow.parquet  # noqa: F401

        return None

    def read(self, path: str, prepared: Any, engine: str) -> Any:
        from rdeep.datasets import table_dataset_from_files

        data = table_dataset_from_files(
            path, x=["a", "b", "label"], y="y", levels={"label": ["n", "o", "p"]}, batch_size=16
        )
        return list(data.in_order().open(0))

    def meaning(self, value: Any, original: str, prepared: Any) -> list[np.ndarray]:
        found = [np.concatenate([batch[i] for batch in value]) for i in (0, 1)]
        assert all(np.isfinite(each).all() for each in found), "values that are not finite"
        return found

    def accepts(self, error: Exception, path: str, prepared: Any) -> bool:
        from rdeep.errors import RdeepError

        return isinstance(error, RdeepError) and os.path.basename(path) in str(error)


def _columns(rows: int) -> dict[str, Any]:
    rng = np.random.default_rng(4)
    return {
        "a": rng.standard_normal(rows),
        "b": rng.integers(0, 9, rows),
        "label": rng.choice(["n", "o", "p"], rows),
        "y": rng.standard_normal(rows).astype("float32"),
    }


class Csv(_Table):
    suffix = ".csv"

    def make(self, folder: str) -> None:
        for rows in (3, 40, 400):
            data = _columns(rows)
            lines = [f"{a:.6g},{b},{label},{y:.6g}" for a, b, label, y in zip(*data.values())]
            for ends, text in (("\n", "lf"), ("\r\n", "crlf")):
                with open(os.path.join(folder, f"{rows} {text}.csv"), "wb") as file:
                    file.write(ends.join(["a,b,label,y", *lines, ""]).encode())

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        if rng.random() < 0.3:
            return of_bytes(rng, data, others, ANY)
        lines = data.splitlines(keepends=True)
        row = rng.randrange(1, len(lines))
        if rng.random() < 0.02:
            return _large_csv(rng, data)
        change = rng.choice(_CSV_CHANGES)
        return Mutant(change(rng, lines, row), f"csv: {change.__name__}", ANY)


_CELLS = (
    b"", b"NA", b"nan", b"NaN", b"inf", b"-inf", b"Infinity", b"NULL", b"1e999", b"-1e999",
    b"1e39", b"1e-400", b"9" * 30, b"-" + b"9" * 400, b"0x10", b"1,5", b'"1,5"', b"1.000.000",
    b"1_000", b"--1", b"+1", b" 1", b"1 ", b"1e", b"e1", b".", b"-", b"1d3", b"TRUE", b"true",
    b"T", b"2020-01-01", b"12:30", b"\0", b"1\0", b"\xff", b"\xef\xbb\xbf1", "½".encode(),
    "１".encode(), b'"', b'""', b'"1', b"1\"2\"", b"'1'", b"=1+1", b"#REF!", b"%s", b"x" * 100_000,
    b"1" * 70_000, b"16777217", b"1e38", b"18446744073709551616", b"-9223372036854775809",
)  # fmt: skip


def cell(rng: Random, lines: list[bytes], row: int) -> bytes:
    cells = lines[row].split(b",")
    cells[rng.randrange(len(cells))] = rng.choice(_CELLS)
    lines[row] = b",".join(cells)
    return b"".join(lines)


def ragged(rng: Random, lines: list[bytes], row: int) -> bytes:
    lines[row] = rng.choice(
        (b"1,2\n", b"1,2,n,4,5\n", b",,,\n", b",,,,,,\n", b"1\n", b"," * 9999 + b"\n")
    )
    return b"".join(lines)


def empty_lines(rng: Random, lines: list[bytes], row: int) -> bytes:
    lines[row] = rng.choice((b"\n", b"\n\n\n", b"\r", b" \n", b"\n\r", b"\0\n", b"#\n", b"\x1a\n"))
    return b"".join(lines)


def header(rng: Random, lines: list[bytes], row: int) -> bytes:
    lines[0] = rng.choice(
        (
            b"", b"a,b,y\n", b"a,a,label,y\n", b"a,b,label,y,y\n", b'"a","b","label","y"\n', b"\n",
            b" a, b, label, y\n", b"A,B,LABEL,Y\n", b"a;b;label;y\n", b"a\tb\tlabel\ty\n", b",,,\n",
            b"\xef\xbb\xbfa,b,label,y\n", b"\0,b,label,y\n", b"a,b,label,y" + b",x" * 5000 + b"\n",
            b"a,b,label,\xff\n", b'"a,b,label,y\n', b"# a comment\na,b,label,y\n",
        )
    )  # fmt: skip
    return b"".join(lines)


def encoding(rng: Random, lines: list[bytes], row: int) -> bytes:
    code = rng.choice(("utf-16", "utf-32", "utf-16-le", "utf-8-sig", "cp037"))
    return b"".join(lines).decode().encode(code)


def separator(rng: Random, lines: list[bytes], row: int) -> bytes:
    at, to = rng.choice(((b",", b";"), (b",", b"\t"), (b",", b"  "), (b".", b","), (b"\n", b"\r")))
    return b"".join(lines).replace(at, to)


def one_line(rng: Random, lines: list[bytes], row: int) -> bytes:
    return b",".join(line.strip() for line in lines)


def no_rows(rng: Random, lines: list[bytes], row: int) -> bytes:
    return rng.choice((lines[0], lines[0].strip(), b"", b"\n", b"\n\n", b"\0" * 500, b","))


def quotes(rng: Random, lines: list[bytes], row: int) -> bytes:
    lines[row] = rng.choice(
        (b'"', b'1,"2,n,3\n', b'"1","2","n","3"\n', b'1,2,"n\nn",3\n', b'1,2,"n"x,3\n')
    )
    return b"".join(lines)


def repeated(rng: Random, lines: list[bytes], row: int) -> bytes:
    """The header again amid the rows, as files are that were put one behind the other."""
    lines.insert(row, lines[0])
    return b"".join(lines)


def late(rng: Random, lines: list[bytes], row: int) -> bytes:
    """Something that no number is, far behind the rows that the types are guessed from."""
    lines += lines[1:] * (rng.choice((20_000, 60_000)) // len(lines))
    cells = lines[-1].split(b",")
    cells[rng.randrange(len(cells))] = rng.choice(_CELLS)
    return b"".join((*lines[:-1], b",".join(cells)))


_CSV_CHANGES = (
    cell, cell, cell, cell, cell, ragged, ragged, empty_lines, header, header, encoding, separator,
    one_line, no_rows, quotes, repeated, late,
)  # fmt: skip


def _large_csv(rng: Random, data: bytes) -> Mutant:
    """Return files that are large where none is expected: a line, a cell, a quoted text."""
    megabytes = rng.choice((3, 40))
    filler = {
        "line of cells": b"1," * (megabytes << 19),
        "cell": b"1" * (megabytes << 20),
        "quoted cell": b'"' + b"x\n" * (megabytes << 19),
        "zeros": bytes(megabytes << 20),
        "empty lines": b"\n" * (megabytes << 20),
    }
    what = rng.choice(list(filler))
    return Mutant(data + filler[what] + b"\n", f"csv: a {what} of {megabytes} MB", ANY)


class PackedCsv(Csv):
    """CSV that is compressed."""

    suffix = ".csv.gz"

    def make(self, folder: str) -> None:
        super().make(folder)
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                data = gzip.compress(file.read())
            with open(os.path.join(folder, name + ".gz"), "wb") as file:
                file.write(data)

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        kind = rng.random()
        if kind < 0.5:
            return of_bytes(rng, data, others, ANY)
        if kind < 0.95:
            inner = super().change(rng, gzip.decompress(data), [])
            return Mutant(gzip.compress(inner.data), f"packed {inner.what}", ANY)
        return Mutant(_packed_bomb(rng), "packed bomb", ANY)


def _packed_bomb(rng: Random) -> bytes:
    """Return a small file that holds many megabytes."""
    megabytes = rng.choice((20, 60))
    block = rng.choice((b"1", b"\n", b"1,", b"\0", b'"')) * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = _HEADER + b"\n1,2,n,3\n"
    body = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    body += (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + body + packer.flush() + struct.pack("<II", 0, 0)


class Parquet(_Table):
    suffix = ".parquet"

    def make(self, folder: str) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        for rows in (3, 400):
            for packed in ("none", "snappy", "gzip"):
                path = os.path.join(folder, f"{rows} {packed}.parquet")
                parquet.write_table(
                    pa.table(_columns(rows)), path, compression=packed, row_group_size=100
                )

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        if rng.random() < 0.5:
            return of_bytes(rng, data, others, ANY)
        size = struct.unpack("<I", data[-8:-4])[0]
        footer = of_bytes(rng, data[-8 - size : -8], [], ANY)
        ends = struct.pack("<I", len(footer.data)) + b"PAR1"
        return Mutant(data[: -8 - size] + footer.data + ends, f"footer {footer.what}", ANY)


class Feather(_Table):
    suffix = ".feather"

    def make(self, folder: str) -> None:
        import pyarrow as pa
        from pyarrow import feather

        for rows in (3, 400):
            for packed in ("uncompressed", "lz4", "zstd"):
                path = os.path.join(folder, f"{rows} {packed}.feather")
                feather.write_feather(
                    pa.table(_columns(rows)), path, compression=packed, chunksize=100
                )

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        return of_bytes(rng, data, others, ANY)


class Images:
    """Images of the formats that are read; the name says nothing of the format."""

    suffix = ".png"
    engines: tuple[str, ...] = ("numpy",)

    def missing(self) -> str | None:
        try:
            import PIL  # noqa: F401
        except ImportError:
            return "Pillow is not installed"
        return None

    def make(self, folder: str) -> None:
        from PIL import Image

        rng = np.random.default_rng(5)
        for size in ((7, 5), (40, 30)):
            pixels = rng.integers(0, 256, (*size, 3), "uint8")
            image = Image.fromarray(pixels)
            for mode in ("RGB", "L", "P", "RGBA", "1", "LA", "CMYK", "I;16"):
                turned = (
                    Image.fromarray(pixels[..., 0].astype("uint16") * 99)
                    if mode == "I;16"
                    else image.convert(mode)
                )
                for kind in ("PNG", "JPEG", "GIF", "BMP"):
                    path = os.path.join(folder, f"{kind} {mode.replace(';', '')} {size[0]}.png")
                    try:
                        turned.save(path, kind)
                    except (OSError, ValueError):  # a mode that the format has not
                        if os.path.exists(path):
                            os.unlink(path)

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        if data[:4] == b"\x89PNG" and rng.random() < 0.6:
            return _png(rng, data)
        if rng.random() < 0.1:
            return _huge_image(rng, data)
        return of_bytes(rng, data, others, ANY)

    def prepare(self, original: str, engine: str) -> Any:
        from PIL import Image

        Image.init()  # the modules of all formats
        return None

    def read(self, path: str, prepared: Any, engine: str) -> Any:
        from rdeep.datasets import image_dataset_from_directory

        data = image_dataset_from_directory(
            os.path.dirname(path), labels=None, label_mode=None, image_size=8, shuffle=False
        )
        return list(data.open(0))

    def meaning(self, value: Any, original: str, prepared: Any) -> list[np.ndarray]:
        return [np.concatenate([batch[0] for batch in value])]

    def accepts(self, error: Exception, path: str, prepared: Any) -> bool:
        from rdeep.errors import DataError

        return isinstance(error, DataError) and os.path.basename(path) in str(error)


_SIZES = (0, 1, 255, 20_000, 65_500, 2**31 - 1, 2**31, 2**32 - 1)


def _png(rng: Random, data: bytes) -> Mutant:
    """Return a PNG with another structure, whose checksums are right."""
    chunks = _chunks(data)
    change = rng.choice(("size", "kind", "data", "order", "twice", "missing", "added", "bomb"))
    at = rng.randrange(len(chunks))
    name, body = chunks[at]
    if change == "size":
        width, height, rest = *struct.unpack(">II", chunks[0][1][:8]), chunks[0][1][8:]
        sizes = rng.choice(((rng.choice(_SIZES), height), (width, rng.choice(_SIZES)), _two(rng)))
        chunks[0] = (chunks[0][0], struct.pack(">II", *sizes) + rest)
    elif change == "kind":
        head = bytearray(chunks[0][1])
        head[rng.randrange(8, 13)] = rng.choice((0, 1, 2, 3, 4, 6, 8, 16, 255))
        chunks[0] = (chunks[0][0], bytes(head))
    elif change == "data":
        chunks[at] = (name, of_bytes(rng, body or b"\0", [], ANY).data)
    elif change == "order":
        rng.shuffle(chunks)
    elif change == "twice":
        chunks.insert(at, chunks[at])
    elif change == "missing":
        del chunks[at]
    elif change == "added":
        names = (
            b"PLTE",
            b"tRNS",
            b"iCCP",
            b"zTXt",
            b"iTXt",
            b"gAMA",
            b"acTL",
            b"fcTL",
            b"fdAT",
            b"ABCD",
        )
        chunks.insert(max(at, 1), (rng.choice(names), rng.randbytes(rng.choice((0, 3, 26, 800)))))
    else:
        text = zlib.compress(bytes(rng.choice((50, 300)) << 20))
        before = rng.choice(
            ((b"zTXt", b"a\0\0"), (b"iCCP", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0"), (b"IDAT", b""))
        )
        chunks.insert(1, (before[0], before[1] + text))
    return Mutant(_written(chunks), f"png: {change} of {name!r}", ANY)


def _two(rng: Random) -> tuple[int, int]:
    return rng.choice(
        ((9000, 9000), (12_000, 12_000), (30_000, 30_000), (100_000, 800), (3, 10**8))
    )


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += size + 12
    return found


def _written(chunks: Sequence[tuple[bytes, bytes]]) -> bytes:
    out = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        out += (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )
    return out


def _huge_image(rng: Random, data: bytes) -> Mutant:
    """Return an image whose header says that it is huge."""
    wide, high = rng.choice(((20_000, 20_000), (65_500, 65_500), (9000, 9000), (60_000, 400)))
    if data[:2] == b"BM":
        return Mutant(data[:18] + struct.pack("<ii", wide, high) + data[26:], "huge bmp", ANY)
    if data[:3] == b"GIF":
        whole = data[:6] + struct.pack("<HH", wide, high) + data[10:]
        at = whole.find(b"\x2c")
        if rng.random() < 0.5 and at > 0:
            whole = whole[: at + 5] + struct.pack("<HH", wide, high) + whole[at + 9 :]
        return Mutant(whole, "huge gif", ANY)
    at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    if data[:2] == b"\xff\xd8" and at > 0:
        return Mutant(
            data[: at + 5] + struct.pack(">HH", high, wide) + data[at + 9 :], "huge jpeg", ANY
        )
    return of_bytes(rng, data, [], ANY)
