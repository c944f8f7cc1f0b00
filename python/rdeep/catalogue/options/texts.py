"""Types of options that are strings, one or several."""

from __future__ import annotations

import codecs
import os
from collections.abc import Mapping
from encodings import aliases
from typing import Any

from rdeep.catalogue.options.base import InvalidOption, OptionType, elements
from rdeep.errors.damage import Damage


class Text(OptionType):
    """A string that is not empty."""

    words = "a string"

    def check(self, value: Any) -> str:
        """Return the value unchanged."""
        if not isinstance(value, str) or not value:
            raise self.refuse()
        return value


class Path(Text):
    """A file's path."""

    words = "the path of a file"

    def check(self, value: Any) -> str:
        """Return the path as a string."""
        return super().check(os.fspath(value) if isinstance(value, os.PathLike) else value)

    def restore(self, value: Any, place: str) -> Any:
        """Take nothing: no file of data says which other files are opened."""
        raise Damage("files hold no paths", place=place)


class Texts(OptionType):
    """One string or several, kept as a tuple."""

    words = "one string or several"

    def check(self, value: Any) -> tuple[str, ...]:
        """Return the strings as a tuple."""
        alone = isinstance(value, (str, Mapping)) or not hasattr(value, "__iter__")
        try:
            return tuple(Text().check(each) for each in ([value] if alone else value))
        except InvalidOption:
            raise self.refuse() from None


class TextByName(OptionType):
    """Strings with names."""

    words = "strings with names"

    def check(self, value: Any) -> dict[str, str]:
        """Return the strings as a dict."""
        if not isinstance(value, Mapping):
            raise self.refuse()
        try:
            return {Text().check(name): Text().check(each) for name, each in value.items()}
        except InvalidOption:
            raise self.refuse() from None


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

    def restore(self, value: Any, place: str) -> str:
        """Return the name, if it is among those that Python has; it is not looked up."""
        known = aliases.aliases
        name = value.lower().replace("-", "_") if isinstance(value, str) else None
        if name not in known and name not in known.values():
            raise self.damage(value, place)
        return str(value)


class FeatureNames(OptionType):
    """Names of features."""

    words = "the names of at least two features"

    def check(self, value: Any) -> tuple[str, ...]:
        """Return the names as a tuple."""
        names = elements(value)
        if names is None or len(names) < 2 or not all(isinstance(each, str) for each in names):
            raise self.refuse()
        return tuple(names)
