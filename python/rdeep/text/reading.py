"""Texts that users pass: checked, decoded, and what is wrong with them noted by row."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.errors import DataError, show, worded
from rdeep.ready import BadRows


def read_texts(x: Any, bad: BadRows) -> list[str]:
    """Return texts as strings, and note those that cannot be used.

    Parameters
    ----------
    x : sequence of str or bytes
        The texts; bytes are taken to be UTF-8.
    bad : BadRows
        Where it is noted which are missing, empty, or no text.

    Raises
    ------
    DataError
        If there is no text, or it is no sequence of texts.
    """
    if isinstance(x, (str, bytes, dict)) or not hasattr(x, "__iter__"):
        raise DataError(
            f"'x' must be a sequence of texts, not {show(x)}.",
            argument="x",
            received=x,
            hint="Put a single text into a list." if isinstance(x, (str, bytes)) else None,
        )
    dims = tuple(getattr(x, "shape", ()))
    if len(dims) > 1:
        if len(dims) > 2 or dims[1] != 1:
            raise DataError(
                f"'x' must be one column of texts; it has the shape {show(dims)}.", argument="x"
            )
        x = np.asarray(x, dtype=object)[:, 0]
    found = [_text(value, row, bad) for row, value in enumerate(x)]
    if not found:
        raise DataError("'x' has no texts.", argument="x")
    return found


def _text(value: Any, row: int, bad: BadRows) -> str:
    if isinstance(value, (bytes, bytearray)):
        try:
            value = bytes(value).decode("utf-8")
        except UnicodeDecodeError as error:
            byte = f"0x{bytes(value)[error.start]:02X}"
            bad.add(row, worded(f"it is not UTF-8 (byte {byte!s} at {error.start + 1})"))
            return ""
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            bad.add(row, "it has half a character (a surrogate), which is no text")
            return ""
        if not value.strip():
            bad.add(row, "it is empty" if not value else "it holds nothing but blanks")
            return ""
        return str(value)
    missing = value is None or bool(value != value) or type(value).__name__ == "NAType"
    bad.add(row, "it is missing" if missing else worded(f"it is {show(value)}, no text"))
    return ""
