"""Several threads with one network: many may ask it at once, while nobody changes it."""

from __future__ import annotations

import os
from threading import Condition, get_ident


class Uses:
    """Who uses a network just now: any number of threads that ask it, or one that changes it.

    A thread that changes it goes first. One may ask within its own change.

    Parameters
    ----------
    alone : bool
        Whether asking changes something too, such as what random numbers are drawn from.

    Examples
    --------
    >>> uses = Uses()
    >>> uses.begin(changes=True)
    >>> uses.begin(changes=False)
    >>> uses.end(changes=False)
    >>> uses.end(changes=True)
    """

    def __init__(self, alone: bool = False) -> None:
        self.alone = alone
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        self._free = Condition()
        self._asking: dict[int, int] = {}
        self._changing: int | None = None
        self._depth = self._waiting = 0

    def begin(self, changes: bool) -> None:
        """Wait until the network is free for a use of the thread's.

        Parameters
        ----------
        changes : bool
            Whether it changes the network.
        """
        if self._process != os.getpid():
            # A fork: the threads that used it are not here.
            self._forget()
        me = get_ident()
        with self._free:
            if changes:
                self._waiting += 1
                try:
                    while self._changing not in (None, me) or any(t != me for t in self._asking):
                        self._free.wait()
                finally:
                    self._waiting -= 1
                self._changing = me
                self._depth += 1
                return
            # Whoever asks already may ask again, though somebody waits for that to end.
            while self._changing not in (None, me) or (
                self._waiting and self._changing is None and me not in self._asking
            ):
                self._free.wait()
            self._asking[me] = self._asking.get(me, 0) + 1

    def end(self, changes: bool) -> None:
        """End a use, so that others may go on.

        Parameters
        ----------
        changes : bool
            As it was begun.
        """
        me = get_ident()
        with self._free:
            if changes:
                self._depth -= 1
                if not self._depth:
                    self._changing = None
            else:
                left = self._asking.get(me, 1) - 1
                if left:
                    self._asking[me] = left
                else:
                    self._asking.pop(me, None)
            if self._changing is None:
                self._free.notify_all()
