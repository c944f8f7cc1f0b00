"""A searched model as a file: the tabular models in it, their weights, and what was tried."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from rdeep.auto.trial import Trial
from rdeep.errors import FileError
from rdeep.saving import archive, disk
from rdeep.tabular import Tabular
from rdeep.tabular.frames import Columns
from rdeep.tabular.storage import contents

KIND = "auto"


class Fitted(Protocol):
    """What a file holds of a fitted model: see `rdeep.auto.AutoModel`."""

    family_name: str | None
    time: float
    candidates: int
    architectures: tuple[str, ...]
    impute: bool
    cardinalities: list[int]
    columns: Columns | None
    parts: list[tuple[float, Tabular]]
    trials: list[Trial]
    performance: dict[str, Any]
    family_scores: list[dict[str, Any]]
    levels: list[str] | None
    seconds: float
    annotations: dict[str, Any]


def write(model: Fitted, path: str) -> None:
    """Write a fitted model to a file.

    Parameters
    ----------
    model : Fitted
        The model.
    path : str
        The file.
    """
    arrays: dict[str, np.ndarray] = {}
    parts = []
    for number, (weight, each) in enumerate(model.parts):
        description, own = contents(each)
        parts.append({"weight": weight, "model": description})
        arrays |= {f"part{number}/{name}": value for name, value in own.items()}
    description = {
        "kind": KIND,
        "backend": model.parts[0][1].models[0].backend,
        "family": model.family_name,
        "time": model.time,
        "candidates": model.candidates,
        "architectures": list(model.architectures),
        "impute": model.impute,
        "cardinalities": model.cardinalities,
        "columns": None if model.columns is None else model.columns.to_data(),
        "parts": parts,
        "trials": [trial.to_data() for trial in model.trials],
        "performance": {
            name: value if math.isfinite(value) else None
            for name, value in model.performance.items()
        },
        "family_scores": model.family_scores,
        "levels": model.levels,
        "seconds": model.seconds,
        "annotations": model.annotations,
    }
    disk.replace_file(path, lambda target: archive.write(description, arrays, {}, target))


def is_auto(path: str) -> bool:
    """Return whether a file holds a searched model; `False` for what cannot be read.

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
