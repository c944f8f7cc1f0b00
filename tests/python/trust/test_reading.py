"""What a file may say: each option of each record, and what nobody would have written."""

from __future__ import annotations

import copy
import io
import json
import os
import pickle
import random
import resource
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rdeep
from rdeep import Sequential, layers
from rdeep.catalogue.options import Elsewhere, Function, Functions, is_same_data
from rdeep.catalogue.options import Path as PathType
from rdeep.catalogue.registry import restored
from rdeep.errors import FileError, ShapeError, format_shape, listing
from rdeep.errors.damage import Damage
from rdeep.models import files
from rdeep.saving import archive
from rdeep.saving.container import Member, opened_container, write_container
from rdeep.saving.objects import keep_object, restore_object
from rdeep.saving.plain_json import read_json, write_json
from rdeep.saving.tensors import read_tensors, write_tensors
from rdeep.tabular import load_tabular
from test_records import ALL, example

FILES = Path(__file__).parents[2] / "fixtures" / "files"
FORBIDDEN = ("open", "import", "exec", "compile", "os.", "subprocess.", "socket.", "pickle.")
SEEN: list[str] | None = None


def _listen(event: str, args: tuple[Any, ...]) -> None:
    if SEEN is not None and event.startswith(FORBIDDEN):
        SEEN.append(f"{event}{args[:1]}")


sys.addaudithook(_listen)


@contextmanager
def watching() -> Iterator[list[str]]:
    """Note what is opened, imported and run, and let requests for much memory fail."""
    global SEEN
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size + (1 << 30), before[1]))
    SEEN = seen = []
    try:
        yield seen
    finally:
        SEEN = None
        resource.setrlimit(resource.RLIMIT_AS, before)


# Options ----------------------------------------------------------------------------------------

FUNCTIONS = (Elsewhere, Function, Functions, PathType)


@pytest.mark.parametrize(("kind", "cls"), ALL)
def test_each_record_comes_back_from_what_a_file_has_of_it(kind, cls):
    config = example(cls).to_data()
    needed = [cls.options[name] for name, value in config["options"].items() if value is not None]
    if any(isinstance(each.type, FUNCTIONS) for each in needed):
        with pytest.raises(Damage, match="files hold no"):
            restored(kind, config, "record")
        return
    data = read_json(write_json(config))
    again = restored(kind, data, "record")
    assert is_same_data(again.to_data(), config)
    for wrong in ({**data, "more": 1}, {"class": "Nothing", "options": {}}, [], None, "Dense"):
        with pytest.raises(Damage):
            restored(kind, wrong, "record")
    with pytest.raises(Damage, match="no option 'more'"):
        restored(kind, {**data, "options": {**data["options"], "more": 1}}, "record")


STRANGE = [
    *(__file__, {"function": "print"}, 10**30, -1, "x" * 10**5, [[[]]], True, [2**40] * 3),
    {"class": "Constant", "options": {"value": 10**400}},
]


def test_no_option_opens_or_runs_anything_or_takes_much_memory():
    cases = [(param.values[0], example(param.values[1])) for param in ALL]
    started = time.process_time()
    with watching() as seen:
        for kind, record in cases:
            config = record.to_data()
            for name in config["options"]:
                # These are the same in all layers.
                for value in STRANGE[:3] if name in ("name", "trainable", "dtype") else STRANGE:
                    options = {**config["options"], name: value}
                    try:
                        found = restored(kind, {**config, "options": options}, "record")
                    except Damage:
                        continue
                    assert is_same_data(found.to_data()["options"][name], value)
    assert not seen
    assert time.process_time() - started < 60


def test_a_chain_of_many_layers_is_put_together_once(tmp_path):
    path = str(tmp_path / "chain.rdeep")
    made = [layers.Flatten(name=f"flat_{i}") for i in range(2000)]
    started = time.process_time()
    Sequential(made, input_shape=(2,), backend="numpy").save(path)
    assert len(rdeep.load_model(path).layers) == 2000
    open_chain = Sequential([layers.Flatten() for _ in range(2000)], backend="numpy")
    assert open_chain.predict(np.ones((1, 2))).shape == (1, 2)
    assert time.process_time() - started < 4


