"""Who works with a file or a folder: a lock that ends with the process that has it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from dataclasses import dataclass
from typing import Any

from rdeep.saving.disk import in_plain_words, is_alive

try:
    import fcntl
except ImportError:  # pragma: no cover (Windows)
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Holder:
    """The process that has a lock; `None` where nobody knows."""

    process: int | None = None
    host: str | None = None

    def __str__(self) -> str:
        if self.process is None:
            return "another process"
        return f"process {self.process} on {self.host}"


class Lock:
    """A lock, which the system takes back when its process ends, however it ends.

    Parameters
    ----------
    path : str
        A file of its own, which is removed with the lock.

    Examples
    --------
    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "lock")
    >>> one, other = Lock(path), Lock(path)
    >>> (one.take() is None, other.take() is None)
    (True, False)
    >>> one.release()
    >>> other.take() is None
    True
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._handle: int | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path, "_handle": None}

    @property
    def is_held(self) -> bool:
        """Whether it was taken here."""
        return self._handle is not None

    def take(self) -> Holder | None:
        """Take the lock; return who has it, where that is somebody else.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        if self._handle is not None:
            return None
        with in_plain_words(self.path):
            while True:
                handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
                try:
                    free = self._locked(handle)
                    if free and self._is_there(handle):
                        self._sign(handle)
                        self._handle = handle
                        return None
                    holder = self._holder(handle)
                except BaseException:
                    os.close(handle)
                    raise
                os.close(handle)
                if not free:
                    if not self._is_left_by(holder):
                        return holder
                    # A child of a process that is no more has inherited it.
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(self.path)

    def share(self) -> None:
        """Let others have a part in the lock, for as long as this process does.

        Whoever takes the lock as a whole is then told that somebody has it.
        """
        with contextlib.suppress(OSError):
            if self._handle is None:
                self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
            if fcntl is not None:
                fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def release(self) -> None:
        """Give the lock back."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        with contextlib.suppress(OSError):
            # The file goes with the last who has a part.
            if self._locked(handle) and self._is_there(handle):
                os.unlink(self.path)
        os.close(handle)

    def _locked(self, handle: int) -> bool:
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else:  # pragma: no cover (Windows)
                import msvcrt

                os.lseek(handle, 1 << 20, os.SEEK_SET)
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            # A file system without locks: what the file says is all there is.
            holder = self._holder(handle)
            return holder.process is None or self._is_left_by(holder)
        return True

    def _is_there(self, handle: int) -> bool:
        """Return whether the file is still the one of that name."""
        try:
            return os.path.samestat(os.fstat(handle), os.stat(self.path))
        except FileNotFoundError:
            return False

    @staticmethod
    def _sign(handle: int) -> None:
        text = json.dumps({"process": os.getpid(), "host": socket.gethostname()})
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, text.encode())

    @staticmethod
    def _holder(handle: int) -> Holder:
        try:
            os.lseek(handle, 0, os.SEEK_SET)
            said = json.loads(os.read(handle, 1000) or b"{}")
            return Holder(int(said["process"]), str(said["host"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Holder()

    @staticmethod
    def _is_left_by(holder: Holder) -> bool:
        here = holder.host == socket.gethostname()
        return holder.process is not None and here and not is_alive(holder.process)
