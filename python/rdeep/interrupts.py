"""Interrupts (Ctrl-C): noted when they come, and looked at between two steps.

An exception in the middle of a step would leave weights, optimizer slots and sums that belong to
different steps, or half of an import. So a call that takes long holds interrupts back, looks
between two steps whether one has come, puts everything in order, and only then raises it.
Whoever presses again within two seconds is not made to wait: that raises `KeyboardInterrupt` at
once, wherever Python is.
"""

from __future__ import annotations

import ctypes
import math
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol

AT_ONCE_SECONDS = 2.0
"""An interrupt that follows another within so many seconds is raised where it comes."""


class Flag(Protocol):
    """A number that is not zero where something has come."""

    value: int


class OwnFlag:
    """A flag that Python's own handler of signals sets."""

    value = 0


class Interrupts:
    """The interrupts of a process: who notes them, and whether one is waiting.

    Only the main thread is interrupted: elsewhere there never is one.
    """

    def __init__(self) -> None:
        self._flags: tuple[Flag, ...] = (OwnFlag(),)
        self._held: Flag | None = None
        self._holding = False
        self._former: Any = None
        self._last = -math.inf
        self._main = threading.main_thread().ident

    def requested(self) -> bool:
        """Return whether an interrupt waits to be answered."""
        for flag in self._flags:
            if flag.value:
                return threading.get_ident() == self._main
        return False

    def take(self) -> bool:
        """Answer an interrupt: return whether one was waiting, and wait for the next."""
        if not self.requested():
            return False
        for flag in self._flags:
            flag.value = 0
        return True

    def check(self) -> None:
        """Raise an interrupt that is waiting.

        Raises
        ------
        KeyboardInterrupt
            If there is one: for places where nothing is half done.
        """
        if self.take():
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """Note interrupts while a call of the user's runs, and raise at its end what is left.

        Signals are left alone where they are not Python's own: in a thread, under a handler of
        the user's, and in a host program, which holds them itself (`attach`). Calls nest.

        Raises
        ------
        KeyboardInterrupt
            If one came that nobody has answered.
        """
        if self._holding or not _is_pythons_own():
            yield
            return
        self._holding = True
        self._flags[0].value = 0
        self._last = -math.inf
        former = signal.signal(signal.SIGINT, self._note)
        try:
            yield
        except KeyboardInterrupt:
            self.take()
            raise
        finally:
            self._holding = False
            if signal.getsignal(signal.SIGINT) == self._note:
                signal.signal(signal.SIGINT, former)
        self.check()

    def attach(self, held: int, flags: Sequence[int]) -> int | None:
        """Have a host program note interrupts, and return what its handler of signals may call.

        Parameters
        ----------
        held : int
            The address of a number that is not zero while the host holds interrupts.
        flags : sequence of int
            The addresses of numbers that are not zero where an interrupt waits. The first is
            greater than one where it is not to wait.

        Returns
        -------
        int or None
            The address of a function that has Python look up and raise what must not wait; `None`
            in a thread.
        """
        if threading.current_thread() is not threading.main_thread():
            return None
        self._held = ctypes.c_int.from_address(held)
        self._flags = tuple(ctypes.c_int.from_address(flag) for flag in flags)
        handler = signal.getsignal(signal.SIGINT)
        if handler != self._note_in_host:
            self._former = handler
            signal.signal(signal.SIGINT, self._note_in_host)
        return ctypes.cast(ctypes.pythonapi.PyErr_SetInterrupt, ctypes.c_void_p).value

    def _note(self, signum: int, frame: FrameType | None) -> None:
        """Handle a signal of Python's own."""
        self._flags[0].value = 1
        before, self._last = self._last, time.monotonic()
        if self._last - before < AT_ONCE_SECONDS:
            self.check()

    def _note_in_host(self, signum: int, frame: FrameType | None) -> None:
        """Handle what the host's handler has passed on; what it has answered since is over."""
        assert self._held is not None
        if self._held.value:
            if self._flags[0].value > 1:
                self.check()
        elif callable(self._former):
            self._former(signum, frame)


def _is_pythons_own() -> bool:
    """Return whether SIGINT raises `KeyboardInterrupt` here, as Python has it by default."""
    return (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )


interrupts = Interrupts()
"""The process's."""
