"""Callbacks that show training elsewhere."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import warnings

from rdeep.catalogue.options import Choice, Count, Either, Flag, Path, Text, TextByName, option
from rdeep.errors import ArgumentError, constructor
from rdeep.training.callbacks.base import NO_LOGS, CallbackRecord, Logs
from rdeep.training.callbacks.event_files import EventFile
from rdeep.training.callbacks.writing import Attempts

__all__ = ["RemoteMonitor", "TensorBoard"]

_TIMEOUT_SECONDS = 10.0


class RemoteMonitor(CallbackRecord):
    """Callback that sends the logs of each epoch to a server, by HTTP.

    A server that does not answer is a warning, and training continues.

    Examples
    --------
    >>> RemoteMonitor("http://localhost:9000")
    RemoteMonitor()
    """

    root: str = option(Text(), "http://localhost:9000", "The server's address.")
    path: str = option(Text(), "/publish/epoch/end/", "The path on the server.")
    field: str = option(
        Text(), "data", "The field of the form that holds the logs; not used with `send_as_json`."
    )
    headers: dict[str, str] | None = option(
        TextByName(), None, "Additional headers of the request, by name."
    )
    send_as_json: bool = option(
        Flag(), False, "Whether to send the logs as JSON alone, and not in a field of a form."
    )

    def validate(self) -> None:
        """Refuse addresses that are none of a server."""
        if urllib.parse.urlsplit(self.root).scheme not in ("http", "https"):
            raise ArgumentError(
                f"{constructor(self)}: 'root' must be an address of a server, not {self.root!r}.",
                argument="root",
                received=self.root,
                expected="an address that begins with http:// or https://",
            )

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Send the logs."""
        text = json.dumps({"epoch": epoch, **logs}, default=float)
        kind = "application/json"
        if not self.send_as_json:
            text = urllib.parse.urlencode({self.field: text})
            kind = "application/x-www-form-urlencoded"
        request = urllib.request.Request(
            self.root + self.path, text.encode(), {"Content-Type": kind, **(self.headers or {})}
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):
                pass
        except (urllib.error.URLError, OSError) as error:
            warnings.warn(f"The server at {self.root} was not reached: {error}", stacklevel=2)


class TensorBoard(CallbackRecord):
    """Callback that writes logs for TensorBoard.

    Logs are in the folders `train` and `validation`. The package `tensorboard` is needed only to
    show them. The network's graph is not written: `plot_model()` draws it.

    Examples
    --------
    >>> TensorBoard("logs")
    TensorBoard()
    """

    key = "tensorboard"
    memory = ("_batches", "_began_at")
    log_dir: str = option(Path(), "logs", "The folder; each training should have its own.")
    histogram_freq: int = option(
        Count(0), 0, "The number of epochs between histograms of the weights."
    )
    write_graph: bool = option(Flag(), True, "Has no effect; for compatibility with Keras.")
    write_images: bool = option(
        Flag(), False, "Must be `False`: images of weights are not written."
    )
    write_steps_per_second: bool = option(
        Flag(), False, "Whether to write the number of steps per second of each epoch."
    )
    update_freq: str | int = option(
        Either(Choice("epoch", "batch"), Count()),
        "epoch",
        "When to write: after each epoch, or also after each batch or a number of batches, at "
        "each of which training pauses.",
    )
    profile_batch: int = option(Count(0), 0, "Must be 0: there is no profiling.")
    embeddings_freq: int = option(Count(0), 0, "Must be 0: embeddings are not written separately.")
    embeddings_metadata: str | None = option(Text(), None, "Not used, with `embeddings_freq`.")

    def validate(self) -> None:
        """Refuse what is not written."""
        instead = {
            "write_images": "Give 'histogram_freq' to see how weights are distributed.",
            "profile_batch": "Use the engine's own profiler on the model's native network.",
            "embeddings_freq": "Take the vectors from get_weights() and write them yourself.",
            "embeddings_metadata": "Take the vectors from get_weights() and write them yourself.",
        }
        for name, hint in instead.items():
            if getattr(self, name):
                raise ArgumentError(
                    f"{constructor(self)}: {name!r} is not supported.",
                    argument=name,
                    received=getattr(self, name),
                    hint=hint,
                )

    def listens_to_batches(self, work: str = "train") -> bool:
        """Return whether it writes after batches."""
        return work == "train" and self.update_freq != "epoch"

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Open the files."""
        self._files: dict[str, EventFile] = {}
        self._attempts = Attempts(self, "turns of events")
        self._every = 1 if self.update_freq == "batch" else self.update_freq
        self._batches = self._began_at = 0
        self._clock = 0.0

    def on_epoch_begin(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Look at the clock."""
        self._began_at, self._clock = self.model.steps_taken, time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs = NO_LOGS) -> None:
        """Write the logs so far."""
        self._batches += 1
        if self._batches % int(self._every) == 0:
            for name, value in logs.items():
                self._scalar("train", f"batch_{name}", value, self.model.steps_taken - 1)
            if any(file.is_full for file in self._files.values()):
                self._flush()

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Write the epoch's logs and the weights."""
        steps = self.model.steps_taken - self._began_at
        speed = steps / max(time.perf_counter() - self._clock, 1e-9)
        for name, value in logs.items():
            run = "validation" if name.startswith("val_") else "train"
            self._scalar(run, f"epoch_{name.removeprefix('val_')}", value, epoch)
        if self.write_steps_per_second:
            self._scalar("train", "epoch_steps_per_second", speed, epoch)
        if self.histogram_freq and (epoch + 1) % self.histogram_freq == 0:
            for name, value in self.model.get_named_weights().items():
                self._of("train").histogram(name, value, epoch)
        self._flush()

    def on_train_end(self, logs: Logs = NO_LOGS) -> None:
        """Write what is left."""
        self._flush()
        self._attempts.sum_up()
        self._files = {}

    def _flush(self) -> None:
        def write() -> None:
            for file in self._files.values():
                file.flush()

        before = self._attempts.failed
        if self._attempts.make(write) and before:
            # What could not be written had waited.
            self._attempts.forgive(before)

    def _scalar(self, run: str, tag: str, value: object, step: int) -> None:
        # A log of several numbers, such as a score for each class, has no line of its own.
        if isinstance(value, (int, float)):
            self._of(run).scalar(tag, float(value), step)

    def _of(self, run: str) -> EventFile:
        if run not in self._files:
            self._files[run] = EventFile(os.path.join(self.log_dir, run))
        return self._files[run]
