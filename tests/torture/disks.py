"""Full disks, read-only folders, files replaced underneath, two processes: nothing is lost."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from torture.outcome import Outcome


def run(share: float, seed: int) -> list[Outcome]:
    """Try each case 20 times, at `share` 1."""
    count = max(round(20 * share), 1)
    drawn = random.Random(seed)
    cases = (_full, _read_only, _replaced, _folder_gone, _two_tables, _two_backups)
    outcomes = []
    for case in cases:
        outcome = Outcome(f"disks: {(case.__doc__ or '').rstrip('.').lower()}", "nothing lost")
        for _ in range(count):
            with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with contextlib.redirect_stdout(io.StringIO()):
                    outcome.add(case(folder, drawn))
        outcomes.append(outcome)
    return outcomes


@contextlib.contextmanager
def small_disk(folder: str, options: str = "size=1m") -> Iterator[str | None]:
    """Give a small file system of its own; `None` where that is not allowed."""
    place = os.path.join(folder, "disk")
    os.mkdir(place)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, check=False
    )
    try:
        yield place if made.returncode == 0 else None
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", place], check=True)


def _model(width: int = 200) -> Any:
    from rdeep import Sequential
    from rdeep.layers import Dense

    model = Sequential([Dense(width)], input_shape=(width,), seed=1)
    model.compile("sgd", "mse")
    return model


def _refused(write: Callable[[], object]) -> str | None:
    """Return what is wrong with how a write fails."""
    from rdeep.errors import FileError

    try:
        write()
    except FileError as error:
        return None if error.hint else f"no advice in {error}"
    except BaseException as error:
        return f"{error!r} instead of the file error"
    return "no error"


def _whole(folder: str, path: str, before: bytes) -> str | None:
    with open(path, "rb") as file:
        if file.read() != before:
            return "the file of before is not whole"
    left = [name for name in os.listdir(folder) if name.endswith(".tmp")]
    return f"{left} were left" if left else None


def _full(folder: str, drawn: random.Random) -> str | None:
    """Full disk."""
    model = _model()
    with small_disk(folder) as disk:
        place = disk or folder
        path = os.path.join(place, "model.rdeep")
        model.save(path)
        with open(path, "rb") as file:
            before = file.read()
        room = drawn.randrange(len(before))
        if disk:
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize
            with open(os.path.join(disk, "filler"), "wb") as file:
                file.write(bytes(max(free - room, 0)))
            wrong = _refused(lambda: model.save(path, overwrite=True))
        else:
            old = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, old[1]))
            try:
                wrong = _refused(lambda: model.save(path, overwrite=True))
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, old)
        wrong = wrong or _whole(place, path, before)
        if wrong or not disk:
            return wrong
        # A training beside it goes on, and keeps its files when there is room again.
        return _trained_on_a_full_disk(disk, drawn)


def _trained_on_a_full_disk(disk: str, drawn: random.Random) -> str | None:
    import numpy as np

    from rdeep import callbacks, load_model

    freed = drawn.randint(1, 3)

    class Frees(callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: dict[str, Any]) -> None:
            if epoch == freed:
                os.unlink(os.path.join(disk, "filler"))

    model, x = _model(), np.ones((8, 200), "float32")
    given = [
        Frees(),
        callbacks.ModelCheckpoint(os.path.join(disk, "checkpoint.rdeep")),
        callbacks.CSVLogger(os.path.join(disk, "log.csv")),
        callbacks.TensorBoard(os.path.join(disk, "logs")),
        callbacks.BackupAndRestore(os.path.join(disk, "backup"), delete_checkpoint=False),
    ]
    history = model.fit(x, x, epochs=5, callbacks=given, verbose=0)
    if len(history.epoch) != 5:
        return f"training ended after {len(history.epoch)} epochs"
    load_model(os.path.join(disk, "checkpoint.rdeep"))
    with open(os.path.join(disk, "log.csv"), newline="", encoding="utf-8") as file:
        epochs = [row["epoch"] for row in csv.DictReader(file)]
    if epochs != list("01234"):
        return f"the table has the epochs {epochs}"
    kept = os.path.exists(os.path.join(disk, "backup", "state.rdeep"))
    return None if kept else "no state was kept"


def _read_only(folder: str, drawn: random.Random) -> str | None:
    """Read-only file system."""
    model = _model(drawn.randint(2, 50))
    with small_disk(folder) as disk:
        if disk is None:
            return None
        path = os.path.join(disk, "model.rdeep")
        model.save(path)
        with open(path, "rb") as file:
            before = file.read()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        for name in ("model.rdeep", "new.rdeep", "new.safetensors"):
            place = os.path.join(disk, name)
            save = model.save_weights if name.endswith("safetensors") else model.save
            wrong = _refused(lambda save=save, place=place: save(place, overwrite=True))
            if wrong:
                return f"{name}: {wrong}"
        return _whole(disk, path, before)


def _replaced(folder: str, drawn: random.Random) -> str | None:
    """Replaced underneath while it is written."""
    from rdeep import load_model

    model, path = _model(), os.path.join(folder, "model.rdeep")
    other = os.path.join(folder, "other")
    model.save(path)
    over = threading.Event()

    def replace() -> None:
        turn = random.Random(drawn.random())
        while not over.is_set():
            kind = turn.choice(("file", "link", "gone"))
            with contextlib.suppress(OSError):
                if kind == "gone":
                    os.unlink(path)
                elif kind == "link":
                    os.symlink(path, other)
                    os.replace(other, path)
                else:
                    with open(other, "wb") as file:
                        file.write(b"another")
                    os.replace(other, path)

    thread = threading.Thread(target=replace)
    thread.start()
    wrong = None
    for _ in range(20):
        try:
            model.save(path, overwrite=True)
        except Exception as error:
            # A link in a circle, or a file that came or went in between.
            if type(error).__name__ != "FileError":
                wrong = repr(error)
    over.set()
    thread.join()
    with contextlib.suppress(OSError):
        os.unlink(path)
    model.save(path)
    load_model(path)
    left = [name for name in os.listdir(folder) if name.endswith(".tmp")]
    return wrong or (f"{left} were left" if left else None)


def _folder_gone(folder: str, drawn: random.Random) -> str | None:
    """Folder taken away while a file in it is written."""
    from rdeep.saving import disk

    place = os.path.join(folder, "place")
    os.mkdir(place)

    def fill(stream: Any) -> None:
        stream.write(bytes(drawn.randrange(100_000)))
        for name in os.listdir(place):
            os.unlink(os.path.join(place, name))
        os.rmdir(place)

    return _refused(lambda: disk.replace_file(os.path.join(place, "file"), fill))


_TRAINS = """
import sys
import numpy as np
from rdeep import Sequential, callbacks
from rdeep.layers import Dense
what, path, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
model = Sequential([Dense(1)], input_shape=(2,))
model.compile("sgd", "mse")
given = {"table": callbacks.CSVLogger, "backup": callbacks.BackupAndRestore}[what](path)
x = np.ones((8, 2), "float32")
class Waits(callbacks.Callback):
    def on_epoch_begin(self, epoch, logs):
        print("epoch", flush=True)
        if what == "backup":
            sys.stdin.readline()
