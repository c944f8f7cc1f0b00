"""Data on a device, as batches: views of the data laid out in the epoch's order."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from rdeep.data.arrays import ArrayFeed

# An epoch's order is laid out in windows of this many bytes, of which batches are views: all at
# once would hold the data twice.
_WINDOW_BYTES = 1 << 25

Batch = tuple[list[Tensor], list[Tensor], list["Tensor | None"]]


class TorchBatches:
    """Data on a device as batches.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    batch_size : int
        Rows in a batch; the last may have fewer.
    device : str
        The device.
    """

    def __init__(self, feed: ArrayFeed, batch_size: int, device: str) -> None:
        self.count = -(-feed.rows // batch_size)
        self.size, self._rows = batch_size, feed.rows
        self._shape = (len(feed.inputs), len(feed.targets))
        arrays = [*feed.inputs, *feed.targets, *feed.weights]
        self._data = [None if a is None else _on_device(a, device) for a in arrays]
        row_bytes = sum(a[:1].nbytes for a in arrays if a is not None)
        self._batches_in_window = max(1, _WINDOW_BYTES // max(1, row_bytes * batch_size))
        self.order(None)

    def order(self, permutation: np.ndarray | None) -> None:
        """Set the order of the samples for the coming epoch; `None` for the data's own."""
        self._order = None if permutation is None else torch.from_numpy(permutation)
        self._window = -1

    def batch(self, index: int) -> Batch:
        """Return a batch: inputs, targets, weights."""
        window, place = divmod(index, self._batches_in_window)
        if window != self._window:
            self._lay_out(window)
        arrays = [None if views is None else views[place] for views in self._views]
        inputs, targets = self._shape
        return (  # type: ignore[return-value, unused-ignore]
            arrays[:inputs],
            arrays[inputs : inputs + targets],
            arrays[inputs + targets :],
        )

    def arrays(self, index: int) -> ArrayFeed:
        """Return a batch of the epoch as NumPy arrays."""
        inputs, targets, weights = self.batch(index)
        return ArrayFeed(
            [x.cpu().numpy() for x in inputs],
            [y.cpu().numpy() for y in targets],
            [None if w is None else w.cpu().numpy() for w in weights],
        )

    def rows_of(self, index: int) -> int:
        """Return how many rows a batch has."""
        return min(self.size, self._rows - index * self.size)

    def _lay_out(self, window: int) -> None:
        rows = self._batches_in_window * self.size
        start, stop = window * rows, min((window + 1) * rows, self._rows)
        # The last window goes before the next comes.
        self._views: list[Any] = []
        for data in self._data:
            if data is None:
                self._views.append(None)
            elif self._order is None:
                self._views.append(data[start:stop].split(self.size))
            else:
                chosen = self._order[start:stop].to(data.device)
                self._views.append(data.index_select(0, chosen).split(self.size))
        self._window = window


def _on_device(array: np.ndarray, device: str) -> Tensor:
    """Return an array as a tensor on a device."""
    tensor = torch.from_numpy(array)
    if device.startswith("cuda") and array.nbytes <= _WINDOW_BYTES:
        # From pinned memory, a window of a stream travels while the GPU works.
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)
