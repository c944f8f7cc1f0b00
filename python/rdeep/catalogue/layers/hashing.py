"""Hashing of categories into bins, with TensorFlow's hash functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays import numpy as arrays
from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.categories import OUTPUT_DTYPE, SPARSE, check_output_dtype
from rdeep.catalogue.layers.preprocessing_base import Preprocessing, as_array, as_ids, refuse_sparse
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Choice, Count, Salt, TokenOrNumber, option
from rdeep.errors import DataError, ShapeError, format_shape, layer_title, shapes_listed
from rdeep.preprocessing.encoding import OUTPUT_MODES, encode, encoded_shape
from rdeep.preprocessing.hashing import (
    CROSS_KEY,
    Decimals,
    Farm,
    bucket,
    fingerprints,
    sip_hashes,
)
from rdeep.preprocessing.texts import as_texts, is_text

__all__ = ["HashedCrossing", "Hashing"]


class Hashing(Preprocessing):
    """Hashing layer: assigns text or integers to bins by a hash (the hashing trick).

    Bins are numbered from 0. Equal values fall into one bin, and different ones may too. The hash
    is FarmHash's `Fingerprint64` (of a number's decimal notation), as in Keras; with a `salt` it is
    SipHash. Fractions of numbers are dropped. In a network numbers may have up to 14 digits.

    Input shape
    -----------
    Any shape, text or whole numbers.

    Output shape
    ------------
    The shape of the input for `output_mode = "int"`; else with an axis of `num_bins` at the end, in
    place of a last axis of size 1.

    References
    ----------
    Aumasson, J.-P. and Bernstein, D. J. (2012). SipHash: a fast short-input PRF. INDOCRYPT.

    Examples
    --------
    >>> Hashing(8)(np.array(["a", "b", "a"]))
    array([3, 6, 3])
    """

    takes_text = True
    num_bins: int = option(Count(), doc="The number of bins, that of the `mask_value` included.")
    mask_value: str | int | None = option(
        TokenOrNumber(), None, "A value that stands for a missing one: it alone falls into bin 0."
    )
    salt: tuple[int, int] | None = option(
        Salt(), None, "The key of the hash, which then is SipHash."
    )
    output_mode: str = option(
        Choice(*OUTPUT_MODES, also={"binary": "multi_hot"}),
        "int",
        'The encoding of the output: bin indices (`"int"`), a one-hot vector for each '
        '(`"one_hot"`), or for each sample a multi-hot vector (`"multi_hot"`) or counts '
        '(`"count"`).',
    )
    sparse: bool = SPARSE
    dtype: str | None = OUTPUT_DTYPE

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"num_bins": 4}, (2,), codes=9)]

    def takes_ids(self) -> bool:
        """Return true: categories are whole numbers of any size."""
        return True

    def validate(self) -> None:
        """Refuse sparse outputs and types that do not go with the mode."""
        refuse_sparse(self, self.sparse)
        check_output_dtype(self, self.output_mode, self.dtype)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the output's mode gives."""
        return encoded_shape(shapes[0], self.output_mode, self.num_bins)

    def output_dtype(self, dtype: str) -> str:
        """Return whole numbers' type for bin numbers."""
        return "int32" if self.output_mode == "int" else "float32"

    @property
    def _bins(self) -> int:
        """How many bins there are beside that of the mask."""
        masked = self.mask_value is not None and self.num_bins > 1
        return self.num_bins - 1 if masked else self.num_bins

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the bins of numbers."""
        ops = run.ops
        numbers = ops.cast(inputs, "int64")
        decimals = Decimals(numbers, ops)
        words = decimals.fingerprints() if self.salt is None else decimals.sip_hashes(self.salt)
        bins = bucket(words, self._bins, ops)
        if self._bins < self.num_bins:
            # Text among numbers masks nothing.
            mask = self.mask_value if isinstance(self.mask_value, int) else None
            bins = bins + 1
            if mask is not None:
                bins = ops.where(ops.equal(numbers, mask), bins * 0, bins)
        return encode(ops.cast(bins, "int32"), self.output_mode, self.num_bins, ops)

    def transform(self, inputs: Any) -> Any:
        """Return the bins of data."""
        array = as_array(inputs)
        if not is_text(array):
            if array.dtype.kind not in "fiub":
                raise DataError("'x' must hold text or numbers.", argument="x", layer=self.title)
            mask = self.mask_value
            # As in Keras, fractions are cut off.
            # Only of floats: some versions of NumPy make floats of whole numbers.
            whole = np.trunc(array) if array.dtype.kind == "f" else array
            texts = as_ids(whole).astype(str).astype(object)
            masked = array == mask if isinstance(mask, int) else np.zeros(array.shape, bool)
        else:
            texts = as_texts(array)
            masked = np.asarray(texts == self.mask_value, bool).reshape(texts.shape)
        flat = texts.reshape(-1)
        words = fingerprints(flat) if self.salt is None else sip_hashes(flat, self.salt)
        bins = bucket(words, self._bins, arrays).reshape(texts.shape)
        if self._bins < self.num_bins:
            bins = np.where(masked, 0, bins + 1)
        out = encode(bins, self.output_mode, self.num_bins, arrays)
        return out if self.dtype is None else out.astype(self.dtype)


class HashedCrossing(Preprocessing):
    """Hashed feature crossing layer: turns a combination of categories into a bin, by a hash.

    The hash is that of TensorFlow and Keras.

    Input shape
    -----------
    A list of text or whole numbers of one shape, `(batch,)` or `(batch, 1)`.

    Output shape
    ------------
    The shape of an input for `output_mode = "int"`; `(batch, num_bins)` for `"one_hot"`.

    Examples
    --------
    >>> HashedCrossing(16)([np.array(["a", "b"]), np.array([1, 2])])
    array([13, 13])
    """

    merges = True
    lone = True
    takes_text = True
    num_bins: int = option(Count(), doc="The number of bins.")
    output_mode: str = option(
        Choice("int", "one_hot"),
        "int",
        'The encoding of the output: bin indices (`"int"`) or one-hot vectors (`"one_hot"`).',
    )
    sparse: bool = SPARSE
    dtype: str | None = OUTPUT_DTYPE

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"num_bins": 4}, (1,), (1,), codes=9)]

    def takes_ids(self) -> bool:
        """Return true: categories are whole numbers of any size."""
        return True

    def validate(self) -> None:
        """Refuse sparse outputs and types that do not go with the mode."""
        refuse_sparse(self, self.sparse)
        check_output_dtype(self, self.output_mode, self.dtype)

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse one input alone, and shapes that differ or have several values for a sample."""
        if len(shapes) < 2:
            raise ShapeError(
                f"{layer_title(self)} crosses at least two inputs, not {len(shapes)}.",
                layer=self.title,
                received=len(shapes),
            )
        first = shapes[0]
        if len(first) > 2 or (len(first) == 2 and first[1] != 1):
            raise ShapeError(
                f"{layer_title(self)} wants one value for each sample: its input has the shape "
                f"{format_shape(first)}.",
                layer=self.title,
                received=first,
                expected="(batch, 1)",
            )
        if any(shape != first for shape in shapes[1:]):
            raise ShapeError(
                f"{layer_title(self)} wants inputs of one shape, not {shapes_listed(shapes)}.",
                layer=self.title,
                received=shapes,
            )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the output's mode gives."""
        return encoded_shape(shapes[0], self.output_mode, self.num_bins)

    def output_dtype(self, dtype: str) -> str:
        """Return whole numbers' type for bin numbers."""
        return "int32" if self.output_mode == "int" else "float32"

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the bins of numbers."""
        return self._crossed([run.ops.cast(x, "int64") for x in inputs], run.ops)

    def _crossed(self, parts: list[Any], ops: Any) -> Any:
        farm, words = Farm(ops), parts[0] * 0 + CROSS_KEY
        for part in parts:
            words = farm.crossed(words, part)
        bins = ops.cast(bucket(words, self.num_bins, ops), "int32")
        return encode(bins, self.output_mode, self.num_bins, ops)

    def transform(self, inputs: Any) -> Any:
        """Return the bins of data."""
        columns = [as_array(x) for x in inputs]
        self.check_inputs(*(column.shape for column in columns))
        out = self._crossed([self._words(column) for column in columns], arrays)
        whole = "int64" if self.output_mode == "int" else "float32"
        return out.astype(self.dtype or whole)

    def _words(self, column: np.ndarray) -> np.ndarray:
        if is_text(column):
            texts = as_texts(column)
            return fingerprints(texts.reshape(-1)).reshape(texts.shape)
        return as_ids(column)
