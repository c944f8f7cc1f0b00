"""The range that a value must be brought into before its type changes."""

from __future__ import annotations

import numpy as np

_BFLOAT16 = 3.3895313892515355e38


def bounds(source: str, target: str) -> tuple[float, float]:
    """Return the smallest and the largest value of a type that another type can hold.

    Parameters
    ----------
    source, target : str
        The types before and after.
    """
    low = max(_limits(source)[0], _limits(target)[0])
    high = min(_limits(source)[1], _limits(target)[1])
    if _whole(source):
        return int(low), int(high)
    # The bound itself may not be a value of the source: the next one towards zero is.
    kind = np.dtype("float32" if source == "bfloat16" else source).type
    below, above = kind(low), kind(high)
    if below < low:
        below = np.nextafter(below, kind(0))
    if above > high:
        above = np.nextafter(above, kind(0))
    return float(below), float(above)


def _whole(kind: str) -> bool:
    return kind == "bool" or "int" in kind


def _limits(kind: str) -> tuple[float, float]:
    if kind == "bool":
        return 0, 1
    if "int" in kind:
        return np.iinfo(kind).min, np.iinfo(kind).max
    high = _BFLOAT16 if kind == "bfloat16" else float(np.finfo(kind).max)
    return -high, high
