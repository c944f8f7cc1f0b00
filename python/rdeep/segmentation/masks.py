"""Masks: for each image what each of its pixels belongs to, in files or arrays."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.data.reading import needed
from rdeep.errors import DataError, format_shape, listing, show, worded
from rdeep.image.resizing import Size, inner
from rdeep.ready import BadRows

IGNORED = -1
"""The class of pixels of which nothing is known: they have no part in training and scores."""
_MOST_CLASSES = 256
# What Pillow raises of a damaged file depends on the format and on what is wrong with it.
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, AttributeError)


def as_masks(y: Any, total: int) -> Sequence[Any]:
    """Return masks, one after the other: paths or arrays.

    Parameters
    ----------
    y : array, or list of paths or arrays
        An array `(n, height, width)`, or a mask for each image.
    total : int
        How many images there are.

    Raises
    ------
    DataError
        If there are not as many.
    """
    if y is None:
        raise DataError("'y' is missing: a mask is needed for each image.", argument="y")
    if isinstance(y, (str, os.PathLike)):
        y = [y]
    items: Any = y if isinstance(y, (list, tuple, np.ndarray)) else list(y)
    if len(items) != total:
        raise DataError(
            worded(f"There are {total} images and {len(items)} masks: each image has one."),
            argument="y",
        )
    found: Sequence[Any] = items
    return found


def read_masks(
    items: Sequence[Any], rows: np.ndarray, shapes: Sequence[tuple[int, ...]], bad: BadRows
) -> list[np.ndarray | None]:
    """Return what masks hold, `(height, width)` each; `IGNORED` where nothing is known.

    Parameters
    ----------
    items : sequence
        Paths or arrays.
    rows : numpy.ndarray
        Which of them.
    shapes : sequence of tuple of int
        Height and width of each image.
    bad : BadRows
        Where masks that cannot be used are noted; they are `None`.
    """
    found: list[np.ndarray | None] = []
    for row in rows:
        item = items[row]
        name = os.fspath(item) if isinstance(item, (str, os.PathLike)) else None
        mask, reason = _from_file(name) if name is not None else _from_array(item)
        if mask is not None and mask.shape != tuple(shapes[row][:2]):
            reason = worded(
                f"its mask has the size {format_shape(mask.shape)}, and the image "
                f"{format_shape(shapes[row][:2])}"
            )
            mask = None
        if mask is None:
            bad.add(int(row), reason, name)
        found.append(mask)
    return found


def _from_array(item: Any) -> tuple[np.ndarray | None, Any]:
    if item is None:
        return None, "its mask is missing"
    mask = np.asarray(item)
    if mask.ndim == 3 and mask.shape[2] == 1:
        mask = mask[..., 0]
    if mask.ndim != 2:
        return None, worded(f"its mask has the shape {format_shape(mask.shape)}")
    if mask.dtype.kind == "b":
        return mask.astype(np.int64), ""
    if mask.dtype.kind in "ui":
        return _whole(mask)
    if mask.dtype.kind != "f":
        return None, "its mask holds no numbers"
    known = np.isfinite(mask)
    if not (mask[known] == np.rint(mask[known])).all():
        return (
            None,
            "its mask holds numbers that are not whole: classes are numbered",
        )
    return _whole(np.where(known, mask, IGNORED))


def _whole(mask: np.ndarray) -> tuple[np.ndarray | None, str]:
    if mask.size and (mask.min() < IGNORED or mask.max() > 65535):
        return None, "its mask holds numbers below 0 or above 65535"
    return mask.astype(np.int64), ""


def _from_file(path: str) -> tuple[np.ndarray | None, str]:
    pillow = needed("PIL.Image", "Reading masks")
    path = os.path.expanduser(path)
    if not os.path.isfile(path):
        return None, "there is no such file of a mask"
    try:
        with pillow.open(path) as image:
            if image.mode not in ("1", "L", "P", "I") and not image.mode.startswith("I;16"):
                channels = [np.asarray(each) for each in image.convert("RGB").split()]
                if not all((each == channels[0]).all() for each in channels[1:]):
                    return None, (
                        "its mask has colours: it must be grey, or have a palette, with the number "
                        "of a class in each pixel"
                    )
                return channels[0].astype(np.int64), ""
            return np.asarray(image).astype(np.int64), ""
    except _DAMAGE:
        return None, "its mask cannot be read as an image"


def learned_values(
    masks: Sequence[np.ndarray | None], levels: Sequence[str] | None
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the values that masks hold, in order, and what the classes are called.

    Parameters
    ----------
    masks : sequence of numpy.ndarray or None
        The masks.
    levels : sequence of str, optional
        Names of the classes, in the order of the values; by default the values.

    Raises
    ------
    DataError
        If there is one value only, or very many; or not as many names.
    """
    seen: set[int] = set()
    for mask in masks:
        if mask is not None:
            seen.update(np.unique(mask).tolist())
    values = tuple(sorted(seen - {IGNORED}))
    if len(values) < 2:
        only = f", {values[0]}" if values else ""
        raise DataError(
            f"The masks hold one value only{only}: there is nothing to tell apart.", argument="y"
        )
    if len(values) > _MOST_CLASSES:
        raise DataError(
            f"The masks hold {len(values)} different values: each pixel must have the number of a "
            "class.",
            argument="y",
            hint="JPEG files change what they hold: masks belong in PNG files.",
        )
    if levels is None:
        return values, tuple(str(value) for value in values)
    names = [str(each) for each in levels]
    if len(names) != len(values) or len(set(names)) != len(names):
        raise DataError(
            f"'levels' must name the {len(values)} classes of the masks, {listing(values, 'and')}, "
            f"each otherwise; it has {listing(names, 'and')}.",
            argument="levels",
            received=levels,
        )
    return values, tuple(names)


def encoded_masks(
    masks: Sequence[np.ndarray], values: Sequence[int], size: Size, way: str
) -> np.ndarray:
    """Return masks of one size as class numbers, `(n, height, width)`; `IGNORED` outside of them.

    Parameters
    ----------
    masks : sequence of numpy.ndarray
        The masks.
    values : sequence of int
        What they hold for each class.
    size : tuple of int
        Height and width.
    way : {"pad", "stretch"}
        What is done about other proportions.

    Raises
    ------
    DataError
        If there is a value that was not learned.
    """
    found = np.full((len(masks), *size), IGNORED, np.int16)
    for row, mask in enumerate(masks):
        codes = np.searchsorted(values, mask)
        codes = np.minimum(codes, len(values) - 1)
        unknown = (np.asarray(values)[codes] != mask) & (mask != IGNORED)
        if unknown.any():
            raise DataError(
                f"A mask holds {show(int(mask[unknown][0]))}, which the model was not fitted to.",
                argument="y",
                expected=worded(f"one of {listing(values)}"),
            )
        codes = np.where(mask == IGNORED, IGNORED, codes)
        top, left, high, wide = inner((mask.shape[0], mask.shape[1]), size, way)
        ys = ((np.arange(high) + 0.5) * mask.shape[0] / high).astype(np.int64)
        xs = ((np.arange(wide) + 0.5) * mask.shape[1] / wide).astype(np.int64)
        found[row, top : top + high, left : left + wide] = codes[ys[:, np.newaxis], xs]
    return found