def test_json_is_measured_in_little_memory_and_across_blocks():
    texts = (b"9" * 10**7, b" " * 10**7 + b"]", b'"' + b"a" * 10**7 + b'", 1')
    tracemalloc.start()
    try:
        for text in texts:
            with pytest.raises(Damage):
                read_json(text)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    # A string that goes on in the next block, and nesting that does.
    assert read_json(b'["' + b"[" * (3 << 19) + b'"]') == ["[" * (3 << 19)]
    with pytest.raises(Damage, match="nested"):
        read_json(b"[" * 60 + b" " * (1 << 20) + b"[" * 60)


def _named(function: Any) -> bytes:
    return f"c{function.__module__}\n{function.__name__}\n".encode()


def _said(value: Any) -> bytes:
    return pickle.dumps(value, 3)[2:-1]


_DENSE = _named(layers.Dense) + b")\x81"
_ARRAY = np.zeros(1).__reduce__()[0]
_EMPTY = _named(_ARRAY) + _named(np.ndarray) + _said((0,)) + _said(b"b") + b"\x87R"
_OBJECT = _named(np.dtype) + _said(("O8", False, True)) + b"R"
_FIELDS = b"}" + _said("a") + _OBJECT + b"K\x00\x86s"
_TYPE = _named(np.dtype) + _said(("V8", False, True)) + b"R"
# A type with a field that is an object, and flags that say that it has none.
_TYPE += b"(K\x03" + _said("|") + b"N" + _said(("a",)) + _FIELDS + b"K\x08K\x01K\x00tb"
_CONSTRUCTOR, _BITS = (
    f"cnumpy.random._pickle\n{name}\n".encode()
    for name in ("__generator_ctor", "__bit_generator_ctor")
)
PICKLES = {
    "an address for an object": _EMPTY + b"(K\x01" + _said((1,)) + _TYPE + b"\x89C\x08AAAAAAAAtb",
    "flags of a type": _named(np.dtype)
    + _said(("O8", False, True))
    + b"R"
    + _said((3, "|", None, None, None, 8, 8, 0))
    + b"b",
    "a large array of nothing": _EMPTY.replace(_said((0,)), _said((10**10,))),
    "more values than bytes": _EMPTY + _said((1, (10**9,), np.dtype("f4"), False, b"abcd")) + b"b",
    "a constructor by extend": _DENSE
    + b"}"
    + _said("extend")
    + _named(layers.Dense)
    + b"sb(K\x05e",
    "a constructor by append": _DENSE + b"}" + _said("append") + _named(layers.Dense) + b"sbK\x05a",
    "an item of a record": _DENSE + _said("a") + b"K\x05s",
    "a constructor as a state": _DENSE
    + b"}"
    + _said("__setstate__")
    + _named(layers.Dense)
    + b"sb",
    "a constructor of generators": _CONSTRUCTOR + _said("PCG64") + _named(layers.Dense) + b"\x86R",
    "other generators": _BITS + _said("MT19937") + b"\x85R",
}


@pytest.mark.parametrize("name", PICKLES)
def test_nothing_is_called_or_believed_for_an_object(name, tmp_path, monkeypatch):
    def made(*args: Any, **options: Any) -> None:
        raise SystemExit("a constructor was called")

    monkeypatch.setattr(layers.Dense, "__init__", made)
    path = tmp_path / "object"
    path.write_bytes(b"\x80\x03" + PICKLES[name] + b".")
    with pytest.raises(FileError, match=r"no such file|that is none|in the place of"):
        restore_object(str(path))


@pytest.mark.parametrize(
    "value",
    [
        *(np.arange(6.0).reshape(2, 3).T, np.array(["a", "bc"]), np.array(["a", None], object)),
        *(np.float32(2), np.array([True]), np.array([1], ">i4"), np.zeros((0, 3), "f4")),
    ],
)
def test_arrays_that_were_kept_come_back(value, tmp_path):
    path = str(tmp_path / "object")
    keep_object({"value": [value]}, path)
    found = restore_object(path)["value"][0]
    assert found.dtype.kind == value.dtype.kind and found.shape == value.shape
    assert np.array_equal(found, value)


def test_what_is_said_of_very_many_things_is_short():
    arrays = layers.Bidirectional(layers.LSTM(2)).to_data()
    arrays["options"]["weights"] = [0] * 50_000
    with pytest.raises(Damage, match="list of arrays"):
        restored("layer", arrays, "record")
    arrays["options"]["weights"] = [0] * 5000
    record = restored("layer", arrays, "record")
    started = time.process_time()
    with pytest.raises(ShapeError, match="and 4900 more, not") as error:
        record.weights((None, 4, 3))
    assert time.process_time() - started < 1 and len(str(error.value)) < 2000
    assert len(str(listing(range(10**6)))) < 1000
    assert "of 1000 axes" in str(Damage(f"its shape is {format_shape([1] * 1000)}"))


