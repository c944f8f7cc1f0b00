"""Numbers of 64 bits as numbers of fewer, where these hold them."""

from __future__ import annotations

import numpy as np

from rdeep.errors import ArgumentError, operation_call


def narrowed(array: np.ndarray) -> np.ndarray:
    """Return an array of 32 bits where it is of 64 and each of its numbers is within the range.

    Numbers that are too large for 32 bits stay in 64: another number would come out.

    Parameters
    ----------
    array : numpy.ndarray
        The array.

    Examples
    --------
    >>> narrowed(np.array([1, 2])).dtype, narrowed(np.array([1, 2**31])).dtype
    (dtype('int32'), dtype('int64'))
    """
    if array.dtype == np.int64 or array.dtype == np.uint64:
        if not array.size or (array.min() >= -(2**31) and array.max() < 2**31):
            return array.astype(np.int32)
        return array
    if array.dtype == np.float64:
        # Missing values may be signalling NaNs, of which NumPy warns.
        with np.errstate(over="ignore", invalid="ignore"):
            out = array.astype(np.float32)
            if np.isfinite(out.sum()) or not (np.isinf(out) & np.isfinite(array)).any():
                return out
    return array


def cut(array: np.ndarray, dtype: str) -> np.ndarray:
    """Return numbers as whole numbers of a type: fractions are cut off, what is too large refused.

    Parameters
    ----------
    array : numpy.ndarray
        Numbers.
    dtype : str
        The type.

    Raises
    ------
    ArgumentError
        If the type does not hold a number, or it is none.

    Examples
    --------
    >>> cut(np.array([1.5, -2.5]), "int32")
    array([ 1, -2], dtype=int32)
    """
    limits = np.iinfo(dtype)
    # Comparisons in float64 would take 2^63 for 2^63 - 1.
    low, high = (
        (limits.min, limits.max)
        if array.dtype.kind in "iu"
        else (float(limits.min), float(limits.max) + 1.0)
    )
    whole = np.trunc(array) if array.dtype.kind == "f" else array
    inside = (whole >= low) & ((whole < high) if array.dtype.kind == "f" else (whole <= high))
    if not inside.all():
        value = array[~inside][0]
        raise ArgumentError(
            f"{value:.17g} cannot be cast to {dtype}, which holds whole numbers from {limits.min} "
            f"to {limits.max}.",
            argument="x",
            received=value.item(),
            hint=f"{operation_call('saturate_cast')} takes the nearest that the type holds.",
        )
    return whole.astype(dtype)
