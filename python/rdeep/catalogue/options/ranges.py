"""Types of options that say between which numbers something lies or is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from rdeep.catalogue.options.base import InvalidOption, OptionType
from rdeep.catalogue.options.numeric import Number, Numbers


class Factor(OptionType):
    """Two numbers that a value is drawn between, or one number for its largest size.

    A number `f` stands for `(-f, f)`, or for `(low, f)` where nothing below `low` is allowed.

    Parameters
    ----------
    low, high : float
        The bounds of what may be given.
    mirrored : bool
        Whether one number stands for `(-f, f)` although no pair goes below `low`.
    open_low : bool
        Whether `low` itself is excluded.
    whole : bool
        Whether the numbers must be whole.
    """

    def __init__(
        self,
        low: float,
        high: float,
        *,
        mirrored: bool = False,
        open_low: bool = False,
        whole: bool = False,
    ) -> None:
        self.low, self.high, self.mirrored, self.whole = low, high, mirrored, whole
        self.each = Number(low, high, open_low=open_low)
        words = self.each.words.replace("a number", "a whole number") if whole else self.each.words
        self.words = f"{words}, or two of them"

    def check(self, value: Any) -> tuple[float, float]:
        """Return the smaller and the larger number."""
        try:
            numbers = Numbers().check(value)
            if self.mirrored and len(numbers) == 2 and numbers[0] == -numbers[1]:
                numbers = numbers[1:]
            checked = [self.each.check(number) for number in numbers]
        except InvalidOption:
            raise self.refuse() from None
        fractions = self.whole and any(not number.is_integer() for number in checked)
        if len(checked) not in (1, 2) or fractions:
            raise self.refuse()
        if len(checked) == 2:
            return min(checked), max(checked)
        size = abs(checked[0])
        return (-size if self.mirrored else max(-size, self.low)), size


class ValueRange(OptionType):
    """The smallest and the largest value that pixels can have."""

    words = "two different numbers"

    def check(self, value: Any) -> tuple[float, float]:
        """Return the smaller and the larger number."""
        try:
            numbers = Numbers().check(value)
        except InvalidOption:
            raise self.refuse() from None
        if len(numbers) != 2 or numbers[0] == numbers[1] or not all(map(math.isfinite, numbers)):
            raise self.refuse()
        return min(numbers), max(numbers)


class Bounds(OptionType):
    """Numbers that bound others, by what they bound.

    Parameters
    ----------
    *names : str
        What may be bounded.
    """

    def __init__(self, *names: str) -> None:
        self.names = names
        self.words = f"numbers by some of the names {', '.join(names)}"

    def check(self, value: Any) -> dict[str, float]:
        """Return the numbers by their names."""
        if not isinstance(value, Mapping) or not set(value) <= set(self.names):
            raise self.refuse()
        number = Number()
        return {str(name): number.check(each) for name, each in value.items()}


class OddSizes(OptionType):
    """One odd whole number or two, kept as two."""

    words = "a positive odd number, or two of them"

    def check(self, value: Any) -> tuple[int, int]:
        """Return two numbers."""
        try:
            numbers = Numbers(1).check(value)
        except InvalidOption:
            raise self.refuse() from None
        if len(numbers) not in (1, 2) or any(number % 2 != 1 for number in numbers):
            raise self.refuse()
        return int(numbers[0]), int(numbers[-1])


class Colour(OptionType):
    """A number for all channels, or one for each of three, kept as a tuple."""

    words = "a number, or three"

    def check(self, value: Any) -> tuple[float, ...]:
        """Return the numbers as a tuple."""
        try:
            numbers = Numbers().check(value)
        except InvalidOption:
            raise self.refuse() from None
        if len(numbers) not in (1, 3):
            raise self.refuse()
        return numbers


class Edges(OptionType):
    """For each of several columns at least two numbers that rise, kept as tuples."""

    words = "a list of rising numbers for each column"

    def check(self, value: Any) -> tuple[tuple[float, ...], ...]:
        """Return the numbers of each column as a tuple."""
        number = Number(infinite=True)
        try:
            columns = tuple(tuple(map(number.check, edges)) for edges in value)
        except TypeError:
            raise self.refuse("Give a list, with the edges of each column in it.") from None
        except InvalidOption:
            raise self.refuse() from None
        for edges in columns:
            if len(edges) < 2 or any(low >= high for low, high in pairwise(edges)):
                raise self.refuse("Each column needs at least two edges, from low to high.")
            if not all(map(math.isfinite, edges)):
                raise self.refuse("The outer bins are open by themselves: leave infinity out.")
        if not columns:
            raise self.refuse()
        return columns
