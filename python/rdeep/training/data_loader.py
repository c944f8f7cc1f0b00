"""Where a training's batches come from: arrays on the device, or a stream that is read along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import numpy as np

from rdeep.data.arrays import ArrayFeed, FeedRows
from rdeep.data.order import drawn_order, rows_of_batch
from rdeep.data.prefetch import Prefetch
from rdeep.data.streams import (
    Batch,
    PushedStream,
    Stream,
    Window,
    is_gone_once_read,
    windows,
)
from rdeep.engines.contract import Batches, Stepper
from rdeep.errors import DataError, RdeepError

Taken = tuple[Batches, int, int]
"""Batches on the device, the first to use and how many."""


@dataclass(frozen=True)
class Position:
    """How far a training has come in its data.

    Attributes
    ----------
    batch : int
        How many batches of the epoch were trained on.
    begun : bool
        Whether the epoch had begun.
    passes, taken : int
        How often a stream was opened, and how many batches were taken of its last pass.
    total : int
        How many were taken of all passes.
    """

    batch: int = 0
    begun: bool = False
    passes: int = 0
    taken: int = 0
    total: int = 0


class DataLoader(Protocol):
    """Gives a training its batches, a chunk at a time."""

    size: int
    """The rows in a batch."""

    @property
    def steps(self) -> int | None:
        """The steps in an epoch; `None` if nobody knows."""

    @property
    def rows(self) -> int | None:
        """The samples in an epoch."""

    def begin(self, epoch: int, position: Position | None = None) -> None:
        """Begin an epoch, or go on in it."""

    def position(self) -> tuple[int, int, int]:
        """Return the passes, batches of the last one and batches of all that were taken."""

    def catch_up(self) -> bool:
        """Pass over what was trained on before; False while somebody must bring it first."""

    def passed_over(self) -> int:
        """Return how many batches are read in vain before training can go on."""

    def take(self, k: int) -> Taken | None:
        """Return at most `k` batches; `None` when there are no more in the epoch."""

    def rows_of(self, batch: int) -> np.ndarray | None:
        """Return which rows of the data a batch of the epoch is; `None` if nobody knows."""

    def halve(self, left: int) -> bool:
        """Go on in batches of half the size from the last `left` that were taken, if that can be.

        Returns whether it can.
        """

    def waits(self) -> bool:
        """Return whether somebody must bring data first: see `PushedStream`."""

    def close(self) -> None:
        """End reading."""


class ArrayLoader:
    """Arrays on the device, shuffled anew for each epoch.

    Parameters
    ----------
    stepper : Stepper
        What trains.
    feed : ArrayFeed
        The data.
    batch_size : int
        Rows in a batch.
    steps : int or None
        How many batches make an epoch; all if `None`.
    order_seed : int or None
        What the order is drawn from; `None` for the data's own.
    may_halve : bool
        Whether batches may become smaller where memory does not suffice.
    """

    def __init__(
        self,
        stepper: Stepper,
        feed: ArrayFeed,
        batch_size: int,
        steps: int | None,
        order_seed: int | None,
        may_halve: bool = False,
    ) -> None:
        self.rows, self.size, self._seed = feed.rows, batch_size, order_seed
        self.batches: Batches | None = stepper.place(feed, batch_size)
        self.steps: int = self.batches.count if steps is None else steps
        self._at = self._epoch = 0
        self._order: np.ndarray | None = None
        self._whole = (stepper, feed) if may_halve else None

    def begin(self, epoch: int, position: Position | None = None) -> None:
        """Draw the order of an epoch."""
        assert self.batches is not None
        self._order = drawn_order(self.rows, self._seed, epoch)
        self.batches.order(self._order)
        self._epoch, self._at = epoch, 0 if position is None else position.batch

    def position(self) -> tuple[int, int, int]:
        """Return zeros: the number of the batch says all."""
        return 0, 0, 0

    def catch_up(self) -> bool:
        """Return True: nothing is read along."""
        return True

    def passed_over(self) -> int:
        """Return 0: a batch is found by its number."""
        return 0

    def take(self, k: int) -> Taken | None:
        """Return the next batches."""
        k = min(k, self.steps - self._at)
        if k <= 0 or self.batches is None:
            return None
        self._at += k
        return self.batches, self._at - k, k

    def rows_of(self, batch: int) -> np.ndarray:
        """Return which rows of the data a batch of the epoch is."""
        return rows_of_batch(self.rows, self.size, self._order, batch)

    def halve(self, left: int) -> bool:
        """Cut the epoch into batches of half the size; return whether that can be done.

        Parameters
        ----------
        left : int
            How many of the batches that were taken last were not trained on.
        """
        if self._whole is None or self.size % 2:
            return False
        stepper, feed = self._whole
        self.size, self._at = self.size // 2, 2 * (self._at - left)
        self.batches = None
        self.batches = stepper.place(feed, self.size)
        self.batches.order(self._order)
        self.steps = min(2 * self.steps, self.batches.count)
        return True

    def waits(self) -> bool:
        """Return False: all data is there."""
        return False

    def close(self) -> None:
        """Give the data's memory back: whoever holds the session holds it no longer."""
        self.batches = self._whole = None


