"""Data that comes in batches: what users may pass in place of arrays, and how it is read.

A stream is opened once for each pass and gives tuples `(x,)`, `(x, y)` or `(x, y, weights)`. Its
batches are joined into windows of a few megabytes, so that an engine gets enough to do at a time,
and a thread prepares windows while others are trained on. Neither changes order or numbers.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import numpy as np

from rdeep.data.arrays import ArrayFeed, joined
from rdeep.data.foreign import on_host
from rdeep.data.order import drawn_order
from rdeep.data.py_dataset import PyDataset
from rdeep.data.sparse import as_sparse
from rdeep.errors import ArgumentError, show, tuple_of

Batch = tuple[Any, ...]

# A window is closed at this size, after this many batches, or when it took this long to fill.
_WINDOW_BYTES = 1 << 23
_WINDOW_BATCHES = 64
_WINDOW_SECONDS = 0.1
_PAIR, _TRIPLE = tuple_of("x", "y"), tuple_of("x", "y", "sample_weight")
_NO_BATCH = "'x' gives no batch at all."


class Stream(Protocol):
    """Data in batches."""

    @property
    def batches(self) -> int | None:
        """The number of batches in a pass; `None` if nobody knows."""

    def open(self, epoch: int) -> Iterator[Batch]:
        """Return the batches of a pass, in an order that depends on its number alone."""


@dataclass
class Window:
    """A few batches of one size, joined; the last batch may be smaller."""

    feed: ArrayFeed
    size: int


def is_stream(data: object) -> bool:
    """Return whether data comes in batches, rather than as arrays.

    Parameters
    ----------
    data : object
        What a user passed as `x`.
    """
    if data is None or isinstance(data, (np.ndarray, Mapping, list, tuple, str)):
        return False
    # First: a data frame may have a column named "open".
    if hasattr(data, "__array__") or hasattr(data, "iloc") or as_sparse(data) is not None:
        return False
    if hasattr(data, "column_names"):
        return False
    if hasattr(data, "open") or _is_samples(data) or _is_function(data):
        return True
    return hasattr(data, "__iter__") or hasattr(data, "__next__")


def as_stream(
    data: Any,
    batch_size: int,
    draw_seed: Callable[[], int] | None = None,
    in_order: bool = False,
) -> Stream:
    """Return data as a stream.

    Parameters
    ----------
    data : object
        One for which `is_stream` holds: an object with `open(epoch)`, a torch dataset or data
        loader, a Keras or TensorFlow dataset, an iterable, or a function that returns one.
    batch_size : int
        How many samples to join, where the data gives single ones.
    draw_seed : function, optional
        Returns what to shuffle such samples from; `None` leaves them in order.
    in_order : bool
        Whether data of files is read in the order of the files, though it was declared to be
        shuffled: that is for training.
    """
    if hasattr(data, "open"):
        return data.in_order() if in_order and hasattr(data, "in_order") else data
    if _gives_batches_by_index(data):
        return _IndexedBatches(data, len(data))
    if _has_ancestor(data, "torch.utils.data", "IterableDataset"):
        return _IterableStream(lambda: _grouped(data, batch_size), None)
    if _is_samples(data):
        return _IndexedSamples(data, batch_size, None if draw_seed is None else draw_seed())
    if hasattr(data, "as_numpy_iterator"):
        return _IterableStream(data.as_numpy_iterator, _length(data))
    if _is_function(data):
        return _IterableStream(data, None)
    if hasattr(data, "__next__"):
        return _IteratorStream(data)
    return _IterableStream(lambda: data, _length(data))


def gives_samples(data: object) -> bool:
    """Return whether data gives single samples, which are joined to batches of a size.

    Parameters
    ----------
    data : object
        One for which `is_stream` holds.
    """
    if hasattr(data, "open") or _gives_batches_by_index(data):
        return False
    return _has_ancestor(data, "torch.utils.data", "Dataset")


def is_shuffled(data: object) -> bool:
    """Return whether data shuffles itself where it is read, which nobody else can undo.

    Parameters
    ----------
    data : object
        One for which `is_stream` holds.
    """
    if _has_ancestor(data, "torch.utils.data", "DataLoader"):
        return _has_ancestor(getattr(data, "sampler", None), "torch.utils.data", "RandomSampler")
    while hasattr(data, "as_numpy_iterator"):
        if type(data).__name__.startswith("_Shuffle"):
            return True
        data = getattr(data, "_input_dataset", None)
    return False


def with_first(stream: Stream) -> tuple[Batch, Stream]:
    """Return a stream's first batch, and a stream that gives it all the same.

    Parameters
    ----------
    stream : Stream
        A stream that was not opened yet.
    """
    if isinstance(stream, PushedStream):
        return stream.first(), stream
    iterator = stream.open(0)
    first = next(iterator, None)
    if first is None:
        raise ArgumentError(_NO_BATCH, argument="x", received="an empty stream")
    return as_batch(first), _StartedStream(stream, first, iterator)


def as_batch(item: object) -> Batch:
    """Return what a stream gave as a tuple of x and, if there are, targets and weights.

    Parameters
    ----------
    item : object
        A tuple or a list of them, or x alone.
    """
    if isinstance(item, (tuple, list)):
        if 1 <= len(item) <= 3:
            return tuple(item)
        raise ArgumentError(
            f"A batch must be {_PAIR} or {_TRIPLE}, not {len(item)} values.",
            argument="x",
            received=len(item),
        )
    if isinstance(item, Mapping) or hasattr(item, "__array__") or as_sparse(item) is not None:
        return (item,)
    raise ArgumentError(
        f"A batch must be {_PAIR} or {_TRIPLE}, not {show(item)}.",
        argument="x",
        received=item,
    )


def is_gone_once_read(stream: Stream) -> bool:
    """Return whether a stream cannot be read again: what it has given is gone.

    Parameters
    ----------
    stream : Stream
        A stream.
    """
    return isinstance(getattr(stream, "stream", stream), _IteratorStream)


def windows(
    batches: Iterable[Any], check: Callable[[Batch], ArrayFeed], patient: bool = True
) -> Iterator[Window]:
    """Join batches of one size to windows.

    Parameters
    ----------
    batches : iterable
        What a stream gives.
    check : function
        Turns a batch into arrays, or says what is wrong with it.
    patient : bool
        Whether to wait for full windows at the beginning too; otherwise they grow from one batch.
    """
    waiting: list[ArrayFeed] = []
    most, began = (_WINDOW_BATCHES if patient else 1), time.perf_counter()
    for item in batches:
        feed = check(as_batch(item))
        if feed.is_sparse:
            feed = feed.take(slice(None))
        # A batch of another size begins a window of its own, unless it is a smaller last one.
        if waiting and (waiting[-1].rows != waiting[0].rows or not _joins(feed, waiting[0])):
            yield _window(waiting)
            began = time.perf_counter()
        waiting.append(feed)
        full = len(waiting) >= most or feed.nbytes * len(waiting) >= _WINDOW_BYTES
        del item, feed
        if full or time.perf_counter() - began > _WINDOW_SECONDS:
            yield _window(waiting)
            began = time.perf_counter()
            most = min(2 * most, _WINDOW_BATCHES)
    if waiting:
        yield _window(waiting)


def _window(waiting: list[ArrayFeed]) -> Window:
    """Return batches as a window, and let go of them: whoever takes it may take its time."""
    window = Window(joined(waiting), waiting[0].rows)
    waiting.clear()
    return window


def _joins(feed: ArrayFeed, first: ArrayFeed) -> bool:
    same = [w is None for w in feed.weights] == [w is None for w in first.weights]
    shapes = [a.shape[1:] for a in feed.inputs] == [a.shape[1:] for a in first.inputs]
    return same and shapes and feed.rows <= first.rows


class PushedStream:
    """A stream whose batches somebody brings, between two strides of training.

    A host program's generator functions are called there, never from Python: the session returns an
    event of the kind `data`, the host pushes batches, and asks the session to go on.
    """

    batches: int | None = None

    def __init__(self) -> None:
        self._waiting: deque[Batch] = deque()
        self._ended = False

    def push(self, batches: list[Any]) -> None:
        """Bring batches.

        Parameters
        ----------
        batches : list
            Tuples or lists of x, and targets and weights if there are.
        """
        self._waiting.extend(tuple(batch) for batch in batches)

    def first(self) -> Batch:
        """Return the batch that comes next, without taking it."""
        if not self._waiting:
            raise ArgumentError(_NO_BATCH, argument="x", received="an empty stream")
        return self._waiting[0]

    def begin(self) -> None:
        """Begin another pass."""
        self._ended = False

    def end(self) -> None:
        """Say that the pass is over."""
        self._ended = True

    def is_empty(self) -> bool:
        """Return whether more must be brought before training can go on."""
        return not self._waiting and not self._ended

    def pass_over(self) -> bool:
        """Take the next batch, for nothing; False at the end of the pass."""
        if self._waiting:
            self._waiting.popleft()
            return True
        return False

    def collected(self) -> Stream:
        """Return a stream of all that was brought, which can be read again and again."""
        batches = list(self._waiting)
        return _IterableStream(lambda: batches, len(batches))

    def open(self, epoch: int) -> Iterator[Batch]:
        """Give what was brought; what is to come later belongs to the same pass."""
        while self._waiting:
            yield self._waiting.popleft()


class _IterableStream:
    """Something that can be iterated over afresh for each pass."""

    def __init__(self, start: Callable[[], Iterable[Any]], batches: int | None) -> None:
        self.start, self.batches = start, batches

    def open(self, epoch: int) -> Iterator[Batch]:
        return iter(self.start())


class _IteratorStream:
    """An iterator: what it has given is gone."""

    batches: int | None = None

    def __init__(self, iterator: Iterator[Any]) -> None:
        self.iterator = iterator

    def open(self, epoch: int) -> Iterator[Batch]:
        return self.iterator


class _StartedStream:
    """A stream of which the first batch of the first pass was taken already."""

    def __init__(self, stream: Stream, first: Batch, rest: Iterator[Batch]) -> None:
        self.batches = stream.batches
        self.stream, self._first, self._rest = stream, first, rest
        self._fresh = True

    def open(self, epoch: int) -> Iterator[Batch]:
        fresh, self._fresh = self._fresh, False
        # A pass that begins later may have another order than the first.
        if not fresh or (epoch and not isinstance(self.stream, (_IterableStream, _IteratorStream))):
            return self.stream.open(epoch)
        return self._resumed()

    def _resumed(self) -> Iterator[Batch]:
        yield self._first
        yield from self._rest


class _IndexedBatches:
    """A dataset of whole batches by number, as Keras's `PyDataset`."""

    def __init__(self, data: Any, batches: int) -> None:
        self.data, self.batches = data, batches

    def open(self, epoch: int) -> Iterator[Batch]:
        if hasattr(self.data, "on_epoch_begin"):
            self.data.on_epoch_begin()
        for index in range(self.batches):
            yield self.data[index]
        if hasattr(self.data, "on_epoch_end"):
            self.data.on_epoch_end()


