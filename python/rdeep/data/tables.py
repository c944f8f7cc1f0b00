"""Tables in files, read batch by batch, so that they need not fit in memory.

A file is read in chunks of some megabytes. The rows go through a buffer of arrays, in which they
are shuffled, and from which batches are taken.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from rdeep.catalogue.options import Choice, Count, Flag, checked
from rdeep.data.order import generator
from rdeep.data.reading import Arrays, batches_in, counted, in_batches, seed_for, shown
from rdeep.data.table_files import (
    FORMATS,
    arrow,
    common_format,
    found_files,
    reading,
)
from rdeep.errors import ArgumentError, DataError, listing, show, suggestion

_CHUNK_BYTES = 2 << 20
_BUFFER_BYTES = 16 << 20
_MISSING_HINT = "Leave such rows out, or fill the values in, before you use the file."


def table_dataset_from_files(
    files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    x: str | Sequence[str] | Mapping[str, str | Sequence[str]],
    y: str | Sequence[str] | None = None,
    sample_weight: str | Sequence[str] | None = None,
    batch_size: int = 32,
    shuffle: bool = True,
    seed: int | None = None,
    format: str | None = None,
    levels: Mapping[str, Sequence[Any]] | None = None,
    buffer_rows: int | None = None,
) -> TableDataset:
    """Read tables from files batch by batch: data that need not fit in memory.

    Needs the package pyarrow. Each epoch covers every row once. Rows are shuffled in two steps:
    the order of the files' row groups is drawn, and rows are shuffled in a buffer. A CSV file
    counts as one row group: where it is sorted and larger than the buffer, shuffle it first.

    However large the files are, reading them takes some 100 MB; with hundreds of columns about
    2 MB for each of them. A compressed record batch of a feather file is held whole.

    Parameters
    ----------
    files : str, path or list
        A file, a folder, a pattern such as ``"data/*.csv"``, or several of these.
    x : str, list of str or dict
        The columns that go in: they become a float32 matrix. For several inputs a dict from an
        input's name to its columns.
    y, sample_weight : str or list of str, optional
        The columns of the targets and of the samples' weights. One name gives an array with a
        number for each row, a list a matrix.
    batch_size : int
        The rows of a batch.
    shuffle : bool
        Whether each epoch of training has an order of its own; otherwise it is that of the files,
        in which evaluating and predicting read in any case.
    seed : int, optional
        What the order depends on, beside the epoch.
    format : str, optional
        ``"parquet"``, ``"csv"``, ``"feather"`` or ``"arrow"``; by default it is that of the
        files' names.
    levels : dict, optional
        The labels of each column of text, in the order of their numbers, which start from 0.
    buffer_rows : int, optional
        The rows among which rows are shuffled; by default as many as fill 16 MiB.

    Returns
    -------
    TableDataset
        For `fit()`, `evaluate()` and `predict()`.

    Raises
    ------
    DataError
        If a file cannot be read, or a column holds something other than numbers and known labels.
    DependencyError
        If pyarrow is missing.

    Examples
    --------
    >>> from rdeep.datasets import table_dataset_from_files
    >>> data = table_dataset_from_files("*.parquet", x=["a", "b"], y="c")  # doctest: +SKIP
    """
    arrow()
    shuffle = checked(Flag(), shuffle, "shuffle")
    seed = seed_for(seed, shuffle)
    parts = _parts(x, y, sample_weight)
    labels = _labels(levels, parts)
    if format is not None:
        checked(Choice(*FORMATS), format, "format")
    paths = found_files(files, format)
    return TableDataset(
        paths,
        format or common_format(paths),
        [part._replace(codes=all(c in labels for c in part.columns)) for part in parts],
        labels,
        checked(Count(), batch_size, "batch_size"),
        seed if shuffle else None,
        None if buffer_rows is None else checked(Count(), buffer_rows, "buffer_rows"),
    )


# From here on float32 does not hold every whole number.
_EXACT = 2.0**24


class _Part(NamedTuple):
    """Columns that become one array."""

    argument: str
    name: str | None  # of the input, where there are several
    columns: tuple[str, ...]
    alone: bool  # one number for each row instead of a matrix
    codes: bool = False  # nothing but labels

    @property
    def dtype(self) -> Any:
        """Targets that are labels are whole numbers; all else is float32."""
        return np.int64 if self.codes and self.argument == "y" else np.float32


class TableDataset:
    """Tables in files; made by `table_dataset_from_files`.

    Attributes
    ----------
    batches : int or None
        The batches of an epoch. With CSV files it is known after the first epoch only.
    file_paths : list of str
        The files.
    """

    def __init__(
        self,
        file_paths: list[str],
        format: str,
        parts: list[_Part],
        levels: dict[str, list[str]],
        batch_size: int,
        seed: int | None,
        buffer_rows: int | None,
    ) -> None:
        self.file_paths = file_paths
        self.format = format
        self.batch_size = batch_size
        self.seed = seed
        self._parts = parts
        self._levels = levels
        self._columns = list(dict.fromkeys(c for part in parts for c in part.columns))
        self._chunk_rows = min(max(_CHUNK_BYTES // (8 * len(self._columns)), 64), 1 << 16)
        row_bytes = 8 + sum(np.dtype(p.dtype).itemsize * len(p.columns) for p in parts)
        self._buffer_rows = buffer_rows or _BUFFER_BYTES // row_bytes
        self._format = FORMATS[format]
        self._pieces, rows = self._look()
        self.batches = None if rows is None else batches_in(rows, batch_size)

    @property
    def input_columns(self) -> dict[str, list[str]]:
        """The columns of each input by its name, of the only one by `""`; none of labels."""
        if any(name in self._levels for part in self._parts for name in part.columns):
            return {}
        inputs = [part for part in self._parts if part.argument == "x"]
        return {part.name or "": list(part.columns) for part in inputs}

    def __repr__(self) -> str:
        files = counted(len(self.file_paths), f"{self.format} file", f"{self.format} files")
        batches, unknown = "batches", " (not counted yet)"
        if self.batches is not None:
            batches, unknown = counted(self.batches, "batch", "batches"), ""
        columns = "; ".join(
            f"{part.argument}: {listing(part.columns, 'and')!s}"
            if len(part.columns) < 6
            else f"{part.argument}: {len(part.columns)} columns"
            for part in self._parts
        )
        return f"<dataset: {files}, {batches} of {self.batch_size} rows{unknown}>\n{columns}"

    def open(self, epoch: int) -> Iterator[tuple[Any, ...]]:
        """Return the batches of an epoch: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.

        Parameters
        ----------
        epoch : int
            The epoch's number, from 0.
        """
        pieces, random, rows = self._pieces, None, self.batch_size
        if self.seed is not None:
            random, rows = generator(self.seed, epoch), self._buffer_rows
            pieces = [pieces[i] for i in random.permutation(len(pieces))]
        count = 0
        for arrays in in_batches(self._chunks(pieces), self.batch_size, rows, random):
            count += 1
            yield self._batch(arrays)
        if count == 0:
            raise self._empty()
        self.batches = count

    def in_order(self) -> TableDataset:
        """Return the same data in the order of the files, for whoever looks at single rows."""
        if self.seed is None:
            return self
        ordered = copy.copy(self)
        ordered.seed = None
        return ordered

    def _look(self) -> tuple[list[tuple[str, int]], int | None]:
        """Return all row groups and the number of rows; check what can be checked at once."""
        pieces: list[tuple[str, int]] = []
        total: int | None = 0
        for file in self.file_paths:
            with reading(file, self.format):
                groups, rows = self._format.size(file)
                # To look into every CSV file could take long: each is checked when it is read.
                if rows is not None or not pieces:
                    self._check(self._format.schema(file), file)
            pieces += [(file, group) for group in range(groups)]
            total = None if rows is None or total is None else total + rows
        if total == 0:
            raise self._empty()
        return pieces, total

    def _empty(self) -> DataError:
        files = ", ".join(shown(file) for file in self.file_paths[:3])
        more = ", …" if len(self.file_paths) > 3 else ""
        return DataError(f"There are no rows in {files}{more}.", argument="files")

    def _chunks(self, pieces: list[tuple[str, int]]) -> Iterator[Arrays]:
        for file, run in groupby(pieces, key=lambda piece: piece[0]):
            with reading(file, self.format):
                schema = self._format.schema(file)
                self._check(schema, file)
                groups = [group for _, group in run]
                # Where row groups come in another order, rows have no number.
                before = 0 if groups == sorted(groups) and groups[0] == 0 else None
                for rows in self._format.read(
                    file, schema, groups, self._columns, self._levels, self._chunk_rows
                ):
                    # What a damaged file says of where its values lie leads anywhere.
                    rows.validate(full=True)
                    yield [self._array(part, rows, file, before) for part in self._parts]
                    before = None if before is None else before + rows.num_rows

    def _array(self, part: _Part, rows: Any, file: str, before: int | None) -> np.ndarray:
        found = []
        for name in part.columns:
            column, where = rows.column(name), _Where(name, part.argument, file, before)
            labels = self._levels.get(name)
            found.append(
                _numbers(column, where) if labels is None else _codes(column, labels, where)
            )
        wide = any(column.dtype == np.float64 for column in found)
        out = np.empty((rows.num_rows, len(found)), np.float64 if wide else part.dtype)
        for j, column in enumerate(found):
            out[:, j] = column
        return out[:, 0] if part.alone else out

    def _batch(self, arrays: Arrays) -> tuple[Any, ...]:
        inputs = [a for part, a in zip(self._parts, arrays) if part.argument == "x"]
        names = [part.name for part in self._parts if part.argument == "x"]
        x = inputs[0] if names[0] is None else dict(zip(names, inputs))
        return (x, *arrays[len(inputs) :])

    def _check(self, schema: Any, file: str) -> None:
        """Refuse columns that are missing, there twice, or of a type that is no use."""
        types = arrow().types
        for part in self._parts:
            for name in part.columns:
                there = schema.names.count(name)
                if there == 0:
                    hint = suggestion(name, set(schema.names))
                    raise ArgumentError(
                        f"'{part.argument}' names the column {name!r}, "
                        f"which {shown(file)} does not have.",
                        argument=part.argument,
                        received=name,
                        hint=hint if len(hint) < 300 else f"It has {len(schema)} columns.",
                    )
                if there > 1:
                    raise DataError(
                        f"{shown(file)} has {there} columns with the name {name!r}.",
                        argument=part.argument,
                    )
                kind = schema.field(name).type
                if name not in self._levels and not _is_numeric(kind, types):
                    raise self._unusable(kind, name, part, file)

    def _unusable(self, kind: Any, name: str, part: _Part, file: str) -> DataError:
        types, title = arrow().types, f"Column {name!r} of {shown(file)}"
        if types.is_dictionary(kind) or str(kind) in ("string", "large_string", "string_view"):
            found = self._format.first_text(file, name)
            first = "" if found is None else f", {found[1][:40]!r} in row {found[0]} first"
            return DataError(
                f"{title} is text{first}; models take numbers.",
                argument="levels",
                hint=f"Give its labels, in the order of their numbers, in 'levels' as {name!r}.",
            )
        return DataError(
            f"{title} has values of type {kind}; models take numbers and labels.",
            argument=part.argument,
            received=str(kind),
        )


def _is_numeric(kind: Any, types: Any) -> bool:
    tests = (types.is_integer, types.is_floating, types.is_boolean, types.is_decimal, types.is_null)
    return any(test(kind) for test in tests)


class _Where(NamedTuple):
    """A column of a file, and how many rows of the file came before, if that is known."""

    name: str
    argument: str
    file: str
    before: int | None

    @property
    def title(self) -> str:
        return f"Column {self.name!r} of {shown(self.file)}"

    def first(self, wrong: np.ndarray) -> str:
        """Say in which row it is wrong first."""
        return "" if self.before is None else f", first in row {self.before + wrong.argmax() + 1}"


def _numbers(column: Any, where: _Where) -> np.ndarray:
    pa = arrow()
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    # Missing values become NaN.
    values = column.cast(pa.float32(), safe=False).to_numpy(zero_copy_only=False)
    if np.abs(values).max(initial=0.0) >= _EXACT:
        exact = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        whole = np.isfinite(values) & (exact == np.floor(exact))
        if (whole & (values != exact)).any():
            # These may be ids: what the model makes of them says whether they may be rounded.
            values = exact
    wrong = ~np.isfinite(values)
    if wrong.any():
        exact = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        kind, hint = "missing", _MISSING_HINT
        if not np.isnan(values).any():
            kind = "infinite"
            if np.isfinite(exact).all():
                kind, hint = "too large", "Divide the column by a constant: float32 ends at 3.4e38."
        else:
            wrong = np.isnan(values)
        raise DataError(
            f"{where.title} has {kind} values{where.first(wrong)}.",
            argument=where.argument,
            received=f"{kind} values",
            hint=hint,
        )
    return np.asarray(values)


def _codes(column: Any, labels: list[str], where: _Where) -> np.ndarray:
    pa = arrow()
    text = column.cast(pa.string())
    codes = arrow("compute").index_in(text, value_set=pa.array(labels))
    if codes.null_count:
        wrong = codes.is_null()
        label = text.filter(wrong)[0].as_py()
        first = where.first(wrong.to_numpy(zero_copy_only=False))
        if label is None:
            raise DataError(
                f"{where.title} has missing values{first}.",
                argument=where.argument,
                hint=_MISSING_HINT,
            )
        raise DataError(
            f"{where.title} holds the label {label!r}{first}, which is not among its 'levels'.",
            argument="levels",
            received=label,
            hint=f"They are {listing(labels, 'and')}." if len(labels) < 20 else None,
        )
    return np.asarray(codes)


# Arguments ------------------------------------------------------------------------------------


def _parts(x: object, y: object, sample_weight: object) -> list[_Part]:
    if isinstance(x, Mapping):
        if not x:
            raise ArgumentError("'x' is empty: it names no input.", argument="x")
        parts = [
            _Part("x", str(name), _columns(given, f"x[{name!r}]"), False)
            for name, given in x.items()
        ]
    else:
        parts = [_Part("x", None, _columns(x, "x"), False)]
    if y is not None:
        parts.append(_Part("y", None, _columns(y, "y"), isinstance(y, str)))
    if sample_weight is not None:
        if y is None:
            raise ArgumentError("'sample_weight' goes with 'y' only.", argument="sample_weight")
        columns = _columns(sample_weight, "sample_weight")
        parts.append(_Part("sample_weight", None, columns, isinstance(sample_weight, str)))
    return parts


def _columns(given: Any, argument: str) -> tuple[str, ...]:
    names = (given,) if isinstance(given, str) else given
    fits = isinstance(names, (list, tuple)) and all(isinstance(n, str) and n for n in names)
    if not fits or not names:
        raise ArgumentError(
            f"'{argument}' must be the names of columns, not {show(given)}.",
            argument=argument.split("[")[0],
            received=given,
            expected="the names of columns",
        )
    return tuple(names)


def _labels(levels: object, parts: list[_Part]) -> dict[str, list[str]]:
    if levels is None:
        return {}
    if not isinstance(levels, Mapping):
        raise ArgumentError(
            f"'levels' must be labels by the names of columns, not {show(levels)}.",
            argument="levels",
            received=levels,
        )
    columns = {column for part in parts for column in part.columns}
    labels: dict[str, list[str]] = {}
    for column, given in levels.items():
        if column not in columns:
            raise ArgumentError(
                f"'levels' names the column {column!r}, which is not used.",
                argument="levels",
                received=column,
                hint=suggestion(str(column), columns),
            )
        several = isinstance(given, (list, tuple))
        texts = [str(label) for label in (given if several else [given])]
        if not texts or len(set(texts)) < len(texts):
            raise ArgumentError(
                f"'levels' of column {column!r} must be labels, each once, not {show(given)}.",
                argument="levels",
                received=given,
            )
        labels[column] = texts
    return labels
