"""Layers for tables: columns of numbers or of codes become vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence

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
from rdeep.catalogue.options import Choice, Count, Counts, Edges, Flag, Number, Ref, option
from rdeep.catalogue.regularizers import Regularizer
from rdeep.errors import ArgumentError, ShapeError, constructor

__all__ = [
    "AppendParameter",
    "CategoryTokens",
    "ClassToken",
    "FeatureTokens",
    "FirstToken",
    "OneHot",
    "PeriodicEmbedding",
    "PiecewiseLinearEmbedding",
]

# Uniform within one by the square root of the last size, or of the size before it: how the papers'
# layers start.
_BY_UNITS = VarianceScaling(1 / 3, "fan_out", "uniform")
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
                f"Layer {title!r} has {len(values)} {option}, but its input has {shape[1]} "
                "columns.",
                layer=title,
                argument=option,
                received=shape[1],
                expected=f"{len(values)} columns",
            )


class _TokensOfNumbers(_OnColumns, abstract=True):
    """Turns each column of numbers into vectors by weights of the column's own."""

    units: int = option(Count(), doc="The length of the vectors.")

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape and the length of the vectors."""
        return (*shapes[0], self.units)

    def _columns(self, shape: Dims) -> int:
        return known(shape[1], self, "the columns")


class FeatureTokens(_TokensOfNumbers):
    """Turns each column of numbers into vectors along a line (Gorishniy et al., 2021).

    `x[:, j] * kernel[j] + bias[j]`: the tokenizer of FT-Transformer (arXiv:2106.11959).

    Input of shape `(batch, columns)`; output `(batch, columns, units)`.
    """

    use_bias: bool = option(Flag(), True, "Whether to add a bias.")
    kernel_initializer: Initializer | None = option(
        Ref("initializer"),
        None,
        "How the kernel starts; by default, as in the paper, uniformly within `±1/sqrt(units)`.",
    )
    bias_initializer: Initializer | None = option(
        Ref("initializer"), None, "How the bias starts; by default as the kernel does."
    )

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the kernel and the bias, each `(columns, units)`."""
        shape = (self._columns(shapes[0]), self.units)
        weights = [Weight("kernel", shape, self.kernel_initializer or _BY_UNITS)]
        if self.use_bias:
            weights.append(Weight("bias", shape, self.bias_initializer or _BY_UNITS))
        return weights

    def flops(self, *shapes: Dims) -> int:
        """Return the operations of a product and a sum for each value."""
        return 2 * self._columns(shapes[0]) * self.units


class PiecewiseLinearEmbedding(_TokensOfNumbers):
    """Turns each column of numbers into vectors along a broken line (Gorishniy et al., 2022).

    A column with edges `b` is encoded by `clip((x - b[t-1]) / (b[t] - b[t-1]), 0, 1)` for each of
    its bins `t`, where the first bin is open below and the last above (arXiv:2203.05556). Version
    `"a"` is `activation(encoding @ kernel[j] + bias[j])`. Version `"b"`, which TabM uses
    (arXiv:2410.24210), adds `x * linear[j]` inside the activation, and its kernel starts from
    zeros: it begins as a line, and learns where to break.

    Input of shape `(batch, columns)`; output `(batch, columns, units)`.
    """

    edges: tuple[tuple[float, ...], ...] = option(
        Edges(), doc="Where the bins of each column meet, and where the outer ones end."
    )
    units: int = option(Count(), doc="The length of the vectors.", after="edges")
    activation: Activation | None = option(
        Ref("activation"), None, "The activation; none by default."
    )
    version: str = option(
        Choice("a", "b"), "b", "Whether there is a plain linear term: 'b', or none: 'a'."
    )
    kernel_initializer: Initializer | None = option(
        Ref("initializer"),
        None,
        "How the kernel starts; by default uniformly within `±1/sqrt(bins)` in version 'a', and "
        "from zeros in version 'b'.",
    )
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the kernel."
    )

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
            weights.append(Weight("linear", (columns, self.units), _BY_UNITS))
        return [*weights, Weight("bias", (columns, self.units), _BY_UNITS)]

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


