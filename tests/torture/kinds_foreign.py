"""Files of others, and how they are damaged: Keras's models and weights, torch's state dicts."""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from torture.mutations import ANY, REFUSED, SAME, Mutant, Random, changed_bytes, of_bytes
from torture.mutations_json import SECRET, changed_json
from torture.mutations_zip import Member, Zip, members_of, of_zip

_WORDS = (
    "Dense", "Lambda", "TFOpLambda", "Functional", "Sequential", "InputLayer", "StringLookup",
    "TextVectorization", "TorchModuleWrapper", "keras.layers", "keras", "os", "builtins", "module",
    "class_name", "config", "registered_name", "build_config", "compile_config", "inbound_nodes",
    "__lambda__", "__keras_tensor__", "__tuple__", "__numpy__", "vocabulary", "relu", "eval",
    "units",
)  # fmt: skip
_ROWS = np.random.default_rng(6).standard_normal((4, 3)).astype("float32")


def _networks() -> dict[str, Any]:
    """Return Keras's models of three numbers."""
    import keras
    from keras import layers as K

    keras.utils.set_random_seed(1)
    chain = keras.Sequential([keras.Input((3,)), K.Dense(4, activation="relu"), K.Dense(2)])
    entry = keras.Input((3,), name="entry")
    inner = K.BatchNormalization()(K.Dense(4)(entry))
    branches = K.Concatenate()([inner, K.Dropout(0.2)(inner)])
    graph = keras.Model(entry, K.Dense(1, name="out")(branches))
    graph.compile("adam", "mse")
    graph.fit(_ROWS, _ROWS[:, :1], epochs=1, verbose=0)
    return {"chain": chain, "graph": graph}


class _Foreign:
    engines: tuple[str, ...] = ("numpy", "torch")
    suffix = ""

    def missing(self) -> str | None:
        try:
            import h5py  # noqa: F401
            import keras  # noqa: F401
        except ImportError:
            return "Keras or h5py, which write such files, are not installed"
        return None

    def prepare(self, original: str, engine: str) -> Any:
        return None

    def read(self, path: str, prepared: Any, engine: str) -> Any:
        from rdeep import load_model

        return load_model(path, backend=engine)

    def meaning(self, value: Any, original: str, prepared: Any) -> list[np.ndarray]:
        from torture.kinds import fitting, too_large

        if too_large(value):
            return []
        data = [
            fitting(shape, dtype, text, _ROWS if i == 0 else None)
            for i, (shape, dtype, text) in enumerate(
                zip(value.input_shapes, value.input_dtypes, value.text_inputs)
            )
        ]
        found = value.predict(data if len(data) > 1 else data[0])
        return [np.asarray(each) for each in (found if isinstance(found, list) else [found])]

    def accepts(self, error: Exception, path: str, prepared: Any) -> bool:
        from rdeep.errors import FileError

        return isinstance(error, FileError) and os.path.basename(path) in str(error)


class Keras(_Foreign):
    """Whole models: a zip of JSON and HDF5."""

    suffix = ".keras"

    def make(self, folder: str) -> None:
        for name, model in _networks().items():
            model.save(os.path.join(folder, f"{name}.keras"))

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        kind = rng.random()
        if kind < 0.15:
            return of_bytes(rng, data, others)
        if kind < 0.35:
            # What else may lie in such a zip is Keras's affair; what is read must be the same.
            mutant = of_zip(rng, data)
            return replace(mutant, allowed=SAME if mutant.allowed == REFUSED else mutant.allowed)
        members = members_of(data)
        name = b"config.json" if kind < 0.75 else b"model.weights.h5"
        if rng.random() < 0.05:
            name = b"metadata.json"
        member = next(m for m in members if m.name == name)
        if name.endswith(b".h5"):
            changed = _changed_hdf5(rng, member.data)
            member.data, what, allowed = changed.data, changed.what, changed.allowed
        else:
            member.data, what, _ = changed_json(rng, member.data, _WORDS)
            allowed = ANY
        return Mutant(bytes(Zip(members)), f"{name.decode()}: {what}", allowed)


class KerasLegacy(_Foreign):
    """Whole models in HDF5."""

    suffix = ".h5"

    def make(self, folder: str) -> None:
        for name, model in _networks().items():
            model.save(os.path.join(folder, f"{name}.h5"))

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        return _changed_hdf5(rng, data)