def test_a_vocabulary_in_a_file_is_no_path():
    config = layers.StringLookup(vocabulary=["a"]).to_data()
    for path in (__file__, "/dev/zero", "nowhere"):
        config["options"]["vocabulary"] = path
        with pytest.raises(Damage, match=r"record.options.vocabulary: it must be a list of tokens"):
            restored("layer", config, "record")
    adapted = {**layers.StringLookup().to_data(), "adapted": {"tokens": __file__}}
    with pytest.raises(Damage):
        restored("layer", adapted, "record")


# Whole files --------------------------------------------------------------------------------------

NAMES = ("model.json", "weights.safetensors", "optimizer.safetensors")
MEMBERS = {name: Member(optional=name == NAMES[2]) for name in NAMES}


def taken_apart(path: Path) -> dict[str, bytes]:
    """Return the members of a file."""
    with opened_container(path, MEMBERS) as container:
        return {name: container.read(name) for name in container.names}


def put_together(members: dict[str, bytes]) -> io.BytesIO:
    """Return a file of members, with hashes that are right."""
    file = io.BytesIO()
    write_container(file, members)
    return file


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the places of all values in plain data."""
    yield at
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*at, key))


def changed(data: Any, rng: random.Random) -> Any:
    """Return plain data with something else somewhere."""
    found = copy.deepcopy(data)
    place = rng.choice(list(places(found))[1:])
    inner = found
    for key in place[:-1]:
        inner = inner[key]
    old, key = inner[place[-1]], place[-1]
    way = rng.randrange(5)
    if way == 0:
        inner[key] = rng.choice([*STRANGE, None, 0, 1.5, "", [], {}, float("nan"), [0, 0], "mse"])
    elif way == 1 and isinstance(inner, dict):
        del inner[key]
    elif way == 2 and isinstance(inner, dict):
        inner[f"{key}x"] = inner.pop(key)
    elif isinstance(old, (int, float)) and not isinstance(old, bool):
        inner[key] = rng.choice([-old, old + 1, old * 10**9, str(old), [old]])
    elif isinstance(old, list) and old:
        inner[key] = rng.choice([old[:-1], [*old, old[0]], old * 3, old[::-1], old[0]])
    else:
        inner[key] = [old]
    return found


def read(file: io.BytesIO, name: str) -> Any:
    """Return the model that a file holds."""
    file.seek(0)
    return (load_tabular if "tabular" in name else rdeep.load_model)(file, backend="numpy")


def test_changed_descriptions_are_read_or_refused_by_the_file_s_error():
    rng = random.Random(5)
    names = [path.name for path in sorted((FILES / "v2").glob("*.rdeep"))]
    whole = {name: taken_apart(FILES / "v2" / name) for name in names}
    for name in names:
        read(put_together(whole[name]), name)
    slowest = 0.0
    with watching() as seen:
        for _ in range(300):
            name = rng.choice(names)
            members = dict(whole[name])
            members[NAMES[0]] = write_json(changed(json.loads(members[NAMES[0]]), rng))
            started = time.thread_time()
            try:
                read(put_together(members), name)
            except FileError as error:
                assert "something else has made it" not in str(error), repr(error.__cause__)
            slowest = max(slowest, time.thread_time() - started)
    assert not seen
    assert slowest < 2


def test_weights_must_be_those_of_the_model_and_so_must_slots():
    for name in ("chain.rdeep", "shared.rdeep", "tabular_numbers.rdeep", "tables.rdeep"):
        whole = taken_apart(FILES / "v2" / name)
        for member in (NAMES[1], NAMES[2]):
            if member not in whole:
                continue
            arrays = {key: np.array(value) for key, value in read_tensors(whole[member]).items()}
            first = next(iter(arrays))
            for wrong in (
                {},
                {k: v for k, v in arrays.items() if k != first},
                {**arrays, "more": np.zeros(1, np.float32)},
                {**arrays, first: arrays[first].astype(np.float16)},
                {**arrays, first: arrays[first].astype(np.int32)},
                {**arrays, first: np.zeros((*arrays[first].shape, 1), arrays[first].dtype)},
                {f"{k}x": v for k, v in arrays.items()},
            ):
                if wrong == {} and member == NAMES[2]:
                    continue
                members = {**whole, member: b"".join(write_tensors(wrong))}
                with pytest.raises(FileError, match="is damaged"):
                    read(put_together(members), name)


def test_what_is_declared_large_costs_nothing(backend):
    def file(*made: Any, **more: Any) -> io.BytesIO:
        model = Sequential(list(made), input_shape=(4, 4, 3), backend=backend)
        graph = model.description()
        members = {NAMES[0]: write_json({"format": 2, **graph, "seed": 1, **more})}
        return put_together({**members, NAMES[1]: b"".join(write_tensors({}))})

    huge = 10**12
    cases = [
        file(layers.Flatten(), layers.Dense(10**9)),
        file(layers.Flatten(), layers.Embedding(huge, 8)),
        file(layers.Resizing(10**6, 10**6)),
        file(layers.ZeroPadding2D(10**6)),
        file(layers.Flatten(), layers.RepeatVector(10**9), layers.Dense(10**6)),
        file(layers.UpSampling2D(10**6), layers.Conv2D(10**6, 3)),
        file(layers.Flatten(), layers.CategoryEncoding(10**9), layers.Dense(2)),
        file(layers.IntegerLookup(vocabulary=[1], num_oov_indices=10**9)),
    ]
    for case in cases:
        started = time.thread_time()
        with watching():
            try:
                case.seek(0)
                rdeep.load_model(case, backend=backend)
            except FileError as error:
                assert "is damaged" in str(error)
        assert time.thread_time() - started < 2


# Kept objects -------------------------------------------------------------------------------------


def test_kept_objects_come_back(tmp_path):
    path = str(tmp_path / "kept")
    for param in ALL:
        record = example(param.values[1])
        if any(callable(getattr(record, n, None)) for n in ("function", "fn")):
            continue
        try:
            keep_object(record, path)
        except rdeep.errors.StateError:
            assert param.values[0] in ("callback", "metric", "layer", "feature"), record
            continue
        again = restore_object(path)
        assert is_same_data(again.to_data(), record.to_data())


def test_kept_metrics_go_on(tmp_path, backend):
    path = str(tmp_path / "kept")
    ops = rdeep.engines.registry.load(backend).ops
    for metric in (rdeep.metrics.Mean(), rdeep.metrics.AUC(), rdeep.metrics.MeanAbsoluteError()):
        batches = [[0.0, 1.0, 1.0], [0.2, 0.6, 0.1]]
        given = batches[:1] if isinstance(metric, rdeep.metrics.Mean) else batches
        metric.update_state(*given)
        metric.update_state(*(ops.constant(np.float32(each)) for each in given))
        keep_object(metric, path)
        again = restore_object(path)
        assert float(again.result()) == float(metric.result())
        more = [[1.0, 0.0, 1.0], [0.3, 0.7, 0.5]][: len(given)]
        for each in (again, metric):
            each.update_state(*(ops.constant(np.float32(value)) for value in more))
        assert float(again.result()) == float(metric.result()) != 0


class Harm:
    """What a pickle of Python's would run."""

    def __init__(self, call: Any, *arguments: Any) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> Any:
        return self.call, self.arguments


