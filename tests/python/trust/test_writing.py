"""Files are written whole or not at all, where links point to, and errors say what to do."""

from __future__ import annotations

import csv
import errno
import json
import os
import resource
import stat
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest

from rdeep import Sequential, callbacks
from rdeep.errors import ArgumentError, FileError, RdeepWarning
from rdeep.layers import Dense
from rdeep.saving import disk
from rdeep.saving.locks import Lock


def put(text):
    return lambda stream: stream.write(text)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_keeps_its_mode_and_a_new_one_has_the_umask(tmp_path):
    old, new, plain = (tmp_path / name for name in ("old", "new", "plain"))
    old.write_bytes(b"before")
    old.chmod(0o640)
    disk.replace_file(old, put(b"after"))
    disk.replace_file(new, put(b"after"))
    plain.touch()
    assert (old.read_bytes(), mode_of(old)) == (b"after", 0o640)
    assert mode_of(new) == mode_of(plain)
    if os.geteuid() == 0:
        os.chown(old, 1234, 4321)
        disk.replace_file(old, put(b"again"))
        assert (old.stat().st_uid, old.stat().st_gid) == (1234, 4321)


def test_what_only_the_owner_reads_is_never_readable_to_more(tmp_path):
    secret, seen = tmp_path / "secret", []
    secret.touch(mode=0o600)

    def fill(stream):
        seen.append(stat.S_IMODE(os.fstat(stream.fileno()).st_mode))

    disk.replace_file(secret, fill)
    assert seen == [0o600]


def test_links_are_followed(tmp_path):
    (tmp_path / "far").mkdir()
    target, link, chain = tmp_path / "far" / "model", tmp_path / "link", tmp_path / "chain"
    link.symlink_to("far/model")
    chain.symlink_to(link)
    disk.replace_file(chain, put(b"one"))
    assert link.is_symlink() and chain.is_symlink() and target.read_bytes() == b"one"
    link.unlink()
    link.symlink_to(chain)
    with pytest.raises(FileError, match="circle"):
        disk.replace_file(link, put(b"two"))


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [
        ("", FileError, "an empty text"),
        ("a\0b", FileError, "zero byte"),
        ("a" * 300, FileError, "the name is too long"),
        (".", FileError, "is a folder"),
        ("gone/", FileError, "is a folder"),
        ("gone/model", FileError, "There is no folder"),
        ("file/model", FileError, "There is no folder"),
        ("/dev/null", FileError, "a device"),
        (3, ArgumentError, "must be the path of a file, not 3"),
    ],
)
def test_what_can_be_no_file_is_refused(path, error, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    for write in (lambda: disk.check_free(path, True), lambda: disk.replace_file(path, put(b""))):
        with pytest.raises(error, match=said):
            write()
    assert os.listdir() == ["file"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "can only be read"),
        (errno.EACCES, "not allowed"),
        (errno.EIO, "the disk reports an error"),
    ],
)
def test_a_write_that_fails_leaves_the_file_of_before(number, said, tmp_path):
    path = tmp_path / "model"
    path.write_bytes(b"before")

    def fill(stream):
        stream.write(b"half")
        raise OSError(number, os.strerror(number))

    with pytest.raises(FileError, match=said) as raised:
        disk.replace_file(path, fill)
    assert raised.value.hint
    assert os.listdir(tmp_path) == ["model"] and path.read_bytes() == b"before"


