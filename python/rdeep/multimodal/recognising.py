"""What a column is taken as, where nobody says it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, DataError, Wording, listing, show, suggestion, worded
from rdeep.multimodal.columns import Column
from rdeep.multimodal.settings import KINDS

_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")
_FEW_LEVELS = 20
_MANY_WORDS = 3
_SMALLEST_IMAGE = 8
_WORDS = {
    "image": "images",
    "text": "texts",
    "series": "series",
    "number": "numbers",
    "category": "categories",
}


@dataclass
class Recognised:
    """What a column is taken as.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    note : str, Wording or None
        What is to be said of it, where the column could be something else as well.
    """

    kind: str
    note: str | Wording | None = None


def recognised(
    columns: Mapping[str, Column], asked: Mapping[str, str] | None
) -> dict[str, Recognised]:
    """Return what each column is taken as.

    Parameters
    ----------
    columns : mapping of str to Column
        The columns.
    asked : mapping of str to str, or None
        What the user says of some.

    Raises
    ------
    ArgumentError
        If the user names a column that is not there, or no such kind.
    DataError
        If a column holds what no kind is, or nothing at all.
    """
    asked = dict(asked or {})
    for name, kind in asked.items():
        if name not in columns:
            raise ArgumentError(
                f"'modalities' names {show(name)}, which is no column.",
                argument="modalities",
                received=name,
                hint=suggestion(name, columns),
            )
        if kind not in KINDS:
            raise ArgumentError(
                f"'modalities' says that {show(name)} is {show(kind)}: it must be one of "
                f"{listing(KINDS)}.",
                argument="modalities",
                received=kind,
            )
    found = {}
    for name, column in columns.items():
        if not len(column):
            raise DataError("The data has no rows.", argument="x")
        if column.missing().all():
            raise DataError(
                f"Column {show(name)} is missing in all rows: nothing can be learned of it.",
                argument="x",
                hint="Leave it out.",
            )
        possible = _possible(column)
        if name not in asked:
            found[name] = possible
            continue
        _check_asked(column, asked[name], possible.kind)
        found[name] = Recognised(asked[name])
    return found


def _possible(column: Column) -> Recognised:
    if column.levels is not None:
        return Recognised("category")
    if isinstance(column.values, np.ndarray):
        return _of_array(column.values, column.name)
    values = [each for each in column.values if each is not None]
    if all(isinstance(each, (bool, np.bool_)) for each in values):
        return Recognised("category")
    if all(isinstance(each, (int, float, np.integer, np.floating)) for each in values):
        return Recognised("number")
    if all(isinstance(each, (str, bytes, os.PathLike)) for each in values):
        return _of_strings(column.name, [_text(each) for each in values])
    arrays = [_array(each) for each in values]
    shapes = [each.shape for each in arrays if each is not None]
    if not shapes:
        raise _no_kind(column, values[0])
    ranks = [len(shape) for shape in shapes]
    rank = max(sorted(set(ranks)), key=ranks.count)
    if rank == 1:
        return Recognised("series")
    if rank == 3:
        return Recognised("image")
    if rank != 2:
        raise _no_kind(column, values[0])
    return _of_matrices(column.name, [each for each in arrays if each is not None])


def _of_array(values: np.ndarray, name: str) -> Recognised:
    if values.ndim == 1:
        return Recognised("category" if values.dtype.kind == "b" else "number")
    if values.ndim == 2:
        return Recognised("series")
    if values.ndim == 4:
        return Recognised("image")
    if values.ndim == 3:
        return _of_matrices(name, [values])
    raise DataError(
        f"Column {show(name)} is an array of {values.ndim} dimensions: images have 3 or 4, series "
        "2 or 3.",
        argument="x",
        received=values.shape,
    )


def _of_matrices(name: str, arrays: list[np.ndarray]) -> Recognised:
    """Return whether matrices are grey images or series of several channels."""
    high, wide = (int(np.median([each.shape[axis] for each in arrays])) for axis in (-2, -1))
    pixels = all(float(np.nanmin(each, initial=0)) >= 0 for each in arrays)
    if min(high, wide) >= _SMALLEST_IMAGE and pixels:
        other = "series"
        kind = "image"
    else:
        kind, other = "series", "image"
    said = worded(
        f"{show(name)} holds matrices ({high} x {wide}), which are taken as {_WORDS[kind]}; they "
        f"could be {_WORDS[other]}"
    )
    return Recognised(kind, said)


def _of_strings(name: str, texts: list[str]) -> Recognised:
    paths = sum(each.lower().endswith(_SUFFIXES) for each in texts)
    if 2 * paths >= len(texts):
        return Recognised("image")
    distinct = len(set(texts))
    few = distinct <= _FEW_LEVELS and 2 * distinct <= len(texts)
    words = float(np.median([len(each.split()) for each in texts]))
    if words >= _MANY_WORDS:
        if not few:
            return Recognised("text")
        said = worded(
            f"{show(name)} has {distinct} different texts, which are taken as categories; they "
            "could be texts"
        )
        return Recognised("category", said)
    if 2 * distinct <= len(texts) or few:
        return Recognised("category")
    said = worded(
        f"{show(name)} has {distinct} different values of a word or two, taken as texts; they "
        "could be categories, or names to leave out"
    )
    return Recognised("text", said)


def _check_asked(column: Column, kind: str, possible: str) -> None:
    of_strings = possible in ("text", "category") or _holds_strings(column)
    allowed = {
        "image": possible in ("image", "series") or of_strings,
        "series": possible in ("image", "series") and not _holds_strings(column),
        "text": of_strings,
        "number": possible == "number",
        "category": possible in ("number", "category", "text") or of_strings,
    }
    if not allowed[kind]:
        raise ArgumentError(
            f"'modalities' says that column {show(column.name)} holds {_WORDS[kind]}, and it holds "
            f"what can only be {_WORDS[possible]}.",
            argument="modalities",
            received=kind,
        )


def _holds_strings(column: Column) -> bool:
    if isinstance(column.values, np.ndarray):
        return False
    known = (each for each in column.values if each is not None)
    return isinstance(next(known, None), (str, bytes, os.PathLike))


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else os.fspath(value)


def _array(value: Any) -> np.ndarray | None:
    try:
        found = np.asarray(value)
    except ValueError:
        return None
    return found if found.dtype.kind in "biuf" and found.ndim else None


def _no_kind(column: Column, value: Any) -> DataError:
    return DataError(
        f"Column {show(column.name)} holds {show(value)}: a column is of images, texts, series, "
        "numbers or categories.",
        argument="x",
        received=value,
        hint="Leave it out, or turn it into one of these.",
    )
