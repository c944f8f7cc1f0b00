"""Plain data of files, looked at piece by piece: each function returns what it got, or refuses.

Types are exact, as JSON has them: a truth value is no number, and text is not a list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from rdeep.errors.damage import Damage, shown_value
from rdeep.errors.wording import listing


def fields(
    value: Any, required: Collection[str], place: str, optional: Collection[str] = ()
) -> dict[str, Any]:
    """Return an object that has all fields that are required, and none that is not known.

    Parameters
    ----------
    value : object
        Plain data.
    required, optional : collection of str
        The fields' names.
    place : str
        Where in the file it is.
    """
    if not isinstance(value, dict):
        raise Damage(f"it must be an object, not {shown_value(value)}", place=place)
    for name in required:
        if name not in value:
            raise Damage(f"it has no {name!r}", place=place)
    for name in value:
        if name not in required and name not in optional:
            raise Damage(f"there is no {shown_value(name)} here", place=place)
    return value


def items(value: Any, place: str) -> list[Any]:
    """Return a list.

    Parameters
    ----------
    value, place
        As for `fields`.
    """
    if not isinstance(value, list):
        raise Damage(f"it must be a list, not {shown_value(value)}", place=place)
    return value


def each(value: Any, check: Callable[[Any, str], Any], place: str) -> list[Any]:
    """Return what a check gives for each item of a list.

    Parameters
    ----------
    value, place
        As for `fields`.
    check : function of plain data and a place
        The check.
    """
    return [check(item, f"{place}[{i}]") for i, item in enumerate(items(value, place))]


def by_name(value: Any, check: Callable[[Any, str], Any], place: str) -> dict[str, Any]:
    """Return what a check gives for each field of an object of any names.

    Parameters
    ----------
    value, check, place
        As for `each`.
    """
    if not isinstance(value, dict):
        raise Damage(f"it must be an object, not {shown_value(value)}", place=place)
    return {name: check(item, f"{place}[{name!r}]") for name, item in value.items()}


def text(value: Any, place: str) -> str:
    """Return a text, which may be empty.

    Parameters
    ----------
    value, place
        As for `fields`.
    """
    if not isinstance(value, str):
        raise Damage(f"it must be text, not {shown_value(value)}", place=place)
    return value


def named(value: Any, place: str) -> str:
    """Return a text that can be a name: not empty, nor long.

    Parameters
    ----------
    value, place
        As for `fields`.
    """
    if not text(value, place) or len(value) > 10_000:
        raise Damage("it must be a name", place=place)
    return str(value)


def whole(value: Any, place: str, least: int = 0, most: int = 2**64) -> int:
    """Return a whole number.

    Parameters
    ----------
    value, place
        As for `fields`.
    least, most : int
        Its bounds.
    """
    if type(value) is not int or not least <= value <= most:
        raise Damage(
            f"it must be a whole number from {least} to {most}, not {shown_value(value)}",
            place=place,
        )
    return value


def number(value: Any, place: str) -> float:
    """Return a number, which may be infinite or none.

    Parameters
    ----------
    value, place
        As for `fields`.
    """
    if type(value) not in (int, float) or (type(value) is int and abs(value) > 2**64):
        raise Damage(f"it must be a number, not {shown_value(value)}", place=place)
    return float(value) if type(value) is float else value


def flag(value: Any, place: str) -> bool:
    """Return a truth value.

    Parameters
    ----------
    value, place
        As for `fields`.
    """
    if not isinstance(value, bool):
        raise Damage(f"it must be a truth value, not {shown_value(value)}", place=place)
    return value


def one_of(value: Any, choices: Collection[Any], place: str) -> Any:
    """Return one of a few values.

    Parameters
    ----------
    value, place
        As for `fields`.
    choices : collection
        The values.
    """
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        raise Damage(f"it must be {listing(choices)}, not {shown_value(value)}", place=place)
    return value


def optional(check: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """Return a check that also takes nothing.

    Parameters
    ----------
    check : function of plain data and a place
        The check of what there is.
    """
    return lambda value, place: None if value is None else check(value, place)


def anything(value: Any, place: str) -> Any:
    """Return plain data, whatever it is.

    Parameters
    ----------
    value, place
        As for `fields`.
    """
    return value
