"""Types of options that are made of other types."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.options.base import InvalidOption, OptionType
from rdeep.errors import Wording, show, worded
from rdeep.errors.damage import Damage


class OrNone(OptionType):
    """A value of another type, or none, where that is not the default.

    Parameters
    ----------
    kind : OptionType
        The other type.
    words : str or Wording, optional
        What is wanted, by default what the other type wants, or None.
    """

    def __init__(self, kind: OptionType, words: str | Wording | None = None) -> None:
        self.kind = kind
        self.words = worded(f"{kind.words}, or {show(None)}") if words is None else words

    def check(self, value: Any) -> Any:
        """Return the value as the other type keeps it."""
        try:
            return None if value is None else self.kind.check(value)
        except InvalidOption as unfit:
            raise self.refuse(unfit.hint) from None

    def restore(self, value: Any, place: str) -> Any:
        """Return a value of a file's as the other type keeps it."""
        return None if value is None else self.kind.restore(value, place)


class Either(OptionType):
    """A value of one of two types."""

    def __init__(self, first: OptionType, second: OptionType) -> None:
        self.kinds = (first, second)
        said = str(second.words).startswith(f"{first.words!s} or ")
        self.words = second.words if said else worded(f"{first.words} or {second.words}")

    def check(self, value: Any) -> Any:
        """Return the value as the first type keeps it that it fits."""
        for kind in self.kinds:
            try:
                return kind.check(value)
            except InvalidOption:
                continue
        raise self.refuse()

    def restore(self, value: Any, place: str) -> Any:
        """Return a value of a file's as the first type keeps it that it fits."""
        for kind in self.kinds:
            try:
                return kind.restore(value, place)
            except Damage:
                continue
        raise self.damage(value, place)


class Elsewhere(OptionType):
    """An inherited option that is not to be set here.

    Parameters
    ----------
    words : str
        Where it is set.
    """

    def __init__(self, words: str) -> None:
        self.words = words

    def restore(self, value: Any, place: str) -> Any:
        """Take nothing: such an option has its default, which is none, or is left out."""
        raise Damage("it is not set here", place=place)
