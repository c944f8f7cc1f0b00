"""Watches over what is done while a file is read: other files, code, programs, time, memory."""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

FORBIDDEN = (
    "open",
    "import",
    "exec",
    "compile",
    "code.",
    "ctypes.",
    "ensurepip",
    "fcntl.",
    "ftplib.",
    "glob.",
    "http.",
    "marshal.",
    "msvcrt.",
    "os.",
    "pathlib.",
    "pickle.",
    "poplib.",
    "pty.",
    "shutil.",
    "signal.",
    "smtplib.",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "sys._current_frames",
    "sys.setprofile",
    "sys.settrace",
    "syslog.",
    "tempfile.",
    "urllib.",
    "webbrowser.",
)
"""How the audit events begin that no reading of a file may raise, but for opening that file."""

SECONDS = 2.0
"""How long reading may take."""
_MEGABYTES = 1 << 20
ALLOWANCE = 100 * _MEGABYTES
"""What reading may cost beside twice the file's size."""
LIMIT = 3 << 30
"""Beyond this much more address space a request for memory fails, so that no case takes all."""


class Broken(Exception):
    """What an audit event is answered with: the action does not happen."""


@dataclass
class Watch:
    """What was seen while a file was read."""

    events: list[str] = field(default_factory=list)
    seconds: float = 0.0
    memory: int = 0

    def broken(self, size: int) -> str | None:
        """Say which rule was broken, if one was, by a file of this size."""
        if self.events:
            return f"audit: {self.events[0]}"
        if self.seconds > SECONDS:
            return f"slow: {self.seconds:.1f} s"
        if self.memory > 2 * size + ALLOWANCE:
            return f"memory: {self.memory // _MEGABYTES} MB for a file of {size} bytes"
        return None


class Guard:
    """The watch of a process: its hook cannot be taken away again, so there is one."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._folder: str | None = None
        self._watch: Watch | None = None
        self._status = os.open("/proc/self/status", os.O_RDONLY)
        self._peak = os.open("/proc/self/clear_refs", os.O_WRONLY)
        sys.addaudithook(self._hook)

    def limit_memory(self) -> None:
        """Let requests for very much memory fail."""
        most = self._read("VmSize") + LIMIT
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    @contextlib.contextmanager
    def watching(self, path: str) -> Iterator[Watch]:
        """Watch what is done within the block; only this file may be opened, and its folder listed.

        Parameters
        ----------
        path : str
            The file.
        """
        watch = Watch()
        os.write(self._peak, b"5")  # the highest memory from now on
        before = self._read("VmRSS")
        started, used = time.perf_counter(), time.thread_time()
        self._path, self._folder, self._watch = path, os.path.dirname(path), watch
        try:
            yield watch
        finally:
            self._path = self._folder = self._watch = None
            # A machine that is busy with something else is no fault of the reader.
            passed = time.perf_counter() - started
            watch.seconds = passed if passed > 3 * SECONDS else time.thread_time() - used
            watch.memory = max(self._read("VmHWM") - before, 0)

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if self._watch is None or not event.startswith(FORBIDDEN):
            return
        if event == "open" and args[0] == self._path and not _writes(args):
            return
        # Which files a folder holds is no secret to who reads the folder.
        if event in ("os.scandir", "os.listdir", "os.walk") and args[0] == self._folder:
            return
        said = f"{event}({', '.join(repr(arg)[:80] for arg in args[:2])})"
        self._watch.events.append(said)
        raise Broken(said)

    def _read(self, name: str) -> int:
        text = os.pread(self._status, 8192, 0).decode()
        line = next(line for line in text.splitlines() if line.startswith(name + ":"))
        return int(line.split()[1]) * 1024


def _writes(args: tuple[Any, ...]) -> bool:
    mode, flags = args[1], args[2]
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
