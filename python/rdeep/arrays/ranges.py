"""Where ranges end."""

from __future__ import annotations

import math
from typing import Any


def end_included(start: Any, stop: Any, step: Any) -> Any:
    """Return where a range must stop, that leaves its end out, to reach it if a step falls on it.

    Parameters
    ----------
    start, stop, step : int or float
        The range.

    Examples
    --------
    >>> end_included(1, 7, 3), end_included(1, 6, 3)
    (8, 5)
    """
    # A little more than the quotient: 0.3 / 0.1 is just below 3.
    last = start + math.floor((stop - start) / step + 1e-10) * step
    if all(isinstance(each, int) for each in (start, step)):
        return last + (1 if step > 0 else -1)
    return last + step / 2
