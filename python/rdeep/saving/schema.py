"""What a model's description may hold, beside its layers; and which arrays have to go with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.errors import plain
from rdeep.errors.damage import Damage
from rdeep.saving.annotations import check_annotations
from rdeep.saving.tensors import Tensor

KINDS = ("functional", "sequential", "tabular", "ready", "auto")


def network(data: Any, place: str = "model.json") -> dict[str, Any]:
    """Return the description of a network, whose layers and training are still to be looked at.

    Parameters
    ----------
    data : object
        Plain data.
    place : str
        Where in the file it is.
    """
    kind = plain.one_of(plain.by_name(data, plain.anything, place).get("kind"), KINDS[:2], place)
    unbuilt = kind == "sequential" and data.get("graph", ...) is None
    required = ("kind", "name", "backend", "graph", "compile", "history")
    known = (*required, "layers") if unbuilt else required
    plain.fields(data, known, place, ("annotations", "seed"))
    plain.named(data["name"], f"{place}.name")
    backend(data["backend"], f"{place}.backend")
    if data.get("seed") is not None:
        plain.whole(data["seed"], f"{place}.seed")
    if data["history"] is not None:
        history(data["history"], f"{place}.history")
    check_annotations(data.get("annotations") or {}, f"{place}.annotations")
    return dict(data)


def kind_of(data: Mapping[str, Any]) -> str:
    """Return what kind of model a description is of.

    Parameters
    ----------
    data : mapping
        The description.
    """
    return str(plain.one_of(data.get("kind"), KINDS, "model.json: kind"))


def backend(value: Any, place: str) -> str:
    """Return the name of the engine that a model ran on, which need not be installed.

    Parameters
    ----------
    value : object
        Plain data.
    place : str
        Where in the file it is.
    """
    if not plain.named(value, place).isidentifier() or len(value) > 50:
        raise Damage("it must be the name of an engine", place=place)
    return str(value)


def history(data: Any, place: str) -> None:
    """Refuse what is no history.

    Parameters
    ----------
    data : object
        Plain data.
    place : str
        Where in the file it is.
    """
    plain.fields(data, ("metrics", "epochs", "params"), place)
    epochs = plain.each(data["epochs"], plain.whole, f"{place}.epochs")
    logs = plain.by_name(
        data["metrics"], lambda v, at: plain.each(v, _logged, at), f"{place}.metrics"
    )
    for name, values in logs.items():
        if len(values) != len(epochs):
            raise Damage("it must have a value for each epoch", place=f"{place}.metrics[{name!r}]")
    plain.by_name(data["params"], plain.optional(plain.number), f"{place}.params")


def _logged(value: Any, place: str) -> Any:
    if isinstance(value, list):
        return plain.each(value, _logged, place)
    return None if value is None else plain.number(value, place)


# Arrays -----------------------------------------------------------------------------------------


def check_arrays(
    found: Mapping[str, Tensor], wanted: Mapping[str, tuple[int, ...]], place: str
) -> None:
    """Refuse arrays that are not exactly those that a model has, all of them float32.

    Parameters
    ----------
    found : mapping of str to Tensor
        What a file holds.
    wanted : mapping of str to tuple of int
        The names and shapes that the model has.
    place : str
        Where in the file they are.

    Raises
    ------
    Damage
        If one is missing, left over, or of another shape or type.
    """
    for name, shape in wanted.items():
        if name not in found:
            raise Damage(f"there is no array {name!r}, which the model has", place=place)
        tensor = found[name]
        if tensor.dtype != "F32" or tensor.shape != tuple(shape):
            raise Damage(
                f"{name!r} is not an array of float32 of the shape that the model has", place=place
            )
    for name in found:
        if name not in wanted:
            raise Damage("there is an array that the model does not have", place=f"{place}: {name}")


def check_read(found: Mapping[str, np.ndarray], wanted: Mapping[str, Tensor], place: str) -> None:
    """Refuse arrays that are not those whose header was looked at before.

    Parameters
    ----------
    found : mapping of str to numpy.ndarray
        What was read.
    wanted : mapping of str to Tensor
        What the header said.
    place : str
        Where in the file they are.
    """
    same = found.keys() == wanted.keys()
    if not same or any(found[name].shape != tensor.shape for name, tensor in wanted.items()):
        raise Damage("it has changed while it was read", place=place)
