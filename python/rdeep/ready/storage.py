"""Ready-made models as files: settings, what was learned, and the networks."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import numpy as np

from rdeep.models import Model
from rdeep.ready.settings import Asked, Learned
from rdeep.saving import archive, disk
from rdeep.training.history import History

KIND = "ready"


class Fitted(Protocol):
    """What a file holds of a fitted model: see `rdeep.ready.ReadyModel`."""

    kind: ClassVar[str]
    settings: Asked
    learned: Learned
    arrays: dict[str, np.ndarray]
    networks: list[Model]
    histories: list[History]
    scores: dict[str, float]
    annotations: dict[str, Any]
    backend: str


def write(model: Fitted, path: str) -> None:
    """Write a fitted model to a file.

    Parameters
    ----------
    model : Fitted
        The model.
    path : str
        The file.
    """
    arrays = {f"learned/{name}": value for name, value in model.arrays.items()}
    networks = []
    for number, network in enumerate(model.networks):
        # How it was trained is in the histories.
        data = {**network.description(), "compile": None, "history": None, "annotations": {}}
        networks.append({**data, "seed": network.seed})
        named = network.get_named_weights()
        arrays |= {f"network{number}/{name}": value for name, value in named.items()}
    description = {
        "kind": KIND,
        "model": model.kind,
        "backend": model.backend,
        "settings": model.settings.to_data(),
        "learned": model.learned.to_data(),
        "scores": model.scores,
        "histories": [history.data() for history in model.histories],
        "networks": networks,
        "annotations": model.annotations,
    }
    disk.replace_file(path, lambda target: archive.write(description, arrays, {}, target))
