"""The type of an option that says what happens before and after each of several dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.catalogue.options import OptionType, Sizes, Unfit


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
        except Unfit:
            raise self.refuse() from None
        return before, after
