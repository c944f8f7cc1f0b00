"""Tables of boxes: what users pass, read and checked."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.detection.boxes import CORNERS, FORMATS, MIDDLES, SIDES, areas, to_corners
from rdeep.errors import ArgumentError, DataError, RdeepWarning, listing, show, show_rows, worded
from rdeep.ready import BadRows

_IMAGE = ("image", "path", "file", "filename", "image_id")
_CLASS = ("class", "label", "category", ".pred_class")
_COLUMNS = {
    CORNERS: (("xmin", "ymin", "xmax", "ymax"), ("x1", "y1", "x2", "y2")),
    SIDES: (("x", "y", "width", "height"), ("x", "y", "w", "h")),
    MIDDLES: (("cx", "cy", "width", "height"), ("cx", "cy", "w", "h")),
}
ONE_CLASS = "object"
"""The class of boxes without one."""
_WITHIN = 1.0
"""How many pixels a box may reach beyond its image without mention."""


@dataclass
class BoxTable:
    """Boxes as they were passed, a row each.

    Attributes
    ----------
    images : list
        What each row says of its image: its number from 0, or its path or name.
    labels : list of str or None
        The class of each; `None` where it is missing.
    values : numpy.ndarray
        Four numbers of each, `(n, 4)`.
    form : str
        How they are written.
    listed : bool
        Whether each image had a table of its own.
    """

    images: list[Any]
    labels: list[str | None]
    values: np.ndarray
    form: str
    listed: bool = False

    def __len__(self) -> int:
        return len(self.images)


def read_table(boxes: Any, box_format: str = "auto") -> BoxTable:
    """Return boxes as they were passed.

    Parameters
    ----------
    boxes : table, dict of columns, or list
        A row for each box, with a column `image`, `class` (or none, where there is one class), and
        four of coordinates; or a list with such a table, without `image`, for each image.
    box_format : str
        `"auto"`, by the columns' names, or one of `FORMATS`.

    Raises
    ------
    DataError
        If columns are missing.
    """
    if box_format != "auto" and box_format not in FORMATS:
        raise ArgumentError(
            f"'box_format' must be one of {listing(('auto', *FORMATS))}, not {show(box_format)}.",
            argument="box_format",
            received=box_format,
        )
    if isinstance(boxes, (list, tuple)):
        return _of_each_image(boxes, box_format)
    names = _names(boxes)
    form, columns = _coordinates(names, box_format)
    image = next((name for name in _IMAGE if name in names), None)
    if image is None:
        raise DataError(
            "'boxes' has no column 'image' that says which image each box is in.",
            argument="boxes",
            received=names,
            expected=f"one of {listing(_IMAGE)}",
        )
    images = [each.item() if isinstance(each, np.generic) else each for each in boxes[image]]
    return BoxTable(images, _labels(boxes, names, len(images)), _numbers(boxes, columns), form)


def _of_each_image(parts: Sequence[Any], box_format: str) -> BoxTable:
    """Return the boxes of a list with a table for each image."""
    tables = []
    for number, part in enumerate(parts):
        if part is None or len(part) == 0:
            continue
        if isinstance(part, np.ndarray) and part.ndim == 2 and part.shape[1] == 4:
            form = CORNERS if box_format == "auto" else box_format
            labels: list[str | None] = [ONE_CLASS] * len(part)
            tables.append(BoxTable([number] * len(part), labels, part.astype(np.float64), form))
            continue
        names = _names(part)
        form, columns = _coordinates(names, box_format)
        values = _numbers(part, columns)
        labels = _labels(part, names, len(values))
        tables.append(BoxTable([number] * len(values), labels, values, form))
    if not tables:
        return BoxTable([], [], np.zeros((0, 4)), CORNERS)
    if len({table.form for table in tables}) > 1:
        raise DataError("'boxes' has tables with different columns.", argument="boxes")
    return BoxTable(
        [each for table in tables for each in table.images],
        [each for table in tables for each in table.labels],
        np.concatenate([table.values for table in tables]),
        tables[0].form,
        listed=True,
    )


def _names(table: Any) -> list[str]:
    if isinstance(table, Mapping):
        return [str(name) for name in table]
    names = getattr(table, "columns", None)
    if names is None:
        names = getattr(getattr(table, "dtype", None), "names", None)
    if names is None:
        raise DataError(
            f"'boxes' must be a table with a row for each box, not {show(table)}.",
            argument="boxes",
            received=table,
        )
    return [str(name) for name in names]


def _coordinates(names: list[str], box_format: str) -> tuple[str, tuple[str, ...]]:
    """Return how boxes are written, and the names of their columns."""
    plain = box_format.removeprefix("rel_")
    tried = [plain] if box_format != "auto" else list(_COLUMNS)
    for form in tried:
        for columns in _COLUMNS[form]:
            if all(name in names for name in columns):
                return (form if box_format == "auto" else box_format), columns
    # The middle is often written as x and y too, which has to be said.
    if plain == MIDDLES:
        for columns in _COLUMNS[SIDES]:
            if all(name in names for name in columns):
                return box_format, columns
    wanted = _COLUMNS[CORNERS if box_format == "auto" else plain][0]
    raise DataError(
        f"'boxes' has no columns {listing(wanted, 'and')}.",
        argument="boxes",
        received=names,
        hint="Say by 'box_format' how boxes are written: corners ('xyxy'), the upper left corner "
        "with width and height ('xywh'), or the middle with these ('center_xywh').",
    )


def _numbers(table: Any, columns: tuple[str, ...]) -> np.ndarray:
    found = []
    for name in columns:
        try:
            values = [np.nan if _is_missing(each) else float(each) for each in table[name]]
        except (TypeError, ValueError):
            raise DataError(
                f"The column {show(name)} of 'boxes' must hold numbers.", argument="boxes"
            ) from None
        found.append(values)
    if len({len(values) for values in found}) > 1:
        raise DataError("The columns of 'boxes' have different lengths.", argument="boxes")
    return np.array(found, dtype=np.float64).T.reshape(-1, 4)


def _labels(table: Any, names: list[str], count: int) -> list[str | None]:
    name = next((each for each in _CLASS if each in names), None)
    if name is None:
        return [ONE_CLASS] * count
    return [None if _is_missing(each) else _text(each) for each in table[name]]


def _text(value: Any) -> str:
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _is_missing(value: Any) -> bool:
    return value is None or value != value or type(value).__name__ in ("NAType", "NaTType")


@dataclass
class ImageBoxes:
    """The boxes of images, in their own pixels.

    Attributes
    ----------
    boxes : list of numpy.ndarray
        Corners for each image, `(n, 4)`.
    labels : list of list of str
        The class of each.
    """

    boxes: list[np.ndarray]
    labels: list[list[str]]


def boxes_of_images(
    table: BoxTable,
    names: Sequence[str | None],
    shapes: Sequence[tuple[int, ...]],
    usable: np.ndarray,
    on_bad: str,
    levels: Sequence[str] | None = None,
) -> ImageBoxes:
    """Return the boxes of each image, without those that cannot be used.

    Parameters
    ----------
    table : BoxTable
        The boxes.
    names : sequence of str or None
        The path or name of each image.
    shapes : sequence of tuple of int
        Height and width of each.
    usable : numpy.ndarray
        Which images can be used: boxes in others are left out with them.
    on_bad : {"fail", "drop"}
        What is done about boxes that cannot be used.
    levels : sequence of str, optional
        The classes that there are.

    Raises
    ------
    DataError
        If there are boxes that cannot be used.
    """
    bad = BadRows(on_bad, "boxes", "boxes")
    places = _places(table, names, bad)
    sources = [
        names[place] or (f"image {place}" if table.listed else None) if place >= 0 else None
        for place in places
    ]
    known = np.flatnonzero(places >= 0)
    sizes = np.ones((len(table), 2))
    for row in known:
        sizes[row] = shapes[places[row]][:2]
    for row, label in enumerate(table.labels):
        if label is None:
            bad.add(row, "its class is missing", sources[row])
        elif levels is not None and label not in levels:
            bad.add(row, worded(f"there is no class {show(label)}"), sources[row])
    ignored = np.array([place >= 0 and not usable[place] for place in places], dtype=bool)
    corners = to_corners(table.values, table.form, sizes)
    cut = _checked(corners, sizes, bad, ignored, sources)
    kept = bad.kept(len(table)) if len(table) else np.zeros(0, np.int64)
    kept = kept[~ignored[kept]]
    _say_cut(np.intersect1d(cut, kept), len(table))
    limits = sizes[:, [1, 0, 1, 0]]
    corners = np.clip(corners, 0.0, limits)
    rows_of: list[list[int]] = [[] for _ in names]
    for row in kept:
        rows_of[places[row]].append(int(row))
    return ImageBoxes(
        [corners[rows].reshape(-1, 4) for rows in rows_of],
        [[str(table.labels[row]) for row in rows] for rows in rows_of],
    )


def _places(table: BoxTable, names: Sequence[str | None], bad: BadRows) -> np.ndarray:
    """Return the number of the image of each box; -1 where there is none."""
    by_name = {name: i for i, name in enumerate(names) if name is not None}
    short: dict[str, int] = {}
    for name, number in by_name.items():
        base = os.path.basename(name)
        short[base] = -1 if base in short else number
    places = np.full(len(table), -1)
    for row, image in enumerate(table.images):
        if _is_missing(image):
            bad.add(row, "its image is missing")
        elif isinstance(image, (int, float)) and not isinstance(image, bool):
            if image == int(image) and 0 <= image < len(names):
                places[row] = int(image)
            else:
                bad.add(row, worded(f"there is no image of {show_rows([int(image)])}"))
        else:
            text = os.path.expanduser(os.fspath(image) if hasattr(image, "__fspath__") else image)
            place = by_name.get(text, short.get(os.path.basename(text), -1))
            if place < 0:
                bad.add(row, worded(f"there is no image {show(text, 200)}"))
            places[row] = place
    return places


def _checked(
    corners: np.ndarray,
    sizes: np.ndarray,
    bad: BadRows,
    ignored: np.ndarray,
    sources: list[str | None],
) -> np.ndarray:
    """Note boxes that are none, and return the rows of those that reach beyond their image."""
    missing = ~np.isfinite(corners).all(axis=1)
    sides = corners[:, 2:] - corners[:, :2]
    high, wide = sizes.T
    reach = np.maximum(-corners[:, :2].min(axis=1, initial=0.0), 0.0)
    reach = np.maximum(reach, np.maximum(corners[:, 2] - wide, corners[:, 3] - high))
    inside = areas(np.clip(corners, 0.0, sizes[:, [1, 0, 1, 0]]))
    for row in np.flatnonzero(~ignored):
        if missing[row]:
            bad.add(row, "it has missing or infinite coordinates", sources[row])
        elif row in bad:
            continue
        elif (sides[row] < 0).any():
            bad.add(row, "it is inverted: a lower limit is above the upper one", sources[row])
        elif (sides[row] == 0).any():
            bad.add(row, "it has no area", sources[row])
        elif inside[row] <= 0:
            size = f"{int(wide[row])} x {int(high[row])} pixels"
            reason = f"it is outside of its image, which is {size} wide and high"
            bad.add(row, reason, sources[row])
    return np.flatnonzero(~missing & ~ignored & (reach > _WITHIN))


def _say_cut(rows: np.ndarray, total: int) -> None:
    if len(rows):
        reach = "reaches" if len(rows) == 1 else "reach"
        were = "was" if len(rows) == 1 else "were"
        more = "" if len(rows) <= 5 else " and others"
        warnings.warn(
            RdeepWarning(
                worded(
                    f"{len(rows)} of {total} boxes {reach} beyond the image, and {were} cut at its "
                    f"border: {show_rows(rows[:5].tolist())}{more}."
                )
            ),
            stacklevel=4,
        )