model.fit(x, x[:, :1], epochs=epochs, callbacks=[given, Waits()], verbose=0)
"""


def _process(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", "-c", _TRAINS, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, **pipes)  # type: ignore[call-overload]


def _two_tables(folder: str, drawn: random.Random) -> str | None:
    """Two processes with one table."""
    path, epochs = os.path.join(folder, "log.csv"), drawn.randint(20, 60)
    # The second begins while the first has some way to go.
    one = _process("table", path, 10 * epochs)
    assert one.stdout is not None
    one.stdout.readline()
    other = _process("table", path, epochs)
    said = [process.communicate() for process in (one, other)]
    if one.returncode or other.returncode:
        return said[0][1] + said[1][1]
    with open(path, newline="", encoding="utf-8") as file:
        rows = [int(row["epoch"]) for row in csv.DictReader(file)]
    wanted = sorted([*range(10 * epochs), *range(epochs)])
    if sorted(rows) != wanted and rows != list(range(epochs)):
        return f"{len(rows)} rows of {len(wanted)}"
    return None


def _two_backups(folder: str, drawn: random.Random) -> str | None:
    """Two processes with one backup."""
    path = os.path.join(folder, "backup")
    one = _process("backup", path, 3)
    assert one.stdout is not None
    one.stdout.readline()
    _, said = _process("backup", path, 3).communicate("\n" * 9)
    _, own = one.communicate("\n" * 9)
    if one.returncode:
        return own
    return None if f"in use: process {one.pid} on" in said else f"not refused: {said[-300:]}"
