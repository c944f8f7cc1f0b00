"""The checked zip, safetensors and JSON that files consist of: what was changed is refused."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile

import numpy as np
import pytest
from safetensors.numpy import load, save

from rdeep.errors import FileError
from rdeep.saving import container as zips
from rdeep.saving.container import Member, opened_container, write_container
from rdeep.saving.faults import Damage, reading
from rdeep.saving.plain_json import read_json, write_json
from rdeep.saving.tensors import read_tensor_file, read_tensors, read_tensors_from, write_tensors

ARRAYS = {
    "kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
    "none": np.zeros((0, 3)),
    "scalar": np.array(3, np.float32),
    "ids": np.arange(5),
    "flags": np.array([True, False]),
    "half": np.ones(3, np.float16),
    "bytes": np.ones(3, np.uint8),
}
MEMBERS = {"model.json": Member(1000), "weights": Member(), "more": Member(optional=True)}


def written(hashed: bool = True) -> bytes:
    """Return a file of two members."""
    file = io.BytesIO()
    content = {"model.json": b'{"a": 1}', "weights": write_tensors(ARRAYS)}
    write_container(file, content, hashed)
    return file.getvalue()


def read(data: bytes) -> tuple[object, dict[str, np.ndarray]]:
    """Return what a file of two members holds."""
    with reading("x.rdeep"), opened_container(io.BytesIO(data), MEMBERS) as container:
        return container.json("model.json"), container.tensors("weights")


def assert_same(found: dict[str, np.ndarray]) -> None:
    """Hold arrays against those that were written."""
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype and found[name].shape == array.shape
        np.testing.assert_array_equal(found[name], array)


# Members ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hashed", [True, False])
def test_what_is_written_is_read_and_is_a_zip(hashed):
    data = written(hashed)
    found, arrays = read(data)
    assert found == {"a": 1}
    assert_same(arrays)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["model.json", "weights", *["manifest.json"] * hashed]


def test_every_byte_that_is_changed_is_noticed():
    data = written()
    for place in range(len(data)):
        for change in (1, 128):
            other = bytearray(data)
            other[place] ^= change
            with pytest.raises(FileError, match=r"^'x\.rdeep' is not a model") as caught:
                read(bytes(other))
            assert caught.value.__cause__ is None, f"not foreseen: {caught.value.__cause__!r}"


def test_what_is_cut_off_put_before_or_behind_is_noticed():
    data = written()
    for place in range(len(data)):
        with pytest.raises(FileError):
            read(data[:place])
    for other in (b"x" + data, data + b"x", data + data, b"", b"PK\5\6" + bytes(18)):
        with pytest.raises(FileError):
            read(other)


def zipped(*members: tuple[str, bytes], **options: object) -> bytes:
    """Return a zip that Python wrote."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)
            archive.filelist[-1].compress_type = archive.compression
    return file.getvalue()


