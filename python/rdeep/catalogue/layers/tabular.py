"""Layers for tables: columns of numbers or of codes become vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.catalogue.activations import Activation
from rdeep.catalogue.initializers import (
    Initializer,
    RandomUniform,
    SliceBySlice,
    TruncatedNormal,
    VarianceScaling,
    Zeros,
)
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.options import Choice, Count, Counts, Edges, Flag, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, ShapeError, constructor, layer_title

__all__ = [
    "CategoryTokens",
    "FeatureTokens",
    "OneHot",
    "PeriodicEmbedding",
    "PiecewiseLinearEmbedding",
]

# Uniform within one by the square root of the last size, or of the size before it: how the papers'
# layers start.
BY_UNITS = VarianceScaling(1 / 3, "fan_out", "uniform")
_BY_INPUTS = VarianceScaling(1 / 3, "fan_in", "uniform")


class _OnColumns(Layer, abstract=True):
    """A layer on the columns of a table, `(batch, columns)`."""

    ndim = 2
    mask = "stop"

    def _refuse_other_counts(self, shape: Dims, option: str, values: Sequence[object]) -> None:
        """Refuse a table that has not as many columns as an option has values."""
        if shape[1] is not None and shape[1] != len(values):
            title = self.name or type(self).__name__
            raise ShapeError(
                f"{layer_title(self)} has {len(values)} {option}, but its input has {shape[1]} "
                "columns.",
                layer=title,
                argument=option,
                received=shape[1],
                expected=f"{len(values)} columns",
            )


class _TokensOfNumbers(_OnColumns, abstract=True):
    """Turns each column of numbers into vectors by weights of the column's own.

    Input shape
    -----------
    `(batch, columns)`.

    Output shape
    ------------
    `(batch, columns, units)`.
    """

    units: int = option(Count(), doc="The size of the vectors.")

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape and the length of the vectors."""
        return (*shapes[0], self.units)

    def _columns(self, shape: Dims) -> int:
        return known(shape[1], self, "the columns")


class FeatureTokens(_TokensOfNumbers):
    """Linear embedding layer of numeric columns: a trained vector for each column, times its value.

    `x[:, j] * kernel[j] + bias[j]`: the tokenizer of FT-Transformer.

    References
    ----------
    Gorishniy, Y., Rubachev, I., Khrulkov, V. and Babenko, A. (2021). Revisiting deep learning
    models for tabular data. arXiv:2106.11959.

    Examples
    --------
    >>> FeatureTokens(8).output_shape((None, 4))
    (None, 4, 8)
    """

    use_bias: bool = option(Flag(), True, "Whether to add a bias.")
    kernel_initializer: Initializer | None = option(
        Ref("initializer"),
        None,
        "The initializer of the kernel; by default, as in the paper, uniform within "
        "`±1/sqrt(units)`.",
    )
    bias_initializer: Initializer | None = option(
        Ref("initializer"), None, "The initializer of the bias; by default that of the kernel."
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"units": 2}, (3,))]

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel and the bias, each `(columns, units)`."""
        shape = (self._columns(shapes[0]), self.units)
        weights = [Weight("kernel", shape, self.kernel_initializer or BY_UNITS)]
        if self.use_bias:
            weights.append(Weight("bias", shape, self.bias_initializer or BY_UNITS))
        return weights

    def flops(self, *shapes: Dims) -> int:
        """Return the operations of a product and a sum for each value."""
        return 2 * self._columns(shapes[0]) * self.units

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return a vector for each number."""
        x, kernel = inputs[..., None], run.weights["kernel"]  # (batch, columns, 1)
        # (batch, columns, units)
        return run.ops.multiply_add(x, kernel, run.weights["bias"]) if self.use_bias else x * kernel


_ENCODING = ("left", "scale", "low", "high")


