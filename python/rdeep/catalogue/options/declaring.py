"""Options as records declare them: a type, a default, and what the option means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.options.base import InvalidOption, OptionType
from rdeep.errors import ArgumentError, show
from rdeep.errors.damage import Damage, shown_value

REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "<required>"})()


class Option:
    """One option of a record: its name, type, default and what it means."""

    __slots__ = ("after", "attribute", "default", "doc", "given_as", "keyword_only", "name", "type")

    def __init__(
        self,
        type: OptionType,
        default: Any,
        doc: str,
        keyword_only: bool,
        after: str | None,
        given_as: str | None = None,
    ) -> None:
        self.name = self.attribute = ""
        self.given_as = given_as
        self.after = after
        self.type = type
        self.default = default
        self.doc = doc
        self.keyword_only = keyword_only

    def __get__(self, record: Any, owner: type | None = None) -> Any:
        # A record that was written down before the option was there does as it did then.
        if record is None:
            return self
        if self.required:
            raise AttributeError(self.attribute)
        return self.default

    @property
    def required(self) -> bool:
        """Whether the option must be given."""
        return self.default is REQUIRED


def option(
    type: OptionType,
    default: Any = REQUIRED,
    doc: str = "",
    *,
    keyword_only: bool = False,
    after: str | None = None,
    given_as: str | None = None,
) -> Any:
    """Declare an option in a record's body.

    Parameters
    ----------
    type : OptionType
        What its value must be. `None` fits as well where it is the default.
    default : object
        Its value when it is left out; without one the option is required.
    doc : str
        What it means: the text of the help pages.
    keyword_only : bool
        Whether it can be given by name only.
    after : str, optional
        The inherited option that it follows; by default it follows all of them.
    given_as : str, optional
        The option's name, where the record cannot hold it under that.

    Examples
    --------
    >>> from rdeep.catalogue.options import Count, option
    >>> units = option(Count(), doc="The number of outputs.")
    """
    return Option(type, default, doc, keyword_only, after, given_as)


def restored_options(declared: Mapping[str, Option], saved: Any, place: str) -> dict[str, Any]:
    """Return the values that a file holds for options, each as records keep it.

    An option that is left out has its default.

    Parameters
    ----------
    declared : mapping of str to Option
        The options.
    saved : object
        Plain data: the values by name.
    place : str
        Where in the file they are.

    Raises
    ------
    Damage
        If one is missing that has no default, is not known, or has a value that it cannot have.
    """
    if not isinstance(saved, dict):
        raise Damage("it must be an object of options", place=place)
    for name in saved:
        if name not in declared:
            raise Damage(f"there is no option {shown_value(name)}", place=place)
    found = {}
    for name, each in declared.items():
        if name in saved:
            value = saved[name]
            none = value is None and each.default is None
            found[name] = None if none else each.type.restore(value, f"{place}.{name}")
        elif each.required:
            raise Damage(f"it has no option {name!r}", place=place)
    return found


def checked(kind: OptionType, value: Any, name: str) -> Any:
    """Return an argument in the form that its type keeps, or refuse it by name.

    Parameters
    ----------
    kind : OptionType
        What it must be.
    value : object
        What came.
    name : str
        The argument.
    """
    try:
        return kind.check(value)
    except InvalidOption as unfit:
        raise ArgumentError(
            f"'{name}' must be {unfit.expected}, not {show(value)}.",
            argument=name,
            received=value,
            expected=unfit.expected,
        ) from None
