"""Types of options that are functions."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping
from typing import Any

from rdeep.catalogue.options.base import OptionType
from rdeep.errors import StateError, show, worded
from rdeep.errors.damage import Damage


class Function(OptionType):
    """A function."""

    words = "a function"

    def check(self, value: Any) -> Any:
        """Return the function unchanged."""
        if not callable(value):
            raise self.refuse()
        return value

    def restore(self, value: Any, place: str) -> Any:
        """Take nothing: files hold no code."""
        raise Damage("files hold no functions", place=place)


class Functions(OptionType):
    """Several functions, in a list."""

    words = "a list of functions"

    def check(self, value: Any) -> list[Any]:
        """Return the functions in a list."""
        if not isinstance(value, (list, tuple)) or not value:
            raise self.refuse()
        return [Function().check(each) for each in value]

    def restore(self, value: Any, place: str) -> Any:
        """Take nothing: files hold no code."""
        raise Damage("files hold no functions", place=place)


class Exclusions(OptionType):
    """The arguments that a function gets whole: their positions or names."""

    words = "positions or names of arguments"

    def check(self, value: Any) -> tuple[Any, ...]:
        """Return them as a tuple."""
        alone = isinstance(value, (str, numbers.Real))
        return (value,) if alone else tuple(value)


class Step(OptionType):
    """One of a few strings, a function of an array of strings, or nothing."""

    def __init__(self, *values: str) -> None:
        self.values = values
        self.words = worded(f"one of {', '.join(map(repr, values))}, a function, or {show(None)}")

    def check(self, value: Any) -> Any:
        """Return the value unchanged."""
        lost = isinstance(value, Mapping) and set(value) == {"function"}
        if lost:
            return LostFunction(value["function"])
        if value is not None and not callable(value) and value not in self.values:
            raise self.refuse()
        return value

    def restore(self, value: Any, place: str) -> Any:
        """Return one of the strings, or what stands for a function that was not written."""
        if isinstance(value, dict):
            return lost_function(value, place)
        return super().restore(value, place)


def lost_function(value: Any, place: str) -> LostFunction:
    """Return what stands for a function in whose place a file has its name alone.

    Parameters
    ----------
    value : object
        Plain data.
    place : str
        Where in the file it is.
    """
    name = value.get("function") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(name, str) or not name:
        raise Damage("it must be the name of a function that was not written", place=place)
    return LostFunction(name)


class LostFunction:
    """Stands for a function that a file could not hold.

    Parameters
    ----------
    name : str
        The function's name.
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *args: Any) -> Any:
        """Refuse, and say why."""
        raise StateError(
            f"The function {self.__name__!r} was not saved with the model: files hold no code.",
            hint="Use what has a name in its place, or do it before the model.",
        )

    def to_data(self) -> dict[str, str]:
        """Return what a file has in its place."""
        return {"function": self.__name__}

    def __repr__(self) -> str:
        return f"<lost function {self.__name__}>"


class Drawing(OptionType):
    """A function that makes starting values; a file need not hold it."""

    words = "a function"

    def check(self, value: Any) -> Any:
        """Return the function; a name in its place comes from a file."""
        if not callable(value) and not isinstance(value, str):
            raise self.refuse()
        return value

    def restore(self, value: Any, place: str) -> Any:
        """Return what stands for the function, whose values are in the file."""
        if not isinstance(value, str) or not value:
            raise self.damage(value, place)
        return LostFunction(value)


class Traceable(OptionType):
    """A function of tensors; a file holds what it computes.

    Parameters
    ----------
    trace : function of a value
        Returns a function as one that is traced, a saved one too, and `None` for anything else.
    again : function of plain data and a place
        Returns the function that a file says, of data that it checks.
    """

    words = "a function"

    def __init__(self, trace: Callable[[Any], Any], again: Callable[[Any, str], Any]) -> None:
        self.trace, self.again = trace, again

    def check(self, value: Any) -> Any:
        """Return the function as one that is traced."""
        found = self.trace(value)
        if found is None:
            raise self.refuse()
        return found

    def restore(self, value: Any, place: str) -> Any:
        """Return the function that a file says, as one that is traced."""
        return self.again(value, place)
