"""Tabular models out of files: all that a file says is checked before a model is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as fields_of
from typing import Any

import numpy as np

from rdeep.catalogue.losses.likelihoods import Likelihood
from rdeep.catalogue.registry import restored
from rdeep.errors import plain
from rdeep.errors.damage import Damage, making
from rdeep.models.reading import CheckedNetwork, checked_network
from rdeep.saving import schema
from rdeep.saving.annotations import check_annotations
from rdeep.saving.tensors import Tensor
from rdeep.tabular.encoding import SCALINGS
from rdeep.tabular.families import NAMES, Family
from rdeep.tabular.frames import Columns
from rdeep.tabular.settings import ARCHITECTURES, Settings

_FIELDS = (
    *("kind", "backend", "arguments", "family", "settings", "encoding", "columns", "members"),
    "annotations",
)
_MOST_MEMBERS = 1000


def check_description(data: Any) -> list[CheckedNetwork]:
    """Return the networks of a tabular model's description; all else in it is only looked at.

    Parameters
    ----------
    data : object
        Plain data.

    Raises
    ------
    Damage
        If it says what no model is.
    """
    plain.fields(data, _FIELDS, "model.json")
    if data["backend"] is not None:
        schema.backend(data["backend"], "backend")
    _check_arguments(data["arguments"], "arguments")
    _check_encoding(data["encoding"], "encoding")
    if data["columns"] is not None:
        columns_of(data["columns"], "columns")
    check_annotations(data["annotations"], "annotations")
    members = plain.items(data["members"], "members")
    if not 0 < len(members) <= _MOST_MEMBERS:
        raise Damage("it must hold networks, up to a thousand", place="members")
    return [_member(member, f"members[{i}]") for i, member in enumerate(members)]


def _member(data: Any, place: str) -> CheckedNetwork:
    found = checked_network(data, place)
    if found.graph is None or found.training is not None or len(found.graph.outputs) != 1:
        raise Damage("it must be a network with one output, not compiled", place=place)
    return found


def _check_arguments(data: Any, place: str) -> None:
    given = [each.name for each in fields_of(Settings)]
    own = ("family", "scaling", "quantile_levels", "classes", "impute")
    plain.fields(data, own, place, given)
    plain.one_of(data["family"], NAMES, f"{place}.family")
    plain.one_of(data["scaling"], (None, *SCALINGS), f"{place}.scaling")
    levels = plain.each(data["quantile_levels"], plain.number, f"{place}.quantile_levels")
    if not all(0 < level < 1 for level in levels):
        raise Damage("it must hold levels between 0 and 1", place=f"{place}.quantile_levels")
    classes = plain.optional(plain.number)(data["classes"], f"{place}.classes")
    if classes is not None and not 2 <= classes <= 2**31:
        raise Damage("it must be a number of classes", place=f"{place}.classes")
    plain.flag(data["impute"], f"{place}.impute")
    for name in given:
        value = data.get(name)
        if name == "architecture":
            plain.one_of(value, (None, *ARCHITECTURES), f"{place}.{name}")
        elif name == "hidden_units" and isinstance(value, list):
            plain.each(value, plain.number, f"{place}.{name}")
        else:
            plain.optional(plain.number)(value, f"{place}.{name}")


def settings_of(data: Any, place: str) -> Settings:
    """Return the settings that a file says.

    Parameters
    ----------
    data : object
        Plain data.
    place : str
        Where in the file they are.
    """
    plain.fields(data, [each.name for each in fields_of(Settings)], place)
    plain.one_of(data["architecture"], ("linear", *ARCHITECTURES), f"{place}.architecture")
    units = plain.each(
        data["hidden_units"], lambda n, at: plain.whole(n, at, 1), f"{place}.hidden_units"
    )
    for each in fields_of(Settings):
        here = f"{place}.{each.name}"
        if each.type == "int":
            plain.whole(data[each.name], here, 0, 2**53)
        elif each.type == "float" and not 0 <= plain.number(data[each.name], here) < 3.4e38:
            raise Damage("it must be a number of at least 0", place=here)
    return Settings(**{**data, "hidden_units": tuple(units)})


def family_of(data: Any, place: str) -> Family:
    """Return the family that a file says.

    Parameters
    ----------
    data : object
        Plain data.
    place : str
        Where in the file it is.
    """
    plain.fields(data, ("name", "loss", "start", "centre", "spread"), place)
    plain.one_of(data["name"], NAMES, f"{place}.name")
    loss = restored("loss", data["loss"], f"{place}.loss")
    if not isinstance(loss, Likelihood):
        raise Damage("it must be a likelihood", place=f"{place}.loss")
    start = plain.each(data["start"], plain.number, f"{place}.start")
    centre, spread = (plain.number(data[name], f"{place}.{name}") for name in ("centre", "spread"))
    if not start or not spread > 0:
        raise Damage("it must have a start, and a spread above 0", place=place)
    return Family(data["name"], loss, tuple(start), centre, spread)


def _check_encoding(data: Any, place: str) -> None:
    plain.fields(data, ("scaling", "impute", "cardinalities"), place)
    plain.one_of(data["scaling"], SCALINGS, f"{place}.scaling")
    plain.flag(data["impute"], f"{place}.impute")
    plain.each(
        data["cardinalities"], lambda n, at: plain.whole(n, at, 0, 2**31), f"{place}.cardinalities"
    )


def columns_of(data: Any, place: str) -> Columns:
    """Return the names of columns that a file says.

    Parameters
    ----------
    data : object
        Plain data.
    place : str
        Where in the file they are.
    """
    plain.fields(data, ("numbers", "levels"), place)
    numbers = plain.each(data["numbers"], plain.text, f"{place}.numbers")
    levels = plain.by_name(
        data["levels"], lambda each, at: plain.each(each, plain.text, at), f"{place}.levels"
    )
    return Columns(numbers, levels)


# Arrays -----------------------------------------------------------------------------------------


def check_held(
    held: Mapping[str, Tensor], networks: list[CheckedNetwork], scaling: str, place: str
) -> None:
    """Refuse arrays that are not exactly those of a tabular model.

    Parameters
    ----------
    held : mapping of str to Tensor
        What a file holds.
    networks : list of CheckedNetwork
        The members.
    scaling : str
        How numbers are scaled.
    place : str
        Where in the file they are.
    """
    own = {name: tensor for name, tensor in held.items() if not name.startswith("member")}
    for number, each in enumerate(networks):
        start = f"member{number}/"
        part = {name[len(start) :]: t for name, t in held.items() if name.startswith(start)}
        with making(f"members[{number}]"):
            wanted = each.weight_shapes()
        schema.check_arrays(part, wanted, f"{place}: member{number}")
    known = sum(len(each.weight_shapes()) for each in networks) + len(own)
    if len(held) != known:
        raise Damage("it holds arrays of networks that are not there", place=place)
    _check_own(own, scaling, place)


_OWN: dict[str, tuple[str, int]] = {
    "encoding/kept": ("I64", 1),
    "encoding/fill": ("F64", 1),
    "encoding/gaps": ("I64", 1),
    "held/values": ("F64", 2),
    "held/members": ("I64", 1),
    "held/outcome": ("F64", 2),
    "held/weights": ("F64", 1),
}
_TURN = {"turn/centre": ("F64", 1), "turn/turn": ("F64", 2), "turn/kept": ("I64", 1)}
_BASELINE = {"baseline/times": ("F64", 1), "baseline/hazard": ("F64", 1)}
_GRIDS: dict[str, dict[str, tuple[str, int]]] = {
    "quantile": {"grid/quantiles": ("F64", 2), "grid/normal": ("F64", 1)},
    "robust": {"grid/centre": ("F64", 1), "grid/spread": ("F64", 1)},
    "standard": {"grid/centre": ("F64", 1), "grid/spread": ("F64", 1)},
    "none": {},
}


def _check_own(own: Mapping[str, Tensor], scaling: str, place: str) -> None:
    wanted = dict(_OWN)
    for group in (_TURN, _BASELINE):
        if any(name in own for name in group):
            wanted |= group
    kept = own.get("encoding/kept")
    if kept is not None and kept.shape != (0,):
        wanted |= _GRIDS[scaling]
    for name, (dtype, rank) in wanted.items():
        if name not in own:
            raise Damage(f"there is no array {name!r}", place=place)
        if own[name].dtype != dtype or len(own[name].shape) != rank:
            raise Damage(f"{name!r} is not of the type and rank that it has", place=place)
    for name in own:
        if name not in wanted:
            raise Damage("there is an array that no such model has", place=f"{place}: {name}")


def check_values(arrays: Mapping[str, np.ndarray], family: Family, place: str) -> None:
    """Refuse arrays whose lengths or places do not go together.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray
        The arrays of the model itself.
    family : Family
        The outcome's family.
    place : str
        Where in the file they are.
    """
    width, kept = len(arrays["encoding/fill"]), arrays["encoding/kept"]
    gaps, rows = arrays["encoding/gaps"], len(arrays["held/outcome"])
    columns = len(kept) + len(gaps)
    good = _are_places(kept, width) and _are_places(gaps, width)
    for name in ("centre", "spread"):
        good = good and len(arrays.get(f"grid/{name}", kept)) == len(kept)
    if "grid/quantiles" in arrays:
        shape = arrays["grid/quantiles"].shape
        good = good and shape == (len(arrays["grid/normal"]), len(kept)) and shape[0] > 1
    if "turn/turn" in arrays:
        turned = arrays["turn/kept"]
        good = good and len(arrays["turn/centre"]) == columns and _are_places(turned, columns)
        good = good and arrays["turn/turn"].shape == (len(turned), len(turned))
    if "baseline/times" in arrays:
        good = good and arrays["baseline/times"].shape == arrays["baseline/hazard"].shape
    for name in ("values", "members", "weights"):
        good = good and len(arrays[f"held/{name}"]) == rows
    if arrays["held/outcome"].shape[1:] != (family.loss.columns,):
        good = False
    if not good:
        raise Damage("its arrays do not go together", place=place)


def _are_places(places: np.ndarray, count: int) -> bool:
    inside = not len(places) or (places.min() >= 0 and places.max() < count)
    return bool(inside and (np.diff(places) > 0).all())
