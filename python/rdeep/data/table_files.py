"""Files of tables: which there are, and how those of each format are read chunk by chunk.

pyarrow is imported when the first file is looked at. A chunk is one of its record batches, of
some megabytes at most.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from rdeep.data.reading import absolute, needed, shown
from rdeep.errors import ArgumentError, DataError, FileError, listing, show

_COLUMN_BUFFER_BYTES = 1 << 16
# pyarrow holds some thirty of these.
_CSV_BLOCK_BYTES = 1 << 20


def arrow(module: str = "") -> Any:
    """Return pyarrow or a module of it, or say that it is missing.

    Parameters
    ----------
    module : str
        The module's name.
    """
    return needed(f"pyarrow.{module}" if module else "pyarrow", "Reading tables from files")


Labels = Mapping[str, list[str]]


class Format(Protocol):
    """How the files of a format are read."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How the files' names end."""

    def schema(self, file: str) -> Any:
        """Return the names and types of a file's columns."""

    def size(self, file: str) -> tuple[int, int | None]:
        """Return how many row groups a file has, and how many rows where its footer says so."""

    def first_text(self, file: str, column: str) -> tuple[int, str] | None:
        """Return the first value of a column that is no number, and its row, where it is known."""

    def read(
        self,
        file: str,
        schema: object,
        groups: Iterable[int],
        columns: list[str],
        texts: Labels,
        rows: int,
    ) -> Iterator[Any]:
        """Return chunks of at most so many rows from these row groups in turn."""


class _Typed:
    """A format in whose files a column is of text or of numbers as a whole."""

    def first_text(self, file: str, column: str) -> tuple[int, str] | None:
        return None


class _Parquet(_Typed):
    """Parquet: a row group is read chunk by chunk, so that even a large one takes little memory."""

    suffixes = (".parquet", ".pq")

    def schema(self, file: str) -> Any:
        return arrow("parquet").read_schema(file)

    def size(self, file: str) -> tuple[int, int | None]:
        metadata = arrow("parquet").read_metadata(file)
        return metadata.num_row_groups, metadata.num_rows

    def read(
        self,
        file: str,
        schema: object,
        groups: Iterable[int],
        columns: list[str],
        texts: Labels,
        rows: int,
    ) -> Iterator[Any]:
        parquet = arrow("parquet")
        # With a buffer, a column is not read whole before its first value is there.
        with parquet.ParquetFile(
            file, buffer_size=_COLUMN_BUFFER_BYTES, pre_buffer=False
        ) as opened:
            for group in groups:
                yield from opened.iter_batches(rows, row_groups=[group], columns=columns)


class _Arrow(_Typed):
    """Arrow's own format, of which feather is the other name: its record batches are the groups."""

    suffixes = (".feather", ".arrow", ".ipc")

    def schema(self, file: str) -> Any:
        with arrow().memory_map(file) as source, arrow("ipc").open_file(source) as opened:
            return opened.schema

    def size(self, file: str) -> tuple[int, int | None]:
        ipc = arrow("ipc")
        # pyarrow counts rows by reading them: those of one column are enough.
        options = ipc.IpcReadOptions(included_fields=[0])
        with arrow().memory_map(file) as source, ipc.open_file(source, options=options) as opened:
            groups = opened.num_record_batches
            return groups, sum(opened.get_batch(i).num_rows for i in range(groups))

    def read(
        self,
        file: str,
        schema: Any,
        groups: Iterable[int],
        columns: list[str],
        texts: Labels,
        rows: int,
    ) -> Iterator[Any]:
        ipc = arrow("ipc")
        fields = [schema.get_field_index(name) for name in columns]
        selected = ipc.IpcReadOptions(included_fields=fields)
        mapped = True
        for group in groups:
            start, count = 0, 1
            while start < count:
                # Opened anew each time, so that no page that was read stays in memory.
                with (
                    arrow().memory_map(file) as source,
                    ipc.open_file(source, options=None if mapped else selected) as opened,
                ):
                    batch = opened.get_batch(group)
                    mapped = mapped and _lies_in(batch, source)
                    count = batch.num_rows
                    stop = start + rows if mapped else count
                    for at in range(start, min(stop, count), rows):
                        yield batch.slice(at, rows)
                    del batch
                start = stop


def _lies_in(batch: Any, source: Any) -> bool:
    """Say whether a record batch is a view of its file: a compressed one is in memory, whole."""
    source.seek(0)
    file = source.read_buffer(source.size())
    first = next(
        (b for column in batch.columns for b in column.buffers() if b is not None and b.size), None
    )
    return first is None or file.address <= first.address < file.address + file.size