class _ForeignWeights(_Foreign):
    """Weights that are read into a model of rdeep's."""

    def prepare(self, original: str, engine: str) -> Any:
        model = _own(os.path.basename(original)).to_backend(engine)
        model.set_weights([np.full_like(w, 0.25) for w in model.get_weights()])
        return model

    def read(self, path: str, prepared: Any, engine: str) -> Any:
        prepared.load_weights(path)
        return prepared

    def meaning(self, value: Any, original: str, prepared: Any) -> list[np.ndarray]:
        return list(value.get_weights())

    def accepts(self, error: Exception, path: str, prepared: Any) -> bool:
        from rdeep.errors import RdeepError

        untouched = all((values == 0.25).all() for values in prepared.get_weights())
        return untouched and isinstance(error, RdeepError) and os.path.basename(path) in str(error)


def _own(name: str) -> Any:
    from rdeep import Input, Model, Sequential
    from rdeep import layers as L

    if name.startswith("chain"):
        return Sequential(
            [L.Dense(4, activation="relu"), L.Dense(2)], input_shape=(3,), backend="numpy"
        )
    entry = Input((3,))
    inner = L.BatchNormalization()(L.Dense(4)(entry))
    branches = L.Concatenate()([inner, L.Dropout(0.2)(inner)])
    return Model(entry, L.Dense(1)(branches), backend="numpy")


class KerasWeights(_ForeignWeights):
    suffix = ".weights.h5"

    def make(self, folder: str) -> None:
        for name, model in _networks().items():
            model.save_weights(os.path.join(folder, f"{name}.weights.h5"))

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        return _changed_hdf5(rng, data)


class Torch(_ForeignWeights):
    """State dicts: a zip of a pickle and of bytes."""

    suffix = ".pt"

    def missing(self) -> str | None:
        try:
            import torch  # noqa: F401
        except ImportError:
            return "torch, which writes such files, is not installed"
        return None

    def make(self, folder: str) -> None:
        import torch

        torch.manual_seed(1)
        chain = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
        torch.save(chain.state_dict(), os.path.join(folder, "chain.pt"))

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        kind = rng.random()
        if kind < 0.2:
            return of_bytes(rng, data, others)
        if kind < 0.4:
            mutant = of_zip(rng, data)
            return replace(mutant, allowed=SAME if mutant.allowed == REFUSED else mutant.allowed)
        members = members_of(data)
        member = next(m for m in members if m.name.endswith(b"data.pkl"))
        if kind < 0.55:
            member.data = rng.choice(_PROGRAMS)
            return Mutant(bytes(Zip(members)), "a pickle that is a program", REFUSED)
        if kind < 0.9:
            member.data, what = changed_bytes(rng, member.data, ())
            return Mutant(bytes(Zip(members)), f"pickle: {what}", ANY)
        other: Member = rng.choice(members)
        other.data, what = changed_bytes(rng, other.data, ())
        return Mutant(bytes(Zip(members)), f"{other.name.decode()}: {what}", ANY)


_PROGRAMS = (
    b"cos\nsystem\n(S'true'\ntR.",
    b"\x80\x02cbuiltins\neval\nX\x01\x00\x00\x001\x85R.",
    b"\x80\x02cbuiltins\ngetattr\n.",
    b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
    b"\x80\x02ctorch\nload\nX\x0b\x00\x00\x00/etc/passwd\x85R.",
    b"\x80\x02ccollections\nOrderedDict\n)R}b.",
    b"(i__main__\nX\n.",
    b"\x80\x02" + b"(" * 100_000 + b".",
    b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".",
    b"\x80\x02X\xff\xff\xff\x7fabc.",
    b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7fabc.",
    b"\x80\x02}" + b"q\x00h\x00" * 50_000 + b".",
    pickle.dumps({"0.weight": [1.0, 2.0]}),
    pickle.dumps(3),
    b"",
)


# HDF5 ------------------------------------------------------------------------------------------


def _changed_hdf5(rng: Random, data: bytes) -> Mutant:
    if rng.random() < 0.5:
        return of_bytes(rng, data, [], ANY)
    import h5py

    stream = io.BytesIO(data)
    with h5py.File(stream, "r+") as file:
        arrays: list[str] = []
        file.visititems(
            lambda name, item: arrays.append(name) if isinstance(item, h5py.Dataset) else None
        )
        change = rng.choice(_HDF5_CHANGES)
        allowed = change(rng, file, rng.choice(arrays))
    return Mutant(stream.getvalue(), f"hdf5: {change.__name__}", allowed)


