"""Numbers of rows within a text: not every language counts them from 0."""

from __future__ import annotations

import json
from collections.abc import Iterable

from rdeep.errors.wording import Part, Wording, worded


def show_rows(rows: Iterable[int], most: int = 8) -> Wording:
    """Name rows of the data by their numbers: "row 3", or "rows 0, 4, 9".

    Parameters
    ----------
    rows : iterable of int
        The numbers, from 0.
    most : int
        How many are named; of the others their number is said.

    Examples
    --------
    >>> print(show_rows([3]), "and", show_rows(range(20), most=3))
    row 3 and rows 0, 1, 2 and 17 more
    """
    numbers = [int(row) for row in rows]
    named = numbers if len(numbers) <= most + 1 else numbers[:most]
    listed = Wording((Part(", ".join(map(str, named)), json.dumps({"rows": named})),))
    more = len(numbers) - len(named)
    return worded(
        f"{'row' if len(numbers) == 1 else 'rows'} {listed}{f' and {more} more' if more else ''}"
    )
