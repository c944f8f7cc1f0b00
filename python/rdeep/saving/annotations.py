"""What models learned of the data that they were fitted to: names of columns, levels, designs.

It is plain data that `rdeep.data.columns` and other languages keep in a model; some write an empty
list for what has no names as well.
"""

from __future__ import annotations

from typing import Any

from rdeep.errors import plain
from rdeep.errors.damage import Damage, shown_value

LONGEST_CODE = 100_000
"""How many characters a formula or a call may have."""
_DEEPEST = 8
_TYPES = ("number", "logical", "text", "factor", "survival")


def check_annotations(data: Any, place: str) -> None:
    """Refuse what no model keeps.

    Parameters
    ----------
    data : object
        Plain data.
    place : str
        Where in the file it is.
    """
    known = ("learned", "design", "nobs", "deep_tabular", "ready")
    plain.fields(data, (), place, known)
    for side, learned in _named(data.get("learned"), f"{place}.learned").items():
        _learned(learned, f"{place}.learned.{side}")
    if data.get("design") is not None:
        _design(data["design"], f"{place}.design")
    plain.optional(plain.number)(data.get("nobs"), f"{place}.nobs")
    if data.get("deep_tabular") is not None:
        _deep_tabular(data["deep_tabular"], f"{place}.deep_tabular")
    if data.get("ready") is not None:
        _ready(data["ready"], f"{place}.ready")


def _named(value: Any, place: str) -> dict[str, Any]:
    """Return an object; nothing, and an empty list, are one without fields."""
    return {} if value is None or value == [] else plain.by_name(value, plain.anything, place)


def _names(value: Any, place: str) -> None:
    """Refuse what are no names: a list of texts, one text, or nothing."""
    if value is not None and not isinstance(value, str):
        plain.each(value, plain.optional(plain.text), place)


def _numbers(value: Any, place: str) -> None:
    if value is not None and type(value) not in (int, float):
        plain.each(value, plain.optional(plain.number), place)


def _code(value: Any, place: str) -> None:
    if value is not None and len(plain.text(value, place)) > LONGEST_CODE:
        raise Damage("it is longer than code of a model is", place=place)


def _simple(value: Any, place: str, left: int = _DEEPEST) -> None:
    """Refuse data that is nested deeply."""
    if not left:
        raise Damage("it is nested too deeply", place=place)
    if isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            _simple(each, place, left - 1)


# Parts of data ----------------------------------------------------------------------------------


def _learned(data: Any, place: str) -> None:
    if data is None or data == []:
        return
    plain.fields(data, ("keys", "parts"), place)
    _names(data["keys"], f"{place}.keys")
    plain.each(data["parts"], plain.optional(_part), f"{place}.parts")


def _part(data: Any, place: str) -> None:
    if data == []:
        return
    names = ("columns", "coded", "units", "measured")
    plain.fields(data, (), place, (*names, "levels"))
    for name in names:
        _names(data.get(name), f"{place}.{name}")
    if data.get("levels") is not None:
        plain.each(data["levels"], _names, f"{place}.levels")


# Designs ----------------------------------------------------------------------------------------

_CODE = ("formula", "asked")
_TABLES = ("inputs", "outputs", "predictors", "outcome")


def _design(data: Any, place: str) -> None:
    if data == []:
        return
    plain.fields(
        data, ("kind",), place, (*_CODE, *_TABLES, "na_action", "indicators", "intercept", "fills")
    )
    for name in ("kind", "na_action", "indicators"):
        plain.optional(plain.text)(data.get(name), f"{place}.{name}")
    plain.optional(plain.flag)(data.get("intercept"), f"{place}.intercept")
    for name in _CODE:
        _code(data.get(name), f"{place}.{name}")
    for name in _TABLES:
        here = f"{place}.{name}"
        for column, said in _named(data.get(name), here).items():
            _column(said, f"{here}[{column!r}]")
    for column, fill in _named(data.get("fills"), f"{place}.fills").items():
        here = f"{place}.fills[{column!r}]"
        plain.fields(fill, ("value", "marked"), here)
        _scalar(fill["value"], here)
        plain.flag(fill["marked"], here)


def _scalar(value: Any, place: str) -> None:
    if isinstance(value, (list, dict)):
        raise Damage(f"it must be one value, not {shown_value(value)}", place=place)


def _column(data: Any, place: str) -> None:
    optional = ("width", "names", "levels", "ordered", "contrasts", "contrast_names")
    plain.fields(data, ("type",), place, optional)
    plain.one_of(data["type"], _TYPES, f"{place}.type")
    width = data.get("width")
    if width is not None and not 0 <= plain.number(width, f"{place}.width") <= 1_000_000:
        raise Damage("it is no width of a matrix", place=f"{place}.width")
    for name in ("names", "levels", "contrast_names"):
        _names(data.get(name), f"{place}.{name}")
    plain.optional(plain.flag)(data.get("ordered"), f"{place}.ordered")
    _numbers(data.get("contrasts"), f"{place}.contrasts")


# Ready-made models ------------------------------------------------------------------------------


def _ready(data: Any, place: str) -> None:
    """Refuse what no ready-made model's face in another language is made of."""
    plain.fields(data, ("call", "facts"), place)
    _code(data["call"], f"{place}.call")
    _simple(_named(data["facts"], f"{place}.facts"), f"{place}.facts")


# Models of tables -------------------------------------------------------------------------------


def _deep_tabular(data: Any, place: str) -> None:
    plain.fields(
        data,
        ("call", "settings", "outcome", "lookup", "shifted", "design"),
        place,
        ("mean_weight", "left_out", "calibration", "conformal"),
    )
    _code(data["call"], f"{place}.call")
    for name, code in _named(data["lookup"], f"{place}.lookup").items():
        _code(code, f"{place}.lookup.{name}")
    plain.flag(data["shifted"], f"{place}.shifted")
    plain.optional(plain.number)(data.get("mean_weight"), f"{place}.mean_weight")
    _numbers(data.get("left_out"), f"{place}.left_out")
    plain.optional(_design)(data["design"], f"{place}.design")
    _outcome(data["outcome"], f"{place}.outcome")
    for name in ("settings", "calibration", "conformal"):
        found = _named(data.get(name), f"{place}.{name}")
        _simple(found, f"{place}.{name}")


def _outcome(data: Any, place: str) -> None:
    plain.fields(data, ("name", "kind", "family"), place, ("levels",))
    _names(data["name"], f"{place}.name")
    for name in ("kind", "family"):
        plain.text(data[name], f"{place}.{name}")
    _names(data.get("levels"), f"{place}.levels")
