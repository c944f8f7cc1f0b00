"""Casts that change no number in silence: what a type cannot hold is refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.data.arrays import engine_array
from rdeep.errors import ArgumentError, DataError

LARGEST = 2**53
"""Up to here float64, which is what R has, holds every whole number."""


def held_as(array: np.ndarray, dtype: Any, label: str, whole: bool = False) -> np.ndarray:
    """Return an array as engines take it: of a type, in C order.

    Parameters
    ----------
    array : numpy.ndarray
        Numbers, all of them finite.
    dtype : dtype
        The type.
    label : str
        What messages call the array.
    whole : bool
        Whether the numbers stand for things, such as rows of a table, so that another number is
        another thing.

    Raises
    ------
    DataError
        If a number is too large for the type; or is changed, where the type or the array is one of
        whole numbers.
    """
    # NumPy would warn where this refuses.
    with np.errstate(over="ignore", invalid="ignore"):
        out = engine_array(array, dtype)
    if out is array or array.dtype == out.dtype:
        return out
    if out.dtype.kind == "f":
        if not (np.isfinite(out.sum()) or np.isfinite(out).all()):
            raise _refused(array, ~np.isfinite(out), label, f"too large for {out.dtype}")
        if whole and (changed := (out != array) & (array == np.floor(array))).any():
            raise _refused(array, changed, label, f"not exact in {out.dtype}")
        return out
    if array.dtype.kind == "b":
        return out
    unequal = out != array
    if array.dtype.kind == "f":
        # A cast back shows fractions and overflows; beyond 2^53 neighbours are one number.
        unequal |= np.abs(array) > LARGEST
    elif array.dtype.kind == "u":
        unequal |= out < 0
    if unequal.any():
        first = array[unequal][0]
        fraction = array.dtype.kind == "f" and float(first) != np.floor(float(first))
        problem = "no whole number" if fraction else f"too large for {out.dtype}"
        raise _refused(array, unequal, label, problem)
    return out


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
            hint="saturate_cast() takes the nearest that the type holds.",
        )
    return whole.astype(dtype)


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
        # R's NA is a NaN that NumPy warns of.
        with np.errstate(over="ignore", invalid="ignore"):
            out = array.astype(np.float32)
            if np.isfinite(out.sum()) or not (np.isinf(out) & np.isfinite(array)).any():
                return out
    return array


def check_whole(codes: np.ndarray, label: str, layer: str) -> None:
    """Refuse fractions among codes: engines cut them off.

    Parameters
    ----------
    codes : numpy.ndarray
        The codes.
    label : str
        What messages call them.
    layer : str
        The name of the layer that takes them.
    """
    if codes.dtype.kind == "f" and (wrong := codes != np.floor(codes)).any():
        first = float(codes[wrong][0])
        raise DataError(
            f"'{label}' holds {first:g}, but layer {layer!r} takes whole numbers from 0.",
            argument=label,
            received=first,
            expected="whole numbers",
            layer=layer,
        )


def _refused(array: np.ndarray, wrong: np.ndarray, label: str, problem: str) -> DataError:
    place = np.argwhere(wrong)[0]
    value = array[tuple(place)]
    shown = str(int(value)) if array.dtype.kind in "iu" else f"{float(value):.17g}"
    count = int(wrong.sum())
    more = "" if count == 1 else f", the first of {count} such values"
    hints = {
        "no whole number": "Round the numbers, or declare the input as float32.",
        "not exact in float32": "Declare the input as int32, or give ids an input of their own.",
    }
    hint = hints.get(problem, "Use smaller numbers: scale them, or take their logarithms.")
    if problem.startswith("too large for int"):
        hint = "Look ids up first (IntegerLookup, Hashing): their places are small."
    return DataError(
        f"'{label}' holds {shown} in sample {int(place[0]) + 1}, which is {problem}{more}.",
        argument=label.split("[")[0],
        received=shown,
        hint=hint,
    )
