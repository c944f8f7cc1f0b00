"""Constraints on weights, imposed after each training step."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue import dispatch
from rdeep.catalogue.options import Axes, Number, option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError, ShapeError, class_name, constructor

__all__ = ["Constraint", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"]

# Keras divides by norms plus this.
_EPSILON = 1e-7
_AXIS: Any = option(
    Axes(),
    0,
    "The axes of the weight to compute norms over: by default the first, which gives the "
    "norm of the weights of each unit of a dense layer; for a convolution all but the "
    "last.",
)


class Constraint(Record, kind="constraint", abstract=True):
    """A condition on a weight."""

    def __call__(self, w: Any) -> Any:
        """Return an array or a tensor as the condition wants it.

        Parameters
        ----------
        w : array or tensor
            The weight.

        Examples
        --------
        >>> NonNeg()([-1.0, 2.0])
        tensor([0., 2.])
        """
        return dispatch.calls().apply_rule(self, "project", w)

    def project(self, w: Any, ops: Any) -> Any:
        """Return the nearest weight that satisfies the condition, in Keras's layout.

        Parameters
        ----------
        w : tensor
            The weight.
        ops : module
            The engine's array functions.
        """
        raise NotImplementedError

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse a weight of a shape that the condition cannot be put on.

        Parameters
        ----------
        shape : tuple of int
            The weight's shape.
        """


class NonNeg(Constraint):
    """Non-negativity constraint on weights.

    Examples
    --------
    >>> from rdeep import ops
    >>> NonNeg().project(ops.array([-1.0, 2.0]), ops)
    tensor([0., 2.])
    """

    key = "nonneg"

    def project(self, w: Any, ops: Any) -> Any:
        """Return the weight with zeros for what is negative."""
        return ops.maximum(w, 0.0)


class _OfNorms(Constraint, abstract=True):
    """A condition on norms along some axes."""

    axis: int | tuple[int, ...]

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse a weight without the axes."""
        axes = (self.axis,) if isinstance(self.axis, int) else self.axis
        wrong = [axis for axis in axes if not -len(shape) <= axis < len(shape)]
        if wrong:
            raise ShapeError(
                f"{class_name(self)} takes norms along an axis that a weight of "
                f"{len(shape)} dimensions does not have.",
                argument="axis",
                received=self.axis,
                expected=f"axes of a weight of {len(shape)} dimensions",
            )

    def project(self, w: Any, ops: Any) -> Any:
        """Return the weight with norms as they must be."""
        norms = ops.sqrt(ops.sum(ops.square(w), axis=self.axis, keepdims=True))
        return w * (self._wanted(norms, ops) / (_EPSILON + norms))

    def _wanted(self, norms: Any, ops: Any) -> Any:
        raise NotImplementedError


class MaxNorm(_OfNorms):
    """Maximum norm constraint on weights: longer vectors are shortened to the norm.

    References
    ----------
    Srivastava, N., Hinton, G., Krizhevsky, A., Sutskever, I. and Salakhutdinov, R. (2014). Dropout:
    a simple way to prevent neural networks from overfitting. Journal of Machine Learning Research
    15, 1929-1958.

    Examples
    --------
    >>> from rdeep import ops
    >>> MaxNorm(1.0).project(ops.array([[3.0], [4.0]]), ops)
    tensor([[0.6000],
            [0.8000]])
    """

    key = "maxnorm"
    max_value: float = option(Number(0.0), 2.0, "The largest norm.")
    axis: int | tuple[int, ...] = _AXIS

    def _wanted(self, norms: Any, ops: Any) -> Any:
        return ops.clip(norms, 0.0, self.max_value)


class MinMaxNorm(_OfNorms):
    """Minimum and maximum norm constraint on weights: norms lie between two numbers.

    Examples
    --------
    >>> from rdeep import ops
    >>> MinMaxNorm(0.0, 1.0).project(ops.array([[3.0], [4.0]]), ops)
    tensor([[0.6000],
            [0.8000]])
    """

    key = "minmaxnorm"
    min_value: float = option(Number(0.0), 0.0, "The smallest norm.")
    max_value: float = option(Number(0.0), 1.0, "The largest norm.")
    rate: float = option(
        Number(0.0, 1.0),
        1.0,
        "The fraction of the distance to the nearest allowed norm that is covered at each step.",
    )
    axis: int | tuple[int, ...] = _AXIS

    def validate(self) -> None:
        """Refuse bounds the wrong way round."""
        if self.min_value > self.max_value:
            raise ArgumentError(
                f"{constructor(self)}: 'min_value' is {self.min_value:g}, which is above "
                f"'max_value', {self.max_value:g}.",
                argument="min_value",
                received=self.min_value,
                expected=f"a number of at most {self.max_value:g}",
            )

    def _wanted(self, norms: Any, ops: Any) -> Any:
        inside = ops.clip(norms, self.min_value, self.max_value)
        return self.rate * inside + (1.0 - self.rate) * norms


class UnitNorm(_OfNorms):
    """Unit norm constraint on weights.

    Examples
    --------
    >>> from rdeep import ops
    >>> UnitNorm().project(ops.array([[3.0], [4.0]]), ops)
    tensor([[0.6000],
            [0.8000]])
    """

    key = "unitnorm"
    axis: int | tuple[int, ...] = _AXIS

    def project(self, w: Any, ops: Any) -> Any:
        """Return the weight over its norms."""
        norms = ops.sqrt(ops.sum(ops.square(w), axis=self.axis, keepdims=True))
        return w / (_EPSILON + norms)
