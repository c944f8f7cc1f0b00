"""The types of options that preprocessing layers alone have."""

from __future__ import annotations

import codecs
import numbers
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.operands import Axes
from rdeep.catalogue.options import Count, Number, OptionType


def listed(value: Any) -> list[Any] | None:
    """Return several values as a list of Python's own; `None` if it is one alone.

    Parameters
    ----------
    value : object
        A sequence or an array.
    """
    if isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__iter__"):
        return None
    return value.tolist() if hasattr(value, "tolist") else list(value)


class Factor(OptionType):
    """A number, or one for each channel, kept as a tuple."""

    words = "a number, or one for each channel"

    def check(self, value: Any) -> float | tuple[float, ...]:
        """Return a number as a `float`, several as a tuple."""
        several = listed(value)
        number = Number()
        if several is None:
            return number.check(value)
        if not several:
            raise self.refuse()
        return tuple(number.check(each) for each in several)


class Array(OptionType):
    """Numbers in any shape, kept as nested lists."""

    words = "a number or an array of numbers"

    def check(self, value: Any) -> Any:
        """Return a number as a `float`, an array as nested lists."""
        try:
            array = np.asarray(value, np.float64)
        except (TypeError, ValueError):
            raise self.refuse() from None
        if array.size == 0 or not np.isfinite(array).all():
            raise self.refuse()
        return array.tolist()


class OwnAxes(Axes):
    """One axis or several, as `Axes`; or none of them."""

    words = "the number of an axis, several, or None"

    def check(self, value: Any) -> int | tuple[int, ...]:
        """Return the axis as an `int`, several as a tuple, none as an empty one."""
        return () if value is None or listed(value) == [] else super().check(value)


class Whole(OptionType):
    """A whole number of either sign."""

    words = "a whole number"

    def check(self, value: Any) -> int:
        """Return the value as an `int`."""
        real = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not real or not float(value).is_integer():
            raise self.refuse()
        return int(value)


class Characters(OptionType):
    """A string, which may be empty."""

    words = "a string"

    def check(self, value: Any) -> str:
        """Return the value unchanged."""
        if not isinstance(value, str):
            raise self.refuse()
        return value


class TokenOrNumber(OptionType):
    """A string or a whole number."""

    words = "a string or a whole number"

    def check(self, value: Any) -> str | int:
        """Return the value unchanged, or as an `int`."""
        return value if isinstance(value, str) else Whole().check(value)


class Tokens(OptionType):
    """Several tokens, kept as a tuple, or the path of a file that holds one a line.

    Parameters
    ----------
    each : OptionType
        What a token must be.
    """

    def __init__(self, each: OptionType) -> None:
        self.each = each
        self.words = f"several tokens, each {each.words}, or the path of a file with one a line"

    def check(self, value: Any) -> str | tuple[Any, ...]:
        """Return tokens as a tuple, a path as a string."""
        if isinstance(value, (str, os.PathLike)):
            return os.fspath(value)
        several = listed(value)
        if not several:
            raise self.refuse()
        return tuple(
            self.each.check(token.decode() if isinstance(token, bytes) else token)
            for token in several
        )


class Encoding(OptionType):
    """The name of a character encoding."""

    words = "the name of a character encoding, such as 'utf-8'"

    def check(self, value: Any) -> str:
        """Return the name unchanged."""
        try:
            codecs.lookup(value)
        except (LookupError, TypeError):
            raise self.refuse() from None
        return str(value)


class Step(OptionType):
    """One of a few strings, a function of an array of strings, or nothing."""

    def __init__(self, *values: str) -> None:
        self.values = values
        self.words = f"one of {', '.join(map(repr, values))}, a function, or None"

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
        from rdeep.errors import StateError

        raise StateError(
            f"The function {self.__name__!r} was not saved with the model: files hold no code.",
            hint="Use a standardization or split that has a name, or do it before the model.",
        )

    def __repr__(self) -> str:
        return f"<lost function {self.__name__}>"


class Widths(OptionType):
    """A whole number for all widths up to it, or several that are kept as a tuple."""

    words = "a positive whole number, or several"

    def check(self, value: Any) -> int | tuple[int, ...]:
        """Return a number as an `int`, several as a tuple."""
        several = listed(value)
        if several is None:
            return Count().check(value)
        if not several:
            raise self.refuse()
        return tuple(Count().check(each) for each in several)


class Salt(OptionType):
    """One whole number or two, kept as two."""

    words = "one whole number or two"

    def check(self, value: Any) -> tuple[int, int]:
        """Return both numbers; one stands for both."""
        several = [value] if (found := listed(value)) is None else found
        pair = several * 2 if len(several) == 1 else several
        if len(pair) != 2:
            raise self.refuse()
        return Whole().check(pair[0]), Whole().check(pair[1])
