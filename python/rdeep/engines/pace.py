"""Work in pieces between which an interrupt can end it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from rdeep.interrupts import interrupts

PIECE_SECONDS = 0.1
"""About how long a piece takes."""


class Pace:
    """Cuts calls that cannot be interrupted to a length, by what the last took."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def pieces(self, start: int, count: int) -> Iterator[tuple[int, int]]:
        """Yield the first and the number of each piece's units; the first is small.

        Parameters
        ----------
        start, count : int
            The first unit, such as a batch, and how many there are.

        Raises
        ------
        KeyboardInterrupt
            After a piece, if an interrupt waits.
        """
        end = start + count
        while start < end:
            most = max(1, int(PIECE_SECONDS / self._seconds)) if self._seconds else 1
            k = min(end - start, most)
            began = time.perf_counter()
            yield start, k
            self._seconds = (time.perf_counter() - began) / k
            start += k
            interrupts.check()