def test_kept_objects_run_nothing(tmp_path):
    path, mark = tmp_path / "kept", tmp_path / "mark"
    lookup = layers.StringLookup(vocabulary=["a"])
    lookup.__dict__["vocabulary"] = __file__
    masked = layers.Dense(2)
    masked.__dict__["compute"] = layers.Dense(2)
    made = [
        Harm(os.mkdir, str(mark)),
        Harm(eval, f"open({str(mark)!r}, 'w')"),
        Harm(layers.StringLookup, None, 1, None, "[UNK]", __file__),
        Harm(np.load, __file__),
        Harm(getattr, "text", "upper"),
        Harm(Sequential),
        Harm(bytearray, 10**12),
        [Harm(os.mkdir, str(mark))],
        lookup,
        masked,
    ]
    for harm in made:
        path.write_bytes(pickle.dumps(harm))
        with watching() as seen, pytest.raises(FileError):
            restore_object(str(path))
        assert not mark.exists()
        assert [each for each in seen if str(path) not in each and "find_class" not in each] == []


def test_a_trained_model_without_its_slots_is_refused(tmp_path):
    model = Sequential([layers.Dense(1)], input_shape=3, backend="torch")
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
    description, weights, _ = files.kept(model)
    with open(tmp_path / "model.rdeep", "wb") as target:
        archive.write(description, weights, {}, target)
    with pytest.raises(FileError, match="there is no array 'momentum/dense/kernel'"):
        rdeep.load_model(tmp_path / "model.rdeep")
