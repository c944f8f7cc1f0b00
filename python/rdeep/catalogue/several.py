"""Types of options that are made of another type: several of it, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.options import OptionType, Text, Unfit


class Texts(OptionType):
    """One string or several, kept as a tuple."""

    r_coercion = "as_texts"
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
        self.r_coercion = kind.r_coercion
        self.words = f"{kind.words}, or None"

    def check(self, value: Any) -> Any:
        """Return the value as the other type keeps it."""
        try:
            return None if value is None else self.kind.check(value)
        except Unfit as unfit:
            raise self.refuse(unfit.hint) from None
