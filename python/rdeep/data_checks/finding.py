"""Duplicates and outliers by themselves, to act on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.data_checks.columns import Table
from rdeep.data_checks.duplicates import Groups, comparable, equal_rows, fingerprints, near_rows
from rdeep.data_checks.images import forget_images, image_groups, looked_at
from rdeep.data_checks.outliers import far_scores, row_scores
from rdeep.data_checks.reading import read_table
from rdeep.data_checks.texts import text_groups
from rdeep.errors import ArgumentError, DataError, show

_TEXT_NEAR, _IMAGE_NEAR = 0.8, 0.985


def find_duplicates(x: Any, near: bool | float = False) -> list[dict[str, Any]]:
    """Return which rows, texts or images are the same, or nearly.

    Parameters
    ----------
    x : data frame, list of texts, images or folder
        What `check_data` takes. Of a table with a column of texts or images alone these are
        compared; of any other its rows.
    near : bool or float
        Whether nearly equal ones count: for texts from which Jaccard similarity on (0.8), for
        images from which correlation on (0.985), for rows up to which difference, in robust
        standard deviations of each column, with all that is no number being the same.

    Returns
    -------
    list of dict
        A member of a group each: `group`, `row`, `how` (`"exact"` or `"near"`), `similarity` to the
        first of the group.

    Examples
    --------
    >>> for found in find_duplicates(["Good morning!", "good  morning", "Good night"]):
    ...     print(found["group"], found["row"], found["how"])
    0 0 exact
    0 1 exact
    """
    return duplicates_in(read_table(x, "x"), near)


def duplicates_in(table: Table, near: bool | float = False) -> list[dict[str, Any]]:
    """Return the duplicates of a table; see `find_duplicates`.

    Parameters
    ----------
    table : Table
        The table.
    near : bool or float
        Whether nearly equal ones count, and from where on.
    """
    if isinstance(near, bool) or not isinstance(near, (int, float)):
        if not isinstance(near, bool):
            raise ArgumentError(
                f"'near' must be {show(True)}, {show(False)} or a number, not {show(near)}.",
                argument="near",
                received=near,
            )
        limit = None
    else:
        limit = float(near)
    kind = _what(table)
    if limit is not None and not (limit > 0 and (kind == "row" or limit <= 1)):
        wanted = "above 0" if kind == "row" else "between 0 and 1"
        raise ArgumentError(
            f"'near' must be {wanted} for {kind}s, not {show(near)}.",
            argument="near",
            received=near,
        )
    if kind == "image":
        looked = looked_at(table.columns[0])
        exact, close = image_groups(looked, limit or _IMAGE_NEAR)
        forget_images()
    elif kind == "text":
        exact, close = text_groups(table.columns[0].texts(), limit or _TEXT_NEAR)
    else:
        if len(comparable(table.columns)) < len(table.columns):
            raise DataError(
                "A table with images among other columns cannot be compared by rows.",
                argument="x",
                hint="Give the column of images, or the table without it.",
            )
        exact = equal_rows(fingerprints(table.columns))
        found = near_rows(table, limit) if near else None
        close = found if found is not None else Groups(*(np.zeros(0, np.int64),) * 3)
    members = _listed(exact, "exact", 0)
    if near:
        members += _listed(close, "near", int(exact.group.max(initial=-1)) + 1)
    return members


def _what(table: Table) -> str:
    if len(table.columns) == 1 and table.columns[0].kind == "image":
        return "image"
    only = table.columns[0]
    return "text" if len(table.columns) == 1 and only.codes is not None else "row"


def _listed(groups: Groups, how: str, begin: int) -> list[dict[str, Any]]:
    return [
        {"group": int(group) + begin, "row": int(row), "how": how, "similarity": float(similar)}
        for row, group, similar in zip(groups.rows, groups.group, groups.similarity)
    ]


def find_outliers(x: Any, threshold: float = 6.0) -> list[dict[str, Any]]:
    """Return values far from the others of their column, and rows of unusual combinations.

    Parameters
    ----------
    x : data frame, mapping or array
        Columns; those that are no numbers are not looked at.
    threshold : float
        How many robust standard deviations away a value must be.

    Returns
    -------
    list of dict
        `row`, `column`, `value`, `score` and `how`: `"value"` for a value, whose score is how many
        robust standard deviations it is away; `"row"` for a combination of values, whose score is
        the distance of the row over what hardly any row has by chance.

    Examples
    --------
    >>> heights = [1.62, 1.70, 1.75, 1.68, 1.81, 1.66, 1.73, 1.59, 178.0]
    >>> [(found["row"], found["value"]) for found in find_outliers({"height": heights})]
    [(8, 178.0)]
    """
    return outliers_in(read_table(x, "x"), threshold)


def outliers_in(table: Table, threshold: float = 6.0) -> list[dict[str, Any]]:
    """Return the outliers of a table; see `find_outliers`.

    Parameters
    ----------
    table : Table
        The table.
    threshold : float
        How many robust standard deviations away a value must be.
    """
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)) or threshold < 3:
        raise ArgumentError(
            f"'threshold' must be a number from 3 on, not {show(threshold)}.",
            argument="threshold",
            received=threshold,
        )
    columns = [column for column in table.columns if column.is_number]
    if not columns:
        raise DataError("'x' has no column of numbers.", argument="x", received=table.names)
    found = []
    for column in columns:
        scores = far_scores(column)
        assert column.numbers is not None
        for row in np.flatnonzero(np.abs(scores) >= threshold):
            value, score = float(column.numbers[row]), float(scores[row])
            how = {"row": int(row), "column": column.name, "value": value}
            found.append({**how, "score": score, "how": "value"})
    rows = row_scores(columns)
    if rows is not None:
        for row in np.flatnonzero(rows[0] > 1.0):
            name = rows[1][row]
            value = float(table[name].numbers[row])  # type: ignore[index]
            how = {"row": int(row), "column": name, "value": value}
            found.append({**how, "score": float(rows[0][row]), "how": "row"})
    return found
