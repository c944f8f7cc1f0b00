"""What an option's value must be: the base of all types of options.

A type checks a value and says in words what it wants.
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import Any

from rdeep.errors import Wording


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

    def refuse(self, hint: str | None = None) -> InvalidOption:
        """Make the error that says what this type wants."""
        return InvalidOption(self.words, hint)


def whole_number(value: Any) -> int | None:
    """Return a value as an `int` if it is a whole number, else `None`.

    Parameters
    ----------
    value : object
        The value.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
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
