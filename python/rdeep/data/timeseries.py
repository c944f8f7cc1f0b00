"""Windows of a time series as samples, made batch by batch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdeep.catalogue.options import Count, Flag, checked
from rdeep.data.order import generator
from rdeep.data.reading import batches_in, counted, seed_for
from rdeep.errors import ArgumentError, DataError


def timeseries_dataset_from_array(
    data: object,
    targets: object,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str | None = None,
) -> TimeSeries:
    """Return windows of a series, as `keras.utils.timeseries_dataset_from_array` cuts them.

    Parameters
    ----------
    data : array
        A time step in each row.
    targets : array or None
        The target of the window that begins in the same row; `None` for windows alone.
    sequence_length : int
        The steps of a window.
    sequence_stride : int
        The steps from one window to the next.
    sampling_rate : int
        The steps from one row of a window to the next.
    batch_size : int or None
        The windows of a batch; `None` for one window without a dimension of batches.
    shuffle : bool
        Whether each epoch has an order of its own.
    seed : int, optional
        What the order depends on.
    start_index, end_index : int, optional
        The rows to use: from the first, up to but without the second.
    format : str, optional
        Without effect: either engine reads what comes out.

    Examples
    --------
    >>> import numpy as np
    >>> series = timeseries_dataset_from_array(np.arange(6.0), np.arange(6.0), 3)
    >>> x, y = next(series.open(0))
    >>> x.tolist(), y.tolist()
    ([[0.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 4.0], [3.0, 4.0, 5.0]], [0.0, 1.0, 2.0, 3.0])
    """
    values = np.asarray(data)
    rows = len(values)
    length = checked(Count(), sequence_length, "sequence_length")
    stride = _below(rows, sequence_stride, "sequence_stride")
    rate = _below(rows, sampling_rate, "sampling_rate")
    first = 0 if start_index is None else _below(rows, start_index, "start_index", 0)
    last = rows if end_index is None else _below(rows, end_index, "end_index")
    if last <= first:
        raise ArgumentError(
            f"'end_index' must be above 'start_index' = {first}, not {last}.",
            argument="end_index",
            received=last,
        )
    windows = last - first - (length - 1) * rate
    truth = None if targets is None else np.asarray(targets)
    if truth is not None:
        windows = min(windows, len(truth))
    if windows < 1:
        raise DataError(
            f"'data' has no window of {length} steps {rate} apart: {last - first} rows are used.",
            argument="sequence_length",
            received=length,
        )
    shuffle = checked(Flag(), shuffle, "shuffle")
    order_seed = seed_for(seed, shuffle) if shuffle else None
    size = None if batch_size is None else checked(Count(), batch_size, "batch_size")
    return TimeSeries(
        values[first:last],
        None if truth is None else truth[first:],
        np.arange(0, windows, stride),
        np.arange(0, length * rate, rate),
        size,
        order_seed,
    )


class TimeSeries:
    """Windows of a series; made by `timeseries_dataset_from_array`.

    Parameters
    ----------
    values, targets : numpy.ndarray
        The series, and what belongs to its rows.
    starts : numpy.ndarray
        The rows that windows begin in.
    steps : numpy.ndarray
        The rows of a window, from its start.
    batch_size : int or None
        The windows of a batch.
    seed : int or None
        What each epoch's order is drawn from.
    """

    def __init__(
        self,
        values: np.ndarray,
        targets: np.ndarray | None,
        starts: np.ndarray,
        steps: np.ndarray,
        batch_size: int | None,
        seed: int | None,
    ) -> None:
        self.values, self.targets = values, targets
        self.starts, self.steps = starts, steps
        self.batch_size, self.seed = batch_size, seed
        self.batches = batches_in(len(starts), batch_size or 1)

    def __repr__(self) -> str:
        windows = counted(len(self.starts), "window", "windows")
        batches = counted(self.batches, "batch", "batches")
        return f"<dataset: {windows} of {len(self.steps)} steps, {batches}>"

    def open(self, epoch: int) -> Iterator[tuple[np.ndarray, ...]]:
        """Return the batches of an epoch.

        Parameters
        ----------
        epoch : int
            The epoch's number, from 0.
        """
        starts = self.starts
        if self.seed is not None:
            starts = generator(self.seed, epoch).permutation(starts)
        for at in range(0, len(starts), self.batch_size or 1):
            rows = starts[at : at + (self.batch_size or 1)]
            x = self.values[rows[:, np.newaxis] + self.steps]
            batch = (x,) if self.targets is None else (x, self.targets[rows])
            yield batch if self.batch_size else tuple(part[0] for part in batch)

    def in_order(self) -> TimeSeries:
        """Return the same windows in the order of the series."""
        steps = self.starts, self.steps, self.batch_size
        return self if self.seed is None else TimeSeries(self.values, self.targets, *steps, None)


def _below(rows: int, value: object, argument: str, least: int = 1) -> int:
    number = int(checked(Count(least), value, argument))
    if number >= rows:
        raise ArgumentError(
            f"'{argument}' must be below the number of rows, {rows}, not {number}.",
            argument=argument,
            received=number,
        )
    return number
