"""Reading ready-made models: all that a file says is checked before a model is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import numpy as np

from rdeep.engines import registry as backends
from rdeep.errors import FileError, called, plain
from rdeep.errors.damage import Damage, making
from rdeep.models.reading import CheckedNetwork, checked_network, made_network
from rdeep.ready.model import ReadyModel
from rdeep.ready.storage import KIND
from rdeep.saving import archive, schema
from rdeep.saving.annotations import check_annotations
from rdeep.saving.faults import shown_source
from rdeep.saving.tensors import Tensor
from rdeep.training.history import History

_ARRAYS = "weights.safetensors"
_MOST_NETWORKS = 100
_FIELDS = ("kind", "model", "backend", "settings", "learned", "scores", "histories", "networks")


def read(
    path: str | BinaryIO,
    class_of: Callable[[str], type[ReadyModel] | None],
    backend: str | None = None,
    device: str | None = None,
) -> ReadyModel:
    """Read a model that `ReadyModel.save` wrote.

    Parameters
    ----------
    path : str or binary stream
        The file.
    class_of : function of a str
        The class of a kind of models; `None` for a kind that there is not.
    backend, device : str, optional
        Where it is to run, as for `rdeep.load_model`.
    """
    with archive.opened(path) as file:
        data = file.description
        if schema.kind_of(data) != KIND:
            raise FileError(
                f"{shown_source(path)} holds no ready-made model.",
                argument="filepath",
                hint=f"Read it with {called('load_model')}.",
            )
        plain.fields(data, (*_FIELDS, "annotations"), "model.json")
        cls = class_of(plain.text(data["model"], "model"))
        if cls is None:
            raise Damage("there is no such kind of model", place="model")
        schema.backend(data["backend"], "backend")
        settings = _record(cls.settings_class, data["settings"], "settings")
        learned = _record(cls.learned_class, data["learned"], "learned")
        scores = plain.by_name(data["scores"], _score, "scores")
        histories = plain.items(data["histories"], "histories")
        for number, each in enumerate(histories):
            schema.history(each, f"histories[{number}]")
        if not histories:
            raise Damage("it was never trained", place="histories")
        check_annotations(data["annotations"], "annotations")
        networks = _networks(data["networks"])
        held, slots = file.headers()
        _check_held(held, networks, cls)
        if slots:
            raise Damage("no optimizer belongs to such a model", place="optimizer.safetensors")
        arrays = file.weights()
        schema.check_read(arrays, held, _ARRAYS)
        engine = backend or backends.available(data["backend"] or backends.default())
        with making("model.json"):
            model = cls(backend=engine, device=device)
            model.settings, model.learned = settings, learned
        model.arrays = _part("learned", arrays)
        model.scores = dict(scores)
        model.histories = [History.from_data(each) for each in histories]
        model.annotations = dict(data["annotations"])
        model.networks = [
            made_network(network, _part(f"network{number}", arrays), {}, engine, device)
            for number, network in enumerate(networks)
        ]
        model.check_loaded()
    return model


def is_ready(path: str) -> bool:
    """Return whether a file holds a ready-made model; `False` for what cannot be read.

    Parameters
    ----------
    path : str
        The file.
    """
    try:
        with archive.opened(path) as file:
            return file.description.get("kind") == KIND
    except FileError:
        return False


def _record(cls: Any, data: Any, place: str) -> Any:
    plain.fields(data, ("class", "options"), place)
    if data["class"] != cls.__name__:
        raise Damage("it belongs to another kind of model", place=place)
    return cls.restored(data["options"], f"{place}.options")


def _score(value: Any, place: str) -> Any:
    # A score of nothing, such as a share of no variance, is no number.
    return None if value is None else plain.number(value, place)


def _networks(data: Any) -> list[CheckedNetwork]:
    listed = plain.items(data, "networks")
    if not 0 < len(listed) <= _MOST_NETWORKS:
        raise Damage("it must hold networks, up to a hundred", place="networks")
    found = [checked_network(each, f"networks[{i}]") for i, each in enumerate(listed)]
    for number, each in enumerate(found):
        if each.graph is None or each.training is not None:
            raise Damage("it must be a network, not compiled", place=f"networks[{number}]")
    return found


def _check_held(
    held: Mapping[str, Tensor], networks: list[CheckedNetwork], cls: type[ReadyModel]
) -> None:
    """Refuse arrays that are not exactly those of the networks, and those that may be learned."""
    known = 0
    for number, each in enumerate(networks):
        start = f"network{number}/"
        part = {name[len(start) :]: t for name, t in held.items() if name.startswith(start)}
        with making(f"networks[{number}]"):
            wanted = each.weight_shapes()
        schema.check_arrays(part, wanted, f"{_ARRAYS}: network{number}")
        known += len(wanted)
    own = {name: tensor for name, tensor in held.items() if name.startswith("learned/")}
    if known + len(own) != len(held):
        raise Damage("it holds arrays that no such model has", place=_ARRAYS)
    for name, tensor in own.items():
        dtype, rank = cls.array_types.get(name.removeprefix("learned/"), ("", -1))
        if tensor.dtype != dtype or len(tensor.shape) != rank:
            raise Damage("it is no array that such a model has", place=f"{_ARRAYS}: {name}")


def _part(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays under a prefix, without it."""
    start = f"{prefix}/"
    return {name[len(start) :]: a for name, a in arrays.items() if name.startswith(start)}
