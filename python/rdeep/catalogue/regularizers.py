"""Regularizers: penalties on weights, added to the loss."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue import dispatch
from rdeep.catalogue.options import Choice, Number, option
from rdeep.catalogue.record import Record
from rdeep.errors import ShapeError, class_name

__all__ = ["L1", "L1L2", "L2", "OrthogonalRegularizer", "Regularizer"]


class Regularizer(Record, kind="regularizer", abstract=True):
    """A penalty on a weight, or on what a layer returns."""

    whole: ClassVar[bool] = False
    """Whether the formula must see a weight as a whole, in Keras's layout: not value by value."""

    def __call__(self, x: Any) -> Any:
        """Return the penalty on an array or a tensor.

        Parameters
        ----------
        x : array or tensor
            The weight.

        Examples
        --------
        >>> L2(0.1)([1.0, 2.0])
        tensor(0.5000)
        """
        return dispatch.calls().apply_rule(self, "penalty", x)

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse a weight of a shape that there is no penalty for.

        Parameters
        ----------
        shape : tuple of int
            The weight's shape.
        """

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return the penalty on a weight, a scalar."""
        raise NotImplementedError


class L1(Regularizer):
    """L1 regularizer (lasso): `l1 * sum(abs(w))`.

    Examples
    --------
    >>> from rdeep import ops
    >>> L1(0.1).penalty(ops.array([-1.0, 2.0]), ops)
    tensor(0.3000)
    """

    key = "l1"
    l1: float = option(Number(0.0), 0.01, "The factor.")

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return `l1 * sum(|w|)`."""
        return self.l1 * ops.sum(ops.abs(w))


class L2(Regularizer):
    """L2 regularizer (ridge): `l2 * sum(w^2)`, without the factor 1/2 that some texts have.

    Examples
    --------
    >>> from rdeep import ops
    >>> L2(0.1).penalty(ops.array([-1.0, 2.0]), ops)
    tensor(0.5000)
    """

    key = "l2"
    l2: float = option(Number(0.0), 0.01, "The factor.")

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return `l2 * sum(w^2)`."""
        return self.l2 * ops.sum(ops.square(w))


class L1L2(Regularizer):
    """L1 and L2 regularizer (elastic net): `l1 * sum(abs(w)) + l2 * sum(w^2)`.

    Examples
    --------
    >>> from rdeep import ops
    >>> L1L2(0.1, 0.1).penalty(ops.array([-1.0, 2.0]), ops)
    tensor(0.8000)
    """

    key = "l1_l2"
    l1: float = option(Number(0.0), 0.0, "The factor of the absolute values.")
    l2: float = option(Number(0.0), 0.0, "The factor of the squares.")

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return `l1 * sum(|w|) + l2 * sum(w^2)`."""
        return self.l1 * ops.sum(ops.abs(w)) + self.l2 * ops.sum(ops.square(w))


class OrthogonalRegularizer(Regularizer):
    """Orthogonality regularizer: penalizes rows or columns of a matrix that are not orthogonal.

    The penalty is the mean absolute cosine between two of them, times a factor.

    Examples
    --------
    >>> OrthogonalRegularizer(factor=0.1)
    OrthogonalRegularizer(factor=0.1)
    """

    key = "orthogonal"
    aliases = ("orthogonal_regularizer",)
    whole = True
    factor: float = option(Number(0.0), 0.01, "The factor.")
    mode: str = option(
        Choice("rows", "columns"),
        "rows",
        "Whether to compare the rows or the columns of the matrix.",
    )

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse what is no matrix."""
        if len(shape) != 2:
            raise ShapeError(
                f"{class_name(self)} is for matrices, and not for {len(shape)} dimensions.",
                received=shape,
                expected="a weight of 2 dimensions",
            )
        if shape[0 if self.mode == "rows" else 1] == 1:
            raise ShapeError(
                f"{class_name(self)} compares {self.mode}, of which there is one only.",
                argument="mode",
                received=shape,
                expected=f"at least two {self.mode}",
            )

    def penalty(self, w: Any, ops: Any) -> Any:
        """Return `factor * mean(|cos(w_i, w_j)|)` over pairs `i < j`."""
        vectors = w if self.mode == "rows" else ops.transpose(w)
        squares = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
        # Keras takes norms of at least 1e-7.
        units = vectors / ops.sqrt(ops.maximum(squares, 1e-14))
        cosines = ops.abs(units @ ops.transpose(units))
        count = ops.rows(vectors)
        pairs = ops.sum(cosines) - ops.sum(ops.abs(ops.sum(ops.square(units), axis=-1)))
        return self.factor * 0.5 * pairs / (count * (count - 1.0) / 2.0)
