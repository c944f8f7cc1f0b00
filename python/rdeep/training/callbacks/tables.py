"""The logs of epochs as rows of a file, and in files' names; not every epoch has all of them."""

from __future__ import annotations

import csv
import io
import os
import warnings
from collections.abc import Mapping
from itertools import islice
from typing import Any, BinaryIO

import numpy as np

from rdeep.catalogue.options import Flag, Path, Text, option
from rdeep.errors import (
    ArgumentError,
    FileError,
    RdeepWarning,
    class_name,
    constructor,
    listing,
)
from rdeep.saving import disk
from rdeep.saving.locks import Lock
from rdeep.training.callbacks.base import NO_LOGS, CallbackRecord, Logs, is_validated
from rdeep.training.callbacks.writing import Attempts

__all__ = ["CSVLogger"]

_MISSING = "NA"


class CSVLogger(CallbackRecord):
    """Callback that writes the logs of each epoch to a CSV file.

    A log that an epoch does not have, such as those of a validation after every second epoch, is
    `NA` in its row. A log that appears later, or that the rows of an existing file do not have,
    gets a column of its own.

    A row that cannot be written is a warning: it is written with the next one. Trainings of several
    processes may write to one file at once: no row of either is lost.

    Examples
    --------
    >>> CSVLogger("log.csv")
    CSVLogger(filename='log.csv')
    """

    key = "csv_logger"
    memory = ("_first", "_waiting", "_begun")
    filename: str = option(Path(), doc="The file to write.")
    separator: str = option(Text(), ",", "The separator of columns.")
    append: bool = option(Flag(), False, "Whether to add to a file that exists.")

    def validate(self) -> None:
        """Refuse a separator that is no single character."""
        if len(self.separator) != 1:
            raise ArgumentError(
                f"{constructor(self)}: 'separator' must be one character, not {self.separator!r}.",
                argument="separator",
                received=self.separator,
            )

    def on_train_begin(self, logs: Logs = NO_LOGS) -> None:
        """Empty the file, or look at what it holds already."""
        self._waiting: list[dict[str, Any]] = []
        self._begun, self._first = False, 0
        self._attempts = Attempts(self, "rows")
        self._lock = Lock(_lock_beside(self.filename))
        keeps = self.append or "resumed" in self.params or not self._is_alone()
        if not keeps:
            self._attempts.make(lambda: disk.replace_file(self.filename, _nothing), 0)
        elif os.path.isfile(self.filename):
            self._first = max(len(self._rows()) - 1, 0)

    def set_state(self, state: dict[str, Any]) -> None:
        """Take the rows out that the resumed training will write anew."""
        super().set_state(state)
        if self._is_alone() and os.path.isfile(self.filename):
            self._attempts.make(lambda: self._forget_from(self.params["resumed"]["epoch"]), 0)

    def let_go(self) -> None:
        """Let others empty the file."""
        if hasattr(self, "_lock"):
            self._lock.release()

    def on_epoch_end(self, epoch: int, logs: Logs = NO_LOGS) -> None:
        """Write a row, and those that could not be written before."""
        self._waiting.append({"epoch": epoch, **logs})
        late = len(self._waiting) - 1
        if self._attempts.make(self._write, 1):
            self._attempts.forgive(late)

    def on_train_end(self, logs: Logs = NO_LOGS) -> None:
        """Write what could not be written before, and say what is missing."""
        late = len(self._waiting)
        if late and self._attempts.make(self._write, 0):
            self._attempts.forgive(late)
        self._attempts.sum_up()

    def _is_alone(self) -> bool:
        """Return whether no other training writes to the file; say so otherwise."""
        try:
            holder = self._lock.take()
        except FileError:
            # A folder that cannot be written to: the file's turn will say so.
            return True
        self._lock.share()
        if holder is None:
            return True
        warnings.warn(
            RdeepWarning(
                f"{class_name(self)}: {holder} writes to {self.filename!r} as well: the file is "
                "not emptied, and rows are added to those that it has."
            ),
            stacklevel=3,
        )
        return False

    def _write(self) -> None:
        """Write the rows that wait, under the columns that the file has."""
        with disk.exclusively(self.filename) as handle:
            columns = self._header(self.filename)
            names = dict.fromkeys(name for row in self._waiting for name in row)
            new = [name for name in names if name not in columns]
            if not new:
                disk.add_to(handle, self._text(columns, self._waiting).encode())
            else:
                self._widen(columns, new)
        self._waiting, self._begun = [], True

    def _widen(self, old: list[str], new: list[str]) -> None:
        """Write the file anew with more columns, which are empty in the rows that it has."""
        if old and not self._begun:
            warnings.warn(
                RdeepWarning(
                    f"{class_name(self)}: the file {self.filename!r} has no columns "
                    f"{listing(new, 'and')}: they are added, with {_MISSING} in the rows that it "
                    "has."
                ),
                stacklevel=2,
            )
        columns = [*old, *new]
        had = [dict(zip(old, row)) for row in self._rows()[1:]]
        header = dict(zip(columns, columns))
        text = self._text(columns, [header, *had, *self._waiting])
        disk.replace_file(self.filename, lambda file: file.write(text.encode()), "filename")

    def _forget_from(self, epoch: int) -> None:
        columns = self._header(self.filename)
        rows = self._rows()
        if not columns:
            return
        place = columns.index("epoch")
        own = [row for row in rows[self._first + 1 :] if _is_before(row, place, epoch)]
        kept = [*rows[: self._first + 1], *own]
        if len(kept) == len(rows):
            return
        named = [dict(zip(columns, row)) for row in kept]
        text = self._text(columns, named)
        disk.replace_file(self.filename, lambda file: file.write(text.encode()), "filename")

    def _header(self, path: str) -> list[str]:
        rows = self._rows(1)
        if rows and "epoch" not in rows[0]:
            raise ArgumentError(
                f"{class_name(self)}: the file {path!r} holds no logs that could be added "
                f"to: its columns are {listing(rows[0], 'and')}.",
                argument="filename",
                received=path,
                hint="Give another file, or the 'separator' that it was written with.",
            )
        return rows[0] if rows else []

    def _rows(self, most: int | None = None) -> list[list[str]]:
        try:
            with open(self.filename, newline="", encoding="utf-8") as file:
                rows = csv.reader(file, delimiter=self.separator)
                return list(islice((row for row in rows if row), most))
        except (UnicodeDecodeError, csv.Error) as error:
            raise ArgumentError(
                f"{class_name(self)}: the file {self.filename!r} holds no logs that could be added "
                f"to: {error}.",
                argument="filename",
                received=self.filename,
                hint="Give another file.",
            ) from None

    def _text(self, columns: list[str], rows: list[dict[str, Any]]) -> str:
        file = io.StringIO(newline="")
        writer = csv.writer(file, delimiter=self.separator)
        writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
        return file.getvalue()