class PiecewiseLinearEmbedding(_TokensOfNumbers):
    """Piecewise linear embedding layer of numeric columns.

    A column with edges `b` is encoded by `clip((x - b[t-1]) / (b[t] - b[t-1]), 0, 1)` for each of
    its bins `t`, where the first bin is open below and the last above. Version `"a"` is
    `activation(encoding @ kernel[j] + bias[j])`. Version `"b"`, which TabM uses, adds
    `x * linear[j]` inside the activation, and its kernel starts from zeros: it starts as a linear
    function.

    References
    ----------
    Gorishniy, Y., Rubachev, I. and Babenko, A. (2022). On embeddings for numerical features in
    tabular deep learning. arXiv:2203.05556.

    Gorishniy, Y., Kotelnikov, A. and Babenko, A. (2024). TabM: advancing tabular deep learning with
    parameter-efficient ensembling. arXiv:2410.24210.

    Examples
    --------
    >>> PiecewiseLinearEmbedding([[0.0, 1.0, 2.0], [0.0, 5.0]], 8).output_shape((None, 2))
    (None, 2, 8)
    """

    full_precision = True  # bins may be narrow for 16 bits
    edges: tuple[tuple[float, ...], ...] = option(
        Edges(), doc="The edges of the bins of each column, in ascending order, with both ends."
    )
    units: int = option(Count(), doc="The size of the vectors.", after="edges")
    activation: Activation | None = option(
        Ref("activation"), None, "The activation function; none by default."
    )
    version: str = option(
        Choice("a", "b"), "b", 'The version: `"b"` with a linear term, `"a"` without.'
    )
    kernel_initializer: Initializer | None = option(
        Ref("initializer"),
        None,
        "The initializer of the kernel; by default uniform within `±1/sqrt(bins)` in version "
        '`"a"`, and zeros in version `"b"`.',
    )
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the kernel."
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"units": 2, "edges": ((-1.0, 0.0, 1.0), (-0.5, 0.5, 2.0))}, (2,))]

    @property
    def bins(self) -> tuple[int, ...]:
        """How many bins each column has."""
        return tuple(len(edges) - 1 for edges in self.edges)

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse a table that has not a column for each of the edges."""
        super().check_inputs(*shapes)
        self._refuse_other_counts(shapes[0], "edges", self.edges)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the columns and the length of the vectors."""
        return (shapes[0][0], len(self.edges), self.units)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel `(columns, bins, units)`, and the others `(columns, units)`.

        Columns with fewer bins than others have rows of zeros in the kernel, which nothing reaches.
        """
        columns, linear = len(self.edges), self.version == "b"
        start = self.kernel_initializer or (Zeros() if linear else _BY_INPUTS)
        start = SliceBySlice(start, self.bins)
        shape = (columns, max(self.bins), self.units)
        weights = [Weight("kernel", shape, start, self.kernel_regularizer)]
        if linear:
            weights.append(Weight("linear", (columns, self.units), BY_UNITS))
        return [*weights, Weight("bias", (columns, self.units), BY_UNITS)]

    def encoding(self) -> dict[str, np.ndarray]:
        """Return what a value's encoding is computed from: `clip((x - left) * scale, low, high)`.

        Each is of shape `(columns, bins)`, float32. A bin that a column does not have gives 0.
        """
        shape = (len(self.edges), max(self.bins))
        left, scale, low = np.zeros((3, *shape), np.float32)
        high = np.ones(shape, np.float32)
        for j, (edges, bins) in enumerate(zip(self.edges, self.bins)):
            left[j, :bins] = edges[:-1]
            scale[j, :bins] = 1.0 / np.diff(edges)
            low[j, 0], high[j, bins - 1] = -np.inf, np.inf
        return {"left": left, "scale": scale, "low": low, "high": high}

    def flops(self, *shapes: Dims) -> int:
        """Return the operations of the encoding and of a product for each column."""
        return len(self.edges) * max(self.bins) * (2 * self.units + 4)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return a vector for each number: a product of its encoding, and a line."""
        ops, weights = run.ops, run.weights
        bins = {
            name: run.constant(name, lambda name=name: self.encoding()[name]) for name in _ENCODING
        }
        x = inputs[..., None]  # (batch, columns, 1)
        steps = (x - bins["left"]) * bins["scale"]  # (batch, columns, bins)
        encoded = ops.clip(steps, bins["low"], bins["high"])
        y = ops.grouped_matmul(run.computed(encoded), run.computed(weights["kernel"]))
        y = y + run.computed(weights["bias"])  # (batch, columns, units)
        if self.version == "b":
            y = ops.multiply_add(run.computed(x), run.computed(weights["linear"]), y)
        return y


