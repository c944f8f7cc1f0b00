"""Types of options that are tokens of a vocabulary, and what hashes them."""

from __future__ import annotations

import numbers
import os
from typing import Any

from rdeep.catalogue.options.base import OptionType, elements
from rdeep.errors import worded
from rdeep.errors.damage import Damage, shown_value


class WholeToken(OptionType):
    """A whole number of either sign."""

    words = "a whole number"

    def check(self, value: Any) -> int:
        """Return the value as an `int`."""
        real = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not real or (not isinstance(value, int) and not float(value).is_integer()):
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
        return value if isinstance(value, str) else WholeToken().check(value)


class Tokens(OptionType):
    """Several tokens, kept as a tuple, or the path of a file that holds one a line.

    Parameters
    ----------
    each : OptionType
        What a token must be.
    """

    def __init__(self, each: OptionType) -> None:
        self.each = each
        self.words = worded(
            f"several tokens, each {each.words}, or the path of a file with one a line"
        )

    def check(self, value: Any) -> str | tuple[Any, ...]:
        """Return tokens as a tuple, a path as a string."""
        if isinstance(value, (str, os.PathLike)):
            return os.fspath(value)
        several = elements(value)
        if not several:
            raise self.refuse()
        return tuple(
            self.each.check(token.decode() if isinstance(token, bytes) else token)
            for token in several
        )

    def restore(self, value: Any, place: str) -> Any:
        """Return tokens as a tuple: no file of data says which other files are opened."""
        if not isinstance(value, list):
            raise Damage(f"it must be a list of tokens, not {shown_value(value)}", place=place)
        return super().restore(value, place)


class Salt(OptionType):
    """One whole number or two, kept as two."""

    words = "one whole number or two"

    def check(self, value: Any) -> tuple[int, int]:
        """Return both numbers; one stands for both."""
        several = [value] if (found := elements(value)) is None else found
        pair = several * 2 if len(several) == 1 else several
        if len(pair) != 2:
            raise self.refuse()
        return WholeToken().check(pair[0]), WholeToken().check(pair[1])
