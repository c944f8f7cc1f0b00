"""What an option's value must be: the base of all types of options.

A type checks a value and says in words what it wants.
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import Any

from rdeep.errors import Wording
from rdeep.errors.damage import Damage, making, shown_value


class InvalidOption(Exception):
    """A value does not fit an option's type; the record turns it into an error with names."""

    def __init__(self, expected: str | Wording, hint: str | None = None) -> None:
        self.expected = expected
        self.hint = hint
        super().__init__(expected)


class OptionType:
    """What an option's value must be.

    `check` returns the value in the form that records keep, or raises `InvalidOption`;
    `words` says what is wanted.
    """

    words: str | Wording = "a value"

    def check(self, value: Any) -> Any:
        """Return the value as records keep it, or raise `InvalidOption`."""
        return value

    def restore(self, value: Any, place: str) -> Any:
        """Return a value of a file's as records keep it: exactly the form that is written counts.

        What users may give in other ways, by a name, a path or a function, is no data. A type
        that is made of values of its own kind says how it takes each.

        Parameters
        ----------
        value : object
            Plain data.
        place : str
            Where in the file it is.

        Raises
        ------
        Damage
            If it is anything else.
        """
        with making(place):
            try:
                found = self.check(value)
            except InvalidOption as unfit:
                raise Damage(
                    f"it must be {unfit.expected}, not {shown_value(value)}", place=place
                ) from None
        if not is_same_data(as_data(found), value):
            raise self.damage(value, place)
        return found

    def damage(self, value: Any, place: str) -> Damage:
        """Make the error that says what this type wants in a file.

        Parameters
        ----------
        value : object
            What is there.
        place : str
            Where it is.
        """
        return Damage(f"it must be {self.words}, not {shown_value(value)}", place=place)

    def refuse(self, hint: str | None = None) -> InvalidOption:
        """Make the error that says what this type wants."""
        return InvalidOption(self.words, hint)


def as_data(value: Any) -> Any:
    """Return an option's value as plain data, the form in which files hold it.

    Parameters
    ----------
    value : object
        A value as records keep it.
    """
    if hasattr(value, "to_data"):
        return value.to_data()
    if isinstance(value, dict):
        return {name: as_data(each) for name, each in value.items()}
    return [as_data(each) for each in value] if isinstance(value, tuple) else value


def is_same_data(some: Any, other: Any) -> bool:
    """Return whether plain data is what is wanted, of the same types: 1 and true differ.

    Parameters
    ----------
    some, other : object
        What is wanted, and the data; a whole number may stand for one with a point.
    """
    if type(some) is float and type(other) is int:
        return some == other
    if type(some) is not type(other):
        return False
    if isinstance(some, list):
        return len(some) == len(other) and all(map(is_same_data, some, other))
    if isinstance(some, dict):
        same = some.keys() == other.keys()
        return same and all(is_same_data(each, other[name]) for name, each in some.items())
    return bool(some == other) or (some != some and other != other)


def whole_number(value: Any) -> int | None:
    """Return a value as an `int` if it is a whole number, else `None`.

    Parameters
    ----------
    value : object
        The value.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    if isinstance(value, int):
        return value
    number = float(value)
    return int(number) if number.is_integer() else None


def listed(value: Any) -> list[Any]:
    """Return several values as a list, an array's too, and one alone in a list.

    Parameters
    ----------
    value : object
        The value.
    """
    if isinstance(value, (str, Mapping)):
        return [value]
    try:
        return list(value)
    except TypeError:  # one alone, or a tensor that has no values yet
        return [value]


def elements(value: Any) -> list[Any] | None:
    """Return several values as a list of Python's own; `None` if it is one alone.

    Parameters
    ----------
    value : object
        A sequence or an array.
    """
    if isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__iter__"):
        return None
    return value.tolist() if hasattr(value, "tolist") else list(value)
