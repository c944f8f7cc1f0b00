"""Tables to the values of each modality: learned of those to fit to, read again of new ones."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import DataError, RdeepWarning, listing, setting, show_rows, worded
from rdeep.models import Model
from rdeep.multimodal import image_values, series_values, table_values, text_values
from rdeep.multimodal.columns import Column, as_columns
from rdeep.multimodal.recognising import Recognised
from rdeep.multimodal.settings import (
    TABLE,
    ImageColumn,
    Modality,
    MultimodalSettings,
    SeriesColumn,
    TableColumns,
    TextColumn,
)
from rdeep.multimodal.text_values import TextReader
from rdeep.multimodal.values import Values
from rdeep.ready import BadRows
from rdeep.tabular.encoding import Encoding
from rdeep.text.folder import Folder


@dataclass
class Tools:
    """What modalities are read with, beside what was learned of each.

    Attributes
    ----------
    encoding : Encoding or None
        How columns of a table are encoded.
    encoder : Model or None
        An encoder of texts.
    tokenizer : bytes or None
        Its tokenizer.
    """

    encoding: Encoding | None = None
    encoder: Model | None = None
    tokenizer: bytes | None = None


@dataclass
class Read:
    """What became of a table.

    Attributes
    ----------
    modalities : list of Modality
        What was learned of each.
    values : list of Values
        The values of each.
    bad : list of BadRows
        What cannot be used of each.
    """

    modalities: list[Modality]
    values: list[Values]
    bad: list[BadRows]


def bad_values(columns: str) -> BadRows:
    """Return where values that cannot be used are noted.

    Parameters
    ----------
    columns : str
        What they are called in messages.
    """
    return BadRows("drop", f"values of {columns}")


def learn(
    columns: Mapping[str, Column],
    kinds: Mapping[str, Recognised],
    settings: MultimodalSettings,
    folder: Folder | None,
    tools: Tools,
) -> Read:
    """Return what is learned of a table, and its values.

    Parameters
    ----------
    columns : mapping of str to Column
        The table.
    kinds : mapping of str to Recognised
        What each column is taken as.
    settings : MultimodalSettings
        What was asked for.
    folder : Folder or None
        An encoder of texts.
    tools : Tools
        What modalities are read with; the encoding is added.
    """
    found = Read([], [], [])
    for name, column in columns.items():
        kind, bad = kinds[name].kind, bad_values(f"column '{name}'")
        record: Modality
        if kind == "image":
            record, values = image_values.learn(column, settings, bad)
        elif kind == "text":
            record = text_values.learn(column, settings, BadRows("drop", ""), folder)
            reader = TextReader(record, tools.encoder, tools.tokenizer)
            values = reader.values(column, bad, new=False)
        elif kind == "series":
            record, values = series_values.learn(column, bad)
        else:
            continue
        found.modalities.append(record)
        found.values.append(values)
        found.bad.append(bad)
    numbers = [name for name in columns if kinds[name].kind == "number"]
    categories = [name for name in columns if kinds[name].kind == "category"]
    if numbers or categories:
        called = TABLE
        while called in columns:
            called += "_columns"
        record, encoding = table_values.learn(columns, numbers, categories, called)
        if len(encoding.kept) or categories:
            tools.encoding, bad = encoding, bad_values("numbers")
            found.modalities.append(record)
            found.values.append(table_values.read(record, encoding, columns, bad))
            found.bad.append(bad)
    if not found.modalities:
        raise DataError(
            "The data has no column that can be used: its numbers are the same in all rows."
            if columns
            else "The data has no columns.",
            argument="x",
        )
    return found


def read(
    modalities: Sequence[Modality], tools: Tools, x: Any, missing: str
) -> tuple[list[Values], list[BadRows]]:
    """Return the values of each modality of new data.

    Parameters
    ----------
    modalities : sequence of Modality
        What was learned.
    tools : Tools
        What they are read with.
    x : object
        The table.
    missing : {"fail", "allow"}
        Whether columns that are absent are an error, or missing in all rows.
    """
    columns = as_columns(x)
    wanted = [name for each in modalities for name in columns_of(each)]
    absent = [name for name in wanted if name not in columns]
    if len(absent) == len(wanted):
        raise DataError(
            "The data has none of the columns that the model was fitted to.",
            argument="x",
            expected=listing(wanted, "and"),
            hint=f"They are {listing(wanted, 'and')}.",
        )
    if absent and missing == "fail":
        raise DataError(
            f"The data has no {'column' if len(absent) == 1 else 'columns'} "
            f"{listing(absent, 'and')}, which the model was fitted to.",
            argument="x",
            expected=listing(wanted, "and"),
            hint=f"To predict without, say {setting('missing', 'allow')}.",
        )
    rows = len(next(iter(columns.values())))
    if not rows:
        raise DataError("The data has no rows.", argument="x")
    columns |= {name: Column(name, [None] * rows) for name in absent}
    found, bads = [], []
    for each in modalities:
        table = isinstance(each, TableColumns)
        bad = bad_values("numbers" if table else f"column '{each.name}'")
        found.append(_values(each, tools, columns, bad))
        bads.append(bad)
    return found, bads


def columns_of(modality: Modality) -> list[str]:
    """Return the columns of a modality.

    Parameters
    ----------
    modality : Modality
        What was learned of it.
    """
    if isinstance(modality, TableColumns):
        return [*modality.numbers, *(each.name for each in modality.categories)]
    return [modality.name]


def _values(
    modality: Modality, tools: Tools, columns: Mapping[str, Column], bad: BadRows
) -> Values:
    if isinstance(modality, TableColumns):
        assert tools.encoding is not None
        return table_values.read(modality, tools.encoding, columns, bad)
    column = columns[modality.name]
    if isinstance(modality, ImageColumn):
        return image_values.read(modality, column, bad)
    if isinstance(modality, SeriesColumn):
        return series_values.read(modality, column, bad)
    assert isinstance(modality, TextColumn)
    reader = TextReader(modality, tools.encoder, tools.tokenizer)
    return reader.values(column, bad)


def kept_rows(bads: Sequence[BadRows], total: int, on_bad: str) -> np.ndarray:
    """Return the samples that are used, and say which are not, or whose values are missing.

    Parameters
    ----------
    bads : sequence of BadRows
        What cannot be used of each modality.
    total : int
        How many samples there are.
    on_bad : {"fail", "drop", "missing"}
        What is done about them.
    """
    used = np.ones(total, bool)
    for bad in bads:
        if not len(bad):
            continue
        if on_bad == "missing":
            verb = "is" if len(bad) == 1 else "are"
            said = worded(
                f"{len(bad)} of {total} {bad.what} {verb} taken as missing: {bad.listed()}."
            )
            warnings.warn(RdeepWarning(said), stacklevel=4)
            continue
        bad.on_bad = on_bad
        kept = bad.kept(total)
        used &= np.isin(np.arange(total), kept)
    return np.flatnonzero(used)


def say_empty(values: Sequence[Values], rows: np.ndarray) -> None:
    """Say which samples have no value at all: what is predicted of them rests on nothing.

    Parameters
    ----------
    values : sequence of Values
        The values of each modality.
    rows : numpy.ndarray
        The samples that are predicted.
    """
    there = np.any([each.present for each in values], axis=0)
    empty = [int(row) for row in rows if not there[row]]
    if empty:
        has = "has" if len(empty) == 1 else "have"
        said = worded(
            f"{show_rows(empty)} {has} no value in any column: what is predicted rests on nothing."
        )
        warnings.warn(RdeepWarning(said), stacklevel=4)


def say_untrained(
    modalities: Sequence[Modality], values: Sequence[Values], rows: np.ndarray
) -> None:
    """Say what is missing that never was in training, where nothing was left out either.

    Parameters
    ----------
    modalities : sequence of Modality
        What was learned.
    values : sequence of Values
        The values of each modality.
    rows : numpy.ndarray
        The samples that are predicted.
    """
    new = [
        each.name
        for each, given in zip(modalities, values)
        if not each.missing and not given.present[rows].all()
    ]
    if new:
        said = worded(
            f"{listing(new, 'and')} never lacked a value in training, and "
            f"{setting('modality_dropout', 0)}: what is predicted without rests on chance."
        )
        warnings.warn(RdeepWarning(said), stacklevel=4)
