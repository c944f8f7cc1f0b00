"""Tabular models as files: those of the other models, with several networks in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rdeep.catalogue.registry import from_config
from rdeep.errors import FileError, called
from rdeep.models import Model
from rdeep.saving import archive
from rdeep.tabular.encoding import Encoding
from rdeep.tabular.families import Family
from rdeep.tabular.frames import Columns
from rdeep.tabular.linear import Whitening
from rdeep.tabular.settings import Settings
from rdeep.tabular.survival import Baseline
from rdeep.tabular.table import Preparation

if TYPE_CHECKING:
    from rdeep.tabular.tabular import Tabular

KIND = "tabular"


def write(model: Tabular, path: str) -> None:
    """Write a fitted model to a file.

    Parameters
    ----------
    model : Tabular
        The model.
    path : str
        The file.
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
    archive.replace_file(path, lambda target: archive.write(description, arrays, {}, target))


def is_tabular(path: str) -> bool:
    """Return whether a file holds a tabular model; `False` for what cannot be read.

    Parameters
    ----------
    path : str
        The file.
    """
    try:
        return bool(archive.read_description(path).get("kind") == KIND)
    except FileError:
        return False


def load_tabular(path: str, backend: str | None = None, device: str | None = None) -> Tabular:
    """Read a model that `Tabular.save` wrote.

    Parameters
    ----------
    path : str
        The file.
    backend : {"torch", "tensorflow"}, optional
        The engine to run on; by default the one it was saved from.
    device : str, optional
        The device there.

    Raises
    ------
    FileError
        If it is not there, or not such a file.
    """
    from rdeep.tabular.tabular import Tabular

    description, arrays, _ = archive.read(path)
    if description.get("kind") != KIND:
        raise FileError(
            f"'{path}' holds a network, not a tabular model.",
            argument="filepath",
            hint=f"Read it with {called('load_model')}.",
        )
    engine = backend or description["backend"]
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
