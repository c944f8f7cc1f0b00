"""Data for a step that a user wrote: of any structure, checked for nothing but its rows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from rdeep.arrays import trees
from rdeep.data.arrays import ArrayFeed, engine_array
from rdeep.data.foreign import on_host
from rdeep.data.sparse import as_sparse
from rdeep.errors import ArgumentError, DataError, ShapeError, listing, show

Template = Any
"""The structure of data: lists, tuples and dictionaries, with a leaf for each array."""

_LEAF = "array"


def packed(batch: tuple[Any, ...]) -> Any:
    """Return what a step is given for `x`, targets and weights, as Keras has it.

    That is `x` by itself without targets, `(x, y)` or `(x, y, sample_weight)`.

    Parameters
    ----------
    batch : tuple
        The three, without those at the end that there are not.

    Examples
    --------
    >>> packed((1, None, None)), packed((1, 2, None))
    (1, (1, 2))
    """
    while len(batch) > 1 and batch[-1] is None:
        batch = batch[:-1]
    return batch[0] if len(batch) == 1 else tuple(batch)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Return `x`, targets and weights of what a step is given; `None` for what there is not.

    Parameters
    ----------
    data : object
        `x`, `(x,)`, `(x, y)` or `(x, y, sample_weight)`.

    Examples
    --------
    >>> unpack_x_y_sample_weight((1, 2))
    (1, 2, None)
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ArgumentError(
            f"Data must be x, targets and weights, not {len(data)} values.", argument="data"
        )
    x, y, weight = (*data, None, None)[:3]
    return x, y, weight


def structured(data: Any, argument: str = "x") -> tuple[ArrayFeed, Template]:
    """Return data as arrays, one for each leaf, and its structure.

    Numbers with a fraction become float32, others keep their type. A dictionary, and a list of
    arrays, are structure; a list of numbers is an array.

    Parameters
    ----------
    data : object
        Arrays, tensors, data frames, within lists, tuples and dictionaries.
    argument : str
        What messages call it.

    Raises
    ------
    DataError
        If there is text, or nothing.
    ShapeError
        If the arrays have different numbers of rows.
    """
    arrays: list[np.ndarray] = []
    template = _shape_of(data, arrays, argument)
    if not arrays:
        raise DataError(f"'{argument}' holds no data.", argument=argument)
    rows = sorted({len(array) for array in arrays})
    if len(rows) > 1:
        raise ShapeError(
            f"The arrays of '{argument}', and those beside it, have {listing(rows, 'and')} rows: "
            "they must have the same number.",
            argument=argument,
            received=rows,
        )
    if not rows[0]:
        raise DataError(f"'{argument}' has no rows.", argument=argument)
    return ArrayFeed(arrays, [], []), template


def filled(template: Template, leaves: list[Any]) -> Any:
    """Return data of a structure.

    Parameters
    ----------
    template : Template
        What `structured` returned.
    leaves : list
        A tensor for each array.
    """
    return trees.pack(template, leaves)


def _shape_of(data: Any, arrays: list[np.ndarray], argument: str) -> Template:
    if data is None:
        return None
    if isinstance(data, Mapping):
        made = {key: _shape_of(data[key], arrays, argument) for key in sorted(data)}
        return {key: made[key] for key in data}
    if isinstance(data, (tuple, list)) and any(_is_part(each) for each in data):
        parts = [_shape_of(each, arrays, argument) for each in data]
        return tuple(parts) if isinstance(data, tuple) else parts
    arrays.append(_array(data, argument))
    return _LEAF


def _is_part(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_is_part(each) for each in value)
    return isinstance(value, Mapping) or value is None or len(getattr(value, "shape", ())) > 0


def _array(data: Any, argument: str) -> np.ndarray:
    sparse = as_sparse(data)
    if sparse is not None:
        return np.asarray(sparse.dense(slice(None)))
    array = on_host(data.to_numpy() if hasattr(data, "to_numpy") else data, argument)
    if array.dtype.kind == "O":
        with suppress(TypeError, ValueError):
            array = array.astype(np.float64)
    if array.dtype.kind not in "fiub":
        raise DataError(
            f"'{argument}' must hold numbers, not {show(array.ravel()[0]) if array.size else ''}.",
            argument=argument,
            hint="Make numbers of text and of dates first.",
        )
    if not array.ndim:
        raise DataError(f"'{argument}' must have rows, not be a number.", argument=argument)
    if array.dtype.kind == "f":
        return engine_array(array, np.float32)
    # Engines have no other unsigned types.
    kept = array.dtype if array.dtype in (np.bool_, np.uint8) else np.dtype("int32")
    if array.dtype.kind in "iu" and array.dtype.itemsize > 4:
        kept = np.dtype("int64")
    return engine_array(array, kept)
