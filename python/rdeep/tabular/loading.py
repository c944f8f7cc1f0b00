"""Reading tabular models from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.engines import registry as backends
from rdeep.errors import FileError, called
from rdeep.errors.damage import Damage, making
from rdeep.models.reading import CheckedNetwork, made_network
from rdeep.saving import archive, schema
from rdeep.saving.faults import shown_source
from rdeep.saving.tensors import Tensor
from rdeep.tabular.encoding import Encoding
from rdeep.tabular.families import Family
from rdeep.tabular.linear import Whitening
from rdeep.tabular.reading import (
    check_description,
    check_held,
    check_values,
    columns_of,
    family_of,
    settings_of,
)
from rdeep.tabular.settings import Settings
from rdeep.tabular.storage import KIND
from rdeep.tabular.survival import Baseline
from rdeep.tabular.table import Preparation
from rdeep.tabular.tabular import Tabular

_ARRAYS = "weights.safetensors"


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
    with archive.opened(path) as file:
        data = file.description
        if schema.kind_of(data) != KIND:
            raise FileError(
                f"{shown_source(path)} holds a network, not a tabular model.",
                argument="filepath",
                hint=f"Read it with {called('load_model')}.",
            )
        held, slots = file.headers()
        checked = checked_tabular(data, held)
        if slots:
            raise Damage("no optimizer belongs to such a model", place="optimizer.safetensors")
        arrays = file.weights()
        schema.check_read(arrays, held, _ARRAYS)
        engine = backend or backends.available(data["backend"] or backends.default())
        return made_tabular(checked, arrays, engine, device)


@dataclass
class CheckedTabular:
    """What a file says of a model, looked at.

    Attributes
    ----------
    data : mapping
        The description.
    networks : list of CheckedNetwork
        The members.
    family : Family
        The outcome's family.
    settings : Settings
        What it was made of.
    """

    data: Mapping[str, Any]
    networks: list[CheckedNetwork]
    family: Family
    settings: Settings


def checked_tabular(data: Any, held: Mapping[str, Tensor]) -> CheckedTabular:
    """Return what a description says, once it and the headers of the arrays are looked at.

    Parameters
    ----------
    data : object
        Plain data.
    held : mapping of str to Tensor
        What arrays there are.

    Raises
    ------
    Damage
        If it says what no model is.
    """
    networks = check_description(data)
    family = family_of(data["family"], "family")
    settings = settings_of(data["settings"], "settings")
    check_held(held, networks, data["encoding"]["scaling"], _ARRAYS)
    return CheckedTabular(data, networks, family, settings)


def made_tabular(
    checked: CheckedTabular,
    arrays: Mapping[str, np.ndarray],
    backend: str,
    device: str | None = None,
) -> Tabular:
    """Return the model that a file describes.

    Parameters
    ----------
    checked : CheckedTabular
        The description.
    arrays : mapping of str to numpy.ndarray
        The arrays that were announced.
    backend : str
        The engine to run on.
    device : str, optional
        The device there.

    Raises
    ------
    Damage
        If the arrays do not go with the description.
    """
    data = checked.data
    check_values(arrays, checked.family, _ARRAYS)
    with making("model.json"):
        model = Tabular(**{**data["arguments"], "backend": backend, "device": device})
        model.family, model.settings = checked.family, checked.settings
        model.preparation = _preparation(data["encoding"], arrays)
        _complete(model, data, arrays)
    model.models = [
        made_network(network, _part(f"member{number}", arrays), {}, backend, device)
        for number, network in enumerate(checked.networks)
    ]
    _check_networks(model)
    return model


def _complete(model: Tabular, data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    baseline, known = _part("baseline", arrays), _part("held", arrays)
    model.baseline = Baseline(**baseline) if baseline else None
    model.remember(known["values"], known["members"], known["outcome"], known["weights"])
    if data["columns"] is not None:
        model.columns = columns_of(data["columns"], "columns")
    model.annotations = dict(data["annotations"])


def _check_networks(model: Tabular) -> None:
    """Refuse networks that do not take what the columns give, or give what the family wants."""
    encoding, family = model.preparation.encoding, model.family
    narrow = int(encoding.narrow.sum())
    wanted = {"numbers": model.preparation.width, "levels": narrow}
    wanted["codes"] = len(encoding.cardinalities) - narrow
    for number, each in enumerate(model.models):
        takes = dict(zip(each.input_names, each.input_shapes))
        for name, size in wanted.items():
            if takes.get(name, (None, 0))[-1] != size:
                raise Damage("it does not take the model's columns", place=f"members[{number}]")
        if each.output_shapes[0][-1] != family.outputs or len(each.output_shapes[0]) != 3:
            raise Damage("it does not give what the family needs", place=f"members[{number}]")


def _preparation(data: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Preparation:
    learned: dict[str, Any] = {**data, **_part("encoding", arrays)}
    encoding = Encoding(**learned, grid=_part("grid", arrays))
    turned = _part("turn", arrays)
    return Preparation(encoding, Whitening(**turned) if turned else None)


def _part(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays under a prefix, without it."""
    start = f"{prefix}/"
    return {name[len(start) :]: a for name, a in arrays.items() if name.startswith(start)}
