"""Arrays of other types as float32, where that changes no number."""

from __future__ import annotations

import numpy as np

from rdeep.saving.faults import Damage


def exact_float32(array: np.ndarray, place: str) -> np.ndarray:
    """Return an array as float32, a copy of its own; numbers that would change are refused.

    Parameters
    ----------
    array : numpy.ndarray
        Numbers.
    place : str
        Where it stands, for messages.

    Examples
    --------
    >>> exact_float32(np.array([0.5], "float16"), "bias")
    array([0.5], dtype=float32)
    """
    if array.dtype.kind not in "fiub":
        raise Damage("it holds no numbers", place=place)
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.array(array, np.float32, order="C")
    if array.dtype not in (np.float32, np.float16) and array.dtype != found.dtype:
        same = found.astype(array.dtype) == array
        if array.dtype.kind == "f":
            same |= np.isnan(array)
        if not same.all():
            raise Damage(f"it holds numbers of {array.dtype} that float32 cannot hold", place=place)
    return found
