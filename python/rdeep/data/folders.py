"""Files in folders, one folder for each class: found, split and read batch by batch."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.catalogue.options import Choice, Flag, Number, Path, checked
from rdeep.data.order import generator
from rdeep.data.reading import absolute, batches_in, counted, seed_for, shown
from rdeep.errors import ArgumentError, DataError, FileError, listing, show


@dataclass(frozen=True)
class FileKind:
    """What files hold, in the plural, and what their names end in."""

    what: str
    suffixes: tuple[str, ...]


@dataclass
class Part:
    """The files of one part of a split.

    Attributes
    ----------
    files : list of str
        Their paths.
    numbers : numpy.ndarray or None
        Their class numbers.
    class_names : list of str or None
        The classes.
    encode : callable
        Makes targets of class numbers.
    seed : int or None
        What each epoch's order is drawn from; `None` for the order of the files.
    found : int
        The number of files before the split.
    """

    files: list[str]
    numbers: np.ndarray | None
    class_names: list[str] | None
    encode: Callable[[np.ndarray], np.ndarray]
    seed: int | None
    found: int


def split_files(
    directory: Any,
    *,
    labels: Any,
    label_mode: Any,
    class_names: Any,
    shuffle: Any,
    seed: Any,
    validation_split: Any,
    subset: Any,
    follow_links: Any,
    kind: FileKind,
) -> list[Part]:
    """Return the parts that are asked for, as Keras would cut them.

    Parameters
    ----------
    directory, labels, label_mode, class_names, shuffle, seed, validation_split, subset,
    follow_links
        As in `image_dataset_from_directory`.
    kind : FileKind
        Which files count.
    """
    shuffle = checked(Flag(), shuffle, "shuffle")
    _check_split(validation_split, subset, shuffle, seed)
    seed = seed_for(seed, shuffle)
    files, numbers, names = _indexed(
        directory,
        labels,
        label_mode,
        class_names,
        checked(Flag(), follow_links, "follow_links"),
        kind,
    )
    encode = _encoder(numbers, names, label_mode)
    # As in Keras: the files are shuffled once for the split to be a random one.
    order = np.arange(len(files))
    if shuffle:
        np.random.RandomState(seed % (1 << 32)).shuffle(order)
    parts = []
    for part in ("training", "validation") if subset == "both" else (subset,):
        rows = _part_of(order, validation_split, part, kind)
        again = shuffle and not (subset == "both" and part == "validation")
        parts.append(
            Part(
                [files[i] for i in rows],
                None if numbers is None else numbers[rows],
                names,
                encode,
                seed if again else None,
                len(files),
            )
        )
    return parts


class FileDataset:
    """Files that are read batch by batch; derived classes say how one is read.

    Parameters
    ----------
    part : Part
        The files.
    batch_size : int
        How many make a batch.
    """

    def __init__(self, part: Part, batch_size: int) -> None:
        self.file_paths = part.files
        self.class_names = part.class_names
        self.batch_size = batch_size
        self.batches = batches_in(len(part.files), batch_size)
        self.seed = part.seed
        self.found = part.found
        self._numbers = part.numbers
        self._encode = part.encode

    def describe(self) -> str:
        """Return what there is, for printing."""
        raise NotImplementedError

    def read(self, files: list[str]) -> Iterator[Any]:
        """Return what the files hold, in this order."""
        raise NotImplementedError

    def joined(self, items: list[Any]) -> np.ndarray:
        """Return what some files hold as a batch."""
        raise NotImplementedError

    def __repr__(self) -> str:
        classes = "without labels"
        if self.class_names is not None:
            few = len(self.class_names) < 6
            classes = counted(len(self.class_names), "class", "classes") + (
                f": {listing(self.class_names, 'and')!s}" if few else ""
            )
        batches = counted(self.batches, "batch", "batches")
        return f"<dataset: {self.describe()}, {batches} of {self.batch_size}>\n{classes}"

    def open(self, epoch: int) -> Iterator[tuple[np.ndarray, ...]]:
        """Return the batches of an epoch: ``(x, y)``, or ``(x,)`` without labels.

        Parameters
        ----------
        epoch : int
            The epoch's number, from 0.
        """
        order = np.arange(len(self.file_paths))
        if self.seed is not None:
            order = generator(self.seed, epoch).permutation(order)
        items = self.read([self.file_paths[i] for i in order])
        try:
            for start in range(0, len(order), self.batch_size):
                rows = order[start : start + self.batch_size]
                x = self.joined([next(items) for _ in rows])
                yield (x,) if self._numbers is None else (x, self._encode(self._numbers[rows]))
        finally:
            items.close()  # type: ignore[attr-defined]

    def in_order(self) -> Any:
        """Return the same files in the order of `file_paths`, for whoever looks at single ones."""
        if self.seed is None:
            return self
        ordered = copy.copy(self)
        ordered.seed = None
        return ordered


def _check_split(validation_split: object, subset: object, shuffle: bool, seed: object) -> None:
    if (validation_split is None) != (subset is None):
        missing = "subset" if subset is None else "validation_split"
        raise ArgumentError(
            f"'validation_split' and 'subset' go together: '{missing}' is missing.",
            argument=missing,
        )
    if validation_split is None:
        return
    checked(Choice("training", "validation", "both"), subset, "subset")
    share = checked(Number(0, 1, open_high=True), validation_split, "validation_split")
    if share == 0:
        raise ArgumentError(
            "'validation_split' must be above 0.", argument="validation_split", received=share
        )
    if shuffle and seed is None:
        raise ArgumentError(
            "'seed' is missing: without one, the parts of a split that is drawn could overlap.",
            argument="seed",
            hint=f"Give the same 'seed' for both parts, or 'shuffle' = {show(False)}.",
        )


def _part_of(
    order: np.ndarray, validation_split: float | None, part: str | None, kind: FileKind
) -> np.ndarray:
    """Return the rows of a part: as in Keras, the last are for validation."""
    if validation_split is None:
        return order
    aside = int(validation_split * len(order))
    if aside == 0 or aside == len(order):
        raise DataError(
            f"'validation_split' = {validation_split:g} leaves nothing to "
            f"{'validate' if aside == 0 else 'train on'}: there are {len(order)} {kind.what}.",
            argument="validation_split",
            received=validation_split,
        )
    return order[:-aside] if part == "training" else order[-aside:]


def _indexed(
    directory: object,
    labels: object,
    label_mode: object,
    class_names: object,
    follow_links: bool,
    kind: FileKind,
) -> tuple[list[str], np.ndarray | None, list[str] | None]:
    """Return the files, their class numbers and the names of the classes, as Keras orders them."""
    folder = absolute(checked(Path(), directory, "directory"))
    if not os.path.isdir(folder):
        raise FileError(
            f"There is no folder {shown(folder)}.", argument="directory", received=directory
        )
    if label_mode is not None:
        checked(Choice("int", "categorical", "binary"), label_mode, "label_mode")
    if label_mode is None:
        labels = None
    inferred = isinstance(labels, str) and labels == "inferred"
    if class_names is not None and not inferred:
        raise ArgumentError(
            "'class_names' goes with 'labels' = 'inferred' only.", argument="class_names"
        )
    if not inferred:
        files = _files_in(folder, follow_links, kind)
        if not files:
            raise _no_files(folder, kind)
        numbers = None if labels is None else _given_labels(labels, len(files), kind)
        return files, numbers, None if numbers is None else [str(n) for n in np.unique(numbers)]
    names = _class_folders(folder, class_names)
    in_class = [_files_in(os.path.join(folder, name), follow_links, kind) for name in names]
    if not any(in_class):
        raise _no_files(folder, kind, "Each class has a folder in it. ")
    numbers = np.repeat(np.arange(len(names)), [len(files) for files in in_class])
    return [file for files in in_class for file in files], numbers, names


def _no_files(folder: str, kind: FileKind, hint: str = "") -> DataError:
    return DataError(
        f"There are no {kind.what} in {shown(folder)}.",
        argument="directory",
        received=folder,
        hint=f"{hint}Files end in {listing(kind.suffixes)}.",
    )


def _class_folders(folder: str, class_names: Any) -> list[str]:
    there = sorted(
        name
        for name in os.listdir(folder)
        if os.path.isdir(os.path.join(folder, name)) and not name.startswith(".")
    )
    if class_names is None:
        return there
    names = [class_names] if isinstance(class_names, str) else list(class_names)
    for name in names:
        if name not in there:
            raise ArgumentError(
                f"'class_names' has {show(name)}, but {shown(folder)} has no such folder.",
                argument="class_names",
                received=name,
                hint=f"Its folders are {listing(there, 'and')}." if there else None,
            )
    return names


def _files_in(folder: str, follow_links: bool, kind: FileKind) -> list[str]:
    found = sorted(os.walk(folder, followlinks=follow_links), key=lambda entry: entry[0])
    return [
        os.path.join(root, name)
        for root, _, names in found
        for name in sorted(names)
        if name.lower().endswith(kind.suffixes)
    ]


def _given_labels(labels: object, files: int, kind: FileKind) -> np.ndarray:
    several = isinstance(labels, (list, tuple, np.ndarray))
    numbers = np.asarray(labels) if several else np.empty(0, object)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise ArgumentError(
            f"'labels' must be 'inferred', {show(None)} or a whole number for each file, "
            f"not {show(labels)}.",
            argument="labels",
            received=labels,
        )
    if len(numbers) != files:
        raise DataError(
            f"'labels' has {len(numbers)} labels, and there are {files} {kind.what}.",
            argument="labels",
            received=len(numbers),
            expected=str(files),
            hint="The labels are in the order of the files' paths.",
        )
    return numbers


def _encoder(
    numbers: np.ndarray | None, names: list[str] | None, label_mode: str | None
) -> Callable[[np.ndarray], np.ndarray]:
    """Return what makes targets of class numbers, after a look whether they fit."""
    if numbers is None or names is None or label_mode == "int":
        return lambda rows: rows.astype(np.int32)
    classes = len(names)
    if label_mode == "binary" and classes != 2:
        raise ArgumentError(
            f"'label_mode' = 'binary' wants two classes; there are {classes}.",
            argument="label_mode",
            received=label_mode,
        )
    if numbers.min() < 0 or numbers.max() >= classes:
        raise DataError(
            f"'labels' must be numbers from 0 to {classes - 1} for 'label_mode' = '{label_mode}': "
            f"there are {classes} different ones.",
            argument="labels",
        )
    if label_mode == "binary":
        return lambda rows: rows.astype(np.float32)[:, np.newaxis]
    return lambda rows: (rows[:, np.newaxis] == np.arange(classes)).astype(np.float32)
