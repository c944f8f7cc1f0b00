"""Advisories of readers of Keras's files, replayed: refused, and nothing is opened or run."""

from __future__ import annotations

import io
import json
import pathlib
import struct
import sys
import zipfile
from typing import Any

import numpy as np
import pytest

import rdeep.layers as layers
from rdeep import Sequential, load_model
from rdeep.errors import FileError

WATCHED = ("open", "exec", "compile", "subprocess.Popen", "os.system", "socket.connect")
_seen: list[tuple[str, str]] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is not None and event in (*WATCHED, "import", "marshal.loads", "pickle.find_class"):
        _seen.append((event, str(arguments[0])))


sys.addaudithook(_watch)


def refused(path: str, match: str, **options: Any) -> None:
    """Read a file, and see that it is refused and that nothing else was looked at."""
    global _seen
    _seen = []
    try:
        with pytest.raises(FileError, match=match) as error:
            load_model(path, backend="numpy", **options)
        found = [each for each in _seen if each[1] != path]
    finally:
        _seen = None
    assert "something else has made it" not in str(error.value)
    assert not found, found


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> str:
    path = str(tmp_path_factory.mktemp("good") / "model.keras")
    model = Sequential([layers.Dense(2), layers.StringLookup()][:1], input_shape=(3,))
    model.save(path)
    assert load_model(path, backend="numpy").count_params() == 8
    # What the first reading imports is no part of what is watched.
    Sequential([layers.Dense(2)], input_shape=(3,), backend="numpy").predict(np.ones((1, 3)))
    return path


def changed(good: str, tmp_path, change: Any, **members: bytes) -> str:
    """Return the path of a file with another configuration."""
    path = str(tmp_path / "changed.keras")
    with zipfile.ZipFile(good) as archive, zipfile.ZipFile(path, "w") as other:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "config.json":
                config = json.loads(data)
                data = json.dumps(change(config) or config).encode()
            other.writestr(name, data)
        for name, data in members.items():
            other.writestr(name, data)
    return path


def first_layer(saved: Any) -> Any:
    def change(config: Any) -> None:
        config["config"]["layers"][1] = saved

    return change


def option(name: str, value: Any) -> Any:
    def change(config: Any) -> None:
        config["config"]["layers"][1]["config"][name] = value

    return change


