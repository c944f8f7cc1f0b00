"""Lossless casts: a number that the target type cannot hold is refused."""

from __future__ import annotations

import numpy as np

from rdeep.data.arrays import all_finite, engine_array
from rdeep.errors import DataError, Wording, called, worded

LARGEST = 2**53
"""Up to here float64 holds every whole number."""


def held_as(array: np.ndarray, dtype: object, label: str, whole: bool = False) -> np.ndarray:
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
        if not all_finite(out):
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
    shown = str(int(value)) if array.dtype.kind in "iu" else _shortest(float(value))
    count = int(wrong.sum())
    more = "" if count == 1 else f", the first of {count} such values"
    hints = {
        "no whole number": "Round the numbers, or declare the input as float32.",
        "not exact in float32": "Declare the input as int32, or give ids an input of their own.",
    }
    hint: str | Wording = hints.get(
        problem, "Use smaller numbers: scale them, or take their logarithms."
    )
    if problem.startswith("too large for int"):
        hint = worded(
            f"Look ids up first ({called('IntegerLookup', 'layer')}, "
            f"{called('Hashing', 'layer')}): their places are small."
        )
    column = f", column {int(place[1]) + 1}" if array.ndim == 2 and array.shape[1] > 1 else ""
    return DataError(
        f"'{label}' holds {shown} in sample {int(place[0]) + 1}{column}, which is {problem}{more}.",
        argument=label.split("[")[0],
        received=shown,
        hint=hint,
    )


def _shortest(value: float) -> str:
    """Write a number with the digits that tell it from others."""
    return f"{value:.15g}" if float(f"{value:.15g}") == value else f"{value:.17g}"
