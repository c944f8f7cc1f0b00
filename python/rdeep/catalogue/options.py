"""The types that an option can have.

A type checks a value and says in words what it wants; the R generator reads from the same type
how R must convert its own value (`r_coercion`), so a new type is written here and nowhere else.
"""

from __future__ import annotations

import math
import numbers
import os
from collections.abc import Mapping, Sequence
from typing import Any

from rdeep.catalogue.registry import resolve
from rdeep.errors import ArgumentError, listing, show, suggestion

REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "<required>"})()


class Unfit(Exception):
    """A value does not fit an option's type; the record turns it into an error with names."""

    def __init__(self, expected: str, hint: str | None = None) -> None:
        self.expected = expected
        self.hint = hint
        super().__init__(expected)


_LARGEST = 3.4028235677973366e38
"""What is beyond is infinite in float32."""


class OptionType:
    """What an option's value must be.

    `check` returns the value in the form that records keep, or raises `Unfit`;
    `words` says what is wanted; `r_coercion` names the R function that converts R's value.
    """

    words = "a value"

    def check(self, value: Any) -> Any:
        """Return the value as records keep it, or raise `Unfit`."""
        return value

    def refuse(self, hint: str | None = None) -> Unfit:
        """Make the error that says what this type wants."""
        return Unfit(self.words, hint)