def missing(rng: Random, file: Any, name: str) -> str:
    del file[name]
    return ANY


def linked(rng: Random, file: Any, name: str) -> str:
    """A link in the place of an array: to another file, to nowhere, to itself."""
    import h5py

    del file[name]
    file[name] = rng.choice(
        (
            h5py.ExternalLink(SECRET, "/x"),
            h5py.ExternalLink("other.h5", name),
            h5py.SoftLink("/" + name),
            h5py.SoftLink("/nowhere"),
            h5py.SoftLink("/"),
        )
    )
    return ANY


def stored_elsewhere(rng: Random, file: Any, name: str) -> str:
    """An array whose bytes lie in another file."""
    shape, size = file[name].shape, file[name].size * 4
    del file[name]
    file.create_dataset(name, shape, "float32", external=[(SECRET, 0, max(size, 4))])
    return REFUSED if size else ANY


def huge(rng: Random, file: Any, name: str) -> str:
    """An array that is large in memory and takes no place in the file."""
    del file[name]
    shape = rng.choice(((2**28,), (2**20, 2**12), (2**31, 4)))
    file.create_dataset(name, shape, "float32", chunks=True, fillvalue=1.0)
    return ANY


def other_type(rng: Random, file: Any, name: str) -> str:
    import h5py

    values = file[name][()]
    del file[name]
    kind = rng.choice(
        ("f8", "f2", "i4", "u1", "S4", "bool", ">f4", "c8", "text", "compound", "ref")
    )
    if kind == "text":
        file.create_dataset(name, values.shape, h5py.string_dtype())
    elif kind == "compound":
        file.create_dataset(name, values.shape, np.dtype([("a", "f4"), ("b", "i4")]))
    elif kind == "ref":
        file.create_dataset(name, values.shape, h5py.ref_dtype)
    else:
        file.create_dataset(name, data=values.astype(kind))
    return ANY


def other_shape(rng: Random, file: Any, name: str) -> str:
    values = file[name][()]
    new = rng.choice((values.T, values.reshape(-1), values[None], values[..., None], values[:0]))
    del file[name]
    file.create_dataset(name, data=new)
    return ANY


def packed(rng: Random, file: Any, name: str) -> str:
    values = file[name][()]
    if not values.ndim:
        return SAME
    del file[name]
    options = rng.choice(({"compression": "gzip"}, {"compression": "lzf"}, {"fletcher32": True}))
    file.create_dataset(
        name, data=values, chunks=values.shape, shuffle=rng.random() < 0.5, **options
    )
    return SAME


def more(rng: Random, file: Any, name: str) -> str:
    """What does not belong there: arrays, groups in groups, attributes."""
    kind = rng.randrange(4)
    if kind == 0:
        file.create_dataset("extra/" + "x" * rng.choice((1, 5000)), data=np.ones(3))
    elif kind == 1:
        file.create_group("/".join("g" * rng.choice((50, 3000))))
    elif kind == 2:
        for i in range(rng.choice((10, 3000))):
            file.create_group(f"many{i}")
    else:
        file.attrs["extra"] = np.full(rng.choice((3, 8000)), 1, "uint8")
    return ANY


def attribute(rng: Random, file: Any, name: str) -> str:
    """An attribute with another value, such as `model_config` and `weight_names`."""
    found = [(item, key) for item in (file, *_groups(file)) for key in item.attrs]
    if not found:
        return SAME
    item, key = rng.choice(found)
    old = item.attrs[key]
    if isinstance(old, str) and old.startswith("{"):
        text, _, _ = changed_json(rng, old.encode(), _WORDS)
        item.attrs[key] = text.decode("utf-8", "replace").replace("\0", "")[:60_000]
    else:
        item.attrs[key] = rng.choice(("", "x", 3, [b"a", b"b"], np.zeros(0), [SECRET], "é" * 9))
    return ANY


def _groups(file: Any) -> list[Any]:
    found: list[Any] = []
    file.visititems(lambda name, item: found.append(item))
    return found


_HDF5_CHANGES = (
    missing, linked, linked, stored_elsewhere, huge, other_type, other_type, other_shape, packed,
    more, attribute, attribute,
)  # fmt: skip
