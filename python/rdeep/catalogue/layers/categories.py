"""Discretization of numbers, and one-hot, multi-hot and count encoding of categories."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from rdeep.catalogue.dispatch import is_symbolic
from rdeep.catalogue.layers.base import Dims
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.preprocessing_base import (
    Preprocessing,
    as_ids,
    as_numbers,
    host_run,
    refuse_sparse,
)
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Choice, Count, Flag, Number, Numbers, option
from rdeep.errors import ArgumentError, DataError, StateError, constructor, layer_title, plain
from rdeep.errors.damage import Damage
from rdeep.preprocessing import quantiles
from rdeep.preprocessing.encoding import OUTPUT_MODES, encode, encoded_shape

__all__ = ["CategoryEncoding", "Discretization"]

SPARSE = option(Flag(), False, "Must be `False`: outputs are dense.")
OUTPUT_DTYPE = option(
    Choice("int32", "int64", "float32"),
    None,
    'The data type of the output: integers for the mode `"int"`, else `"float32"`. '
    'Networks hold integers as `"int32"`.',
)


def check_output_dtype(layer: Preprocessing, mode: str, dtype: str | None) -> None:
    """Refuse a type that does not go with the output's mode.

    Parameters
    ----------
    layer : Preprocessing
        The layer.
    mode, dtype : str
        Its options.
    """
    wanted = ("int32", "int64") if mode == "int" else ("float32",)
    if dtype is not None and dtype not in wanted:
        raise ArgumentError(
            f"{constructor(layer)}: with the output mode {mode!r}, 'dtype' must be "
            f"{' or '.join(map(repr, wanted))}, not {dtype!r}.",
            argument="dtype",
            received=dtype,
            expected=" or ".join(wanted),
            layer=layer.title,
        )


class Discretization(Preprocessing):
    """Discretization layer: assigns numbers to bins.

    Bin `i`, counted from 0, holds what is at least boundary `i` and below boundary `i + 1`.
    Boundaries are given, or learned by `adapt` as quantiles that are exact to `epsilon`.

    Input shape
    -----------
    Any shape.

    Output shape
    ------------
    The shape of the input for `output_mode = "int"`; else with an axis of `num_bins` at the end, in
    place of a last axis of size 1.

    Examples
    --------
    >>> Discretization(bin_boundaries=[0.0, 1.0])(np.array([-1.0, 0.5, 3.0]))
    array([0, 1, 2], dtype=int32)
    """

    adapts = True
    learns = "bin boundaries"
    given_by = "'bin_boundaries'"
    given_boundaries: tuple[float, ...] | None = option(
        Numbers(),
        None,
        "The boundaries between bins, in ascending order.",
        given_as="bin_boundaries",
    )
    num_bins: int | None = option(
        Count(), None, "The number of bins to learn, instead of `bin_boundaries`."
    )
    epsilon: float = option(
        Number(0.0, 1.0, open_low=True), 0.01, "The error tolerance of the learned quantiles."
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
        return [case({"bin_boundaries": (-0.5, 0.5)}, (3,))]

    @property
    def bin_boundaries(self) -> list[float] | None:
        """The boundaries, given or learned; `None` before `adapt`."""
        if self.given_boundaries is not None:
            return list(self.given_boundaries)
        found = self.adapted.get("boundaries")
        return None if found is None else [float(each) for each in found]

    def validate(self) -> None:
        """Refuse both boundaries and their number, neither, and boundaries that do not rise."""
        refuse_sparse(self, self.sparse)
        check_output_dtype(self, self.output_mode, self.dtype)
        if (self.given_boundaries is None) == (self.num_bins is None):
            raise ArgumentError(
                f"{constructor(self)}: give either 'bin_boundaries' or 'num_bins'.",
                argument="num_bins",
                received=self.num_bins,
                layer=self.title,
            )
        if self.given_boundaries and any(a >= b for a, b in pairwise(self.given_boundaries)):
            raise ArgumentError(
                f"{constructor(self)}: 'bin_boundaries' must go from low to high.",
                argument="bin_boundaries",
                received=self.given_boundaries,
                layer=self.title,
            )

    @property
    def boundaries(self) -> list[float]:
        """The boundaries; a `StateError` before they are learned."""
        if self.given_boundaries is not None:
            return list(self.given_boundaries)
        self.check_learned()
        return list(self.adapted.get("boundaries"))

    @property
    def depth(self) -> int:
        """The number of bins."""
        return len(self.boundaries) + 1

    def check_adaptable(self) -> None:
        """Refuse where the boundaries were given."""
        if self.num_bins is None:
            raise StateError(
                f"{layer_title(self)} was given its bin boundaries.",
                layer=self.title,
                hint="Give 'num_bins' in the place of 'bin_boundaries' to learn them from data.",
            )

    def learn_from(self, parts: Iterable[Any], whole: bool) -> None:
        """Learn the boundaries."""
        assert self.num_bins is not None
        summary = quantiles.empty()
        for part in parts:
            values = as_numbers(part).astype(np.float32)
            more = quantiles.summarize(values, self.epsilon)
            summary = quantiles.merge(more, summary, self.epsilon)
        self.adapted.learn(boundaries=quantiles.boundaries(summary, self.num_bins))

    def check_saved(self, values: Any, place: str) -> None:
        """Refuse boundaries that do not rise."""
        plain.fields(values, ("boundaries",), place)
        edges = plain.each(values["boundaries"], plain.number, f"{place}.boundaries")
        if not all(a <= b for a, b in pairwise(edges)) or self.num_bins is None:
            raise Damage("it must hold boundaries that rise", place=place)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the output's mode gives."""
        if self.output_mode == "int":
            return shapes[0]
        return encoded_shape(shapes[0], self.output_mode, self.depth)

    def output_dtype(self, dtype: str) -> str:
        """Return whole numbers' type for bin numbers."""
        return "int32" if self.output_mode == "int" else "float32"

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the bins."""
        ops = run.ops
        # As in networks, but for numbers that are others in float32, where data has 64 bits.
        wide = isinstance(inputs, np.ndarray) and inputs.dtype.itemsize == 8
        wide = wide and np.abs(inputs).max(initial=0) >= 2**24
        kind = "float64" if wide else "float32"
        x = ops.cast(inputs, kind)
        edges = run.constant("boundaries", np.asarray(self.boundaries, kind))
        # Not `digitize`: it takes boundaries of Python on one of the engines.
        shape = ops.shape(x)
        found = ops.searchsorted(edges, ops.reshape(x, (-1,)), side="right")
        bins = ops.cast(ops.reshape(found, shape), "int32")
        return encode(bins, self.output_mode, self.depth, ops)

    def transform(self, inputs: Any) -> Any:
        """Return the bins of data."""
        result = super().transform(inputs)
        return result if self.dtype is None else result.astype(self.dtype)


class CategoryEncoding(Preprocessing):
    """Category encoding layer: one-hot, multi-hot or count encoding of integer categories.

    Categories are whole numbers from 0.

    Input shape
    -----------
    `(batch, categories)`.

    Output shape
    ------------
    `(batch, num_tokens)`; `(batch, categories, num_tokens)` for `"one_hot"` and several categories.

    Examples
    --------
    >>> CategoryEncoding(3, output_mode="one_hot")(np.array([[0], [2]]))
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """

    num_tokens: int | None = option(Count(), None, "The number of categories; must be given.")
    output_mode: str = option(
        Choice("multi_hot", "one_hot", "count", also={"binary": "multi_hot"}),
        "multi_hot",
        'The encoding of the output: a one-hot vector for each category (`"one_hot"`), or for '
        'each sample a multi-hot vector (`"multi_hot"`) or counts (`"count"`).',
    )
    sparse: bool = SPARSE

    @classmethod
    def cases(cls) -> list[Case]:
        """Return uses in two modes."""
        modes = ("multi_hot", "count")
        return [case({"num_tokens": 5, "output_mode": mode}, (3,), codes=5) for mode in modes]

    def validate(self) -> None:
        """Refuse to do without the number of categories."""
        refuse_sparse(self, self.sparse)
        if self.num_tokens is None:
            raise ArgumentError(
                f"{constructor(self)} needs 'num_tokens': a positive whole number.",
                argument="num_tokens",
                expected="a positive whole number",
                layer=self.title,
            )

    def code_limits(self) -> tuple[int, ...]:
        """Return how many categories there are."""
        assert self.num_tokens is not None
        return (self.num_tokens,)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape that the output's mode gives."""
        return encoded_shape(shapes[0], self.output_mode, self.code_limits()[0])

    def compute(self, inputs: Any, run: Run, count_weights: Any = None) -> Any:
        """Return the vectors."""
        numbers = run.ops.cast(inputs, "int32")
        depth = self.code_limits()[0]
        return encode(numbers, self.output_mode, depth, run.ops, count_weights)

    def __call__(  # type: ignore[override]
        self, inputs: Any, count_weights: Any = None
    ) -> Any:
        """Apply the layer to a symbolic tensor or to data.

        Parameters
        ----------
        inputs : tensor or array
            Category numbers.
        count_weights : array, optional
            What each number counts, for data and the mode `"count"`.
        """
        if count_weights is None:
            return super().__call__(inputs)
        if self.output_mode != "count" or is_symbolic(inputs):
            raise ArgumentError(
                "'count_weights' go with data and the output mode 'count'.",
                argument="count_weights",
                layer=self.title,
            )
        numbers = self._checked(inputs)
        weights = as_numbers(count_weights, "count_weights")
        return self.compute(numbers, host_run(), weights)

    def transform(self, inputs: Any) -> Any:
        """Return the vectors of data."""
        return super().transform(self._checked(inputs))

    def _checked(self, inputs: Any) -> np.ndarray:
        numbers = as_numbers(inputs, "x")
        if numbers.size and (numbers.min() < 0 or numbers.max() >= self.code_limits()[0]):
            wrong = numbers.min() if numbers.min() < 0 else numbers.max()
            raise DataError(
                f"{layer_title(self)} has places for 0 to {self.code_limits()[0] - 1}, but 'x' "
                f"holds {wrong:g}.",
                argument="x",
                received=float(wrong),
                layer=self.title,
                hint="Raise 'num_tokens' to the largest number plus one; numbers start from 0.",
            )
        return as_ids(numbers)
