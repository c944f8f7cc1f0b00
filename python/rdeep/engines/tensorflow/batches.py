"""Data on the device, and its layout: what a compiled function must know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from rdeep.data.arrays import ArrayFeed, aligned, is_aligned
from rdeep.graph.network import Graph

Tensor = Any

_WORTH_SHARING = 1 << 16
# An epoch's order is laid out in windows of this many bytes: all at once would hold the data twice.
_WINDOW_BYTES = 1 << 25
# A block for XLA holds at most this many batches, and about this many bytes.
_BLOCK_BATCHES = 512
_BLOCK_BYTES = 1 << 22


@dataclass(frozen=True)
class Layout:
    """The shapes and types of data: functions are compiled once for each layout.

    Data of another size has the same layout.

    Attributes
    ----------
    inputs, targets : int
        How many there are.
    weighted : tuple of bool
        For each output whether there are sample weights.
    specs : tuple of tf.TensorSpec
        Of the inputs, the targets and the weights there are, open in the rows.
    """

    inputs: int
    targets: int
    weighted: tuple[bool, ...]
    specs: tuple[tf.TensorSpec, ...]

    def split(
        self, tensors: list[Tensor]
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor | None]]:
        """Return inputs, targets and weights apart, `None` for weights that there are not.

        Parameters
        ----------
        tensors : list of Tensor
            A tensor for each of `specs`.
        """
        end = self.inputs + self.targets
        rest = iter(tensors[end:])
        weights = [next(rest) if weighted else None for weighted in self.weighted]
        return tensors[: self.inputs], tensors[self.inputs : end], weights


def layout_of(feed: ArrayFeed, graph: Graph | None) -> Layout:
    """Return the layout of data for a graph.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    graph : Graph or None
        The graph, whose open sizes stay open; `None` for a step that takes any arrays.
    """
    if graph is None:
        given = [tf.TensorSpec([None, *x.shape[1:]], x.dtype) for x in feed.inputs]
        return Layout(len(given), 0, (), tuple(given))
    pairs = zip(graph.inputs, graph.input_dtypes)
    inputs = [tf.TensorSpec(list(x.shape), dtype) for x, dtype in pairs]
    targets = [
        tf.TensorSpec(_opened(y.shape, output.shape), y.dtype)
        for y, output in zip(feed.targets, graph.outputs)
    ]
    weights = [tf.TensorSpec([None] * w.ndim, w.dtype) for w in feed.weights if w is not None]
    return Layout(
        len(inputs),
        len(targets),
        tuple(w is not None for w in feed.weights),
        (*inputs, *targets, *weights),
    )


def _opened(shape: tuple[int, ...], like: tuple[int | None, ...]) -> list[int | None]:
    """Return a target's shape, open where the output's is."""
    inner = [None if i < len(like) and like[i] is None else size for i, size in enumerate(shape)]
    return [None, *inner[1:]]


def _tensor(array: np.ndarray) -> Tensor:
    """Return an array as a tensor on the CPU, one that shares the memory if it is large.

    TensorFlow's own conversion copies twice, and takes the memory for both.
    """
    if array.nbytes < _WORTH_SHARING:
        return tf.convert_to_tensor(array)
    if not is_aligned(array):
        own = aligned(array.shape, array.dtype)
        np.copyto(own, array)
        array = own
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())


@dataclass
class Window:
    """Some batches of an epoch, one after the other.

    Attributes
    ----------
    tensors : list of Tensor
        The batches' rows, and after them perhaps rows that nobody must look at.
    first, batches : int
        The number of the first batch in the epoch, and how many there are.
    rows : int
        The rows of the batches.
    """

    tensors: list[Tensor]
    first: int
    batches: int
    rows: int


class TensorFlowBatches:
    """Data as batches, laid out in the epoch's order a window at a time.

    Parameters
    ----------
    feed : ArrayFeed
        The data.
    batch_size : int
        Rows in a batch; the last may have fewer.
    graph : Graph or None
        The graph that the data is for, if it is for one.

    Attributes
    ----------
    room : int
        How many batches a block for XLA holds. As few calls as may be, each with little unused
        room; multiples of 64, so that data of about the same size needs no further compilation.
    """

    def __init__(self, feed: ArrayFeed, batch_size: int, graph: Graph | None) -> None:
        self.rows, self.size = feed.rows, batch_size
        self.count = -(-feed.rows // batch_size)
        self.layout = layout_of(feed, graph)
        self._arrays = [*feed.inputs, *feed.targets, *(w for w in feed.weights if w is not None)]
        batch_bytes = max(1, sum(array[:1].nbytes for array in self._arrays) * batch_size)
        most = max(1, min(_BLOCK_BATCHES, _BLOCK_BYTES // batch_bytes))
        full = max(1, feed.rows // batch_size)
        self.room = min(most, -(-full // -(-full // most) // 64) * 64 or 64)
        window = max(1, _WINDOW_BYTES // batch_bytes)
        self._window_batches = max(self.room, window - window % self.room)
        # A GPU has its own copy, and lays out windows there.
        on_cpu = "CPU" in tf.zeros(()).device
        self._on_device = None if on_cpu else [tf.convert_to_tensor(a) for a in self._arrays]
        self.order(None)

    def order(self, permutation: np.ndarray | None) -> None:
        """Set the order of the samples for the coming epoch; `None` for the data's own.

        Parameters
        ----------
        permutation : numpy.ndarray or None
            The numbers of the rows.
        """
        self._order = permutation
        self._key: tuple[int, bool] | None = None
        self._cut: Window | None = None
        self._parts: list[Any] = []

    def window(self, batch: int, spare: bool) -> Window:
        """Return the window that a batch is in.

        Parameters
        ----------
        batch : int
            The batch's number in the epoch.
        spare : bool
            Whether the tensors must reach a block further than the last batch, so that a block of
            fixed size can be cut out from any batch on.
        """
        whole = self._order is None and not spare
        start = 0 if whole else batch - batch % self._window_batches
        if self._key != (start, spare):
            # The old window goes before the new one comes.
            self._window: Window | None = None
            batches = self.count if whole else min(self._window_batches, self.count - start)
            rows = min(batches * self.size, self.rows - start * self.size)
            extra = self.room * self.size if spare else 0
            tensors = self._laid_out(start * self.size, rows, extra, whole)
            self._window, self._key = Window(tensors, start, batches, rows), (start, spare)
        assert self._window is not None
        return self._window

    def batch(self, index: int) -> list[Tensor]:
        """Return a batch of the epoch as tensors: inputs, targets and weights.

        Parameters
        ----------
        index : int
            The batch's number in the epoch.
        """
        window = self.window(index, spare=False)
        if self._cut is not window:
            # One call for a window; cutting out each batch would take as long as a small step.
            last = window.rows - (window.batches - 1) * self.size
            sizes = [self.size] * (window.batches - 1) + [last]
            self._parts = [tf.split(tensor[: window.rows], sizes) for tensor in window.tensors]
            self._cut = window
        return [parts[index - window.first] for parts in self._parts]

    def arrays(self, index: int) -> ArrayFeed:
        """Return a batch of the epoch as NumPy arrays.

        Parameters
        ----------
        index : int
            The batch's number in the epoch.
        """
        window = self.window(index, spare=self._key is not None and self._key[1])
        first = (index - window.first) * self.size
        rows = slice(first, min(first + self.size, window.rows))
        tensors = [tensor[rows].numpy() for tensor in window.tensors]
        inputs, targets, weights = self.layout.split(tensors)
        return ArrayFeed(inputs, targets, weights)

    def _laid_out(self, first: int, rows: int, extra: int, whole: bool) -> list[Tensor]:
        if whole:
            return self._on_device or [_tensor(array) for array in self._arrays]
        chosen = None if self._order is None else self._order[first : first + rows]
        if self._on_device is not None:
            numbers = np.arange(first, first + rows) if chosen is None else chosen
            padded = tf.constant(np.pad(numbers, (0, extra), mode="edge"), tf.int64)
            return [tf.gather(tensor, padded) for tensor in self._on_device]
        tensors = []
        for array in self._arrays:
            # NumPy gathers several times faster than TensorFlow does on a CPU.
            out = aligned((rows + extra, *array.shape[1:]), array.dtype)
            if chosen is None:
                out[:rows] = array[first : first + rows]
            else:
                np.take(array, chosen, axis=0, out=out[:rows], mode="clip")
            out[rows:] = 0
            tensors.append(_tensor(out))
        return tensors