def test_a_file_that_may_not_become_so_large_is_refused(tmp_path):
    path = tmp_path / "model.rdeep"
    model = Sequential([Dense(100)], input_shape=(100,))
    model.save(path)
    before = path.read_bytes()
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, old[1]))
    try:
        with pytest.raises(FileError, match="may not become that large"):
            model.save(path, overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert os.listdir(tmp_path) == ["model.rdeep"] and path.read_bytes() == before


def test_an_interrupt_leaves_nothing(tmp_path):
    def fill(stream):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        disk.replace_file(tmp_path / "model", fill)
    assert os.listdir(tmp_path) == []


LEAVES = """
import os, sys
from rdeep.saving import disk
disk.replace_file(sys.argv[1], lambda stream: os.kill(os.getpid(), 9))
"""


def test_what_killed_processes_left_is_removed_and_nothing_else(tmp_path):
    path = tmp_path / "model"
    subprocess.run([sys.executable, "-c", LEAVES, str(path)], check=False)
    (left,) = os.listdir(tmp_path)
    assert left.startswith(".model.") and left.endswith(".tmp")
    # Of another file, and of a writer who is at it.
    other, live = ".model.old.1-00000000.tmp", f".model.{os.getpid()}-00000000.tmp"
    (tmp_path / other).touch()
    (tmp_path / live).touch()
    disk.replace_file(path, put(b"whole"))
    assert sorted(os.listdir(tmp_path)) == sorted([other, live, "model"])


def test_threads_may_write_one_file(tmp_path):
    path = tmp_path / "model"
    texts = [bytes([65 + i]) * 100_000 for i in range(4)]

    def write(text):
        for _ in range(5):
            disk.replace_file(path, put(text))

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in texts and os.listdir(tmp_path) == ["model"]


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path):
    path = str(tmp_path / "lock")
    code = (
        "import sys; from rdeep.saving.locks import Lock; lock = Lock(sys.argv[1]); "
        "assert lock.take() is None; print('taken', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"taken\n"
        lock = Lock(path)
        holder = lock.take()
        assert holder.process == other.pid and str(other.pid) in str(holder)
        other.kill()
        other.wait()
        assert lock.take() is None and lock.is_held
    lock.release()
    assert os.listdir(tmp_path) == []
    # Of a process that is no more, on a file system that keeps no locks.
    (tmp_path / "lock").write_text(json.dumps({"process": other.pid, "host": "elsewhere"}))
    assert lock.take() is None
    lock.release()


# Beside a training ---------------------------------------------------------------------------


def small_model():
    model = Sequential([Dense(1)], input_shape=(2,), seed=1)
    model.compile("sgd", "mse")
    return model


def trained(*given, epochs=4):
    """Train, and return what was said, and the history."""
    x = np.ones((8, 2), "float32")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        history = small_model().fit(x, x[:, :1], epochs=epochs, callbacks=list(given), verbose=0)
    return [str(w.message) for w in said if isinstance(w.message, RdeepWarning)], history


class Blocks(callbacks.Callback):
    """Puts a folder in a file's place for an epoch or two."""

    def __init__(self, path, epochs):
        self.path, self.epochs = path, epochs

    def on_epoch_begin(self, epoch, logs):
        if epoch in self.epochs and not self.path.is_dir():
            self.path.unlink(missing_ok=True)
            self.path.mkdir()
        elif epoch not in self.epochs and self.path.is_dir():
            self.path.rmdir()


def test_a_checkpoint_that_fails_is_a_warning_and_is_tried_again(tmp_path):
    path = tmp_path / "model.rdeep"
    said, history = trained(Blocks(path, (1, 2)), callbacks.ModelCheckpoint(path))
    assert len(history.epoch) == 4 and path.is_file()
    assert len(said) == 2 and "the next turn tries again" in said[0]
    assert "2 of 4 checkpoints could not be written" in said[1]


def test_the_best_is_what_there_is_a_file_of(tmp_path):
    path = tmp_path / "model.rdeep"
    checkpoint = callbacks.ModelCheckpoint(path, save_best_only=True, monitor="loss")
    _, history = trained(Blocks(path, (3,)), checkpoint)
    assert checkpoint.best == history.history["loss"][2]


def test_no_checkpoint_holds_nan(tmp_path):
    class Breaks(callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            if epoch == 1:
                self.model.set_weights([np.full_like(w, np.nan) for w in self.model.get_weights()])

    path = tmp_path / "{epoch}.safetensors"
    checkpoint = callbacks.ModelCheckpoint(path, save_weights_only=True)
    said, _ = trained(Breaks(), checkpoint, epochs=2)
    assert os.listdir(tmp_path) == ["1.safetensors"]
    assert "not finite" in said[0] and "1 of 2 checkpoints" in said[1]


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_rows_that_could_not_be_written_come_later(tmp_path):
    path = tmp_path / "log.csv"

    class Full(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs):
            if epoch == 1:
                path.rename(tmp_path / "aside")
                path.mkdir()
            if epoch == 3:
                path.rmdir()
                (tmp_path / "aside").rename(path)

    said, _ = trained(Full(), callbacks.CSVLogger(path))
    assert [row["epoch"] for row in rows_of(path)] == list("0123")
    assert len(said) == 1 and "is a folder" in said[0]
    said, _ = trained(callbacks.CSVLogger("/dev/full"))
    assert "4 of 4 rows could not be written" in said[-1] and "a device" in said[-1]


def test_two_trainings_with_one_table_lose_no_row(tmp_path):
    path = tmp_path / "log.csv"
    inner = []

    class Another(callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            if epoch == 1:
                inner.append(trained(callbacks.CSVLogger(path), Adds(), epochs=3)[0])

    class Adds(callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            logs["more"] = 1.5

    class First(Adds):
        pass

    # The inner training widens the table, which is then another file.
    trained(callbacks.CSVLogger(path), Another())
    rows = rows_of(path)
    assert sorted(row["epoch"] for row in rows) == sorted("0123" + "012")
    assert "writes to" in inner[0][0]
    assert os.listdir(tmp_path) == ["log.csv"]


def test_event_files_wait_for_room(tmp_path):
    said, _ = trained(callbacks.TensorBoard(tmp_path / "logs"))
    assert said == []
    (tmp_path / "file").touch()
    said, history = trained(callbacks.TensorBoard(tmp_path / "file"))
    assert "is a file" in said[0] and len(history.epoch) == 4
    assert "turns of events could not be written" in said[-1]
