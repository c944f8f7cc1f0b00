"""Which numbers the targets of a loss may be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rdeep.errors import Wording

# How far the shares of a row may be from one together: they may have been rounded.
_ROUNDED = 0.01


@dataclass(frozen=True)
class Domain:
    """The numbers that a loss has a meaning for.

    Attributes
    ----------
    words : str
        What they are, after "targets".
    instead : str or Wording
        What to do about others.
    low, high : float
        The smallest and the largest.
    open_low : bool
        Whether the smallest itself is excluded.
    values : tuple of tuple of float, optional
        The sets of values, of which all targets are in one.
    shares : bool
        Whether the classes of a sample share one among them; a sample of zeros counts for none.
    """

    words: str
    instead: str | Wording
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    values: tuple[tuple[float, ...], ...] = ()
    shares: bool = False

    @property
    def tolerance(self) -> float:
        """How far a sum of shares may be from one."""
        return _ROUNDED


ONE_HOT = Domain(
    "from 0 to 1, of which those of a sample sum to 1",
    "Divide each row by its sum; for answers of several yes or no there is 'binary_crossentropy', "
    "and 'sample_weight' weighs samples.",
    0.0,
    1.0,
    shares=True,
)
PROBABILITIES = Domain("from 0 to 1", "Numbers of any size go with 'mse' and the like.", 0.0, 1.0)
COUNTS = Domain("of at least 0", "Numbers of any sign go with 'mse', 'mae' or 'huber'.", 0.0)
LOGARITHMS = Domain(
    "above -1", "Numbers of any sign go with 'mse', 'mae' or 'huber'.", -1.0, open_low=True
)
MARGINS = Domain(
    "of -1 and 1, or of 0 and 1",
    "Numbers of any size go with 'mse' and the like.",
    -1.0,
    1.0,
    values=((-1.0, 1.0), (0.0, 1.0)),
)
