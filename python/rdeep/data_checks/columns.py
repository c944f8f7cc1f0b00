"""The columns of a table that is checked, whatever it came as: numbers, codes of texts, images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from rdeep.errors import DataError, show

KINDS = ("number", "logical", "time", "factor", "text", "image")
IMAGE_ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
_SAMPLE = 1000
_PROSE_WORDS = 4
_PROSE_SHARE = 0.5


@dataclass(eq=False)
class Column:
    """A column.

    Parameters
    ----------
    name : str
        Its name.
    kind : {"number", "logical", "time", "factor", "text", "image"}
        What it holds.
    numbers : numpy.ndarray, optional
        Its values as float64, NaN where one is missing; times as seconds since 1970.
    codes : numpy.ndarray, optional
        For text and factors, which of `levels` each value is; -1 where one is missing.
    levels : list of str or bytes, optional
        The values that occur, or may occur; bytes for what is no valid UTF-8.
    images : object, optional
        Images, as ready-made models take them.
    whole : bool
        Whether numbers are of a type of whole numbers.
    mixed : dict
        Of a column that holds values of several types, how many of each.
    prose : bool, optional
        Whether it is text to read rather than a few levels; by default its values say so.
    """

    name: str
    kind: str
    numbers: np.ndarray | None = None
    codes: np.ndarray | None = None
    levels: list[Any] = field(default_factory=list)
    images: Any = None
    whole: bool = False
    mixed: dict[str, int] = field(default_factory=dict)
    prose: bool | None = None

    def __post_init__(self) -> None:
        if self.prose is None:
            self.prose = self.kind in ("text", "factor") and self._reads_as_prose()

    def __len__(self) -> int:
        if self.numbers is not None:
            return len(self.numbers)
        return len(self.images) if self.codes is None else len(self.codes)

    @cached_property
    def missing(self) -> np.ndarray:
        """Which values are missing."""
        if self.numbers is not None:
            found: np.ndarray = np.isnan(self.numbers)
            return found
        if self.codes is not None:
            return self.codes < 0
        if isinstance(self.images, np.ndarray):
            return np.zeros(len(self.images), bool)
        return np.array([each is None for each in self.images], bool)

    @property
    def is_discrete(self) -> bool:
        """Whether its values are levels: of a factor, of text that is no prose, true and false."""
        return self.kind in ("factor", "logical") or (self.kind == "text" and not self.prose)

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers, and neither times nor true and false."""
        return self.kind == "number"

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each level occurs."""
        assert self.codes is not None
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))

    @cached_property
    def known(self) -> np.ndarray:
        """Its numbers without those that are missing or infinite, in order of size."""
        assert self.numbers is not None
        return np.sort(self.numbers[np.isfinite(self.numbers)])

    @cached_property
    def distinct(self) -> int:
        """How many values occur."""
        if self.codes is not None:
            return int((self.counts > 0).sum())
        if self.numbers is None:
            return len(self)
        known = self.known
        return int(len(known) > 0) + int((np.diff(known) > 0).sum())

    @cached_property
    def identity(self) -> np.ndarray:
        """A number for each value, the same where values are the same; -1 where it is missing."""
        if self.codes is not None:
            return self.codes.astype(np.int64)
        assert self.numbers is not None
        codes = np.unique(self.numbers, return_inverse=True)[1].astype(np.int64)
        return np.where(self.missing, -1, codes)

    def labels(self, limit: int | None = None) -> list[str]:
        """Return its levels as text, broken bytes replaced.

        Parameters
        ----------
        limit : int, optional
            How many, at most.
        """
        return [as_text(level) for level in self.levels[:limit]]

    def texts(self) -> list[str | None]:
        """Return its values as text."""
        assert self.codes is not None
        words: list[str | None] = [*self.labels(), None]
        return [words[code] for code in self.codes]

    def rows_of(self, places: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the rows that have one of some levels.

        Parameters
        ----------
        places : sequence of int
            Which of `levels`.
        """
        assert self.codes is not None
        wanted = np.zeros(len(self.levels) + 1, bool)
        wanted[np.asarray(places, np.int64)] = True
        # Missing values have the code -1, the last place.
        return np.flatnonzero(wanted[self.codes])

    def take(self, rows: np.ndarray) -> Column:
        """Return some of its rows.

        Parameters
        ----------
        rows : numpy.ndarray
            Which ones.
        """
        images = self.images
        if images is not None:
            images = images[rows] if isinstance(images, np.ndarray) else [images[i] for i in rows]
        return Column(
            self.name,
            self.kind,
            None if self.numbers is None else self.numbers[rows],
            None if self.codes is None else self.codes[rows],
            self.levels,
            images,
            self.whole,
            self.mixed,
            self.prose,
        )

    def _reads_as_prose(self) -> bool:
        used = [self.levels[i] for i in np.flatnonzero(self.counts)[:_SAMPLE]]
        known = int(self.counts.sum())
        if len(used) < 2 or self.distinct < _PROSE_SHARE * known:
            return False
        lengths = sorted(len(as_text(level).split()) for level in used)
        return lengths[len(lengths) // 2] >= _PROSE_WORDS


def as_text(value: str | bytes) -> str:
    """Return a level as text; bytes that are no UTF-8 become U+FFFD.

    Parameters
    ----------
    value : str or bytes
        The level.
    """
    return value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else value


@dataclass
class Table:
    """Columns of the same length.

    Parameters
    ----------
    columns : list of Column
        The columns.
    rows : int
        How many rows there are.
    """

    columns: list[Column]
    rows: int

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    def without(self, *names: str | None) -> list[Column]:
        """Return all columns but some.

        Parameters
        ----------
        *names : str or None
            Those to leave out.
        """
        return [column for column in self.columns if column.name not in names]


def table_of(columns: Sequence[Column], argument: str) -> Table:
    """Return columns as a table, once it is seen that there is something in it.

    Parameters
    ----------
    columns : sequence of Column
        The columns.
    argument : str
        What messages call it.

    Raises
    ------
    DataError
        If there are no columns or no rows, if lengths differ, or a name stands twice.
    """
    if not columns:
        raise DataError(f"'{argument}' has no columns.", argument=argument)
    rows = len(columns[0])
    for column in columns:
        if len(column) != rows:
            raise DataError(
                f"'{column.name}' has {len(column)} values and '{columns[0].name}' has {rows}.",
                argument=argument,
                hint="All columns of a table have the same length.",
            )
    names = [column.name for column in columns]
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if repeated:
        raise DataError(
            f"'{argument}' has several columns called '{repeated[0]}'.",
            argument=argument,
            received=names,
            hint="Give each column a name of its own.",
        )
    if rows == 0:
        raise DataError(f"'{argument}' has no rows.", argument=argument, received=names)
    return Table(list(columns), rows)


def column_of_parts(part: Mapping[str, Any]) -> Column:
    """Return a column of what another language hands over.

    Parameters
    ----------
    part : mapping
        `name`, `kind`, and `values`, `codes` with `levels`, or `images`.
    """
    kind = part["kind"]
    if kind not in KINDS:
        raise DataError(f"There are no columns of kind {show(kind)}.", argument="data")
    numbers, codes = part.get("values"), part.get("codes")
    levels = part.get("levels") or []
    if numbers is not None:
        numbers = np.array(numbers, np.float64).reshape(-1)
        # Missing numbers of other languages raise flags in arithmetic.
        numbers[np.isnan(numbers)] = np.nan
    return Column(
        name=str(part["name"]),
        kind=kind,
        numbers=numbers,
        codes=None if codes is None else np.asarray(codes, np.int64).reshape(-1),
        levels=[levels] if isinstance(levels, str) else list(levels),
        images=part.get("images"),
        whole=bool(part.get("whole", False)),
        mixed={str(name): int(count) for name, count in (part.get("mixed") or {}).items()},
        prose=part.get("prose"),
    )
