"""What layers are adapted to, as batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from rdeep.errors import DataError, class_name


def is_whole(data: object) -> bool:
    """Return whether data is there at once, rather than in batches.

    Parameters
    ----------
    data : object
        What `adapt` was given.
    """
    return isinstance(data, (np.ndarray, list, tuple, str, int, float)) or (
        hasattr(data, "__array__") and hasattr(data, "shape")
    )


def batches(data: object, steps: int | None = None) -> Iterator[Any]:
    """Return the inputs in each batch of a stream.

    Parameters
    ----------
    data : object
        An object with `open(epoch)`, a TensorFlow dataset, an iterable, or a function that
        returns one.
    steps : int, optional
        How many to read; by default all.

    Raises
    ------
    DataError
        If it gives none, or is no stream.
    """
    count = 0
    for item in islice(_opened(data), steps):
        count += 1
        yield _inputs(item)
    if not count:
        raise DataError("'data' gives no batch at all.", argument="data")


def _opened(data: object) -> Iterable[Any]:
    if hasattr(data, "open"):
        return data.open(0)
    if hasattr(data, "as_numpy_iterator"):
        return data.as_numpy_iterator()
    if callable(data) and not hasattr(data, "__iter__"):
        return data()
    if not hasattr(data, "__iter__"):
        raise DataError(
            f"'data' must be an array or give batches, not {class_name(data)}.", argument="data"
        )
    return data


def _inputs(item: Any) -> Any:
    """Return the inputs of a batch that may hold targets too."""
    item = item[0] if isinstance(item, tuple) else item
    # A batch in a list of one comes from a host where a list is what holds a batch.
    alone = isinstance(item, list) and len(item) == 1
    alone = alone and (isinstance(item[0], Mapping) or np.ndim(item[0]) > 0)
    return item[0] if alone else item


def rows_in_batches(data: Mapping[str, Any], size: int) -> Iterator[dict[str, Any]]:
    """Return columns a few rows at a time.

    Parameters
    ----------
    data : mapping of str to array
        The columns.
    size : int
        How many rows.
    """
    arrays = {name: np.asarray(values) for name, values in data.items()}
    rows = min((len(values) for values in arrays.values()), default=0)
    for start in range(0, rows, size):
        yield {name: values[start : start + size] for name, values in arrays.items()}
