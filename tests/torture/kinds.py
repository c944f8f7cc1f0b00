"""The kinds of files that are changed: how each is made, changed, read, and looked at."""

from __future__ import annotations

import glob
import hashlib
import json
import math
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from torture import originals
from torture.kinds_data import Csv, Feather, Images, PackedCsv, Parquet
from torture.kinds_foreign import Keras, KerasLegacy, KerasWeights, Torch
from torture.mutations import ANY, Mutant, Random, of_bytes
from torture.mutations_json import changed_json
from torture.mutations_tensors import changed_tensors, of_tensors
from torture.mutations_zip import Zip, members_of, of_zip


class Kind(Protocol):
    """A kind of file.

    Attributes
    ----------
    suffix : str
        How the files' names end.
    engines : tuple of str
        The engines that read it in turn; the first reads the most.
    """

    suffix: str
    engines: tuple[str, ...]

    def missing(self) -> str | None:
        """Return why files of this kind cannot be read here, if they cannot."""

    def make(self, folder: str) -> None:
        """Write files into a folder."""

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        """Return a file that was changed."""

    def prepare(self, original: str, engine: str) -> Any:
        """Return what reading needs beside the file; made before the watch begins."""

    def read(self, path: str, prepared: Any, engine: str) -> Any:
        """Read a file, under the watch."""

    def meaning(self, value: Any, original: str, prepared: Any) -> list[np.ndarray]:
        """Return what was read as numbers, to be compared with the original's."""

    def accepts(self, error: Exception, path: str, prepared: Any) -> bool:
        """Say whether an error is the right one for a file that is refused."""


def names_file(error: Exception, path: str) -> bool:
    """Say whether an error is one of the format, and names the file."""
    from rdeep.errors import FileError

    return isinstance(error, FileError) and os.path.basename(path) in str(error)


@dataclass(frozen=True)
class Use:
    """What a model is given, and which function reads it."""

    data: list[np.ndarray]
    tabular: bool


class Rdeep:
    """Whole models: a zip of JSON and tensors."""

    suffix = ".rdeep"
    engines: tuple[str, ...] = ("numpy", "numpy", "torch", "torch")
    description = b"model.json"

    def missing(self) -> str | None:
        return None

    def make(self, folder: str) -> None:
        originals.write_models(folder)
        here = os.path.dirname(os.path.dirname(__file__))
        # Files that were written once, by this version and those before it.
        for path in glob.glob(os.path.join(here, "**", "*.rdeep"), recursive=True):
            with (
                open(path, "rb") as source,
                open(os.path.join(folder, "kept " + os.path.basename(path)), "wb") as target,
            ):
                target.write(source.read())

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        kind = rng.random()
        if kind < 0.15:
            return of_bytes(rng, data, others)
        if kind < 0.35:
            return of_zip(rng, data)
        members = members_of(data)
        tensors = [m for m in members if m.name.endswith(b".safetensors")]
        if kind < 0.75 or not tensors:
            member = next(m for m in members if m.name == self.description)
            member.data, what, allowed = changed_json(rng, member.data, words())
        else:
            member = rng.choice(tensors)
            member.data, what, allowed = changed_tensors(rng, member.data)
        name = member.name.decode()
        if allowed != ANY and rng.random() < 0.1:
            return Mutant(bytes(Zip(members)), f"{name} (its hash as before): {what}", allowed)
        return Mutant(bytes(Zip(sealed(members))), f"{name}: {what}", allowed)

    def prepare(self, original: str, engine: str) -> Any:
        npz = os.path.splitext(original)[0] + ".npz"
        data = originals.kept_data(original) if os.path.exists(npz) else []
        return Use(data, "tabular" in os.path.basename(original))

    def read(self, path: str, prepared: Any, engine: str) -> Any:
        from rdeep import load_model
        from rdeep.tabular import load_tabular

        return (load_tabular if prepared.tabular else load_model)(path, backend=engine)

    def meaning(self, value: Any, original: str, prepared: Any) -> list[np.ndarray]:
        from rdeep.tabular import Tabular

        if isinstance(value, Tabular):
            if not prepared.data or any(too_large(member) for member in value.models):
                return []
            numbers, codes = prepared.data
            return [np.asarray(value.predict(numbers, codes)), value.held_out()]
        if not value.is_built or too_large(value):
            return []
        data = [fitting(*each) for each in zip(
            value.input_shapes, value.input_dtypes, value.text_inputs,
            [*prepared.data, *[None] * 99],
        )]  # fmt: skip
        found = value.predict(data if len(data) > 1 else data[0])
        found = found if isinstance(found, list) else [found]
        if value.backend != "numpy" and value._trainer is not None:
            one_step(value, data)
        return [np.asarray(each) for each in found]

    def accepts(self, error: Exception, path: str, prepared: Any) -> bool:
        return names_file(error, path)


