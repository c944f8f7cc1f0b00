"""Writing files: whole or not at all, where links point to, with errors that say what to do.

A file is written beside its place under a name of its own, flushed to the disk, and renamed. What
a process left that was killed in the middle is removed when the same file is next written.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from rdeep.errors import ArgumentError, FileError, show

# What is left of a name where that of the temporary would become too long for a file system.
_LONGEST_NAME = 200
# Somebody may have made a file, and not locked it yet.
_SECONDS_TO_LOCK = 60.0

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Make room there, or write to another disk."),
    errno.EDQUOT: (
        "the quota of disk space is used up",
        "Make room there, or write to another disk.",
    ),
    errno.EFBIG: (
        "files may not become that large there",
        "Write to another disk, or have the limit raised (`ulimit -f`).",
    ),
    errno.EROFS: ("the file system can only be read", "Write to another folder."),
    errno.EACCES: (
        "you are not allowed to write there",
        "Write to another folder, or change the permissions.",
    ),
    errno.EPERM: (
        "you are not allowed to write there",
        "Write to another folder, or change the permissions.",
    ),
    errno.ENAMETOOLONG: ("the name is too long", "Give it a shorter name."),
    errno.ELOOP: ("its links lead in a circle", "Give the path that is meant."),
    errno.ENOENT: ("its folder is gone", "Make the folder, then write again."),
    errno.EBUSY: ("something else is using it", "Write to another name."),
    errno.EIO: ("the disk reports an error", "Write to another disk, and look after this one."),
    errno.EMFILE: ("too many files are open", "Close some, then write again."),
}


def path_of(given: Any, argument: str = "filepath") -> str:
    """Return a path as text, or refuse what can be none.

    Parameters
    ----------
    given : str or path
        What came.
    argument : str
        The argument that it came by.

    Raises
    ------
    ArgumentError, FileError
        If it is no path, or none that a file system has.

    Examples
    --------
    >>> path_of("model.rdeep")
    'model.rdeep'
    """
    if isinstance(given, bool) or not isinstance(given, (str, bytes, os.PathLike)):
        raise ArgumentError(
            f"{argument!r} must be the path of a file, not {show(given)}.",
            argument=argument,
            received=given,
        )
    path = os.fsdecode(given)
    if not path:
        reason = "an empty text is no path"
    elif "\0" in path:
        reason = "it holds a zero byte, which no file's name does"
    else:
        return path
    raise FileError(
        f"{path!r} cannot be the path of a file: {reason}.", argument=argument, received=path
    )


def check_free(path: Any, overwrite: bool, argument: str = "filepath") -> None:
    """Refuse to write where no file can be, or over one, unless asked.

    Parameters
    ----------
    path : str or path
        The file.
    overwrite : bool
        Whether to write over a file that exists.
    argument : str
        The argument that the path came by.

    Raises
    ------
    FileError
        If it exists and is to be kept, is a folder, or its folder does not exist.
    ArgumentError
        If `overwrite` is no flag: any text would count as yes.
    """
    path = path_of(path, argument)
    if not isinstance(overwrite, bool):
        raise ArgumentError(
            f"'overwrite' must be {show(True)} or {show(False)}, not {show(overwrite)}.",
            argument="overwrite",
            received=overwrite,
        )
    target = _target(path, argument)
    if os.path.exists(target) and not overwrite:
        raise FileError(
            f"'{path}' exists already.",
            argument=argument,
            received=path,
            hint="Choose another name, or set `overwrite`.",
        )


def replace_file(path: Any, fill: Callable[[BinaryIO], object], argument: str = "filepath") -> None:
    """Write a file whole or not at all.

    A link is followed, and the file that it names is written. Its mode and, where possible, its
    owner stay those that they were.

    Parameters
    ----------
    path : str or path
        The file.
    fill : callable
        Writes to the binary stream that it is given.
    argument : str
        The argument that the path came by.

    Raises
    ------
    FileError
        If it cannot be written; what was there before is then as it was.

    Examples
    --------
    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "notes.txt")
    >>> replace_file(path, lambda stream: stream.write(b"whole"))
    >>> open(path, "rb").read()
    b'whole'
    """
    path = path_of(path, argument)
    target = _target(path, argument)
    with in_plain_words(path, argument):
        _remove_left(target)
        temporary = _beside(target)
        try:
            _write_aside(temporary, target, fill)
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        flush_folder(os.path.dirname(target))


@contextlib.contextmanager
def exclusively(path: str, argument: str = "filename") -> Iterator[int]:
    """Open a file that grows, to read and to add to, while no other process of ours does.

    Parameters
    ----------
    path : str
        The file, which is made if it does not exist.
    argument : str
        The argument that the path came by.

    Raises
    ------
    FileError
        If it cannot be opened or, within, written.
    """
    path = path_of(path, argument)
    target = _target(path, argument)
    with in_plain_words(path, argument):
        handle = _opened_to_add(target)
        try:
            yield handle
        finally:
            os.close(handle)


def _opened_to_add(path: str) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY, 0o666)
        try:
            _lock(handle, waits=True)
            if os.path.samestat(os.fstat(handle), os.stat(path)):
                return handle
            # Whoever had it has put another in its place.
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def add_to(handle: int, data: bytes) -> None:
    """Add bytes to the end of an open file, all of them or none.

    Parameters
    ----------
    handle : int
        What `exclusively` gave.
    data : bytes
        What to add.
    """
    size = os.fstat(handle).st_size
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(handle, size)
        raise


def make_folder(path: str, argument: str = "filepath") -> None:
    """Make a folder, and those above it, if it is not there.

    Parameters
    ----------
    path : str
        The folder.
    argument : str
        The argument that the path came by.

    Raises
    ------
    FileError
        If it cannot be made.
    """
    path = path_of(path, argument)
    try:
        with in_plain_words(path, argument):
            os.makedirs(path, exist_ok=True)
    except FileExistsError:
        raise FileError(
            f"'{path}' is a file, and a folder is needed there.",
            argument=argument,
            received=path,
            hint="Give another folder.",
        ) from None


@contextlib.contextmanager
def in_plain_words(path: str, argument: str = "filepath") -> Iterator[None]:
    """Within this, what the system says about writing a file is a `FileError` with advice.

    Parameters
    ----------
    path : str
        The file.
    argument : str
        The argument that the path came by.
    """
    try:
        yield
    except (FileError, FileExistsError):
        raise
    except OSError as error:
        reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), None))
        if isinstance(error, NotADirectoryError):
            reason, hint = "a part of its path is a file and no folder", "Write to another folder."
        raise FileError(
            f"'{path}' could not be written: {reason}.",
            argument=argument,
            received=path,
            hint=hint,
        ) from error


def flush_folder(folder: str) -> None:
    """See to it that the names in a folder are on the disk, where the system can.

    Parameters
    ----------
    folder : str
        The folder.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


