"""Series in a column: of equal or unequal length, brought to one by filling up."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.errors import format_shape, show, worded
from rdeep.multimodal.columns import Column
from rdeep.multimodal.settings import SeriesColumn
from rdeep.multimodal.values import Values
from rdeep.ready import BadRows

_MOST_STEPS = 256
_ROUNDED = 16
EXTRA = 2
"""How many numbers a step has beside its channels: its place in the series, and whether it is."""


def learn(column: Column, bad: BadRows) -> tuple[SeriesColumn, Values]:
    """Return what is learned of a column of series, and its values.

    Parameters
    ----------
    column : Column
        A vector or a matrix `(steps, channels)` for each sample, or an array of all.
    bad : BadRows
        Where series that cannot be used are noted.
    """
    found = _arrays(column, bad)
    counts = [each.shape[1] for each in found if each is not None]
    channels = max(sorted(set(counts)), key=counts.count) if counts else 1
    found = _of_channels(found, channels, bad)
    there = [each for each in found if each is not None]
    joined = np.concatenate(there) if there else np.zeros((1, channels))
    with np.errstate(all="ignore"):
        means = np.nan_to_num(np.nanmean(joined, axis=0))
        deviations = np.nan_to_num(np.nanstd(joined, axis=0))
    longest = max((len(each) for each in there), default=1)
    record = SeriesColumn(
        column.name,
        longest,
        -(-longest // _MOST_STEPS),
        means.tolist(),
        np.where(deviations > 0, deviations, 1.0).tolist(),
        sum(each is None for each in found) - len(bad),
    )
    return record, _values(record, found)


def read(record: SeriesColumn, column: Column, bad: BadRows) -> Values:
    """Return the values of new series.

    Parameters
    ----------
    record : SeriesColumn
        What was learned.
    column : Column
        The series.
    bad : BadRows
        Where series that cannot be used are noted.
    """
    return _values(record, _of_channels(_arrays(column, bad), record.channels, bad))


def _arrays(column: Column, bad: BadRows) -> list[np.ndarray | None]:
    """Return a matrix for each sample; `None` where it is missing or cannot be used."""
    return [_array(each, row, bad) for row, each in enumerate(column.values)]


def _array(value: Any, row: int, bad: BadRows) -> np.ndarray | None:
    if value is None:
        return None
    try:
        found = np.asarray(value)
    except ValueError:
        bad.add(row, "its steps do not have one number of channels")
        return None
    if found.dtype.kind not in "biuf":
        bad.add(row, worded(f"it is {show(value)}, no series of numbers"))
    elif found.ndim not in (1, 2):
        bad.add(row, worded(f"its shape is {format_shape(found.shape)}, and not (steps, channels)"))
    elif np.isinf(found).any():
        bad.add(row, "it has infinite values")
    elif found.size and not np.isnan(found.astype(np.float64)).all():
        return (found if found.ndim == 2 else found[:, np.newaxis]).astype(np.float64)
    return None


def _of_channels(
    found: list[np.ndarray | None], channels: int, bad: BadRows
) -> list[np.ndarray | None]:
    for row, each in enumerate(found):
        if each is not None and each.shape[1] != channels:
            has = f"it has {each.shape[1]} channels"
            bad.add(row, f"{has}, and the others have {channels}")
            found[row] = None
    return found


def _values(record: SeriesColumn, found: list[np.ndarray | None]) -> Values:
    """Return `(n, steps, channels + 2)`: values, the place from 0 to 1, and whether a step is."""
    every = record.every
    lengths = [0 if each is None else -(-len(each) // every) for each in found]
    longest = max(max(lengths, default=1), 1)
    longest = -(-longest // _ROUNDED) * _ROUNDED
    x = np.zeros((len(found), longest, record.channels + EXTRA), np.float32)
    means, deviations = np.array(record.means), np.array(record.deviations)
    for row, (each, length) in enumerate(zip(found, lengths)):
        if each is None:
            continue
        scaled = _condensed((each - means) / deviations, every, length)
        # What is missing within a series is in the middle of all.
        x[row, :length, : record.channels] = np.nan_to_num(np.clip(scaled, -1e6, 1e6))
        x[row, :length, -2] = np.linspace(0.0, 1.0, length)
        x[row, :length, -1] = ~np.isnan(scaled).all(axis=1)
    return Values({"series": x}, np.array([each is not None for each in found], dtype=bool))


def _condensed(x: np.ndarray, every: int, length: int) -> np.ndarray:
    """Return the means of each few steps, of those that are there."""
    if every == 1:
        return x
    filled = np.full((length * every, x.shape[1]), np.nan)
    filled[: len(x)] = x
    parts = filled.reshape(length, every, -1)
    count = (~np.isnan(parts)).sum(axis=1)
    sums = np.nansum(parts, axis=1)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan)