class States(Rdeep):
    """States of trainings, which are resumed from them."""

    engines: tuple[str, ...] = ("numpy",)
    description = b"training.json"

    def make(self, folder: str) -> None:
        from rdeep.callbacks import BackupAndRestore, EarlyStopping

        for number, (name, model, x) in enumerate(originals.models("torch")):
            if name not in ("trained", "normalized", "image"):
                continue
            y = np.zeros(len(x)) if name == "trained" else np.ones((len(x), 1), "float32")
            place = os.path.join(folder, "backup")
            watching = [BackupAndRestore(place, delete_checkpoint=False), EarlyStopping("loss")]
            model.fit(x, y, epochs=2, callbacks=watching, verbose=0)
            os.rename(os.path.join(place, "state.rdeep"), os.path.join(folder, f"{number}.rdeep"))
            shutil.rmtree(place)

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        mutant = super().change(rng, data, others)
        # Which arrays there are to be, the model says that goes on from them.
        free = ".safetensors" in mutant.what and "as before" not in mutant.what
        return replace(mutant, allowed=ANY) if free else mutant

    def read(self, path: str, prepared: Any, engine: str) -> Any:
        from rdeep.saving.training_state import read_state

        return read_state(path)

    def meaning(self, value: Any, original: str, prepared: Any) -> list[np.ndarray]:
        text = json.dumps(value.data, sort_keys=True).encode("utf-8", "surrogatepass")
        return [np.frombuffer(text, "uint8"), *(value.arrays[n] for n in sorted(value.arrays))]


class Weights:
    """Weights alone, read into a model that is there."""

    suffix = ".safetensors"
    engines: tuple[str, ...] = ("numpy", "torch")

    def missing(self) -> str | None:
        return None

    def make(self, folder: str) -> None:
        for number, (name, model, _) in enumerate(originals.models("torch")):
            if model.is_built and model.get_weights():
                model.save_weights(os.path.join(folder, f"{number:03d} {name}.safetensors"))

    def change(self, rng: Random, data: bytes, others: Sequence[bytes]) -> Mutant:
        if rng.random() < 0.2:
            return of_bytes(rng, data, others, ANY)
        return of_tensors(rng, data)

    def prepare(self, original: str, engine: str) -> Any:
        wanted = os.path.basename(original)[4 : -len(self.suffix)]
        if engine not in _MODELS:
            _MODELS[engine] = {
                name: model.to_backend(engine) for name, model, _ in originals.models("torch")
            }
        model = _MODELS[engine][wanted]
        before = [np.full_like(w, _BEFORE) for w in model.get_weights()]
        model.set_weights(before)
        return model

    def read(self, path: str, prepared: Any, engine: str) -> Any:
        prepared.load_weights(path)
        return prepared

    def meaning(self, value: Any, original: str, prepared: Any) -> list[np.ndarray]:
        return list(value.get_weights())

    def accepts(self, error: Exception, path: str, prepared: Any) -> bool:
        from rdeep.errors import RdeepError

        # A file that is refused changes nothing in the model; a valid one may be another model's.
        untouched = all((values == _BEFORE).all() for values in prepared.get_weights())
        return untouched and isinstance(error, RdeepError) and os.path.basename(path) in str(error)


_BEFORE = 0.25
_MODELS: dict[str, dict[str, Any]] = {}