def test_python_s_zip_is_read_also_with_sizes_of_64_bits(monkeypatch):
    members = ("model.json", b'{"a": 1}'), ("weights", save(ARRAYS))
    assert_same(read(zipped(*members))[1])
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 50)
    assert_same(read(zipped(*members))[1])
    monkeypatch.setattr(zips, "_LARGEST", 50)
    data = written()
    assert_same(read(data)[1])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
    for place in range(len(data)):
        with pytest.raises(FileError):
            read(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_members_that_do_not_belong_there_are_refused():
    model, weights = ("model.json", b"{}"), ("weights", save(ARRAYS))

    def refused(data: bytes, why: str) -> None:
        with pytest.raises(FileError, match=why):
            read(data)

    refused(zipped(model, weights, ("../../x", b"")), "'../../x', which does not belong")
    with pytest.warns(UserWarning, match="Duplicate"):
        refused(zipped(model, weights, weights), "member 'weights' twice")
    refused(zipped(model), "no member 'weights'")
    refused(zipped(("model.json", b" " * 1001), weights), "1001 bytes, more than 1000")
    refused(zipped(*[(f"m{i}", b"") for i in range(5)]), "has 5 members")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.json", b"{}" * 100)
        archive.writestr("weights", bytes(10**6))
    refused(file.getvalue(), "damaged")


def test_only_regular_files_are_opened(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "link"
    link.symlink_to("/dev/zero")
    for path in (pipe, link, tmp_path, tmp_path / "none", "", "a\0b", "x" * 5000, "/dev/null"):
        with pytest.raises(FileError), reading(path), opened_container(path, MEMBERS):
            pass
        with pytest.raises(FileError):
            read_tensor_file(os.fspath(path))
    with pytest.raises(FileError, match="stream"), reading(3), opened_container(3, MEMBERS):
        pass


def test_errors_of_others_are_the_file_s():
    made = pytest.raises(FileError, match="something else has made it: KeyError")
    with made as caught, reading("x.rdeep"):
        raise KeyError("x")
    assert isinstance(caught.value.__cause__, KeyError)
    said = Damage("it is wrong", place="layers[3]").within("model.json")
    assert str(said) == "model.json: layers[3]: it is wrong."


# Arrays -----------------------------------------------------------------------------------------


def test_arrays_are_safetensors():
    data = b"".join(write_tensors(ARRAYS, {"made": "here"}))
    for found in (
        load(data),
        read_tensors(data),
        read_tensors_from(io.BytesIO(data), len(data)),
        read_tensors(save(ARRAYS)),
    ):
        assert_same(found)
    assert not read_tensors(write_tensors({})[0])
    with pytest.raises(TypeError):
        write_tensors({"text": np.array(["a"])})


def with_header(header: object, data: bytes = bytes(8)) -> bytes:
    """Return a file of arrays with a header of one's own."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize(
    "changed",
    [
        {"dtype": "F33"},
        {"dtype": 3},
        {"shape": [3]},
        {"shape": [-2, -1]},
        {"shape": [2.0]},
        {"shape": [True, 2]},
        {"shape": "2"},
        {"shape": [1] * 40 + [2]},
        {"shape": [2**62, 4, 2]},
        {"shape": [2**64 // 4, 2**64], "data_offsets": [0, 8]},
        {"shape": [0, 10**30], "data_offsets": [0, 0]},
        {"shape": [0, 2**47, 2**47], "data_offsets": [0, 0]},
        {"data_offsets": [0, 9]},
        {"data_offsets": [8, 0]},
        {"data_offsets": [-8, 0]},
        {"data_offsets": [0]},
        {"data_offsets": None},
        {"more": 1},
    ],
)
def test_headers_that_say_what_cannot_be_are_refused(changed):
    whole = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    assert read_tensors(with_header({"a": whole}))["a"].shape == (2,)
    with pytest.raises(Damage):
        read_tensors(with_header({"a": {**whole, **changed}}))


def test_arrays_cover_the_data_and_do_not_overlap():
    def one(begin: int, end: int) -> dict[str, object]:
        return {"dtype": "U8", "shape": [end - begin], "data_offsets": [begin, end]}

    assert read_tensors(with_header({"b": one(4, 8), "a": one(0, 4)}))
    for wrong in (
        {"a": one(0, 8), "b": one(4, 8)},
        {"a": one(0, 3), "b": one(4, 8)},
        {"a": one(0, 4)},
        {"a": one(0, 8), "__metadata__": {"x": 1}},
        {"a": one(0, 8), "__metadata__": []},
        [one(0, 8)],
        b"{}  x",
        b" {}",
        b'{"a": 1, "a": 1}',
        b"{" * 1000,
    ):
        with pytest.raises(Damage):
            read_tensors(with_header(wrong))
    for short in (b"", bytes(7), struct.pack("<Q", 1), struct.pack("<Q", 2**63) + b"{}"):
        with pytest.raises(Damage):
            read_tensors(short)
    with pytest.raises(Damage, match="truth"):
        header = {"a": {"dtype": "BOOL", "shape": [8], "data_offsets": [0, 8]}}
        read_tensors(with_header(header, b"\2" * 8))
    header = {"a": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}
    found = read_tensors(with_header(header, struct.pack("<f", 1.5)[2:]))["a"]
    assert found.dtype == np.float32 and found[0] == 1.5


# JSON -------------------------------------------------------------------------------------------


def test_json_comes_back():
    data = {"a": [1, 2.5, True, None, 'ä😀\n"\\'], "b": {"c": float("-inf")}, "n": 2**64}
    assert read_json(write_json(data)) == data
    assert str(read_json(write_json(float("nan")))) == "nan"
    assert str(read_json(b"[NaN, -Infinity]", not_finite=True)) == "[nan, -inf]"
    for wrong in ({1: 2}, {1, 2}, print):
        with pytest.raises(TypeError):
            write_json(wrong)


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"{", b"[1,]", b"{'a': 1}", b'{"a": 1, "a": 2}', b'{"a": {"b": 1, "b": 1}}'),
        *(b"NaN", b"[Infinity]", b"-Infinity", b"1e999", b"-1e999", b"1" * 41, b"1." + b"1" * 99),
        *(b"[" * 10**5, b"[" * 101 + b"]" * 101, b'{"a":' * 10**5, b'"' + b'\\"' * 10**5),
        *(b'"\xff"', "{}".encode("utf-16"), b"\xef\xbb\xbf{}", b'"\\ud800"', b'"\\uDFFF"', b'"\n"'),
        *(b'{"$number": "x"}', b'{"$number": 1}', b"1 2", b"01", b'"\\'),
        *(b"[" + b"[]," * 10**6 + b"[]]", b"[" + b"{}," * 500_000 + b"{}]"),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_json_that_is_doubtful_or_costs_too_much_is_refused(text):
    with pytest.raises(Damage):
        read_json(text)
