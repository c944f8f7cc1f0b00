"""Class tokens and trained parameters that are appended to each sample."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.initializers import (
    Initializer,
)
from rdeep.catalogue.layers.base import Dims, Layer, Weight, known
from rdeep.catalogue.layers.case import Case, case
from rdeep.catalogue.layers.run import Run
from rdeep.catalogue.layers.tabular import BY_UNITS
from rdeep.catalogue.options import Count, Ref, option

__all__ = ["AppendParameter", "ClassToken", "FirstToken"]


class ClassToken(Layer):
    """Class token layer: puts a trained vector before the others.

    A transformer's output at this position stands for the sample: FT-Transformer reads its
    prediction from it, with `FirstToken`.

    Input shape
    -----------
    `(batch, tokens, units)`.

    Output shape
    ------------
    `(batch, 1 + tokens, units)`.

    References
    ----------
    Gorishniy, Y., Rubachev, I., Khrulkov, V. and Babenko, A. (2021). Revisiting deep learning
    models for tabular data. arXiv:2106.11959.

    Examples
    --------
    >>> ClassToken().output_shape((None, 4, 8))
    (None, 5, 8)
    """

    ndim = 3
    mask = "stop"
    initializer: Initializer | None = option(
        Ref("initializer"),
        None,
        "The initializer of the vector; by default, as in the paper, uniform within "
        "`±1/sqrt(units)`.",
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({}, (3, 4))]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape with one token more."""
        batch, tokens, units = shapes[0]
        return (batch, None if tokens is None else tokens + 1, units)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the vector, `(units,)`."""
        units = known(shapes[0][2], self, "the last dimension")
        return [Weight("token", (units,), self.initializer or BY_UNITS)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the vectors with the trained one before them."""
        batch, _, units = run.ops.shape(inputs)
        token = run.ops.broadcast_to(run.weights["token"], (batch, 1, units))  # (batch, 1, units)
        return run.ops.concatenate([token, inputs], axis=1)  # (batch, 1 + tokens, units)


class FirstToken(Layer):
    """First token layer: the first vector of each sample, such as a class token.

    Input shape
    -----------
    `(batch, tokens, units)`.

    Output shape
    ------------
    `(batch, units)`.

    Examples
    --------
    >>> FirstToken()(np.array([[[1.0, 2.0], [3.0, 4.0]]])).tolist()
    [[1.0, 2.0]]
    """

    ndim = 3
    mask = "stop"

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({}, (3, 4))]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the shape of one vector."""
        return (shapes[0][0], shapes[0][2])

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the first vector."""
        return inputs[:, 0]


class AppendParameter(Layer):
    """Appended parameter layer: appends trained numbers to each sample.

    The numbers are the same for all samples: for a parameter of a distribution that does not depend
    on the predictors, such as a dispersion.

    Input shape
    -----------
    `(batch, ..., n)`.

    Output shape
    ------------
    `(batch, ..., n + count)`.

    Examples
    --------
    >>> AppendParameter(1).output_shape((None, 3))
    (None, 4)
    """

    mask = "stop"
    count: int = option(Count(), 1, "The number of appended numbers.")
    initializer: Initializer = option(
        Ref("initializer"), "zeros", "The initializer of the numbers."
    )

    @classmethod
    def cases(cls) -> list[Case]:
        """Return a small use."""
        return [case({}, (3, 4))]

    def output_shape(self, *shapes: Dims) -> Dims:
        """Return the input's shape with more values in the last axis."""
        last = known(shapes[0][-1], self, "the last dimension")
        return (*shapes[0][:-1], last + self.count)

    def weights(self, *shapes: Dims) -> list[Weight]:
        """Return the numbers."""
        return [Weight("parameter", (self.count,), self.initializer)]

    def compute(self, inputs: Any, run: Run) -> Any:
        """Return the input with the numbers after its last axis."""
        sizes = (*run.ops.shape(inputs)[:-1], self.count)
        numbers = run.ops.broadcast_to(run.weights["parameter"], sizes)  # (batch, ..., count)
        return run.ops.concatenate([inputs, numbers], axis=-1)  # (batch, ..., values + count)
