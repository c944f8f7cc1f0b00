"""Rows split in two: by classes, by groups, in time."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.data.reading import seed_for
from rdeep.data_checks.reading import column_from
from rdeep.errors import ArgumentError, DataError, show

_QUANTILES = 4


def split_rows(
    rows: int,
    prop: float = 0.75,
    strata: Any = None,
    group: Any = None,
    time: Any = None,
    seed: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows to train on, and which to test on.

    Parameters
    ----------
    rows : int
        How many there are.
    prop : float
        The share to train on.
    strata : array, optional
        Classes, or numbers cut at their quartiles: both parts have the same shares of them.
    group : array, optional
        Which rows belong together: each group is in one part.
    time : array, optional
        Times: what is later is tested on, equal times are in one part.
    seed : int, optional
        What is drawn from; by default the process's.

    Returns
    -------
    tuple of numpy.ndarray
        The rows, in order.

    Examples
    --------
    >>> import numpy as np
    >>> train, test = split_rows(6, 0.5, group=["a", "a", "b", "b", "c", "c"], seed=1)
    >>> len(train), len(test)
    (4, 2)
    >>> split_rows(4, 0.5, time=[3, 1, 2, 4])
    (array([1, 2]), array([0, 3]))
    """
    if isinstance(prop, bool) or not isinstance(prop, (int, float)) or not 0 < prop < 1:
        raise ArgumentError(
            f"'prop' must be between 0 and 1, not {show(prop)}.", argument="prop", received=prop
        )
    if rows < 2:
        raise DataError(f"{show(rows)} rows cannot be split.", argument="rows", received=rows)
    if time is not None:
        if strata is not None or group is not None:
            raise ArgumentError("'time' goes with neither 'strata' nor 'group'.", argument="time")
        train = _earlier(_codes(time, rows, "time", keep_order=True), prop)
    else:
        draw = np.random.default_rng(seed_for(seed, True))
        unit = np.arange(rows) if group is None else _codes(group, rows, "group")
        layer = np.zeros(rows, np.int64) if strata is None else _codes(strata, rows, "strata", True)
        train = _drawn(unit, _layers(layer, strata), prop, draw)
    if train.all() or not train.any():
        raise DataError(
            "One part would be empty.",
            argument="prop",
            hint="There are too few groups or different times to split by.",
        )
    return np.flatnonzero(train), np.flatnonzero(~train)


def _codes(values: Any, rows: int, argument: str, keep_order: bool = False) -> np.ndarray:
    column = column_from(argument, values, argument)
    if len(column) != rows:
        raise DataError(
            f"'{argument}' has {len(column)} values, and there are {rows} rows.", argument=argument
        )
    if argument != "strata" and column.missing.any():
        raise DataError(
            f"'{argument}' has {int(column.missing.sum())} missing values.", argument=argument
        )
    if keep_order and column.numbers is not None and not column.is_discrete:
        found: np.ndarray = column.numbers
        return found
    return column.identity


def _layers(values: np.ndarray, strata: Any) -> np.ndarray:
    """Cut numbers of many values at their quartiles; levels stay."""
    if values.dtype.kind == "f" and len(np.unique(values)) > 2 * _QUANTILES:
        edges = np.nanquantile(values, np.linspace(0, 1, _QUANTILES + 1)[1:-1])
        return np.where(np.isnan(values), -1, np.searchsorted(edges, values, "right"))
    return np.unique(values, return_inverse=True)[1]


def _earlier(times: np.ndarray, prop: float) -> np.ndarray:
    order = np.argsort(times, kind="stable")
    cut = times[order[max(1, round(prop * len(times))) - 1]]
    earlier: np.ndarray = times <= cut
    return earlier


def _drawn(
    unit: np.ndarray, layer: np.ndarray, prop: float, draw: np.random.Generator
) -> np.ndarray:
    """Draw groups into the first part until it has its share of the rows of each layer."""
    train = np.zeros(len(unit), bool)
    units, first, place, size = np.unique(
        unit, return_index=True, return_inverse=True, return_counts=True
    )
    chosen = np.zeros(len(units), bool)
    for each in np.unique(layer[first]):
        members = draw.permutation(np.flatnonzero(layer[first] == each))
        reached = np.cumsum(size[members]) - 0.5 * size[members]
        chosen[members] = reached <= prop * size[members].sum()
    train[:] = chosen[place]
    return train
