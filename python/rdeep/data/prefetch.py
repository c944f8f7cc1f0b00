"""Prefetching: a thread reads the next values into a small queue."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from rdeep.interrupts import interrupts

T = TypeVar("T")

# How often a thread whose queue is full looks whether it is still needed, in seconds.
_GLANCE = 0.05
# How long to wait for the value under way when nobody needs it any more.
_PATIENCE = 5.0


class Prefetch(Generic[T]):
    """An iterator that is read in the background, at most `depth` values ahead.

    Parameters
    ----------
    source : iterator
        What to read; only the thread touches it.
    depth : int
        How many values may wait.
    """

    def __init__(self, source: Iterator[T], depth: int = 2) -> None:
        self._queue: queue.Queue[tuple[str, Any]] = queue.Queue(depth)
        self._stopped = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._read, args=(source,), daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if self._over:
            raise StopIteration
        kind, value = self._wait()
        if kind == "value":
            return value
        self._over = True
        if kind == "error":
            raise value
        raise StopIteration

    def _wait(self) -> tuple[str, Any]:
        while True:
            # Not in one go, or an interrupt would have to wait as well.
            interrupts.check()
            try:
                return self._queue.get(timeout=_GLANCE)
            except queue.Empty:
                continue

    def close(self) -> None:
        """Stop reading; a value under way is thrown away."""
        self._over = True
        self._stopped.set()
        # Room for what the thread holds: it ends at once, and its source may be read on.
        while not self._queue.empty():
            self._queue.get_nowait()
        self._thread.join(_PATIENCE)

    def _read(self, source: Iterator[T]) -> None:
        try:
            for value in source:
                if not self._put("value", value):
                    break
                # It is the reader's now, and may be large.
                del value
        except BaseException as error:
            self._put("error", error)
        else:
            self._put("end", None)
        finally:
            close = getattr(source, "close", None)
            if close is not None:
                close()

    def _put(self, kind: str, value: object) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put((kind, value), timeout=_GLANCE)
                return not self._stopped.is_set()
            except queue.Full:
                continue
        return False
