"""Types of options that are made of other types."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.options.base import InvalidOption, OptionType
from rdeep.errors import Wording, show, worded


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


class Either(OptionType):
    """A value of one of two types."""

    def __init__(self, first: OptionType, second: OptionType) -> None:
        self.kinds = (first, second)
        self.words = worded(f"{first.words} or {second.words}")

    def check(self, value: Any) -> Any:
        """Return the value as the first type keeps it that it fits."""
        for kind in self.kinds:
            try:
                return kind.check(value)
            except InvalidOption:
                continue
        raise self.refuse()


class Elsewhere(OptionType):
    """An inherited option that is not to be set here.

    Parameters
    ----------
    words : str
        Where it is set.
    """

    def __init__(self, words: str) -> None:
        self.words = words
