"""Reading searched models from files: all that a file says is checked before a model is made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.auto.auto_model import AutoModel
from rdeep.auto.losses import FAMILIES
from rdeep.auto.portfolio import ARCHITECTURES
from rdeep.auto.storage import KIND
from rdeep.auto.trial import STATUSES, Trial
from rdeep.engines import registry as backends
from rdeep.errors import FileError, called, plain
from rdeep.errors.damage import Damage, making
from rdeep.saving import archive, schema
from rdeep.saving.annotations import check_annotations
from rdeep.saving.faults import shown_source
from rdeep.saving.tensors import Tensor
from rdeep.tabular.loading import CheckedTabular, checked_tabular, made_tabular
from rdeep.tabular.reading import columns_of

_ARRAYS = "weights.safetensors"
_FIELDS = (
    *("kind", "backend", "family", "time", "candidates", "architectures", "impute"),
    *("cardinalities", "columns", "parts", "trials", "performance", "family_scores"),
    *("levels", "seconds", "annotations"),
)
_MOST = 1000
_SCORES = ("log_probability", "std_error", "difference", "difference_std_error")
_PERFORMANCE = (
    *("loss", "std_error", "rows", "accuracy", "accuracy_std_error"),
    *("default_loss", "default_std_error", "gain", "gain_std_error"),
)


def load_auto(path: str, backend: str | None = None, device: str | None = None) -> AutoModel:
    """Read a model that `AutoModel.save` wrote.

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
                f"{shown_source(path)} holds no model of a search.",
                argument="filepath",
                hint=f"Read it with {called('load_model')}.",
            )
        _check(data)
        held, slots = file.headers()
        parts = _checked_parts(data["parts"], held)
        trials = [_trial(each, f"trials[{i}]") for i, each in enumerate(data["trials"])]
        if slots:
            raise Damage("no optimizer belongs to such a model", place="optimizer.safetensors")
        arrays = file.weights()
        schema.check_read(arrays, held, _ARRAYS)
        engine = backend or backends.available(data["backend"] or backends.default())
        with making("model.json"):
            model = AutoModel(
                data["family"],
                data["time"],
                data["candidates"],
                data["architectures"],
                impute=data["impute"],
                backend=engine,
                device=device,
            )
        model.cardinalities = list(data["cardinalities"])
        model.columns = None if data["columns"] is None else columns_of(data["columns"], "columns")
        model.trials, model.performance = trials, _known(data["performance"])
        model.family_scores, model.levels = data["family_scores"], data["levels"]
        model.seconds, model.annotations = data["seconds"], dict(data["annotations"])
        model.parts = [
            (each["weight"], made_tabular(part, _part(number, arrays), engine, device))
            for number, (each, part) in enumerate(zip(data["parts"], parts))
        ]
        _check_together(model)
    return model


def _check(data: Mapping[str, Any]) -> None:
    plain.fields(data, _FIELDS, "model.json")
    if data["backend"] is not None:
        schema.backend(data["backend"], "backend")
    plain.one_of(data["family"], FAMILIES, "family")
    for name in ("time", "seconds"):
        if not plain.number(data[name], name) > 0:
            raise Damage("it must be a number above 0", place=name)
    plain.whole(data["candidates"], "candidates", 1)
    plain.each(
        data["architectures"], lambda n, at: plain.one_of(n, ARCHITECTURES, at), "architectures"
    )
    plain.flag(data["impute"], "impute")
    plain.each(data["cardinalities"], lambda n, at: plain.whole(n, at, 0, 2**31), "cardinalities")
    if data["columns"] is not None:
        columns_of(data["columns"], "columns")
    if not 0 < len(plain.items(data["parts"], "parts")) <= _MOST:
        raise Damage("it must hold models, up to a thousand", place="parts")
    plain.items(data["trials"], "trials")
    plain.fields(data["performance"], (), "performance", _PERFORMANCE)
    for name, value in data["performance"].items():
        plain.optional(plain.number)(value, f"performance.{name}")
    for number, each in enumerate(plain.items(data["family_scores"], "family_scores")):
        place = f"family_scores[{number}]"
        plain.fields(each, ("family", *_SCORES), place)
        plain.one_of(each["family"], FAMILIES, f"{place}.family")
        for name in _SCORES:
            plain.number(each[name], f"{place}.{name}")
    if data["levels"] is not None:
        plain.each(data["levels"], plain.text, "levels")
    check_annotations(data["annotations"], "annotations")


def _checked_parts(data: Any, held: Mapping[str, Tensor]) -> list[CheckedTabular]:
    found = []
    known = 0
    for number, each in enumerate(data):
        place = f"parts[{number}]"
        plain.fields(each, ("weight", "model"), place)
        if not 0 < plain.number(each["weight"], f"{place}.weight") <= 1:
            raise Damage("it must be a share", place=f"{place}.weight")
        own = _part(number, held)
        known += len(own)
        found.append(checked_tabular(each["model"], own))
    if known != len(held):
        raise Damage("it holds arrays of models that are not there", place=_ARRAYS)
    if abs(sum(each["weight"] for each in data) - 1.0) > 1e-6:
        raise Damage("the weights must add up to 1", place="parts")
    return found


def _trial(data: Any, place: str) -> Trial:
    texts = ("architecture", "settings", "family", "message")
    numbers = ("started", "seconds", "weight")
    plain.fields(data, ("name", "number", "status", "loss", "std_error", *texts, *numbers), place)
    plain.one_of(data["status"], STATUSES, f"{place}.status")
    plain.one_of(data["architecture"], ARCHITECTURES, f"{place}.architecture")
    plain.whole(data["number"], f"{place}.number", 1)
    for name in ("name", *texts):
        plain.text(data[name], f"{place}.{name}")
    for name in numbers:
        plain.number(data[name], f"{place}.{name}")
    for name in ("loss", "std_error"):
        plain.optional(plain.number)(data[name], f"{place}.{name}")
    fields = {name: value for name, value in data.items() if name != "name"}
    return Trial(**_known(fields))


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: math.nan if value is None else value for name, value in data.items()}


def _check_together(model: AutoModel) -> None:
    """Refuse parts that do not predict the same of the same rows."""
    first = model.parts[0][1]
    folds, rows = first.held_out_members(), len(first.outcome())
    for number, (_, each) in enumerate(model.parts):
        place = f"parts[{number}]"
        if each.family.name != model.family_name or each.impute != model.impute:
            raise Damage("it belongs to another model", place=place)
        same = each.held_out().shape == first.held_out().shape
        if not same or len(each.outcome()) != rows:
            raise Damage("it was trained on other rows", place=place)
        if not np.array_equal(each.held_out_members(), folds):
            raise Damage("it holds out other rows", place=place)


def _part(number: int, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arrays of a part, without its prefix."""
    start = f"part{number}/"
    return {name[len(start) :]: each for name, each in arrays.items() if name.startswith(start)}
