"""The types that only options of operations have."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any

from rdeep.catalogue.options import Axis, Count, OptionType, Unfit


def _listed(value: Any) -> list[Any]:
    """Return several values as a list, an array's too, and one alone in a list."""
    several = not isinstance(value, (str, Mapping)) and hasattr(value, "__iter__")
    return list(value) if several else [value]


class Whole(OptionType):
    """A whole number of either sign."""

    words = "a whole number"

    def __init__(self, minimum: float = -math.inf) -> None:
        self.minimum = minimum

    def check(self, value: Any) -> int:
        """Return the value as an `int`."""
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise self.refuse()
        number = float(value)
        if not number.is_integer() or number < self.minimum:
            raise self.refuse()
        return int(number)


class AxisOrAll(Axis):
    """An axis, or `None` for all values in a row, where that is not the default."""

    words = "the number of an axis, or None"

    def check(self, value: Any) -> Any:
        """Return the axis as an `int`."""
        return None if value is None else super().check(value)


class Wholes(OptionType):
    """One whole number or several, each at least `minimum`; one alone stays a number."""

    words = "a whole number, or several"

    def __init__(self, minimum: float = -math.inf) -> None:
        self.each = Whole(minimum)
        if minimum == 0:
            self.words = "a whole number of at least 0, or several"

    def check(self, value: Any) -> int | tuple[int, ...]:
        """Return the number as an `int`, several as a tuple."""
        try:
            if isinstance(value, numbers.Real):
                return self.each.check(value)
            return tuple(self.each.check(each) for each in _listed(value))
        except Unfit:
            raise self.refuse() from None


class Splits(Wholes):
    """How many equal parts, or where the parts after the first begin: positions along an axis."""

    def __init__(self) -> None:
        super().__init__(0)


class PadWidths(OptionType):
    """How much is put before and after each axis: a number, a pair, or a pair for each axis."""

    words = "a whole number, two, or a pair for each axis"

    def check(self, value: Any) -> int | tuple[Any, ...]:
        """Return a number, a pair of numbers, or a tuple of pairs."""
        each = Wholes(0)
        try:
            if all(isinstance(width, numbers.Real) for width in _listed(value)):
                return self._alike(each.check(value))
            pairs = tuple(each.check(list(pair)) for pair in value)
        except (TypeError, Unfit):
            raise self.refuse() from None
        if any(isinstance(pair, int) or len(pair) != 2 for pair in pairs):
            raise self.refuse()
        return pairs

    def _alike(self, found: int | tuple[int, ...]) -> int | tuple[int, ...]:
        if isinstance(found, tuple) and len(found) != 2:
            raise self.refuse()
        return found


class Contraction(OptionType):
    """Which axes a product sums over: how many, or two lists of axes, one for each factor."""

    words = "a whole number, or two lists of axes"

    def check(self, value: Any) -> int | tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the number as an `int`, the axes as two tuples."""
        if isinstance(value, numbers.Real):
            return Count(0).check(value)
        sides = _listed(value)
        if len(sides) != 2:
            raise self.refuse()
        try:
            first, second = (tuple(Axis().check(axis) for axis in _listed(side)) for side in sides)
        except Unfit:
            raise self.refuse() from None
        if len(first) != len(second):
            raise self.refuse("Both lists need as many axes.")
        return first, second


class Key(OptionType):
    """What goes between brackets: positions, slices, arrays of positions, for each axis."""

    words = "positions or slices"

    def check(self, value: Any) -> Any:
        """Return the value unchanged, a list of one thing for each axis as a tuple."""
        if isinstance(value, (str, Mapping)) or callable(value):
            raise self.refuse()
        # A list of numbers alone picks several values along the first axis.
        if isinstance(value, list) and any(not isinstance(each, numbers.Real) for each in value):
            return tuple(value)
        return value
