"""Types of options that are axes, shapes, or sizes along axes."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

from rdeep.catalogue.options.base import InvalidOption, OptionType, elements, listed, whole_number
from rdeep.catalogue.options.numeric import Count, Wholes
from rdeep.errors import Wording, show, worded


class Axis(OptionType):
    """An axis, counted from 0 with the batch as axis 0; negative counts from the end."""

    words = "the number of an axis"

    def check(self, value: Any) -> int:
        """Return the axis as an `int`."""
        whole = whole_number(value)
        if whole is None:
            raise self.refuse()
        return whole


class AxisOrNone(Axis):
    """An axis or a position, or none where that is not the default.

    Parameters
    ----------
    words : str, optional
        What is wanted, where it has to say that there need not be an axis.
    """

    def __init__(self, words: str = Axis.words) -> None:
        self.words = words

    def check(self, value: Any) -> Any:
        """Return the number as an `int`."""
        return None if value is None else super().check(value)


class Axes(OptionType):
    """One axis or several, counted as `Axis` counts them; one alone stays a number."""

    words: str | Wording = "the number of an axis, or several"

    def check(self, value: Any) -> int | tuple[int, ...]:
        """Return the axis as an `int`, several as a tuple."""
        if isinstance(value, numbers.Real):
            return Axis().check(value)
        try:
            return tuple(Axis().check(each) for each in listed(value))
        except InvalidOption:
            raise self.refuse() from None


class AxesOrNone(Axes):
    """One axis or several, or all of them where that is not the default."""

    def check(self, value: Any) -> Any:
        """Return the axis as an `int`, several as a tuple."""
        return None if value is None else super().check(value)


class OwnAxes(Axes):
    """One axis or several, as `Axes`; or none of them."""

    words = worded(f"the number of an axis, several, or {show(None)}")

    def check(self, value: Any) -> int | tuple[int, ...]:
        """Return the axis as an `int`, several as a tuple, none as an empty one."""
        return () if value is None or elements(value) == [] else super().check(value)


class Shape(OptionType):
    """A shape without the batch: whole numbers, `None` where a size is open."""

    def __init__(self, *, free: int | None = None) -> None:
        self.free = free
        self.words = worded(f"a shape such as {show((28, 28, 1))}")

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


class Extents(OptionType):
    """A whole shape: whole numbers, -1 for one that follows, and tensors of one whole number."""

    words = worded(f"a shape such as {show((2, 3))}")
    least = -1

    def check(self, value: Any) -> tuple[Any, ...]:
        """Return the sizes as a tuple."""
        if isinstance(value, (str, Mapping)):
            raise self.refuse()
        sizes = []
        if len(getattr(value, "shape", ())) == 1 and value.shape[0] is not None:
            # A tensor of sizes, of which one in a graph cannot be gone through otherwise.
            value = [value[place] for place in range(int(value.shape[0]))]
        try:
            several = [value] if isinstance(value, numbers.Real) else list(value)
        except TypeError:
            raise self.refuse() from None
        for size in several:
            found = whole_number(size) if isinstance(size, numbers.Real) else size
            if found is None or isinstance(found, str) or self._is_below(found):
                raise self.refuse()
            sizes.append(found)
        return tuple(sizes)

    def _is_below(self, size: Any) -> bool:
        return isinstance(size, int) and self.least >= 0 and size < self.least


class Repeats(Extents):
    """Whole numbers of at least 0, and tensors of one such number."""

    words = worded("a whole number of at least 0, or several")
    least = 0


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


class Pairs(OptionType):
    """Two whole numbers for each of `rank` dimensions: what happens before and after it.

    One number stands for both sides of a dimension, and one alone for all dimensions. With a rank
    of 1 the value is a pair, else a tuple of pairs.
    """

    def __init__(self, rank: int) -> None:
        self.rank = rank
        self.words = (
            "a whole number, zero or more, or two of them"
            if rank == 1
            else f"a whole number, zero or more, or for each of {rank} dimensions one or two"
        )

    def check(self, value: Any) -> tuple[Any, ...]:
        """Return the pair, or a pair for each dimension."""
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
        if self.rank == 1:
            return self._pair(values[0] if len(values) == 1 else values)
        if len(values) == 1:
            values = [values[0]] * self.rank
        if len(values) != self.rank:
            raise self.refuse()
        return tuple(map(self._pair, values))

    def _pair(self, value: Any) -> tuple[int, int]:
        try:
            before, after = Sizes(2, least=0).check(value)
        except InvalidOption:
            raise self.refuse() from None
        return before, after


class PadWidths(OptionType):
    """How much is put before and after each axis: a number, a pair, or a pair for each axis."""

    words = "a whole number, two, or a pair for each axis"

    def check(self, value: Any) -> int | tuple[Any, ...]:
        """Return a number, a pair of numbers, or a tuple of pairs."""
        each = Wholes(0)
        try:
            if all(isinstance(width, numbers.Real) for width in listed(value)):
                return self._alike(each.check(value))
            pairs = tuple(each.check(list(pair)) for pair in value)
        except (TypeError, InvalidOption):
            raise self.refuse() from None
        if any(isinstance(pair, int) or len(pair) != 2 for pair in pairs):
            raise self.refuse()
        return pairs

    def _alike(self, found: int | tuple[int, ...]) -> int | tuple[int, ...]:
        if isinstance(found, tuple) and len(found) != 2:
            raise self.refuse()
        return found


class Splits(Wholes):
    """How many equal parts, or where the parts after the first begin: positions along an axis."""

    def __init__(self) -> None:
        super().__init__(0)


class Contraction(OptionType):
    """Which axes a product sums over: how many, or two lists of axes, one for each factor."""

    words = "a whole number, or two lists of axes"

    def check(self, value: Any) -> int | tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the number as an `int`, the axes as two tuples."""
        if isinstance(value, numbers.Real):
            return Count(0).check(value)
        sides = listed(value)
        if len(sides) != 2:
            raise self.refuse()
        try:
            first, second = (tuple(Axis().check(axis) for axis in listed(side)) for side in sides)
        except InvalidOption:
            raise self.refuse() from None
        if len(first) != len(second):
            raise self.refuse("Both lists need as many axes.")
        return first, second


class Lengths(OptionType):
    """The sizes of named axes."""

    words = "whole numbers with names"

    def check(self, value: Any) -> dict[str, int]:
        """Return the sizes by name."""
        if not isinstance(value, Mapping):
            raise self.refuse()
        return {str(name): Count(1).check(size) for name, size in value.items()}
