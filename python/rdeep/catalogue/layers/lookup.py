"""Lookup of strings and integers in a vocabulary: tokens to indices, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.arrays import numpy as arrays
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.categories import SPARSE
from rdeep.catalogue.layers.preprocessing_base import as_array, as_ids
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.vocabularies import IDF_WEIGHTS, MAX_TOKENS, OUTPUT_MODE, PAD, Lookup
from rdeep.catalogue.options import (
    Characters,
    Choice,
    Count,
    Encoding,
    Flag,
    Tokens,
    WholeToken,
    option,
)
from rdeep.errors import DataError
from rdeep.preprocessing.hashing import bucket, fingerprints
from rdeep.preprocessing.texts import as_texts

__all__ = ["IntegerLookup", "StringLookup"]


class StringLookup(Lookup):
    """String lookup layer: turns strings into indices of a vocabulary.

    The vocabulary is given or learned by `adapt`: the most frequent tokens first, of equally
    frequent ones the last in the order of their character codes. Its first indices are for missing
    tokens (with a `mask_token`) and for unknown ones.

    Input shape
    -----------
    Any shape, text.

    Output shape
    ------------
    The shape of the input for `output_mode = "int"`; `(batch, size of the vocabulary)` for
    `"multi_hot"`, `"count"` and `"tf_idf"`.

    Examples
    --------
    >>> StringLookup(vocabulary=["a", "b"])(np.array(["b", "a", "z"]))
    array([2, 1, 0])
    """

    takes_text = True
    whole_numbers = False
    max_tokens: int | None = MAX_TOKENS
    num_oov_indices: int = option(
        Count(0), 1, "The number of indices of unknown tokens; with 0 they are an error."
    )
    mask_token: str | None = option(
        Characters(), None, "The token of missing values: its index is 0."
    )
    oov_token: str = option(Characters(), "[UNK]", "The token of unknown values.")
    vocabulary: Any = option(
        Tokens(Characters()), None, "The tokens, or a file of them; by default they are learned."
    )
    idf_weights: tuple[float, ...] | None = IDF_WEIGHTS
    invert: bool = option(Flag(), False, "Whether to turn indices into tokens.")
    output_mode: str = OUTPUT_MODE
    pad_to_max_tokens: bool = PAD
    sparse: bool = SPARSE
    encoding: str = option(Encoding(), "utf-8", "The encoding of text that is given as bytes.")
    vocabulary_dtype: str | None = option(
        Choice("string"), None, 'Must be `"string"`.', keyword_only=True
    )

    def needs_host(self, *dtypes: str) -> bool:
        """Return that networks know no text."""
        return True

    def output_dtype(self, dtype: str) -> str:
        """Return text's type where places become tokens."""
        return "string" if self.invert else super().output_dtype(dtype)

    def _keys(self, data: Any, label: str) -> np.ndarray:
        return as_texts(data, label, self.encoding)

    def _hashed(self, keys: np.ndarray) -> np.ndarray:
        words = fingerprints(keys.reshape(-1))
        return np.asarray(bucket(words, self.num_oov_indices, arrays)).reshape(keys.shape)