class StreamLoader:
    """A stream, read ahead by a thread.

    Parameters
    ----------
    stepper : Stepper
        What trains.
    stream : Stream
        The data.
    check : function
        Turns a batch into arrays.
    steps : int or None
        How many batches make an epoch. With a number, an epoch goes on where the last one ended,
        and the stream is opened again when it ends; without, each epoch is a pass.
    size : int
        The rows in a batch, as far as anybody knows before the first comes.
    most : int, optional
        The most batches to read in a pass.
    """

    rows: int | None = None

    def __init__(
        self,
        stepper: Stepper,
        stream: Stream,
        check: Callable[[Batch], ArrayFeed],
        steps: int | None,
        size: int,
        most: int | None = None,
    ) -> None:
        self.stepper, self.stream, self.check, self.size = stepper, stream, check, size
        self._most, self._read = most, 0
        self._whole_passes = steps is None
        known = stream.batches
        if known is not None and most is not None:
            known = min(most, known)
        self.steps = known if steps is None else steps
        self._passes = self._taken = self._total = self._epoch = 0
        self._passes_over = self._over = self._vain = 0
        self._windows: Any = None
        self._batches: Batches | None = None
        self._at = self._left = 0

    def begin(self, epoch: int, position: Position | None = None) -> None:
        """Begin an epoch: a pass of its own, or where the last epoch ended."""
        self._epoch = epoch
        if position is not None:
            self._go_on(epoch, position)
        elif not self._whole_passes:
            assert self.steps is not None
            self._left = self.steps
        elif isinstance(self.stream, PushedStream):
            # What was pushed before training began belongs to its first pass.
            if self._passes:
                self.stream.begin()
            self._passes += 1
            self._read = self._taken = 0
        else:
            self._open(epoch)

    def _go_on(self, epoch: int, at: Position) -> None:
        """Go on from a position, in a stream that nobody has read yet."""
        self._passes, self._taken, self._total = at.passes, at.taken, at.total
        whole = self._whole_passes
        if not whole:
            assert self.steps is not None
            self._left = self.steps - at.batch
        if isinstance(self.stream, PushedStream):
            # Its passes come one after the other, as they did.
            self._passes_over = max(at.passes - at.begun, 0) if whole else 0
            self._over = (at.taken if at.begun else 0) if whole else at.total
            self._vain = at.total
            if whole and not at.begun:
                self._passes, self._taken = at.passes + 1, 0
            return
        gone = is_gone_once_read(self.stream)
        self._vain = at.total if gone else 0
        if whole:
            self._open(epoch, at.total if gone else at.taken * at.begun)
        elif at.passes:
            self._open(at.passes - 1, at.total if gone else at.taken)

    def position(self) -> tuple[int, int, int]:
        """Return the passes, batches of the last one and batches of all that were taken."""
        return self._passes, self._taken, self._total

    def catch_up(self) -> bool:
        """Pass over what was trained on before; False while somebody must bring it first."""
        while self._passes_over or self._over:
            assert isinstance(self.stream, PushedStream)
            if self.stream.is_empty():
                return False
            if self.stream.pass_over():
                self._over -= 0 if self._passes_over else 1
            elif self._passes_over:
                self._passes_over -= 1
                self.stream.begin()
            else:
                raise DataError(
                    "'x' gives fewer batches than it did when the training was stopped.",
                    argument="x",
                )
        return True

    def passed_over(self) -> int:
        """Return how many batches are read in vain before training can go on."""
        return self._vain

    def take(self, k: int) -> Taken | None:
        """Return the next batches of the window, or of the one after it."""
        if not self._whole_passes:
            k = min(k, self._left)
        if k <= 0 or not self._ready():
            return None
        assert self._batches is not None
        k = min(k, self._batches.count - self._at)
        self._at += k
        self._left -= k
        self._taken += k
        self._total += k
        return self._batches, self._at - k, k

    def rows_of(self, batch: int) -> np.ndarray | None:
        """Return which rows a batch of the epoch is, where the stream is cut from arrays."""
        if not isinstance(self.stream, FeedRows) or not self._whole_passes:
            return None
        feed = self.stream
        order = drawn_order(feed.feed.rows, feed.seed, self._epoch)
        return rows_of_batch(feed.feed.rows, feed.size, order, batch)

    def halve(self, left: int) -> bool:
        """Return False: who made the batches decides of their size."""
        return False

    def waits(self) -> bool:
        """Return whether the window is used up, and the next must be pushed first."""
        used_up = self._batches is None or self._at >= self._batches.count
        return used_up and isinstance(self.stream, PushedStream) and self.stream.is_empty()

    def close(self) -> None:
        """End the thread that reads ahead."""
        if isinstance(self._windows, Prefetch):
            self._windows.close()
        self._windows = self._batches = None

    def _open(self, number: int, skipped: int = 0) -> None:
        self.close()
        self._read = self._taken = skipped
        batches = islice(self.stream.open(number), skipped, self._most)
        source = windows(batches, self._checked, patient=False)
        self._windows = source if _needs_main_thread(self.stream) else Prefetch(source)

    def _checked(self, batch: Batch) -> ArrayFeed:
        """Return a batch as arrays, or say in which one something is wrong."""
        self._read += 1
        try:
            return self.check(batch)
        except RdeepError as error:
            raise error.inside(f"batch {self._read}") from None

    def _ready(self) -> bool:
        """Make sure that the window has a batch left; False when the pass, or all, is over."""
        if self._batches is not None and self._at < self._batches.count:
            return True
        window = self._next_window()
        if window is None:
            self._batches = None
            return False
        # The old window goes before the new one comes.
        self._batches = None
        self._batches = self.stepper.place(window.feed, window.size)
        self._batches.order(None)
        self._at, self.size = 0, window.size
        return True

    def _next_window(self) -> Window | None:
        window: Window | None = None if self._windows is None else next(self._windows, None)
        if window is not None:
            return window
        if isinstance(self.stream, PushedStream):
            # What was pushed since belongs to the same pass.
            self._windows = windows(self.stream.open(0), self._checked)
        elif not self._whole_passes:
            # Another pass, which may turn out empty: then the data has come to its end.
            self._open(self._passes)
            self._passes += 1
        else:
            return None
        return next(self._windows, None)


def whole_batch(batch: Batch) -> ArrayFeed:
    """Return the feed that is all of a batch, checked before it was cut.

    Parameters
    ----------
    batch : tuple
        What `FeedRows` gives.
    """
    feed: ArrayFeed = batch[0]
    return feed


def _needs_main_thread(stream: Stream) -> bool:
    """Return whether reading calls the host program, as an iterator of its own does."""
    # A stream of which the first batch was taken already holds the one that it was.
    stream = getattr(stream, "stream", stream)
    inner = getattr(stream, "iterator", getattr(stream, "start", None))
    return type(inner).__module__.startswith("rpytools")