# What models of changed files are given ----------------------------------------------------------


def too_large(model: Any) -> bool:
    """Say whether a model, which may be a valid one, needs more memory than a test has."""
    sizes = [
        math.prod(size or 2 for size in tensor.shape)
        for node in model.graph.nodes
        for tensor in node.outputs
    ]
    return max(sizes, default=0) > 10**6


def fitting(
    shape: Sequence[int | None], dtype: str, text: bool, data: np.ndarray | None
) -> np.ndarray:
    """Return rows for an input: the original's where they fit."""
    if (
        data is not None
        and len(data.shape) == len(shape)
        and not (text ^ (data.dtype.kind in "US"))
    ) and all(size in (None, there) for size, there in zip(shape[1:], data.shape[1:])):
        return data
    sizes = (2, *[3 if size is None else size for size in shape[1:]])
    return np.full(sizes, "a") if text else np.ones(sizes, "int32" if "int" in dtype else "float32")


def one_step(model: Any, data: list[np.ndarray]) -> None:
    """Train one step: slots of the optimizer that are wrong show now."""
    from rdeep.errors import RdeepError

    targets = [np.ones((len(data[0]), *[size or 3 for size in shape[1:]]), "float32")
               for shape in model.output_shapes]  # fmt: skip
    sparse = [np.zeros((len(data[0]), *[size or 3 for size in shape[1:-1]]), "int64")
              for shape in model.output_shapes]  # fmt: skip
    x = data if len(data) > 1 else data[0]
    for y in (targets, sparse):
        try:
            model.train_on_batch(x, y if len(y) > 1 else y[0])
            return
        except RdeepError as error:
            # The targets of a changed loss may be of another kind.
            if error.argument not in ("y", "x", "loss"):
                raise


def words() -> list[str]:
    """Return what stands in files: names of classes, of options, of array functions."""
    if not _WORDS:
        from rdeep import ops
        from rdeep.catalogue.registry import kinds, records

        _WORDS.extend(name for name in dir(ops) if not name.startswith("_"))
        for kind in kinds():
            for name, cls in records(kind).items():
                _WORDS.extend((name, *cls.options))
        _WORDS.sort()
    return _WORDS


_WORDS: list[str] = []


def sealed(members: list[Any]) -> list[Any]:
    """Return members whose hashes, wherever they stand, are those of what they hold now."""
    names = {member.name.decode(): member for member in members}
    for member in members:
        if not member.name.endswith(b".json"):
            continue
        text = member.data.decode("utf-8", "surrogateescape")
        for name, old in _hashes(text, names):
            new = hashlib.new(old[0], names[name].data).hexdigest()
            text = text.replace(old[1], new)
        member.data = text.encode("utf-8", "surrogateescape")
    return members


def _hashes(text: str, names: dict[str, Any]) -> list[tuple[str, tuple[str, str]]]:
    """Return the members whose hashes stand in a JSON text, with the function and the hash."""
    found: list[tuple[str, tuple[str, str]]] = []

    def look(tree: Any) -> None:
        if isinstance(tree, dict):
            for key, value in tree.items():
                if key in names and (digest := _digest(value)):
                    found.append((key, digest))
                look(value)
        elif isinstance(tree, list):
            for value in tree:
                look(value)

    try:
        look(json.loads(text))
    except (ValueError, RecursionError):
        return []
    return found


def _digest(value: Any) -> tuple[str, str] | None:
    lengths = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
    for text in value.values() if isinstance(value, dict) else [value]:
        if isinstance(text, str) and len(text) in lengths and set(text) <= set("0123456789abcdef"):
            return lengths[len(text)], text
    return None


KINDS: dict[str, Callable[[], Kind]] = {
    "rdeep": Rdeep,
    "weights": Weights,
    "states": States,
    "keras": Keras,
    "keras weights": KerasWeights,
    "keras hdf5": KerasLegacy,
    "torch": Torch,
    "csv": Csv,
    "packed csv": PackedCsv,
    "parquet": Parquet,
    "feather": Feather,
    "images": Images,
}
