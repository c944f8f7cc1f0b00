"""Tabular models as files: those of the other models, with several networks in one."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from rdeep.errors import FileError
from rdeep.models import Model
from rdeep.saving import archive, disk
from rdeep.tabular.families import Family
from rdeep.tabular.frames import Columns
from rdeep.tabular.settings import Settings
from rdeep.tabular.survival import Baseline
from rdeep.tabular.table import Preparation

KIND = "tabular"


class Fitted(Protocol):
    """What a file holds of a fitted model: see `rdeep.tabular.Tabular`."""

    family: Family
    settings: Settings
    preparation: Preparation
    models: list[Model]
    baseline: Baseline | None
    columns: Columns | None
    annotations: dict[str, Any]

    def held_out(self) -> np.ndarray:
        """Return, for each row, what the member that has not seen it predicts."""

    def held_out_members(self) -> np.ndarray:
        """Return the number of the member that has not seen each row."""

    def outcome(self) -> np.ndarray:
        """Return the outcome of each row."""

    def weights(self) -> np.ndarray:
        """Return the weight of each row."""

    def arguments(self) -> dict[str, Any]:
        """Return what the model was made with, as plain data."""


def contents(model: Fitted) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what a file holds of a fitted model: a description as plain data, and arrays.

    Parameters
    ----------
    model : Fitted
        The model.
    """
    encoding, turned = model.preparation.encoding, model.preparation.whitening
    arrays = {
        "encoding/kept": encoding.kept,
        "encoding/fill": encoding.fill,
        "encoding/gaps": encoding.gaps,
        **{f"grid/{name}": values for name, values in encoding.grid.items()},
        "held/values": model.held_out(),
        "held/members": model.held_out_members(),
        "held/outcome": model.outcome(),
        "held/weights": model.weights(),
    }
    if turned is not None:
        arrays |= {f"turn/{name}": value for name, value in vars(turned).items()}
    if model.baseline is not None:
        arrays |= {f"baseline/{name}": value for name, value in vars(model.baseline).items()}
    members = []
    for number, member in enumerate(model.models):
        members.append({**member.description(), "compile": None, "seed": member.seed})
        named = member.get_named_weights()
        arrays |= {f"member{number}/{name}": value for name, value in named.items()}
    description = {
        "kind": KIND,
        "backend": model.models[0].backend,
        "arguments": model.arguments(),
        "family": model.family.to_data(),
        "settings": model.settings.to_data(),
        "encoding": {
            "scaling": encoding.scaling,
            "impute": encoding.impute,
            "cardinalities": encoding.cardinalities,
        },
        "columns": None if model.columns is None else model.columns.to_data(),
        "members": members,
        "annotations": model.annotations,
    }
    return description, arrays


def write(model: Fitted, path: str) -> None:
    """Write a fitted model to a file.

    Parameters
    ----------
    model : Fitted
        The model.
    path : str
        The file.
    """
    description, arrays = contents(model)
    disk.replace_file(path, lambda target: archive.write(description, arrays, {}, target))


def is_tabular(path: str) -> bool:
    """Return whether a file holds a tabular model; `False` for what cannot be read.

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