class PeriodicEmbedding(_TokensOfNumbers):
    """Periodic embedding layer of numeric columns, by trained frequencies (PLR).

    A column becomes `activation([cos(2 pi c[j] x), sin(2 pi c[j] x)] @ kernel + bias)` with trained
    frequencies `c`. The columns share the kernel if `lite`, as in TabR; otherwise each has its own.
    With `phases` there are no sines, but trained phases `b`: `cos(2 pi c[j] x + b[j])`. With
    `keep_input` too, which makes `x` the first of the units, this is PBLD.

    References
    ----------
    Gorishniy, Y., Rubachev, I. and Babenko, A. (2022). On embeddings for numerical features in
    tabular deep learning. arXiv:2203.05556.

    Gorishniy, Y. et al. (2023). TabR: tabular deep learning meets nearest neighbors.
    arXiv:2307.14338.

    Holzmüller, D., Grinsztajn, L. and Steinwart, I. (2024). Better by default: strong pre-tuned
    MLPs and boosted trees on tabular data. arXiv:2407.04491.

    Examples
    --------
    >>> PeriodicEmbedding(8).output_shape((None, 4))
    (None, 4, 8)
    """

    full_precision = True  # a wave's angle needs all its digits
    frequencies: int = option(Count(), 48, "The number of frequencies of each column.")
    sigma: float = option(
        Number(0.0, open_low=True),
        0.01,
        "The standard deviation of the normal distribution that the frequencies start from; "
        "an important hyperparameter, values between 0.01 and 10 are worth trying.",
    )
    activation: Activation | None = option(
        Ref("activation"), None, 'The activation function, `"relu"` in the paper; none by default.'
    )
    lite: bool = option(Flag(), False, "Whether all columns share the kernel and the bias.")
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the kernel."
    )

    phases: bool = option(
        Flag(),
        False,
        "Whether to use cosines with trained phases instead of pairs of cosine and sine.",
    )
    keep_input: bool = option(Flag(), False, "Whether the first unit is the number itself.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"units": 2}, (3,))]

    def validate(self) -> None:
        """Refuse a single unit that is the number itself."""
        if self.keep_input and self.units < 2:
            raise ArgumentError(
                f"{constructor(self)}: 'units' must be at least 2 with 'keep_input'.",
                argument="units",
                received=self.units,
            )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the frequencies, any phases, the kernel and the bias, for each column."""
        columns = self._columns(shapes[0])
        waves = self.frequencies * (1 if self.phases else 2)
        units = self.units - int(self.keep_input)
        # Cut off, because a large frequency makes noise of its column.
        frequencies = TruncatedNormal(stddev=self.sigma)
        start: Initializer = _BY_INPUTS if self.lite else SliceBySlice(_BY_INPUTS)
        kernel = (waves, units) if self.lite else (columns, waves, units)
        bias = (units,) if self.lite else (columns, units)
        own = (columns, self.frequencies)
        phases = [Weight("phases", own, RandomUniform(-math.pi, math.pi))] if self.phases else []
        return [
            Weight("frequencies", own, frequencies),
            *phases,
            Weight("kernel", kernel, start, self.kernel_regularizer),
            Weight("bias", bias, BY_UNITS),
        ]

    def flops(self, *shapes: Dims) -> int:
        """Return the operations of the waves and of a product for each column."""
        # A sine takes about as long as ten products.
        return self._columns(shapes[0]) * 2 * self.frequencies * (2 * self.units + 10)

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return a vector for each number: a product of its waves."""
        ops, weights = run.ops, run.weights
        column = inputs[..., None]  # (batch, columns, 1)
        turns = 2.0 * math.pi * weights["frequencies"]
        if self.phases:
            waves = ops.cos(ops.multiply_add(column, turns, weights["phases"]))
        else:
            angles = column * turns  # (batch, columns, frequencies)
            # (..., 2 * frequencies)
            waves = ops.concatenate([ops.cos(angles), ops.sin(angles)], axis=-1)
        product = ops.matmul if self.lite else ops.grouped_matmul
        y = product(run.computed(waves), run.computed(weights["kernel"]))  # (batch, columns, units)
        y = y + run.computed(weights["bias"])
        return ops.concatenate([run.computed(column), y], axis=-1) if self.keep_input else y


class CategoryTokens(_OnColumns):
    """Embedding layer of categorical columns: a trained vector for each category of each column.

    Codes are whole numbers from 0. One table holds the vectors of all columns; column `j` has
    `cardinalities[j]` rows.

    Input shape
    -----------
    `(batch, columns)`, whole numbers.

    Output shape
    ------------
    `(batch, columns, units)`.

    Examples
    --------
    >>> CategoryTokens([3, 5], 8).output_shape((None, 2))
    (None, 2, 8)
    """

    full_precision = True  # 16 bits have no room for large codes
    cardinalities: tuple[int, ...] = option(Counts(), doc="The number of codes of each column.")
    units: int = option(Count(), doc="The size of the vectors.")
    embeddings_initializer: Initializer | None = option(
        Ref("initializer"),
        None,
        "The initializer of the vectors; by default, as in FT-Transformer, uniform within "
        "`±1/sqrt(units)`.",
    )
    embeddings_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "The regularizer of the vectors."
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"units": 2, "cardinalities": (5, 5)}, (2,), codes=5)]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse a table that has not a column for each of the cardinalities."""
        super().check_inputs(*shapes)
        self._refuse_other_counts(shapes[0], "cardinalities", self.cardinalities)

    def code_limits(self) -> tuple[int, ...]:
        """Return how many codes each column has."""
        return self.cardinalities

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the columns and the length of the vectors."""
        return (shapes[0][0], len(self.cardinalities), self.units)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the vectors of all columns, one below the other."""
        shape = (sum(self.cardinalities), self.units)
        start = self.embeddings_initializer or BY_UNITS
        return [Weight("embeddings", shape, start, self.embeddings_regularizer)]

    def flops(self, *shapes: Dims) -> int:
        """Return the operations of looking the vectors up."""
        return len(self.cardinalities) * self.units

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return a vector for each code."""
        first = run.constant("first", lambda: _places_before(self.cardinalities))
        rows = run.ops.cast(inputs, "int32") + first  # (batch, columns)
        # (batch, columns, units)
        return run.computed(run.ops.take(run.weights["embeddings"], rows, axis=0))


