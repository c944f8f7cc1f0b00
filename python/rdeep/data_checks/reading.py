"""What users pass as a table: data frames, dictionaries, arrays, texts, images, folders."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rdeep.data.columns import column_names
from rdeep.data.foreign import on_host
from rdeep.data_checks.columns import IMAGE_ENDINGS, Column, Table, table_of
from rdeep.errors import DataError, show
from rdeep.image.folders import listed_folder

_FOLDER_CLASS = "class"
_MISSING_TYPES = ("NAType", "NaTType")


def read_table(data: Any, argument: str = "data", y: Any = None) -> Table:
    """Return data as a table.

    Parameters
    ----------
    data : data frame, mapping, array, list of texts, images or folder
        A data frame of pandas or polars, a table of pyarrow, columns by name, an array of numbers
        of two dimensions, a list of texts, or images: an array of three or four dimensions, a list
        of arrays or of files, a folder.
    argument : str
        What messages call it.
    y : array, optional
        Outcomes beside it, a column `"y"`.

    Raises
    ------
    DataError
        If it is none of these, or holds nothing.
    """
    columns = _columns(data, argument)
    if y is not None:
        columns.append(column_from("y", y, "y"))
        if len(columns[-1]) != len(columns[0]):
            raise DataError(
                f"'{argument}' has {len(columns[0])} rows and 'y' has {len(columns[-1])} values.",
                argument="y",
                hint="Each row is a sample, which has one outcome.",
            )
    return table_of(columns, argument)


def _columns(data: Any, argument: str) -> list[Column]:
    if isinstance(data, Table):
        return list(data.columns)
    if isinstance(data, (str, os.PathLike)):
        return _folder(os.path.expanduser(os.fspath(data)), argument)
    if isinstance(data, Mapping):
        return [column_from(str(name), values, argument) for name, values in data.items()]
    names = column_names(data)
    if names is not None:
        return [column_from(name, _column(data, i), argument) for i, name in enumerate(names)]
    if isinstance(data, (list, tuple)):
        return _listed(list(data), argument)
    array = _array(data, argument)
    if array.dtype.names is not None:
        return [column_from(name, array[name], argument) for name in array.dtype.names]
    if array.ndim in (3, 4):
        return [Column("image", "image", images=array)]
    if array.ndim == 1 and array.dtype.kind in "OUS":
        return _listed(list(array), argument)
    if array.ndim == 1:
        return [column_from("x", array, argument)]
    if array.ndim != 2:
        raise _unknown(data, argument)
    return [column_from(f"x{i + 1}", array[:, i], argument) for i in range(array.shape[1])]


def _unknown(data: Any, argument: str) -> DataError:
    return DataError(
        f"'{argument}' must be a data frame, columns by name, an array, texts or images, not "
        f"{show(data)}.",
        argument=argument,
        received=data,
    )


def _array(data: Any, argument: str) -> np.ndarray:
    if not hasattr(data, "__array__") and not hasattr(data, "detach"):
        raise _unknown(data, argument)
    return data if isinstance(data, np.ndarray) else np.asarray(on_host(data, argument))


def _folder(path: str, argument: str) -> list[Column]:
    if not os.path.isdir(path):
        raise DataError(
            f"'{argument}' is no folder: {show(path)}.",
            argument=argument,
            received=path,
            hint="A folder holds a folder of images for each class, or images; texts are a list.",
        )
    listing = listed_folder(path, "drop")
    columns = [Column("image", "image", images=list(listing.paths))]
    if listing.labels is not None:
        columns.append(column_from(_FOLDER_CLASS, listing.labels, argument))
    return columns


def _listed(values: list[Any], argument: str) -> list[Column]:
    """Read a list: of texts, files, images, or rows of numbers."""
    some = next((each for each in values if not _is_missing(each)), None)
    if isinstance(some, Mapping):
        keys = dict.fromkeys(key for row in values for key in row)
        rows = [[row.get(key) for row in values] for key in keys]
        return [column_from(str(key), each, argument) for key, each in zip(keys, rows)]
    if isinstance(some, (list, tuple)) or (hasattr(some, "ndim") and some.ndim == 1):  # type: ignore[union-attr]
        return _columns(on_host(values, argument), argument)
    column = column_from("x", values, argument)
    if column.kind == "text":
        column.name, column.prose = "text", True
    elif column.kind == "image":
        column.name = "image"
    return [column]


def _column(data: Any, place: int) -> Any:
    if isinstance(data, np.ndarray):
        return data[data.dtype.names[place]]
    if hasattr(data, "iloc"):
        return data.iloc[:, place]
    if hasattr(data, "column"):
        return data.column(place)
    return data[data.columns[place]]


# Columns -----------------------------------------------------------------------------------------


def column_from(name: str, values: Any, argument: str = "data") -> Column:
    """Return a column of values of any kind.

    Parameters
    ----------
    name : str
        Its name.
    values : array or sequence
        Its values.
    argument : str
        What messages call the data.
    """
    categories = getattr(values, "cat", None)
    if categories is not None and hasattr(categories, "codes"):
        levels = [str(level) for level in categories.categories]
        return Column(name, "factor", codes=np.asarray(categories.codes, np.int64), levels=levels)
    array = _one_column(values)
    if array is not None:
        if array.ndim in (3, 4):
            return Column(name, "image", images=array)
        if array.ndim == 1 and array.dtype.kind in "iuf":
            numbers = array.astype(np.float64)
            return Column(name, "number", numbers=numbers, whole=array.dtype.kind in "iu")
        if array.ndim == 1 and array.dtype.kind == "b":
            return Column(name, "logical", numbers=array.astype(np.float64))
        if array.ndim == 1 and array.dtype.kind == "M":
            return Column(name, "time", numbers=_seconds(array))
        if array.ndim == 1 and array.dtype.kind in "OUS":
            return _objects(name, list(array), argument)
    elif isinstance(values, (list, tuple)):
        return _objects(name, list(values), argument)
    raise DataError(
        f"Column '{name}' of '{argument}' must hold numbers, text, times or images, not "
        f"{show(values)}.",
        argument=argument,
        received=values,
    )


def _one_column(values: Any) -> np.ndarray | None:
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "to_numpy"):
        found: np.ndarray = values.to_numpy()
        return found
    if hasattr(values, "detach"):
        return np.asarray(on_host(values, "data"))
    return None


def _seconds(array: np.ndarray) -> np.ndarray:
    missing = np.isnat(array)
    seconds = array.astype("datetime64[ms]").astype(np.int64) / 1000.0
    return np.where(missing, np.nan, seconds)


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in _MISSING_TYPES:
        return True
    return isinstance(value, (float, np.floating)) and bool(value != value)


def _objects(name: str, values: list[Any], argument: str) -> Column:
    """Read a column of objects: what they are says of what kind it is."""
    if set(map(type, values)) <= {str, type(None)}:
        return text_column(name, values)
    values = [None if _is_missing(each) else each for each in values]
    kinds = Counter(str(_kind(each)) for each in values if each is not None)
    if "other" in kinds:
        row, found = next((i, v) for i, v in enumerate(values) if _kind(v) == "other")
        raise DataError(
            f"Column '{name}' of '{argument}' must hold numbers, text, times or images; in row "
            f"{row} it holds {show(found)}.",
            argument=argument,
            received=found,
            hint="Give each part of a list a column of its own.",
        )
    if not kinds:
        return Column(name, "number", numbers=np.full(len(values), np.nan))
    if set(kinds) <= {"array", "text"} and kinds["array"]:
        return Column(name, "image", images=values)
    if len(kinds) == 1:
        kind = next(iter(kinds))
        if kind in ("number", "logical"):
            numbers = np.array([np.nan if v is None else float(v) for v in values])
            whole = kind == "number" and all(
                isinstance(v, (int, np.integer)) for v in values if v is not None
            )
            return Column(name, kind, numbers=numbers, whole=whole)
        if kind == "time":
            stamps = np.array([np.datetime64("NaT") if v is None else _stamp(v) for v in values])
            return Column(name, "time", numbers=_seconds(stamps.astype("datetime64[ms]")))
    mixed = dict(kinds) if len(kinds) > 1 else {}
    texts = [v if v is None or isinstance(v, (str, bytes)) else str(v) for v in values]
    return text_column(name, texts, mixed)


def _stamp(value: Any) -> np.datetime64:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(dt.timezone.utc).replace(tzinfo=None)
    return np.datetime64(value).astype("datetime64[ms]")


def _kind(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (str, bytes, os.PathLike)):
        return "text"
    if isinstance(value, (bool, np.bool_)):
        return "logical"
    if isinstance(value, (int, float, np.number)):
        return "number"
    if isinstance(value, (dt.date, np.datetime64)):
        return "time"
    is_picture = getattr(value, "ndim", 0) in (2, 3) and hasattr(value, "dtype")
    return "array" if is_picture else "other"


def text_column(
    name: str, values: Sequence[Any], mixed: dict[str, int] | None = None, prose: bool | None = None
) -> Column:
    """Return a column of text; of files of images, if that is what all end in.

    Parameters
    ----------
    name : str
        Its name.
    values : sequence of str, bytes or None
        Its values.
    mixed : dict, optional
        How many values of each type it was made of.
    prose : bool, optional
        Whether it is text to read.
    """
    if not set(map(type, values)) <= {str, type(None)}:
        values = [os.fspath(each) if isinstance(each, os.PathLike) else each for each in values]
    places: dict[Any, int] = {}
    codes = np.fromiter(
        (-1 if each is None else places.setdefault(each, len(places)) for each in values),
        np.int64,
        len(values),
    )
    if places and not prose and are_files(list(places)):
        return Column(name, "image", images=list(values))
    levels = [_decoded(level) for level in places]
    return Column(name, "text", codes=codes, levels=levels, mixed=mixed or {}, prose=prose)


def are_files(values: Sequence[Any]) -> bool:
    """Return whether texts are the names of files of images.

    Parameters
    ----------
    values : sequence of str
        The texts.
    """
    return all(isinstance(each, str) and each.lower().endswith(IMAGE_ENDINGS) for each in values)


def _decoded(level: Any) -> str | bytes:
    if isinstance(level, bytes):
        try:
            return level.decode("utf-8")
        except UnicodeDecodeError:
            return level
    return str(level)