class IntegerLookup(Lookup):
    """Integer lookup layer: turns integers into indices of a vocabulary.

    The vocabulary is given or learned by `adapt`: the most frequent numbers first, of equally
    frequent ones the larger. Its first indices are for missing numbers (with a `mask_token`) and
    for unknown ones.

    Input shape
    -----------
    Any shape, whole numbers.

    Output shape
    ------------
    The shape of the input for `output_mode = "int"`; `(batch, size of the vocabulary)` for
    `"multi_hot"`, `"count"` and `"tf_idf"`.

    Examples
    --------
    >>> IntegerLookup(vocabulary=[10, 20])(np.array([20, 10, 99]))
    array([2, 1, 0])
    """

    whole_numbers = True
    max_tokens: int | None = MAX_TOKENS
    num_oov_indices: int = option(
        Count(0), 1, "The number of indices of unknown numbers; with 0 they are an error."
    )
    mask_token: int | None = option(
        WholeToken(), None, "The number of missing values: its index is 0."
    )
    oov_token: int = option(WholeToken(), -1, "The number of unknown values, for `invert`.")
    vocabulary: Any = option(
        Tokens(WholeToken()), None, "The numbers, or a file of them; by default they are learned."
    )
    vocabulary_dtype: str = option(Choice("int64"), "int64", 'Must be `"int64"`.')
    idf_weights: tuple[float, ...] | None = IDF_WEIGHTS
    invert: bool = option(Flag(), False, "Whether to turn indices into numbers.")
    output_mode: str = OUTPUT_MODE
    sparse: bool = SPARSE
    pad_to_max_tokens: bool = PAD

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"vocabulary": (1, 2, 5)}, (3,), codes=7)]

    def output_dtype(self, dtype: str) -> str:
        """Return whole numbers' type for places, and for numbers one that holds them all."""
        if not self.invert:
            return super().output_dtype(dtype)
        return "int64" if any(abs(token) >= 2**31 for token in self._table()) else "int32"

    def takes_ids(self) -> bool:
        """Return true: the numbers may be of any size."""
        return True

    def needs_host(self, *dtypes: str) -> bool:
        """Return whether unknown numbers are an error, which no network can raise."""
        return self.num_oov_indices == 0 and not self.invert

    def _keys(self, data: Any, label: str) -> np.ndarray:
        values = as_array(data)
        if values.dtype.kind not in "fiub":
            raise DataError(f"'{label}' must hold whole numbers.", argument=label)
        return as_ids(values, label)

    def _hashed(self, keys: np.ndarray) -> np.ndarray:
        return keys % self.num_oov_indices

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the places of numbers, or the numbers at places."""
        ops = run.ops
        numbers = ops.cast(inputs, "int64")
        if self.invert:
            return ops.cast(self._numbers_at(numbers, run), self.output_dtype("int64"))
        found = self._found(numbers, run)
        if self.num_oov_indices == 1:
            unknown: Any = numbers * 0 + self._oov_start
        else:
            unknown = numbers % self.num_oov_indices + self._oov_start
        places = ops.where(found < 0, unknown, found)
        if self.mask_token is not None:
            masked = 0 if self.output_mode == "int" else -1
            places = ops.where(ops.equal(numbers, self.mask_token), numbers * 0 + masked, places)
        places = ops.cast(places, "int32")
        return places if self.output_mode == "int" else self.encoded(places, run)

    def _found(self, numbers: Any, run: Run) -> Any:
        """Return each number's place, -1 for those that are unknown, by halving."""
        ops, tokens = run.ops, np.asarray(self.tokens, np.int64)
        if not len(tokens):
            return numbers * 0 - 1
        order = np.argsort(tokens)
        keys = run.constant("keys", tokens[order])
        places = run.constant("places", order.astype(np.int64) + self.token_start)
        flat = ops.reshape(numbers, (-1,))
        at = ops.cast(ops.searchsorted(keys, flat, side="left"), "int64")
        at = ops.clip(at, 0, len(tokens) - 1)
        hit = ops.equal(ops.take(keys, at, axis=0), flat)
        found = ops.where(hit, ops.take(places, at, axis=0), flat * 0 - 1)
        return ops.reshape(found, ops.shape(numbers))

    def _numbers_at(self, places: Any, run: Run) -> Any:
        ops, table = run.ops, np.asarray([*self._table(), self.oov_token], np.int64)
        last = len(table) - 1
        within = ops.where(places < 0, places * 0 + last, places)
        at = ops.reshape(ops.clip(within, 0, last), (-1,))
        found = ops.take(run.constant("table", table), at, axis=0)
        return ops.reshape(found, ops.shape(places))

    def _table(self) -> Sequence[int]:
        start: list[int] = [self.oov_token] * self.token_start
        if self.mask_token is not None:
            start[:1] = [self.mask_token]
        return [*start, *self.tokens]