def _places_before(counts: Sequence[int]) -> np.ndarray:
    """Return for each of several parts how many places come before it."""
    return np.cumsum([0, *counts[:-1]]).astype(np.int32)


class OneHot(_OnColumns):
    """One-hot encoding layer of categorical columns.

    Codes are whole numbers from 0; a code of -1, or out of range, gives zeros.

    Input shape
    -----------
    `(batch, columns)`, whole numbers.

    Output shape
    ------------
    `(batch, sum(cardinalities))`.

    Examples
    --------
    >>> OneHot([3, 2])(np.array([[2, 0]])).tolist()
    [[0.0, 0.0, 1.0, 1.0, 0.0]]
    """

    full_precision = True
    cardinalities: tuple[int, ...] = option(Counts(), doc="The number of codes of each column.")

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({"cardinalities": (5, 5)}, (2,), codes=5)]

    def check_inputs(self, *shapes: Dims) -> None:
        """Refuse a table that has not a column for each of the cardinalities."""
        super().check_inputs(*shapes)
        self._refuse_other_counts(shapes[0], "cardinalities", self.cardinalities)

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the columns of all codes."""
        return (shapes[0][0], sum(self.cardinalities))

    def places(self) -> tuple[list[int], list[int]]:
        """Return for each column of the output the input's column, and the code, that it shows."""
        columns = [j for j, count in enumerate(self.cardinalities) for _ in range(count)]
        return columns, [code for count in self.cardinalities for code in range(count)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return ones where a code is the column's."""
        columns = run.constant("columns", lambda: np.array(self.places()[0]))
        codes = run.constant("codes", lambda: np.array(self.places()[1]))
        shown = run.ops.take(inputs, columns, axis=1)  # (batch, sum of cardinalities)
        wanted = run.ops.cast(codes, shown.dtype)
        return run.ops.cast(run.ops.equal(shown, wanted), run.dtype or "float32")