class PeriodicEmbedding(_TokensOfNumbers):
    """Turns each column of numbers into vectors by waves (Gorishniy et al., 2022).

    With trained frequencies `c`, a column becomes
    `activation([cos(2 pi c[j] x), sin(2 pi c[j] x)] @ kernel + bias)`: PLR of arXiv:2203.05556. The
    columns share the kernel if `lite`, as in TabR (arXiv:2307.14338); otherwise each has its own.

    With `phases` there are no sines, but trained phases `b`: `cos(2 pi c[j] x + b[j])`. With
    `keep_input` too, which makes `x` the first of the units, this is PBLD (Holzmüller et al., 2024,
    arXiv:2407.04491).

    Input of shape `(batch, columns)`; output `(batch, columns, units)`.
    """

    frequencies: int = option(Count(), 48, "How many frequencies each column has.")
    sigma: float = option(
        Number(0.0, open_low=True),
        0.01,
        "The standard deviation of the normal numbers that the frequencies start from; it matters "
        "much, values between 0.01 and 10 are worth trying.",
    )
    activation: Activation | None = option(
        Ref("activation"), None, "The activation, 'relu' in the paper; none by default."
    )
    lite: bool = option(Flag(), False, "Whether all columns share the kernel and the bias.")
    kernel_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the kernel."
    )

    phases: bool = option(Flag(), False, "Whether waves have phases, instead of being two each.")
    keep_input: bool = option(Flag(), False, "Whether the first of the units is the number itself.")

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
            Weight("bias", bias, _BY_UNITS),
        ]

    def flops(self, *shapes: Dims) -> int:
        """Return the operations of the waves and of a product for each column."""
        # A sine takes about as long as ten products.
        return self._columns(shapes[0]) * 2 * self.frequencies * (2 * self.units + 10)


class CategoryTokens(_OnColumns):
    """Turns each column of codes from 0 into trained vectors.

    One table holds the vectors of all columns; column `j` has `cardinalities[j]` rows of it.

    Input of shape `(batch, columns)`, whole numbers; output `(batch, columns, units)`.
    """

    cardinalities: tuple[int, ...] = option(
        Counts(), doc="For each column how many codes there are."
    )
    units: int = option(Count(), doc="The length of the vectors.")
    embeddings_initializer: Initializer | None = option(
        Ref("initializer"),
        None,
        "How the vectors start; by default, as in FT-Transformer, uniformly within "
        "`±1/sqrt(units)`.",
    )
    embeddings_regularizer: Regularizer | None = option(
        Ref("regularizer"), None, "A penalty on the vectors."
    )

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
        start = self.embeddings_initializer or _BY_UNITS
        return [Weight("embeddings", shape, start, self.embeddings_regularizer)]

    def flops(self, *shapes: Dims) -> int:
        """Return the operations of looking the vectors up."""
        return len(self.cardinalities) * self.units


class OneHot(_OnColumns):
    """Turns each column of codes from 0 into a column of zeros and ones for each code.

    A code that is -1, or that there is none of, gives zeros.

    Input of shape `(batch, columns)`, whole numbers; output `(batch, sum(cardinalities))`.
    """

    cardinalities: tuple[int, ...] = option(
        Counts(), doc="For each column how many codes there are."
    )

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


class ClassToken(Layer):
    """Puts a trained vector before the others (Gorishniy et al., 2021).

    What a transformer makes of it stands for the sample: FT-Transformer reads its prediction off
    there (arXiv:2106.11959), with `FirstToken`.

    Input of shape `(batch, tokens, units)`; output `(batch, 1 + tokens, units)`.
    """

    ndim = 3
    mask = "stop"
    initializer: Initializer | None = option(
        Ref("initializer"),
        None,
        "How the vector starts; by default, as in the paper, uniformly within `±1/sqrt(units)`.",
    )

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape with one token more."""
        batch, tokens, units = shapes[0]
        return (batch, None if tokens is None else tokens + 1, units)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the vector, `(units,)`."""
        units = known(shapes[0][2], self, "the last dimension")
        return [Weight("token", (units,), self.initializer or _BY_UNITS)]


class FirstToken(Layer):
    """Gives back the first of several vectors, such as `ClassToken` puts there.

    Input of shape `(batch, tokens, units)`; output `(batch, units)`.
    """

    ndim = 3
    mask = "stop"

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape of one vector."""
        return (shapes[0][0], shapes[0][2])


class AppendParameter(Layer):
    """Appends trained numbers to the last axis, the same for all samples.

    For what a distribution has but once, such as a dispersion.

    Input of shape `(batch, ..., n)`; output `(batch, ..., n + count)`.
    """

    mask = "stop"
    count: int = option(Count(), 1, "How many numbers.")
    initializer: Initializer = option(Ref("initializer"), "zeros", "How they start.")

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape with more values in the last axis."""
        last = known(shapes[0][-1], self, "the last dimension")
        return (*shapes[0][:-1], last + self.count)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the numbers."""
        return [Weight("parameter", (self.count,), self.initializer)]