class _Csv:
    """CSV with a header; nothing is known of a file before it was read through."""

    suffixes = (".csv", ".csv.gz", ".csv.bz2")

    def schema(self, file: str) -> Any:
        with self._open(file, None) as opened:
            return opened.schema

    def size(self, file: str) -> tuple[int, int | None]:
        return 1, None

    def read(
        self,
        file: str,
        schema: Any,
        groups: Iterable[int],
        columns: list[str],
        texts: Labels,
        rows: int,
    ) -> Iterator[Any]:
        pa, csv = arrow(), arrow("csv")
        kinds = {}
        for name in columns:
            # The types are guessed from the first rows: later ones may have a decimal point.
            if name in texts:
                kinds[name] = pa.string()
            elif not pa.types.is_boolean(schema.field(name).type):
                kinds[name] = pa.float64()
        options = csv.ConvertOptions(include_columns=columns, column_types=kinds)
        # A label may be called "NA".
        known = {label for name in columns for label in texts.get(name, ())}
        options.strings_can_be_null = not known.intersection(options.null_values)
        for _ in groups:
            with self._open(file, options) as opened:
                try:
                    yield from opened
                except pa.ArrowInvalid:
                    # One thread alone counts rows, and says in which of them it failed.
                    with self._open(file, options, use_threads=False) as again:
                        for _ in again:
                            pass
                    raise

    def first_text(self, file: str, column: str) -> tuple[int, str] | None:
        """Return the first value of a column that is no number, and its row, if it comes early."""
        pa, csv = arrow(), arrow("csv")
        options = csv.ConvertOptions(include_columns=[column], column_types={column: pa.string()})
        with self._open(file, options) as opened:
            values = opened.read_next_batch().column(0).to_pylist()
        for row, value in enumerate(values, 1):
            try:
                float(value or 0)
            except ValueError:
                return row, value
        return None

    def _open(self, file: str, options: Any, use_threads: bool = True) -> Any:
        csv = arrow("csv")
        how = csv.ReadOptions(block_size=_CSV_BLOCK_BYTES, use_threads=use_threads)
        try:
            return csv.open_csv(file, read_options=how, convert_options=options)
        except arrow().ArrowInvalid:
            if use_threads:
                return self._open(file, options, use_threads=False)
            raise


FORMATS: dict[str, Format] = {
    "parquet": _Parquet(),
    "csv": _Csv(),
    "feather": _Arrow(),
    "arrow": _Arrow(),
}


@contextmanager
def reading(file: str, format: str) -> Iterator[None]:
    """Name the file in what pyarrow raises.

    Parameters
    ----------
    file, format : str
        The file and its format.
    """
    try:
        yield
    except UnicodeError as error:
        raise DataError(
            f"{shown(file)} can't be read as {format}: its names or texts are not in UTF-8.",
            argument="files",
            received=file,
            hint="Write the file again in UTF-8.",
        ) from error
    except (arrow().ArrowException, OSError) as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        if "straddling" in reason:
            reason = "a line of it is longer than 1 MB, or a quote is never closed"
        raise DataError(
            f"{shown(file)} can't be read as {format}: {reason}.",
            argument="files",
            received=file,
        ) from error


def found_files(files: Any, format: str | None) -> list[str]:
    """Return the absolute paths of all files that are meant.

    Parameters
    ----------
    files : str, path or sequence
        Files, folders and patterns.
    format : str, optional
        The format, where the user named one.

    Raises
    ------
    FileError
        If there are none.
    """
    several = isinstance(files, (list, tuple))
    found: list[str] = []
    for given in files if several else [files]:
        if not isinstance(given, (str, os.PathLike)) or not os.fspath(given):
            raise ArgumentError(
                f"'files' must be paths of files, not {show(files)}.",
                argument="files",
                received=files,
            )
        path = absolute(given)
        if os.path.isdir(path):
            matches = sorted(_inside(path, format))
        elif os.path.isfile(path):
            matches = [path]
        else:
            matches = sorted(m for m in glob.glob(path, recursive=True) if os.path.isfile(m))
        if not matches:
            raise FileError(
                f"There is no table in the folder {shown(path)}."
                if os.path.isdir(path)
                else f"There is no file {shown(path)}.",
                argument="files",
                received=os.fspath(given),
                hint=f"Files end in {listing(_suffixes(format))}." if os.path.isdir(path) else None,
            )
        found += matches
    if not found:
        raise ArgumentError("'files' is empty.", argument="files")
    return found


def _inside(folder: str, format: str | None) -> Iterator[str]:
    for root, _, names in os.walk(folder):
        for name in names:
            if name.lower().endswith(_suffixes(format)) and not name.startswith((".", "_")):
                yield os.path.join(root, name)


def _suffixes(format: str | None) -> tuple[str, ...]:
    readers = FORMATS.values() if format is None else [FORMATS[format]]
    return tuple(dict.fromkeys(suffix for reader in readers for suffix in reader.suffixes))


def common_format(paths: list[str]) -> str:
    """Return the format that the names of all files say.

    Parameters
    ----------
    paths : list of str
        The files.

    Raises
    ------
    ArgumentError
        If a name says none, or names say several.
    """
    formats: dict[str, str] = {}
    for path in paths:
        named = [n for n, r in FORMATS.items() if path.lower().endswith(r.suffixes)]
        if not named:
            raise ArgumentError(
                f"The name of {shown(path)} does not say what format it has.",
                argument="files",
                received=path,
                hint=f"Give 'format': {listing(FORMATS)}.",
            )
        formats.setdefault(named[0], path)
    if len(formats) > 1:
        raise ArgumentError(
            f"'files' are of several formats: {listing(formats, 'and')}.",
            argument="files",
            received=list(formats),
            hint="Name files of one format, or give 'format'.",
        )
    return next(iter(formats))
