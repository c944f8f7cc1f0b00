"""The type of an option that holds the edges of bins."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from rdeep.catalogue.options import Number, OptionType, Unfit


class Edges(OptionType):
    """For each of several columns at least two numbers that rise, kept as tuples."""

    words = "a list of rising numbers for each column"

    def check(self, value: Any) -> tuple[tuple[float, ...], ...]:
        """Return the numbers of each column as a tuple."""
        number = Number()
        try:
            columns = tuple(tuple(map(number.check, edges)) for edges in value)
        except TypeError:
            raise self.refuse("Give a list, with the edges of each column in it.") from None
        except Unfit:
            raise self.refuse() from None
        for edges in columns:
            if len(edges) < 2 or any(low >= high for low, high in pairwise(edges)):
                raise self.refuse("Each column needs at least two edges, from low to high.")
            if not all(map(math.isfinite, edges)):
                raise self.refuse("The outer bins are open by themselves: leave infinity out.")
        if not columns:
            raise self.refuse()
        return columns