_BINARY = getattr(os, "O_BINARY", 0)


def _target(path: str, argument: str) -> str:
    """Return the file that a path names, by links too, or refuse it."""

    def refused(message: str, hint: str) -> FileError:
        return FileError(message, argument=argument, received=path, hint=hint)

    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    with in_plain_words(path, argument):
        try:
            found: os.stat_result | None = os.stat(target)
        except (FileNotFoundError, NotADirectoryError):
            found = None
        ends_as_folder = path.endswith((os.sep, os.altsep or os.sep))
        if (found is not None and stat.S_ISDIR(found.st_mode)) or ends_as_folder:
            raise refused(f"'{path}' is a folder, and no file.", "Give the name of a file in it.")
        if not os.path.isdir(folder):
            raise refused(f"There is no folder '{folder}'.", "Make it first.")
        if found is not None and not stat.S_ISREG(found.st_mode):
            raise refused(
                f"'{path}' is a device or a pipe, and no file.", "Give the name of a file."
            )
        if found is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only")
    return target


def _stem(target: str) -> str:
    name = os.path.basename(target)
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return f".{name}."


def _beside(target: str) -> str:
    """Return the name of a temporary for a file, another each time."""
    name = f"{_stem(target)}{os.getpid()}-{secrets.token_hex(4)}.tmp"
    return os.path.join(os.path.dirname(target), name)


def _write_aside(temporary: str, target: str, fill: Callable[[BinaryIO], object]) -> None:
    """Write a temporary with the mode and the owner of the file whose place it is to take."""
    try:
        old: os.stat_result | None = os.stat(target)
    except FileNotFoundError:
        old = None
    # A new file gets its mode from the umask; what only the owner reads is never readable to more.
    mode = 0o666 if old is None else stat.S_IMODE(old.st_mode) & 0o700
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    with os.fdopen(handle, "w+b") as stream:
        _lock(handle)
        if old is not None:
            _take_over(handle, target, old)
        fill(stream)
        stream.flush()
        _to_disk(handle)


def _take_over(handle: int, target: str, old: os.stat_result) -> None:
    if not hasattr(os, "fchmod"):
        return
    own = os.fstat(handle)
    if (own.st_uid, own.st_gid) != (old.st_uid, old.st_gid):
        for uid, gid in ((old.st_uid, old.st_gid), (-1, old.st_gid)):
            with contextlib.suppress(OSError):
                os.fchown(handle, uid, gid)
                break
    with contextlib.suppress(OSError, AttributeError):
        # Lists of access among them.
        for name in os.listxattr(target):
            with contextlib.suppress(OSError):
                os.setxattr(handle, name, os.getxattr(target, name))
    os.fchmod(handle, stat.S_IMODE(old.st_mode))


def _to_disk(handle: int) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems cannot be asked.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
            raise


def _remove_left(target: str) -> None:
    """Remove the temporaries of processes that did not get to rename them."""
    pattern = os.path.join(glob.escape(os.path.dirname(target)), glob.escape(_stem(target)))
    for path in glob.glob(f"{pattern}*-????????.tmp"):
        writer = path.rpartition("-")[0].rpartition(".")[2]
        with contextlib.suppress(OSError):
            young = time.time() - os.stat(path).st_mtime < _SECONDS_TO_LOCK
            if writer.isdigit() and not (young and is_alive(int(writer))) and _is_left(path):
                os.unlink(path)


def is_alive(pid: int) -> bool:
    """Return whether a process of this machine runs.

    Parameters
    ----------
    pid : int
        Its number.
    """
    if os.name == "nt":  # pragma: no cover (there, signal 0 would end it)
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _is_left(path: str) -> bool:
    """Return whether nobody writes to a temporary: its lock ended with whoever did."""
    handle = os.open(path, os.O_RDWR | _BINARY)
    try:
        return _lock(handle)
    finally:
        os.close(handle)


def _lock(handle: int, waits: bool = False) -> bool:
    """Lock an open file for whoever opened it, until it is closed; False if another has it."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover (Windows does not remove what is open)
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks.
        return True
    return True
