"""Columns by their names: tables that hold what a model learned of, in whatever order.

What was learned of the columns is kept in a model's `annotations`, as plain data:
for each side (`x`, `y`) the `keys` of the inputs or outputs, and a part for each, whose `columns`
are the names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.errors import DataError, Wording, listing

_SHOWN = 12


class Columns:
    """The names of the columns that a model takes, and how data gets them in order.

    Parameters
    ----------
    annotations : mapping
        The model's.
    """

    def __init__(self, annotations: Mapping[str, Any]) -> None:
        self._sides: dict[str, dict[str, Any]] = dict(annotations.get("learned") or {})
        self._changed = False

    def arranged(self, data: Any, side: str, names: Sequence[str] = ()) -> Any:
        """Return data with its columns in the order that was learned; anything else as it is.

        Parameters
        ----------
        data : object
            What a user passed: one array or table, or several in a list or a dict.
        side : {"x", "y"}
            What it came as.
        names : sequence of str
            The names of the model's inputs or outputs, if they are known.
        """
        if isinstance(data, np.ndarray) and data.dtype.names is None:
            return data
        if isinstance(data, Mapping):
            return {
                key: _arranged(part, self._known(side, key, None), f"{side}[{key!r}]")
                for key, part in data.items()
            }
        if _is_several(data):
            places = range(len(data))
            keys = [names[i] if i < len(names) else None for i in places]
            return type(data)(
                _arranged(part, self._known(side, key, i), f"{side}[{i}]")
                for i, key, part in zip(places, keys, data)
            )
        return _arranged(data, self._known(side, None, 0), side)

    def learn(self, data: Any, side: str, names: Sequence[str]) -> None:
        """Remember the names of columns that nothing is known of yet.

        Parameters
        ----------
        data, side, names
            As for `arranged`.
        """
        if isinstance(data, np.ndarray) and data.dtype.names is None:
            return
        if isinstance(data, Mapping):
            parts = [data.get(name) for name in names]
        else:
            parts = list(data) if _is_several(data) else [data]
        found = [column_names(part) for part in parts]
        if len(parts) != len(names) or not any(found):
            return
        known = [self._known(side, name, i) for i, name in enumerate(names)]
        if any(given and old is None for given, old in zip(found, known)):
            held = (self._sides.get(side) or {}).get("parts") or [None] * len(names)
            self._sides[side] = {
                "keys": list(names),
                "parts": [
                    part if part or not given else {"columns": given}
                    for part, given in zip(held, found)
                ],
            }
            self._changed = True

    def learn_of(self, dataset: object, names: Sequence[str]) -> None:
        """Remember the columns that a dataset of files takes for inputs, where it knows them.

        Parameters
        ----------
        dataset : object
            What a model is trained on.
        names : sequence of str
            The names of the model's inputs.
        """
        given = getattr(dataset, "input_columns", None)
        if not given or self._sides.get("x"):
            return
        found = [given.get(name) or (given.get("") if len(names) == 1 else None) for name in names]
        parts = [columns and {"columns": list(columns)} for columns in found]
        self._sides["x"] = {"keys": list(names), "parts": parts}
        self._changed = True

    def keep_in(self, annotations: dict[str, Any]) -> None:
        """Put what was learned into a model's annotations.

        Parameters
        ----------
        annotations : dict
            The model's.
        """
        if self._changed:
            annotations["learned"] = self._sides

    def _known(self, side: str, key: object, place: int | None) -> list[str] | None:
        held = self._sides.get(side) or {}
        keys, parts = list(held.get("keys") or []), list(held.get("parts") or [])
        at = keys.index(key) if key in keys else place
        part = parts[at] if at is not None and at < len(parts) else None
        names = (part or {}).get("columns")
        return [names] if isinstance(names, str) else names


def column_names(data: object) -> list[str] | None:
    """Return the names of a table's columns; `None` for what has none.

    Parameters
    ----------
    data : object
        A data frame of pandas or polars, a table of pyarrow, or a structured array.
    """
    if isinstance(data, np.ndarray):
        return None if data.dtype.names is None else list(data.dtype.names)
    if hasattr(data, "column_names") and hasattr(data, "column"):
        return [str(name) for name in data.column_names]
    columns = getattr(data, "columns", None)
    # Numbers that pandas makes up are no names.
    if columns is None or type(columns).__name__ == "RangeIndex":
        return None
    return [str(name) for name in columns] if _is_frame(data) else None


def _is_frame(data: object) -> bool:
    return hasattr(data, "iloc") or hasattr(data, "get_column")


def _is_several(data: object) -> bool:
    """Return whether data is a list of arrays or tables, rather than of numbers."""
    if not isinstance(data, (list, tuple)) or hasattr(data, "_fields"):
        return False
    return any(hasattr(part, "shape") or column_names(part) for part in data)


def _arranged(data: object, known: Sequence[str] | None, label: str) -> Any:
    names = column_names(data)
    if names is None:
        return data
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise DataError(
            f"'{label}' has several columns with the name {repeated[0]!r}.",
            argument=label.split("[")[0],
            received=names,
            hint="Give each column a name of its own.",
        )
    if known is None or (len(known) == len(names) == 1):
        known = names
    missing = [name for name in known if name not in names]
    if missing:
        raise _unknown_columns(label, known, names, missing)
    return _values(data, [names.index(name) for name in known], known, label)


def _unknown_columns(
    label: str, known: Sequence[str], names: Sequence[str], missing: Sequence[str]
) -> DataError:
    beside = [name for name in names if name not in known]
    return DataError(
        f"'{label}' has no column {_few(missing)}, which the model was fitted with"
        + (f"; it has {_few(beside)} instead." if beside else "."),
        argument=label.split("[")[0],
        received=list(names),
        expected=f"the columns {_few(known)}",
        hint=f"The model takes the columns {_few(known)}; an array without names goes by place.",
    )


def _few(names: Sequence[str]) -> str | Wording:
    if len(names) <= _SHOWN:
        return listing(names, "and")
    return f"{', '.join(map(repr, names[:_SHOWN]))} and {len(names) - _SHOWN} others"


def _values(data: object, places: Sequence[int], names: Sequence[str], label: str) -> np.ndarray:
    """Return some columns of a table as an array, in this order."""
    parts = [_column(data, place) for place in places]
    for name, part in zip(names, parts):
        if part.dtype.kind not in "fiub":
            raise DataError(
                f"Column {name!r} of '{label}' holds {_kind(part)}; models take numbers.",
                argument=label.split("[")[0],
                received=name,
                hint="Turn categories into numbers first.",
            )
    return np.stack(parts, axis=1)


def _column(data: Any, place: int) -> np.ndarray:
    if isinstance(data, np.ndarray):
        return data[data.dtype.names[place]]
    if hasattr(data, "iloc"):
        column = data.iloc[:, place]
    elif hasattr(data, "column_names"):
        column = data.column(place)
    else:
        column = data.to_series(place)
    found = np.asarray(column)
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    # pandas' own numbers, in which a value may be missing.
    return found.astype(np.float64) if found.dtype == object and kind in tuple("fiub") else found


def _kind(column: np.ndarray) -> str:
    names = {"M": "dates", "m": "durations", "c": "complex numbers"}
    return names.get(column.dtype.kind, "text or categories")
