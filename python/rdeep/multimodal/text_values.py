"""Texts in a column: the numbers of their words, or the vectors that an encoder gives."""

from __future__ import annotations

import numpy as np

from rdeep.models import Model
from rdeep.multimodal.columns import Column
from rdeep.multimodal.settings import MultimodalSettings, TextColumn
from rdeep.multimodal.values import PartOfRows, Values
from rdeep.ready import BadRows
from rdeep.text.architectures import DEFAULTS
from rdeep.text.encoding import vectors_of
from rdeep.text.folder import Folder
from rdeep.text.numbers import Numbers, matrix
from rdeep.text.predictions import say_unknown
from rdeep.text.reading import read_texts
from rdeep.text.words import UNKNOWN, vocabulary, words

_FEW = 1000
_LONGEST = 512


class TextReader:
    """What turns a column of texts into values.

    Parameters
    ----------
    record : TextColumn
        What was learned of it.
    encoder : Model, optional
        The encoder, for its vectors.
    tokenizer : bytes, optional
        The encoder's tokenizer.
    """

    def __init__(
        self, record: TextColumn, encoder: Model | None = None, tokenizer: bytes | None = None
    ) -> None:
        self._numbers = Numbers(record, True, tokenizer)
        self._encoder = encoder

    @property
    def size(self) -> int:
        """How many numbers the vocabulary has."""
        return self._numbers.size

    def values(self, column: Column, bad: BadRows, new: bool = True) -> Values:
        """Return the values of texts.

        Parameters
        ----------
        column : Column
            The texts.
        bad : BadRows
            Where it is noted which are no texts.
        new : bool
            Whether to say which have no word that is known; they are missing then.
        """
        rows, texts = usable_texts(column, bad)
        numbers, _ = self._numbers.of(texts)
        unknown = {n for n, row in enumerate(numbers) if not self._numbers.knows(row)}
        if new:
            say_unknown([int(rows[n]) for n in sorted(unknown)])
        known = np.array([n for n in range(len(rows)) if n not in unknown], dtype=np.int64)
        numbers = [numbers[n] for n in known]
        present = np.zeros(len(column), bool)
        present[rows[known]] = True
        if self._encoder is None:
            found, name = matrix(numbers), "words"
        else:
            name, size = "vector", self._encoder.output_shape[-1]
            found = np.zeros((0, size), np.float32)
            if len(numbers):
                found = vectors_of(self._encoder, numbers)
        whole = np.zeros((len(column), *found.shape[1:]), found.dtype)
        whole[rows[known]] = found
        if self._encoder is None:
            # Of no word at all there is no mean.
            whole[~present, 0] = UNKNOWN
        return Values({name: whole}, present)


def learn(
    column: Column, settings: MultimodalSettings, bad: BadRows, folder: Folder | None
) -> TextColumn:
    """Return what is learned of a column of texts.

    Parameters
    ----------
    column : Column
        The texts.
    settings : MultimodalSettings
        What was asked for.
    bad : BadRows
        Where it is noted which are no texts.
    folder : Folder or None
        An encoder that others trained.
    """
    rows, texts = usable_texts(column, bad)
    missing = int(len(column) - len(rows))
    architecture = settings.text_architecture
    if folder is not None:
        shape = folder.shape
        most = min(settings.max_length or shape.max_length, shape.positions)
        return TextColumn(
            column.name, most, architecture=architecture, encoder=shape, missing=missing
        )
    most = settings.max_length or min(_LONGEST, DEFAULTS[architecture].longest)
    pairs = architecture == "bow"
    least = 2 if len(texts) >= _FEW else 1
    documents = (words(text)[:most] for text in texts)
    known, _ = vocabulary(documents, settings.vocabulary_size, least, pairs)
    return TextColumn(column.name, most, known, pairs, architecture, missing=missing)


def usable_texts(column: Column, bad: BadRows) -> tuple[np.ndarray, list[str]]:
    """Return which samples have a text, and the texts; what is empty is missing.

    Parameters
    ----------
    column : Column
        The texts.
    bad : BadRows
        Where it is noted which are no texts.
    """
    there = [
        row
        for row, each in enumerate(column.values)
        if each is not None and not (isinstance(each, (str, bytes)) and not each.strip())
    ]
    rows = np.array(there, dtype=np.int64)
    if not len(rows):
        return rows, []
    part = PartOfRows(bad, rows)
    texts = read_texts([column.values[row] for row in rows], part)
    kept = [n for n in range(len(rows)) if n not in part]
    return rows[kept], [texts[n] for n in kept]