class _IndexedSamples:
    """A dataset of single samples by number, as torch's `Dataset`."""

    def __init__(self, data: Any, batch_size: int, seed: int | None) -> None:
        self.data, self.size, self.seed = data, batch_size, seed
        self.batches = -(-len(data) // batch_size)

    def open(self, epoch: int) -> Iterator[Batch]:
        drawn = drawn_order(len(self.data), self.seed, epoch)
        order = np.arange(len(self.data)) if drawn is None else drawn
        for start in range(0, len(order), self.size):
            yield _collated([self.data[int(i)] for i in order[start : start + self.size]])


def _grouped(samples: Iterable[Any], size: int) -> Iterator[Batch]:
    samples = iter(samples)
    while group := list(islice(samples, size)):
        yield _collated(group)


def _collated(samples: list[Any]) -> Any:
    first = samples[0]
    if isinstance(first, Mapping):
        return {name: _collated([sample[name] for sample in samples]) for name in first}
    if isinstance(first, (tuple, list)):
        return tuple(_collated(list(parts)) for parts in zip(*samples))
    return np.stack([on_host(sample, "a sample") for sample in samples])


def _is_function(data: object) -> bool:
    return inspect.isroutine(data) or isinstance(data, functools.partial)


def _is_samples(data: object) -> bool:
    return _has_ancestor(data, "torch.utils.data", "Dataset") and hasattr(data, "__len__")


def _gives_batches_by_index(data: object) -> bool:
    if isinstance(data, PyDataset):
        return True
    return _has_ancestor(data, "keras", "PyDataset") and hasattr(data, "__len__")


def _has_ancestor(data: object, package: str, name: str) -> bool:
    """Return whether a class of that name is among the ancestors, without importing its package."""
    return any(c.__name__ == name and c.__module__.startswith(package) for c in type(data).__mro__)


def _length(data: Any) -> int | None:
    try:
        return len(data)
    except TypeError:
        return None
