"""Texts in files, one folder for each class, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rdeep.catalogue.options import Count, checked
from rdeep.data.folders import FileDataset, FileKind, Part, split_files
from rdeep.data.reading import counted, shown
from rdeep.errors import DataError

_TEXTS = FileKind("texts", (".txt",))


def text_dataset_from_directory(
    directory: object,
    labels: object = "inferred",
    label_mode: str | None = "int",
    class_names: object = None,
    batch_size: int = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
    format: str | None = None,
) -> Any:
    """Read texts from folders batch by batch, as `keras.utils.text_dataset_from_directory` does.

    Parameters
    ----------
    directory, labels, label_mode, class_names, shuffle, seed, validation_split, subset,
    follow_links
        As in `image_dataset_from_directory`.
    batch_size : int
        The texts of a batch.
    max_length : int, optional
        How many bytes of a text are read; by default all.
    verbose : bool
        Without effect: nothing is printed.
    format : str, optional
        Without effect: either engine reads what comes out.

    Returns
    -------
    TextDataset or list of TextDataset
        Batches of strings; a layer that makes numbers of text goes between them and a network.

    Examples
    --------
    >>> from rdeep.datasets import text_dataset_from_directory
    >>> data = text_dataset_from_directory("reviews")  # doctest: +SKIP
    """
    most = None if max_length is None else checked(Count(), max_length, "max_length")
    size = checked(Count(), batch_size, "batch_size")
    parts = split_files(
        directory,
        labels=labels,
        label_mode=label_mode,
        class_names=class_names,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
        follow_links=follow_links,
        kind=_TEXTS,
    )
    datasets = [TextDataset(part, size, most) for part in parts]
    return datasets if subset == "both" else datasets[0]


class TextDataset(FileDataset):
    """Texts in files; made by `text_dataset_from_directory`."""

    def __init__(self, part: Part, batch_size: int, max_length: int | None) -> None:
        super().__init__(part, batch_size)
        self.max_length = max_length

    def describe(self) -> str:
        """Return what there is, for printing."""
        return counted(len(self.file_paths), "text", "texts")

    def read(self, files: list[str]) -> Iterator[str]:
        """Return the texts in this order.

        Parameters
        ----------
        files : list of str
            The files.
        """
        for file in files:
            try:
                with open(file, "rb") as source:
                    content = source.read(-1 if self.max_length is None else self.max_length)
                # A cut may fall inside a character.
                cut = self.max_length is not None
                yield content.decode("utf-8", "ignore" if cut else "strict")
            except (OSError, UnicodeDecodeError) as error:
                raise DataError(
                    f"{shown(file)} can't be read as text: {error}",
                    argument="directory",
                    received=file,
                    hint="Texts must be in UTF-8.",
                ) from error

    def joined(self, items: list[str]) -> np.ndarray:
        """Return texts as a batch.

        Parameters
        ----------
        items : list of str
            The texts.
        """
        return np.array(items, dtype=object)