def _is_before(row: list[str], place: int, epoch: int) -> bool:
    """Return whether a row is of an earlier epoch, or of nobody knows which."""
    try:
        return int(row[place]) < epoch
    except (ValueError, IndexError):
        return True


def _lock_beside(path: str) -> str:
    folder, name = os.path.split(os.path.realpath(path))
    return os.path.join(folder, f".{name}.lock")


def _nothing(file: BinaryIO) -> None:
    """Leave a file empty."""


def file_name(template: str, logs: Mapping[str, Any], params: Mapping[str, Any]) -> str:
    """Return a file's name with logs in the place of their names in braces.

    Parameters
    ----------
    template : str
        Such as `"model-{epoch:02d}-{val_loss:.2f}.rdeep"`.
    logs : mapping
        What may stand in braces. Of a log of several values all stand there, with dashes between.
    params : mapping
        The training's: where not each epoch is validated, a log of validation may be missing.

    Raises
    ------
    ArgumentError
        If there is no such log, or it cannot be written so.
    """
    values: dict[str, Any] = {
        name: _Several(value) if np.ndim(value) else value for name, value in logs.items()
    }
    if not is_validated(logs) and params.get("validation_freq", 1) > 1:
        values = _WithMissing(values)
    try:
        return template.format_map(values)
    except KeyError as error:
        raise ArgumentError(
            f"{_CHECKPOINT}: 'filepath' names the log {error}, which there is not; "
            f"there are {listing(logs, 'and')}.",
            argument="filepath",
            received=template,
        ) from None
    except (ValueError, IndexError, AttributeError, TypeError) as error:
        raise ArgumentError(
            f"{_CHECKPOINT}: 'filepath' cannot be filled in: {error}.",
            argument="filepath",
            received=template,
            hint="Braces hold the name of a log, and how to write it, as in '{val_loss:.2f}'.",
        ) from None


_CHECKPOINT = class_name("ModelCheckpoint", "callback")


class _WithMissing(dict[str, Any]):
    """Logs, of which those of validation may be missing."""

    def __missing__(self, name: str) -> Any:
        if not name.startswith("val_"):
            raise KeyError(name)
        warnings.warn(
            RdeepWarning(
                f"{_CHECKPOINT}: an epoch has no log {name!r}: it is {_MISSING} in the file's name."
            ),
            stacklevel=2,
        )
        return _Missing()


class _Missing:
    def __format__(self, spec: str) -> str:
        return _MISSING


class _Several:
    """A log of several values, such as a score for each class."""

    def __init__(self, values: Any) -> None:
        self.values = np.ravel(values).tolist()

    def __format__(self, spec: str) -> str:
        return "-".join(format(value, spec) for value in self.values)


def _cell(value: object) -> Any:
    return _MISSING if value is None else value
