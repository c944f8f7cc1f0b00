"""Ensembles as files: how members are combined, and the members' own files as arrays of bytes."""

from __future__ import annotations

import os
import tempfile
from typing import Any, Protocol

import numpy as np

from rdeep.ensembles.combination import Combination
from rdeep.errors import FileError
from rdeep.saving import archive, disk

KIND = "ensemble"
DEEPEST = 3
"""How deep ensembles may be members of ensembles in a file."""


class Written(Protocol):
    """What a file holds of an ensemble: see `rdeep.ensembles.Ensemble`."""

    names: tuple[str, ...]
    members: list[Any]
    combination: Combination | None
    annotations: dict[str, Any]


def depth(model: Any) -> int:
    """Return how many ensembles lie in each other; 0 for any other model.

    Parameters
    ----------
    model : object
        The model.
    """
    members = getattr(model, "members", None)
    if not isinstance(members, list) or not isinstance(getattr(model, "names", None), tuple):
        return 0
    return 1 + max(depth(each) for each in members)


def write(model: Written, path: str) -> None:
    """Write an ensemble to a file.

    Parameters
    ----------
    model : Written
        The ensemble.
    path : str
        The file.
    """
    if model.combination is None:
        raise FileError(
            "It is not known yet what the members predict.",
            argument="members",
            hint="Predict once, or find weights by fit().",
        )
    if depth(model) > DEEPEST:
        raise FileError(
            f"Ensembles of ensembles are kept {DEEPEST} deep, not {depth(model)}.",
            argument="members",
            hint="Make one ensemble of all the members.",
        )
    arrays = {
        f"member{number}": np.frombuffer(_as_bytes(each), dtype=np.uint8)
        for number, each in enumerate(model.members)
    }
    description = {
        "kind": KIND,
        "combination": model.combination.to_data(),
        "annotations": model.annotations,
    }
    disk.replace_file(path, lambda target: archive.write(description, arrays, {}, target))


def _as_bytes(member: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "member.rdeep")
        member.save(path)
        with open(path, "rb") as file:
            return file.read()


def is_ensemble(source: Any) -> bool:
    """Return whether a file holds an ensemble; `False` for what cannot be read.

    Parameters
    ----------
    source : str or binary stream
        The file.
    """
    try:
        with archive.opened(source) as file:
            return file.description.get("kind") == KIND
    except FileError:
        return False
