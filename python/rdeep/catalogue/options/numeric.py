"""Types of options that are numbers, one or several."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.options.base import InvalidOption, OptionType, elements, listed, whole_number
from rdeep.catalogue.options.choices import Choice
from rdeep.errors import show, worded

LARGEST = 3.4028235677973366e38
"""What is beyond is infinite in float32."""


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
    """A whole number, negative ones too, at least `minimum`."""

    def __init__(self, minimum: int = -(2**63)) -> None:
        super().__init__(minimum)
        self.words = "a whole number"


class Wholes(OptionType):
    """One whole number or several, each at least `minimum`; one alone stays a number."""

    words = "a whole number, or several"

    def __init__(self, minimum: int = -(2**63)) -> None:
        self.each = Whole(minimum)
        if minimum == 0:
            self.words = "a whole number of at least 0, or several"

    def check(self, value: Any) -> int | tuple[int, ...]:
        """Return the number as an `int`, several as a tuple."""
        try:
            if isinstance(value, numbers.Real):
                return self.each.check(value)
            return tuple(self.each.check(each) for each in listed(value))
        except InvalidOption:
            raise self.refuse() from None


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


class Widths(OptionType):
    """A whole number for all widths up to it, or several that are kept as a tuple."""

    words = "a positive whole number, or several"

    def check(self, value: Any) -> int | tuple[int, ...]:
        """Return a number as an `int`, several as a tuple."""
        several = elements(value)
        if several is None:
            return Count().check(value)
        if not several:
            raise self.refuse()
        return tuple(Count().check(each) for each in several)


class Groups(Count):
    """How many groups there are, or -1 for one of each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.words = "a positive whole number, or -1"

    def check(self, value: Any) -> int:
        """Return the value as an `int`."""
        try:
            found = Count(-1).check(value)
        except InvalidOption:
            raise self.refuse() from None
        if found == 0:
            raise self.refuse()
        return found


class Number(OptionType):
    """A number within bounds; `open_low` and `open_high` exclude the bound itself.

    Infinity is one only where `infinite` says that it has a meaning.
    """

    words: str

    def __init__(
        self,
        low: float = -math.inf,
        high: float = math.inf,
        *,
        open_low: bool = False,
        open_high: bool = False,
        infinite: bool = False,
    ) -> None:
        self.low, self.high, self.open_low, self.open_high = low, high, open_low, open_high
        self.infinite = infinite
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
        if math.isinf(number) and not self.infinite:
            raise self.refuse("It must be finite.")
        if LARGEST < abs(number) < math.inf:
            raise self.refuse("Networks compute in float32: its largest number is 3.4e38.")
        return number


class Numbers(OptionType):
    """One number or several, each within bounds, kept as a tuple."""

    def __init__(self, low: float = -math.inf, high: float = math.inf) -> None:
        self.each = Number(low, high)
        self.words = worded(f"{self.each.words}, or several")

    def check(self, value: Any) -> tuple[float, ...]:
        """Return the numbers as a tuple."""
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
        if not values:
            raise self.refuse()
        try:
            return tuple(self.each.check(number) for number in values)
        except InvalidOption:
            raise self.refuse() from None


class PerChannel(OptionType):
    """A number, or one for each channel, kept as a tuple."""

    words = "a number, or one for each channel"

    def check(self, value: Any) -> float | tuple[float, ...]:
        """Return a number as a `float`, several as a tuple."""
        several = elements(value)
        number = Number()
        if several is None:
            return number.check(value)
        if not several:
            raise self.refuse()
        return tuple(number.check(each) for each in several)


class NormOrder(OptionType):
    """Which norm: a number, infinity among them, or the name of a norm of matrices."""

    words = worded(f'a number ({show(math.inf)} too), "fro" or "nuc"')

    def check(self, value: Any) -> Any:
        """Return the order unchanged."""
        if isinstance(value, str):
            return Choice("fro", "nuc").check(value)
        real = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not real or math.isnan(value):
            raise self.refuse()
        return value


class Flag(OptionType):
    """Yes or no."""

    words = worded(f"{show(True)} or {show(False)}")

    def check(self, value: Any) -> bool:
        """Return the value as a `bool`."""
        if not isinstance(value, bool):
            raise self.refuse()
        return value
