"""The logs of epochs as rows of a file, and in files' names; not every epoch has all of them."""

from __future__ import annotations

import csv
import os
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from rdeep.catalogue.options import Flag, Path, Text, option
from rdeep.errors import ArgumentError, RdeepWarning, class_name, constructor, listing
from rdeep.training.callbacks.base import CallbackRecord, Logs, is_validated

__all__ = ["CSVLogger"]

_MISSING = "NA"


class CSVLogger(CallbackRecord):
    """Callback that writes the logs of each epoch to a CSV file.

    A log that an epoch does not have, such as those of a validation after every second epoch, is
    `NA` in its row. A log that appears later, or that the rows of an existing file do not have,
    gets a column of its own.

    Examples
    --------
    >>> CSVLogger("log.csv")
    CSVLogger(filename='log.csv')
    """

    key = "csv_logger"
    filename: str = option(Path(), doc="The file to write.")
    separator: str = option(Text(), ",", "The separator of columns.")
    append: bool = option(Flag(), False, "Whether to add to a file that exists.")
    _columns: list[str]
    _begun: bool

    def validate(self) -> None:
        """Refuse a separator that is no single character."""
        if len(self.separator) != 1:
            raise ArgumentError(
                f"{constructor(self)}: 'separator' must be one character, not {self.separator!r}.",
                argument="separator",
                received=self.separator,
            )

    def on_train_begin(self, logs: Logs) -> None:
        """Empty the file, or look at what it holds already."""
        self._columns, self._begun = [], False
        if not self.append:
            with open(self.filename, "w", encoding="utf-8"):
                return
        if os.path.exists(self.filename):
            rows = self._rows()
            self._columns = rows[0] if rows else []
        if self._columns and "epoch" not in self._columns:
            raise ArgumentError(
                f"{class_name(self)}: the file {self.filename!r} holds no logs that could be added "
                f"to: its columns are {listing(self._columns, 'and')}.",
                argument="filename",
                received=self.filename,
                hint="Give another file, or the 'separator' that it was written with.",
            )

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Write a row."""
        row = {"epoch": epoch, **logs}
        new = [name for name in row if name not in self._columns]
        if new:
            self._widen(new)
        with open(self.filename, "a", newline="", encoding="utf-8") as file:
            self._writer(file).writerow([_cell(row.get(name)) for name in self._columns])
        self._begun = True

    def _widen(self, new: list[str]) -> None:
        """Give the file more columns, which are empty in the rows that it has."""
        if self._columns and not self._begun:
            warnings.warn(
                RdeepWarning(
                    f"{class_name(self)}: the file {self.filename!r} has no columns "
                    f"{listing(new, 'and')}: they are added, with {_MISSING} in the rows that it "
                    "has."
                ),
                stacklevel=2,
            )
        rows = self._rows()[1:] if self._columns else []
        old, self._columns = len(self._columns), [*self._columns, *new]
        beside = f"{self.filename}.part"
        with open(beside, "w", newline="", encoding="utf-8") as file:
            writer = self._writer(file)
            writer.writerow(self._columns)
            for row in rows:
                writer.writerow([*row, *[_MISSING] * (old - len(row)), *[_MISSING] * len(new)])
        os.replace(beside, self.filename)

    def _rows(self) -> list[list[str]]:
        with open(self.filename, newline="", encoding="utf-8") as file:
            return [row for row in csv.reader(file, delimiter=self.separator) if row]

    def _writer(self, file: Any) -> Any:
        return csv.writer(file, delimiter=self.separator)


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


def _cell(value: Any) -> Any:
    return _MISSING if value is None else value