LAMBDA = {
    "module": "keras.layers",
    "class_name": "Lambda",
    "config": {
        "name": "lambda",
        "function": {"class_name": "__lambda__", "config": {"value": "4wEAAAA", "defaults": None}},
    },
    "registered_name": None,
}
BUILTIN = {"module": "builtins", "class_name": "function", "config": "exec"}
SYSTEM = {"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}
GET_FILE = {
    "module": "keras.utils",
    "class_name": "function",
    "config": "get_file",
    "registered_name": "get_file",
}
UNSAFE = {
    "module": "keras.config",
    "class_name": "function",
    "config": "enable_unsafe_deserialization",
    "registered_name": "enable_unsafe_deserialization",
}
CASES = {
    "CVE-2024-3660, a lambda's code": (first_layer(LAMBDA), "code of a function"),
    "CVE-2025-1550, a module to import": (
        first_layer({"module": "os", "class_name": "system", "config": {}}),
        "none of Keras's",
    ),
    "CVE-2025-1550, a function of a module": (option("activation", SYSTEM), "holds a function"),
    "CVE-2025-1550, a builtin": (option("activation", BUILTIN), "no activation named"),
    "CVE-2025-8747, get_file": (option("activation", GET_FILE), "no activation named"),
    "CVE-2025-9906, unsafe deserialization": (option("activation", UNSAFE), "no activation named"),
    "a class of somebody's own": (
        first_layer(
            {
                "module": None,
                "class_name": "Mine",
                "config": {},
                "registered_name": "package>Mine",
            }
        ),
        "none of Keras's",
    ),
    "a program of TensorFlow": (
        first_layer(
            {
                "module": "keras.layers",
                "class_name": "TFSMLayer",
                "config": {"filepath": "/etc/passwd"},
            }
        ),
        "a program of TensorFlow",
    ),
    "CVE-2025-12058, a vocabulary that is a path": (
        first_layer(
            {
                "module": "keras.layers",
                "class_name": "StringLookup",
                "config": {"name": "lookup", "vocabulary": "/etc/passwd"},
                "registered_name": None,
            }
        ),
        "names a file",
    ),
    "a tensor": (
        option("units", {"class_name": "__tensor__", "config": {"value": 2, "dtype": "int32"}}),
        "none of Keras's",
    ),
    "a policy of other types": (option("dtype", "mixed_float16"), "computes in"),
    "a class within an option": (
        option("kernel_initializer", {"class": "Traced", "options": {}}),
        "has no class",
    ),
    "sizes that no weights have": (option("units", 10**12), "shape"),
    "compiled by a class": (
        lambda config: config.update(compile_config={"optimizer": SYSTEM, "loss": "mse"}),
        "holds a function",
    ),
    "a loss that is a function": (
        lambda config: config.update(
            compile_config={"optimizer": "adam", "loss": {**SYSTEM, "module": "subprocess"}}
        ),
        "holds a function",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_configurations_are_data(name, good, tmp_path):
    change, match = CASES[name]
    refused(changed(good, tmp_path, change), match)


@pytest.mark.parametrize("member", ["../../evil", "assets/../../evil", "evil.py"])
def test_members_do_not_lead_out(member, good, tmp_path):
    # CVE-2025-12060: names in an archive that are paths elsewhere.
    refused(changed(good, tmp_path, lambda c: None, **{member: b"x"}), "member")


def test_a_member_that_is_far_larger_than_its_file(good, tmp_path):
    path = str(tmp_path / "bomb.keras")
    with (
        zipfile.ZipFile(good) as archive,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as other,
    ):
        for name in ("metadata.json", "config.json"):
            other.writestr(name, archive.read(name))
        other.writestr("model.weights.h5", bytes(200_000_000))
    refused(path, "far larger")


def test_a_ring_of_layers(good, tmp_path):
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": ["a", 0, 0]}}
    dense = {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {"name": "a", "units": 2},
        "registered_name": None,
        "name": "a",
        "inbound_nodes": [{"args": [tensor], "kwargs": {}}],
    }

    def change(config: Any) -> Any:
        inner = {"name": "m", "layers": [dense], "input_layers": [], "output_layers": ["a", 0, 0]}
        return {"module": "keras", "class_name": "Functional", "config": inner}

    refused(changed(good, tmp_path, change), "ring|no tensors")


# HDF5 ---------------------------------------------------------------------------------------------


def of_h5py(write: Any) -> bytes:
    h5py = pytest.importorskip("h5py")
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        write(h5py, file)
    return memory.getvalue()


def _external_link(h5py: Any, file: Any) -> None:
    file["layers"] = h5py.ExternalLink("/etc/passwd", "/")


def _soft_link(h5py: Any, file: Any) -> None:
    file["layers"] = h5py.SoftLink("/elsewhere")


def _external_numbers(h5py: Any, file: Any) -> None:
    # CVE-2026-1669: numbers that are read from another file.
    file.create_dataset("layers/dense/vars/0", (3, 2), "f4", external=[("/etc/passwd", 0, 24)])


def _virtual(h5py: Any, file: Any) -> None:
    layout = h5py.VirtualLayout((3, 2), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (3, 2))
    file.create_virtual_dataset("layers/dense/vars/0", layout)


def _shape_bomb(h5py: Any, file: Any) -> None:
    file.create_dataset(
        "layers/dense/vars/0", (2**20, 2**20), "f4", chunks=(64, 64), compression="gzip"
    )


def _ring(h5py: Any, file: Any) -> None:
    file.create_group("layers")["again"] = file["/"]


def _objects(h5py: Any, file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", (2,), h5py.string_dtype())


@pytest.mark.parametrize(
    ("write", "match"),
    [
        (_external_link, "link"),
        (_soft_link, "link"),
        (_external_numbers, "in another file"),
        (_virtual, "in parts, or in other files"),
        (_shape_bomb, "compressed|in parts"),
        (_ring, "two places"),
        (_objects, "no plain numbers"),
    ],
)
def test_weights_lie_in_the_file_itself(write, match, good, tmp_path):
    path = str(tmp_path / "changed.keras")
    with zipfile.ZipFile(good) as archive, zipfile.ZipFile(path, "w") as other:
        for name in ("metadata.json", "config.json"):
            other.writestr(name, archive.read(name))
        other.writestr("model.weights.h5", of_h5py(write))
    refused(path, match)
    alone = tmp_path / "changed.weights.h5"
    alone.write_bytes(of_h5py(write))
    model = Sequential([layers.Dense(2)], input_shape=(3,), backend="numpy")
    with pytest.raises(FileError, match=match):
        model.load_weights(str(alone))


def test_older_files_hold_no_code_either(tmp_path):
    # CVE-2025-9905: the mode that is safe was not looked at for HDF5.
    def write(h5py: Any, file: Any) -> None:
        config = {"class_name": "Sequential", "config": {"name": "m", "layers": [LAMBDA]}}
        file.attrs["model_config"] = json.dumps(config)
        file.create_group("model_weights").attrs["layer_names"] = np.array([b"lambda"])
        file["model_weights"].create_group("lambda")

    path = tmp_path / "model.h5"
    path.write_bytes(of_h5py(write))
    refused(str(path), "code of a function")


def test_a_file_that_was_cut_or_added_to(good, tmp_path):
    data = pathlib.Path(good).read_bytes()
    for other in (data[:-10], data + b"x", b"x" + data, data[: len(data) // 2]):
        path = tmp_path / "other.keras"
        path.write_bytes(other)
        refused(str(path), "is not a model that Keras saved")


def test_sizes_in_a_header_that_are_none(good, tmp_path):
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    place = parts["model.weights.h5"].index(struct.pack("<2Q", 3, 2))
    damaged = bytearray(parts["model.weights.h5"])
    damaged[place : place + 16] = struct.pack("<2Q", 2**40, 2**40)
    path = str(tmp_path / "other.keras")
    with zipfile.ZipFile(path, "w") as other:
        for name, data in parts.items():
            other.writestr(name, bytes(damaged) if name == "model.weights.h5" else data)
    refused(path, "no such shape|its shape needs")
