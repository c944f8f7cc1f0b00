"""Types of options that are functions."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping
from typing import Any

from rdeep.catalogue.options.base import OptionType
from rdeep.errors import StateError, show, worded


class Function(OptionType):
    """A function."""

    words = "a function"

    def check(self, value: Any) -> Any:
        """Return the function unchanged."""
        if not callable(value):
            raise self.refuse()
        return value


class Functions(OptionType):
    """Several functions, in a list."""

    words = "a list of functions"

    def check(self, value: Any) -> list[Any]:
        """Return the functions in a list."""
        if not isinstance(value, (list, tuple)) or not value:
            raise self.refuse()
        return [Function().check(each) for each in value]


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
            hint="Use a standardization or split that has a name, or do it before the model.",
        )

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


class Traceable(OptionType):
    """A function of tensors; a file holds what it computes.

    Parameters
    ----------
    trace : function of a value
        Returns a function as one that is traced, a saved one too, and `None` for anything else.
    """

    words = "a function"

    def __init__(self, trace: Callable[[Any], Any]) -> None:
        self.trace = trace

    def check(self, value: Any) -> Any:
        """Return the function as one that is traced."""
        found = self.trace(value)
        if found is None:
            raise self.refuse()
        return found
