"""Types of options that are made of another type: several of it, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.options import OptionType, Text, Unfit


class Texts(OptionType):
    """One string or several, kept as a tuple."""

    words = "one string or several"

    def check(self, value: Any) -> tuple[str, ...]:
        """Return the strings as a tuple."""
        alone = isinstance(value, (str, Mapping)) or not hasattr(value, "__iter__")
        try:
            return tuple(Text().check(each) for each in ([value] if alone else value))
        except Unfit:
            raise self.refuse() from None


class OrNone(OptionType):
    """A value of another type, or none, where that is not the default."""

    def __init__(self, kind: OptionType) -> None:
        self.kind = kind
        self.words = f"{kind.words}, or None"

    def check(self, value: Any) -> Any:
        """Return the value as the other type keeps it."""
        try:
            return None if value is None else self.kind.check(value)
        except Unfit as unfit:
            raise self.refuse(unfit.hint) from None


class Either(OptionType):
    """A value of one of two types."""

    def __init__(self, first: OptionType, second: OptionType) -> None:
        self.kinds = (first, second)
        self.words = f"{first.words} or {second.words}"

    def check(self, value: Any) -> Any:
        """Return the value as the first type keeps it that it fits."""
        for kind in self.kinds:
            try:
                return kind.check(value)
            except Unfit:
                continue
        raise self.refuse()


class TextByName(OptionType):
    """Strings with names."""

    words = "strings with names"

    def check(self, value: Any) -> dict[str, str]:
        """Return the strings as a dict."""
        if not isinstance(value, Mapping):
            raise self.refuse()
        try:
            return {Text().check(name): Text().check(each) for name, each in value.items()}
        except Unfit:
            raise self.refuse() from None