def whole_number(value: Any) -> int | None:
    """Return a value as an `int` if it is a whole number, else `None`.

    Parameters
    ----------
    value : object
        The value.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    number = float(value)
    return int(number) if number.is_integer() else None


def listed(value: Any) -> list[Any]:
    """Return several values as a list, an array's too, and one alone in a list.

    Parameters
    ----------
    value : object
        The value.
    """
    several = not isinstance(value, (str, Mapping)) and hasattr(value, "__iter__")
    return list(value) if several else [value]


class Count(OptionType):
    """A whole number, at least `minimum`."""

    def __init__(self, minimum: int = 1) -> None:
        self.minimum = minimum
        named = {0: "a whole number, zero or more", 1: "a positive whole number"}
        self.words = named.get(minimum, f"a whole number of at least {minimum}")

    def check(self, value: Any) -> int:
        """Return the value as an `int`."""
        whole = whole_number(value)
        if whole is None or whole < self.minimum:
            raise self.refuse()
        return whole


class Whole(Count):
    """A whole number, negative ones too."""

    def __init__(self) -> None:
        super().__init__(-(2**63))
        self.words = "a whole number"


class Number(OptionType):
    """A number within bounds; `open_low` and `open_high` exclude the bound itself."""

    def __init__(
        self,
        low: float = -math.inf,
        high: float = math.inf,
        *,
        open_low: bool = False,
        open_high: bool = False,
    ) -> None:
        self.low, self.high, self.open_low, self.open_high = low, high, open_low, open_high
        self.words = "a number"
        if math.isfinite(low):
            self.words += f" above {low:g}" if open_low else f" of at least {low:g}"
            if math.isfinite(high):
                self.words += f" and {'below' if open_high else 'at most'} {high:g}"

    def check(self, value: Any) -> float:
        """Return the value as a `float`."""
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise self.refuse()
        number = float(value)
        too_low = number <= self.low if self.open_low else number < self.low
        too_high = number >= self.high if self.open_high else number > self.high
        if math.isnan(number) or too_low or too_high:
            raise self.refuse()
        if _LARGEST < abs(number) < math.inf:
            raise self.refuse("Networks compute in float32: its largest number is 3.4e38.")
        return number


class Flag(OptionType):
    """Yes or no."""

    words = "True or False"

    def check(self, value: Any) -> bool:
        """Return the value as a `bool`."""
        if not isinstance(value, bool):
            raise self.refuse()
        return value


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


class Choice(OptionType):
    """One of a few strings."""

    def __init__(self, *values: str) -> None:
        self.values = values
        self.words = f"one of {listing(values)}" if len(values) > 1 else listing(values)

    def check(self, value: Any) -> str:
        """Return the value unchanged."""
        if not isinstance(value, str) or value not in self.values:
            raise self.refuse(suggestion(value, self.values) if isinstance(value, str) else None)
        return value


class Axis(OptionType):
    """An axis, counted from 0 with the batch as axis 0; negative counts from the end.

    In R axes count from 1.
    """

    words = "the number of an axis"

    def check(self, value: Any) -> int:
        """Return the axis as an `int`."""
        whole = whole_number(value)
        if whole is None:
            raise self.refuse()
        return whole


class Shape(OptionType):
    """A shape without the batch: whole numbers, `None` (in R `NA`) where a size is open."""

    def __init__(self, *, free: int | None = None) -> None:
        self.free = free
        self.words = "a shape such as (28, 28, 1)"

    def check(self, value: Any) -> tuple[int | None, ...]:
        """Return the shape as a tuple."""
        if isinstance(value, numbers.Real):
            value = (value,)
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.refuse()
        sizes: list[int | None] = []
        for size in value:
            whole = None if size is None else whole_number(size)
            if size is not None and (whole is None or (whole < 1 and whole != self.free)):
                raise self.refuse()
            sizes.append(whole)
        return tuple(sizes)


class Sizes(OptionType):
    """A whole number for each of `rank` spatial dimensions; one number stands for all."""

    def __init__(self, rank: int, *, least: int = 1) -> None:
        self.rank, self.least = rank, least
        one = "a positive whole number" if least else "a whole number, zero or more"
        several = "positive whole numbers" if least else "whole numbers, zero or more"
        self.words = one if rank == 1 else f"one or {rank} {several}"

    def check(self, value: Any) -> tuple[int, ...]:
        """Return one number for each dimension."""
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
        whole = [whole_number(size) for size in values]
        if len(whole) == 1:
            whole = whole * self.rank
        if len(whole) != self.rank or any(size is None or size < self.least for size in whole):
            raise self.refuse()
        return tuple(size for size in whole if size is not None)


class Counts(OptionType):
    """One whole number or several, each at least `minimum`, kept as a tuple."""

    def __init__(self, minimum: int = 1) -> None:
        self.minimum = minimum
        above = "positive whole numbers" if minimum else "whole numbers, zero or more"
        self.words = f"one or several {above}"

    def check(self, value: Any) -> tuple[int, ...]:
        """Return the numbers as a tuple."""
        counts = [whole_number(each) for each in listed(value)]
        if not counts or any(each is None or each < self.minimum for each in counts):
            raise self.refuse()
        return tuple(each for each in counts if each is not None)


class Numbers(OptionType):
    """One number or several, each within bounds, kept as a tuple."""

    def __init__(self, low: float = -math.inf, high: float = math.inf) -> None:
        self.each = Number(low, high)
        self.words = f"{self.each.words}, or several"

    def check(self, value: Any) -> tuple[float, ...]:
        """Return the numbers as a tuple."""
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
        if not values:
            raise self.refuse()
        try:
            return tuple(self.each.check(number) for number in values)
        except Unfit:
            raise self.refuse() from None


class Function(OptionType):
    """A function."""

    words = "a function"

    def check(self, value: Any) -> Any:
        """Return the function unchanged."""
        if not callable(value):
            raise self.refuse()
        return value


class Ref(OptionType):
    """Another record of the catalogue, given as such or by its name."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        article = "an" if kind[0] in "aeio" else "a"
        self.words = f"{article} {kind} or the name of one"

    def check(self, value: Any) -> Any:
        """Return the record that the value is or names."""
        return resolve(self.kind, value)


class Rate(OptionType):
    """A learning rate: a number, or a schedule of the catalogue."""

    words = "a number of at least 0 or a learning-rate schedule"

    def check(self, value: Any) -> Any:
        """Return a number as a `float`, and the schedule that the value is or describes."""
        if isinstance(value, numbers.Real):
            return Number(0.0, open_high=True).check(value)
        saved = isinstance(value, Mapping) and {"class", "options"} <= set(value)
        # Known by its kind, as in `resolve`: a schedule is a record, and records import this.
        made = getattr(value, "kind", None) == "schedule" and not isinstance(value, type)
        if not (saved or made):
            raise self.refuse()
        return resolve("schedule", value)


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
        What it means: the text of the help pages in Python and in R.
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
    except Unfit as unfit:
        raise ArgumentError(
            f"'{name}' must be {unfit.expected}, not {show(value)}.",
            argument=name,
            received=value,
            expected=unfit.expected,
        ) from None
