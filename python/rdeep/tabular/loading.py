"""Reading tabular models from files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.registry import from_config
from rdeep.engines import registry as backends
from rdeep.errors import FileError
from rdeep.models import Model
from rdeep.saving import archive
from rdeep.tabular.encoding import Encoding
from rdeep.tabular.families import Family
from rdeep.tabular.frames import Columns
from rdeep.tabular.linear import Whitening
from rdeep.tabular.settings import Settings
from rdeep.tabular.storage import KIND
from rdeep.tabular.survival import Baseline
from rdeep.tabular.table import Preparation
from rdeep.tabular.tabular import Tabular


def load_tabular(path: str, backend: str | None = None, device: str | None = None) -> Tabular:
    """Read a model that `Tabular.save` wrote.

    Parameters
    ----------
    path : str
        The file.
    backend : {"torch", "tensorflow", "numpy"}, optional
        The engine to run on; by default the one it was saved from, or else the one that is
        installed. Where no engine is installed, NumPy predicts.
    device : str, optional
        The device there.

    Raises
    ------
    FileError
        If it is not there, or not such a file.
    """
    description, arrays, _ = archive.read(path)
    if description.get("kind") != KIND:
        raise FileError(
            f"'{path}' holds a network, not a tabular model.",
            argument="filepath",
            hint="Read it with load_model().",
        )
    engine = backend or backends.available(description["backend"] or backends.default())
    model = Tabular(**{**description["arguments"], "backend": engine, "device": device})
    model.family = _family(description["family"])
    settings = description["settings"]
    model.settings = Settings(
        **{**settings, "hidden_units": tuple(settings["hidden_units"])},
    )
    model.preparation = _preparation(description["encoding"], arrays)
    baseline = _part("baseline", arrays)
    model.baseline = Baseline(**baseline) if baseline else None
    model.models = [
        Model.from_data(member, _part(f"member{number}", arrays), {}, engine, device)
        for number, member in enumerate(description["members"])
    ]
    held = _part("held", arrays)
    model.remember(held["values"], held["members"], held["outcome"], held["weights"])
    if description["columns"] is not None:
        model.columns = Columns(**description["columns"])
    model.annotations = dict(description["annotations"])
    return model


def _family(data: Mapping[str, Any]) -> Family:
    loss = from_config("loss", data["loss"])
    return Family(data["name"], loss, tuple(data["start"]), data["centre"], data["spread"])


def _preparation(data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Preparation:
    learned: dict[str, Any] = {**data, **_part("encoding", arrays)}
    encoding = Encoding(**learned, grid=_part("grid", arrays))
    turned = _part("turn", arrays)
    return Preparation(encoding, Whitening(**turned) if turned else None)


def _part(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays under a prefix, without it."""
    start = f"{prefix}/"
    return {name[len(start) :]: a for name, a in arrays.items() if name.startswith(start)}
